"""How things stand, in the shape that `rempart status --json` promises. Floor 4."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from bridge.clock import iso
from bridge.days import LEAP
from bridge.model import CURRENCY, EURO, HOUR, LEFT, MINUTE, SECOND, MicroEuros, Micros, Progress, Turn
from bridge.noun import Noun, asdict, field
from bridge.prices import Price
from bridge.ways import way_of

MOST_BEHIND: Micros = MINUTE
"""The clocks of several machines may differ by so much, and one may be put right by it."""

MOST_AHEAD: Micros = LEAP + 2 * HOUR
"""The clock may leap by so much unasked; and a service that runs finds out within the hour how late it is."""

if TYPE_CHECKING:  # `rempart try` tells a price, and opens no database
    from bridge.store.books.signs import Refused, Sign
    from bridge.store.looks.overview import Overview
    from bridge.views import Rehearsed, Shelved, Trouble, Waiting


class Status(TypedDict):
    """What `rempart status --json` prints. Money is euros."""

    running: bool | None
    """Whether a service runs; null where nobody can know."""
    deciding: bool
    """Whether what comes in is decided: of several processes, one does it."""
    posture: str
    channels: dict[str, str]
    pot: dict[str, float]
    replies: dict[str, int]
    waiting: dict[str, Any]
    """What was due a while ago and is still held: how many replies, their euros, when the oldest was due."""
    raids: list[dict[str, Any]]
    """The newest, newest first."""
    older_raids: int
    mutes: int
    forgotten: dict[str, int]
    """How many people were forgotten so far, and how many are overdue: their turn comes within the hour."""
    limits_lifted_until: str | None
    """Until when an admin opened the day: no limit of hour or day keeps anybody waiting."""
    zone: str
    """The time zone of the rules, in which people are told times."""
    rules_refused: str | None
    """Why the newest edit of the rules is not in force; absent trouble, nothing."""
    mode: str
    """`live`, or `dry`: everything is decided and shown, and nothing is sent."""
    rehearsed: dict[str, Any]
    """What a dry run has held back today: how many replies would have left, their euros, how many not."""
    troubles: list[dict[str, Any]]
    """Halves of channels that do not work: which, why (a short code), and since when."""
    ways: list[dict[str, Any]]
    """Channels whose replies leave by another one: by which, since when, and why (a short code)."""
    foreign_prices: list[dict[str, Any]]
    """Prices by the rules file, because the provider charges another currency and no rate is known."""
    database: str
    """`there`, `absent` where there is none yet, or `moved` where another one goes on from it."""
    moved_to: str | None
    not_running_since: str | None
    """The last sign of life of a service that does not run."""
    stopped: bool
    """Whether that was a goodbye: somebody stopped it."""
    unfolded: dict[str, Any]
    """Events that wait for a decision, and when the oldest reached us."""
    calls: int
    """How often somebody rang in the last 24 hours."""
    newest_message: str | None
    newest_backup: str | None
    """When `rempart backup` made a copy last; null where this machine knows of none."""
    backups: dict[str, Any] | None
    """The copies that the service makes by itself: where `to`, how often (`every`, in seconds), how many to
    `keep` and how many are `kept`, why that is `failing` and `since` when; null where nobody asks for any."""
    refused_webhooks: list[dict[str, Any]]
    """Calls of the last hour that were refused: path, status, how many, whether `all` were that came there,
    and the likely reason."""
    not_stored: str | None
    """Why nothing can be stored now; null where it can, or no service runs that would."""
    clock: dict[str, Any] | None
    """Why the system's clock does not count, and by how many seconds it is `off`; null where it does. `why`
    is `jumped` where it was just set, `behind` what is decided already (nobody is answered until then), or
    `ahead` of what any provider confirms: nobody is forgotten by it."""
    down: str | None
    """Why this line does not run while others of the service do; null where it does, or none does."""
    watched: dict[str, str]
    """What would notice if the service died, each on, off or a short code: `heartbeat`, `last_words`."""


class Signs(Noun):
    """What else is known of a database and of the service on it."""

    database: str = "there"
    moved_to: str | None = None
    last: Sign | None = None
    """The last sign of life."""
    troubles: Sequence[Trouble] = ()
    """What does not work for the processes that live."""
    turns: Sequence[Turn] = ()
    """The newest turn of each channel."""
    newest_message: Micros | None = None
    newest_decision: Micros | None = None
    vouched: Micros | None = None
    """As late as what it was last known to be."""
    newest_backup: Micros | None = None
    shelved: Shelved | None = None
    refused: Sequence[Refused] = ()
    not_stored: str | None = None
    """Why nothing can be stored."""
    watched: Mapping[str, str] = field(default_factory=dict)
    public_url: str | None = None


def euros(amount: MicroEuros) -> float:
    """Micro-euros as euros."""
    return round(amount / EURO, 6)


def posture(overview: Overview) -> str:
    """How the house stands, in a word."""
    return "paused" if overview.paused else overview.posture


def states(overview: Overview, channels: Mapping[str, str]) -> dict[str, str]:
    """What each channel is; one that the team keeps silent is paused, whatever else it is."""
    return {**channels, **{name: "paused" for name in overview.paused if name in channels}}


def allowed(overview: Overview, total: MicroEuros) -> MicroEuros:
    """What may be spent in all: as set by hand, else `total` of the rules file."""
    return total if overview.total is None else overview.total


def describe_prices(prices: Sequence[Price]) -> list[dict[str, Any]]:
    """The prices in force, in euros a segment, each with whose word it is."""
    return [
        {
            "channel": price.channel,
            "country": price.country,
            "euros": euros(price.amount),
            "source": price.source,
            "currency": price.currency,
            "told_at": None if price.told_at is None else iso(price.told_at),
        }
        for price in prices
    ]


def describe_troubles(troubles: Sequence[Trouble]) -> list[dict[str, Any]]:
    """What does not work, for programs."""
    return [asdict(one) | {"since": iso(one.since)} for one in troubles]


def describe_ways(turns: Sequence[Turn], ways: Sequence[str]) -> list[dict[str, Any]]:
    """Who leaves by another way than their own, for programs; `ways` are those that the rules list."""
    current = {one.channel: one.way for one in turns}
    return [
        {"channel": one.channel, "way": one.way, "since": iso(one.at), "code": one.code}
        for one in turns
        if way_of(one.channel, ways, current) != one.channel
    ]


def describe(
    overview: Overview,
    channels: Mapping[str, str],
    total: MicroEuros,
    prices: Sequence[Price],
    *,
    running: bool | None,
    deciding: bool,
    rules_refused: str | None,
    troubles: Sequence[Trouble] = (),
    ways: Sequence[str] = (),
    signs: Signs | None = None,
    mode: str = "live",
    zone: str = "UTC",
    rehearsed: Rehearsed | None = None,
    down: str | None = None,
    clock: dict[str, Any] | None = None,
) -> Status:
    """The status: counts and money from the store, the rest from whoever knows it."""
    signs = signs or Signs()
    gone = signs.last if running is False else None
    return {
        "running": running,
        "deciding": deciding,
        "posture": posture(overview),
        "channels": states(overview, {**channels, **{one.channel: "failing" for one in troubles}}),
        "pot": _pot(overview, total),
        "replies": _replies(overview.replies),
        "waiting": _waiting(overview.waiting),
        "raids": [asdict(raid) | {"saved": euros(raid.saved)} for raid in overview.raids],
        "older_raids": overview.older_raids,
        "mutes": overview.mutes,
        "forgotten": {"people": overview.erased, "overdue": overview.overdue},
        "limits_lifted_until": None if overview.open_until is None else iso(overview.open_until),
        "zone": zone,
        "rules_refused": rules_refused,
        "mode": mode,
        "rehearsed": _rehearsed(rehearsed),
        "troubles": describe_troubles(troubles),
        "ways": describe_ways(signs.turns, ways),
        "foreign_prices": describe_prices([price for price in prices if price.currency != CURRENCY]),
        "database": signs.database,
        "moved_to": signs.moved_to,
        "not_running_since": _iso(gone.at if gone else None),
        "stopped": gone is not None and gone.stopped,
        "unfolded": {"events": overview.lag.events, "oldest": _iso(overview.lag.since)},
        "calls": overview.calls,
        "newest_message": _iso(signs.newest_message),
        "newest_backup": _iso(signs.newest_backup),
        "backups": _backups(signs.shelved),
        "refused_webhooks": [_refused(one, signs.public_url) for one in signs.refused],
        "not_stored": signs.not_stored,
        "clock": clock,
        "down": down,
        "watched": dict(signs.watched),
    }


def clock_told(
    now: Micros, decided: Micros | None, jumped: Micros | None, vouched: Micros | None = None
) -> dict[str, Any] | None:
    """What is wrong with the system's clock, as far as it can be known: `decided` is the newest decision, and
    `vouched` how late a service that runs knows that it is."""
    if jumped is not None:
        return {"why": "jumped", "off": jumped // SECOND}
    if decided is not None and decided - now > MOST_BEHIND:
        return {"why": "behind", "off": (now - decided) // SECOND}
    if vouched is not None and now - vouched > MOST_AHEAD:
        return {"why": "ahead", "off": (now - vouched) // SECOND}
    return None


def _pot(overview: Overview, total: MicroEuros) -> dict[str, float]:
    return {
        "total": euros(allowed(overview, total)),
        "spent": euros(overview.spent),
        "reserved": euros(overview.reserved),
        "inbound": euros(overview.inbound),
    }


def _replies(counts: Mapping[Progress, int]) -> dict[str, int]:
    return {
        "held": counts.get(Progress.HELD, 0) + counts.get(Progress.SENDING, 0),
        "sent": sum(counts.get(progress, 0) for progress in LEFT),
        "in_doubt": counts.get(Progress.IN_DOUBT, 0),
        "failed": counts.get(Progress.FAILED, 0),
    }


def _backups(shelved: Shelved | None) -> dict[str, Any] | None:
    if shelved is None:
        return None
    trouble = shelved.trouble
    told = {"to": shelved.to, "every": shelved.every // SECOND, "keep": shelved.keep, "kept": shelved.kept}
    return told | {"failing": trouble and trouble.why, "since": _iso(trouble.since if trouble else None)}


def _iso(at: Micros | None) -> str | None:
    return None if at is None else iso(at)


def _refused(one: Refused, public_url: str | None) -> dict[str, Any]:
    told = {"path": one.path, "status": one.status, "count": one.count, "all": one.all_were}
    return told | {"likely": _likely(one, public_url)}


FORBIDDEN = (401, 403)
"""Answers to whoever does not sign, or sign so."""
_NOT_STORED = 503


def _likely(one: Refused, public_url: str | None) -> str:
    """Who signs, signs for the URL that they dial: that is what goes wrong most often."""
    if one.status == _NOT_STORED:
        return "it could not be stored: the provider was asked to come back"
    if one.status not in FORBIDDEN:
        return "it was malformed: hardly a call of the provider's"
    if not one.all_were:
        return "somebody else knocks: other calls there are genuine and were taken"
    return (
        f"the provider dials another URL than REMPART_PUBLIC_URL ({public_url or 'not set'}), "
        "or its secret is another one"
    )


def _rehearsed(seen: Rehearsed | None) -> dict[str, Any]:
    if seen is None:
        return {"replies": 0, "euros": 0.0, "kept_back": 0}
    return {"replies": seen.replies, "euros": euros(seen.cost), "kept_back": seen.kept_back}


def _waiting(late: Waiting | None) -> dict[str, Any]:
    if late is None:
        return {"replies": 0, "euros": 0.0, "oldest": None}
    return {"replies": late.replies, "euros": euros(late.cost), "oldest": iso(late.since)}
