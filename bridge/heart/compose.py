"""From a case that passed every gate to the reply: wording, text, segments, price."""

from functools import lru_cache
from hashlib import blake2b

from bridge.heart.case import Case
from bridge.heart.gates import TOO_LATE
from bridge.model import NOTICE, Ask, Reply, ReplyId
from bridge.responses import Rule, Wording, fill, pick, values
from bridge.text.segments import measure


def compose(case: Case, rule: Rule) -> Reply | None:
    """The reply, or `None` when every wording has been said to this sender."""
    wording = _wording(case, rule)
    if wording is None:
        return None
    text = _filled(case, wording)
    segments = _size(text).segments
    return Reply(
        id=reply_id(case),
        event=case.event.id,
        sender=case.sender.id,
        channel=case.message.channel,
        line=case.message.line,
        name=rule.id,
        language=wording.language,
        text=text,
        segments=segments,
        price=segments * (case.price or 0),
        due_at=case.due_at,
        expires_at=max(case.message.at + TOO_LATE, case.due_at + 1),
        lane=case.lane,
        wording=wording.digest,
    )


def explain(case: Case, about: Ask) -> Reply:
    """What a channel says about itself, at once: whoever asks is waiting for it."""
    language, text = case.books.responses.notices.wording(about, case.language)
    return Reply(
        id=reply_id(case),
        event=case.event.id,
        sender=case.sender.id,
        channel=case.message.channel,
        line=case.message.line,
        name=about,
        language=language,
        text=text,
        segments=_size(text).segments,
        price=0,
        due_at=case.now,
        expires_at=case.now + TOO_LATE,
        wording=NOTICE,
    )


def reply_id(case: Case) -> ReplyId:
    """Made from the event: answering it twice would be the same reply."""
    return ReplyId(blake2b(f"reply:{case.event.id}".encode(), digest_size=16).hexdigest())


_size = lru_cache(maxsize=1024)(measure)  # wordings are few, and measuring takes longer than all the rest


def _filled(case: Case, wording: Wording) -> str:
    if "$" not in wording.text:
        return wording.text
    zone = case.books.responses.zone
    return fill(wording, values(case.message.line, case.due_at, zone, wording.language))


def _wording(case: Case, rule: Rule) -> Wording | None:
    already = {said.wording for said in case.said}
    default = case.books.responses.languages[0]
    return pick(rule, case.language, default, already, case.random("wording"))
