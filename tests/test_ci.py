"""What .ci/run runs, tried with a python3 that only notes what it is asked to do."""

import shutil
import subprocess
from pathlib import Path

import pytest

RUN = Path(__file__).resolve().parent.parent / ".ci" / "run"
PYTHON = """#!/bin/sh
echo "$* $REQUIRE_POSTGRES $REQUIRE_CHROMIUM" >> calls
exit $(cat code)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with .ci/run in it, and all that it looks for on the PATH."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(RUN, tmp_path / ".ci")
    (tmp_path / "code").write_text("0")
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "python3").write_text(PYTHON)
    for found in ("bash", "cat", "dirname"):
        (tools / found).symlink_to(str(shutil.which(found)))
    for looked_for in ("openssl", "systemd-analyze", "chromium"):
        (tools / looked_for).write_text("#!/bin/sh\n")
    for tool in tools.iterdir():
        if not tool.is_symlink():
            tool.chmod(0o755)
    return tmp_path


def run(project: Path) -> tuple[int, list[str]]:
    """Return the exit code, and what python3 was asked, with REQUIRE_POSTGRES and REQUIRE_CHROMIUM."""
    done = subprocess.run(
        [project / ".ci" / "run"],
        cwd="/",
        env={"PATH": str(project / "bin")},
        capture_output=True,
        check=False,
    )
    calls = project / "calls"
    return done.returncode, calls.read_text().splitlines() if calls.exists() else []


def test_every_test_runs_once_and_none_may_be_skipped(project: Path) -> None:
    assert run(project) == (0, ["dev.py test 1 1", "dev.py test --long 1 1"])


def test_what_fails_in_the_ordinary_tests_ends_it(project: Path) -> None:
    (project / "code").write_text("3")
    assert run(project) == (3, ["dev.py test 1 1"])


@pytest.mark.parametrize("tool", ["openssl", "systemd-analyze"])
def test_a_machine_without_a_tool_of_the_tests_fails_at_once(project: Path, tool: str) -> None:
    (project / "bin" / tool).unlink()
    assert run(project) == (1, [])
