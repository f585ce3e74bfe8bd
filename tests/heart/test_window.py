"""Some providers take an answer for a day alone: one that would be later is never handed over."""

import pytest

from bridge.model import DAY, HOUR, MINUTE, Message, Micros
from bridge.noun import replace
from bridge.privacy.pseudonym import sender_id
from bridge.reasons import Why
from tests.heart.test_calls import fold, house
from tests.support.clock import NOON
from tests.support.events import MAN, RULES, message

PRICED = (
    RULES
    + b"""
prices:
  sms: {in: 0.0075, out: {FR: 0.0763}}
  whatsapp: {in: 0.005, out: {FR: 0.004}, per: message}
"""
)
LATER = PRICED + b"answer_within: 3d\n"


def chat(text: str = "Salut", *, at: Micros = NOON, address: str = MAN) -> Message:
    return replace(message(text, address=address, at=at), channel="whatsapp", until=at + DAY)


def test_an_answer_expires_before_the_window_closes_whatever_the_rules_allow() -> None:
    _, reply = fold(house(LATER), chat())
    assert reply is not None
    assert reply.expires_at == NOON + DAY - MINUTE
    _, text = fold(house(LATER), message("Salut"))
    assert text is not None
    assert text.expires_at == NOON + 3 * DAY


def test_one_that_would_be_due_later_is_not_written_at_all_and_says_why() -> None:
    found_late = NOON + DAY - 5 * MINUTE  # within 24 hours, but for the hold
    decision, reply = fold(house(PRICED), chat(), now=found_late)
    assert (reply, decision.reasons[0].code) == (None, Why.WINDOW_CLOSED)


def test_it_has_a_price_of_its_own_and_none_without() -> None:
    _, reply = fold(house(PRICED), chat())
    assert reply is not None
    assert (reply.price, reply.channel) == (4_000, "whatsapp")
    decision, reply = fold(house(), chat())
    assert (reply, decision.reasons[0].code) == (None, Why.NO_PRICE)


def test_where_a_message_is_billed_once_its_length_is_no_matter() -> None:
    long = PRICED.replace(b"Un mot.", b"mot " * 60).replace(b"Deux mots.", b"mots " * 60)
    long = long.replace(b"Trois mots.", b"trois " * 60)
    _, reply = fold(house(long), chat())
    _, text = fold(house(long), message("Salut"))
    assert reply is not None
    assert text is not None
    assert (reply.segments, reply.price) == (1, 4_000)
    assert text.segments > 1


def test_a_pause_of_the_one_is_none_of_the_other() -> None:
    books = house(PRICED)
    books.pauses["whatsapp"] = NOON + HOUR
    assert fold(books, chat())[0].reasons[0].code == Why.CHANNEL_PAUSED
    assert fold(books, message("Salut", address="+33612340000"))[1] is not None


@pytest.mark.parametrize("hidden", ["FR.13491208655302741918", "US.1"])
def test_who_hides_their_number_is_recorded_and_not_answered(hidden: str) -> None:
    decision, reply = fold(house(PRICED), chat(address=hidden))
    assert (reply, decision.reasons[0].code) == (None, Why.NO_NUMBER)
    assert sender_id(b"k" * 32, "sms", hidden) != sender_id(b"k" * 32, "sms", MAN)
