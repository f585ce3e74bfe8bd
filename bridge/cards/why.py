"""Why a sender is held, muted or answered, in one or two plain sentences. Pure.

From what is stored to words: never a number, never what somebody wrote, but for the reason that somebody of
the team gave for a mute.
"""

from bridge.cards.reasons import joined, reason
from bridge.cards.why_words import phrase
from bridge.cards.words import Words
from bridge.model import HOUR, Micros, Progress, Verdict
from bridge.views import Answered, Known, Muting, Written

_SOON: Micros = 12 * HOUR
"""What is due within this time is told without its day."""


def told(known: Known, words: Words, now: Micros) -> str:
    """The sentences that explain it."""
    if known.message is not None:
        sentences = _of_message(known, known.message, words, now)
    else:
        sentences = _of_sender(known, words, now)
    return " ".join(filter(None, sentences))


def judged(known: Known, words: Words) -> str:
    """The line that stands under a text: what its sender is taken for, and why."""
    if known.verdict is not Verdict.ORDINARY:
        reasons = joined(_gave_away(known), words.language)
        return phrase(words, f"judged_{known.verdict}", reasons=reasons)
    if known.raid is not None and known.raid.false_alarm:
        return phrase(words, "judged_again", raid=known.raid.id)
    return phrase(words, "judged_ordinary")


def unknown(words: Words) -> str:
    """What is told when nobody and nothing is known by what was asked."""
    return phrase(words, "unknown")


def unknown_sender(words: Words) -> str:
    """The same where only a sender may be asked about."""
    return phrase(words, "unknown_sender")


def several(words: Words) -> str:
    """What is told when the beginning of an id fits several messages."""
    return phrase(words, "several")


def _of_sender(known: Known, words: Words, now: Micros) -> tuple[str, ...]:
    who = _who(known, words)
    if known.stopped:
        return (phrase(words, "stopped", who=who),)
    if known.muted is not None:
        return _muted(known.muted, who, words), _in_raid(known, words)
    if known.verdict is not Verdict.ORDINARY:
        return _in_raid(known, words) or _suspect(known, words), _since(known, words, now)
    if known.raid is not None and known.raid.false_alarm:
        cleared = phrase(words, "cleared", who=who, raid=known.raid.id)
        return cleared, _since(known, words, now)
    return _of_ordinary(known, words, now)


def _of_ordinary(known: Known, words: Words, now: Micros) -> tuple[str, ...]:
    """What matters about somebody who looks like everybody else is what became of the reply."""
    who, newest, replied = _who(known, words), known.newest, known.replied
    if newest is None:
        return (phrase(words, "nothing_yet", who=who),)
    if replied is None or replied.answered is None:
        return (_unanswered(newest, who, words),)
    later = "" if newest == replied else _newest(newest, words)
    word = _FIRST.get(replied.answered.progress)
    if word is None:
        return phrase(words, "ordinary", who=who), _reply(known, replied.answered, words, now)
    if replied.answered.paused and word == "waits":
        word = "waits_paused"
    return _filled(word, replied.answered, words, now, who=who), later


def _of_message(known: Known, message: Written, words: Words, now: Micros) -> tuple[str, ...]:
    who, at = _who(known, words), words.moment(message.received_at)
    if message.action is None:
        return (phrase(words, "message_waits", who=who, at=at),)
    reply, raid = message.answered, known.raid
    if reply is None:
        return (_about_message("silent", message.reasons, words, who=who, at=at),)
    what = {"who": who, "at": at, "name": reply.name}
    if (
        reply.kept_back and raid is not None and known.reasons
    ):  # what gave the sender away may have come later
        head = _about_message("in_raid", known.reasons, words, raid=raid.id, **what)
    else:
        head = _about_message(message.action, message.reasons, words, **what)
    return head, _reply(known, reply, words, now)


def _about_message(word: str, reasons: tuple[str, ...], words: Words, **values: str) -> str:
    return phrase(words, f"message_{word}", reasons=joined(reasons, words.language), **values)


