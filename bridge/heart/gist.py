"""What machines make of a text alone, whoever wrote it: worked out once, and remembered for pastes. Pure."""

from bridge.model import Wish
from bridge.moderation.opt_out import wish_in
from bridge.noun import Noun
from bridge.raid.sighting import Traits, traits_of
from bridge.remembered import remembered
from bridge.text.language import written_in
from bridge.threats import Sign, threat_in


class Gist(Noun):
    """All that a step wants to know of a text."""

    traits: Traits
    """What the detectors look at."""
    wish: Wish | None
    """To be left alone, or not any more."""
    sign: Sign | None
    """What threatens somebody's life in it."""
    written_in: tuple[str, ...]
    """The languages that it looks like."""


@remembered(512)
def gist_of(text: str, key: bytes) -> Gist:
    """The gist of a text. `key`: what hashes are keyed with."""
    return Gist(traits_of(text, key), wish_in(text), threat_in(text), written_in(text))
