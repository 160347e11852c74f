#!/usr/bin/env python3
"""Sets Stockbell up and runs or tests it, with nothing but Python on the machine.

    python3 dev.py run [...]     make the environment if it is missing, then start Stockbell
    python3 dev.py test          the same with the test tools, then ruff, mypy and the tests, side by side
    python3 dev.py test --all    also the tests that take long: kills, probes and a real browser
    python3 dev.py test --long   only those
    python3 dev.py test [...]    ruff and mypy, then pytest with these arguments
    python3 dev.py setup         only make the environment

What follows `run` goes to `stockbell run`. The environment is the folder
.venv beside this file; it is made again when it is broken, moved or from another Python, and the packages are
installed again when pyproject.toml or constraints.txt changed.
"""

import contextlib
import hashlib
import importlib
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NoReturn


def unsupported(
    version: "tuple[int, ...]",
) -> "str | None":  # Stockbell needs Python 3.11 to 3.14: try python3
    """Return what is wrong with a Python version, or None when Stockbell works with it."""
    if (3, 11) <= version[:2] <= (3, 14):
        return None
    return (
        "dev.py: Stockbell needs Python 3.11, 3.12, 3.13 or 3.14, and this is Python {}.{}. "
        "Install one of them and name it, for example: python3.13 dev.py run".format(*version)
    )


# Here, and not in main, because an old Python fails on the annotations below while it loads them. What stands
# above must work in Python 3.6, and what stands below must be syntax that Python 3.6 can parse.
WRONG_PYTHON = unsupported(sys.version_info[:2])
if WRONG_PYTHON:
    sys.exit(WRONG_PYTHON)
try:
    import fcntl
except ImportError:
    sys.exit("dev.py: Stockbell runs on Linux and macOS. On Windows, use it inside WSL.")

