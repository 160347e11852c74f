"""The shape of the project: who may import whom, and how much a module and a folder may hold."""

import ast
from collections import Counter
from collections.abc import Collection, Mapping
from graphlib import CycleError, TopologicalSorter
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
FULLEST = 20
# They hold a module for each table, and grow with the tables.
UNBOUNDED = {Path("core/models")}
# Their modules are still on the way into packages.
PENDING = {"bot", "core"}
MOVED = [package for package in PACKAGES if package not in PENDING]


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


@pytest.mark.parametrize("package", MOVED)
def test_no_folder_holds_more_than_20_modules(package: str) -> None:
    paths = [path.relative_to(PROJECT) for path in modules(package) if path.name != "__init__.py"]
    held = Counter(path.parent for path in paths)
    assert {
        str(folder): count for folder, count in held.items() if count > FULLEST and folder not in UNBOUNDED
    } == {}


def name_of(path: Path) -> str:
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_among(sources: Mapping[str, str]) -> dict[str, set[str]]:
    """Return which of these modules each of them imports, wherever in it the statement stands."""
    found: dict[str, set[str]] = {}
    for module, source in sources.items():
        names: set[str] = set()
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    submodule = f"{node.module}.{alias.name}"
                    names.add(submodule if submodule in sources else node.module)
        found[module] = (names & sources.keys()) - {module}
    return found


def circle_in(graph: Mapping[str, Collection[str]]) -> list[str]:
    """Return the names along one circle, the first again at the end; none if there is no circle."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        return circle
    return []


def between_packages(graph: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
    """Return the same by what stands directly in a top-level folder: packages, and modules beside them."""
    between: dict[str, set[str]] = {}
    for module, imports in graph.items():
        here = ".".join(module.split(".")[:2])
        there = {".".join(name.split(".")[:2]) for name in imports}
        between.setdefault(here, set()).update(there - {here})
    return between


@pytest.mark.parametrize("package", MOVED)
def test_no_imports_go_in_a_circle(package: str) -> None:
    graph = imports_among({name_of(path): path.read_text() for path in modules(package)})
    assert circle_in(graph) == []
    assert circle_in(between_packages(graph)) == []


def test_a_circle_is_seen_between_modules_and_between_packages() -> None:
    apart = {
        "api.app": "from api import errors",
        "api.errors": "def late():\n    import api.routes.items",
        "api.routes": "",
        "api.routes.items": "",
    }
    assert circle_in(imports_among(apart)) == []
    round_about = imports_among({**apart, "api.routes.items": "from api.app import create_app"})
    assert set(circle_in(round_about)) == {"api.app", "api.errors", "api.routes.items"}
    by_others = imports_among({**apart, "api.routes.stock": "from api.errors import Conflict"})
    assert circle_in(by_others) == []
    assert set(circle_in(between_packages(by_others))) == {"api.errors", "api.routes"}


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
