"""Where batches are cut makes no difference: in memory, on SQLite and on PostgreSQL, restarts included."""

import asyncio
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import HOUR, MINUTE, SECOND
from bridge.replay.compare import fold_again
from bridge.replay.journal import JournalReader
from bridge.responses import Responses
from bridge.service.board import Board
from bridge.store.books.journal import Arrival
from bridge.store.engine import tables
from bridge.store.engine.migrate import migrate
from bridge.store.engine.store import Store
from tests.support import postgresql
from tests.support.clock import NOON, TestClock
from tests.support.events import Bridge, keys, rules
from tests.support.examples import examples
from tests.support.journals import SOON, SOURCE, WORDS, Step, journals, told
from tests.support.outcomes import Outcome, outcome_of, stored

pytestmark = pytest.mark.timeout(900)
"""Hundreds of journals are folded, on a busy machine, too."""

TWO_CLUSTERS: list[Step] = [
    *(Step("message", who, 0, SECOND) for who in range(6)),
    *(Step("message", 10 + who, 2, SECOND) for who in range(5)),
    Step("message", 0, 2, 48 * MINUTE),
    Step("message", 1, 3, 3 * HOUR),
    Step("message", 0, 3, HOUR),
]
"""One sender falls into two clusters 48 minutes apart, was never answered, and writes again."""


def acted(verb: str, who: int = 1) -> Step:
    """Somebody of the team does something, about the newest raid where there is one."""
    return Step("act", who, 5 * len(WORDS) + WORDS.index(verb), SECOND)


FORGIVEN_BEFORE: list[Step] = [
    *(Step("message", who, 7, SECOND) for who in (9, 10, 11, 12)),
    acted("false_alarm"),
    acted("shield"),
    Step("message", 15, 8, SECOND),
    Step("message", 16, 7, SECOND),
    *(Step("message", who, 0, SECOND) for who in range(20, 26)),
    Step("message", 17, 7, SECOND),
]
"""A false alarm that the team called before the newest raid opened: a restart must not forget it."""

TAKEN_BACK: list[Step] = [
    *(Step("message", who, 0, SECOND) for who in range(5)),
    acted("false_alarm"),
    acted("reopen"),
    *(Step("message", 10 + who, 0, SECOND) for who in range(2)),
]
"""A false alarm that was none: a restart must not forget that either."""

AHEAD: list[Step] = [
    Step("message", 0, 0, SECOND),
    Step("contact", 1, 1, 10 * MINUTE),
    Step("message", 2, 0, -5 * MINUTE),
]
"""A clock that is put back: what comes next is decided as of what came before, whatever that was."""

HELD_AGAIN: list[Step] = [*(Step("message", who, 20, SECOND) for who in range(8, 12)), acted("false_alarm")]
"""Whose reply is held again after a false alarm is nobody's last: that, too, is written down."""

GOES_ON: list[Step] = [Step("message", who, 0, 9 * HOUR) for who in range(9)]
"""A paste that goes on for days: a restart must not count those that it began with as something else."""


class Cut(NamedTuple):
    """So many events in one transaction; before it, the process may have been started anew."""

    size: int
    restart: bool = False


SELDOM = st.sampled_from((False, False, False, True))
"""A restart reads the newest messages again: enough of them to differ, few enough to be cheap."""


def cuts(largest: int) -> st.SearchStrategy[list[Cut]]:
    return st.lists(st.builds(Cut, st.integers(1, largest), SELDOM), max_size=20)


class Found(NamedTuple):
    """What a store holds, why it was decided so, and what the team sees of it."""

    outcome: Outcome
    reasons: Sequence[Any]
    shown: Sequence[Any]


def lives(cut: Sequence[Cut]) -> list[list[int]]:
    """The batches of each process, one after the other."""
    begun = [place for place, one in enumerate(cut) if one.restart]
    return [[one.size for one in cut[begin:end]] for begin, end in pairwise((0, *begun, len(cut)))]


class Ground:
    """A database that is emptied before each journal: to make one takes longer than to fold."""

    def __init__(self, url: str) -> None:
        """Migrates it; nothing of a journal is remembered here."""
        self._runner, self._store = asyncio.Runner(), Store(url)
        self._runner.run(migrate(self._store))

    def close(self) -> None:
        self._runner.run(self._store.close())
        self._runner.close()

    def folded(self, arrivals: Sequence[Arrival], cut: Sequence[Cut] = (), source: bytes = SOURCE) -> Found:
        """Everything journalled, then folded in batches of these sizes, and what is left in large ones."""
        return self._runner.run(self._folded(arrivals, cut, source))

    def replayed(self, source: bytes = SOURCE) -> Outcome:
        """What the journal at hand comes to when it is read and folded again."""

        async def again(connection: AsyncConnection) -> Outcome:
            journal = JournalReader(connection, keys())
            return outcome_of((await fold_again(journal, keys(), rules(source))).world.books, ())

        return self._runner.run(self._store.read(again))

    async def _folded(self, arrivals: Sequence[Arrival], cut: Sequence[Cut], source: bytes) -> Found:
        await self._store.transact(emptied)
        clock = TestClock(max((one.received_at for one in arrivals), default=NOON))
        await Bridge(self._store, clock, source)._commit(list(arrivals))
        for life in lives(cut):
            folding = Bridge(self._store, clock, source).folding
            for size in life:
                await folding._folded(size)
        while await folding._folded(LARGEST):
            pass
        return await self._found(clock, rules(source))

    async def _found(self, clock: TestClock, responses: Responses) -> Found:
        watch = Board(self._store, clock, lambda: responses, lambda: {"sms": "on"})
        shown = [*await watch.cards(), await watch.home()]
        return Found(await self._store.read(stored), await self._store.read(reasons), shown)


