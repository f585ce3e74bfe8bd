"""Telephone calls: told and counted, answered by SMS only where the rules say so, and under every limit."""

import pytest

from bridge.evidence.canonical import kind_of, read, write
from bridge.heart.books import Books
from bridge.heart.fold import fold as taken
from bridge.model import DAY, HOUR, MINUTE, SECOND, Action, Decision, Event, Message, Micros, Reply, Verdict
from bridge.noun import replace
from bridge.privacy.pseudonym import event_id, sender_id
from bridge.raid.flood import LOUD, MANY
from bridge.reasons import Why
from bridge.replay.run import replay
from bridge.simulate.scenarios import make
from tests.support.clock import NOON
from tests.support.events import MAN, RULES, message, rules
from tests.support.raiding import PASTE, number

PLENTY = b"pot: {total: 10000, per_hour: 1000, per_day: 5000}\n"
ANSWERING = RULES + b"reply_to_calls: true\n"
RINGING_OUT = RULES + b"calls: {ring_out: true, minute: 0.01}\n"
SERIAL = iter(range(1_000_000))


def call(address: str = MAN, at: Micros = NOON) -> Message:
    """Somebody rings, and hears a busy line."""
    return replace(message("", address=address, at=at, id_=f"CA{next(SERIAL)}"), segments=0, form="call")


def house(source: bytes = RULES) -> Books:
    return Books(rules(source), b"the seed of the tests")


def fold(books: Books, what: Message, now: Micros | None = None) -> tuple[Decision, Reply | None]:
    """The decision and the reply that came of it."""
    sender = sender_id(b"k" * 32, what.channel, what.address)
    event = Event(event_id(what.channel, kind_of(what), what.provider_id), sender, what.at, what)
    taken(books, event, what.at if now is None else now)
    decision = books.decisions[event.id]
    return decision, books.outbox[decision.reply].reply if decision.reply else None


def test_a_call_stands_in_the_journal_under_a_word_of_its_own() -> None:
    one = call()
    assert kind_of(one) == "call"
    assert read("call", write(one)) == one


def test_a_call_is_recorded_costs_nothing_and_is_not_answered() -> None:
    decision, reply = fold(house(), call())
    assert (decision.action, decision.reasons[0].code, reply) == (Action.SILENT, Why.CALL, None)
    assert (decision.cost, decision.form) == (0, "call")


def test_who_rang_first_has_still_a_first_message_to_write() -> None:
    """He rings at once, to test the number; then he writes."""
    books = house()
    for second in range(3):
        fold(books, call(at=NOON + second * SECOND))
    decision, reply = fold(books, message("Salut", at=NOON + MINUTE))
    assert reply is not None
    assert (reply.name, decision.first) == ("first", True)


def test_where_they_ring_out_a_minute_of_each_is_booked_as_received() -> None:
    books = house(RINGING_OUT)
    fold(books, replace(call(), segments=1))
    assert books.ledger.inbound == 10_000
    assert fold(books, call())[0].cost == 0


def test_where_the_rules_say_so_a_call_is_answered_like_a_first_message() -> None:
    decision, reply = fold(house(ANSWERING), call())
    assert reply is not None
    assert (reply.name, reply.channel, decision.action) == ("first", "sms", Action.REPLIED)
    assert NOON + 10 * MINUTE <= reply.due_at <= NOON + 45 * MINUTE
    assert reply.price == 76_300


@pytest.mark.parametrize("first", ["call", "text"])
def test_a_call_and_a_text_of_one_person_get_one_reply(first: str) -> None:
    books = house(ANSWERING)
    both = [call(), message("Salut", at=NOON + MINUTE)]
    if first == "text":
        both = [message("Salut"), call(at=NOON + MINUTE)]
    assert fold(books, both[0])[1] is not None
    decision, reply = fold(books, both[1])
    assert (reply, decision.reasons[0].code) == (None, Why.ANSWERED_LATELY)


