"""Lengths, amounts and shares that can be written and mean nothing: refused in a sentence, or remarked."""

import pytest

from bridge.responses import RulesRefused, parse
from bridge.responses.lint import lint
from bridge.responses.rules import Responses

RULES = "languages: [fr]\nreplies:\n  - id: a\n    say: {fr: Un mot.}\n"


def read(more: str) -> Responses:
    return parse(f"{RULES}{more}\n".encode(), name="responses.yaml")


LENGTHS = ["retention.ordinary", "retention.raid", "answer_within", "pot.last_for"]
"""What is over at once would erase everybody, or answer nobody."""

NO_TIME = ["0s", "0m", "000d", "0y"]


@pytest.mark.parametrize("key", LENGTHS)
@pytest.mark.parametrize("written", NO_TIME)
def test_a_length_of_no_time_is_refused_where_it_would_end_everything(key: str, written: str) -> None:
    first, _, second = key.partition(".")
    with pytest.raises(RulesRefused, match=f'"{key}" is no time at all') as refused:
        read(f"{first}: {{{second}: {written}}}" if second else f"{first}: {written}")
    assert ":5:" in str(refused.value)


@pytest.mark.parametrize("written", ["hold: {min: 0s, max: 0s}", "reply_once_per: 0s"])
def test_where_no_time_means_at_once_it_is_fine(written: str) -> None:
    assert read(written)


NEGATIVE = ["hold: {min: -1s}", "hold: {max: -5m}", "reply_once_per: -1d", "answer_within: -1h"]
NEGATIVE += [
    "retention: {ordinary: -1d}",
    "retention: {raid: -1y}",
    "pot: {last_for: -1d}",
    "backup: {every: -1d}",
]
NEGATIVE += ["pot: {total: -1}", "pot: {per_hour: -1}", "pot: {per_day: -1}", "pot: {per_sender: -1}"]
NEGATIVE += ["pot: {inbound_reserve: -5%}", "pot: {warn_at: [-5%]}", "pot: {raiders_per_person: -1}"]
NEGATIVE += [
    "prices: {sms: {in: -1}}",
    "prices: {sms: {out: {FR: -1}}}",
    "backup: {keep: -1}",
    "calls: {minute: -1}",
]


@pytest.mark.parametrize("written", NEGATIVE)
def test_nothing_lies_below_zero(written: str) -> None:
    with pytest.raises(RulesRefused):
        read(written)


PRICED = "prices: {sms: {in: 0.01, out: {FR: 0.08}}}\n"
TOO_LITTLE = [
    ("pot: {total: 0}", ["total"]),
    ("pot: {total: 0.05}", ["total"]),
    ("pot: {inbound_reserve: 100%}", ["total"]),
    ("pot: {per_hour: 0}", ["per_hour"]),
    ("pot: {per_hour: 0.07, per_day: 0}", ["per_hour", "per_day"]),
    ("pot: {per_sender: 0.07}", ["per_sender"]),
    ("pot: {per_sender: 0.08, per_hour: 0.08}", []),
    ("pot: {}", []),
]


@pytest.mark.parametrize(("written", "keys"), TOO_LITTLE)
def test_a_limit_below_what_any_reply_costs_is_told_and_is_fine_where_none_costs(
    written: str, keys: list[str]
) -> None:
    assert list(lint(read(PRICED + written)).too_little) == keys
    assert list(lint(read("prices: {}\n" + written)).too_little) == []


TOO_LATE = [
    ("answer_within: 30m\nhold: {min: 10m, max: 45m}", True),
    ("answer_within: 46m\nhold: {min: 10m, max: 45m}", False),
    ("answer_within: 6h\nquiet: {from: 22h, to: 8h}", True),
    ("answer_within: 11h\nquiet: {from: 22h, to: 8h}", False),
    ("answer_within: 30d\nquiet: {from: 0h, to: 24h}", True),  # no hour is left
    ("", False),
]


@pytest.mark.parametrize(("written", "too_late"), TOO_LATE)
def test_that_some_could_only_be_answered_too_late_is_told(written: str, *, too_late: bool) -> None:
    assert lint(read(written)).too_late is too_late


NEVER = [
    ("answer_within: 10m\nhold: {min: 10m, max: 45m}", "nobody would ever be answered"),
    ("answer_within: 30s\n", "nobody would ever be answered"),
]


@pytest.mark.parametrize(("written", "told"), NEVER)
def test_a_reply_that_could_only_come_too_late_is_refused(written: str, told: str) -> None:
    with pytest.raises(RulesRefused, match=told):
        read(written)


@pytest.mark.parametrize("written", ["answer_within: 1s\nhold: {min: 0s, max: 5s}", "answer_within: 11m"])
def test_one_that_can_come_in_time_is_not(written: str) -> None:
    assert read(written)
