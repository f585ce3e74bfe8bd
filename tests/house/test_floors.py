"""A walk over the imports that proves the floors: each file imports only rooms below its own."""

import ast
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

FLOORS = {
    "bridge": 0,
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

READS_FILES = {"bridge.responses.load", "bridge.responses.schema", "bridge.wording.catalogue"}
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
@cache
def imports(module: str) -> frozenset[str]:
    """What a module imports, as dotted names; of our own code, the modules themselves."""
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found.update((inner & MODULES.keys()) or {node.module})
    return frozenset(found - {module})


def room(module: str) -> str:
    """The room a module of `bridge` belongs to."""
    return ".".join(module.split(".")[:2])


def floor(module: str) -> int:
    return FLOORS[room(module)]


BRIDGE = sorted(name for name in MODULES if name.split(".")[0] == "bridge")
CHANNELS = sorted(name for name in MODULES if name.split(".")[0] == "channels")


def test_every_room_has_its_floor() -> None:
    assert {room(module) for module in BRIDGE} == set(FLOORS)


@pytest.mark.parametrize("module", BRIDGE)
def test_a_file_imports_only_its_own_room_and_those_below(module: str) -> None:
    ours = [name for name in imports(module) if name in MODULES]
    assert all(name.split(".")[0] == "bridge" for name in ours), "the core knows no vendor"
    above = [name for name in ours if ORDER.index(room(name)) > ORDER.index(room(module))]
    assert above == []


def test_the_rooms_are_listed_floor_by_floor() -> None:
    assert sorted(FLOORS.values()) == list(FLOORS.values())


@pytest.mark.parametrize("module", [name for name in BRIDGE if name.startswith("bridge.store")])
def test_no_look_imports_a_card(module: str) -> None:
    """Cards are drawn from what is stored, never the other way round."""
    assert [name for name in imports(module) if room(name) == "bridge.cards"] == []


@pytest.mark.parametrize("module", CHANNELS)
def test_a_channel_touches_only_the_two_lowest_floors(module: str) -> None:
    assert [name for name in imports(module) if name in MODULES and name in BRIDGE and floor(name) > 1] == []


@pytest.mark.parametrize("module", [name for name in BRIDGE if floor(name) <= 1])
def test_the_two_lowest_floors_do_no_io(module: str) -> None:
    assert {name.split(".")[0] for name in imports(module)} & NO_IO == set()
    calls = {
        node.func.id
        for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert calls & {"open", "print", "input"} <= ({"print"} if module in READS_FILES else set())


@pytest.mark.parametrize("module", [name for name in BRIDGE if floor(name) <= 1])
def test_the_heart_and_its_rooms_have_no_clock_of_their_own(module: str) -> None:
    assert not {"time", "datetime.now"} & imports(module)
    assert ".now(" not in MODULES[module].read_text(encoding="utf-8")
    assert ".utcnow(" not in MODULES[module].read_text(encoding="utf-8")


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
