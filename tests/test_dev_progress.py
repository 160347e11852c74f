"""How far a first run is: which package, and how many of how many."""

import os
import time
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import dev
from tests.support.terminal import on_a_terminal

PROJECT = Path(dev.__file__).parent

PIP = """\
Looking in indexes: https://packages.example/simple
Obtaining file:///home/alice/our höme
Collecting aiogram<4,>=3.31 (from stockbell==0.1.0)
  Downloading aiogram-3.31.0-py3-none-any.whl (859 kB)
Collecting psycopg[binary]<4,>=3.3.9 (from stockbell==0.1.0)
Processing ./our wheels/argon2_cffi-25.1.0-py3-none-any.whl (from stockbell==0.1.0)
""".splitlines()


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (2, ""),
        (3, "Fetching 1 of up to 70: aiogram"),
        (4, "Fetching 1 of up to 70: aiogram"),
        (5, "Fetching 2 of up to 70: psycopg"),
        (6, "Fetching 3 of up to 70: argon2_cffi"),
    ],
)
def test_a_first_run_says_which_package_pip_fetches(tmp_path: Path, lines: int, told: str) -> None:
    assert dev.how_far(PIP[:lines], tmp_path, 0, 70).strip() == told


def test_a_first_run_says_which_package_pip_installs(tmp_path: Path) -> None:
    lines = [*PIP, "Installing collected packages: tzdata, numpy, stockbell", ""]
    began = time.time() - 60
    told = [dev.how_far(lines, tmp_path, began, 70).strip()]
    # The build tool was there before.
    for package, age in (("setuptools-1", 3600), ("tzdata-1", 0), ("numpy-2", 0), ("stockbell-1", 0)):
        folder = tmp_path / "lib" / "python3.11" / "site-packages" / f"{package}.dist-info"
        folder.mkdir(parents=True)
        (folder / "INSTALLER").touch()
        os.utime(folder / "INSTALLER", (began + 60 - age, began + 60 - age))
        told.append(dev.how_far(lines, tmp_path, began, 70).strip())
    first, second, third = (
        f"Installing {n} of 3: {of}" for n, of in enumerate(("tzdata", "numpy", "stockbell"), 1)
    )
    assert told == [first, first, second, third, third]


def test_progress_rewrites_one_line_of_a_terminal_and_wipes_it() -> None:
    shown = "import dev; line = dev.Progress(); [line.show(text) for text in ('Milk', 'Milk', 'Tea', '')]"
    seen, _ = on_a_terminal(["-c", shown], os.environ, PROJECT)
    assert seen == "\r\033[KMilk\r\033[KTea\r\033[K"


def test_progress_without_a_terminal_is_told_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    progress = dev.Progress()
    for package in range(92):
        progress.show(f"Fetching {package}")
    assert capsys.readouterr().out == "", "not within the first seconds"
    overdue = dev.Progress(every_s=0)
    overdue.show("Fetching 1")
    overdue.show("")
    assert capsys.readouterr().out == "Fetching 1\n"


def needed(*extras: str) -> set[str]:
    """Return what this Python and machine need for Stockbell with these extras."""
    found: set[str] = set()
    left = [("stockbell", extras)]
    for name, chosen in left:
        found.add(name)
        for text in metadata.requires(name) or ():
            one = Requirement(text)
            wanted = one.marker is None or any(one.marker.evaluate({"extra": e}) for e in ("", *chosen))
            if wanted and (next_ := (canonicalize_name(one.name), tuple(one.extras))) not in left:
                left.append(next_)
    return found - {"stockbell"}


def test_the_list_of_packages_marks_what_only_the_tests_need() -> None:
    lines = [line for line in (PROJECT / "constraints.txt").read_text().splitlines() if "==" in line]
    marked = {canonicalize_name(line.partition("==")[0]) for line in lines if line.endswith("# tests")}
    assert not marked & needed()
    assert needed("test") - needed() <= marked
    assert dev.pinned(PROJECT, with_tests=True) == len(lines)
    assert dev.pinned(PROJECT, with_tests=False) == len(lines) - len(marked)
