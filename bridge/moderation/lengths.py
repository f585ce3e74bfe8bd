"""How long something is to last, as people write it: `for 7d`, `7 jours`, `jusqu'à demain 8h`.

In English and French alike. Pure; microseconds.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from difflib import get_close_matches
from typing import Literal

from bridge.model import DAY, HOUR, MINUTE, SECOND, Micros
from bridge.noun import Noun, replace
from bridge.quantities import LONGEST, YEAR

Unclear = Literal["length", "moment", "past", "too_short"]
"""Why a length is none: the name of the sentence that says so."""

FOR = frozenset({"for", "pendant", "pour", "durant"})
UNTIL = frozenset({"until", "till", "jusque", "jusqu'a", "jusqu'au", "jusqu'en"})

_UNITS: Mapping[str, Micros] = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "seconde", "secondes"), SECOND),
    **dict.fromkeys(("demi-heure", "half-hour", "demi-heures"), 30 * MINUTE),
    **dict.fromkeys(("m", "mn", "min", "mins", "minute", "minutes"), MINUTE),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "heure", "heures"), HOUR),
    **dict.fromkeys(("d", "day", "days", "j", "jour", "jours"), DAY),
    **dict.fromkeys(("w", "week", "weeks", "sem", "semaine", "semaines"), 7 * DAY),
    **dict.fromkeys(("month", "months", "mois"), 30 * DAY),
    **dict.fromkeys(("y", "year", "years", "an", "ans", "annee", "annees"), YEAR),
}
_HALVES = frozenset({"demi-heure", "half-hour"})
_NUMBERS: Mapping[str, int] = {
    **dict.fromkeys(("a", "an", "one", "un", "une"), 1),
    **dict.fromkeys(("two", "deux"), 2),
    **dict.fromkeys(("three", "trois"), 3),
}
_DAYS: Mapping[str, int] = {
    **dict.fromkeys(("today", "aujourd'hui", "tonight"), 0),
    **dict.fromkeys(("tomorrow", "demain"), 1),
    "apres-demain": 2,
}
_WEEKDAYS: Mapping[str, int] = {
    word: day
    for words in (
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    )
    for day, word in enumerate(words)
}
_MONTHS: Mapping[str, int] = {
    word: month
    for words in (
        "january february march april may june july august september october november december",
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    )
    for month, word in enumerate(words.split(), start=1)
}
_MINUTES_A_DAY, _EVENING = 24 * 60, 20 * 60
_PARTS: Mapping[str, int] = {
    **dict.fromkeys(("morning", "matin"), 8 * 60),
    **dict.fromkeys(("evening", "soir", "tonight"), _EVENING),
}
"""As minutes of a day, where nobody says an hour."""

_HOURS_WITH_NAMES: Mapping[str, int] = {
    **dict.fromkeys(("noon", "midi"), 12 * 60),
    **dict.fromkeys(("midnight", "minuit"), _MINUTES_A_DAY),
}
"""Likewise: midnight, and 24 h, belong to the day that they end."""
_FILLERS = frozenset({"at", "a", "the", "on", "le", "la", "ce", "du", "this", "of", "in"})
_BETWEEN = frozenset({"and", "et"})

_MORNING = 8 * 60
"""When a day begins of which nobody says an hour."""

_LEAP_YEARS = 8
"""So many years lie between two leap days at most."""

_ORDINALS = frozenset({"e", "er", "ere", "eme", "st", "nd", "rd", "th", "x"})
_TOGETHER = re.compile(r"(?:[0-9]{1,9}[a-z]+)+(?:[0-9]{1,2})?")
_COUNTED = re.compile(r"([0-9]+)([a-z]*)")
_COUNT = re.compile(r"[0-9]+(?:[.,][0-9]+)?([a-z]*)", re.ASCII)
_DASHES = "-\u2013\u2014"
"""Some write `--for`, as on a command line, and keyboards make one dash of it."""
_CLOCK = re.compile(r"([01]?[0-9]|2[0-4])(?:[h:]([0-5][0-9])?|(am|pm))")
_DATE = re.compile(r"([0-3]?[0-9])/([01]?[0-9])(?:/([0-9]{4}))?")
_HOURS = frozenset({"h", "heure", "heures"})


class Length(Noun):
    """What was read, from so many words."""

    micros: Micros
    words: int


class NoLength(Exception):
    """What is written there is meant as a length, and is none: the message is the name of a sentence."""

    def __init__(self, why: Unclear) -> None:
        super().__init__(why)
        self.why = why


def bare(word: str) -> str:
    """A word without case, accents and typographic marks."""
    letters = unicodedata.normalize("NFKD", word.replace("\u2019", "'")).lower()
    return "".join(one for one in letters if not unicodedata.combining(one)).strip(",;.")


def _told(word: str) -> str:
    """A word as it is read here: without dashes before what begins a length."""
    told = bare(word)
    return undashed if (undashed := told.lstrip(_DASHES)) in FOR | UNTIL else told


def length_first(words: Sequence[str], now: Micros, zone: tzinfo) -> Length | None:
    """The length that the words begin with, if they do. Raises `NoLength` where one is meant and not told."""
    told = [_told(word) for word in words]
    if not told:
        return None
    if told[0] in FOR:
        return _after(told[1:], 1)
    if told[0] in UNTIL:
        return _until(told, now, zone)
    found = _lasting(told)
    if found is None and _is_meant(told):
        raise NoLength("length")
    return _sane(found)


def length_last(words: Sequence[str], now: Micros, zone: tzinfo) -> Length | None:
    """The length that ends the words: `insults for 7d`. Raises `NoLength` where one is meant and not told."""
    told = [_told(word) for word in words]
    for place in range(len(told) - 1, 0, -1):
        if told[place] in UNTIL or (told[place] in FOR and _begins_with_number(told[place + 1 :])):
            found = length_first(words[place:], now, zone)
            if found is None or found.words != len(words) - place:
                raise NoLength("moment" if told[place] in UNTIL else "length")
            return found
    return None


def whole_length(written: str, now: Micros, zone: tzinfo) -> Micros:
    """A length alone, with or without `for`. Raises `NoLength`."""
    words = written.split()
    found = length_first(words, now, zone)
    if found is None or found.words != len(words):
        raise NoLength("length")
    return found.micros


def _after(told: Sequence[str], before: int) -> Length:
    found = _lasting(told)
    if found is None:
        raise NoLength("length")
    sane = _sane(Length(found.micros, found.words + before))
    if sane is None:
        raise NoLength("length")
    return sane


def _sane(found: Length | None) -> Length | None:
    if found is not None and found.micros > LONGEST:
        raise NoLength("length")
    if found is not None and found.micros <= 0:
        raise NoLength("too_short")
    return found


def _lasting(told: Sequence[str]) -> Length | None:
    """One or more counts with their units: `7j`, `7 jours`, `1h30`, `1 jour et 2 heures`."""
    sum_, taken = 0, 0
    while part := _part(told[taken:] if not taken else _joined(told, taken)):
        sum_ += part.micros
        taken += part.words + (taken > 0 and told[taken] in _BETWEEN)
    return Length(sum_, taken) if taken else None


def _joined(told: Sequence[str], taken: int) -> Sequence[str]:
    rest = told[taken:]
    return rest[1:] if rest and rest[0] in _BETWEEN else rest


def _part(told: Sequence[str]) -> Length | None:
    """A count with its unit, in one word or in two."""
    return (_in_one_word(told[0]) or _in_two_words(told)) if told else None


def _in_one_word(word: str) -> Length | None:
    if word in _HALVES:
        return Length(30 * MINUTE, 1)
    if _TOGETHER.fullmatch(word) is None:
        return None
    sum_, before = 0, ""
    for count, unit in _COUNTED.findall(word):
        micros = _UNITS.get(unit) if unit else MINUTE if before in _HOURS else None
        if micros is None:
            return None
        sum_, before = sum_ + int(count) * micros, unit
    return Length(sum_, 1)


def _in_two_words(told: Sequence[str]) -> Length | None:
    count = _count(told[0])
    if count is None or len(told) == 1 or told[1] not in _UNITS:
        return None
    minutes = _minutes(told[2:]) if told[1] in _HOURS else 0
    return Length(count * _UNITS[told[1]] + minutes * MINUTE, 3 if minutes else 2)


def _minutes(told: Sequence[str]) -> int:
    """What ends `1 heure 30`; another number may begin a reason."""
    return int(told[0]) if len(told) == 1 and re.fullmatch(r"[1-5][0-9]", told[0]) else 0


def _count(word: str) -> int | None:
    if word.isascii() and word.isdigit() and len(word) <= 9:  # noqa: PLR2004 - digits
        return int(word)
    return _NUMBERS.get(word)


def _begins_with_number(told: Sequence[str]) -> bool:
    return bool(told) and (_part(told) is not None or _is_meant(told))


def _is_meant(told: Sequence[str]) -> bool:
    """Whether a length was most likely meant by what is none: a count alone, or one with nearly a unit."""
    counted = _COUNT.match(told[0])
    if counted is None:
        return False
    letters, behind = counted[1], told[0][counted.end() :]
    if letters:
        return letters in _UNITS if behind else letters not in _ORDINALS
    if behind or len(told) == 1:
        return not behind
    return told[1] in _UNITS or _is_nearly_a_unit(told[1])


def _is_nearly_a_unit(word: str) -> bool:
    return len(word) > 2 and bool(get_close_matches(word, _UNITS, n=1, cutoff=0.8))  # noqa: PLR2004


def _until(told: Sequence[str], now: Micros, zone: tzinfo) -> Length:
    """From now until the moment that is written after `until`."""
    here = datetime.fromtimestamp(now // SECOND, zone)
    moment, taken, read = _Moment(), 1, 1
    while read < len(told):
        further = _further(moment, told[read:], here.date())
        if further is not None:
            moment, words = further
            taken = read = read + words
        elif told[read] in _FILLERS:
            read += 1
        else:
            break
    if moment == _Moment():
        raise NoLength("moment")
    return Length(_between(here, moment), taken)


class _Moment(Noun):
    """What is told of one so far: the day, what part of it, and the minute by the clock."""

    day: date | None = None
    part: int | None = None
    clock: int | None = None

    @property
    def minute(self) -> int:
        """Of the day. The clock counts before the part, which tells which 9 o'clock is meant."""
        if self.clock is None:
            return _MORNING if self.part is None else self.part
        twelve = 12 * 60
        later = self.part == _EVENING and 0 < self.clock < twelve
        return self.clock + twelve if later else self.clock


