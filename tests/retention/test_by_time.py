"""Whoever was silent for long enough is forgotten by itself; a raid's record is kept for longer."""

import pytest
from sqlalchemy import select

from bridge.evidence.canonical import Entry
from bridge.evidence.chain import GENESIS, extend
from bridge.heart.effects import Gather
from bridge.loops.retention import SLICE
from bridge.model import DAY, HOUR, MINUTE, Act, Progress, Raid, SenderId
from bridge.ports import Accepted
from bridge.store.books import erasing, sending
from bridge.store.books.journal import ENTRY, opened
from bridge.store.engine.store import Store
from bridge.store.engine.tables import acts, decisions, events, outbox, senders
from tests.support.books import apply
from tests.support.clock import NOON, TestClock
from tests.support.events import MAN, Bridge, message, rules
from tests.support.retaining import retention, rows, settle

ORDINARY, RAID = 30 * DAY, 365 * DAY
OTHER = "+33687654321"


@pytest.fixture
def bridge(store: Store) -> Bridge:
    return Bridge(store, TestClock())


async def readable(bridge: Bridge) -> set[str]:
    """The texts that can still be opened, by a process that remembers nothing."""
    later = Bridge(bridge.store, bridge.clock)
    found = await rows(bridge, select(*ENTRY).where(events.c.kind == "message"))
    told = await bridge.store.read(lambda connection: opened(connection, later.keyring, found))
    return {one.what.text for one in told.values() if hasattr(one.what, "text")}


async def written(bridge: Bridge, text: str, address: str = MAN) -> SenderId:
    """Somebody wrote, and whatever was to be sent to them has come to its end."""
    await bridge.tell(message(text, address=address, at=bridge.clock()))
    await bridge.fold()
    await bridge.store.transact(lambda connection: sending.expire(connection, bridge.clock() + 2 * DAY))
    return bridge.journal.sender("sms", address)


async def raided(bridge: Bridge, who: SenderId, raid: str = "0123abcd", ended_at: int | None = None) -> None:
    """They take part in a raid of now."""
    now = bridge.clock()
    seen = Raid(raid, now, now, grave=True, ended_at=ended_at)
    gather = Gather(seen, "copies", "k", (who,), 1)
    await bridge.store.transact(lambda connection: apply(connection, [gather], now))


@pytest.mark.parametrize(
    ("passed", "left"),
    [(ORDINARY - MINUTE, {"un secret"}), (ORDINARY + MINUTE, set())],
)
async def test_what_somebody_wrote_is_erased_after_its_time_and_not_before(
    bridge: Bridge, passed: int, left: set[str]
) -> None:
    await written(bridge, "un secret")
    bridge.clock.pass_(passed)
    await settle(retention(bridge), bridge)
    assert await readable(bridge) == left


async def test_the_time_is_counted_from_the_last_message(bridge: Bridge) -> None:
    await written(bridge, "avant")
    bridge.clock.pass_(20 * DAY)
    await written(bridge, "après")
    bridge.clock.pass_(20 * DAY)
    await settle(retention(bridge), bridge)
    assert await readable(bridge) == {"avant", "après"}
    bridge.clock.pass_(11 * DAY)
    await settle(retention(bridge), bridge)
    assert await readable(bridge) == set()


async def test_a_raids_record_is_kept_for_longer(bridge: Bridge) -> None:
    who = await written(bridge, "à mort")
    await raided(bridge, who)
    bridge.clock.pass_(RAID - HOUR)
    await settle(retention(bridge), bridge)
    assert await readable(bridge) == {"à mort"}
    bridge.clock.pass_(2 * HOUR)
    await settle(retention(bridge), bridge)
    assert await readable(bridge) == set()


async def test_a_false_alarm_keeps_nobody(bridge: Bridge) -> None:
    who = await written(bridge, "bonjour")
    await raided(bridge, who, ended_at=bridge.clock())
    bridge.clock.pass_(ORDINARY + HOUR)
    await settle(retention(bridge), bridge)
    assert await readable(bridge) == set()


async def test_a_raid_that_the_rules_name_is_kept_for_as_long_as_they_do(bridge: Bridge) -> None:
    who = await written(bridge, "à mort")
    await raided(bridge, who)
    held = bridge.folding.responses.retention.model_copy(update={"held": ("0123abcd",)})
    bridge.folding.responses = bridge.folding.responses.model_copy(update={"retention": held})
    bridge.clock.pass_(RAID + DAY)
    await settle(retention(bridge), bridge)
    assert await readable(bridge) == {"à mort"}
    bridge.folding.responses = rules()
    await settle(retention(bridge), bridge)
    assert await readable(bridge) == set()


async def test_who_waits_for_a_reply_is_forgotten_after_it(bridge: Bridge) -> None:
    await bridge.tell(message("un secret"))
    await bridge.fold()
    bridge.clock.pass_(ORDINARY + HOUR)
    await settle(retention(bridge), bridge)
    assert await readable(bridge) == {"un secret"}
    await bridge.store.transact(lambda connection: sending.expire(connection, bridge.clock()))
    await settle(retention(bridge), bridge)
    assert await readable(bridge) == set()


