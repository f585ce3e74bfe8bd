"""STOP and its kin: the whole text, in any case, with or without accents and closing punctuation."""

from bridge.model import Message, Wish
from bridge.text.tokens import fold

STOP_WORDS = frozenset(
    # Twilio's list of default opt-out keywords, and the French ones, which are ours to honour.
    {"stop", "unsubscribe", "end", "quit", "stopall", "revoke", "optout", "cancel", "arret"}
)
START_WORDS = frozenset({"start", "unstop"})


def wish_of(message: Message) -> Wish | None:
    """What the sender asks for: the provider's own understanding first, then the text's."""
    if message.wish is not None:
        return message.wish
    word = fold(message.text).strip(" \t\n\r.!?,;:…'\"«»()*_-")
    if word in STOP_WORDS:
        return Wish.STOP
    return Wish.START if word in START_WORDS else None
