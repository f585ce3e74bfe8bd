"""Guesses which of a few languages somebody writes. Pure.

A wrong guess costs a reply that is less well understood, so the guess may be cheap: the script first,
then votes of small words, then what the provider says, then the country's official languages.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from babel.languages import get_official_languages

from bridge.text.function_words import FUNCTION_WORDS
from bridge.text.tokens import words

# The first word of a letter's Unicode name, and the languages that are written with such letters.
_SCRIPTS = {
    "ARABIC": ("ar", "fa", "ur", "ps"),
    "ARMENIAN": ("hy",),
    "CJK": ("zh", "ja"),
    "CYRILLIC": ("ru", "uk", "bg", "sr", "be"),
    "DEVANAGARI": ("hi", "ne", "mr"),
    "GEORGIAN": ("ka",),
    "GREEK": ("el",),
    "HANGUL": ("ko",),
    "HEBREW": ("he", "yi"),
    "HIRAGANA": ("ja",),
    "KATAKANA": ("ja",),
    "TAMIL": ("ta",),
    "THAI": ("th",),
}
_LAST_LATIN = "\u02af"
_ENOUGH = 400
"""Characters of a text that are looked at: a script or a language shows well before."""


def language_of(text: str, *, hint: str | None, country: str | None, languages: Sequence[str]) -> str:
    """The one of `languages` (ISO 639-1, at least one) in which to answer.

    `hint` is what the provider says that the sender reads, an IETF tag; `country` an ISO 3166 code.
    """
    read = (hint or "").replace("_", "-").lower().partition("-")[0]
    likely = [read, *_official(country), *languages]
    written = _of_script(text[:_ENOUGH]) or _of_words(text[:_ENOUGH])
    both = [code for code in likely if code in written and code in languages]
    return both[0] if both else next(code for code in likely if code in languages)


def _of_script(text: str) -> Iterable[str]:
    """The languages written in the script of most letters; none for Latin letters."""
    foreign = [c for c in text if c > _LAST_LATIN and c.isalpha()]
    if len(foreign) * 2 <= sum(map(str.isalpha, text)):
        return ()
    scripts = Counter(unicodedata.name(c, "").partition(" ")[0] for c in foreign)
    return _SCRIPTS.get(scripts.most_common(1)[0][0], ())


def _of_words(text: str) -> Iterable[str]:
    """The languages with most votes of their small words; several when they tie, none without votes."""
    said = words(text)
    votes = {code: sum(word in small for word in said) for code, small in FUNCTION_WORDS.items()}
    most = max(votes.values())
    return [code for code, count in votes.items() if count == most] if most else ()


@lru_cache(maxsize=512)  # there are not more countries
def _official(country: str | None) -> Sequence[str]:
    return get_official_languages(country.upper(), de_facto=True) if country else ()
