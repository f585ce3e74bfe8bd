"""The package: what is built holds all of the product and nothing else, and works away from this folder."""

import os
import subprocess
import sys
import tarfile
import tomllib
from configparser import ConfigParser
from pathlib import Path
from zipfile import ZipFile

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SHIPPED = "bridge/responses/shipped.yaml"
TEMPLATES = {
    "bridge/setup/rempart.service": "packaging/rempart.service",
    "bridge/setup/Caddyfile": "packaging/Caddyfile",
}


def build_wheel(source: Path, target: Path) -> Path:
    (built,) = WheelBuilder(str(source)).build(directory=str(target), versions=["standard"])
    return Path(built)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this folder as it stands."""
    return build_wheel(ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def unpacked(wheel: Path) -> Path:
    """Where the wheel lies unpacked, as an installer would leave it."""
    folder = wheel.parent / "site"
    with ZipFile(wheel) as archive:
        archive.extractall(folder)  # noqa: S202 - we have just made it
    return folder


def contents(wheel: Path) -> set[str]:
    """The files of the product in it; what installers need besides is left out."""
    return {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}


def sources() -> set[str]:
    """The files of the product in this folder, and of the tests that are shipped with it."""
    tops = ((ROOT, "bridge"), (ROOT, "channels"), (ROOT / "tests" / "shipped", "rempart"))
    found = ((base, path) for base, top in tops for path in (base / top).rglob("*"))
    return {
        path.relative_to(base).as_posix()
        for base, path in found
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_everything_of_the_product_is_inside_and_nothing_else(wheel: Path) -> None:
    assert contents(wheel) == sources() | {SHIPPED, *TEMPLATES}


NEEDED = [
    SHIPPED,
    "bridge/demo/page/index.html",
    "bridge/demo/page/page.js",
    "channels/slack/manifest.json",
    "bridge/wording/locale/fr.po",
    "channels/locale/en.po",
    "channels/locale/fr.po",
    "bridge/py.typed",
    "channels/py.typed",
]


@pytest.mark.parametrize("name", NEEDED)
def test_what_is_no_code_is_inside_too(wheel: Path, name: str) -> None:
    assert name in contents(wheel)


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_unit_and_the_block_that_come_with_it_are_those_of_packaging(unpacked: Path, name: str) -> None:
    assert (unpacked / name).read_bytes() == (ROOT / TEMPLATES[name]).read_bytes()


def test_every_migration_is_inside(wheel: Path) -> None:
    folder = "bridge/store/engine/migrations/versions/"
    here = {path.name for path in (ROOT / folder).glob("v*.py")}
    assert here == {name.removeprefix(folder) for name in contents(wheel) if name.startswith(f"{folder}v")}
    assert len(here) >= 2


def test_the_rules_that_come_with_it_are_those_at_the_top(unpacked: Path) -> None:
    assert (unpacked / SHIPPED).read_bytes() == (ROOT / "responses.yaml").read_bytes()


LOAD_ENTRY_POINTS = """
from importlib.metadata import distribution
print(len([entry.load() for entry in distribution("rempart").entry_points]))
"""


def test_the_entry_points_are_those_of_the_project_and_each_can_be_loaded(unpacked: Path) -> None:
    (written,) = unpacked.glob("*.dist-info/entry_points.txt")
    found = ConfigParser()
    found.read_string(written.read_text(encoding="utf-8"))
    groups = {name: dict(found[name]) for name in found.sections()}
    assert groups == {"console_scripts": PROJECT["scripts"], **PROJECT["entry-points"]}
    loading = run_away_from_here(unpacked, "-c", LOAD_ENTRY_POINTS)
    assert (loading.returncode, loading.stdout.split()) == (0, [str(sum(map(len, groups.values())))])


def test_the_licence_is_inside(unpacked: Path) -> None:
    (licence,) = unpacked.glob("*.dist-info/licenses/LICENSE")
    assert licence.read_bytes() == (ROOT / "LICENSE").read_bytes()


def run_away_from_here(unpacked: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Runs Python on what was unpacked, in a folder that knows nothing of this one."""
    folder = unpacked.parent / "elsewhere"
    folder.mkdir(exist_ok=True)
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(unpacked), "PYTHONWARNINGS": "error"}
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


SELF_TEST = """
import asyncio, sys
from pathlib import Path
import bridge, channels
assert all(str(Path(one.__file__)).startswith(sys.argv[1]) for one in (bridge, channels)), bridge.__file__
from bridge.demo.app import demo_app
from bridge.responses import read, shipped
from bridge.store.engine.migrate import migrate
from bridge.store.engine.store import Store
assert read(shipped()).replies
async def main():
    store = Store("sqlite:///rempart.db")
    await migrate(store)
    await store.ping()
    await store.close()
asyncio.run(main())
"""


def test_what_was_unpacked_works_by_itself(unpacked: Path) -> None:
    done = run_away_from_here(unpacked, "-c", SELF_TEST, str(unpacked))
    assert done.returncode == 0, done.stderr


def test_the_source_package_makes_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    (packed,) = SdistBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with tarfile.open(packed) as archive:
        safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # since Python 3.11.4
        archive.extractall(tmp_path, **safely)  # type: ignore[arg-type]  # noqa: S202 - we have just made it
    (folder,) = (path for path in tmp_path.iterdir() if path.is_dir())
    again = build_wheel(folder, tmp_path)
    with ZipFile(wheel) as one, ZipFile(again) as other:
        assert {name: one.read(name) for name in one.namelist()} == {
            name: other.read(name) for name in other.namelist()
        }
