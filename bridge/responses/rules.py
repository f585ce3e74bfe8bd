"""The rules file as frozen models: what may stand in it, what it means, and what holds without it. Pure.

The text under each key is what an editor shows while one writes: responses.schema.json is made from it.
"""

from collections.abc import Mapping, Set
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    ValidationInfo,
    field_validator,
    model_validator,
)

from bridge.errors import Unfit
from bridge.model import HOUR, MicroEuros
from bridge.quantities import LONGEST
from bridge.responses import notices
from bridge.responses.kinds import (
    Country,
    Duration,
    Euros,
    Language,
    Languages,
    Lasting,
    Line,
    Many,
    MemberId,
    Minute,
    Name,
    Names,
    Notice,
    Odds,
    Pattern,
    Person,
    Phrases,
    RaidId,
    Sentences,
    Share,
    Shares,
    Woken,
    Wordings,
    Zone,
)

LONGEST_HOLD = 12 * HOUR
RAIDERS_PER_PERSON = 6.0
"""Measured (docs/money.md): on other people's insults, what keeps both money and people."""


def _written(value: object) -> Any:
    """A default as it would be written in the file: read like the rest, and shown by the schema."""
    return Field(default=value, validate_default=True)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Hold(_Strict):
    """How long a reply waits before it is sent, at least and at most."""

    min: Duration = _written("10m")
    """The shortest wait. 0s sends at once."""
    max: Duration = _written("45m")
    """The longest wait, 12h at most. Each reply waits for a time between the two, drawn by lot."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min > self.max:
            raise Unfit('has a "min" that is longer than its "max".', "Swap the two.")
        if self.max > LONGEST_HOLD:
            raise Unfit('has a "max" of more than 12 hours.', "Write at most 12h.")
        return self


class Pot(_Strict):
    """The money that may be spent."""

    currency: Literal["EUR"] = "EUR"
    """Always EUR."""
    total: Euros = _written(3300)
    """Euros that may be spent in all, on receiving and on replying."""
    last_for: Lasting | None = None
    """How long the money is meant to last, such as 30d. What an hour and a day may cost follows from it and
    from what is left. Left out, that is 30 days wherever no limit of your own stands below."""
    per_hour: Euros | None = None
    """Euros that replies may cost in one hour, whatever is left."""
    per_day: Euros | None = None
    """Euros that replies may cost in one day, whatever is left."""
    raiders_per_person: Odds = RAIDERS_PER_PERSON
    """How many raiders you would rather answer than leave one ordinary person waiting. Only while a raid of
    insults is on, when not every text can be told: a higher number pays for more of both."""
    per_sender: Euros = _written(1)
    """Euros that replies to one sender may cost within 30 days."""
    inbound_reserve: Share = _written("20%")
    """The share of the total that replies never touch: it pays for receiving."""
    warn_at: Shares = _written(["50%", "80%", "95%"])
    """The team is told when this much of the total is gone."""

    @property
    def for_replies(self) -> MicroEuros:
        """What of the total replies may cost."""
        return int(self.total * (1 - self.inbound_reserve))


class Prices(_Strict):
    """What one channel charges, in euros a segment."""

    inbound: Euros = Field(default=0, alias="in", validate_default=True)
    """Euros for receiving one segment, where the provider itself does not tell."""
    outbound: Mapping[Country, Euros] = Field(default={}, alias="out")
    """Euros for sending one segment, by country, where the provider itself does not tell. Countries that are
    not listed get no reply."""
    per: Literal["segment", "message"] = "segment"
    """segment: a text that takes two is billed twice, as an SMS is. message: a text is billed once, however
    long."""


class TimeOfDay(_Strict):
    """A part of the day in the file's time zone; it may pass midnight."""

    start: Minute = Field(alias="from")
    """When it begins, such as 22:00 or 22h."""
    end: Minute = Field(alias="to")
    """When it is over: this minute no longer belongs to it."""

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.start == self.end:
            raise Unfit("begins and ends at the same minute.", "Write from 00:00 to 24:00 for a whole day.")
        return self

    def holds(self, minute: int) -> bool:
        """Whether a minute of the day (0 to 1439) lies in it."""
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


class Quiet(TimeOfDay):
    """Hours in which no reply leaves: one that would waits until they are over."""

    zone: Zone | None = None
    """The time zone of these hours; the file's own when it is left out."""


class When(_Strict):
    """When a reply is given. All that is written here must hold; with nothing here, it always does."""

    first: StrictBool | None = None
    """true: only to the first message of a sender. false: only to later ones."""
    repeat: StrictBool | None = None
    """true: only to somebody who has written before. false: only to the first message."""
    words: Phrases | None = None
    """Any of these words or phrases occurs. Capitals and accents make no difference; whole words only."""
    regex: Pattern | None = None
    """This regular expression (google-re2) is found in the message. Capitals make no difference."""
    channel: Names | None = None
    """The message came over this channel, or one of these, each by its name."""
    language: Languages | None = None
    """The message is in this language, or one of these."""
    time: TimeOfDay | None = None
    """The message came in this part of the day."""


