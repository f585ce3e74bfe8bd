"""The protocols between the rooms. Floor 0: touches only the nouns."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from datetime import tzinfo
from typing import Literal, Protocol, runtime_checkable

from bridge.card import Bundle, Card, Discovery, Home, Note, Sample
from bridge.checkup import Examined
from bridge.errors import RempartError
from bridge.model import (
    MINUTE,
    Act,
    Answer,
    Call,
    Happening,
    Message,
    MicroEuros,
    Micros,
    Original,
    Outgoing,
    Progress,
)
from bridge.noun import Noun, field

Clock = Callable[[], Micros]
"""Tells the present instant; handed in, so that tests and replays own time."""

Append = Callable[[Sequence[Happening]], Awaitable[None]]
"""Returns once everything handed in is committed; repeats change nothing.

Raises `StoreUnavailable`, and then nothing of it was stored.
"""

Webhook = Callable[[Call], Awaitable[Answer]]
"""Authenticates a provider's call, appends what it tells, and answers."""


class Told(Noun):
    """What a call tells, and what it is answered once that is committed."""

    happenings: tuple[Happening, ...]
    answer: Answer


class Guarded(Noun):
    """A webhook that tells by the headers alone who is certainly no provider: no more is read of it."""

    receive: Webhook
    glance: Callable[[Mapping[str, str]], Answer | None]
    """What to answer to a call with these headers, their names in lower case; `None` to read it."""
    read: Callable[[Call], Answer | Told] | None = None
    """What `receive` would append and answer, where that can be told without waiting for anything."""
    largest: int = 64 * 1024
    """Bytes of a body; what is larger is refused unread."""

    async def __call__(self, call: Call) -> Answer:
        """Looks at a call that was read already, then receives it."""
        return self.glance(call.headers) or await self.receive(call)


class Accepted(Noun):
    """The provider took the reply under `message_id`; `price` where it told one."""

    message_id: str
    price: MicroEuros | None = None
    progress: Progress = Progress.ACCEPTED
    """How far it has come since, where the provider is asked later."""
    error: str | None = None
    """A short code, where it came no further."""


class Refused(Noun):
    """The provider will never send it: `code` says why; nothing was paid."""

    code: str
    opted_out: bool = False
    """They told the provider that they want nothing more from us."""


class NotProcessed(Noun):
    """The provider certainly did not take it: trying again pays nothing twice."""

    code: str
    retry_after: Micros | None = None


class InDoubt(Noun):
    """Nobody knows whether the provider took it: ask before anything is sent again."""

    code: str


Outcome = Accepted | Refused | NotProcessed | InDoubt


class Channel(Protocol):
    """One provider's protocol. What else a channel can do, it shows by the protocols below."""

    name: str

    def webhooks(self) -> Mapping[str, Webhook]:
        """The paths that the provider calls with POST, each with what receives it."""

    async def open(self) -> None:
        """Makes what needs a running loop. Must not dial anyone."""

    async def close(self) -> None:
        """Lets go of connections; never raises."""


@runtime_checkable
class Sending(Protocol):
    """A channel through which people are answered."""

    name: str

    async def send(self, reply: Outgoing) -> Outcome:
        """Calls the provider exactly once and says what came of it.

        Given up after 30 s at the latest; raises nothing that a provider can cause.
        """


@runtime_checkable
class OwnLine(Protocol):
    """A channel that knows the line from which it reaches somebody who has not written to one."""

    line: str


class Polled(Noun):
    """What a provider had for us, in the order in which it came."""

    happenings: tuple[Happening, ...]
    cursor: str
    """Where to go on from, once all of it is committed."""


LONGEST_ASKED: Micros = 10 * MINUTE
"""A provider that asks to be left alone for longer is asked again after so long: a header that somebody got
wrong, or a wall in between, must not keep the bridge deaf for a day."""


class Unreachable(RempartError):
    """A provider cannot be asked now; the message is a short code, never a provider's prose."""

    def __init__(self, code: str, retry_after: Micros | None = None, *, in_doubt: bool = False) -> None:
        """`retry_after`: how long the provider wants to be left alone, where it said so; at most
        `LONGEST_ASKED`.

        `in_doubt`: nobody knows whether it did what it was asked.
        """
        super().__init__(code)
        self.retry_after = retry_after and min(retry_after, LONGEST_ASKED)
        self.in_doubt = in_doubt


