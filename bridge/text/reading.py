"""What machines read of a text, each form of it worked out once. Pure.

A text is recorded whole. What is read of it is bounded, so that no text costs more than a few ordinary ones,
whatever it holds and however long it is: the cap stands before the folding and, since one sign can unfold to
eighteen letters, behind it.
"""

from bridge.remembered import once, remembered
from bridge.text.dress import is_dressed
from bridge.text.tokens import fold, words_of
from bridge.text.unmask import capitals_kept, unmask_folded

HEAD, TAIL = 1200, 400
"""Characters of a longer text that are read, from its start and from its end: all that an SMS can hold."""


class Reading:
    """One text as it is read: its start and its end, where it is longer than an SMS."""

    def __init__(self, text: str) -> None:
        self.text = text

    @once
    def folded(self) -> str:
        """In lower case, without accents, single-spaced."""
        return shown(fold(self.text))

    @once
    def words(self) -> tuple[str, ...]:
        """Its folded words."""
        return words_of(self.folded)

    @once
    def dressed(self) -> bool:
        """Whether it holds what no keyboard types: invisible signs, stacked marks, look-alike letters."""
        return is_dressed(self.text)

    @once
    def unmasked(self) -> str:
        """Its words with disguises undone."""
        kept = capitals_kept(self.text)
        return unmask_folded(self.folded if kept is self.text else shown(fold(kept)))


def read(text: str) -> Reading:
    """A text as it is read; the newest are remembered, since pastes come again and again."""
    return _reading(shown(text))


_reading = remembered(512)(Reading)


def shown(text: str) -> str:
    """What is looked at of a text: all of it, unless it is longer than any SMS."""
    return text if len(text) <= HEAD + TAIL else f"{text[:HEAD]} {text[-TAIL:]}"