class Rule(_Strict):
    """One reply: when it is given, and what it says."""

    id: Name
    """A short name of your choice. It appears in the room and in reports; keep it once it is in use."""
    when: Annotated[When, BeforeValidator(lambda value: {} if value is None else value)] = _written({})
    """The conditions. The first reply in the list whose conditions all hold is the one that is given."""
    say: Mapping[Language, Wordings] = Field(min_length=1)
    """The wordings, by language. Of several, one is drawn, and nobody gets the same one twice."""


class Organisers(_Strict):
    """Who may act in the room, and who is woken."""

    moderators: tuple[MemberId, ...] = ()
    """The room's ids of users or groups who may mute and shield. Empty: all members of the feed channel."""
    admins: tuple[MemberId, ...] = ()
    """The room's ids of users or groups who may also change the pot. Empty: nobody."""
    may_write: StrictBool = False
    """Whether moderators may answer one person in words of their own; else by a reply of this file only."""
    wake: tuple[Woken, ...] = ()
    """Who is mentioned, one after the other, when a raid begins, the money runs out, a channel fails or this
    file is refused: the room's ids of users or groups, or here. Last resorts: a telephone, or CHANNEL:ID."""


class Retention(_Strict):
    """How long texts are kept."""

    ordinary: Lasting = _written("30d")
    """How long what an ordinary sender wrote is kept, counted from their last message."""
    raid: Lasting = _written("1y")
    """How long the texts of a raid are kept, as evidence, counted from when it last grew."""
    held: tuple[RaidId, ...] = ()
    """The ids of raids whose records are kept for as long as they stand here, as for a procedure."""


class Controller(_Strict):
    """Who answers for what is kept, and where people write to."""

    name: Line
    """The association, as the register of associations writes it."""
    contact: Line
    """An address that somebody reads: never that of whoever gave the number away."""


class Backup(_Strict):
    """Copies of the database that the service makes by itself."""

    every: Duration = _written("1d")
    """How often one is made. 1h at least."""
    keep: Many = 14
    """How many are kept, the newest ones; and none for longer than retention.ordinary, but for the last."""
    to: Line = "backups"
    """The folder for them: beside the database, or anywhere, as /mnt/stick/rempart. Its last part is made."""

    @model_validator(mode="after")
    def _not_all_the_time(self) -> Self:
        if self.every < HOUR:
            raise Unfit('has an "every" of less than an hour.', "Write 1h at least.")
        return self


class Feed(_Strict):
    """What the team reads in the room."""

    language: Literal["en", "fr"] = "en"
    """The language of cards and buttons: en or fr."""


class Calls(_Strict):
    """What becomes of whoever rings the number. Nobody ever talks to them."""

    ring_out: StrictBool = False
    """false: they hear that the line is busy, the only answer that is never billed. true: it rings for half a
    minute and is hung up, and the provider charges for having picked up."""
    minute: Euros | None = None
    """Euros that the provider charges for a call that is picked up. Needed where they ring out."""

    @model_validator(mode="after")
    def _priced(self) -> Self:
        if self.ring_out and not self.minute:
            raise Unfit(
                "lets calls ring out and does not say what that costs.",
                'Write what the provider charges for a minute, such as "minute: 0.01", or remove "ring_out".',
            )
        return self


Said = Literal["help", "privacy", "group", "forget", "forgotten", "held"]
"""What a channel says about itself."""


class Notices(_Strict):
    """What a free channel says about itself when somebody asks, by language."""

    help: Mapping[Language, Notice] = _written(notices.HELP)
    """To somebody who asks what this is."""
    privacy: Mapping[Language, Notice] = _written(notices.PRIVACY)
    """To somebody who asks what is kept of them."""
    group: Mapping[Language, Notice] = _written(notices.GROUP)
    """To a group that invites the bot: it speaks with one person at a time."""
    forget: Mapping[Language, Notice] = _written(notices.FORGET)
    """To somebody who asks to be forgotten: what that means, and how to say yes."""
    forgotten: Mapping[Language, Notice] = _written(notices.FORGOTTEN)
    """To somebody who said yes."""
    held: Mapping[Language, Notice] = _written(notices.HELD)
    """To somebody who said yes while a raid holds their record, with $until."""

    def wording(self, about: Said, language: str) -> tuple[str, str]:
        """The text with its language: the one asked for, else English, else any."""
        return _in_language(getattr(self, about), language)


def _in_language(texts: Mapping[str, str], language: str) -> tuple[str, str]:
    spoken = next((one for one in (language, "en") if one in texts), next(iter(texts)))
    return spoken, texts[spoken]


PublicState = Literal["open", "attacked", "late", "paused"]
"""How a line is, as anybody may know it."""


