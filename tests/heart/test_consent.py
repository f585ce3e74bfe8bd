"""Opt-outs, blocks, refusals of the provider and mutes: each has an end of its own, and none ends another."""

import pytest

from bridge.heart.shares import Share
from bridge.heart.step import step
from bridge.model import DAY, Act, Contact, Form, Happening, Micros, Progress, Sender
from bridge.noun import replace
from bridge.reasons import Why
from tests.heart.test_step import event, fold, reason, state
from tests.support.clock import NOON
from tests.support.events import MAN, message, receipt

STOP = {"stop": "STOP", "start": "START", "unstop": "unstop", "text": "d'accord"}
BLOCK = {"block": False, "unblock": True}


def happening(word: str, place: int) -> Happening:
    at = NOON + place
    if word in BLOCK:
        return Contact("sms", f"contact {place}", MAN, at, BLOCK[word])
    if word == "21610":
        return receipt(f"SM{place}", Progress.FAILED, at=at, opted_out=True)
    return message(STOP[word], at=at)


@pytest.mark.parametrize(
    ("happened", "why"),
    [
        ("stop block unblock", Why.HAS_STOPPED),
        ("block stop unblock", Why.HAS_STOPPED),
        ("stop unblock", Why.HAS_STOPPED),
        ("stop text block text unblock", Why.HAS_STOPPED),
        ("stop start stop block unblock", Why.HAS_STOPPED),
        ("21610 unblock", Why.HAS_STOPPED),
        ("21610 block unblock", Why.HAS_STOPPED),
        ("block unblock 21610", Why.HAS_STOPPED),
        ("block", Why.HAS_BLOCKED),
        ("block text", Why.HAS_BLOCKED),
        ("stop start block", Why.HAS_BLOCKED),
        ("stop block", Why.HAS_STOPPED),
        ("block unblock block", Why.HAS_BLOCKED),
        ("", None),
        ("block unblock", None),
        ("unblock", None),
        ("stop start", None),
        ("stop unstop", None),
        ("21610 start", None),
        ("stop block unblock start", None),
        ("block start", None),  # whoever writes START has unblocked us, whether or not we were told
    ],
)
def test_each_wish_ends_by_its_own_word_alone(happened: str, why: Why | None) -> None:
    house = state()
    for place, word in enumerate(happened.split()):
        fold(house, happening(word, place))
    later = message("d'accord", at=NOON + 60 * DAY)
    if why is None:
        assert fold(house, later)[1] is not None
    else:
        assert reason(house, later) is why


WRITTEN: dict[str, tuple[Micros, Form, bool, Why | None]] = {
    "after the block": (NOON + 2, "text", False, None),
    "before it, and told late": (NOON, "text", False, Why.HAS_BLOCKED),
    "long before, and changed since": (NOON + 2, "edit", False, Why.HAS_BLOCKED),
    "where one may write to whom one blocks": (NOON + 2, "text", True, Why.HAS_BLOCKED),
}


@pytest.mark.parametrize(("at", "form", "metered", "why"), WRITTEN.values(), ids=WRITTEN)
def test_whoever_writes_where_a_block_holds_both_ways_has_ended_it_whether_or_not_we_were_told(
    at: Micros, form: Form, why: Why | None, *, metered: bool
) -> None:
    house = state()
    channel, address = ("sms", MAN) if metered else ("telegram", "42")
    fold(house, Contact(channel, "contact", address, NOON, open=False), NOON + 1)
    text = replace(message("salut", at=at, address=address), channel=channel, form=form, metered=metered)
    if why is None:
        assert fold(house, text, NOON + 3)[1] is not None
        assert house.sender(event(text).sender).blocked_at is None
    else:
        assert reason(house, text, NOON + 3) is why


@pytest.mark.parametrize("word", ["start", "unblock", "unstop"])
def test_no_wish_of_the_sender_ends_a_mute(word: str) -> None:
    house = state()
    fold(house, message())
    mute = event(Act("command", "1", "here", "mute", f"sms:{MAN}", NOON, length=90 * DAY))
    sender = event(message()).sender
    house.targets[mute.id] = Share((sender,), (sender,))
    house.apply(step(house, mute, NOON), NOON)
    for place, one in enumerate(("stop", word)):
        fold(house, happening(one, place))
    assert house.sender(sender).muted_until == NOON + 90 * DAY


@pytest.mark.parametrize("wish", ["blocked_at", "stopped_at"])
def test_whoever_is_gone_gets_nothing_that_a_false_alarm_releases(wish: str) -> None:
    someone = Sender(event(message()).sender, "brave-heron-42")
    assert not someone.gone
    assert Sender(someone.id, someone.handle, **{wish: NOON}).gone  # type: ignore[arg-type]  # both are instants
