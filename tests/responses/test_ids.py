"""Which ids of people the rules may name: each room says what its own look like."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from bridge.ports import Addresses, Ids
from bridge.responses import RulesRefused, parse
from bridge.service import plugins
from tests.responses.files import SMALLEST

PIGEONS = {"pigeon": Ids("P[0-9]+", "P4711")}


@dataclass
class Rooms:
    """Whoever an address names is there."""

    known: Mapping[str, Ids] = field(default_factory=dict)

    def settled(self, address: str) -> str:
        return address

    def ids(self) -> Mapping[str, Ids]:
        return self.known


@pytest.mark.parametrize("key", ["moderators", "admins", "wake"])
@pytest.mark.parametrize(
    ("known", "written", "taken"),
    [
        (PIGEONS, "P12", True),
        (PIGEONS, "U0ONE", False),
        (PIGEONS, "claire", False),
        ({}, "U0ONE", True),
        ({}, "anything-at-all", True),
        ({}, "@claire", False),
        ({}, "claire martin", False),
    ],
)
def test_an_id_is_what_a_room_takes_for_one(
    key: str, known: Mapping[str, Ids], written: str, taken: bool
) -> None:
    source = f"{SMALLEST}organisers: {{{key}: ['{written}']}}\n".encode()
    if taken:
        rules = parse(source, name="responses.yaml", people=Rooms(known))
        assert getattr(rules.organisers, key) == (written,)
    else:
        with pytest.raises(RulesRefused, match=f"organisers.{key}"):
            parse(source, name="responses.yaml", people=Rooms(known))


class Room:
    """A plugin of a room."""

    name = "pigeon"
    ids = PIGEONS["pigeon"]


class Silent:
    """One that does not say what its ids look like."""

    name = "silent"


class Letters:
    """A channel that people write from: nobody there is named by an id."""

    name = "letters"

    @staticmethod
    def addresses(_environment: Mapping[str, str]) -> Addresses:
        return Addresses(read=lambda written: written, example="a")


@pytest.mark.parametrize(
    ("installed", "broken", "known"),
    [
        ([Room, Letters], {}, PIGEONS),
        ([Room, Letters, Silent], {}, {}),
        ([Room], {"other": "does not load"}, {}),
        ([Letters], {}, {}),
    ],
    ids=["all say", "one does not say", "one does not load", "no room"],
)
def test_where_one_room_does_not_say_any_id_may_be_its(
    monkeypatch: pytest.MonkeyPatch, installed: list[Any], broken: dict[str, str], known: Mapping[str, Ids]
) -> None:
    monkeypatch.setattr(plugins, "channel_plugins", lambda: {one.name: one for one in installed})
    monkeypatch.setattr(plugins, "broken_channels", lambda: broken)
    assert plugins.room_ids() == known
