"""A move to another database: everything arrives, whenever it is cut off; and never can both be run."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from pydantic import SecretStr
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.clock import system_clock
from bridge.errors import Misconfigured, RempartError, StoreUnusable
from bridge.noun import replace
from bridge.privacy.secret import derive_keys
from bridge.service.backups import backup, restore
from bridge.service.moving import Moved, move
from bridge.service.prepare import prepare
from bridge.settings import Settings
from bridge.store.engine.belonging import recognise
from bridge.store.engine.store import Store
from bridge.store.engine.tables import events, facts, outbox, pot
from bridge.store.looks.chain import walk
from bridge.store.moving import mark, rows
from bridge.store.moving.mark import Mark, Stage
from bridge.store.moving.rows import TABLES, Fingerprint
from tests.service.test_command import command, environment, plain, running
from tests.support import postgresql, prepared
from tests.support.clock import TestClock
from tests.support.crowd import chained, crowd
from tests.support.evening import evening, night
from tests.support.events import SECRET, keys
from tests.support.forks import begun
from tests.support.outcomes import stored
from tests.support.prepared import After

WAYS = ("sqlite to postgresql", "postgresql to sqlite")


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, after: After) -> tuple[str, str]:
    """The URL of a database in which every table holds something, and that of one which has its tables.

    To make them takes almost as long as to move; where it matters, there are none: `way_into_nothing`.
    """
    origin, _, destination = request.param.split()
    return after(origin, evening), str(request.getfixturevalue(f"{destination}_url"))


@pytest.fixture(params=WAYS)
def way_into_nothing(request: pytest.FixtureRequest, tmp_path: Path, after: After) -> tuple[str, str]:
    """Likewise, but the other has no tables yet, or is not there."""
    engine = request.param.split()[0]
    return after(engine, evening), _empty(engine, request, tmp_path)


@pytest.fixture(params=WAYS)
def long_way(request: pytest.FixtureRequest, tmp_path: Path, after: After) -> tuple[str, str]:
    """Likewise, but the first holds many rows of a few tables."""
    engine = request.param.split()[0]
    return after(engine, chained_crowd), _empty(engine, request, tmp_path)


def _empty(engine: str, request: pytest.FixtureRequest, folder: Path) -> str:
    """On the other engine."""
    if engine == "sqlite":
        return str(request.getfixturevalue("empty_postgresql_url"))
    return f"sqlite:///{folder / 'new.db'}"


@pytest.fixture
def sqlite_evening(after: After) -> str:
    """The URL of a file in which every table holds something."""
    return after("sqlite", evening)


@pytest.fixture
def postgresql_evening(after: After) -> str:
    """The URL of a database on a server in which every table holds something."""
    return after("postgresql", evening)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    store = Store(url)
    try:
        yield store
    finally:
        await store.close()


async def on(url: str, work: Callable[[AsyncConnection], Awaitable[Any]]) -> Any:
    """What `work` comes to in a transaction of its own."""
    async with opened(url) as store:
        return await store.transact(work)


async def holding(url: str, fill: Callable[[Store], Awaitable[None]] = evening) -> None:
    async with opened(url) as store:
        await fill(store)


async def content(url: str) -> Mapping[str, Fingerprint]:
    """What each table holds."""

    async def work(connection: AsyncConnection) -> Mapping[str, Fingerprint]:
        return {table.name: await rows.fingerprint(connection, table, lambda _done: None) for table in TABLES}

    found: Mapping[str, Fingerprint] = await on(url, work)
    return found


async def stage(url: str) -> Stage | None:
    found: Mark | None = await on(url, mark.read)
    return found.stage if found else None


async def moved(
    origin: str, destination: str, tell: Callable[..., None] = lambda *_said: None
) -> Moved | None:
    return await move(origin, destination, keys().recognition, tell)


async def test_every_row_of_every_table_arrives_and_the_chain_holds(
    way_into_nothing: tuple[str, str],
) -> None:
    before = await content(way_into_nothing[0])
    assert all(found.rows for found in before.values()), "a table holds nothing, and so proves nothing"
    done = await moved(*way_into_nothing)
    assert done is not None
    assert done.rows == {name: found.rows for name, found in before.items()}
    assert done.place == 31
    assert await content(way_into_nothing[1]) == before
    assert (await stage(way_into_nothing[0]), await stage(way_into_nothing[1])) == (Stage.GONE, Stage.ARRIVED)


async def test_the_new_database_goes_on_where_the_old_one_stopped(way: tuple[str, str]) -> None:
    highest = await on(way[0], lambda one: one.scalar(select(func.max(events.c.seq))))
    await moved(*way)
    await holding(way[0], night)
    await holding(way[1], night)
    assert await on(way[1], stored) == await on(way[0], stored)
    numbers = await on(way[1], lambda one: one.scalars(select(events.c.seq)))
    assert sorted(numbers) == list(range(1, highest + 13))
    chains = [await on(url, lambda one: walk(one, lambda _place: None)) for url in way]
    assert [link.place for link in chains] == [highest + 12] * 2


class Cut(Exception):
    """The move ends here."""


async def test_a_move_that_is_cut_off_after_any_page_goes_on_from_there(
    way_into_nothing: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "PAGE", 12)
    before = await content(way_into_nothing[0])
    pages = {(name, done) for name, found in before.items() for done in ends(found.rows)}
    said: set[tuple[str, int]] = set()

    def cut(what: str, done: int, _total: int) -> None:
        doing, _, name = what.partition(" ")
        if doing == "copying" or name == "outbox":
            assert (what, done) not in said or doing == "checking", "a page was copied again"
            if (what, done) not in said:
                said.add((what, done))
                raise Cut

    while True:
        try:
            await moved(*way_into_nothing, cut)
            break
        except Cut:
            assert (await stage(way_into_nothing[0]), await stage(way_into_nothing[1])) == (
                Stage.LEAVING,
                Stage.ARRIVING,
            )
    assert {(what.removeprefix("copying "), done) for what, done in said} >= pages
    assert await content(way_into_nothing[1]) == before


def ends(count: int) -> list[int]:
    """How many rows are there after each page of twelve."""
    return [*range(12, count, 12), count]


async def test_a_move_that_is_killed_again_and_again_goes_on(
    long_way: tuple[str, str], tmp_path: Path
) -> None:
    before = await content(long_way[0])
    words, kills = ("migrate-store", *long_way), 0
    while not await asyncio.to_thread(killed_after, 1 + 4 * kills, words, tmp_path):
        kills += 1
        assert (await stage(long_way[0]), await stage(long_way[1])) == (Stage.LEAVING, Stage.ARRIVING)
    assert kills > 2
    assert await content(long_way[1]) == before


async def chained_crowd(store: Store) -> None:
    """Rows of more than one page, and a chain that holds."""
    await crowd(store, 2_500)
    await store.transact(chained)


def killed_after(lines: int, words: Sequence[str], folder: Path) -> bool:
    """Whether it came to its end before it had said so many lines."""
    with begun(*words, env=environment(folder), cwd=folder) as process:
        said = [line for line, _ in zip(process.stderr, range(lines), strict=False)]
        if len(said) == lines:
            process.kill()
        status = process.wait()
    assert status in (0, -signal.SIGKILL), said
    return status == 0


async def test_a_move_that_ended_between_its_two_marks_is_finished(way: tuple[str, str]) -> None:
    await moved(*way)
    arrived = await on(way[1], mark.read)
    filled = replace(arrived, stage=Stage.ARRIVING, table=TABLES[-1].name)
    last = list(await on(way[1], lambda one: one.execute(select(*TABLES[-1].primary_key))))
    await on(way[1], lambda one: mark.write(one, replace(filled, after=tuple(max(last)), rows=len(last))))
    for url in way:
        assert await refused_to_run(url)
    assert await moved(*way) is not None
    assert not await refused_to_run(way[1])
    assert await moved(*way) is None


async def refused_to_run(url: str) -> bool:
    """Whether a service would refuse to start on it, for it is no longer, or not yet, the one to be run."""
    async with opened(url) as store:
        try:
            await prepare(store, keys(), TestClock())
        except StoreUnusable as error:
            return "move" in str(error)
        return False


async def test_what_was_run_between_two_attempts_is_moved_as_it_is_now(way: tuple[str, str]) -> None:

    def cut(what: str, _done: int, _total: int) -> None:
        if what == "copying outbox":
            raise Cut

    with pytest.raises(Cut):
        await moved(*way, cut)
    assert await refused_to_run(way[1])
    assert not await refused_to_run(way[0])
    assert await stage(way[0]) == Stage.STAYED
    await holding(way[0], night)
    before = await content(way[0])
    assert await moved(*way) is not None
    assert await content(way[1]) == before


async def test_there_and_back_it_is_the_same(
    sqlite_evening: str, empty_postgresql_url: str, tmp_path: Path
) -> None:
    before = await content(sqlite_evening)
    await moved(sqlite_evening, empty_postgresql_url)
    with pytest.raises(Misconfigured, match="TO was moved to another database"):
        await moved(empty_postgresql_url, sqlite_evening)
    back = f"sqlite:///{tmp_path / 'back.db'}"
    await moved(empty_postgresql_url, back)
    assert await content(back) == before
    assert await refused_to_run(empty_postgresql_url)


def a_row_less(_url: str) -> Any:
    return delete(outbox).where(outbox.c.id == select(func.min(outbox.c.id)).scalar_subquery())


def another_text(_url: str) -> Any:
    return update(outbox).values(text="something else")


@pytest.mark.parametrize("spoil", [a_row_less, another_text])
async def test_a_copy_that_is_not_the_same_is_found_out_and_made_anew(
    way: tuple[str, str], spoil: Callable[[str], Any]
) -> None:

    def cut(what: str, _done: int, _total: int) -> None:
        if what == "checking cards":
            raise Cut

    with pytest.raises(Cut):
        await moved(*way, cut)
    await on(way[1], lambda one: one.execute(spoil(way[1])))
    with pytest.raises(StoreUnusable, match="The check failed, and nothing was moved: outbox"):
        await moved(*way)
    assert not await refused_to_run(way[0])
    before = await content(way[0])  # it knows by now whose it is
    assert await moved(*way) is not None
    assert await content(way[1]) == before


async def test_a_chain_that_was_tampered_with_is_not_moved(way: tuple[str, str]) -> None:
    await on(way[0], lambda one: one.execute(update(events).where(events.c.place == 7).values(channel="x")))
    with pytest.raises(StoreUnusable, match="breaks at place 7"):
        await moved(*way)
    assert await refused_to_run(way[1])


async def test_a_row_that_the_other_engine_cannot_hold_is_told_without_its_words(
    sqlite_evening: str, empty_postgresql_url: str
) -> None:
    await on(sqlite_evening, lambda one: one.execute(update(outbox).values(error="secret " * 20)))
    with pytest.raises(StoreUnusable, match="a row of the table outbox") as told:
        await moved(sqlite_evening, empty_postgresql_url)
    assert "secret" not in str(told.value)
    assert told.value.__suppress_context__


# What is refused changes nothing: neither side, and no file is made.


async def test_a_database_is_not_moved_to_itself_however_it_is_spelt(
    database_url: str, tmp_path: Path
) -> None:
    url = database_url
    await holding(url)
    before = await content(url)
    if url.startswith("sqlite"):
        (tmp_path / "link.db").symlink_to(tmp_path / "rempart.db")
        spelt = [
            url,
            f"sqlite:///{tmp_path / 'link.db'}",
            f"sqlite:///{tmp_path}/../{tmp_path.name}/rempart.db",
        ]
    else:
        spelt = [url, f"{url}&application_name=x"]
    for other in spelt:
        with pytest.raises(Misconfigured, match="the same database"):
            await moved(url, other)
    assert await stage(url) is None
    assert await content(url) == before


async def test_a_source_that_is_not_there_is_refused(tmp_path: Path, empty_postgresql_url: str) -> None:
    with pytest.raises(Misconfigured, match="no database at"):
        await moved(f"sqlite:///{tmp_path / 'none.db'}", empty_postgresql_url)
    with pytest.raises(Misconfigured, match="FROM is no database of Rempart"):
        await moved(empty_postgresql_url, f"sqlite:///{tmp_path / 'new.db'}")
    nowhere = postgresql.name_of(empty_postgresql_url) + "_none"
    url = empty_postgresql_url.replace(postgresql.name_of(empty_postgresql_url), nowhere)
    with pytest.raises(Misconfigured, match="The database FROM cannot be used: the database does not exist"):
        await moved(url, f"sqlite:///{tmp_path / 'new.db'}")
    assert not (tmp_path / "none.db").exists()


async def an_evening(url: str) -> None:
    await holding(url)


async def a_fact(url: str) -> None:
    await on(url, lambda one: one.execute(facts.insert().values(name="told", value="")))


async def some_money(url: str) -> None:
    await on(url, lambda one: one.execute(update(pot).values(spent=1)))


async def of_somebody_else(url: str) -> None:
    await on(
        url, lambda one: one.execute(text("DROP TABLE events" + " CASCADE" * url.startswith("postgresql")))
    )


@pytest.mark.parametrize("kept", [an_evening, a_fact, some_money, of_somebody_else])
async def test_a_target_that_holds_something_is_refused_and_stays(
    way: tuple[str, str], kept: Callable[[str], Awaitable[None]]
) -> None:
    await kept(way[1])
    with pytest.raises(Misconfigured, match="TO holds something already"):
        await moved(*way)
    assert (await stage(way[0]), await stage(way[1])) == (None, None)


@pytest.fixture(params=WAYS)
def two_urls(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Two databases with every table."""
    origin, _, destination = request.param.split()
    one, other = (str(request.getfixturevalue(f"{name}_url")) for name in (origin, destination))
    return one, other