# Variables of the caller that would lead Python or pip out of .venv, or switch off the asserts of the tests.
# Where pip finds packages (index, proxy, certificates, configuration files) stays the caller's business.
LEAKS = {
    *("PYTHONHOME", "PYTHONPATH", "PYTHONSAFEPATH", "PYTHONOPTIMIZE", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"),
    # Without byte code every process of the tests compiles everything again.
    "PYTHONDONTWRITEBYTECODE",
    *("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "PIP_DRY_RUN", "PIP_NO_DEPS", "PIP_QUIET"),
    *("PIP_CONSTRAINT", "PIP_REQUIREMENT", "PIP_NO_BINARY", "PIP_REQUIRE_HASHES"),
}
# What pip says of each package once. A wheel may lie in a folder instead of an index.
FETCHED = re.compile(r"(?:Collecting |Processing .*/)([\w.]+(?:-[A-Za-z_][\w.]*)*)")
UNPACKING = "Installing collected packages: "
NO_NETWORK = re.compile(
    "Connection refused|Name or service not known|nodename nor servname provided|failure in name resolution|"
    "Network is unreachable|No route to host|timed out|certificate verify failed|Cannot connect to proxy"
)


class SetupError(Exception):
    """The environment could not be made; the text is a sentence for the person at the terminal."""


def main(arguments: list[str]) -> int:
    """Carry out one command line and return the exit code."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if command in ("-h", "--help", "help"):
        print(__doc__)
        return 0
    if command not in ("run", "test", "setup") or (command == "setup" and rest):
        print("usage: python3 dev.py run [...] | test [...] | setup", file=sys.stderr)
        return 2
    root = Path(__file__).resolve().parent
    try:
        python = prepare(root, with_tests=command == "test")
        if command == "run":
            become(python, root, ["-m", "stockbell", "run", *rest])
        if command == "test":
            become(python, root, ["-m", "tests.checks", *rest])
        say("The environment is ready. Start Stockbell with: python3 dev.py run")
    except SetupError as error:
        print(f"dev.py: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"dev.py: {error.strerror}: {error.filename or root}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ndev.py: stopped.", file=sys.stderr)
        return 128 + signal.SIGINT
    return 0


def prepare(root: Path, *, with_tests: bool) -> Path:
    """Make sure that root/.venv holds what the project needs, and return its Python.

    Raises SetupError with a sentence when it cannot be made.
    """
    venv = root / ".venv"
    if is_ready(venv, root, with_tests):
        return venv_python(venv)
    with only_one(root) as lock:
        if not is_ready(venv, root, with_tests):  # another dev.py may have made it while this one waited
            make(venv, root, with_tests, lock)
    return venv_python(venv)


def make(venv: Path, root: Path, with_tests: bool, lock: int) -> None:
    """Make or refresh the environment. The stamp goes first and comes back last."""
    reusable = is_sound(venv, root)
    with_tests = with_tests or (reusable and read_stamp(venv).get("with_tests") is True)
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        stamp_file(venv).unlink()
    project = ".[test]" if with_tests else "."
    pip = [str(venv_python(venv)), "-I", "-m", "pip", "install", "--constraint", "constraints.txt"]

    if reusable:
        say("[1/3] Keeping the environment in .venv: it works.")
    else:
        say("[1/3] Making the environment in .venv ...")
        create(venv, root, lock)
    # By itself pip would build the project with a setuptools that constraints.txt does not reach. With the
    # pinned one installed first and no build isolation, one set of versions holds for everything.
    say("[2/3] Installing the build tool ...")
    quietly([*pip, "setuptools"], root, lock)
    most = pinned(root, with_tests)
    say(f"[3/3] Fetching and installing up to {most} packages, which takes minutes the first time ...")
    quietly([*pip, "--no-build-isolation", "--editable", project], root, lock, most)

    text = json.dumps({"home": home(root), "packages": packages(root), "with_tests": with_tests})
    draft = stamp_file(venv).with_suffix(".new")
    draft.write_text(text, encoding="utf-8")
    draft.replace(stamp_file(venv))


def create(venv: Path, root: Path, lock: int) -> None:
    """Make an empty virtual environment with pip in it, in place of whatever is there."""
    for module in ("venv", "ensurepip"):
        try:
            importlib.import_module(module)
        except ImportError:
            package = "python{}.{}-venv".format(*sys.version_info)
            raise SetupError(
                f"this Python lacks the module {module}, so it cannot make an environment. "
                f"On Debian and Ubuntu: sudo apt install {package}. Then run the same command again."
            ) from None
    if venv.is_symlink():
        venv.unlink()
    elif venv.is_dir():
        shutil.rmtree(venv)
    elif venv.exists():
        raise SetupError(".venv is a file here and must be a folder: move it away, then run this again.")
    # The base interpreter: dev.py may have been started with the very .venv that is replaced here.
    base = str(getattr(sys, "_base_executable", None) or sys.executable)
    quietly([base, "-I", "-m", "venv", str(venv)], root, lock)


def is_ready(venv: Path, root: Path, with_tests: bool) -> bool:
    """Return whether there is nothing left to do."""
    stamp = read_stamp(venv)
    up_to_date = stamp.get("packages") == packages(root)
    return up_to_date and (stamp.get("with_tests") is True or not with_tests) and is_sound(venv, root)


def is_sound(venv: Path, root: Path) -> bool:
    """Return whether an environment was finished in this folder, with this Python, and still starts."""
    return read_stamp(venv).get("home") == home(root) and works(venv_python(venv))


def home(root: Path) -> str:
    """Return which Python in which folder: a virtual environment works only there."""
    return f"{sysconfig.get_config_var('SOABI')} {platform.machine()} {root}"


def packages(root: Path) -> str:
    """Return a fingerprint of the files that say what to install."""
    contents = (hashlib.sha256((root / name).read_bytes()) for name in ("pyproject.toml", "constraints.txt"))
    return " ".join(content.hexdigest() for content in contents)


def pinned(root: Path, with_tests: bool) -> int:
    """Return how many packages there are at most: some Pythons and machines need fewer."""
    lines = (root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return sum("==" in line and (with_tests or not line.endswith("# tests")) for line in lines)


def stamp_file(venv: Path) -> Path:
    return venv / "stockbell.json"


def read_stamp(venv: Path) -> dict[str, object]:
    """What make() wrote when it last came to its end; empty when it never did."""
    try:
        stamp = json.loads(stamp_file(venv).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def venv_python(venv: Path) -> Path:
    return venv / "bin" / "python"


def works(python: Path) -> bool:
    """Return whether an interpreter still starts: the Python it was made from may be gone."""
    try:
        return subprocess.run([python, "-I", "-c", ""], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@contextlib.contextmanager
def only_one(root: Path) -> Iterator[int]:
    """Hold back a second dev.py in this folder. Children inherit the lock: it outlives a killed parent."""
    lock = os.open(root / "pyproject.toml", os.O_RDWR)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another dev.py is setting up this folder: waiting for it ...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock
    finally:
        os.close(lock)


def become(python: Path, root: Path, arguments: list[str]) -> NoReturn:
    """Replace this process, so that signals and the exit code are the server's own."""
    os.chdir(root)
    sys.stdout.flush()
    os.execve(python, [str(python), *arguments], environment())


def quietly(command: list[str], root: Path, lock: int, most: int = 0) -> None:
    """Run one step of the setup; its output goes to .venv/setup.log, how far it is to the terminal.

    Raises SetupError with the one sentence that matters when the command fails.
    """
    began, progress = time.time(), Progress()
    with tempfile.TemporaryFile() as output, child(command, root, output=output, lock=lock) as process:
        try:
            while process.poll() is None:
                if most:
                    progress.show(how_far(lines_of(output), root / ".venv", began, most))
                time.sleep(0.1)
        except KeyboardInterrupt:
            let_end(process)
            raise
        finally:
            progress.show("")
        lines = lines_of(output)
    if process.returncode < 0:
        sys.exit(128 - process.returncode)
    log = root / ".venv" / "setup.log"
    with contextlib.suppress(OSError), log.open("a", encoding="utf-8") as file:
        file.write("\n".join([f"$ {' '.join(command)}", *lines, ""]))
    if process.returncode > 0:
        where = " (All of its output is in .venv/setup.log.)" if log.exists() else ""
        raise SetupError(reason(lines) + where)


def lines_of(output: IO[bytes]) -> list[str]:
    """What was printed so far. The child writes where the file is at, so nothing here may move that."""
    text = os.pread(output.fileno(), os.fstat(output.fileno()).st_size, 0).decode("utf-8", "replace")
    return [line.rstrip() for line in text.splitlines()]


def how_far(lines: list[str], venv: Path, began: float, most: int) -> str:
    """Return which package pip is working on, out of how many; empty while there is none."""
    for line in lines:
        if line.startswith(UNPACKING):  # pip's last word until all of them are there
            names = line[len(UNPACKING) :].split(", ")
            place = min(installed(venv, began) + 1, len(names))
            return f"      Installing {place} of {len(names)}: {names[place - 1]}"
    fetched = [found.group(1) for found in map(FETCHED.match, lines) if found]
    return f"      Fetching {len(fetched)} of up to {most}: {fetched[-1]}" if fetched else ""


def installed(venv: Path, since: float) -> int:
    """Return how many packages pip has finished. INSTALLER is one of the last files it writes for each."""
    try:
        files = venv.glob("lib/*/site-packages/*.dist-info/INSTALLER")
        return sum(file.stat().st_mtime > since for file in files)
    except OSError:  # an older version is being taken away meanwhile
        return 0


def reason(lines: list[str]) -> str:
    """Turn the output of pip or venv into one sentence that says what to do."""
    said = [line for line in lines if line.strip()] or ["no output"]
    errors = [line for line in said if line.startswith("ERROR: ") and line != "ERROR: Exception:"]
    last = (errors or said)[-1]
    network = NO_NETWORK.findall("\n".join(said))
    again = f"then run the same command again. Its last line: {last}"
    if network:
        return (
            f"pip cannot reach a package index ({network[-1]}): check the network and PIP_INDEX_URL, {again}"
        )
    if "No matching distribution" in last:
        return (
            f"pip finds no package for this machine: check that PIP_INDEX_URL names a package index, {again}"
        )
    return f"the setup stopped: {last}"


@contextlib.contextmanager
def child(
    command: list[str], root: Path, *, output: "IO[bytes] | None" = None, lock: "int | None" = None
) -> Iterator["subprocess.Popen[str]"]:
    """Start a command in the project's folder. While it runs, a signal that stops this stops the command."""
    process = subprocess.Popen(
        command,
        cwd=root,
        env=environment(),
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        encoding="utf-8",
        errors="replace",
        pass_fds=() if lock is None else (lock,),
    )
    stops = (signal.SIGTERM, signal.SIGHUP)
    before = {stop: signal.signal(stop, lambda number, _: process.send_signal(number)) for stop in stops}
    try:
        with process:
            yield process
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def let_end(process: "subprocess.Popen[str]") -> None:
    """After Ctrl-C: a terminal has sent it to the child as well; anything else has not."""
    if not os.isatty(0):
        process.send_signal(signal.SIGINT)
    process.communicate()


def environment() -> dict[str, str]:
    """The caller's variables without what would lead out of .venv, and with wheels only."""
    kept = {name: value for name, value in os.environ.items() if name not in LEAKS}
    return {
        **kept,
        "PIP_ONLY_BINARY": ":all:",
        "PIP_USER": "0",  # a line `user = true` in a configuration file cannot work inside an environment
        "PIP_NO_INPUT": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


def say(sentence: str) -> None:
    print(sentence, flush=True)


class Progress:
    """One line of a terminal, rewritten; elsewhere a line now and then."""

    def __init__(self, every_s: float = 20) -> None:
        self._shown, self._every_s, self._next = "", every_s, time.monotonic() + every_s

    def show(self, line: str) -> None:
        """Put a line in the place of the one before; an empty one wipes it."""
        if sys.stdout.isatty():
            if line != self._shown:
                print(f"\r\033[K{line}", end="", flush=True)
            self._shown = line
        elif line and time.monotonic() >= self._next:
            say(line)
            self._next = time.monotonic() + self._every_s


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
