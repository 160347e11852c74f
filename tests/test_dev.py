"""The newcomer's door, tried on a small project in a folder with a space and an umlaut, without a network.

The project has the real dev.py. What it installs and starts is small: a build backend, an app and tools that
say what they were asked to do.
"""

import ast
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import dev

DEV = Path(dev.__file__)
# So that what hangs ends at some time; it says nothing of how fast anything is.
PATIENCE_S = 600

# Whoever runs the tests by dev.py has just seen the ordinary way; these are the odd ones.
pytestmark = pytest.mark.long

PYPROJECT = """
[build-system]
requires = ["setuptools"]
build-backend = "backend"
backend-path = ["."]

[project]
name = "stockbell"
version = "1"
dependencies = []

[project.optional-dependencies]
test = []
"""

BACKEND = '''
import zipfile

def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    name = "stockbell-1-py3-none-any.whl"
    with zipfile.ZipFile(f"{wheel_directory}/{name}", "w") as wheel:
        wheel.writestr("stockbell-1.dist-info/METADATA", """Metadata-Version: 2.1
Name: stockbell
Version: 1
Provides-Extra: test
DEPENDENCIES""")
        wheel.writestr("stockbell-1.dist-info/WHEEL", WHEEL)
        wheel.writestr("stockbell-1.dist-info/RECORD", "")
    return name
'''

WHEEL = "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n"

APP = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
print(sys.argv[1:], os.environ.get("PYTHONPATH"), sys.prefix, flush=True)
while "wait" in sys.argv:
    time.sleep(0.05)
"""

CHECKS = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(5))
print("checks", sys.argv[1:], os.environ.get("PYTHONPATH"), sys.prefix, flush=True)
while "wait" in sys.argv:
    time.sleep(0.05)
sys.exit(3 if "milk" in sys.argv else 0)
"""


