"""When a raid opens: shares and copies, never volume."""

from sqlalchemy import select

from bridge.model import SECOND
from bridge.raid.copies import SENDERS as COPIES
from bridge.raid.flood import LOUD as FLOOD
from bridge.raid.posture import QUIET, REOPENED
from bridge.store.overview import overview
from bridge.store.store import Store
from bridge.store.tables import clusters, members
from tests.support.clock import TestClock
from tests.support.events import Bridge, message

PASTE = "Bonjour c'est encore moi, tu ne réponds jamais"


def number(n: int) -> str:
    """Numbers as far apart as those of people are."""
    return f"+336{10_000_000 + n * 1_234_577 % 80_000_000}"


async def told(bridge: Bridge, texts: list[tuple[str, str]], pause: int = SECOND) -> None:
    for address, text in texts:
        bridge.clock.pass_(pause)
        await bridge.tell(message(text, address=address, at=bridge.clock()))
    await bridge.fold()


async def raids(bridge: Bridge) -> list[tuple[bool, int, int]]:
    seen = await bridge.store.read(lambda connection: overview(connection, bridge.clock()))
    return [(one.open, one.messages, one.senders) for one in seen.raids]


async def test_one_sender_who_floods_opens_a_raid(store: Store) -> None:
    bridge = Bridge(store, TestClock())
    await told(bridge, [(number(1), f"message numero {n} sans copie") for n in range(FLOOD - 1)])
    assert await raids(bridge) == []
    await told(bridge, [(number(1), "et encore un")])
    assert await raids(bridge) == [(True, FLOOD, 1)]


async def test_copies_from_several_senders_open_one_raid_with_all_of_them(store: Store) -> None:
    bridge = Bridge(store, TestClock())
    await told(bridge, [(number(n), PASTE) for n in range(COPIES - 1)])
    assert await raids(bridge) == []
    await told(bridge, [(number(99), PASTE.upper() + " !!!")])
    assert await raids(bridge) == [(True, COPIES, COPIES)]
    await told(bridge, [(number(n), PASTE) for n in range(100, 150)])
    assert await raids(bridge) == [(True, COPIES + 50, COPIES + 50)]


async def test_copies_across_batches_and_restarts_are_counted_together(store: Store) -> None:
    clock = TestClock()
    for n in range(COPIES):
        await told(Bridge(store, clock), [(number(n), PASTE)])
    assert await raids(Bridge(store, clock)) == [(True, COPIES, COPIES)]


async def test_floods_and_copies_at_once_are_one_raid_with_several_clusters(store: Store) -> None:
    bridge = Bridge(store, TestClock())
    await told(bridge, [(number(n), PASTE) for n in range(COPIES)])
    await told(bridge, [(number(7), f"autre message numero {n}") for n in range(FLOOD)])
    assert [row[:1] for row in await raids(bridge)] == [(True,)]

    async def work(connection: object) -> int:
        return len((await connection.execute(select(clusters))).all())  # type: ignore[attr-defined]

    assert await store.read(work) == 2


async def test_short_greetings_never_count_as_copies(store: Store) -> None:
    bridge = Bridge(store, TestClock())
    await told(bridge, [(number(n), "Salut !") for n in range(100)])
    assert await raids(bridge) == []


async def test_a_crowd_in_its_own_words_opens_nothing(store: Store) -> None:
    bridge = Bridge(store, TestClock())
    await told(bridge, [(number(n), f"bonjour, je m'appelle personne {n} et toi ?") for n in range(300)])
    assert await raids(bridge) == []


async def test_a_raid_that_fell_quiet_is_over_and_the_next_is_another(store: Store) -> None:
    bridge = Bridge(store, TestClock())
    await told(bridge, [(number(n), PASTE) for n in range(COPIES)])
    bridge.clock.pass_(QUIET + REOPENED)
    assert [row[0] for row in await raids(bridge)] == [False]
    await told(bridge, [(number(n), "Une autre phrase, que tout le monde colle") for n in range(COPIES)])
    assert sorted(row[0] for row in await raids(bridge)) == [False, True]


async def test_nobody_joins_a_cluster_twice(store: Store) -> None:
    bridge = Bridge(store, TestClock())
    await told(bridge, [(number(n % COPIES), PASTE) for n in range(4 * COPIES)])

    async def work(connection: object) -> int:
        return len((await connection.execute(select(members))).all())  # type: ignore[attr-defined]

    assert await store.read(work) == COPIES