LARGEST = 500


async def emptied(connection: AsyncConnection) -> None:
    """As it was made, but for the numbers that rows are given."""
    for table in reversed(tables.metadata.sorted_tables):
        if table is not tables.pot:
            await connection.execute(table.delete())
    nothing = {"spent": 0, "reserved": 0, "inbound": 0, "total": None, "open_since": None, "open_until": None}
    await connection.execute(tables.pot.update().values(nothing))


async def reasons(connection: AsyncConnection) -> list[Any]:
    """Why each message was decided as it was."""
    columns = tables.decisions.c.event, tables.decisions.c.reasons
    return [tuple(row) for row in await connection.execute(select(*columns).order_by(columns[0]))]


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    ground = Ground(f"sqlite:///{tmp_path_factory.mktemp('cuts') / 'rempart.db'}")
    yield ground
    ground.close()


@pytest.fixture(scope="module")
def postgres(postgresql_server: str) -> Iterator[Ground]:
    ground = Ground(postgresql.new_database(postgresql_server))
    yield ground
    ground.close()


MANY = settings(derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
"""The same journals on every machine, and many more of them by `make properties`; others are drawn with
`derandomize` left out. A failure is then made smaller for five minutes: it has not hung."""


def decided_alike(ground: Ground, journal: list[Step], cut: list[Cut], at_once: Ground) -> None:
    """Cut like this it comes to what it comes to in memory, and to what it comes to when folded at once."""
    happened = told(journal)
    found = ground.folded(happened.arrivals, cut)
    assert found.outcome == happened.outcome
    assert found == at_once.folded(happened.arrivals)


@given(journal=journals(crowd=12), cut=cuts(40))
@example(journal=TWO_CLUSTERS, cut=[])
@example(journal=TWO_CLUSTERS, cut=[Cut(1)] * 20)
@example(journal=TWO_CLUSTERS, cut=[Cut(4, restart=True)] * 4)
@example(journal=FORGIVEN_BEFORE, cut=[Cut(1, restart=True)] * 20)
@example(journal=TAKEN_BACK, cut=[Cut(5), Cut(1, restart=True), Cut(1), Cut(1, restart=True)])
@example(journal=HELD_AGAIN, cut=[])
@example(journal=AHEAD, cut=[Cut(1, restart=True)] * 3)
@example(journal=GOES_ON, cut=[Cut(3, restart=True)] * 3)
@settings(MANY, max_examples=examples(8))
def test_a_journal_is_decided_alike_wherever_it_is_cut(
    sqlite: Ground, journal: list[Step], cut: list[Cut]
) -> None:
    decided_alike(sqlite, journal, cut, at_once=sqlite)


@given(journal=journals(crowd=150), cut=cuts(LARGEST))
@settings(MANY, max_examples=examples(3))
def test_a_long_journal_is_decided_alike_in_large_batches(
    sqlite: Ground, journal: list[Step], cut: list[Cut]
) -> None:
    decided_alike(sqlite, journal, cut, at_once=sqlite)


@given(journal=journals(crowd=12), cut=cuts(40))
@example(journal=TWO_CLUSTERS, cut=[Cut(1)] * 20)
@example(journal=TWO_CLUSTERS, cut=[Cut(3, restart=True)] * 5)
@example(journal=TWO_CLUSTERS, cut=[Cut(7)] * 2)
@settings(MANY, max_examples=examples(4))
def test_postgresql_decides_like_sqlite_wherever_it_is_cut(
    postgres: Ground, sqlite: Ground, journal: list[Step], cut: list[Cut]
) -> None:
    decided_alike(postgres, journal, cut, at_once=sqlite)


def _is_imagined(step: Step) -> bool:
    """What the team answers by hand leaves in two minutes, however long others are held; and what became of a
    reply that left a replay imagines, whatever its provider told."""
    by_hand = step.kind == "act" and WORDS[step.what % len(WORDS)] == "answer_one"
    return by_hand or step.kind == "receipt"


UNHURRIED = SOURCE.replace(b"{min: 10m, max: 45m}", b"{min: 11h, max: 12h}")
"""No reply leaves while the journal lasts: of those that do, a replay imagines what became."""


@given(journal=journals(crowd=12, waits=SOON), cut=cuts(40))
@settings(MANY, max_examples=examples(8))
def test_a_replay_of_the_journal_decides_like_the_service(
    sqlite: Ground, journal: list[Step], cut: list[Cut]
) -> None:
    happened = told([one for one in journal if not _is_imagined(one)], UNHURRIED)
    assert sqlite.folded(happened.arrivals, cut, UNHURRIED).outcome == happened.outcome
    what_books_keep = {**happened.outcome, "acts": []}
    assert sqlite.replayed(UNHURRIED) == what_books_keep
