"""What follows from a message: the pipeline's cases as sentences and tables."""

import pytest

from bridge.heart.books import Books
from bridge.heart.effects import Advance, Cancel, Decide, Hold, Remember, See
from bridge.heart.step import step
from bridge.model import (
    DAY,
    HOUR,
    MINUTE,
    Action,
    Ask,
    Contact,
    Decision,
    Event,
    Happening,
    Message,
    Micros,
    Progress,
    Reply,
    Sender,
    Wish,
)
from bridge.noun import replace
from bridge.privacy.pseudonym import event_id, sender_id
from bridge.reasons import Why
from tests.support.clock import NOON
from tests.support.events import MAN, RULES, message, receipt, rules

SEED = b"the seed of the tests"


def state(source: bytes = RULES) -> Books:
    return Books(rules(source), SEED)


def event(what: Happening) -> Event:
    kind = type(what).__name__.lower()
    sender = sender_id(b"k" * 32, what.channel, what.address)
    return Event(event_id(what.channel, kind, what.provider_id), sender, what.at, what)


def fold(house: Books, what: Happening, now: Micros | None = None) -> tuple[Decision | None, Reply | None]:
    """One step, taken in: the decision and the reply that came of it."""
    effects = step(house, event(what), what.at if now is None else now)
    house.apply(effects, what.at if now is None else now)
    decisions = [effect.decision for effect in effects if isinstance(effect, Decide)]
    replies = [effect.reply for effect in effects if isinstance(effect, Hold)]
    assert len(decisions) <= 1
    assert len(replies) <= 1
    return next(iter(decisions), None), next(iter(replies), None)


def reason(house: Books, what: Message, now: Micros | None = None) -> Why:
    decision, reply = fold(house, what, now)
    assert decision is not None
    assert reply is None
    assert decision.action is Action.SILENT
    return Why(decision.reasons[0].code)


def test_a_first_message_is_answered_once_after_its_hold() -> None:
    decision, reply = fold(state(), message("Salut, ça va ?"))
    assert reply is not None
    assert decision is not None
    assert decision.action is Action.REPLIED
    assert decision.rule == reply.name == "first"
    assert decision.reply == reply.id
    assert NOON + 10 * MINUTE <= reply.due_at <= NOON + 45 * MINUTE
    assert (reply.language, reply.segments, reply.price) == ("fr", 1, 76_300)
    assert decision.cost == 7_500


def test_the_same_event_is_always_answered_the_same_way() -> None:
    one = message(id_="SM1")
    assert fold(state(), one) == fold(state(), one)


def test_a_sender_gets_one_reply_per_reply_once_per() -> None:
    house = state()
    _, first = fold(house, message())
    assert first is not None
    assert reason(house, message(at=NOON + DAY)) is Why.ANSWERED_LATELY
    assert reason(house, message(at=NOON + 29 * DAY)) is Why.ANSWERED_LATELY
    _, again = fold(house, message(at=NOON + 31 * DAY))
    assert again is not None
    assert again.name == "again"
    assert again.due_at - first.due_at >= 30 * DAY