@runtime_checkable
class Polling(Protocol):
    """A channel that is asked for what is new, instead of being called."""

    name: str

    async def poll(self, cursor: str | None) -> Polled:
        """Waits for what came after `cursor`, at most 30 s; nothing new is an empty answer.

        The provider is told that something was received only by a later call with a later cursor.
        Raises `Unreachable`.
        """


@runtime_checkable
class Finding(Protocol):
    """A channel whose provider can be asked what became of a reply."""

    name: str

    async def find(
        self, reply: Outgoing, since: Micros, others: Collection[str] = ()
    ) -> Accepted | InDoubt | None:
        """The reply as the provider knows it, if it took it after `since`; `None` where there is no trace.

        `others` are the provider's ids of what else was sent to the same person. In doubt where the log
        holds something that cannot be compared: absence is no proof where a field may be blank. A provider's
        log may lag: one look without a trace proves nothing. Raises `Unreachable`.
        """


OF_ACCOUNT = frozenset(
    {"account_inactive", "account_suspended", "account_unknown", "balance_spent", "credentials"}
)
"""The codes of what a provider refuses to do for us at all, whoever it is for: nothing was sent."""


@runtime_checkable
class Answering(Protocol):
    """A channel whose provider can be asked whether it would send for us now, without sending."""

    name: str

    async def well(self) -> None:
        """Raises `Unreachable`, with the code of why not."""


@runtime_checkable
class TellingTime(Protocol):
    """A channel whose provider, on a machine of its own, can be asked what time it is."""

    name: str

    async def time(self) -> Micros:
        """The present by the provider's clock, to a few seconds. Raises `Unreachable`."""


@runtime_checkable
class Attesting(Protocol):
    """A channel that can tell whether its provider signed a request."""

    name: str

    def is_genuine(self, original: Original) -> bool:
        """By the credentials at hand; dials nobody."""


class Content(Noun):
    """What a provider keeps of a photo or a file: bytes that somebody hostile may have made."""

    kind: str
    """Its type, by the provider's word."""
    data: bytes


LARGEST_CONTENT = 20 * 1024 * 1024
"""Bytes of one photo or file that are fetched; providers take no larger ones."""


@runtime_checkable
class Fetching(Protocol):
    """A channel that can fetch what its provider keeps of a photo or a file."""

    name: str

    async def open(self) -> None:
        """As of any channel."""

    async def close(self) -> None:
        """As of any channel."""

    async def fetch(self, where: str) -> Content:
        """What lies at `where`, as a message's `media` tells: from the provider alone, wherever that points.

        Given up after 30 s, and beyond `LARGEST_CONTENT`. Raises `Unreachable`.
        """


@runtime_checkable
class Logging(Protocol):
    """A channel whose provider keeps a log of what came in."""

    name: str

    async def open(self) -> None:
        """As of any channel."""

    async def close(self) -> None:
        """As of any channel."""

    def received(self, since: Micros, until: Micros) -> AsyncIterator[Message]:
        """What came in between two instants, as the provider remembers it. Raises `Unreachable`."""


class Quote(Noun):
    """What a provider charges for one segment, at worst; without amounts where it charges no euros."""

    country: str
    """ISO 3166, such as FR: where a reply goes."""
    currency: str
    """ISO 4217, such as EUR or USD."""
    outbound: MicroEuros | None = None
    inbound: MicroEuros | None = None
    """For receiving, where the line itself belongs to the country."""


@runtime_checkable
class Pricing(Protocol):
    """A channel whose provider tells what it charges."""

    name: str

    async def quotes(self, countries: Sequence[str]) -> Sequence[Quote]:
        """What the provider charges now; a country that it tells nothing usable of is left out.

        Raises `Unreachable`.
        """


@runtime_checkable
class Introducing(Protocol):
    """A channel that tells its provider where we are and what we offer, once it runs."""

    name: str

    async def introduce(self) -> None:
        """Called in the background until it succeeds, then every few minutes: mends what was undone since.

        Raises `Unreachable` as long as nothing can come in.
        """


@runtime_checkable
class Changing(Protocol):
    """A channel that notices by itself when what comes in begins or ceases to."""

    name: str

    async def changed(self) -> None:
        """Returns as soon as `introduce` may find something else than it did, however long that takes."""


@runtime_checkable
class StandingBy(Protocol):
    """A channel that has something to do where it is not introduced, because another process leads."""

    name: str

    async def stand_by(self) -> None:
        """Called instead of `introduce`, and as often: lets go of what only one process may hold, and learns
        what receiving and sending take.

        Raises `Unreachable` as long as nothing can come in.
        """


