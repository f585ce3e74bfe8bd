"""The day's card: one message a day, also in a quiet week."""

from collections.abc import Sequence
from zlib import crc32

from bridge.card import STATUS_PAGE, Button, Card, Confirm, Fact, Note
from bridge.cards.buttons import (
    doubtful_button,
    pause_button,
    rehearsed_button,
    show_threats_button,
    threats_button,
)
from bridge.cards.raid import act_note
from bridge.cards.rehearsal import rehearsal
from bridge.heart.acts import close_day, open_day
from bridge.model import HOUR, MINUTE, Micros, Turn
from bridge.noun import replace
from bridge.views import Absence, Day, ThreatsView, Trouble, Uncopied, Waiting
from bridge.wording import Words

_MOST_THREATS = 20
"""Notes of threats, the newest: the older ones were said long ago."""

_LONGEST_WHY = 600
"""Characters of a complaint about the rules that a note shows: the first one or two of many."""


def day_card(day: Day, words: Words, now: Micros, *, sms_paused: bool, linked: bool = False) -> Card:
    """How the day has gone so far; `linked`: there is a status page to be opened."""
    counts = {"messages": day.messages, "senders": day.senders}
    return Card(
        key=f"day:{day.date}",
        title=words("day", date=words.date(day.date)),
        lines=(
            *([words("dry_line")] if day.dry else ()),
            words("day_line", **counts) if day.messages else words("quiet_day"),
        ),
        facts=_facts(day, words),
        spark=day.spark,
        spark_label=words("last_hour"),
        buttons=_buttons(day, words, sms_paused=sms_paused, linked=linked),
        footer=words("as_of", time=now),
        notes=_notes(day, words),
    )


def _facts(day: Day, words: Words) -> tuple[Fact, ...]:
    """How many and how much; what is out of order is told where something is."""
    return (
        Fact(words("answered"), words.count(day.replied)),
        Fact(words("silent"), words.count(day.silent)),
        Fact(words("receiving"), words.money(day.inbound)),
        Fact(words("replies_cost"), words.money(day.outbound)),
        *([Fact(words("calls"), words.count(day.calls))] if day.calls else ()),
        *(Fact(words("channel", name=one.channel), words(f"trouble_{one.half}")) for one in day.troubles),
        *([Fact(words("in_doubt"), words.count(day.doubts))] if day.doubts else ()),
        *([_waiting(day.waiting, words)] if day.waiting else ()),
        *([Fact(words("limits"), words("limits_lifted", time=day.open_until))] if day.open_until else ()),
        *([Fact(words("rules"), words("rules_refused"))] if day.refused else ()),
        *([Fact(words("backup"), words("backup_fails"))] if day.uncopied else ()),
        *(Fact(words("line", line=name), words("line_down")) for name, _ in day.down),
        *([Fact(words("threats_fact"), words.count(_threats(day)))] if day.threats else ()),
        *([Fact(words("put_aside"), words.count(day.aside))] if day.aside else ()),
        *rehearsal(day.rehearsed, words, dry=day.dry),
    )


def _buttons(day: Day, words: Words, *, sms_paused: bool, linked: bool) -> tuple[Button, ...]:
    """What somebody may do about it."""
    return (
        *_opening(day, words),
        *doubtful_button(day.doubted, words),
        *rehearsed_button(words, dry=day.dry),
        *threats_button(_threats(day), words),
        pause_button(words, sms_paused=sms_paused),
        *([Button(STATUS_PAGE, words("status_page"), day.date)] if linked else ()),
    )


def _notes(day: Day, words: Words) -> tuple[Note, ...]:
    """What is said once in the thread."""
    return (
        *([_back(day.absence, words)] if day.absence else ()),
        *_threatened(day.threats, words),
        *(_warning(step, day, words) for step in day.warned[-1:]),
        *([_short(day.waiting, words)] if day.waiting and day.limited else ()),
        *([_refused(day.refused, words)] if day.refused else ()),
        *([_mended(day.mended_at, words)] if day.mended_at else ()),
        *([_not_copied(day.uncopied, words)] if day.uncopied else ()),
        *(_down(name, why, words) for name, why in day.down),
        *_doubts(day, words),
        *(_trouble(one, words) for one in day.troubles),
        *_dry(day, words),
        *(_turned(one, words) for one in day.turns),
        *([Note("aside", words("told_aside", messages=day.aside))] if day.aside else ()),
        *(act_note(one, words) for one in day.acts),
    )


