"""How things stand, in the shape that `rempart status --json` promises. Floor 4."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypedDict

from bridge.clock import iso
from bridge.model import EURO, LEFT, MicroEuros, Progress
from bridge.prices import CURRENCY, Price
from bridge.views import Trouble, Waiting

if TYPE_CHECKING:  # `rempart try` tells a price, and opens no database
    from bridge.store.looks.overview import Overview


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
    """What is due and waits for money: how many replies, their euros, when the oldest was due."""
    raids: list[dict[str, Any]]
    """The newest, newest first."""
    older_raids: int
    mutes: int
    forgotten: dict[str, int]
    """How many people were forgotten so far, and how many are overdue: their turn comes within the hour."""
    limits_lifted_until: str | None
    """Until when an admin opened the day: no limit of hour or day keeps anybody waiting."""
    rules_refused: str | None
    """Why the newest edit of the rules is not in force; absent trouble, nothing."""
    troubles: list[dict[str, Any]]
    """Halves of channels that do not work: which, why (a short code), and since when."""
    foreign_prices: list[dict[str, Any]]
    """Prices by the rules file, because the provider charges another currency and no rate is known."""


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
) -> Status:
    """The status: counts and money from the store, the rest from whoever knows it."""
    counts = overview.replies
    return {
        "running": running,
        "deciding": deciding,
        "posture": posture(overview),
        "channels": states(overview, channels),
        "pot": {
            "total": euros(allowed(overview, total)),
            "spent": euros(overview.spent),
            "reserved": euros(overview.reserved),
            "inbound": euros(overview.inbound),
        },
        "replies": {
            "held": counts.get(Progress.HELD, 0) + counts.get(Progress.SENDING, 0),
            "sent": sum(counts.get(progress, 0) for progress in LEFT),
            "in_doubt": counts.get(Progress.IN_DOUBT, 0),
            "failed": counts.get(Progress.FAILED, 0),
        },
        "waiting": _waiting(overview.waiting),
        "raids": [asdict(raid) | {"saved": euros(raid.saved)} for raid in overview.raids],
        "older_raids": overview.older_raids,
        "mutes": overview.mutes,
        "forgotten": {"people": overview.erased, "overdue": overview.overdue},
        "limits_lifted_until": None if overview.open_until is None else iso(overview.open_until),
        "rules_refused": rules_refused,
        "troubles": describe_troubles(troubles),
        "foreign_prices": describe_prices([price for price in prices if price.currency != CURRENCY]),
    }


def _waiting(late: Waiting | None) -> dict[str, Any]:
    if late is None:
        return {"replies": 0, "euros": 0.0, "oldest": None}
    return {"replies": late.replies, "euros": euros(late.cost), "oldest": iso(late.since)}
