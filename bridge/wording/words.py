"""Says things to one reader: names become sentences, and values take the one form that they have."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from functools import cached_property, lru_cache
from gettext import NullTranslations
from typing import Any, Literal, get_args

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal
from babel.units import format_unit

from bridge.errors import Misconfigured
from bridge.model import DAY, HOUR, MINUTE, SECOND, Message, MicroEuros, Micros
from bridge.reasons import Reason
from bridge.sentences import in_french
from bridge.wording.catalogue import catalogue, of_channels
from bridge.wording.raid_names import raid_name

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

Room = Literal[
    "card",
    "why",
    "outcome",
    "reason",
    "room",
    "command",
    "status",
    "doctor",
    "init",
    "install",
    "paper",
    "dossier",
    "replay",
    "page",
    "noun",
    "made",
    "form",
    "wrong",
]
"""The parts of the catalogues: the same name may say different things in each."""

OF_CHANNELS: frozenset[Room] = frozenset({"doctor", "init", "wrong", "paper"})
"""Those in which channels have words of their own, ours and other people's."""

_LENGTHS = (("week", 7 * DAY), ("day", DAY), ("hour", HOUR), ("minute", MINUTE), ("second", SECOND))


class Words:
    """Says things in one language, one time zone and one room."""

    def __init__(
        self, language: Language, zone: tzinfo = UTC, room: Room = "card", now: Micros | None = None
    ) -> None:
        """The zone is that of the instants; an instant of another year than `now` is told with its year, and
        a time of another day with its day."""
        self.language, self.zone, self._room, self._now = language, zone, room, now

    @cached_property
    def _catalogue(self) -> NullTranslations:
        """Read when something is said that it holds: sums and counts do without."""
        return catalogue(self.language)

    def within(self, room: Room) -> "Words":
        """The same reader, in another room."""
        return Words(self.language, self.zone, room, self._now)

    def __call__(self, name: str, /, **values: object) -> str:
        """What stands under a name, filled in; `count` chooses between one and many. Raises `KeyError`."""
        count = values.get("count")
        filled = {value: self._formed(value, values[value]) for value in values}
        return self._found(name, count if isinstance(count, int) else None).format(**filled)

    def reason(self, one: Reason) -> str:
        """Why something is so."""
        return self._told("reason", one)

    def reasons(self, several: Iterable[Reason]) -> str:
        """Several, as one."""
        return self.several(map(self.reason, several))

    def outcome(self, told: Reason) -> str:
        """What whoever acted is told."""
        return self._told("outcome", told)

    def examined(self, told: Reason) -> str:
        """How a part of the installation is, and the mend where it is not well."""
        return self._told("doctor", told)

    def refused(self, code: str, values: Mapping[str, object]) -> str:
        """Why a setting will not do; of several names it is all, or either where they stand in one."""
        form = self.within("form")
        last, either = form("between_names"), form("between_choices").join
        named = {
            value: _listed([one if isinstance(one, str) else either(one) for one in names], last)
            for value, names in values.items()
            if isinstance(names, tuple)
        }
        return self.within("wrong")(code, **{**values, **named})

    def misconfigured(self, error: Misconfigured) -> str:
        """The same, in the language of whoever reads it; in English, where the catalogues do not word it."""
        try:
            return self.refused(error.code, error.values) if error.code else str(error)
        except KeyError:
            return str(error)

    def sentence(self, told: str) -> str:
        """What the code said in English, where nobody knew who reads it."""
        return in_french(told) if self.language == "fr" else told

    def some(self, noun: str, number: int) -> str:
        """A count with its noun, such as `1 message`."""
        return self.within("noun")(noun, count=number)

    def heard(self, message: Message) -> str:
        """What somebody sent, as a line of text: what it is made of stands before what it says."""
        bare = message.form in ("text", "edit")
        if bare and not message.attachments:
            return message.text
        form = "file" if bare else message.form
        made = self.within("made")(form, count=max(1, message.attachments))
        return f"{made} {message.text}" if message.text else made

    def count(self, number: int) -> str:
        """A number, with its thousands apart."""
        return str(format_decimal(number, locale=self.language))

    def money(self, amount: MicroEuros) -> str:
        """An amount in euros and cents."""
        return str(format_currency(Decimal(amount).scaleb(-6), "EUR", locale=self.language))

    def euros(self, amount: float) -> str:
        """The same of a sum that `--json` gives in euros."""
        return self.money(round(amount * 1_000_000))

    def price(self, amount: MicroEuros) -> str:
        """What one of something costs: as many decimals as it takes."""
        exact = Decimal(amount).scaleb(-6).normalize()
        return str(format_currency(exact, "EUR", locale=self.language, decimal_quantization=False))

    def share(self, part: float) -> str:
        """A share of one, in percent."""
        return str(format_decimal(100 * part, "0.0", locale=self.language)) + "\u00a0%"

    def length(self, length: Micros) -> str:
        """A length of time, in the largest unit of which it is a whole number."""
        unit, size = next((one for one in _LENGTHS if length % one[1] == 0), _LENGTHS[-1])
        return str(format_unit(length // size, f"duration-{unit}", locale=self.language))

    def roughly(self, length: Micros) -> str:
        """A length of time as people say it: whole units of the largest that it has two of."""
        unit, size = next((one for one in _LENGTHS[1:] if length >= 2 * one[1]), _LENGTHS[-2])
        return str(format_unit(length // size, f"duration-{unit}", locale=self.language))

    def raid(self, id_: str) -> str:
        """What a raid is called."""
        return raid_name(id_, self.language)

    def several(self, phrases: Iterable[str]) -> str:
        """Several phrases as one: they may hold commas, so none stands between them."""
        return self.within("form")("between_reasons").join(phrases)

    def time(self, at: Micros) -> str:
        """An instant as hours and minutes."""
        return self._written("time", datetime.fromtimestamp(at / SECOND, self.zone))

    def time_of_day(self, at: Micros) -> str:
        """The same where a sentence tells of a time: with its day, unless that is today's or ends today."""
        when = datetime.fromtimestamp(at / SECOND, self.zone)
        is_today = self._now is None or self._day_until(at) == self._day_until(self._now + 1)
        return self._written("time" if is_today else "time_of_another_day", when)

    def _day_until(self, at: Micros) -> int:
        """The number of the day before an instant: midnight belongs to the one that it ends."""
        return datetime.fromtimestamp((at - 1) / SECOND, self.zone).toordinal()

    def moment(self, at: Micros) -> str:
        """An instant with its day."""
        when = datetime.fromtimestamp(at / SECOND, self.zone)
        now = when if self._now is None else datetime.fromtimestamp(self._now / SECOND, self.zone)
        return self._written("moment" if when.year == now.year else "moment_of_a_year", when)

    def clock(self, minute: int) -> str:
        """A minute of the day."""
        hour, minute = divmod(minute, 60)
        return self._written("time", datetime(2000, 1, 1, hour % 24, minute, tzinfo=UTC))

    def date(self, iso: str) -> str:
        """A day, written out."""
        return str(format_date(datetime.fromisoformat(iso).date(), "full", locale=self.language))

    def day(self, when: datetime) -> str:
        """A day and its month, in short."""
        return str(format_date(when.date(), "d MMM", locale=self.language))

    def _written(self, form: str, when: datetime) -> str:
        return str(format_datetime(when, self._catalogue.pgettext("form", form), locale=self.language))

    def _told(self, room: Room, one: Reason) -> str:
        """What another version wrote down may have no words here, and that is said."""
        words = self.within(room)
        try:
            return words(one.code, **dict(one.data))
        except KeyError:
            return words("unknown", code=one.code)

    def _found(self, name: str, count: int | None) -> str:
        """What the house says goes before what a channel does."""
        try:
            return self._said(self._catalogue, name, count)
        except KeyError:
            if self._room not in OF_CHANNELS:
                raise
        return self._said(of_channels(self.language), name, count)

    def _said(self, by: NullTranslations, name: str, count: int | None) -> str:
        if count is not None:
            try:
                return by.npgettext(self._room, name, name, count)
            except KeyError:
                pass  # said alike of one and of many
        return by.pgettext(self._room, name)

    def _balance(self, told: str) -> str:
        """What is left at a provider, in its own currency; what is no sum stays as it was told."""
        amount, _, currency = told.partition(" ")
        try:
            written = format_decimal(Decimal(amount), "#,##0.00", locale=self.language)
        except InvalidOperation:
            return told
        return f"{written} {currency}"

    def _formed(self, name: str, value: object) -> object:
        """A value in the form that its name has everywhere."""
        if name == "balance":
            return self._balance(str(value))
        if not isinstance(value, int):
            return value
        if name in _NOUNS:
            return self.some(name, value)
        return _FORMS.get(name, Words.count)(self, value)


def _listed(names: Sequence[str], last: str) -> str:
    """Names as people list them: `A, B and C`."""
    *others, end = names or [""]
    return f"{', '.join(others)}{last}{end}" if others else end


_NOUNS = frozenset({"messages", "senders", "replies", "texts", "people"})
"""Counts that bring their noun with them: `1 message`."""

_FORMS: Mapping[str, Callable[[Words, int], str]] = {
    **dict.fromkeys(("at", "since", "until"), Words.moment),
    "time": Words.time_of_day,
    **dict.fromkeys(("ordinary_kept", "raid_kept"), Words.length),
    **dict.fromkeys(("price", "listed"), Words.price),
    **dict.fromkeys(("begin", "end"), Words.clock),
    **dict.fromkeys(("amount", "total", "spent", "reserved"), Words.money),
}
"""How a number of that name is written; any other is a count."""


ENGLISH = Words("en")
"""What the command line speaks, `--json`, and the report of a replay."""


def for_json(reasons: Iterable[Reason]) -> dict[str, Any]:
    """Reasons as `--json` tells them: sentences for people, in English, and codes for programs."""
    several = list(reasons)
    return {"reasons": list(map(_in_english, several)), "codes": [one.plain() for one in several]}


_in_english = lru_cache(maxsize=1024)(ENGLISH.reason)  # the same few, row after row; none quotes anybody