def _further(moment: _Moment, told: Sequence[str], today: date) -> tuple[_Moment, int] | None:
    """The moment with what the words begin with, and how many of them tell it; each thing is told once."""
    part = _PARTS.get(told[0], moment.part)
    if moment.day is None and (day := _day(told, today)):
        return replace(moment, day=day[0], part=part), day[1]
    if moment.part is None and part is not None:
        return replace(moment, part=part), 1
    if moment.clock is None and (clock := _time(told)):
        return replace(moment, clock=clock[0]), clock[1]
    return None


def _between(here: datetime, moment: _Moment) -> Micros:
    """Where no day is written, or today's midnight as 0 h, it is the next one."""
    today, day, minute = here.date(), moment.day, moment.minute
    ahead = _ahead(here, day or today, minute)
    if ahead <= 0 and (day is None or (day == today and minute == 0)):
        ahead = _ahead(here, today, minute + _MINUTES_A_DAY)
    micros = round(ahead * SECOND)
    if micros <= 0:
        raise NoLength("past")
    if micros > LONGEST:
        raise NoLength("moment")
    return micros


def _ahead(here: datetime, day: date, minute: int) -> float:
    """Seconds from here to a minute of a day. Where the clocks go back and it comes twice, to the one that is
    still to come."""
    try:
        moment = datetime.combine(day, time()) + timedelta(minutes=minute)
    except OverflowError:
        raise NoLength("moment") from None
    wall = moment.replace(tzinfo=here.tzinfo)
    first, second = (wall.replace(fold=fold).timestamp() - here.timestamp() for fold in (0, 1))
    return first if first > 0 else second


