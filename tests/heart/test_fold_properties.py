"""Properties of the fold: whatever happens, in whatever order, these stay true."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bridge.heart.books import Books
from bridge.heart.effects import Cancel, Decide, Hold
from bridge.heart.step import step
from bridge.model import DAY, HOUR, Event, Message, Micros, Progress, Reply, SenderId
from bridge.privacy.pseudonym import event_id, sender_id
from tests.support.clock import NOON
from tests.support.events import message, receipt, rules

OFTEN = b"""
languages: [fr, en]
reply_once_per: 1h
hold: {min: 0s, max: 2h}
replies:
  - id: first
    when: {first: true}
    say: {fr: [Un., Deux.]}
  - id: again
    when: {words: [encore, "la suite"]}
    say: {fr: [Trois., Quatre., Cinq.], en: [Six., Sept.]}
  - id: else
    when: {regex: "a+b"}
    say: {fr: [Huit.]}
"""

NUMBERS = st.sampled_from(["+33612345678", "+33698765432", "+33899123456", "38200"])
TEXTS = st.sampled_from(["salut", "encore", "STOP", "start", "la suite", "aab", "", "arrêt"]) | st.text(
    max_size=30
)
WAITS = st.integers(min_value=0, max_value=2 * DAY)
HAPPENINGS = st.lists(st.tuples(NUMBERS, TEXTS, WAITS, st.booleans()), max_size=60)


def events(told: list[tuple[str, str, Micros, bool]]) -> list[Event]:
    """Messages and receipts, each some time after the one before."""
    at, made = NOON, []
    for number, (address, text, wait, is_receipt) in enumerate(told):
        at += wait
        what = (
            receipt(f"SM{number}", Progress.FAILED, at=at, opted_out=True)
            if is_receipt and number % 7 == 0
            else message(text, address=address, at=at, id_=f"SM{number}")
        )
        sender = sender_id(b"k" * 32, "sms", what.address)
        made.append(Event(event_id("sms", type(what).__name__, what.provider_id), sender, at, what))
    return made


def folded(told: list[Event]) -> tuple[Books, list[Decide], list[Reply]]:
    """Everything folded: the state, the decisions, and the replies that were not withdrawn."""
    house, decisions = Books(rules(OFTEN), b"seed"), []
    replies: list[Reply] = []
    for event in told:
        effects = step(house, event, event.received_at)
        house.apply(effects, event.received_at)
        decisions += [effect for effect in effects if isinstance(effect, Decide)]
        withdrawn = {effect.sender for effect in effects if isinstance(effect, Cancel)}
        replies = [one for one in replies if one.sender not in withdrawn or one.due_at <= event.received_at]
        replies += [effect.reply for effect in effects if isinstance(effect, Hold)]
    return house, decisions, replies


def by_sender(replies: list[Reply]) -> dict[SenderId, list[Reply]]:
    found: dict[SenderId, list[Reply]] = {}
    for reply in replies:
        found.setdefault(reply.sender, []).append(reply)
    return found


@given(HAPPENINGS)
def test_every_message_gets_one_decision_and_at_most_one_reply(
    told: list[tuple[str, str, Micros, bool]],
) -> None:
    happened = events(told)
    _, decisions, replies = folded(happened)
    messages = [event.id for event in happened if isinstance(event.what, Message)]
    assert [one.decision.event for one in decisions] == messages
    assert len({reply.event for reply in replies}) == len({reply.id for reply in replies}) == len(replies)


@given(HAPPENINGS)
def test_pacing_holds_for_every_sender(told: list[tuple[str, str, Micros, bool]]) -> None:
    _, _, replies = folded(events(told))
    for own in by_sender(replies).values():
        due = sorted(reply.due_at for reply in own)
        assert all(later - earlier >= HOUR for earlier, later in pairwise(due))
        assert all(later - earlier >= DAY for earlier, later in zip(due, due[3:], strict=False))


@given(HAPPENINGS)
def test_nobody_who_said_stop_is_owed_a_reply(told: list[tuple[str, str, Micros, bool]]) -> None:
    happened = events(told)
    house, _, replies = folded(happened)
    end = happened[-1].received_at if happened else NOON
    for sender, own in by_sender(replies).items():
        stopped_at = house.sender(sender).stopped_at
        assert stopped_at is None or all(reply.due_at <= end for reply in own)


@given(HAPPENINGS)
def test_a_wording_out_of_several_is_said_once_to_each_sender(
    told: list[tuple[str, str, Micros, bool]],
) -> None:
    house, _, _ = folded(events(told))
    for sender in house.senders:
        rows = [row for row in house.replies(sender) if row.said]
        said = [row.reply.wording for row in rows if row.reply.name != "else"]
        assert len(set(said)) == len(said)


@given(HAPPENINGS, st.integers(min_value=0, max_value=60))
def test_a_state_rebuilt_from_what_is_remembered_decides_the_same(
    told: list[tuple[str, str, Micros, bool]], cut: int
) -> None:
    happened = events(told)
    whole, _, _ = folded(happened)
    before, _, _ = folded(happened[:cut])
    rebuilt = Books(
        rules(OFTEN),
        b"seed",
        dict(before.senders),
        detector=before.detector,
        raid=before.raid,
        stance=before.stance,
        ledger=before.ledger,
    )
    for row in before.outbox.values():
        rebuilt.keep(row)
    for event in happened[cut:]:
        rebuilt.apply(step(rebuilt, event, event.received_at), event.received_at)
    assert rebuilt.senders == whole.senders
