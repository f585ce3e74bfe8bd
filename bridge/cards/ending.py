"""What is said of a raid once it is over: a summary, and a picture of its hours. Pure."""

from bridge.card import Picture
from bridge.model import HOUR, MINUTE
from bridge.views import Ending, RaidView
from bridge.wording import Words


def summary(seen: RaidView, end: Ending, words: Words) -> tuple[str, ...]:
    """Arrived, hostile, ordinary people answered, spent, saved: a sentence each."""
    served = end.served
    people = (
        words("sum_people", answered=served.answered, count=served.people)
        if served.people
        else words("sum_nobody")
    )
    return (
        words("sum_arrived", messages=end.arrived, hostile=seen.messages, senders=seen.senders),
        people,
        words("sum_spent", total=end.replies, spent=seen.spent, amount=end.receiving),
        words("sum_false_alarm" if seen.false_alarm else "sum_saved", amount=seen.saved),
    )


def picture(seen: RaidView, end: Ending, words: Words) -> Picture:
    """The raid's hours, as any room can draw them."""
    hours = end.hours
    edges = range(hours.begin, hours.begin + len(hours.bars) * hours.length + 1, hours.length)
    round_ones = HOUR if len(edges) * hours.length > 3 * HOUR else 15 * MINUTE
    ticks = tuple("" if at % round_ones else words.time(at) for at in edges)
    return Picture(
        name=f"raid-{seen.id}.png",
        title=words("picture", name=words.raid(seen.id)),
        bars=tuple((one.hostile, one.other, one.replies) for one in hours.bars),
        legend=(words("picture_hostile"), words("picture_other"), words("picture_replies")),
        ticks=ticks,
    )
