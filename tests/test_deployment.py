"""What docs/production.md and the container rely on is there, and systemd understands its units."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
GUIDE = (PROJECT / "docs" / "production.md").read_text()
UNITS = sorted((PROJECT / "deploy").iterdir())


def test_every_file_that_the_guide_names_exists() -> None:
    named = set(re.findall(r"(?:deploy/|\B\.env\.|CHANGELOG|Docker|dev\.)[\w@.-]*\w", GUIDE))
    assert {
        "deploy/stockbell.service",
        "deploy/stockbell-backup.timer",
        ".env.example",
        "Dockerfile",
    } <= named
    assert [name for name in sorted(named - {"Docker"}) if not (PROJECT / name).exists()] == []


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_understands_its_units(unit: Path, tmp_path: Path) -> None:
    # Where the guide installs it there is nothing on this machine, and a space would end the command.
    python = tmp_path / "python"
    python.symlink_to(sys.executable)
    for one in UNITS:
        here = one.read_text().replace("/opt/stockbell/.venv/bin/python", str(python))
        (tmp_path / one.name).write_text(here)
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", tmp_path / unit.name],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stderr) == (0, "")


def test_the_image_gets_what_it_runs_and_no_secrets() -> None:
    left_out = (PROJECT / ".dockerignore").read_text().split()
    assert {".env", "data", ".venv", ".git"} <= set(left_out)
    needed = {"alembic", "alembic.ini", "api", "bot", "constraints.txt", "core", "LICENSE", "pyproject.toml"}
    assert not {*needed, "README.md", "sandbox", "stockbell"} & set(left_out)
