"""Guesses which of a few languages somebody writes. Pure.

A wrong guess costs a reply that is less well understood, so the guess may be cheap: the script first,
then votes of small words, then what the provider says, then the country's official languages.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from babel.languages import get_official_languages

from bridge.text.function_words import FUNCTION_WORDS
from bridge.text.reading import read

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
_ENOUGH = 160
"""Characters of a text that are looked at: a script shows well before."""
_ENOUGH_WORDS = 100


def language_of(text: str, *, hint: str | None, country: str | None, languages: Sequence[str]) -> str:
    """The one of `languages` (ISO 639-1, at least one) in which to answer.

    `hint` is what the provider says that the sender reads, an IETF tag; `country` an ISO 3166 code.
    """
    return likeliest(written_in(text), hint=hint, country=country, languages=languages)


def written_in(text: str) -> tuple[str, ...]:
    """The languages that a text looks like, by its script or its small words; none where nothing tells."""
    return tuple(_of_script(text[:_ENOUGH]) or _of_words(read(text).words[:_ENOUGH_WORDS]))


def likeliest(
    written: Collection[str], *, hint: str | None, country: str | None, languages: Sequence[str]
) -> str:
    """The same of a text of which it is known what it looks like."""
    hinted = (hint or "").replace("_", "-").lower().partition("-")[0]
    likely = [hinted, *_official(country), *languages]
    both = [code for code in likely if code in written and code in languages]
    return both[0] if both else next(code for code in likely if code in languages)


def _of_script(text: str) -> Collection[str]:
    """The languages written in the script of most letters; none for Latin letters."""
    if text.isascii():
        return ()
    foreign = [c for c in text if c > _LAST_LATIN and c.isalpha()]
    if not foreign or len(foreign) * 2 <= sum(map(str.isalpha, text)):
        return ()
    scripts: Counter[str] = Counter()
    for letter, count in Counter(foreign).items():
        scripts[unicodedata.name(letter, "").partition(" ")[0]] += count
    return _SCRIPTS.get(scripts.most_common(1)[0][0], ())


def _of_words(said: Iterable[str]) -> Collection[str]:
    """The languages with most votes of their small words; several when they tie, none without votes."""
    votes: dict[str, int] = {}
    for word in said:
        for code in _SPOKEN_IN.get(word, ()):
            votes[code] = votes.get(code, 0) + 1
    most = max(votes.values(), default=0)
    return [code for code, count in votes.items() if count == most]


def _spoken_in() -> Mapping[str, Sequence[str]]:
    """The languages that each small word belongs to."""
    found: dict[str, list[str]] = defaultdict(list)
    for code, small in FUNCTION_WORDS.items():
        for word in small:
            found[word].append(code)
    return dict(found)


_SPOKEN_IN = _spoken_in()


@lru_cache(maxsize=512)  # there are not more countries
def _official(country: str | None) -> Sequence[str]:
    return get_official_languages(country.upper(), de_facto=True) if country else ()