@runtime_checkable
class Examining(Protocol):
    """A channel that can look whether everything it needs of its provider is there."""

    name: str

    async def examine(self) -> Sequence[Examined]:
        """Credentials, rights, and where the provider calls us, as the provider tells them.

        Changes nothing, and raises nothing that a provider can cause: what could not be asked is unknown.
        """


@runtime_checkable
class Room(Protocol):
    """Where the team watches: one message a card, posted once and then edited.

    Everything raises `Unreachable`, with `retry_after` where the provider told one.
    """

    name: str

    async def post(self, card: Card) -> str:
        """Posts a card; returns where it stands, for `edit` and `note`."""

    async def edit(self, where: str, card: Card) -> bool:
        """Makes the posted card show this state; false when the message is gone."""

    async def note(self, where: str, note: Note) -> None:
        """Says something once in the card's thread."""


@runtime_checkable
class Recalling(Protocol):
    """A room that can tell whether it took a card of whose post nobody knows what became."""

    name: str

    async def recall(self, card: Card) -> str | None:
        """Where a card of that key stands among the newest messages; `None` where it does not. Raises
        `Unreachable`."""


@runtime_checkable
class Nesting(Protocol):
    """A room in whose threads cards can stand, too."""

    name: str

    async def post_under(self, where: str, card: Card) -> str:
        """Posts a card in the thread of what stands there; returns where it stands, for `edit`. Raises
        `Unreachable`."""


@runtime_checkable
class Naming(Protocol):
    """A room that knows what the people of the team are called."""

    name: str

    async def names(self, people: Collection[str]) -> Mapping[str, str]:
        """What each of them is called, by their stable ids; whom it does not know within seconds is left out.

        People choose their names: a name is text to be shown, never anything to decide by. Raises nothing.
        """


class Parting(Noun):
    """Words that a room will show by itself."""

    id: str
    at: Micros
    """When it will."""


@runtime_checkable
class Testament(Protocol):
    """A room that shows words by itself at a later time, whatever has become of us, if they stand then.

    Everything raises `Unreachable`, with `retry_after` where the provider told one.
    """

    name: str

    async def leave(self, words: Note, at: Micros) -> Parting:
        """Leaves words that it shows at `at`, to the second."""

    async def left(self) -> Sequence[Parting]:
        """All that it will show, an earlier life's too."""

    async def withdraw(self, parting: Parting) -> None:
        """Takes them back; that it was too late is no error."""


class Addresses(Noun):
    """What a channel takes for the address of a person."""

    read: Callable[[str], str | None]
    """The one form of an address, however people or the provider write it; `None` where it is none."""
    example: str
    """One, for people who must write it anew."""
    region: str | None = None
    """Where national telephone numbers belong (ISO 3166), on a channel of telephone numbers."""
    known_on: str | None = None
    """The channel whose people these are, where an address means the same person on several of them."""


@runtime_checkable
class Addressing(Protocol):
    """A plugin whose channel people write from: it needs no credentials to read addresses."""

    name: str

    def addresses(self, environment: Mapping[str, str]) -> Addresses:
        """What it takes for an address."""


class Ids(Noun):
    """What a room takes for the id of a person or a group."""

    pattern: str
    """All of it, as a regular expression."""
    example: str
    """One, for people who must write it anew."""


@runtime_checkable
class Identifying(Protocol):
    """A plugin of a room whose people the rules may name: it tells an id from a name without credentials."""

    name: str
    ids: Ids


