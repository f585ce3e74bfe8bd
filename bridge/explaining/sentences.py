"""Why a sender is held, muted or answered, in one or two plain sentences. Pure.

From what is stored to words: never a number, never what somebody wrote, but for the reason that somebody of
the team gave for a mute.
"""

from bridge.explaining.known import Answered, ByHand, Known, Muting, Written
from bridge.model import (
    BY_BLOCK,
    BY_HAND,
    BY_MUTE,
    BY_STOP,
    DROPPED,
    ELSEWHERE,
    HOUR,
    NEVER_KNOWN,
    TAKEN_BACK,
    Micros,
    Progress,
    Verdict,
)
from bridge.reasons import Reason, Why, because
from bridge.wording import Words

_SOON: Micros = 12 * HOUR
"""What is due within this time is told without its day."""


def told(known: Known, reader: Words, now: Micros) -> str:
    """The sentences that explain it."""
    words = reader.within("why")
    if known.message is not None:
        sentences = _of_message(known, known.message, words, now)
    else:
        sentences = _of_sender(known, words, now)
        if known.by_hand is not None:
            sentences = *sentences[:1], _given(known.by_hand, words, now)
    return " ".join(filter(None, sentences))


def judged(known: Known, reader: Words) -> str:
    """The line that stands under a text: what its sender is taken for, and why."""
    words = reader.within("why")
    if known.verdict is not Verdict.ORDINARY:
        reasons = words.reasons(_gave_away(known))
        return words(f"judged_{known.verdict}", reasons=reasons)
    if known.raid is not None and known.raid.false_alarm:
        return words("judged_again", raid=known.raid.id)
    return words("judged_ordinary")


def _of_sender(known: Known, words: Words, now: Micros) -> tuple[str, ...]:
    who = _who(known, words)
    if known.stopped:
        return (words("stopped", who=who),)
    if known.blocked:
        return (words("blocked", who=who),)
    if known.muted is not None:
        return _muted(known.muted, who, words), _in_raid(known, words)
    if known.verdict is not Verdict.ORDINARY:
        return _in_raid(known, words) or _suspect(known, words), _since(known, words, now)
    if known.raid is not None and known.raid.false_alarm:
        cleared = words("cleared", who=who, raid=known.raid.id)
        return cleared, _since(known, words, now)
    return _of_ordinary(known, words, now)


def _of_ordinary(known: Known, words: Words, now: Micros) -> tuple[str, ...]:
    """What matters about somebody who looks like everybody else is what became of the reply."""
    who, newest, replied = _who(known, words), known.newest, known.replied
    if newest is None:
        return (words("nothing_yet", who=who),)
    if replied is None or replied.answered is None:
        return (_unanswered(newest, who, words),)
    later = "" if newest == replied else _newest(newest, words)
    word = _FIRST.get(replied.answered.progress)
    if word is None or replied.answered.dry:
        return words("ordinary", who=who), _reply(known, replied.answered, words, now)
    if replied.answered.paused and word == "waits":
        word = "waits_paused"
    return _filled(word, replied.answered, words, now, who=who), later


def _of_message(known: Known, message: Written, words: Words, now: Micros) -> tuple[str, ...]:
    who, at = _who(known, words), message.received_at
    if message.action is None:
        return (words("message_waits", who=who, at=at),)
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


def _about_message(word: str, reasons: tuple[Reason, ...], words: Words, **values: object) -> str:
    return words(f"message_{word}", reasons=words.reasons(reasons), **values)


def _unanswered(newest: Written, who: str, words: Words) -> str:
    if newest.action is None:
        return words("undecided", who=who)
    return words("unanswered", who=who, reasons=words.reasons(newest.reasons))


def _given(given: ByHand, words: Words, now: Micros) -> str:
    """Who of the team has answered them, and what has become of that."""
    word = _GIVEN.get(given.answered.progress, "by_hand_not_sent")
    return _filled(word, given.answered, words, now, by=given.by)


_GIVEN = {
    Progress.HELD: "by_hand_waits",
    Progress.SENDING: "by_hand_under_way",
    Progress.IN_DOUBT: "by_hand_under_way",
    Progress.ACCEPTED: "by_hand_sent",
    Progress.SENT: "by_hand_sent",
    Progress.DELIVERED: "by_hand_sent",
}


