"""The simpler policies, on a trace made by hand."""

from dataclasses import replace

import pytest

from bridge.model import DAY, HOUR, MINUTE, SenderId
from bridge.responses import Responses, parse
from tests.bench.raids.baselines import (
    Arrival,
    Fared,
    Knowing,
    OncePerNumber,
    Policy,
    TokenBucket,
    WithinThePot,
    at_equal_money,
    best_order,
    fare,
    most_within,
    reply_to_all,
)

PRICE = 100_000
RULES = b"""
languages: [fr]
reply_once_per: 2d
pot: {currency: EUR, total: 10, per_hour: 0.2, per_day: 0.4, inbound_reserve: 20%, warn_at: [50%]}
prices: {sms: {in: 0, out: {FR: 0.1}}}
replies: [{id: first, when: {first: true}, say: {fr: ["Un mot."]}}]
"""


@pytest.fixture(scope="module")
def rules() -> Responses:
    """Two replies an hour, four a day, one in two days to each."""
    return parse(RULES, name="rules")


def arrival(minute: int, sender: str, *, price: int = PRICE) -> Arrival:
    """Whoever is called r... is a raider."""
    return Arrival(minute * MINUTE, SenderId(sender), price, 0, sender.startswith("r"))


def trace() -> list[Arrival]:
    """A raider floods, another writes once, and then come two ordinary people, one of them twice."""
    return [
        *(arrival(minute, "r1") for minute in range(5)),
        arrival(5, "r2"),
        arrival(6, "anna"),
        arrival(7, "boris"),
        arrival(8, "anna"),
    ]


def policies(rules: Responses) -> dict[str, Policy]:
    """Each as it begins."""
    return {
        "all": reply_to_all,
        "bucket": TokenBucket(2 * PRICE, 4 * PRICE),
        "once": OncePerNumber(rules),
        "pot": WithinThePot(rules),
        "knowing": Knowing(rules),
    }


@pytest.mark.parametrize(
    ("name", "fared"),
    [
        ("all", Fared(0.6, 1.0)),
        ("bucket", Fared(0.2, 0.0)),  # the flood empties the hour's bucket with its first two messages
        ("once", Fared(0.2, 1.0)),
        ("pot", Fared(0.2, 0.0)),  # the two raiders take what the hour allows
        ("knowing", Fared(0.0, 1.0)),
    ],
)
def test_each_policy_answers_whom_it_should(name: str, fared: Fared, rules: Responses) -> None:
    assert fare(trace(), policies(rules)[name]) == fared


def test_a_bucket_refills_as_time_passes() -> None:
    bucket = TokenBucket(2 * PRICE, 4 * PRICE)
    answers = [bucket(arrival(minute, "anna")) for minute in (0, 0, 29, 31, 59, 61)]
    assert answers == [True, True, False, True, False, True]


def test_the_days_bucket_holds_when_the_hours_is_full() -> None:
    bucket = TokenBucket(2 * PRICE, 4 * PRICE)
    answered = sum(bucket(arrival(minute, "anna")) for minute in range(0, 24 * 60, 5))
    assert answered == 7  # four to begin with, and four a day drip in, the last of them after the day's end


def test_the_pot_without_a_detector_never_passes_its_caps(rules: Responses) -> None:
    pot = WithinThePot(rules)
    arrivals = [arrival(minute, f"n{minute}") for minute in range(3 * 24 * 60)]
    paid = [(one.at, one.price) for one in arrivals if pot(one)]
    assert most_within(paid, HOUR) == 2 * PRICE
    assert most_within(paid, DAY) == 4 * PRICE


def test_what_costs_nothing_is_answered_after_the_pot_is_spent(rules: Responses) -> None:
    free = arrival(9, "over telegram", price=0)
    assert fare([*trace(), free], WithinThePot(rules)).answered == pytest.approx(1 / 3)


def test_somebody_is_answered_again_once_the_wait_is_over(rules: Responses) -> None:
    once = OncePerNumber(rules)
    assert [once(arrival(hour * 60, "anna")) for hour in (0, 47, 48, 49)] == [True, False, True, False]


@pytest.mark.parametrize(
    ("paid", "most"),
    [([], 0), ([(0, 5)], 5), ([(0, 1), (9, 1), (10, 1)], 2), ([(10, 1), (0, 1), (9, 1), (9, 3)], 5)],
)
def test_the_most_within_a_stretch_counts_what_lies_less_than_its_length_apart(
    paid: list[tuple[int, int]], most: int
) -> None:
    assert most_within(paid, 10) == most


def test_the_best_order_answers_the_least_suspicious_until_the_money_is_gone() -> None:
    looks = {"anna": 100, "boris": 700, "r1": 300, "r2": 900}
    came = [replace(arrival(minute, who), suspicion=looks[who]) for minute, who in enumerate(looks)]
    assert best_order(came, 3 * PRICE) == Fared(0.1, 1.0)
    assert best_order(came, 1 * PRICE) == Fared(0.0, 0.5)


def test_at_equal_money_no_policy_pays_more(rules: Responses) -> None:
    for money in (0, PRICE, 3 * PRICE, 100 * PRICE):
        for fared in at_equal_money(trace(), rules, money).values():
            assert fared.cost * 1_000_000 <= money


def test_who_is_answered_once_waits_for_the_bucket(rules: Responses) -> None:
    policy = OncePerNumber(rules).through(TokenBucket(PRICE, 4 * PRICE))
    assert [policy(one) for one in trace()] == [True, *[False] * 8]