async def test_a_target_that_a_service_was_only_started_on_will_do(way: tuple[str, str]) -> None:
    before = await content(way[0])
    async with opened(way[1]) as store:
        await prepare(store, keys(), TestClock())
        await store.ping()
    await moved(*way)
    assert await content(way[1]) == before


async def test_half_of_another_move_is_refused(way: tuple[str, str], tmp_path: Path) -> None:
    other = prepared.sqlite_file(tmp_path / "other.db", evening)

    def cut(what: str, _done: int, _total: int) -> None:
        if what == "copying events":
            raise Cut

    with pytest.raises(Cut):
        await moved(other, way[1], cut)
    with pytest.raises(Misconfigured, match="TO holds half of another move"):
        await moved(*way)
    with pytest.raises(Misconfigured, match="FROM holds half of a move"):
        await moved(way[1], f"sqlite:///{tmp_path / 'third.db'}")
    await moved(other, way[1])
    with pytest.raises(Misconfigured, match="FROM was moved already"):
        await moved(other, f"sqlite:///{tmp_path / 'third.db'}")


REVISIONS_AND_MENDS = [("0011", "older"), ("9999", "newer")]


@pytest.mark.parametrize("side", [0, 1], ids=["FROM", "TO"])
@pytest.mark.parametrize(("revision", "word"), REVISIONS_AND_MENDS)
async def test_tables_of_another_release_are_refused(
    two_urls: tuple[str, str], side: int, revision: str, word: str
) -> None:
    statement = text("UPDATE alembic_version SET version_num = :revision").bindparams(revision=revision)
    await on(two_urls[side], lambda one: one.execute(statement))
    with pytest.raises(StoreUnusable, match=f"{('FROM', 'TO')[side]} has the tables of an? {word} Rempart"):
        await moved(*two_urls)


