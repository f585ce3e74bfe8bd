"""What cards and explanations are drawn from: no number, no text. Money is micro-euros. Floor 0."""

from typing import Literal

from bridge.model import MicroEuros, Micros, PhraseRule, Turn
from bridge.noun import Noun
from bridge.reasons import Reason


class ActView(Noun):
    """An act that changed something."""

    event: str
    by: str
    """Empty where no person did it."""
    told: Reason
    """What its actor was told."""


class Trouble(Noun):
    """One half of a channel does not work."""

    channel: str
    half: Literal["in", "out"]
    """What comes in, or what goes out."""
    code: str
    """Short, never a provider's prose."""
    since: Micros


class Absence(Noun):
    """The service gave no sign of life for so long that rooms may have said so."""

    since: Micros
    """Its last sign of life before."""
    until: Micros
    """When it ran again."""


class Uncopied(Noun):
    """The copies of the database that the service is to make by itself do not come about."""

    since: Micros
    """When the first try went wrong since one succeeded."""
    why: str
    """A sentence."""


class Shelved(Noun):
    """The copies of the database that the service makes by itself."""

    to: str
    """The folder that they are in."""
    every: Micros
    keep: int
    """How many there are to be."""
    kept: int
    """How many there are."""
    trouble: Uncopied | None = None


class Waiting(Noun):
    """Replies that are due, and wait until what an hour or a day may cost allows them."""

    replies: int
    cost: MicroEuros
    """What they would cost together."""
    since: Micros
    """When the oldest was due."""
    doubtful: int = 0
    """How many of them wait because they rather look like one of a raid."""
    doubtful_cost: MicroEuros = 0
    people_since: Micros = 0
    """When the oldest of the others was due."""

    @property
    def people(self) -> int:
        """How many of them nothing speaks against but money."""
        return self.replies - self.doubtful

    @property
    def price(self) -> MicroEuros:
        """What answering those would cost."""
        return self.cost - self.doubtful_cost

    @property
    def each(self) -> MicroEuros:
        """What answering one of them costs."""
        return self.price // self.people if self.people else 0


class Doubted(Noun):
    """Doubtful people whose replies are held, due or not."""

    people: int = 0
    cost: MicroEuros = 0


class Rehearsed(Noun):
    """What a dry run has held back."""

    replies: int = 0
    """Those that would have left."""
    cost: MicroEuros = 0
    """What they would have cost."""
    kept_back: int = 0
    """Those that would not: because of a raid, or of the team."""


class Chosen(Noun):
    """What is left to undo of an act that answered or dropped a group."""

    act: str
    told: Reason
    """What its actor was told."""


class Served(Noun):
    """People who look ordinary and whose turn for a reply came within a stretch of time."""

    people: int = 0
    answered: int = 0
    """Of them, those to whom a reply has left."""


class Growth(Noun):
    """Messages of a raid's members."""

    newest: int = 0
    """In the last ten minutes."""
    before: int = 0
    """In the ten minutes before those."""


class Hour(Noun):
    """One bar in the picture of a raid's hours."""

    hostile: int = 0
    """Messages of its members."""
    other: int = 0
    """Messages of everybody else."""
    replies: int = 0
    """Replies that left, to whomever."""


class Hours(Noun):
    """A raid from before it was seen until after it last grew, in bars of equal length."""

    begin: Micros
    length: Micros
    """Of one bar."""
    bars: tuple[Hour, ...]


class Ending(Noun):
    """A raid once it is over: what its summary says."""

    arrived: int
    """Messages in its hours, whoever wrote them."""
    served: Served
    """In its hours."""
    replies: MicroEuros
    """What the replies that left in its hours cost, or may."""
    receiving: MicroEuros
    """What receiving cost in them."""
    hours: Hours


