"""What follows from an act of the team: who may, what changes, what is told, and how it is taken back."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import DAY, HOUR, Act, Micros
from bridge.noun import replace
from bridge.raid.copies import SENDERS as COPIES
from bridge.service.host import decided
from bridge.store.engine.store import Store
from bridge.store.engine.tables import acts, events
from bridge.store.looks import team
from bridge.store.looks.overview import overview
from bridge.wording import Words
from tests.support.clock import NOON, TestClock
from tests.support.events import RULES, Bridge, message
from tests.support.french import typeset
from tests.support.raiding import Scene

MAN = "+33612345678"
PASTE = "Bonjour, toujours le même texte, et pour tout le monde."
NAMED = RULES + b"organisers: {moderators: [U0MOD, S0TEAM], admins: [U0ADMIN]}\n"
ONLY_ADMINS = RULES + b"organisers: {moderators: [], admins: [U0ADMIN]}\n"
FRENCH = RULES + b"feed: {language: fr}\n"


def act(
    verb: str,
    target: str,
    *,
    actor: str = "U0ANYONE",
    id_: str = "",
    length: Micros | None = None,
    reason: str = "",
) -> Act:
    once = id_ or f"{verb}:{target}:{actor}:{length}"
    return Act("slack", once, actor, verb, target, NOON, length, reason, member=True)


async def do(bridge: Bridge, done: Act) -> tuple[str, str]:
    await bridge.tell(done)
    await bridge.fold()
    rules = bridge.folding.responses
    words = Words(rules.feed.language, rules.zone)
    outcome, told = await decided(bridge.store, done, words)
    return outcome, words.outcome(told)


async def standing(bridge: Bridge) -> list[team.Muted]:
    return await bridge.store.read(lambda connection: team.standing_mutes(connection, bridge.clock()))


@pytest.fixture
def bridge(store: Store) -> Bridge:
    return Bridge(store, TestClock())


MAY = [
    (RULES, lambda one: one, "done"),
    (RULES, lambda one: replace(one, member=False), "refused"),
    (ONLY_ADMINS, lambda one: one, "done"),
    (ONLY_ADMINS, lambda one: replace(one, member=False), "refused"),
    (ONLY_ADMINS, lambda one: replace(one, actor="U0ADMIN", member=False), "done"),
    (NAMED, lambda one: one, "refused"),
    (NAMED, lambda one: replace(one, actor="U0MOD"), "done"),
    (NAMED, lambda one: replace(one, actor="U0ADMIN", member=False), "done"),
    (NAMED, lambda one: replace(one, groups=("S0TEAM",)), "done"),
    (NAMED, lambda one: replace(one, groups=("S0OTHER",)), "refused"),
    (NAMED, lambda one: replace(one, channel="command"), "done"),
]


@pytest.mark.parametrize(("rules", "by", "outcome"), MAY)
async def test_who_may_act_is_decided_by_stable_ids(
    store: Store, rules: bytes, by: Callable[[Act], Act], outcome: str
) -> None:
    bridge = Bridge(store, TestClock(), rules)
    assert (await do(bridge, by(act("mute", MAN))))[0] == outcome
    assert len(await standing(bridge)) == (outcome == "done")


async def test_whoever_was_named_by_number_is_known_by_the_handle_that_was_told(bridge: Bridge) -> None:
    """Although they have never written."""
    _, told = await do(bridge, act("unmute", MAN))
    assert (await do(bridge, act("mute", told.split()[0])))[0] == "done"


async def test_a_refusal_is_recorded_and_changes_nothing(store: Store) -> None:
    bridge = Bridge(store, TestClock(), NAMED)
    outcome, told = await do(bridge, act("pause", "sms"))
    assert (outcome, "only the moderators" in told) == ("refused", True)

    async def work(connection: AsyncConnection) -> list[tuple[str, str]]:
        return [(row.verb, row.outcome) for row in await connection.execute(select(acts))]

    assert await store.read(work) == [("pause", "refused")]


async def test_a_mute_ends_by_time(bridge: Bridge) -> None:
    await do(bridge, act("mute", MAN, length=HOUR))
    assert len(await standing(bridge)) == 1
    bridge.clock.pass_(HOUR)
    assert await standing(bridge) == []
    await bridge.tell(message(at=bridge.clock()))
    await bridge.fold()
    seen = await bridge.store.read(lambda connection: overview(connection, bridge.clock()))
    assert sum(seen.replies.values()) == 1


async def test_repeated_clicks_are_one_act(bridge: Bridge) -> None:
    once = act("mute", MAN, id_="trigger 1")
    for _ in range(3):
        await do(bridge, once)
    outcome, told = await do(bridge, act("mute", MAN, id_="trigger 2"))
    assert (outcome, "already" in told) == ("nothing", True)
    assert len(await standing(bridge)) == 1


async def test_a_longer_mute_replaces_a_shorter_one(bridge: Bridge) -> None:
    await do(bridge, act("mute", MAN, length=HOUR))
    await do(bridge, act("mute", MAN, length=7 * DAY))
    (muted,) = await standing(bridge)
    assert muted.until == NOON + 7 * DAY


async def test_a_number_never_seen_can_be_muted_and_a_handle_never_given_cannot(bridge: Bridge) -> None:
    assert (await do(bridge, act("mute", "06 98 76 54 32")))[0] == "done"
    assert (await do(bridge, act("mute", "brave-heron-42")))[0] == "refused"


async def test_whoever_mutes_a_stranger_is_told_that_nobody_has_written_from_there(bridge: Bridge) -> None:
    assert "Nobody has written from there yet" in (await do(bridge, act("mute", MAN)))[1]
    assert "Nobody has written" in (await do(bridge, act("mute", MAN, length=7 * DAY)))[1]
    await bridge.tell(message())
    await bridge.fold()
    assert "Nobody has written" not in (await do(bridge, act("mute", MAN, length=30 * DAY)))[1]


async def test_the_actor_is_told_the_handle_and_never_the_number(bridge: Bridge) -> None:
    _, told = await do(bridge, act("mute", MAN))
    (muted,) = await standing(bridge)
    assert muted.handle in told
    assert MAN[4:] not in told


async def only_raid(bridge: Bridge) -> str:
    """The id of the one raid that there is."""
    (raid,) = await Scene(bridge).raids()
    return str(raid.id)


async def test_everyone_in_a_raid_is_muted_and_let_go_again_with_one_touch(bridge: Bridge) -> None:
    await bridge.tell(*(message(PASTE, address=f"+3361234{n:04}") for n in range(COPIES)))
    await bridge.fold()
    everyone = act("mute_all", await only_raid(bridge), id_="trigger 1")
    assert "4 senders are muted" in (await do(bridge, everyone))[1]
    assert len(await standing(bridge)) == COPIES
    muting = {mute.act for mute in await standing(bridge)}.pop()
    assert "4 senders are treated as before" in (await do(bridge, act("undo", muting)))[1]
    assert await standing(bridge) == []
    assert (await do(bridge, act("undo", muting, id_="again")))[0] == "refused"


async def test_undo_leaves_a_mute_alone_that_somebody_else_made_since(bridge: Bridge) -> None:
    await bridge.tell(*(message(PASTE, address=f"+3361234{n:04}") for n in range(COPIES)))
    await bridge.fold()
    await do(bridge, act("mute_all", await only_raid(bridge), id_="trigger 1"))
    muting = {mute.act for mute in await standing(bridge)}.pop()
    await do(bridge, act("mute", "+33612340000", length=30 * DAY))
    await do(bridge, act("undo", muting))
    assert [mute.until for mute in await standing(bridge)] == [NOON + 30 * DAY]


async def test_a_pause_is_told_in_the_teams_language(store: Store) -> None:
    bridge = Bridge(store, TestClock(), FRENCH)
    assert (await do(bridge, act("pause", "sms")))[1] == typeset(
        "sms se tait jusqu'à ce que quelqu'un reprenne ; qui écrit pendant ce temps n'aura pas de réponse "
        "après non plus."
    )
    assert (await do(bridge, act("resume", "sms")))[1] == "sms répond de nouveau."
    assert (await do(bridge, act("resume", "sms", id_="again")))[0] == "nothing"


async def test_every_act_has_its_place_in_the_chain(bridge: Bridge) -> None:
    await do(bridge, act("mute", MAN, reason="insistent"))

    async def work(connection: AsyncConnection) -> list[tuple[str, int]]:
        return [
            (row.kind, row.place) for row in await connection.execute(select(events.c.kind, events.c.place))
        ]

    assert await bridge.store.read(work) == [("act", 1)]


async def test_an_unknown_verb_does_nothing(bridge: Bridge) -> None:
    assert (await do(bridge, act("explode", "everything")))[0] == "refused"