def _unanswered(newest: Written, who: str, words: Words) -> str:
    if newest.action is None:
        return phrase(words, "undecided", who=who)
    return phrase(words, "unanswered", who=who, reasons=joined(newest.reasons, words.language))


def _since(known: Known, words: Words, now: Micros) -> str:
    """What became of the newest reply; where there never was one, of the newest message."""
    if known.replied is not None and known.replied.answered is not None:
        return _reply(known, known.replied.answered, words, now)
    return _newest(known.newest, words) if known.newest else ""


def _newest(newest: Written, words: Words) -> str:
    if newest.action is None:
        return phrase(words, "newest_waits")
    return phrase(words, "newest_silent", reasons=joined(newest.reasons, words.language))


def _muted(mute: Muting, who: str, words: Words) -> str:
    why = " ".join(mute.reason.split()).rstrip(".")
    word = "muted_because" if why else "muted"
    return phrase(words, word, who=who, until=words.moment(mute.until), by=mute.by, reason=why)


def _in_raid(known: Known, words: Words) -> str:
    """That the sender takes part in a raid, or took; nothing where nobody says so."""
    raid = known.raid
    if raid is None or raid.false_alarm or known.verdict is not Verdict.RAIDER:
        return ""
    reasons = joined(_gave_away(known), words.language)
    word = "takes_part" if raid.open else "took_part"
    return phrase(words, word, who=_who(known, words), raid=raid.id, reasons=reasons)


def _gave_away(known: Known) -> tuple[str, ...]:
    """Why the sender is judged so; a raid that was reopened knows no more than how it was seen."""
    return known.reasons or (known.raid.reasons if known.raid else ())


def _suspect(known: Known, words: Words) -> str:
    reasons = joined(known.reasons, words.language)
    return phrase(words, f"looks_{known.verdict}", who=_who(known, words), reasons=reasons)


_FIRST = {
    Progress.HELD: "waits",
    Progress.ACCEPTED: "was_answered",
    Progress.SENT: "was_answered",
    Progress.DELIVERED: "was_answered",
}
"""What of a reply is told in the sentence about its ordinary sender; of the rest there is a sentence more."""


def _reply(known: Known, reply: Answered, words: Words, now: Micros) -> str:
    """How far a reply has come."""
    word = _word(reply)
    if word == "reply_withdrawn":
        why = _why_withdrawn(known)
        if why is not None:
            return phrase(words, "reply_withdrawn_why", name=reply.name, reason=reason(why, words.language))
    return _filled(word, reply, words, now)


def _word(reply: Answered) -> str:
    if reply.kept_back:
        return "reply_kept_back" if reply.timely else "reply_too_late"
    if reply.progress is Progress.HELD:
        return "reply_paused" if reply.paused else "reply_held"
    return _REPLY[reply.progress]


_REPLY = {
    Progress.SENDING: "reply_sending",
    Progress.IN_DOUBT: "reply_in_doubt",
    Progress.ACCEPTED: "reply_sent",
    Progress.SENT: "reply_sent",
    Progress.DELIVERED: "reply_sent",
    Progress.FAILED: "reply_failed",
    Progress.CANCELLED: "reply_withdrawn",
    Progress.EXPIRED: "reply_expired",
}


def _why_withdrawn(known: Known) -> str | None:
    """As far as it still holds: what is over is not remembered with the reply."""
    if known.stopped:
        return "the sender has asked us to stop"
    return "muted by the team" if known.muted is not None else None


def _filled(word: str, reply: Answered, words: Words, now: Micros, **values: str) -> str:
    due = _due(max(reply.due_at, now), words, now)
    at = words.moment(reply.due_at if reply.sent_at is None else reply.sent_at)
    told_of = {"name": reply.name, "channel": reply.channel, "code": reply.code or "-"}
    return phrase(words, word, due=due, at=at, **told_of, **values)


def _due(at: Micros, words: Words, now: Micros) -> str:
    if at - now < _SOON:
        return words.time(at)
    return phrase(words, "on_a_day", at=words.moment(at))


def _who(known: Known, words: Words) -> str:
    return known.handle or phrase(words, "nameless")
