"""Waking: what somebody is woken for, and who is called when. Pure.

A page is one while it lasts, and within an hour of it: what comes back sooner is the same. Whoever is on the
list is called one after the other, ten minutes apart, until somebody takes it; then everybody. Quiet hours
are for replies, and silence nobody here. Of what is over, nobody else is called.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from bridge import pot
from bridge.days import SET_BACK
from bridge.model import DAY, DAY_CARD, HOUR, MINUTE, SECOND, EventId, Micros, Page
from bridge.noun import Noun, replace
from bridge.reasons import Reason

if TYPE_CHECKING:  # the command line reads the verbs, and does without
    from bridge.pot import Purse
    from bridge.responses import Responses
    from bridge.views import Trouble, Waiting

TURN: Micros = 10 * MINUTE
"""How long each of them has before the next is called."""

FAILING: Micros = 5 * MINUTE
"""How long a channel fails before somebody is called: most of it passes by itself."""

FORGOTTEN: Micros = HOUR
"""What comes back within this time is the same page, and wakes nobody again."""

PRESENT: Micros = 2 * MINUTE
"""What was not seen for longer is over, as far as anybody knows."""

_BEAT: Micros = 30 * SECOND
"""How often it is written down that it still is so."""

EVERYBODY = "channel"
"""The mention that reaches all members of the room."""

BROADCASTS = frozenset({EVERYBODY, "here"})
"""The mentions of many at once: the other one reaches those who are active."""


class Alarm(Noun):
    """Something that is the matter now."""

    key: str
    card: str
    told: Reason
    patience: Micros = 0
    """How long it must last before somebody is called."""


class Call(Noun):
    """A step: who is mentioned, and for how long nobody has taken it."""

    step: int
    mentions: tuple[str, ...]
    waited: Micros


def of_raids(raids: Iterable[str]) -> list[Alarm]:
    """Raids that are on, by their ids."""
    return [Alarm(f"raid:{one}", one, Reason("page_raid", (("id", one),))) for one in raids]


def of_warnings(warned: Sequence[tuple[int, Micros]], responses: Responses, now: Micros) -> list[Alarm]:
    """The last warning that the pot has passed within a day: which step, in percent, and when."""
    last = round(100 * max(responses.pot.warn_at, default=0))
    return [
        Alarm(f"pot:{at}", DAY_CARD, Reason("page_pot", (("step", step),)))
        for step, at in warned
        if step == last and now - at < DAY
    ]


def of_hour(purse: Purse, late: Waiting | None, responses: Responses) -> list[Alarm]:
    """An hour's or a day's money is gone, and ordinary people wait because of it."""
    if late is None or not pot.keeps_waiting(purse, responses, late):
        return []
    told = (("people", late.people), ("amount", late.price))
    return [Alarm("hour", DAY_CARD, Reason("page_hour", told))]


def of_troubles(troubles: Iterable[Trouble]) -> list[Alarm]:
    """Halves of channels that do not work."""
    return [
        Alarm(
            f"channel:{one.channel}:{one.half}",
            DAY_CARD,
            Reason(f"page_{one.half}", (("channel", one.channel), ("code", one.code))),
            FAILING,
        )
        for one in troubles
    ]


def of_lines(down: Iterable[str]) -> list[Alarm]:
    """Other lines that do not run while this one does."""
    return [Alarm(f"line:{one}", DAY_CARD, Reason("page_line", (("line", one),))) for one in down]


def of_rules(refused: str | None) -> list[Alarm]:
    """The newest edit of the rules is refused; what it says stands in the thread anyway."""
    return [] if refused is None else [Alarm("rules", DAY_CARD, Reason("page_rules"))]


def followed(
    standing: Sequence[Page], alarms: Sequence[Alarm], now: Micros, *, sure: bool
) -> tuple[list[Page], list[Page]]:
    """The pages that begin or change by a look; and those that go: they passed, and nobody was called; or a
    clock that was set back since dated them later than now, and they would stand in the next one's way.

    `sure`: whoever looked has watched for long enough to know that what they do not see is not so.
    """
    dropped = [one for one in standing if one.seen_at - now > SET_BACK]
    newest = {one.key: one for one in standing if one not in dropped}
    changed = []
    for alarm in alarms:
        page = newest.pop(alarm.key, None)
        if page is not None and page.called_at is None and now - page.seen_at > PRESENT:
            dropped.append(page)
            page = None
        after = _seen(page, alarm, now)
        if after != page:
            changed.append(after)
    passed = [one for one in newest.values() if one.called_at is None]
    return changed, [*dropped, *(one for one in passed if sure or now - one.seen_at > PRESENT)]


def _seen(page: Page | None, alarm: Alarm, now: Micros) -> Page:
    if page is None or now - page.seen_at > FORGOTTEN:
        page = Page(alarm.key, now, alarm.card, alarm.told, now)
    if page.called_at is None and now - page.since >= alarm.patience:
        return replace(page, called_at=now, seen_at=now)
    return replace(page, seen_at=now) if now - page.seen_at >= _BEAT else page


def is_present(page: Page, now: Micros) -> bool:
    """Whether it is still the matter, as far as anybody knows."""
    return page.called_at is not None and now - page.seen_at <= PRESENT


def calls(page: Page, wake: Sequence[str], now: Micros) -> list[Call]:
    """The steps that are due, first to last; none once somebody has taken it, or it is over."""
    if page.taken_by is not None or not is_present(page, now):
        return []
    due = _due(page, now)
    return [Call(step, who, step * TURN) for step, who in enumerate(_steps(wake)[:due])]


def resorts(page: Page, wake: Sequence[str], now: Micros, rooms: Collection[str] = ()) -> tuple[str, ...]:
    """The telephones and accounts that are due: after everybody; at once where the only room is cut off."""
    if page.taken_by is not None or not is_present(page, now):
        return ()
    cut_off = len(rooms) == 1 and page.key.startswith(tuple(f"channel:{one}:" for one in rooms))
    steps = 0 if cut_off else len(_steps(wake))
    return tuple(one for one in wake if not is_mention(one)) if _due(page, now) > steps else ()


def is_mention(woken: str) -> bool:
    """Whether the room can mention them."""
    return ":" not in woken and not woken.startswith("+")


def handed_back(page: Page, act: EventId, now: Micros) -> Page:
    """Nobody is on it any more: whoever was called was, and the next one is in ten minutes."""
    so_far = _due(page, page.taken_at or now)
    called_at = now + TURN - so_far * TURN
    return replace(page, called_at=called_at, taken_by=None, taken_at=None, act=act)


def holder(pages: Iterable[Page]) -> Page | None:
    """The page that was taken last, if somebody is on any."""
    taken = [one for one in pages if one.taken_by is not None]
    return max(taken, key=lambda one: one.taken_at or 0, default=None)


def mentioned(wake: Collection[str]) -> tuple[str, ...]:
    """Everyone on the list whom the room can mention."""
    return tuple(one for one in wake if is_mention(one))


def _due(page: Page, now: Micros) -> int:
    """How many steps are due."""
    return 0 if page.called_at is None else max(0, (now - page.called_at) // TURN + 1)


def _steps(wake: Sequence[str]) -> list[tuple[str, ...]]:
    """The first on the list, the next, then everybody: the rest of it, and the whole room."""
    people = mentioned(wake)
    if not people:
        return []
    return [*((one,) for one in people[:2]), (*people[2:], EVERYBODY)]
