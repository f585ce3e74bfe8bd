"""Answering one person by hand: what is said, which limits hold, and how it is taken back."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select, update

from bridge.clock import iso
from bridge.explaining.explain import Explaining
from bridge.heart.acts.answer_one import LONGEST
from bridge.heart.books import SECOND_THOUGHTS
from bridge.model import BY_HAND, DAY, HOUR, MINUTE, SECOND, TAKEN_BACK, Act, Progress, Verdict
from bridge.noun import replace
from bridge.ports import Accepted
from bridge.privacy.pseudonym import event_id
from bridge.replay.compare import fold_again
from bridge.replay.journal import JournalReader
from bridge.store.books.sending import claim, settle
from bridge.store.engine.store import Store
from bridge.store.engine.tables import events, outbox, senders
from bridge.store.looks import raids as raids_look
from bridge.wording import ENGLISH
from tests.heart.test_acts import MAN, NAMED, act, do
from tests.pot.test_late_refusals import claimed_by, come_back
from tests.support.clock import TestClock
from tests.support.events import RULES, Bridge, keys, message, rules

WRITING = RULES + b"organisers: {may_write: true}\n"
NIGHT = RULES + b'quiet: {from: "22:00", to: "08:00"}\n'
POOR = RULES + b"pot: {total: 0.05}\n"


def answering(says: str = "", *, id_: str = "1", **more: Any) -> Act:
    return replace(act("answer_one", MAN, id_=f"answer {id_}", reason="looks lost", **more), says=says)


async def bridge_of(store: Store, source: bytes = RULES, text: str = "salut, qui est-ce ?") -> Bridge:
    """Somebody has written, and waits for a reply."""
    bridge = Bridge(store, TestClock(), source)
    await bridge.tell(message(text, at=bridge.clock()))
    await bridge.fold()
    bridge.clock.pass_(MINUTE)
    return bridge


async def replies(bridge: Bridge) -> list[Any]:
    async def work(connection: Any) -> list[Any]:
        query = select(outbox).join(events, events.c.id == outbox.c.event).order_by(events.c.seq)
        return list((await connection.execute(query)).all())

    return await bridge.store.read(work)


async def test_the_reply_that_fits_takes_the_place_of_the_one_that_waits(store: Store) -> None:
    bridge = await bridge_of(store)
    outcome, told = await do(bridge, answering())
    assert (outcome, "it can be taken back" in told) == ("done", True)
    waited, answer = await replies(bridge)
    assert (waited.progress, waited.error) == (Progress.CANCELLED, BY_HAND)
    assert (answer.name, answer.progress) == ("first", Progress.HELD)
    assert answer.text in ("Un mot.", "Deux mots.", "Trois mots.")
    assert answer.due_at == bridge.clock() + SECOND_THOUGHTS
    assert answer.price > 0


async def test_it_is_paid_first_and_sent_like_any_other(store: Store) -> None:
    bridge = await bridge_of(store)
    await do(bridge, answering())
    bridge.clock.pass_(SECOND_THOUGHTS)
    now = bridge.clock()
    (claimed,) = await store.transact(lambda found: claim(found, "sms", now, 10, rules()))
    assert (claimed.reply.name, claimed.reply.rank) == ("first", -1)
    outcome, _ = await do(bridge, act("undo", event_id("slack", "act", "answer 1")))
    assert outcome == "refused"  # what leaves is not taken back


async def test_why_tells_who_has_answered_and_what_became_of_it(store: Store) -> None:
    bridge = await bridge_of(store)
    await do(bridge, answering())
    explaining = Explaining(store, bridge.journal.sender, ["sms"], bridge.clock, lambda: DAY)
    seen = await explaining.explain(MAN, ENGLISH)
    assert seen["by_hand"] == {"by": "U0ANYONE", "progress": Progress.HELD}
    assert "has answered by hand: it leaves at about" in seen["told"]
    bridge.clock.pass_(SECOND_THOUGHTS)
    now = bridge.clock()
    (claimed,) = await store.transact(lambda found: claim(found, "sms", now, 10, rules()))
    await store.transact(lambda found: settle(found, claimed.reply.id, Accepted("SM1"), now, now))
    assert "answered by hand; it was sent on" in (await explaining.explain(MAN, ENGLISH))["told"]


@pytest.mark.parametrize(
    ("source", "says", "text"),
    [
        (RULES, "again", "Encore un mot."),
        (WRITING, ":On vous écoute, $name.", "On vous écoute, $name."),
    ],
)
async def test_a_reply_is_named_or_own_words_are_said_as_they_are(
    store: Store, source: bytes, says: str, text: str
) -> None:
    bridge = await bridge_of(store, source)
    assert (await do(bridge, answering(says)))[0] == "done"
    assert (await replies(bridge))[-1].text == text


REFUSED = {
    "no such reply": (RULES, "secnd", "first, again"),
    "own words": (RULES, ":Bonjour", "may_write"),
    "too long": (WRITING, ":" + "x" * (LONGEST + 1), str(LONGEST)),
    "nothing": (WRITING, ":", "1 to"),
    "poor": (POOR, "", "does not allow"),
    "no right": (NAMED, "", "moderators"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_what_is_refused_leaves_everything_as_it_was(store: Store, case: str) -> None:
    source, says, why = REFUSED[case]
    bridge = await bridge_of(store, source)
    before = await replies(bridge)
    outcome, told = await do(bridge, answering(says))
    assert (outcome, why in told) == ("refused", True), told
    assert await replies(bridge) == before


@pytest.mark.parametrize(
    ("first", "why"), [(("mute", MAN), "is muted"), (("pause", "sms"), "paused")], ids=str
)
async def test_mutes_and_pauses_hold_here_too(store: Store, first: tuple[str, str], why: str) -> None:
    bridge = await bridge_of(store)
    await do(bridge, act(*first))
    outcome, told = await do(bridge, answering())
    assert (outcome, why in told) == ("refused", True), told


async def test_whoever_said_stop_and_whoever_never_wrote_is_not_answered(store: Store) -> None:
    bridge = await bridge_of(store)
    await bridge.tell(message("STOP", at=bridge.clock()))
    outcome, told = await do(bridge, answering())
    assert (outcome, "asked us to stop" in told) == ("refused", True)
    stranger = replace(answering(id_="2"), target="+33698765432")
    outcome, told = await do(bridge, stranger)
    assert (outcome, "has written anything" in told) == ("refused", True)


async def test_three_in_a_day_and_no_more(store: Store) -> None:
    bridge = await bridge_of(store)
    for n in range(3):
        assert (await do(bridge, answering("first", id_=str(n))))[0] == "done"
        bridge.clock.pass_(SECOND_THOUGHTS)
        await sent(bridge)
    outcome, told = await do(bridge, answering("again", id_="4"))
    assert (outcome, "as many replies" in told) == ("refused", True)


async def sent(bridge: Bridge) -> None:
    """What is due leaves."""
    now = bridge.clock()
    (one,) = await bridge.store.transact(lambda found: claim(found, "sms", now, 10, rules()))
    taken = Accepted(f"SM{one.reply.id}")
    await bridge.store.transact(lambda found: settle(found, one.reply.id, taken, now, now))


async def test_at_night_it_waits_for_the_morning(store: Store) -> None:
    bridge = await bridge_of(store, NIGHT)
    bridge.clock.pass_(11 * HOUR)  # 23:00 in Paris, or midnight
    await do(bridge, answering())
    assert iso((await replies(bridge))[-1].due_at)[11:16] in ("06:00", "07:00")


async def test_taken_back_what_waited_waits_again(store: Store) -> None:
    bridge = await bridge_of(store)
    (before,) = await replies(bridge)
    await do(bridge, answering())
    assert (await do(bridge, answering("again", id_="2")))[0] == "nothing"  # one at a time
    outcome, _ = await do(bridge, act("undo", event_id("slack", "act", "answer 1")))
    waits, answer = await replies(bridge)
    assert outcome == "done"
    assert (answer.progress, answer.error) == (Progress.CANCELLED, TAKEN_BACK)
    assert (waits.progress, waits.error, waits.due_at) == (Progress.HELD, None, before.due_at)
    assert (await do(bridge, answering(id_="3")))[0] == "done"


async def test_a_raider_can_be_answered_by_hand(store: Store) -> None:
    bridge = Bridge(store, TestClock())
    await raid_of(bridge)
    assert {row.progress for row in await replies(bridge)} == {Progress.CANCELLED}
    assert (await do(bridge, answering()))[0] == "done"
    assert [row.progress for row in await replies(bridge)].count(Progress.HELD) == 1


async def raid_of(bridge: Bridge) -> None:
    """Six who paste the same."""
    for n in range(6):
        text = "toujours le même texte, et pour tout le monde, encore et encore"
        await bridge.tell(message(text, address=MAN if n == 2 else f"+336{10 + n}345678", at=bridge.clock()))
    await bridge.fold()


RETURNS = ["the provider tells it later", "the call itself was refused"]


@pytest.mark.parametrize("how", RETURNS)
async def test_what_was_under_way_and_comes_back_unsent_is_not_said_beside_the_answer(
    store: Store, how: str
) -> None:
    """Nobody hears the same twice; where the answer is taken back, it waits again like any other."""
    bridge = await bridge_of(store)
    bridge.clock.pass_(HOUR)
    reply = await claimed_by(bridge)
    await do(bridge, answering())
    bridge.clock.pass_(SECOND)
    await come_back(bridge, reply, how)
    under_way, answer = await replies(bridge)
    assert (under_way.progress, under_way.error) == (Progress.CANCELLED, BY_HAND)
    assert answer.progress == Progress.HELD
    await do(bridge, act("undo", event_id("slack", "act", "answer 1")))
    assert [row.progress for row in await replies(bridge)] == [Progress.HELD, Progress.CANCELLED]


@pytest.mark.parametrize("how", RETURNS)
async def test_an_answer_to_a_raider_that_comes_back_unsent_waits_for_its_next_call(
    store: Store, how: str
) -> None:
    bridge = await bridge_of(store)
    await do(bridge, answering())
    await store.transact(lambda c: c.execute(update(senders).values(verdict=Verdict.RAIDER)))
    bridge.clock.pass_(SECOND_THOUGHTS)
    await come_back(bridge, await claimed_by(bridge), how)
    assert [row.progress for row in await replies(bridge)] == [Progress.CANCELLED, Progress.HELD]


async def test_an_answer_that_waits_is_not_withdrawn_where_a_raid_gathers_them(store: Store) -> None:
    """Somebody has looked."""
    bridge = await bridge_of(store)
    await do(bridge, answering())
    await raid_of(bridge)
    theirs = [row for row in await replies(bridge) if row.sender == bridge.journal.sender("sms", MAN)]
    assert [(row.progress, row.error) for row in theirs] == [
        (Progress.CANCELLED, BY_HAND),
        (Progress.HELD, None),
    ]


@pytest.mark.parametrize("taken_back", [False, True])
async def test_a_false_alarm_does_not_say_again_what_was_answered_by_hand(
    store: Store, taken_back: bool
) -> None:
    bridge = Bridge(store, TestClock())
    await raid_of(bridge)
    (raid,) = await bridge.store.read(lambda c: raids_look.recent(c, 1))
    await do(bridge, answering())
    if taken_back:
        await do(bridge, act("undo", event_id("slack", "act", "answer 1")))
    await do(bridge, act("false_alarm", raid.id))
    theirs = [row for row in await replies(bridge) if row.sender == bridge.journal.sender("sms", MAN)]
    waits = [row.name for row in theirs if row.progress == Progress.HELD]
    assert len(waits) == 1
    assert {row.error for row in theirs} == {TAKEN_BACK if taken_back else BY_HAND, None}


async def test_on_a_channel_that_takes_answers_for_a_while_alone_what_waited_waits_again_too(
    store: Store,
) -> None:
    bridge = Bridge(store, TestClock())
    await bridge.tell(replace(message("salut", at=bridge.clock()), until=bridge.clock() + DAY))
    await bridge.fold()
    bridge.clock.pass_(MINUTE)
    await do(bridge, answering())
    bridge.clock.pass_(MINUTE)
    assert (await do(bridge, act("undo", event_id("slack", "act", "answer 1"))))[0] == "done"
    assert [row.progress for row in await replies(bridge)] == [Progress.HELD, Progress.CANCELLED]


async def test_who_and_why_and_what_stand_in_the_journal_and_a_replay_says_the_same(store: Store) -> None:
    bridge = await bridge_of(store, WRITING)
    await do(bridge, answering(":On vous écoute."))

    async def work(connection: Any) -> Mapping[str, Any]:
        folding = await fold_again(JournalReader(connection, keys()), keys(), rules(WRITING))
        (row,) = [one for one in folding.world.books.outbox.values() if one.by_hand]
        whose = await connection.scalar(select(senders.c.id).where(senders.c.messages > 0))
        return {"text": row.reply.text, "due": row.reply.due_at, "whose": row.reply.sender == whose}

    seen = await store.read(work)
    assert seen == {"text": "On vous écoute.", "due": bridge.clock() + SECOND_THOUGHTS, "whose": True}


async def test_nobody_is_answered_by_hand_once_their_provider_takes_no_answer(store: Store) -> None:
    bridge = Bridge(store, TestClock())
    now = bridge.clock()
    await bridge.tell(replace(message("salut", at=now), until=now + HOUR))
    await bridge.fold()
    bridge.clock.pass_(HOUR - MINUTE)
    outcome, told = await do(bridge, answering())
    assert (outcome, "too long ago" in told) == ("refused", True)