def _day(told: Sequence[str], today: date) -> tuple[date, int] | None:
    word = told[0]
    if word in _DAYS:
        return today + timedelta(days=_DAYS[word]), 1
    if word in _WEEKDAYS:
        ahead = (_WEEKDAYS[word] - today.weekday() - 1) % 7 + 1
        return today + timedelta(days=ahead), 1
    if written := _DATE.fullmatch(word):
        return _dated(today, int(written[1]), int(written[2]), written[3]), 1
    number = word.removesuffix("er").removesuffix("st")
    if number.isascii() and number.isdigit() and len(told) > 1 and told[1] in _MONTHS:
        return _dated(today, int(number), _MONTHS[told[1]], None), 2
    if word in _MONTHS and len(told) > 1 and told[1].isascii() and told[1].isdigit():
        return _dated(today, int(told[1]), _MONTHS[word], None), 2
    return None


def _dated(today: date, day: int, month: int, year: str | None) -> date:
    """The next day of that date, where no year is written: a leap day may be years away."""
    years = (int(year),) if year else range(today.year, today.year + _LEAP_YEARS + 1)
    days = (found for one in years if (found := _date(one, month, day)))
    found = next((one for one in days if year or one >= today), None)
    if found is None:
        raise NoLength("moment")
    return found


def _date(year: int, month: int, day: int) -> date | None:
    """A day of the calendar; `None` where there is none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _time(told: Sequence[str]) -> tuple[int, int] | None:
    word = told[0]
    if word in _HOURS_WITH_NAMES:
        return _HOURS_WITH_NAMES[word], 1
    if word.isdigit() and len(told) > 1 and told[1] in {*_HOURS, "am", "pm"}:
        found = _clock(word + ("h" if told[1] in _HOURS else told[1]))
        return None if found is None else (found, 2)
    found = _clock(word)
    return None if found is None else (found, 1)


def _clock(word: str) -> int | None:
    clock = _CLOCK.fullmatch(word)
    if clock is None:
        return None
    hour = int(clock[1]) % 12 + 12 * (clock[3] == "pm") if clock[3] else int(clock[1])
    return 60 * hour + int(clock[2] or 0)
