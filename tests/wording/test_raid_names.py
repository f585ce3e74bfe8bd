"""What raids are called: the same for ever, in both languages, and never like a sender."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.moderation.targets import is_handle
from bridge.privacy.wordlist import ANIMALS
from bridge.wording.raid_names import _COLOURS, _WEATHERS, SPACE, is_called, raid_name

KNOWN = [
    ("1f2e3d4c", "Scarlet Snow", "Neige écarlate"),
    ("abcdef01", "Ivory Snow", "Neige ivoire"),
    ("00000000", "Silver Canyon", "Canyon argenté"),
]


@pytest.mark.parametrize(("raid", "english", "french"), KNOWN)
def test_a_name_never_changes(raid: str, english: str, french: str) -> None:
    assert (raid_name(raid, "en"), raid_name(raid, "fr")) == (english, french)


@given(st.from_regex(r"[0-9a-f]{8}", fullmatch=True))
def test_a_name_is_two_words_in_either_language_and_no_handle(raid: str) -> None:
    for name in (raid_name(raid, "en"), raid_name(raid, "fr")):
        assert len(name.split()) == 2
        assert not is_handle(name)
        assert not is_handle(name.lower().replace(" ", "-"))


@pytest.mark.parametrize(
    "written", ["1f2e3d4c", "Scarlet Snow", "scarlet-snow", "NEIGE ECARLATE", "neige écarlate", "scarletsnow"]
)
def test_a_raid_is_called_by_id_or_by_name_however_it_is_written(written: str) -> None:
    assert is_called("1f2e3d4c", written)
    assert not is_called("00000000", written)


def test_no_two_names_are_alike_and_none_is_an_animal() -> None:
    english = {f"{colour[0]} {weather[0]}" for colour in _COLOURS for weather in _WEATHERS}
    french = {(colour[1], weather[1]) for colour in _COLOURS for weather in _WEATHERS}
    assert len(english) == len(french) == SPACE == 1024
    assert not {weather[0].lower() for weather in _WEATHERS} & set(ANIMALS)
