"""ruff, mypy and pytest side by side, tried with small tools of these names that do as they are told."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import checks
from tests.support.terminal import on_a_terminal

IN_PARALLEL = checks.IN_PARALLEL[1:]
# So that what hangs ends at some time; it says nothing of how fast anything is.
PATIENCE_S = 600
PYTESTS = list(checks.ORDINARY)
BEGINS = [f"{name}: begins" for name in (*checks.CHECKS, *PYTESTS)]
# They stop what hangs, run every check again and again, and change when checks.py does.
pytestmark = pytest.mark.long

# Told to meet, each of the five waits until all have begun.
TOOL = """
import os, pathlib, signal, sys, time
name, told = os.path.basename(__file__)[:-3], os.environ["TOOLS"]
signal.signal(signal.SIGTERM, lambda *_: sys.exit(5))
try:
    pathlib.Path(f"{name}-{os.getpid()}.begun").touch()
    print(name, sys.argv[1:], flush=True)
    while f"{name}-waits" in told:
        time.sleep(0.05)
    while "meet" in told and len(list(pathlib.Path().glob("*.begun"))) < 5:
        time.sleep(0.05)
except KeyboardInterrupt:
    pathlib.Path(f"{name}.stopped").touch()
    sys.exit(2)
if f"{name}-fails" in told:
    sys.exit(3)
if f"{name}-skips" in told:
    print("=== short test summary info ===\\nSKIPPED [1] no Chromium")
print("=== 3 passed in 0.1s ===")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project whose tools are these."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "__init__.py").touch()
    shutil.copy(checks.__file__, tmp_path / "tests")
    for tool in ("ruff", "mypy", "pytest"):
        (tmp_path / f"{tool}.py").write_text(TOOL, encoding="utf-8")
    return tmp_path


