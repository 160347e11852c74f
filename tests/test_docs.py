"""The documents name no file, module, function or command that is not there, and draw who imports whom."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from core.operations.heartbeats import Component
from tests.support.imports import PACKAGES, PROJECT, edges_among, graph_of

DOCS = sorted(
    path.relative_to(PROJECT).as_posix()
    for path in (*PROJECT.glob("*.md"), *(PROJECT / "docs").glob("*.md"))
    # What is long past is named as it was called then.
    if path.name != "CHANGELOG.md"
)
TOP = {*PACKAGES, "tests", "bench"}
# They come into being when Stockbell runs, or when somebody follows a recipe of CONTRIBUTING.md.
MADE_LATER = {".env", ".venv", "data/demo.db", "data/stockbell.db"}
# Files of a server, which have no folder here.
NO_MODULES = (".db", ".env", ".service")
_FILE = re.compile(r"\.?[\w@-]+(?:[./][\w@.-]+)*/?")
_ENDINGS = (".py", ".md", ".toml", ".txt", ".ini", ".yaml", ".css", ".html", ".example")


def read(doc: str) -> str:
    return (PROJECT / doc).read_text(encoding="utf-8")


def quoted(text: str) -> list[str]:
    """Return what stands between backticks, in lines of their own or not."""
    return re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)


def missing_files(text: str) -> set[str]:
    """Return the paths that a text names and that are not there."""
    named = {
        one
        for one in quoted(text)
        if _FILE.fullmatch(one) and (one.endswith(_ENDINGS) or one.split("/")[0] in FOLDERS)
    }
    return {
        name
        for name in named - MADE_LATER
        if not (PROJECT / name).exists() and not (Path(name).name == name and name in BARE)
    }


FOLDERS = {path.name for path in PROJECT.iterdir() if path.is_dir()} - {"data", ".venv"}
# Modules that every feature has are also named without their folder.
BARE = {path.name for package in PACKAGES for path in (PROJECT / package).rglob("*.py")}


def missing_links(doc: str, text: str) -> set[str]:
    """Return the targets of relative links, in Markdown or in HTML, that lead nowhere."""
    targets = re.findall(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"", text)
    return {target for pair in targets if (target := "".join(pair)) and not leads(doc, target)}


def leads(doc: str, target: str) -> bool:
    if re.match(r"\w+:", target):
        return True
    name, _, anchor = target.partition("#")
    path = (PROJECT / doc).parent / name if name else PROJECT / doc
    return path.exists() and (not anchor or anchor in anchors(path.read_text(encoding="utf-8")))


def anchors(text: str) -> set[str]:
    headings = re.findall(r"(?m)^#+ (.+)$", text)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def missing_names(text: str) -> set[str]:
    """Return the modules, functions and classes that a text names in full and that are not there."""
    dotted = {one for one in quoted(text) if re.fullmatch(r"\w+(?:\.\w+)+", one)}
    dotted -= {*Component, *(one for one in dotted if one.endswith(NO_MODULES))}
    return {name for name in dotted if name.split(".")[0] in TOP and not is_there(name)}


def is_there(name: str) -> bool:
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        place = PROJECT.joinpath(*parts[:length])
        if place.with_suffix(".py").is_file():
            return defines(place.with_suffix(".py"), tuple(parts[length:]))
        if place.is_dir():
            return length == len(parts) or defines(place / "__init__.py", tuple(parts[length:]))
    return False


@cache
def defines(module: Path, names: tuple[str, ...]) -> bool:
    """Return whether a module defines a name, or a class in it one."""
    if not names:
        return True
    body: list[ast.stmt] = ast.parse(module.read_text(encoding="utf-8")).body if module.is_file() else []
    for name in names:
        found = next((node for node in body if name in defined_by(node)), None)
        if found is None:
            return False
        body = found.body if isinstance(found, ast.ClassDef) else []
    return True


def defined_by(node: ast.stmt) -> set[str]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return {node.name}
        case ast.Assign():
            return {target.id for target in node.targets if isinstance(target, ast.Name)}
        case ast.AnnAssign(target=ast.Name() as target):
            return {target.id}
        case ast.ImportFrom():
            return {alias.asname or alias.name for alias in node.names}
    return set()


def missing_commands(text: str) -> set[str]:
    """Return the commands of dev.py, make and `python -m` that a text gives and that are not there."""
    usage = re.search(r"usage: python3 dev.py (.+?)\"", (PROJECT / "dev.py").read_text(encoding="utf-8"))
    assert usage
    commands = set(re.findall(r"\w+", usage.group(1)))
    goals = set(re.findall(r"(?m)^([\w ]+):", (PROJECT / "Makefile").read_text(encoding="utf-8")))
    goals = {goal for line in goals for goal in line.split()}
    run = set(re.findall(r"python -m ((?:{})[\w.]*)".format("|".join(sorted(TOP))), text))
    return {
        *(f"dev.py {one}" for one in re.findall(r"\bdev\.py ([a-z]+)", text) if one not in commands),
        *(f"make {one}" for one in re.findall(r"(?m)(?:`|^ {4}|^)make ([a-z]+)", text) if one not in goals),
        *(f"python -m {one}" for one in run if not is_there(one)),
    }


@pytest.mark.parametrize("doc", DOCS)
def test_what_a_document_names_is_there(doc: str) -> None:
    text = read(doc)
    assert missing_files(text) == set()
    assert missing_links(doc, text) == set()
    assert missing_names(text) == set()
    assert missing_commands(text) == set()


def test_what_is_not_there_is_seen() -> None:
    text = """See `core/nothing.py`, `docs/gone/`, `core.delivery.claims.clam`, `bot.nobody`, [this](lost.md),
    [that](../README.md#nowhere), `dev.py fly`, `make tea` and `python -m tests.nothing`; but also
    `core/delivery/claims.py`, `core.delivery.claims.claim`, `core.delivery.dispatcher.Dispatcher.run_once`,
    `handlers.py`, [README](../README.md#figures), `/use 3 milk`, `make chaos` and `python3 dev.py test`."""
    assert missing_files(text) == {"core/nothing.py", "docs/gone/"}
    assert missing_links("docs/page.md", text) == {"lost.md", "../README.md#nowhere"}
    assert missing_names(text) == {"core.delivery.claims.clam", "bot.nobody"}
    assert missing_commands(text) == {"dev.py fly", "make tea", "python -m tests.nothing"}


def drawings() -> list[str]:
    return re.findall(r"```mermaid\n(.+?)```", read("docs/architecture.md"), re.S)


@pytest.mark.parametrize("number", range(2))
def test_the_drawings_are_made_of_the_imports(number: int) -> None:
    drawn = set(re.findall(r"([\w.]+) --> ([\w.]+)", drawings()[number]))
    names = sorted({name for edge in drawn for name in edge})
    assert drawn == edges_among(graph_of(*PACKAGES), names)


def test_a_stock_change_passes_six_packages() -> None:
    names = re.findall(r"(?:core|api|bot)(?:\.\w+)+", drawings()[1])
    packages = {".".join(name.split(".")[: 2 if name.startswith("core") else 1]) for name in names}
    assert packages == {"api", "bot", *(f"core.{one}" for one in ("inventory", "notifications"))} | {
        f"core.{one}" for one in ("delivery", "wording")
    }
