"""The few things that a wording may leave open, and filling them in. Pure.

Apart from filling, nothing in a wording changes: `$$`, `5$` and `{0}` stay as they are.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from string import Template
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time

from bridge.errors import Unfit
from bridge.model import SECOND, Micros
from bridge.responses.complaints import did_you_mean, shown
from bridge.text.segments import cheaper, measure

NAMES = ("number", "date", "time")
"""The line that was written to, and the day and the time of the reply in the file's zone."""

OF_NOTICES = ("ordinary", "raid", "controller", "until")
"""How long texts are kept, of ordinary people and of a raid; whom to write to; the day that is told."""

_OPENED = re.compile(r"\$(?:(?P<named>[^\W\d]\w*)|\{(?P<braced>[^{}\n]*)\}|(?P<unclosed>\{))")
_KNOWN = "|".join(NAMES)
_NEVER = "(?P<escaped>(?!))|(?P<invalid>(?!))"


class _Text(Template):
    """Knows `$name` and `${name}`. Its escapes and errors can never match, so all else is left alone."""

    # Template compiles in its subclasses what they write as text.
    pattern = rf"\$(?:(?P<named>{_KNOWN})\b|\{{(?P<braced>{_KNOWN})\}})|{_NEVER}"  # type: ignore[assignment]
    flags = re.NOFLAG


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders replaced once; values are never looked into."""
    return _Text(text).safe_substitute(values)


def unknown_placeholder(text: str, names: Sequence[str] = NAMES) -> Unfit | None:
    """What is wrong with the first placeholder of a text that is not one of `names`."""
    for found in _OPENED.finditer(text):
        name = found["named"] or found["braced"] or ""
        if name not in names:
            mend = (
                f"{did_you_mean(name, names)} A dollar sign before a space or a digit is only a dollar sign."
            )
            return Unfit(f"uses {shown(found[0])}, which is no placeholder.", mend, about=found[0])
    return None


def values(number: str, at: Micros, zone: ZoneInfo, language: str) -> dict[str, str]:
    """What each placeholder stands for in a reply that goes out at `at`.

    Month names and such are spelt without accents where that keeps the text in GSM-7.
    """
    when = datetime.fromtimestamp(at // SECOND, zone)
    locale = locale_of(language)
    date = format_date(when.date(), "long", locale=locale)
    time = format_time(when.time(), "short", locale=locale)
    return {"number": number, "date": _plain(date), "time": _plain(time)}


@lru_cache(maxsize=64)
def locale_of(language: str) -> Locale:
    """How a language writes dates and lengths; English for one that is not known."""
    try:
        return Locale.parse(language)
    except UnknownLocaleError:
        return Locale("en")


def _plain(text: str) -> str:
    plain = cheaper(text)
    return plain if measure(plain).encoding == "GSM-7" else text