async def test_a_reply_that_nobody_knows_the_fate_of_keeps_nobody_for_ever(bridge: Bridge) -> None:
    await bridge.tell(message("un secret"))
    await bridge.fold()
    bridge.clock.pass_(HOUR)
    now = bridge.clock()
    await bridge.store.transact(lambda found: sending.claim(found, "sms", now, 8, rules()))
    await bridge.store.transact(lambda found: sending.doubt(found, now, now))
    bridge.clock.pass_(ORDINARY + HOUR)
    await settle(retention(bridge), bridge)
    assert await readable(bridge) == set()
    (reply,) = await rows(bridge, select(outbox))
    assert (reply.progress, reply.text) == (Progress.IN_DOUBT, "")


async def test_many_are_forgotten_a_few_at_a_time_and_each_time_is_written_down(bridge: Bridge) -> None:
    people = 2 * SLICE + 3
    await bridge.tell(*(message(f"texte {n}", address=f"+3361234{n:04}") for n in range(people)))
    await bridge.fold()
    await bridge.store.transact(lambda connection: sending.expire(connection, NOON + 2 * DAY))
    bridge.clock.pass_(ORDINARY + HOUR)
    assert await settle(retention(bridge), bridge) == 3
    told = await rows(bridge, select(acts).where(acts.c.verb == "forget"))
    assert [(one.about, one.told.code) for one in told] == [
        (str(SLICE), "forgotten_by_time"),
        (str(SLICE), "forgotten_by_time"),
        ("3", "forgotten_by_time"),
    ]
    assert await bridge.store.read(erasing.erased) == people


async def test_after_a_restart_it_goes_on_where_it_was(bridge: Bridge) -> None:
    await bridge.tell(*(message(f"texte {n}", address=f"+3361234{n:04}") for n in range(SLICE + 5)))
    await bridge.fold()
    await bridge.store.transact(lambda connection: sending.expire(connection, NOON + 2 * DAY))
    bridge.clock.pass_(ORDINARY + HOUR)
    assert await retention(bridge).turn() == 0.0
    later = Bridge(bridge.store, bridge.clock)
    await later.fold()
    assert await settle(retention(later), later) == 1
    assert await readable(later) == set()


async def test_the_chain_holds_the_erasure_and_verifies_after_it(bridge: Bridge) -> None:
    await written(bridge, "un secret")
    bridge.clock.pass_(ORDINARY + HOUR)
    await settle(retention(bridge), bridge)
    query = select(*ENTRY, events.c.place, events.c.digest).order_by(events.c.place)
    link, kinds = GENESIS, []
    for row in await rows(bridge, query):
        link = extend(link, Entry(*row[: len(ENTRY)]))
        assert (link.place, link.digest) == (row.place, row.digest)
        kinds.append(row.kind)
    assert kinds == ["message", "act"]


def _muting(bridge: Bridge) -> Act:
    return Act("slack", "touch", "U0MODERATOR", "mute", f"sms:{MAN}", bridge.clock(), HOUR, member=True)


async def test_what_the_team_did_is_kept(bridge: Bridge) -> None:
    await bridge.tell(_muting(bridge))
    await bridge.fold()
    bridge.clock.pass_(2 * RAID)
    await settle(retention(bridge), bridge)
    actor = bridge.journal.sender("slack", "U0MODERATOR")
    keys = dict(await rows(bridge, select(senders.c.id, senders.c.key)))
    assert keys[actor] is not None
    assert keys[bridge.journal.sender("sms", MAN)] is None  # a number that was typed, and never wrote


async def test_a_number_that_an_act_names_opens_with_its_owners_key_alone(bridge: Bridge) -> None:
    await written(bridge, "un secret")
    await bridge.tell(_muting(bridge))
    await bridge.fold()
    bridge.clock.pass_(ORDINARY + HOUR)
    await settle(retention(bridge), bridge)
    entries = await rows(bridge, select(*ENTRY))
    later = Bridge(bridge.store, bridge.clock)
    told = await bridge.store.read(lambda connection: opened(connection, later.keyring, entries))
    assert MAN not in repr(told)
    assert {one.what.verb for one in told.values() if hasattr(one.what, "verb")} == {"mute", "forget"}


async def test_money_and_figures_stay(bridge: Bridge) -> None:
    await bridge.tell(message("un secret"))
    await bridge.fold()
    bridge.clock.pass_(HOUR)
    now = bridge.clock()
    (claimed,) = await bridge.store.transact(lambda found: sending.claim(found, "sms", now, 8, rules()))
    accepted = Accepted("SM0")
    await bridge.store.transact(lambda found: sending.settle(found, claimed.reply.id, accepted, now, now))
    (before,) = await rows(bridge, select(outbox))
    (decided,) = await rows(bridge, select(decisions))
    bridge.clock.pass_(ORDINARY + HOUR)
    await settle(retention(bridge), bridge)
    (after,) = await rows(bridge, select(outbox))
    assert (after.text, after.message_id, after.language) == ("", None, "")
    same = ("price", "segments", "progress", "attempted_at", "name", "settled_at")
    assert [getattr(after, name) for name in same] == [getattr(before, name) for name in same]
    (then,) = await rows(bridge, select(decisions))
    assert (then.why, then.action, then.cost, then.reasons) == (decided.why, decided.action, decided.cost, ())
