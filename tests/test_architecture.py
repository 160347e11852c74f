"""The shape of the project: who may import whom, and how much a module and a folder may hold."""

import ast
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.imports import (
    PACKAGES,
    PROJECT,
    Graph,
    between_packages,
    circle_in,
    edges_among,
    graph_of,
    imports_among,
    modules,
    nodes,
)

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
# Imports only go to a step before, or stay in their own package. The modules that stand in no package come
# first; those that put the whole together, last. docs/architecture.md says what each is for.
LAYERS: dict[str, Sequence[Sequence[str]]] = {
    "core": [
        *(["models"], ["values"], ["events"], ["guards"], ["wording"], ["preferences"], ["notifications"]),
        *(["inventory"], ["shopping"], ["digests"], ["delivery"], ["settings"], ["mail"], ["accounts"]),
        *(["households"], ["telegram"], ["privacy"], ["operations"]),
    ],
    "bot": [
        *(["reading"], ["stock"], ["shopping", "households"], ["settings", "alerts"], ["account"]),
        ["app", "worker"],
    ],
}


def imported(source: str, package: str) -> set[str]:
    """Return the top-level packages that a module imports, wherever in it the statement stands."""
    names: set[str] = set()
    for node in nodes(source):
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


@pytest.mark.parametrize("package", PACKAGES)
def test_no_folder_holds_more_than_20_modules(package: str) -> None:
    paths = [path.relative_to(PROJECT) for path in modules(package) if path.name != "__init__.py"]
    held = Counter(path.parent for path in paths)
    assert {
        str(folder): count for folder, count in held.items() if count > FULLEST and folder not in UNBOUNDED
    } == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_no_imports_go_in_a_circle(package: str) -> None:
    graph = graph_of(package)
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


def against(order: Sequence[Sequence[str]], graph: Graph) -> list[str]:
    """Return the imports that go from a step to one after it, or to another package of the same step."""
    steps = {name: step for step, names in enumerate(order, 1) for name in names}

    def place(module: str) -> str:
        # A module that stands in no package of the order is the ground of all of them.
        name = module.split(".")[1] if "." in module else ""
        return name if name in steps else ""

    return [
        f"{here} -> {there}"
        for here, imports in graph.items()
        for there in sorted(imports)
        if place(here) != place(there) and steps.get(place(there), 0) >= steps.get(place(here), 0)
    ]


@pytest.mark.parametrize("package", LAYERS)
def test_imports_go_down_the_layers_only(package: str) -> None:
    assert against(LAYERS[package], graph_of(package)) == []


@pytest.mark.parametrize("package", LAYERS)
def test_every_package_has_its_layer(package: str) -> None:
    folders = {path.parent.name for path in (PROJECT / package).glob("*/__init__.py")}
    named = {name for names in LAYERS[package] for name in names}
    assert folders <= named
    assert all((PROJECT / package / name).is_dir() or name in ("app", "worker") for name in named)


def test_an_import_against_the_layers_is_seen_whoever_it_is_for() -> None:
    sources = {
        "core.clock": "",
        "core.text": "if TYPE_CHECKING:\n    from core.models import Item",
        "core.models": "from core import clock",
        "core.mail.links": "from core.models import Item",
        "core.mail.tokens": "from core.mail import links",
        "core.values": "def late():\n    from core.mail import links",
        "core.events": "import core.values",
    }
    order = [["models"], ["values", "events"], ["mail"]]
    assert against(order, imports_among(sources)) == [
        "core.text -> core.models",
        "core.values -> core.mail.links",
        "core.events -> core.values",
    ]


def test_what_follows_from_other_edges_is_not_drawn() -> None:
    graph = {"core.a.one": ["core.b", "core.c"], "core.b": ["core.c"], "core.c": [], "core.d": ["core.c"]}
    assert edges_among(graph, ["core.a", "core.b", "core.c"]) == {("core.a", "core.b"), ("core.b", "core.c")}


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
        for node in nodes(source)
    )


def test_only_the_clock_asks_what_time_it_is() -> None:
    asking = [
        str(path.relative_to(PROJECT))
        for package in ("core", "api", "bot", "stockbell")
        for path in modules(package)
        if asks_the_time(path.read_text())
    ]
    assert asking == ["core/clock.py"]
