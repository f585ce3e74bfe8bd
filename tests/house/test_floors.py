"""A walk over the imports that proves the floors: each file imports only rooms below its own."""

import ast
import re
from collections.abc import Callable, Iterable
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[2]

FLOORS = {
    "bridge": 0,
    "bridge.noun": 0,
    "bridge.reasons": 0,
    "bridge.model": 0,
    "bridge.errors": 0,
    "bridge.card": 0,
    "bridge.checkup": 0,
    "bridge.views": 0,
    "bridge.ports": 0,
    "bridge.standin": 0,
    "bridge.days": 1,
    "bridge.quantities": 1,
    "bridge.sentences": 1,
    "bridge.wording": 1,
    "bridge.credentials": 1,
    "bridge.remembered": 1,
    "bridge.reach": 1,
    "bridge.text": 1,
    "bridge.privacy": 1,
    "bridge.evidence": 1,
    "bridge.responses": 1,
    "bridge.raid": 1,
    "bridge.pot": 1,
    "bridge.waking": 1,
    "bridge.saved": 1,
    "bridge.prices": 1,
    "bridge.ways": 1,
    "bridge.threats": 1,
    "bridge.moderation": 1,
    "bridge.heart": 1,
    "bridge.grammar": 1,
    "bridge.cards": 1,
    "bridge.papers": 1,
    "bridge.picture": 1,
    "bridge.store": 2,
    "bridge.explaining": 2,
    "bridge.loops": 3,
    "bridge.typesetting": 3,
    "bridge.dossier": 3,
    "bridge.clock": 4,
    "bridge.environment": 4,
    "bridge.litter": 4,
    "bridge.settings": 4,
    "bridge.observability": 4,
    "bridge.status": 4,
    "bridge.web": 4,
    "bridge.replay": 4,
    "bridge.simulate": 4,
    "bridge.statuspage": 4,
    "bridge.service": 4,
    "bridge.doctor": 4,
    "bridge.setup": 4,
    "bridge.demo": 4,
    "bridge.cli": 4,
}
"""Every room and its floor, from the ground up: inside a floor, too, a room knows only those before it."""

ORDER = list(FLOORS)

READS_FILES = {
    "bridge.responses.load",
    "bridge.responses.schema",
    "bridge.sentences",
    "bridge.wording.catalogue",
}
"""The rules file and the words are read where they are understood: floor 1 opens no other file."""

NO_IO = {
    "asyncio",
    "socket",
    "subprocess",
    "sqlite3",
    "sqlalchemy",
    "aiohttp",
    "uvicorn",
    "starlette",
    "threading",
}


def modules() -> dict[str, Path]:
    """Every module of the product by its dotted name."""
    found = {}
    for top in ("bridge", "channels"):
        for path in (ROOT / top).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


@cache
def imports(module: str) -> frozenset[str]:
    """What a module imports, as dotted names; of our own code, the modules themselves."""
    tree = ast.parse(source(module))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found.update((inner & MODULES.keys()) or {node.module})
    return frozenset(found - {module})


def source(module: str) -> str:
    return MODULES[module].read_text(encoding="utf-8")


def room(module: str) -> str:
    """The room a module of `bridge` belongs to."""
    return ".".join(module.split(".")[:2])


def floor(module: str) -> int:
    return FLOORS[room(module)]


BRIDGE = sorted(name for name in MODULES if name.split(".")[0] == "bridge")
CHANNELS = sorted(name for name in MODULES if name.split(".")[0] == "channels")
LOWEST = [module for module in BRIDGE if floor(module) <= 1]


def those_that(modules: Iterable[str], find: Callable[[str], Iterable[str]]) -> dict[str, list[str]]:
    """What is found of each, where something is: one test for all files, for there are a thousand."""
    return {module: sorted(found) for module in modules if (found := find(module))}


def test_every_room_has_its_floor() -> None:
    assert {room(module) for module in BRIDGE} == set(FLOORS)


def ours(module: str) -> frozenset[str]:
    """Those of our own that it imports."""
    return imports(module) & MODULES.keys()


def test_the_core_knows_no_vendor() -> None:
    assert those_that(BRIDGE, lambda module: ours(module) - {*BRIDGE}) == {}


_VENDORS = re.compile("slack|mattermost|twilio|telegram|telnyx|whatsapp|android", re.IGNORECASE)
_NAMING = ("bridge.demo", "bridge.simulate")
"""The demo shows three stand-ins on a page of its own, and a simulated crowd writes over two channels."""


def test_nor_does_it_name_one() -> None:
    """Not in a pattern, a sentence or a remark: what is a vendor's stands with its channel."""
    theirs = [name for name in BRIDGE if not name.startswith(_NAMING)]
    assert those_that(theirs, lambda module: _VENDORS.findall(source(module))) == {}


def test_a_file_imports_only_its_own_room_and_those_below() -> None:
    assert those_that(BRIDGE, above) == {}


def above(module: str) -> list[str]:
    """What it imports of a room that it should not know."""
    own = ORDER.index(room(module))
    return [name for name in ours(module) & {*BRIDGE} if ORDER.index(room(name)) > own]


def test_the_page_on_architecture_names_every_room_on_its_floor() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([0-4]) \| (.*) \|$", page, re.MULTILINE))
    unnamed = [
        one for one, floor in FLOORS.items() if f"`{one.removeprefix('bridge.')}`" not in rows[str(floor)]
    ]
    assert unnamed == ["bridge"]


def test_the_rooms_are_listed_floor_by_floor() -> None:
    assert sorted(FLOORS.values()) == list(FLOORS.values())


def test_no_look_imports_a_card() -> None:
    """Cards are drawn from what is stored, never the other way round."""
    store = [name for name in BRIDGE if name.startswith("bridge.store")]
    assert (
        those_that(store, lambda one: [name for name in imports(one) if room(name) == "bridge.cards"]) == {}
    )


def test_a_channel_touches_only_the_two_lowest_floors() -> None:
    assert those_that(CHANNELS, lambda module: ours(module) & {*BRIDGE} - {*LOWEST}) == {}


def test_the_two_lowest_floors_do_no_io() -> None:
    assert those_that(LOWEST, lambda module: {name.split(".")[0] for name in imports(module)} & NO_IO) == {}
    assert those_that(LOWEST, io_calls) == {}


def io_calls(module: str) -> set[str]:
    """What it calls that reads or writes, and may not."""
    calls = {
        node.func.id
        for node in ast.walk(ast.parse(source(module)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    return calls & {"open", "print", "input"} - ({"print"} if module in READS_FILES else set())


def test_the_heart_and_its_rooms_have_no_clock_of_their_own() -> None:
    assert those_that(LOWEST, lambda module: imports(module) & {"time", "datetime.now"}) == {}
    assert [module for module in LOWEST if re.search(r"\.(utc)?now\(", source(module))] == []


def test_there_are_no_circles() -> None:
    graph = {module: {name for name in imports(module) if name in MODULES} for module in MODULES}
    packages = {name for name, path in MODULES.items() if path.name == "__init__.py"}
    # A package's own front door re-exports its rooms; only roads between files can be circles.
    roads = {module: targets - packages for module, targets in graph.items() if module not in packages}
    assert list(TopologicalSorter(roads).static_order())


def test_at_the_top_stands_only_what_belongs_there() -> None:
    allowed = {
        "bridge", "channels", "tests", "docs", "responses.yaml", "responses.schema.json", "pyproject.toml",
        "requirements.lock", "README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "Makefile",
        "packaging",
    }  # fmt: skip
    visible = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert visible - {"dist", "build"} <= allowed