@pytest.mark.parametrize("side", [0, 1], ids=["FROM", "TO"])
async def test_another_secret_is_refused(two_urls: tuple[str, str], side: int) -> None:
    other = derive_keys("another secret, of just as many characters").recognition
    await on(two_urls[side], lambda one: recognise(one, other))
    with pytest.raises(Misconfigured, match=f"secret that {('FROM', 'TO')[side]} was made with"):
        await moved(*two_urls)


@pytest.mark.parametrize("side", [0, 1], ids=["FROM", "TO"])
async def test_nothing_is_moved_while_a_service_runs_on_either_side(
    two_urls: tuple[str, str], side: int, tmp_path: Path
) -> None:
    env = environment(tmp_path, REMPART_DATABASE_URL=two_urls[side])
    with running(env, tmp_path), pytest.raises(RempartError, match=r"running on (FROM|TO|/)") as told:
        await moved(*two_urls)
    assert told.value.exit_status == 1


async def test_nobody_writes_to_postgresql_while_it_is_moved(postgresql_evening: str, tmp_path: Path) -> None:
    locked = []

    def write(what: str, _done: int, _total: int) -> None:
        if what == "copying events":
            locked.append(blocked(postgresql_evening))

    await moved(postgresql_evening, f"sqlite:///{tmp_path / 'new.db'}", write)
    assert locked == [True]


