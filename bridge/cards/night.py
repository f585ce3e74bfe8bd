"""What is read at three in the morning, in this order: money, people, what to do, growth. Pure."""

from collections.abc import Iterator

from bridge.model import HOUR, MicroEuros, Micros
from bridge.views import Growth, Night, RaidView, Served
from bridge.wording import Words

_SHORT: Micros = 8 * HOUR
"""A pot that is empty sooner than this wants somebody before the morning."""


def night_lines(seen: RaidView, night: Night, words: Words, *, sms_paused: bool) -> tuple[str, ...]:
    """Whether the pot is safe, whether real people are answered, what to do, and how the raid grows."""
    grows = (growth_line(seen.growth, words),) if seen.open else ()
    return (
        pot_line(night.left, night.lasts, words),
        people_line(night.served, words),
        to_do(seen, night, words, sms_paused=sms_paused),
        *grows,
    )


def pot_line(left: MicroEuros, lasts: Micros | None, words: Words) -> str:
    """What replies may still cost, and how long that lasts."""
    if not left:
        return words("pot_is_empty")
    if lasts is None:
        return words("pot_rests", amount=left)
    return words("pot_lasts", amount=left, length=words.roughly(lasts))


def people_line(served: Served, words: Words) -> str:
    """How many of how many had their reply."""
    if not served.people:
        return words("nobodys_turn")
    return words("people_answered", answered=served.answered, count=served.people)


def to_do(seen: RaidView, night: Night, words: Words, *, sms_paused: bool) -> str:
    """The one thing that waits for somebody, the gravest first; mostly there is none."""
    return next(_things(seen, night, words, sms_paused=sms_paused))


def _things(seen: RaidView, night: Night, words: Words, *, sms_paused: bool) -> Iterator[str]:
    for one in night.troubles:
        yield words(f"do_mend_{one.half}", channel=one.channel)
    if not night.left:
        yield words("do_top_up")
    if sms_paused:
        yield words("do_resume")
    if night.refused:
        yield words("do_mend_rules")
    if night.limited and night.waiting is not None and night.waiting.people:
        yield words("do_open_day", people=night.waiting.people, amount=night.waiting.price)
    if seen.open and night.lasts is not None and night.lasts < _SHORT and seen.until is None:
        yield words("do_shield", length=words.roughly(night.lasts))
    yield words(_at_rest(seen))


def growth_line(growth: Growth, words: Words) -> str:
    """How it grows: by the last ten minutes beside the ten before."""
    counts = {"count": growth.newest, "before": growth.before}
    if not growth.newest:
        return words("rests_before" if growth.before else "rests", **counts)
    if 4 * growth.newest > 5 * growth.before:
        return words("grows", **counts)
    return words("slows" if 5 * growth.newest < 4 * growth.before else "goes_on", **counts)


def _at_rest(seen: RaidView) -> str:
    if seen.false_alarm:
        return "nothing_to_do_false_alarm"
    return "nothing_to_do" if seen.open else "nothing_to_do_over"
