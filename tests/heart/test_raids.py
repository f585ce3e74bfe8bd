"""When a raid opens: shares and copies, never volume."""

from sqlalchemy import select

from bridge.model import HOUR, MINUTE, SECOND, Posture, Progress, Verdict
from bridge.raid.copies import SENDERS as COPIES
from bridge.raid.flood import LOUD as FLOOD
from bridge.raid.posture import QUIET, REOPENED, is_open
from bridge.store.books.journal import Arrival
from bridge.store.engine.store import Store
from bridge.store.engine.tables import clusters, members
from bridge.store.looks.raids import newest
from tests.support.clock import TestClock
from tests.support.events import RULES, Bridge, message
from tests.support.raiding import OTHER_PASTE, PASTE, Scene, insults, number, ordinary, paste


async def told(bridge: Bridge, texts: list[tuple[str, str]], pause: int = SECOND) -> None:
    begin = bridge.clock()
    written = [(begin + n * pause, *one) for n, one in enumerate(texts, start=1)]
    await bridge.hear([Arrival(message(text, address=address, at=at), at) for at, address, text in written])
    bridge.clock.pass_(len(texts) * pause)
    await bridge.fold()


async def raids(bridge: Bridge) -> list[tuple[bool, int, int]]:
    rules, now = bridge.folding.responses, bridge.clock()
    seen, _ = await bridge.store.read(lambda connection: newest(connection, rules, now))
    return [(one.open, one.messages, one.senders) for one in seen]


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
    await told(bridge, [(number(n), OTHER_PASTE) for n in range(COPIES)])
    assert sorted(row[0] for row in await raids(bridge)) == [False, True]


async def test_the_purse_knows_whether_a_raid_is_on(store: Store) -> None:
    scene = Scene(Bridge(store, TestClock()))
    assert not (await scene.purse()).raid
    await told(scene.bridge, [(number(n), PASTE) for n in range(COPIES)])
    assert (await scene.purse()).raid
    (raid,) = await scene.raids()
    for passed, is_on in ((QUIET - 1, True), (1, False)):  # as the heart says it, to the microsecond
        scene.bridge.clock.pass_(passed)
        assert is_open(raid, scene.bridge.clock()) is (await scene.purse()).raid is is_on


async def test_nobody_joins_a_cluster_twice(store: Store) -> None:
    bridge = Bridge(store, TestClock())
    await told(bridge, [(number(n % COPIES), PASTE) for n in range(4 * COPIES)])

    async def work(connection: object) -> int:
        return len((await connection.execute(select(members))).all())  # type: ignore[attr-defined]

    assert await store.read(work) == COPIES


async def test_a_raid_that_grows_again_within_two_hours_is_the_same_raid(store: Store) -> None:
    scene = Scene(Bridge(store, TestClock()))
    await scene.told(paste(range(COPIES)))
    scene.bridge.clock.pass_(QUIET + HOUR)
    await scene.told(paste(range(100, 100 + COPIES), OTHER_PASTE))
    (raid,) = await scene.raids()
    assert raid.grown_at == scene.bridge.clock()
    assert {(await scene.sender(n)).raid for n in [0, 100]} == {raid.id}


async def test_a_lone_flood_is_told_but_is_not_grave_and_keeps_its_one_reply(store: Store) -> None:
    scene = Scene(Bridge(store, TestClock()))
    await scene.told([(1, f"message numero {n} sans copie") for n in range(3 * FLOOD)])
    (raid,) = await scene.raids()
    assert not raid.grave
    assert [row.progress for row in await scene.replies(1)] == [Progress.HELD]
    assert [posture for posture, _ in await scene.stances()] == [Posture.WATCH]
    await scene.told([(2, next(insults()))])
    assert (await scene.sender(2)).verdict == Verdict.ORDINARY
    assert [row.progress for row in await scene.replies(2)] == [Progress.HELD]


async def test_whoever_was_answered_may_answer_angrily_amid_a_raid(store: Store) -> None:
    scene = Scene(Bridge(store, TestClock(), RULES + b"reply_once_per: 1h\n"))
    await scene.told([(1, ordinary()[0]), (2, "salut")])
    scene.bridge.clock.pass_(2 * HOUR)
    await scene.told(enumerate(insults(), start=100))
    assert [raid.grave for raid in await scene.raids()] == [True]
    angry = "je te demande juste un cafe, pauvre conne, ta gueule toi meme"
    await scene.told([(1, angry), (3, angry)])
    assert (await scene.sender(1)).verdict != Verdict.RAIDER
    assert (await scene.sender(3)).verdict == Verdict.RAIDER


async def test_exempt_senders_are_never_counted_nor_judged(store: Store) -> None:
    names = ", ".join(f"'{number(n)}'" for n in range(COPIES))
    scene = Scene(Bridge(store, TestClock(), RULES + f"exempt: [{names}]\n".encode()))
    await scene.told(paste(range(COPIES)))
    await scene.told(paste([*range(100, 100 + COPIES - 1), 1, 2]))
    assert await scene.raids() == []
    await scene.told(paste([200]))
    assert len(await scene.raids()) == 1
    assert {(await scene.sender(n)).verdict for n in range(COPIES)} == {Verdict.ORDINARY}


async def test_six_hours_that_are_caught_up_at_once_are_seen_as_they_were_written(store: Store) -> None:
    """An outage must not look like a raid: nobody floods who wrote every quarter of an hour."""
    scene = Scene(Bridge(store, TestClock()))
    begin = scene.bridge.clock()
    scene.bridge.clock.pass_(6 * HOUR)
    crowd = [(n, text, begin + n * MINUTE) for n, text in enumerate(ordinary()[:300], start=100)]
    insistent = [(1, text, begin + n * 15 * MINUTE) for n, text in enumerate(ordinary()[300:324])]
    written = sorted(crowd + insistent, key=lambda one: one[2])
    await scene.bridge.tell(*(message(text, address=number(n), at=at) for n, text, at in written))
    await scene.bridge.fold()
    assert await scene.raids() == []
    assert {row.verdict for row in await scene.decisions()} == {Verdict.ORDINARY}
    assert len(await scene.replies()) == len(crowd) + 1


async def test_pastes_are_found_among_what_is_caught_up(store: Store) -> None:
    scene = Scene(Bridge(store, TestClock()))
    begin = scene.bridge.clock()
    scene.bridge.clock.pass_(6 * HOUR)
    texts = [(n, PASTE if n % 10 == 0 else ordinary()[n]) for n in range(200)]
    told_at_once = (message(text, address=number(n), at=begin + n * MINUTE) for n, text in texts)
    await scene.bridge.tell(*told_at_once)
    await scene.bridge.fold()
    pasting = {(await scene.sender(n)).verdict for n in range(0, 200, 10)}
    others = {(await scene.sender(n)).verdict for n in range(1, 200, 10)}
    assert (pasting, others) == ({Verdict.RAIDER}, {Verdict.ORDINARY})