def _since(known: Known, words: Words, now: Micros) -> str:
    """What became of the newest reply; where there never was one, of the newest message."""
    if known.replied is not None and known.replied.answered is not None:
        return _reply(known, known.replied.answered, words, now)
    return _newest(known.newest, words) if known.newest else ""


def _newest(newest: Written, words: Words) -> str:
    if newest.action is None:
        return words("newest_waits")
    return words("newest_silent", reasons=words.reasons(newest.reasons))


def _muted(mute: Muting, who: str, words: Words) -> str:
    why = " ".join(mute.reason.split()).rstrip(".")
    word = "muted_because" if why else "muted"
    told = words(word, who=who, until=mute.until, by=mute.by, reason=why)
    return words("caught_by", rule=mute.rule, told=told) if mute.rule else told


def _in_raid(known: Known, words: Words) -> str:
    """That the sender takes part in a raid, or took; nothing where nobody says so."""
    raid = known.raid
    if raid is None or raid.false_alarm or known.verdict is not Verdict.RAIDER:
        return ""
    reasons = words.reasons(_gave_away(known))
    word = "takes_part" if raid.open else "took_part"
    return words(word, who=_who(known, words), raid=raid.id, reasons=reasons)


def _gave_away(known: Known) -> tuple[Reason, ...]:
    """Why the sender is judged so; a raid that was reopened knows no more than how it was seen."""
    return known.reasons or (known.raid.reasons if known.raid else ())


def _suspect(known: Known, words: Words) -> str:
    reasons = words.reasons(known.reasons)
    return words(f"looks_{known.verdict}", who=_who(known, words), reasons=reasons)


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
        why = _why_withdrawn(known, reply, words)
        if why:
            return words("reply_withdrawn_why", name=reply.name, reason=why)
    return _filled(word, reply, words, now)


def _word(reply: Answered) -> str:
    if reply.dry and reply.progress is Progress.HELD:
        return "reply_dry_held"
    if reply.rehearsed:
        return "reply_dry"
    if reply.kept_back and reply.dry:
        return "reply_dry_kept_back"
    if reply.kept_back:
        return "reply_kept_back" if reply.timely else "reply_too_late"
    if reply.progress is Progress.HELD:
        return "reply_paused" if reply.paused else "reply_held"
    return "reply_never_known" if reply.code == NEVER_KNOWN else _REPLY[reply.progress]


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


_WITHDRAWN = {BY_STOP: Why.HAS_STOPPED, BY_BLOCK: Why.HAS_BLOCKED, BY_MUTE: Why.MUTED}
_WITHDRAWN_BY_US = frozenset({BY_HAND, DROPPED, TAKEN_BACK, ELSEWHERE})


def _why_withdrawn(known: Known, reply: Answered, words: Words) -> str:
    """As it stands with the reply; older ones tell nothing, and then it is what still holds."""
    if reply.code in _WITHDRAWN_BY_US:
        return words(f"withdrawn_{reply.code}")
    why = _WITHDRAWN.get(reply.code or "")
    reason = because(why) if why is not None else _still_holds(known)
    return words.reason(reason) if reason is not None else ""


def _still_holds(known: Known) -> Reason | None:
    if known.stopped:
        return because(Why.HAS_STOPPED)
    if known.blocked:
        return because(Why.HAS_BLOCKED)
    return because(Why.MUTED) if known.muted is not None else None


def _filled(word: str, reply: Answered, words: Words, now: Micros, **values: object) -> str:
    due = _due(max(reply.due_at, now), words, now)
    at = reply.due_at if reply.sent_at is None else reply.sent_at
    told_of = {"name": reply.name, "channel": reply.channel, "code": reply.code or "-"}
    return words(word, due=due, at=at, **told_of, **values)


def _due(at: Micros, words: Words, now: Micros) -> str:
    if at - now < _SOON:
        return words.time(at)
    return words("on_a_day", at=at)


def _who(known: Known, words: Words) -> str:
    return known.handle or words("nameless")