class Day(Noun):
    """One local day so far."""

    date: str
    """ISO 8601, such as 2026-11-21."""
    messages: int
    senders: int
    replied: int
    """Replies that left: a provider has taken them, and has not failed."""
    silent: int
    """Messages to which no reply has left, and none waits."""
    inbound: MicroEuros
    outbound: MicroEuros
    """What the replies that left cost, or may."""
    spark: tuple[int, ...]
    calls: int = 0
    """How many of the messages were calls."""
    warned: tuple[int, ...] = ()
    """The steps, in percent, that the pot has passed today."""
    acts: tuple[ActView, ...] = ()
    """What the team did today, oldest first."""
    empty_at: Micros | None = None
    """When the pot is empty at the pace of the last hour."""
    waiting: Waiting | None = None
    """What waits for money now."""
    limited: bool = False
    """It is a limit of hour or day that ordinary people wait for."""
    left: MicroEuros = 0
    """What replies may still cost in all."""
    open_until: Micros | None = None
    """Until when an admin opened the day."""
    doubted: Doubted = Doubted()
    """Who waits because they rather look like one of a raid."""
    troubles: tuple[Trouble, ...] = ()
    """What does not work, and has not for a while."""
    threats: tuple["ThreatsView", ...] = ()
    """Threats to somebody's life that were noted today."""
    doubts: int = 0
    """Replies of which nobody has found out for long whether the provider took them."""
    aside: int = 0
    """Messages that an error of ours kept from being decided."""
    refused: str | None = None
    """Why the newest edit of the rules is not in force, with line and mend."""
    mended_at: Micros | None = None
    """When, today, an edit of the rules took the place of a refused one."""
    uncopied: Uncopied | None = None
    absence: Absence | None = None
    """The service came back from it today."""
    down: tuple[tuple[str, str], ...] = ()
    """Other lines that do not run while this one does, each with why."""
    dry: bool = False
    """It is a dry run: nothing is sent."""
    rehearsed: Rehearsed = Rehearsed()
    """What it has held back today."""
    turns: tuple[Turn, ...] = ()
    """What was turned today: by which other channel replies leave, oldest first."""


class ClusterView(Noun):
    """Messages of a raid that belong together."""

    kind: str
    senders: int
    messages: int
    handle: str | None = None
    """Who floods, where it is one sender's flood."""


class StanceView(Noun):
    """A change of posture."""

    posture: str
    since: Micros


class DossierView(Noun):
    """What became of a dossier that somebody asked for in the room."""

    act: str
    file: str
    """Where it lies on the server; empty where none was made."""
    digest: str
    error: str


class RaidView(Noun):
    """A raid so far."""

    id: str
    opened_at: Micros
    grown_at: Micros
    open: bool
    messages: int
    senders: int
    """Its members who wrote those: some were gathered by what they had written before its hours."""
    members: int
    muted: int
    ordinary_before: int
    """Members who were answered, or judged ordinary, before it was seen."""
    inbound: MicroEuros
    """What receiving the members' messages cost: no software can avoid it."""
    spent: MicroEuros
    """What replies to the members cost, or may still."""
    saved: MicroEuros
    """What the same rules would have paid without detector and team: see `bridge.saved`."""
    clusters: tuple[ClusterView, ...]
    spark: tuple[int, ...]
    calls: int = 0
    """How many of the messages were calls."""
    loudest: str | None = None
    """The handle of the member who wrote most."""
    loudest_muted: str | None = None
    """The act that muted them and nobody else; empty where something else, too, keeps them muted."""
    undo: str | None = None
    """The act that muted its members, while that can be undone."""
    lesson: str | None = None
    """What its texts taught the register model, while that can be undone."""
    withheld: int = 0
    """Replies that are kept back because of it, and that a false alarm would release."""
    withheld_cost: MicroEuros = 0
    """What those would cost."""
    doubted: Doubted = Doubted()
    """Doubtful people whose replies are held now."""
    false_alarm: bool = False
    """The team called it one."""
    newest: bool = True
    """None was seen since: an older one can no more be called a false alarm, or a raid again."""
    posture: str = "calm"
    """How guarded the service is now, as `status` tells it: paused, while the team keeps a channel silent."""
    until: Micros | None = None
    """Until when the shield is up."""
    stances: tuple[StanceView, ...] = ()
    """Changes of posture since it opened, oldest first."""
    dossiers: tuple[DossierView, ...] = ()
    """What was exported of it because somebody asked here, oldest first."""
    growth: Growth = Growth()
    ending: Ending | None = None
    """Set once it is over."""
    acts: tuple[ActView, ...] = ()
    """What the team did about it, oldest first."""
    dry: bool = False
    """It is met in a dry run: nothing is sent."""
    rehearsed: Rehearsed = Rehearsed()
    """What that has held back since it opened, whomever it was for."""


