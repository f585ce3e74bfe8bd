"""What somebody looks for in texts: a phrase, read as the detectors read, or a pattern after `re:`. Pure.

A phrase is found however it is dressed up: case, accents, look-alike letters, digits that stand for letters,
signs that show nothing, letters set apart. It is found as whole words, however those are spaced; one of five
letters or more also within longer words. A phrase that holds a number or a sign is looked for as it is
written, but for case, accents and spaces. A pattern takes time in proportion to the text, whatever it is
(`bridge.responses.expressions`), and is tried on a text as it is written, as folded, and as unmasked.
"""

import unicodedata
from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache

from bridge.errors import Unfit
from bridge.noun import Noun
from bridge.responses.expressions import expression, found
from bridge.text.tokens import fold, words_of
from bridge.text.unmask import HEAD, TAIL, unmask_folded

PATTERN = "re:"
"""What a pattern begins with."""

LONGEST = 200
"""Characters of a phrase, or of a pattern with its beginning."""

LONGEST_TEXT = 8000
"""Characters of a folded text that are looked at: more than any channel brings."""

_FEWEST_WITHIN = 5
"""Letters of a phrase that is also found within longer words: `con` begins half of all sentences."""

_PIECE, _OVERLAP = HEAD + TAIL, LONGEST
"""Characters that are unmasked at a time, and how far two pieces overlap: no phrase falls between them."""


class NoPhrase(Exception):
    """Nothing can be looked for: `code` names the sentence, in the room of commands, `told` fills it."""

    def __init__(self, code: str, **told: int) -> None:
        """Never what was written."""
        super().__init__(code)
        self.code, self.told = code, told


class Phrase(Noun):
    """What is looked for."""

    written: str
    """As somebody wrote it."""
    _in: Callable[["Text"], bool]

    def is_in(self, text: "Text") -> bool:
        """Whether the text holds it."""
        return self._in(text)


class Text:
    """One text as it is searched, each form of it worked out once."""

    def __init__(self, text: str) -> None:
        self.written = text

    @cached_property
    def folded(self) -> str:
        """In lower case, without accents, single-spaced."""
        return fold(self.written[:LONGEST_TEXT])[:LONGEST_TEXT]

    @cached_property
    def closed_up(self) -> str:
        """The same without spaces."""
        return self.folded.replace(" ", "")

    @cached_property
    def unmasked(self) -> tuple[str, ...]:
        """Its words with disguises undone, in pieces that overlap."""
        return tuple(map(unmask_folded, _pieces(self.folded)))


@lru_cache(maxsize=64)
def read_phrase(written: str) -> Phrase:
    """What is meant. Raises `NoPhrase`."""
    text = " ".join(written.split())
    if len(text) > LONGEST:
        raise NoPhrase("phrase_long", most=LONGEST)
    if text.lower().startswith(PATTERN):
        return Phrase(text, _by_pattern(text[len(PATTERN) :].strip()))
    folded = fold(text)
    if not folded or not any(map(_says_something, folded)):
        raise NoPhrase("phrase_empty")
    letters = "".join(unmask_folded(folded).split())
    if not letters or _holds_more(folded):
        return Phrase(text, _closed_up(folded.replace(" ", "")))
    return Phrase(text, _in_words(unmask_folded(folded), letters))


def _by_pattern(pattern: str) -> Callable[[Text], bool]:
    """An expression of google-re2. One that every text matches says nothing of any."""
    if not pattern:
        raise NoPhrase("pattern_empty")
    try:
        expression(pattern)
    except Unfit:
        raise NoPhrase("pattern_broken") from None
    if found(pattern, ""):
        raise NoPhrase("pattern_of_all")
    return lambda text: any(found(pattern, one) for one in (text.written, text.folded, *text.unmasked))


def _closed_up(wanted: str) -> Callable[[Text], bool]:
    return lambda text: wanted in text.closed_up


def _in_words(spaced: str, letters: str) -> Callable[[Text], bool]:
    within = len(letters) >= _FEWEST_WITHIN
    return lambda text: any((within and spaced in one) or _is_run(one, letters) for one in text.unmasked)


def _is_run(unmasked: str, letters: str) -> bool:
    """Whether whole words, one after the other, make up these letters."""
    if letters not in unmasked.replace(" ", ""):
        return False
    words = unmasked.split()
    return any(_begins(words, place, letters) for place, word in enumerate(words) if letters.startswith(word))


def _begins(words: list[str], place: int, letters: str) -> bool:
    run = ""
    while place < len(words) and len(run) < len(letters):
        run, place = run + words[place], place + 1
    return run == letters


def _holds_more(folded: str) -> bool:
    """Whether it holds what unmasking leaves out: a number, an emoji."""
    numbers = any(2 * sum(map(str.isalpha, word)) < len(word) for word in words_of(folded))
    return numbers or any(unicodedata.category(sign) == "So" for sign in folded)


def _says_something(sign: str) -> bool:
    return sign.isalnum() or unicodedata.category(sign) in {"So", "Sk", "Sm"}


def _pieces(folded: str) -> Iterator[str]:
    """The text in pieces that are cut between words, unless a word is as long as a piece."""
    begin = 0
    while len(folded) - begin > _PIECE:
        cut = folded.rfind(" ", begin + _OVERLAP + 1, begin + _PIECE)
        end = cut if cut > 0 else begin + _PIECE
        yield folded[begin:end]
        again = folded.find(" ", max(begin + 1, end - _OVERLAP), end)
        begin = again if again > 0 else end - _OVERLAP // 2
    yield folded[begin:]