class Host(Protocol):
    """What a room may ask of the host."""

    @property
    def region(self) -> str:
        """Where telephone numbers without a country code belong (ISO 3166)."""

    @property
    def language(self) -> Literal["en", "fr"]:
        """What the team reads, as the rules in force say."""

    @property
    def zone(self) -> tzinfo:
        """Where the team's clock stands, as they say."""

    def status_link(self) -> str | None:
        """A link to the status page, good for a quarter of an hour, for somebody of the team; none where
        there is no address to open it at."""

    async def act(self, act: Act) -> str:
        """Journals an act and returns, once it is decided, the sentence for the one who acted.

        Raises `StoreUnavailable`, and then nothing was done; and `RempartError`, with a sentence, where it
        names nobody and nothing that there is.
        """

    async def samples(self, act: Act) -> Sequence[Sample]:
        """Some texts of a card, newest first, for someone who may see them; the look is journalled, and how
        many texts it showed.

        `act` has the verb `samples`, or `threats` for those that threaten somebody. Raises `RempartError`,
        with a sentence for the actor, when refused.
        """

    async def doubtful(self, act: Act) -> Sequence[Bundle]:
        """The doubtful people who wait, by what they have in common, for someone who may see their texts; and
        what was done about others, with its undo. The look is journalled.

        `act` has the verb `doubtful`. Raises `RempartError`, with a sentence for the actor, when refused.
        """

    async def find(self, act: Act) -> Discovery:
        """What was written that holds a phrase, in counts; with texts where those are asked for. The look is
        journalled. It may take half a minute.

        `act` has the verb `find` and the phrase, or `texts_found` and the name of an earlier look. Raises
        `RempartError`, with a sentence for the actor, when refused.
        """

    async def home(self, page: int = 0, phrase: str = "") -> Home:
        """The team's home page, with that page of the mutes, the first being 0; of those alone in whose row
        `phrase` stands, where there is one."""

    async def why(self, target: str) -> str:
        """Why a sender is held, muted or answered, in one or two sentences, for somebody of the team.

        `target` is a handle. Raises `RempartError`, with a sentence, where nobody bears it.
        """

    async def look_up(self, act: Act) -> str:
        """The same by address, for somebody who may know whether it has written; the look is journalled.

        `act` has the verb `look_up`. Raises `RempartError`, with a sentence for the actor, when refused.
        """

    def may(self, act: Act) -> bool:
        """Whether the actor has the right to it, by what the act tells of them."""

    @property
    def organisers(self) -> Collection[str]:
        """The ids of people and user groups whom the rules in force name."""


class Wiring(Noun):
    """What the service hands to a channel."""

    append: Append
    clock: Clock
    public_url: str | None
    """The URL that providers dial, without a slash at the end."""
    host: Host | None = None
    """What a room may ask; a channel that is no room needs nothing of it."""
    line: str = ""
    """Whose channel it is, where there are several lines."""
    rings_out: Callable[[], bool] = lambda: False
    """Whether whoever calls by telephone is let ring out, for money, as the rules in force say."""
    knock: Mapping[str, str] = field(default_factory=dict)
    """Headers by which our own service knows that it is we who call it, where a channel is looked at."""


class Question(Noun):
    """One variable that somebody must give who sets a channel up; worded under its own name."""

    variable: str
    secret: bool = False
    """Not shown while it is typed."""
    about: str = ""
    """How to ask for it, where no catalogue words it."""


@runtime_checkable
class Asking(Protocol):
    """A plugin that can be set up by questions."""

    name: str

    def questions(self, public_url: str | None) -> Sequence[Question]:
        """What to ask, in order; left empty, the first one means that the channel stays off."""

    def guide(self, public_url: str | None) -> str:
        """Where whoever sets it up begins: an address to open."""


@runtime_checkable
class Usual(Protocol):
    """A plugin that everybody who sets Rempart up is asked about; the others are offered by their names."""

    usual: Literal[True]


@runtime_checkable
class Settling(Protocol):
    """A channel that can tell its provider where to call us, once and for all."""

    name: str

    async def settle(self) -> Sequence[Examined]:
        """Sets what a person would set in the provider's console; says what came of it. Raises nothing."""


@runtime_checkable
class Configured(Protocol):
    """A plugin that says which variables it reads, so that a misspelled one can be told."""

    name: str
    variables: Collection[str]


ENTRY_POINTS = "rempart.channels"
"""The group in which packages name their channels. What one says of itself stands beside the module that it
names, in `locale/en.po` and `locale/fr.po`."""


class ChannelPlugin(Protocol):
    """What an entry point of that group names."""

    name: str

    def connect(self, environment: Mapping[str, str], wiring: Wiring) -> Channel | None:
        """The channel, or `None` when none of its credentials is set.

        Raises `Misconfigured`, naming the variable, when they are half set or malformed.
        """


@runtime_checkable
class Lined(Protocol):
    """A plugin whose channel each of several lines may have, with what no two of them share."""

    name: str
    own: Sequence[str]
    """The variables that each line has of its own. The first one puts the channel on a line."""
    place: str | None
    """Which of them the rules file may say, under `lines`; a secret stands in no rules file."""

    def join(self, channels: Mapping[str, Channel]) -> None:
        """Makes those of several lines known to each other, by the names of their lines, the first line
        first: of what comes for one of them, each can tell which. Called before any is opened.

        Raises `Misconfigured` where two of them are in one place.
        """