@dataclass(frozen=True)
class Project:
    """A folder with dev.py, and the wheels that pip may take."""

    root: Path
    wheels: Path

    def environment(self, **more: str) -> dict[str, str]:
        """The variables of a person whose pip knows one folder of wheels and nothing else."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
        offline = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels)}
        return {**clean, **offline, **more}

    @contextlib.contextmanager
    def start(self, *arguments: str, **variables: str) -> Iterator["subprocess.Popen[str]"]:
        """dev.py at work, as from a terminal: Ctrl-C counts, also where these tests run in the background."""
        with subprocess.Popen(
            [sys.executable, self.root / "dev.py", *arguments],
            cwd="/",
            env=self.environment(**variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        ) as process:
            try:
                yield process
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)

    def run(self, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        with self.start(*arguments, **variables) as process:
            out, err = process.communicate(timeout=PATIENCE_S)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def copy(self, root: Path) -> "Project":
        """The same in another folder, its environment stamped as made there: quicker than making one."""
        shutil.copytree(self.root, root, symlinks=True)
        stamp = dev.stamp_file(root / ".venv")
        stamp.write_text(
            json.dumps({**dev.read_stamp(stamp.parent), "home": dev.home(root)}), encoding="utf-8"
        )
        assert dev.is_sound(root / ".venv", root)
        return Project(root, self.wheels)

    def depend_on(self, package: str) -> None:
        """Change the project so that it needs one more package."""
        pyproject = self.root / "pyproject.toml"
        pyproject.write_text(PYPROJECT.replace("[]", f'["{package}"]', 1), encoding="utf-8")
        self.write_backend(f"Requires-Dist: {package}\n")

    def write_backend(self, dependencies: str = "") -> None:
        text = BACKEND.replace("DEPENDENCIES", dependencies)
        (self.root / "backend.py").write_text(f"WHEEL = {WHEEL!r}\n{text}", encoding="utf-8")


def lay_out(folder: Path) -> Project:
    project = Project(folder / "our höme", folder / "wheels")
    for package in ("stockbell", "tests"):
        (project.root / package).mkdir(parents=True)
    (project.root / "tests" / "__init__.py").touch()
    (project.root / "tests" / "checks.py").write_text(CHECKS, encoding="utf-8")
    project.wheels.mkdir()
    shutil.copy(DEV, project.root)
    (project.root / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (project.root / "constraints.txt").write_text("setuptools==1\n", encoding="utf-8")
    (project.root / "stockbell" / "__main__.py").write_text(APP, encoding="utf-8")
    project.write_backend()
    for version in ("1", "2"):
        with zipfile.ZipFile(project.wheels / f"setuptools-{version}-py3-none-any.whl", "w") as wheel:
            info = f"setuptools-{version}.dist-info"
            wheel.writestr(
                f"{info}/METADATA", f"Metadata-Version: 2.1\nName: setuptools\nVersion: {version}\n"
            )
            wheel.writestr(f"{info}/WHEEL", WHEEL)
            wheel.writestr(f"{info}/RECORD", "")
    return project


@dataclass(frozen=True)
class Setup:
    """What came of two setups at once, over a half-made environment, with variables that lead pip astray."""

    project: Project
    codes: list[int]
    said: str
    complaints: str
    half_made: Path
    astray: Path


@pytest.fixture(scope="module")
def setup(tmp_path_factory: pytest.TempPathFactory) -> Setup:
    folder = tmp_path_factory.mktemp("dev")
    project = lay_out(folder)
    half_made, astray = project.root / ".venv" / "half-made", folder / "astray"
    half_made.mkdir(parents=True)
    stray = {
        "PIP_TARGET": str(astray),
        "PIP_USER": "1",
        "PYTHONPATH": str(folder),
        "PYTHONHOME": sys.base_prefix,
    }
    with project.start("setup", **stray) as one, project.start("setup", **stray) as other:
        ends = [process.communicate(timeout=PATIENCE_S) for process in (one, other)]
    said, complaints = ("".join(texts) for texts in zip(*ends, strict=True))
    return Setup(project, [one.returncode, other.returncode], said, complaints, half_made, astray)


@pytest.fixture(scope="module")
def project(setup: Setup) -> Project:
    """A project with a good environment."""
    assert setup.codes == [0, 0], setup.complaints
    return setup.project


def steps(done: "subprocess.CompletedProcess[str]") -> list[str]:
    assert done.returncode == 0, done.stderr
    return [line for line in done.stdout.splitlines() if line.startswith("[")]


def sentence(done: "subprocess.CompletedProcess[str]") -> str:
    """The one line that a failed command left for a person."""
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    [line] = done.stderr.splitlines()
    assert line.startswith("dev.py: ")
    return line


@contextlib.contextmanager
def closed_port() -> Iterator[int]:
    """A port on which nobody listens, kept from anybody else meanwhile."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])


@pytest.mark.parametrize("version", [(3, 11), (3, 12, 1), (3, 13), (3, 14, 9)])
def test_these_pythons_are_welcome(version: tuple[int, ...]) -> None:
    assert dev.unsupported(version) is None


@pytest.mark.parametrize("version", [(2, 7), (3, 6), (3, 10, 13), (3, 15), (4, 0)])
def test_another_python_is_told_which_ones_to_take(version: tuple[int, ...]) -> None:
    told = dev.unsupported(version)
    assert told is not None
    assert "3.11, 3.12, 3.13 or 3.14" in told
    assert f"this is Python {version[0]}.{version[1]}." in told