class PublicSay(_Strict):
    """What the public page says, by language."""

    open: Mapping[Language, Sentences] = _written(notices.OPEN)
    """While everything goes as it should."""
    attacked: Mapping[Language, Sentences] = _written(notices.ATTACKED)
    """While a raid is on, or the shield is up."""
    late: Mapping[Language, Sentences] = _written(notices.LATE)
    """While answers wait: for money, or because something does not work."""
    paused: Mapping[Language, Sentences] = _written(notices.PAUSED)
    """While the team keeps replies back."""

    def wording(self, state: PublicState, language: str) -> tuple[str, str]:
        """The text with its language: the one asked for, else English, else any."""
        return _in_language(getattr(self, state), language)


class StatusPage(_Strict):
    """What anybody sees at /status who has no link."""

    public: StrictBool = False
    """true: whoever opens /status is told how things are, in a sentence, without any figure."""
    say: PublicSay = _written({})
    """The sentences, where you want others than those that come with Rempart."""


class Responses(_Strict):
    """The replies of Rempart, and the limits that they keep to."""

    mode: Literal["live", "dry"] = "live"
    """live, or dry for a dry run: everything is decided and shown, and nothing is sent. What was decided in a
    dry run is never sent later either."""
    languages: tuple[Language, ...] = Field(min_length=1, json_schema_extra={"uniqueItems": True})
    """The languages that replies exist in, as two-letter codes. The first one is the default."""
    answer_within: Lasting = _written("24h")
    """How long a reply that cannot be paid at once waits for its turn: the least doubtful come first."""
    zone: Zone = _written("Europe/Paris")
    """The time zone of everything that has to do with the time of day."""
    reply_once_per: Duration = _written("30d")
    """How long a sender waits for another reply. Nobody ever gets more than 3 in 24 hours."""
    hold: Hold = _written({})
    """How long a reply waits before it is sent."""
    reply_to_calls: StrictBool = False
    """true: whoever rings the number is answered by SMS as if they had written, under all the same limits:
    a call and a text of one person together get one reply. false: a call is recorded, and that is all."""
    calls: Calls = _written({})
    """What becomes of whoever rings the number."""
    quiet: Quiet | None = None
    """Hours in which no reply leaves, such as the night. Left out, replies leave at any time."""
    pot: Pot = _written({})
    """The money that may be spent."""
    prices: Mapping[Name, Prices] = _written(
        {"sms": {"in": Decimal("0.0075"), "out": {"FR": Decimal("0.0763")}}}
    )
    """What each channel charges. A channel that is not listed costs nothing."""
    ways: tuple[Name, ...] = Field(default=(), json_schema_extra={"uniqueItems": True})
    """The channels of telephone numbers that stand in for each other, the preferred one first: where nothing
    gets out by one, what waits leaves by the next, from that one's number and at its price. Each needs
    prices. Left out, nobody is answered from another number than the one that they wrote to."""
    replies: tuple[Rule, ...] = Field(min_length=1)
    """The replies, in order: the first one whose conditions hold is given."""
    notices: Notices = _written({})
    """What a free channel says about itself."""
    organisers: Organisers = _written({})
    """Who may act in the room."""
    exempt: tuple[Person, ...] = ()
    """Numbers and accounts of the team and of tests: nobody can mute them, and they open no raid."""
    retention: Retention = _written({})
    """How long texts are kept."""
    controller: Controller | None = None
    """Who answers for what is kept. Name it before a public number goes live."""
    feed: Feed = _written({})
    """What the team reads in the room."""
    backup: Backup | None = None
    """Copies of the database that the service makes by itself. Left out, it makes none."""
    status_page: StatusPage = _written({})
    """The page at /status: the team's own opens by a link alone."""

    @field_validator("hold")
    @classmethod
    def _in_time(cls, hold: Hold, info: ValidationInfo) -> Hold:
        if hold.min and hold.min >= info.data.get("answer_within", LONGEST):
            raise Unfit(
                'makes everybody wait longer than "answer_within": nobody would ever be answered.',
                'Write a longer "answer_within", such as 24h.',
            )
        return hold

    @property
    def is_dry(self) -> bool:
        """Whether nothing is sent."""
        return self.mode == "dry"

    @property
    def reached(self) -> dict[str, Set[str]]:
        """The countries that each of the ways has prices for; without those that have no prices at all."""
        return {way: self.prices[way].outbound.keys() for way in self.ways if way in self.prices}

    def price_in(self, channel: str) -> MicroEuros:
        """What receiving one segment costs."""
        prices = self.prices.get(channel)
        return prices.inbound if prices else 0

    def units(self, channel: str, segments: int) -> int:
        """How many times a text of so many segments is billed."""
        prices = self.prices.get(channel)
        return 1 if prices and prices.per == "message" else segments

    def price_out(self, channel: str, country: str | None) -> MicroEuros | None:
        """What sending one segment costs; `None` where there is no price, and so no reply."""
        prices = self.prices.get(channel)
        if prices is None:
            return 0
        return None if country is None else prices.outbound.get(country)
