"""What a card says of its own thread. Pure."""

from bridge.card import Card
from bridge.noun import replace
from bridge.wording import Words


def with_missing(card: Card, missing: int, words: Words) -> Card:
    """The card, which says so where notes may be missing: nobody knows whether the room took them."""
    if not missing:
        return card
    return replace(card, lines=(*card.lines, words("notes_missing", count=missing)))