def test_an_old_python_can_read_the_file_far_enough_to_say_so() -> None:
    ast.parse(DEV.read_text(encoding="utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize("arguments", [(), ("serve",), ("setup", "now")])
def test_an_unknown_command_is_answered_with_the_usage(project: Project, arguments: tuple[str, ...]) -> None:
    done = project.run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage: python3 dev.py run")


def test_help_lists_the_commands(project: Project) -> None:
    done = project.run("--help")
    assert done.returncode == 0
    assert "python3 dev.py setup" in done.stdout


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_its_venv_package_is_told_what_to_install(tmp_path: Path, module: str) -> None:
    project = lay_out(tmp_path)
    as_on_debian = (
        f"import runpy, sys; sys.modules[{module!r}] = None; sys.argv = ['dev.py', 'setup'];"
        f"runpy.run_path({str(project.root / 'dev.py')!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", as_on_debian], capture_output=True, text=True, check=False)
    assert f"sudo apt install python3.{sys.version_info.minor}-venv" in sentence(done)


def test_a_file_in_the_place_of_the_environment_is_not_deleted(tmp_path: Path) -> None:
    project = lay_out(tmp_path)
    (project.root / ".venv").write_text("Alice's", encoding="utf-8")
    assert "move it away" in sentence(project.run("setup"))
    assert (project.root / ".venv").read_text(encoding="utf-8") == "Alice's"


def test_of_two_setups_at_once_one_makes_the_environment_and_shows_its_steps(setup: Setup) -> None:
    assert (setup.codes, setup.complaints) == ([0, 0], "")
    assert [line[:12] for line in setup.said.splitlines() if line.startswith("[")] == [
        *("[1/3] Making", "[2/3] Instal", "[3/3] Fetchi")
    ]
    assert setup.said.count("The environment is ready.") == 2


def test_a_half_made_environment_is_made_again(setup: Setup) -> None:
    assert not setup.half_made.exists()


def test_nothing_is_installed_outside_of_the_environment(setup: Setup) -> None:
    assert not setup.astray.exists()


def test_the_second_time_there_is_nothing_to_do(project: Project) -> None:
    assert steps(project.run("setup")) == []


def test_the_build_tool_has_the_pinned_version(project: Project) -> None:
    installed = (project.root / ".venv").glob("lib/*/site-packages/setuptools-*")
    assert "setuptools-1.dist-info" in [path.name for path in installed]


def test_run_hands_its_arguments_to_stockbell_in_the_environment(project: Project) -> None:
    done = project.run("run", "--port", "0", PYTHONPATH=str(project.wheels))
    assert done.stdout == f"{['run', '--port', '0']} None {project.root / '.venv'}\n"


def test_stopping_run_stops_the_server_and_passes_its_exit_code_on(project: Project) -> None:
    with project.start("run", "wait") as process:
        assert process.stdout is not None
        assert "wait" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 7


def test_test_hands_its_arguments_to_the_checks_and_passes_their_exit_code_on(project: Project) -> None:
    done = project.run("test", "-k", "milk", PYTHONPATH=str(project.wheels))
    assert done.stdout.splitlines()[-1] == f"checks {['-k', 'milk']} None {project.root / '.venv'}"
    assert done.returncode == 3
    assert steps(project.run("setup")) == [], "an environment with the test tools serves to run as well"


def test_stopping_test_stops_the_checks(project: Project) -> None:
    with project.start("test", "wait") as process:
        assert process.stdout is not None
        while "checks ['wait']" not in process.stdout.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 5


def test_a_changed_list_of_packages_is_installed_into_the_same_environment(project: Project) -> None:
    project.run("test")
    constraints = project.root / "constraints.txt"
    constraints.write_text(constraints.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    first, *_ = steps(project.run("setup"))
    assert first.startswith("[1/3] Keeping")
    assert steps(project.run("test")) == [], "the test tools were kept as well"


def test_without_a_registry_alice_is_told_so_and_nothing_passes_for_finished(
    project: Project, tmp_path: Path
) -> None:
    offline = project.copy(tmp_path / "offline")
    offline.depend_on("setuptools==2")
    (offline.root / "constraints.txt").write_text("", encoding="utf-8")
    with closed_port() as port:
        nobody = {"PIP_NO_INDEX": "0", "PIP_FIND_LINKS": "", "PIP_INDEX_URL": f"http://127.0.0.1:{port}/"}
        told = sentence(offline.run("setup", PIP_RETRIES="1", **nobody))
    assert "pip cannot reach a package index (Connection refused)" in told
    assert "No matching distribution found for setuptools==2" in told
    assert not dev.is_sound(offline.root / ".venv", offline.root)


def test_an_environment_that_was_moved_is_not_used(project: Project, tmp_path: Path) -> None:
    venv = project.root / ".venv"
    assert dev.is_sound(venv, project.root)
    moved = tmp_path / "moved"
    shutil.copytree(venv, moved / ".venv", symlinks=True)
    assert not dev.is_sound(moved / ".venv", moved)


def test_an_environment_whose_python_is_gone_is_not_used(project: Project) -> None:
    python = project.root / ".venv" / "bin" / "python"
    kept = python.rename(python.with_name("kept"))
    python.symlink_to("/nowhere/python3")
    assert not dev.is_sound(project.root / ".venv", project.root)
    kept.replace(python)
    assert dev.is_sound(project.root / ".venv", project.root)
