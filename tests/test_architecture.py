"""The shape of the project: who may import whom, and how long a module may grow."""

import ast
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
PACKAGES = ("core", "api", "bot", "sandbox", "stockbell")
FORBIDDEN = {
    "core": {
        "api",
        "bot",
        "sandbox",
        "stockbell",
        "fastapi",
        "starlette",
        "socketio",
        "engineio",
        "aiogram",
        "uvicorn",
    },
    "api": {"bot", "sandbox", "stockbell", "aiogram"},
    "bot": {"api", "sandbox", "stockbell", "fastapi", "starlette", "socketio"},
    "sandbox": {"core", "api", "bot", "stockbell"},
    "stockbell": set[str](),
}
LONGEST = 400


def modules(package: str) -> list[Path]:
    return sorted((PROJECT / package).rglob("*.py"))


def imported(source: str, package: str) -> set[str]:
    """Return the top-level packages that a module imports, wherever in it the statement stands."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(package if node.level else (node.module or "").partition(".")[0])
    return names


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_only_what_it_may_know(package: str) -> None:
    wrong = {
        str(path.relative_to(PROJECT)): sorted(found)
        for path in modules(package)
        if (found := imported(path.read_text(), package) & FORBIDDEN[package])
    }
    assert modules(package), f"{package} has no modules; is the test looking in the right place?"
    assert wrong == {}


def test_the_walk_sees_every_kind_of_import() -> None:
    source = "import api.app\ndef late():\n    from aiogram import Bot\n    import os, bot"
    assert {"api", "aiogram", "bot"} <= imported(source, "core")


@pytest.mark.parametrize("package", [*PACKAGES, "tests", "bench", "alembic"])
def test_no_module_grows_past_400_lines(package: str) -> None:
    lengths = {
        str(path.relative_to(PROJECT)): len(path.read_text().splitlines()) for path in modules(package)
    }
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}


def test_alembic_is_no_package_that_would_shadow_the_library() -> None:
    assert not (PROJECT / "alembic" / "__init__.py").exists()


def test_only_the_clock_process_imports_apscheduler() -> None:
    users = [
        path.relative_to(PROJECT)
        for package in PACKAGES
        for path in modules(package)
        if "apscheduler" in imported(path.read_text(), package)
    ]
    assert users == [Path("core/operations/clock_process.py")]


def asks_the_time(source: str) -> bool:
    asking = {("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time")}
    return any(
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in asking
        for node in ast.walk(ast.parse(source))
    )


def test_only_the_clock_asks_what_time_it_is() -> None:
    asking = [
        str(path.relative_to(PROJECT))
        for package in ("core", "api", "bot", "stockbell")
        for path in modules(package)
        if asks_the_time(path.read_text())
    ]
    assert asking == ["core/clock.py"]