def with_late(card: Card, yesterday: Day, words: Words, now: Micros) -> Card:
    """Today's card, with what happened shortly before midnight: nobody may have been told of it yet."""
    before = day_card(yesterday, words, now, sms_paused=False)
    today = {note.key for note in card.notes}
    return replace(card, before=before.key, late=tuple(one for one in before.notes if one.key not in today))


def _dry(day: Day, words: Words) -> tuple[Note, ...]:
    """Said once a day while it lasts; and when it is over, for whoever waits for an answer."""
    if day.dry:
        return (Note(f"dry:{day.date}", words("told_dry")),)
    over = day.rehearsed.replies or day.rehearsed.kept_back
    return (Note(f"live:{day.date}", words("told_live")),) if over else ()


def _threats(day: Day) -> int:
    return sum(one.messages for one in day.threats)


def _threatened(several: Sequence[ThreatsView], words: Words) -> list[Note]:
    """At once, at the first of them; those of the same ten minutes are in their own card's count. The first
    of an hour is said aloud."""
    show = (show_threats_button(words),)
    hours = {one.since // HOUR: one for one in reversed(several)}
    return [
        Note(
            f"threats:{one.since // (10 * MINUTE)}",
            words("told_threats", at=one.since),
            buttons=show,
            aloud=hours[one.since // HOUR] is one,
        )
        for one in several[-_MOST_THREATS:]
    ]


def _doubts(day: Day, words: Words) -> tuple[Note, ...]:
    told = words("told_doubts", replies=day.doubts)
    return (Note(f"doubts:{day.doubts}", told),) if day.doubts else ()


def _trouble(one: Trouble, words: Words) -> Note:
    told = words(f"told_trouble_{one.half}", channel=one.channel, since=one.since, code=one.code)
    return Note(f"trouble:{one.channel}:{one.half}:{one.since}", told)


def _turned(one: Turn, words: Words) -> Note:
    """Which way failed, since when, and which one replies take now; or that theirs is well again."""
    about = {"channel": one.channel, "way": one.way, "left": one.left, "at": one.at, "since": one.since}
    told = words("told_way", **about, code=one.code) if one.code else words("told_way_back", **about)
    return Note(f"way:{one.channel}:{one.at}", told)


def _shown(why: str, words: Words) -> str:
    """A complaint, in the language of the room."""
    return words.sentence(why)[:_LONGEST_WHY]


def _refused(why: str, words: Words) -> Note:
    """Said once for each edit that is refused."""
    told = words("told_refused", why=_shown(why, words))
    return Note(f"refused:{crc32(why.encode('utf-8', 'replace')):08x}", told)


def _not_copied(one: Uncopied, words: Words) -> Note:
    """Said once for each time that it begins to go wrong."""
    told = words("told_backup", since=one.since, why=_shown(one.why, words))
    return Note(f"backup:{one.since}", told)


def _down(name: str, why: str, words: Words) -> Note:
    """Said once for each reason."""
    told = words("told_line_down", line=name, why=_shown(why, words))
    return Note(f"down:{name}:{crc32(why.encode('utf-8', 'replace')):08x}", told)


def _back(one: Absence, words: Words) -> Note:
    """Where the room said that nobody is answered, it says that this is over."""
    told = words("told_back", since=one.since, time=one.until)
    return Note(f"back:{one.until}", told, aloud=True)


def _mended(at: Micros, words: Words) -> Note:
    return Note(f"mended:{at}", words("told_mended", time=at))


def _warning(step: int, day: Day, words: Words) -> Note:
    when = words("empty_at", at=day.empty_at) if day.empty_at else words("not_soon")
    return Note(f"warned:{step}", words("warned", step=step, when=when))


def _waiting(late: Waiting, words: Words) -> Fact:
    return Fact(words("waiting"), words("waiting_value", replies=late.replies, amount=late.cost))


def _short(late: Waiting, words: Words) -> Note:
    """Said once for each hour that people wait: the count goes on in the card's facts."""
    told = words("short", people=late.people, amount=late.price, time=late.people_since)
    return Note(f"short:{late.people_since // HOUR}", told)


def _opening(day: Day, words: Words) -> tuple[Button, ...]:
    """Opens the day where a limit keeps ordinary people waiting; and the way back."""
    if day.open_until is not None:
        return (Button(close_day.VERB.name, words("close_day"), day.date, "primary"),)
    if not day.limited or day.waiting is None:
        return ()
    counts = {"people": day.waiting.people, "amount": day.waiting.price, "total": day.left}
    text = words("open_day_text", **counts)
    confirm = Confirm(words("open_day_title"), text, words("yes_open_day"), words("no"))
    return (Button(open_day.VERB.name, words("open_day"), day.date, "plain", confirm),)
