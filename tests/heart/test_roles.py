"""Whoever has no right to an act does nothing by it, whatever the verb."""

from typing import Any

import pytest

from bridge.heart.acts import VERBS
from bridge.heart.acts.verb import ADMINISTER
from bridge.heart.effects import Tell
from bridge.heart.step import step
from bridge.model import Act
from bridge.noun import replace
from tests.heart.test_acts import MAN, NAMED, act
from tests.heart.test_step import event, state
from tests.support.clock import NOON
from tests.support.events import RULES

TARGETS = ("", MAN, "sms", "0612abcd", "20 euros")


def outcomes(source: bytes, done: Act) -> set[str]:
    """What is told; of whatever else comes of it, "something"."""
    effects = step(state(source), event(done), NOON)
    return {one.done.outcome if isinstance(one, Tell) else "something" for one in effects}


STRANGERS: dict[str, tuple[bytes, dict[str, Any]]] = {
    "a stranger where nobody is named": (RULES, {"member": False}),
    "a member where others are named": (NAMED, {}),
    "somebody of another group": (NAMED, {"groups": ("S0OTHER",)}),
    "a name in place of an id": (NAMED, {"actor": "u0mod"}),
    "an id with a space behind it": (NAMED, {"actor": "U0ADMIN "}),
    "nobody": (NAMED, {"actor": ""}),
    "somebody of another channel": (NAMED, {"channel": "telegram", "actor": "operator"}),
    "who calls themselves the command line": (NAMED, {"actor": "command"}),
}


@pytest.mark.parametrize("verb", [*VERBS, "explode", ""])
@pytest.mark.parametrize("who", STRANGERS)
def test_a_stranger_does_nothing_whatever_the_verb(who: str, verb: str) -> None:
    source, by = STRANGERS[who]
    for target in TARGETS:
        assert outcomes(source, replace(act(verb, target), **by)) == {"refused"}


@pytest.mark.parametrize("verb", [name for name, verb in VERBS.items() if verb.right is ADMINISTER])
@pytest.mark.parametrize(("source", "actor"), [(RULES, "U0ANYONE"), (NAMED, "U0MOD"), (NAMED, "S0TEAM")])
def test_a_moderator_does_nothing_about_money(source: bytes, actor: str, verb: str) -> None:
    for target in TARGETS:
        assert outcomes(source, act(verb, target, actor=actor)) == {"refused"}
