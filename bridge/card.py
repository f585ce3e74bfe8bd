"""The nouns of cards: what the team should see, as plain data that any room can draw. Floor 0.

Every text is ours and plain, already in the language of the team; senders appear under their handles.
"""

from typing import Literal

from bridge.model import Micros
from bridge.noun import Noun

Tone = Literal["plain", "primary", "danger"]


class Confirm(Noun):
    """What is asked before a wide act, with its counts."""

    title: str
    text: str
    yes: str
    no: str


class Button(Noun):
    """One act that the team can take with a touch."""

    verb: str
    """The verb of the `Act` that a touch makes; `samples` opens texts instead."""
    label: str
    target: str
    """What the act is about: a handle, a raid, an act to undo."""
    tone: Tone = "plain"
    confirm: Confirm | None = None


STATUS_PAGE = "status_page"
"""What a button asks for that is no act and opens no text: a link to the status page."""


class Fact(Noun):
    """A label with its value."""

    label: str
    value: str


class Picture(Noun):
    """Bars side by side, each stacked of two counts, with a third as a line before them."""

    name: str
    """Of its file."""
    title: str
    bars: tuple[tuple[int, int, int], ...]
    legend: tuple[str, str, str]
    """What the three counts are: in letters that any font has."""
    ticks: tuple[str, ...]
    """The clock's time at the edges of the bars, one more than bars; empty where it is no round one."""


class Note(Noun):
    """A milestone: said once, in the card's thread."""

    key: str
    text: str
    mentions: tuple[str, ...] = ()
    """Whom it wakes: ids of people and groups, `here` or `channel`."""
    buttons: tuple[Button, ...] = ()
    picture: Picture | None = None
    """Shown with it, where the room can."""
    aloud: bool = False
    """Stands in the channel as well: a thread is read by whoever follows it."""


class Card(Noun):
    """One message in the room, kept up to date by edits."""

    key: str
    """`day:2026-11-21` or `raid:ID`: one message each, for ever."""
    title: str
    lines: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    spark: tuple[int, ...] = ()
    """Messages in each five minutes of the last hour, oldest first."""
    spark_label: str = ""
    groups: tuple[str, ...] = ()
    """What belongs together, a sentence each."""
    groups_label: str = ""
    buttons: tuple[Button, ...] = ()
    footer: str = ""
    notes: tuple[Note, ...] = ()
    before: str = ""
    """The card whose place this one takes: yesterday's."""
    under: str = ""
    """The card in whose thread this one stands; a message of its own where there is none."""
    late: tuple[Note, ...] = ()
    """What was to be said in the thread of that, and is said here where that card stands and it was not."""


class Sample(Noun):
    """A text that somebody asked to see. Hostile: it must be drawn as plain text and nothing else."""

    handle: str
    text: str
    at: Micros
    why: str = ""
    """What its sender is taken for, and why: ours, and in the team's language."""
    buttons: tuple[Button, ...] = ()
    """What can be done about its sender, or undone."""


class Bundle(Noun):
    """People who are dealt with by one touch: doubtful ones who write alike, or whom an act was about."""

    told: str
    """How many, and their euros."""
    buttons: tuple[Button, ...]
    sample: Sample | None = None
    """What one of them wrote."""


class Discovery(Noun):
    """What somebody has found in what was written, and what can be done about it."""

    lines: tuple[str, ...]
    """How much, by how many, how they fared; and what it would have caught lately."""
    buttons: tuple[Button, ...] = ()
    samples: tuple[Sample, ...] = ()
    """Texts, where somebody asked to see some."""
    bundles: tuple[Bundle, ...] = ()
    """What was done lately, each with its undo."""
    name: str = ""
    """What the look is called, to be looked at again."""


class HomeMute(Noun):
    """A mute as the team's home page lists it."""

    handle: str
    told: str
    """Until when, by whom, why; in the team's language."""
    undo: Button


class Home(Noun):
    """The team's home page."""

    title: str
    facts: tuple[Fact, ...]
    buttons: tuple[Button, ...]
    mutes_label: str
    mutes: tuple[HomeMute, ...]
    """The newest of them."""
    footer: str = ""
    mutes_left_out: int = 0
    """Those that stand on other pages."""
    mutes_page: int = 0
    mutes_pages: int = 1
    mutes_phrase: str = ""
    """What the mutes that are listed have in common, where somebody asked for some."""
    rules_label: str = ""
    rules: tuple[HomeMute, ...] = ()
    """Rules about phrases, likewise."""