def blocked(url: str) -> bool:
    """Whether somebody who writes from elsewhere would have to wait."""

    async def attempt() -> bool:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute("SET lock_timeout = '100ms'")
            await connection.execute("UPDATE outbox SET attempts = attempts + 1")
        except asyncpg.LockNotAvailableError:
            return True
        finally:
            await connection.close()
        return False

    with ThreadPoolExecutor(1) as other:
        return other.submit(asyncio.run, attempt()).result()


async def test_the_command_says_what_it_does_and_what_to_do_next(
    sqlite_evening: str, empty_postgresql_url: str, tmp_path: Path
) -> None:
    words = ("migrate-store", sqlite_evening, empty_postgresql_url)
    env = environment(tmp_path)
    done = await asyncio.to_thread(command, *words, env=env, cwd=tmp_path)
    assert (done.returncode, "copying events: 33 of 33" in done.stderr) == (0, True)
    assert "the evidence chain holds up to place 31" in done.stdout
    assert "REMPART_DATABASE_URL" in done.stdout
    again = await asyncio.to_thread(command, *words, env=env, cwd=tmp_path)
    assert (again.returncode, again.stderr) == (0, "")
    assert "nothing left to do" in again.stdout
    started = await asyncio.to_thread(command, "mutes", env=env, cwd=tmp_path)
    assert "was moved to another one" in plain(started, 1)
    new = env | {"REMPART_DATABASE_URL": empty_postgresql_url}
    assert (await asyncio.to_thread(command, "mutes", env=new, cwd=tmp_path)).returncode == 0