@contextlib.contextmanager
def started(folder: Path, *arguments: str, tools: str = "") -> Iterator["subprocess.Popen[str]"]:
    """Begin the checks as in a terminal: Ctrl-C counts, also where these tests run in the background."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.checks", *arguments],
        cwd=folder,
        env={**os.environ, "TOOLS": tools},
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


def run(folder: Path, *arguments: str, tools: str = "") -> tuple[list[str], int]:
    """Return what the checks tell, without the seconds that each took, and their exit code."""
    with started(folder, *arguments, tools=tools) as process:
        out, err = process.communicate(timeout=PATIENCE_S)
    assert err == ""
    return [re.sub(r" in \d+ s$", "", line) for line in out.splitlines() if line], process.returncode


def ordinary() -> list[str]:
    """Return what the tools print that are told to run all but the long tests."""
    return [f"pytest {command[1:]}" for command in checks.ORDINARY.values()]


def test_the_checks_run_side_by_side_and_only_how_the_tests_ended_is_shown(folder: Path) -> None:
    lines, code = run(folder, tools="meet")
    assert lines[:5] == BEGINS
    assert sorted(lines[5:-1]) == sorted(
        [*["=== 3 passed in 0.1s ==="] * 2, *(f"{name}: passed" for name in (*checks.CHECKS, *PYTESTS))]
    )
    assert lines[-1] == "All passed: ruff check, ruff format, mypy, pytest core, api, pytest others."
    assert code == 0


def test_what_was_skipped_is_shown_with_the_reason(folder: Path) -> None:
    lines, _ = run(folder, tools="pytest-skips")
    shown = ["=== short test summary info ===", "SKIPPED [1] no Chromium", "=== 3 passed in 0.1s ==="]
    place = lines.index(shown[0])
    assert lines[place : place + 3] == shown


def test_what_fails_is_shown_whole_and_the_others_run_to_their_end(folder: Path) -> None:
    lines, code = run(folder, tools="mypy-fails pytest-fails")
    assert {"mypy []", "mypy: failed", *ordinary()} <= set(lines)
    assert "ruff ['check', '.']" not in lines
    assert lines[-3:] == [f"{name} failed (exit code 3)." for name in ("mypy", *PYTESTS)]
    assert code == 3


@pytest.mark.parametrize(
    ("arguments", "begun", "selected"),
    [
        (("--all",), [*BEGINS[:3], "pytest: begins"], []),
        (("--long",), ["pytest: begins"], ["-m", "long"]),
    ],
)
def test_the_long_tests_run_when_they_are_asked_for(
    folder: Path, arguments: tuple[str, ...], begun: list[str], selected: list[str]
) -> None:
    lines, _ = run(folder, *arguments, tools="pytest-fails")
    assert [line for line in lines if line.endswith("begins")] == begun
    assert f"pytest {[*IN_PARALLEL, *selected]}" in lines


def test_chosen_tests_run_after_the_other_checks_with_their_output_passed_on(folder: Path) -> None:
    lines, code = run(folder, "-k", "milk")
    assert lines[:3] == BEGINS[:3]
    assert lines[-3:] == [
        "All passed: ruff check, ruff format, mypy.",
        "pytest ['-k', 'milk']",
        "=== 3 passed in 0.1s ===",
    ]
    assert code == 0


def test_chosen_tests_are_not_run_when_another_check_fails(folder: Path) -> None:
    lines, code = run(folder, "-k", "milk", tools="mypy-fails")
    assert code == 3
    assert not [line for line in lines if "pytest" in line]


@pytest.mark.parametrize(("stop", "code"), [(signal.SIGTERM, 5), (signal.SIGINT, 2)])
def test_stopping_chosen_tests_stops_pytest(folder: Path, stop: signal.Signals, code: int) -> None:
    with started(folder, "milk", tools="pytest-waits") as process:
        assert process.stdout is not None
        while "pytest ['milk']" not in process.stdout.readline():
            assert process.poll() is None
        process.send_signal(stop)
        _, err = process.communicate(timeout=10)
    assert (process.returncode, err) == (code, "")


@pytest.mark.parametrize(("stop", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_stopping_the_checks_stops_them_all(folder: Path, stop: signal.Signals, code: int) -> None:
    with started(folder, tools="mypy-waits pytest-waits") as process:
        while not (list(folder.glob("mypy-*")) and len(list(folder.glob("pytest-*"))) == 2):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(stop)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (code, "")
    assert {path.name for path in folder.glob("*.stopped")} == {"mypy.stopped", "pytest.stopped"}


def test_on_a_terminal_each_check_has_a_line_that_is_rewritten(folder: Path) -> None:
    command = ["-m", "tests.checks"]
    screen, code = on_a_terminal(command, {**os.environ, "TOOLS": "mypy-fails"}, folder)
    assert code == 3
    assert "\033[5F" in screen, "it goes back to the first of the five"
    # What the last line of each says in the end, after all that was in its place before.
    written = re.sub(r"\033\[[\d;]*[A-Za-z]", "", screen)
    names = "|".join(re.escape(name) for name in (*checks.CHECKS, *PYTESTS))
    ends = dict(re.findall(rf"(?m)^({names}) +(passed|failed)", written))
    assert ends == {**dict.fromkeys((*checks.CHECKS, *PYTESTS), "passed"), "mypy": "failed"}


def test_how_far_the_tests_are_is_read_from_what_pytest_prints() -> None:
    begun = "created: 2/2 workers\n2 workers [150 items]\n\n"
    assert checks.progress("============ test session starts ====\n") == ""
    assert checks.progress(begun) == "0 of 150 tests, "
    assert checks.progress(f"{begun}{'.' * 72} [ 48%]\n..sF") == "76 of 150 tests, 1 failed, "
    alone = "collected 160 items / 10 deselected / 150 selected\n\ntests/a.py ..F [  2%]\ntests/b/b.py ."
    assert checks.progress("collected 150 items\n\n") == "0 of 150 tests, "
    assert checks.progress(alone) == "4 of 150 tests, 1 failed, "
    failures = "=== FAILURES ===\nE\nF\n=== short test summary info ===\nFAILED x\n"
    assert (
        checks.progress(f"{begun}{'.' * 72} [ 48%]\n..sF [ 51%]\n{failures}") == "76 of 150 tests, 1 failed, "
    )