UNANSWERED = {
    "a number that is withheld": ("anonymous", Why.NO_NUMBER),
    "a landline": ("+33142685300", Why.NO_MOBILE),
    "a short code": ("38080", Why.NO_NUMBER),
    "a mobile of a country without a price": ("+447400123456", Why.NO_PRICE),
}


@pytest.mark.parametrize(("address", "why"), UNANSWERED.values(), ids=UNANSWERED)
def test_only_mobiles_of_a_country_with_a_price_are_answered(address: str, why: Why) -> None:
    decision, reply = fold(house(ANSWERING), call(address))
    assert (reply, decision.reasons[0].code) == (None, why)


def test_a_stop_a_mute_a_pause_and_an_empty_pot_hold_for_calls_too() -> None:
    books = house(ANSWERING)
    fold(books, message("STOP"))
    assert fold(books, call())[0].reasons[0].code == Why.HAS_STOPPED
    books = house(ANSWERING)
    mine = sender_id(b"k" * 32, "sms", MAN)
    books.know(replace(books.sender(mine), muted_until=NOON + DAY))
    assert fold(books, call())[0].reasons[0].code == Why.MUTED
    books = house(ANSWERING)
    books.pauses["sms"] = NOON + HOUR
    assert fold(books, call())[0].reasons[0].code == Why.CHANNEL_PAUSED
    books = house(ANSWERING)
    books.ledger.total = 0
    assert fold(books, call())[0].reasons[0].code == Why.POT_SPENT


def test_a_call_that_is_told_late_is_not_answered() -> None:
    decision, reply = fold(house(ANSWERING), call(), now=NOON + DAY + MINUTE)
    assert (reply, decision.reasons[0].code) == (None, Why.FOUND_LATE)


def test_whoever_rings_again_and_again_is_seen_to_flood() -> None:
    books = house()
    verdicts = [fold(books, call(at=NOON + n * SECOND))[0].verdict for n in range(LOUD)]
    assert verdicts[: MANY - 1] == [Verdict.ORDINARY] * (MANY - 1)
    assert verdicts[-1] is Verdict.RAIDER
    assert books.raid is not None
    assert [kind for kind, _ in books.raid.signs] == ["flood"]


def test_calls_do_not_push_texts_out_of_sight() -> None:
    """Three pastes, then thousands of calls, then the fourth: it is still the fourth."""
    books = house()
    for n in range(3):
        fold(books, message(PASTE, address=number(n), at=NOON + n * SECOND))
    for n in range(2_500):
        fold(books, call(number(1_000 + n), NOON + 10 * SECOND))
    fold(books, message(PASTE, address=number(4), at=NOON + MINUTE))
    assert books.raid is not None
    assert "copies" in dict(books.raid.signs)
    assert books.detector.register.number <= 4


def test_sixteen_thousand_calls_cost_nothing_and_keep_nobody_from_a_reply() -> None:
    trace = make("calls", seed=3)
    assert sum(one.kind == "call" for one in trace.messages) == 16_000
    found = replay(trace.messages, rules(RULES + PLENTY), trace.labels)
    texts = [one for one in trace.messages if one.kind == "text"]
    assert found.summary["calls"] == 16_000
    assert {row.inbound for row in found.rows if row.call} == {0}
    assert not [row for row in found.rows if row.call and row.reply is not None]
    assert len({row.sender for row in found.rows if row.reply}) > 0.95 * len({one.sender for one in texts})


def test_calls_that_are_answered_cost_no_more_than_the_hour_allows() -> None:
    trace = make("calls", seed=3, scale=0.1)
    capped = ANSWERING + b"pot: {total: 100, per_hour: 1, per_day: 10}\n"
    found = replay(trace.messages, rules(capped), trace.labels)
    by_hour = [one["spent"] for one in found.summary["money"]]
    assert max(by_hour) <= 2.0  # an hour by the clock touches two of the windows
    rang = {row.sender for row in found.rows if row.call and row.reply}
    assert sum(1 for row in found.rows if row.call and row.reply) == len(rang)