def test_of_several_lines_it_says_that_each_is_to_be_moved_before_the_start(
    tmp_path: Path, sqlite_url: str
) -> None:
    """A service that is started before makes an empty database for each other line, without its STOPs."""
    env = environment(tmp_path, LANG="fr_FR.UTF-8")
    with (tmp_path / "rules.yaml").open("a", encoding="utf-8") as written:
        written.write("lines: {paris: {pot: {total: 1}}, lyon: {pot: {total: 2}}}\n")
    words = "migrate-store", sqlite_url, f"sqlite:///{tmp_path / 'new.db'}"
    for _ in range(2):
        done = command(*words, env=env, cwd=tmp_path)
        assert "Il y a plusieurs lignes, chacune avec une base à elle" in done.stdout


PASSWORD = "hunter2-and-more"

WRONG = [
    ("sqlite:///none.db", f"postgresql://u:{PASSWORD}@127.0.0.1:9/x", 2),
    (f"postgresql://u:{PASSWORD}@127.0.0.1:9/x", "sqlite:///new.db", 1),
    (f"postgresql://u:{PASSWORD}@127.0.0.1:9/x", f"postgresql://u:{PASSWORD}@127.0.0.1:9/x", 2),
    (f"postgresql://u:{PASSWORD}@127.0.0.1:port/x", "sqlite:///new.db", 2),
    (f"mysql://u:{PASSWORD}@127.0.0.1/x", "sqlite:///new.db", 2),
    (f"postgresql://u:{PASSWORD}@127.0.0.1:9/x", "", 2),
]


@pytest.mark.parametrize(("origin", "destination", "status"), WRONG)
def test_what_is_wrong_is_told_in_a_sentence_and_no_password_is(
    tmp_path: Path, origin: str, destination: str, status: int
) -> None:
    told = command("migrate-store", origin, destination, env=environment(tmp_path), cwd=tmp_path)
    assert PASSWORD not in plain(told, status) + told.stdout


def test_it_is_not_moved_without_its_secret(tmp_path: Path, sqlite_url: str) -> None:
    env = {**environment(tmp_path), "REMPART_SECRET": ""}
    told = command("migrate-store", sqlite_url, "sqlite:///new.db", env=env, cwd=tmp_path)
    assert "REMPART_SECRET is not set" in plain(told, 2)


async def test_a_copy_of_what_was_moved_can_be_put_back_and_run(
    sqlite_evening: str, empty_postgresql_url: str, tmp_path: Path
) -> None:
    await moved(sqlite_evening, empty_postgresql_url)
    settings = Settings(database_url=sqlite_evening, secret=SecretStr(SECRET))
    backup(settings, tmp_path / "copy.db")
    assert await refused_to_run(sqlite_evening)
    restore(settings, tmp_path / "copy.db", system_clock())
    assert not await refused_to_run(sqlite_evening)


async def test_half_of_a_move_is_no_backup(sqlite_url: str, tmp_path: Path) -> None:
    await on(sqlite_url, lambda one: mark.write(one, Mark("0", Stage.ARRIVING)))
    with pytest.raises(StoreUnusable, match="Half of a move"):
        backup(Settings(database_url=sqlite_url, secret=SecretStr(SECRET)), tmp_path / "copy.db")