def test_nobody_gets_more_than_three_replies_in_any_day_whatever_the_rules_say() -> None:
    often = b"languages: [fr]\nreply_once_per: 1s\nreplies:\n  - id: r\n    say: {fr: [Un mot.]}\n"
    house = state(often)
    due = [reply.due_at for n in range(200) if (reply := fold(house, message(at=NOON + n * HOUR // 2))[1])]
    assert len(due) > 6
    assert all(later - earlier >= DAY for earlier, later in zip(due, due[3:], strict=False))


def test_a_sender_never_hears_the_same_wording_twice_where_there_are_several() -> None:
    often = b"languages: [fr]\nreply_once_per: 1d\nreplies:\n  - id: r\n    say: {fr: [Un., Deux., Trois.]}\n"
    house = state(often)
    heard = [fold(house, message(at=NOON + 2 * n * DAY))[1] for n in range(5)]
    assert {reply.text for reply in heard if reply} == {"Un.", "Deux.", "Trois."}
    assert heard[3:] == [None, None]


STOPS = [
    "STOP",
    "stop",
    "Stop ",
    "ARRET",
    "arrêt",
    "Arrêt.",
    "UNSUBSCRIBE",
    "end",
    "QUIT",
    "StopAll",
    "revoke",
    "OptOut",
    "cancel",
    "\nSTOP\n",
]


@pytest.mark.parametrize("word", STOPS)
def test_whoever_says_stop_is_never_answered_again_until_start(word: str) -> None:
    house = state()
    assert reason(house, message(word)) is Why.ASKS_TO_STOP
    assert reason(house, message("allo ?", at=NOON + 400 * DAY)) is Why.HAS_STOPPED
    assert reason(house, message("start", at=NOON + 401 * DAY)) is Why.LETS_US_WRITE
    _, reply = fold(house, message("allo ?", at=NOON + 402 * DAY))
    assert reply is not None


@pytest.mark.parametrize(
    "text", ["stop that", "ne t'arrete pas", "end of story", "s t o p", "start", "unstop", "STOPPE"]
)
def test_only_the_whole_text_is_an_opt_out(text: str) -> None:
    assert fold(state(), message(text))[1] is not None


def test_stop_withdraws_what_is_held() -> None:
    house = state()
    fold(house, message())
    effects = step(house, event(message("STOP")), NOON)
    assert [type(effect) for effect in effects] == [See, Decide, Remember, Cancel]


def test_the_providers_own_understanding_of_an_opt_out_counts() -> None:
    house = state()
    reason(house, replace(message("Arretez tout"), wish=Wish.STOP))
    assert reason(house, message("allo ?")) is Why.HAS_STOPPED


UNANSWERED = [
    ("38200", Why.NO_NUMBER),
    ("BANQUE", Why.NO_NUMBER),
    ("", Why.NO_NUMBER),
    ("+33899123456", Why.NO_MOBILE),
    ("+33123456789", Why.NO_MOBILE),
    ("+33970123456", Why.NO_MOBILE),
    ("+881612345678", Why.NO_COUNTRY),
    ("+870773123456", Why.NO_COUNTRY),
    ("+883510001234567", Why.NO_COUNTRY),
    ("+447911123456", Why.NO_PRICE),
    ("+262692123456", Why.NO_PRICE),
    ("+14158675309", Why.NO_PRICE),
    ("+3361234567890123", Why.NO_NUMBER),
    ("whatsapp:+33612345678", Why.NO_NUMBER),
]


@pytest.mark.parametrize(("address", "why"), UNANSWERED)
def test_numbers_that_cost_too_much_or_reach_nobody_are_not_answered(address: str, why: Why) -> None:
    assert reason(state(), message(address=address)) is why


ANSWERED = ["+33612345678", "+33700000001", "+33757123456", "+33639981234"]


@pytest.mark.parametrize("address", ANSWERED)
def test_numbers_that_can_be_mobiles_of_a_country_with_a_price_are_answered(address: str) -> None:
    assert fold(state(), message(address=address))[1] is not None


def test_where_sms_has_no_price_nobody_is_answered() -> None:
    unpriced = RULES + b"prices: {telegram: {in: 0, out: {}}}\n"
    assert reason(state(unpriced), message()) is Why.NO_PRICE


def test_a_free_handle_answers_an_address_of_any_kind() -> None:
    free = replace(message(address="123456789"), channel="telegram", metered=False)
    _, reply = fold(state(), free)
    assert reply is not None
    assert reply.price == 0


def test_a_text_found_more_than_a_day_late_is_recorded_and_not_answered() -> None:
    assert reason(state(), message(at=NOON), now=NOON + DAY + 1) is Why.FOUND_LATE
    assert fold(state(), message(at=NOON), now=NOON + DAY)[1] is not None


def test_a_text_that_no_rule_fits_is_recorded_and_not_answered() -> None:
    narrow = b"languages: [fr]\nreplies:\n  - id: r\n    when: {words: [merci]}\n    say: {fr: [Un mot.]}\n"
    assert reason(state(narrow), message("salut")) is Why.NO_RULE


@pytest.mark.parametrize("text", ["", "\0", "\ud800", "🙂", "\x07\x1b[31m", "a" * 5000])
def test_an_odd_text_is_treated_like_any_other(text: str) -> None:
    assert fold(state(), message(text))[1] is not None


def test_the_reply_speaks_the_language_of_the_text() -> None:
    _, reply = fold(state(), message("hey it was really nice to meet you, when can I see you again?"))
    assert reply is not None
    assert (reply.language, reply.text) == ("en", "One word.")


@pytest.mark.parametrize("progress", list(Progress))
def test_a_receipt_says_how_far_a_reply_has_come(progress: Progress) -> None:
    house = state()
    house.provider_ids = frozenset({"SM1"})
    effects = step(house, event(receipt("SM1", progress)), NOON)
    assert effects == (Advance(None, "SM1", progress, None),)


def test_a_receipt_that_tells_of_an_opt_out_is_an_opt_out() -> None:
    house = state()
    fold(house, receipt("SM1", Progress.FAILED, opted_out=True))
    assert reason(house, message()) is Why.HAS_STOPPED


def test_a_step_changes_nothing_by_itself() -> None:
    house = state()
    step(house, event(message()), NOON)
    assert house.senders == {}


def test_what_is_remembered_counts_every_message() -> None:
    house = state()
    for n in range(5):
        fold(house, message(at=NOON + n))
    (sender,) = house.senders.values()
    assert isinstance(sender, Sender)
    assert (sender.messages, sender.first_at, sender.last_at) == (5, NOON, NOON + 4)


@pytest.mark.parametrize("about", ["help", "privacy", "group"])
def test_a_free_handle_explains_itself_at_once_and_the_next_text_is_still_the_first(about: Ask) -> None:
    house = state()
    asking = replace(message("/help", address="42"), channel="telegram", metered=False, asks=about)
    _, told = fold(house, asking)
    assert told is not None
    assert (told.name, told.due_at, told.price) == (about, NOON, 0)
    _, first = fold(house, replace(message("salut", address="42"), channel="telegram", metered=False))
    assert first is not None
    assert first.name == "first"


def test_a_handle_that_costs_money_explains_nothing() -> None:
    assert reason(state(), replace(message("/help"), asks="help")) is Why.COSTS_MONEY


def test_an_edit_is_recorded_and_not_answered() -> None:
    assert reason(state(), replace(message("salut"), form="edit")) is Why.EDIT


def test_a_blocked_bot_is_an_opt_out_until_it_is_unblocked() -> None:
    house = state()
    for opened, answered in ((False, False), (True, True)):
        fold(house, Contact("sms", f"contact {opened}", MAN, NOON, opened))
        assert (fold(house, message())[1] is not None) is answered
