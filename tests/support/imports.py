"""Who imports whom in the project, read from its source.

    python -m tests.support.imports core.inventory core.notifications core.delivery

prints the edges among some packages and modules as docs/architecture.md draws them. What follows from others
is left out: where A imports B and B imports C, there is no edge from A to C.
"""

import ast
import sys
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PACKAGES = ("core", "api", "bot", "sandbox", "stockbell")

Graph = Mapping[str, Collection[str]]


def modules(package: str) -> list[Path]:
    return sorted((PROJECT / package).rglob("*.py"))


def name_of(path: Path) -> str:
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def nodes(source: str) -> list[ast.AST]:
    """Return everything that a module says, as Python reads it."""
    return list(ast.walk(ast.parse(source)))


@cache
def graph_of(*packages: str) -> Mapping[str, Collection[str]]:
    """Return which modules of some top-level packages each of them imports."""
    paths = [path for package in packages for path in modules(package)]
    return imports_among({name_of(path): path.read_text() for path in paths})


def imports_among(sources: Mapping[str, str]) -> dict[str, set[str]]:
    """Return which of these modules each of them imports, wherever in it the statement stands."""
    found: dict[str, set[str]] = {}
    for module, source in sources.items():
        names: set[str] = set()
        for node in nodes(source):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    submodule = f"{node.module}.{alias.name}"
                    names.add(submodule if submodule in sources else node.module)
        found[module] = (names & sources.keys()) - {module}
    return found


def circle_in(graph: Graph) -> list[str]:
    """Return the names along one circle, the first again at the end; none if there is no circle."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        return circle
    return []


def between_packages(graph: Graph) -> dict[str, set[str]]:
    """Return the same by what stands directly in a top-level folder: packages, and modules beside them."""
    between: dict[str, set[str]] = {}
    for module, imports in graph.items():
        here = ".".join(module.split(".")[:2])
        there = {".".join(name.split(".")[:2]) for name in imports}
        between.setdefault(here, set()).update(there - {here})
    return between


def edges_among(graph: Graph, names: Sequence[str]) -> set[tuple[str, str]]:
    """Return who imports whom among packages and modules, without what follows from others.

    A module counts for the longest of the names that it stands under. Raises KeyError for a name that
    nothing stands under.
    """
    place = {module: _place(module, names) for module in graph}
    among: dict[str, set[str]] = {name: set() for name in place.values() if name}
    for module, imports in graph.items():
        if here := place[module]:
            among[here] |= {there for name in imports if (there := place[name])} - {here}
    below = {name: _reached(among, among[name]) for name in names}
    return {
        (here, there)
        for here in names
        for there in among[here]
        if not any(there in below[other] for other in among[here] - {there})
    }


def _place(module: str, names: Sequence[str]) -> str:
    under = [name for name in names if f"{module}.".startswith(f"{name}.")]
    return max(under, key=len, default="")


def _reached(graph: Mapping[str, set[str]], first: Collection[str]) -> set[str]:
    reached, waiting = set[str](), list(first)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += graph[name]
    return reached


def main(names: Sequence[str]) -> None:
    for here, there in sorted(edges_among(graph_of(*PACKAGES), names)):
        sys.stdout.write(f"    {here} --> {there}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