class Night(Noun):
    """What is asked at three in the morning, whichever raid it is about."""

    left: MicroEuros
    """What replies may still cost in all."""
    lasts: Micros | None
    """How long that lasts at the pace of the last hour; empty when nothing was spent in it."""
    served: Served
    """In the last hour."""
    waiting: Waiting | None = None
    """What waits for money now."""
    limited: bool = False
    """It is a limit of hour or day that ordinary people wait for."""
    troubles: tuple[Trouble, ...] = ()
    """What does not work, and has not for a while."""
    refused: bool = False
    """The newest edit of the rules is not in force."""


class StandingMute(Noun):
    """A mute in force."""

    act: str
    handle: str
    by: str
    reason: str
    until: Micros


class StandingRule(Noun):
    """A rule about a phrase in force."""

    rule: PhraseRule
    people: int
    """Whom it has caught so far, and nobody has let go."""


class Standing(Noun):
    """How things stand now."""

    posture: str
    channels: tuple[tuple[str, str], ...]
    total: MicroEuros
    spent: MicroEuros
    reserved: MicroEuros
    inbound: MicroEuros
    mutes: tuple[StandingMute, ...]
    sms_paused: bool
    shielded: bool = False
    rules: tuple[StandingRule, ...] = ()
    dry: bool = False
    """It is a dry run: nothing is sent."""
    read: tuple[tuple[str, int], ...] = ()
    """Who of the team opened how many texts lately, whoever opened most first."""


class ThreatsView(Noun):
    """Threats that were noted within a stretch of time."""

    since: Micros
    """When the first of them came."""
    messages: int
    people: int


class Threatened(Noun):
    """A day's threats to somebody's life, in numbers."""

    date: str
    messages: int
    people: int
    newest_at: Micros
    signs: tuple[tuple[str, int], ...]
    """How many were told by what, the most first."""


class Readers(Noun):
    """Who of the team opened a day's threats."""

    texts: tuple[tuple[str, int], ...]
    """Who was shown how many texts, whoever was shown most first."""
    last: str
    """Who opened them last."""
    at: Micros
    since: int
    """Threats that came afterwards."""


class Stretch(Noun):
    """One bar in the pictures of the status page."""

    begin: Micros
    hostile: int = 0
    """Messages of raids; of what the team called a false alarm, none."""
    other: int = 0
    """All other messages."""
    replies: int = 0
    """Replies that left."""
    outbound: MicroEuros = 0
    """What replies that were handed over cost, or may."""
    inbound: MicroEuros = 0
    """What receiving cost."""


class Course(Noun):
    """How things went from the first bar to `end`."""

    bars: tuple[Stretch, ...]
    """Oldest first, each until the next begins."""
    end: Micros
    until: Micros
    """Up to when it is known: the last bar may have only begun."""
    stances: tuple[StanceView, ...] = ()
    """Each change of posture, the one that the first bar began with included."""


class PastRaid(Noun):
    """A raid as the status page lists it."""

    id: str
    opened_at: Micros
    grown_at: Micros
    open: bool
    false_alarm: bool
    messages: int
    senders: int
    spent: MicroEuros
    """What replies to its messages cost, or may still."""
    saved: MicroEuros
    """What the same rules would have paid beyond, without detector and team."""


class Outlook(Noun):
    """Everything that the status page shows of one line."""

    at: Micros
    posture: str
    channels: tuple[tuple[str, str], ...]
    day: Day
    night: Night
    total: MicroEuros
    spent: MicroEuros
    reserved: MicroEuros
    inbound: MicroEuros
    held: int
    """Replies that wait, or are being handed over."""
    raids: tuple[PastRaid, ...]
    """The newest first."""
    hours: Course
    """The last day."""
    days: Course
    """The last weeks."""
