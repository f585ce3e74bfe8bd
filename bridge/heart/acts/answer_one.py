"""Somebody of the team answers one person by hand: with a reply of the rules, or in words of their own.

Whatever limits a reply limits this one too; that the person was answered lately, or looks like a raider, does
not: somebody has looked. What waits for them by itself is withdrawn, and what a raid keeps back, for nobody
is to hear the same twice.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import About, Verb
from bridge.heart.effects import Cancel, Effect, Hold
from bridge.model import BY_HAND, DAY, Event, Message
from bridge.moderation.targets import own_words
from bridge.noun import replace

if TYPE_CHECKING:
    from bridge.heart.case import Case
    from bridge.model import Reply
    from bridge.responses import Wording

LONGEST = 480
"""Characters of own words: three or four segments."""


def answer_one(case: ActCase) -> tuple[Effect, ...]:  # noqa: PLR0911 - what keeps it, each said
    """It leaves in two minutes at the earliest; until then it can be taken back."""
    newest = case.books.newest.get(case.event.id)
    if not case.senders or newest is None:
        return (case.told("refused", "answer_nobody"),)
    if any(row.waits and row.by_hand for row in case.books.replies(case.senders[0].id)):
        return (case.told("nothing", "answered_by_hand_already"),)
    own = own_words(case.act.says)
    if own is not None and not case.books.responses.organisers.may_write:
        return (case.told("refused", "answer_not_in_own_words"),)
    if own is not None and not 0 < len(own) <= LONGEST:
        return (case.told("refused", "answer_too_long", most=LONGEST),)
    letter = _letter(case, newest)
    said = _own(own, letter) if own is not None else _of_the_rules(case, letter)
    if said is None:
        known = ", ".join(rule.id for rule in case.books.responses.replies)
        return (case.told("refused", "answer_unknown", known=known),)
    name, wording = said
    if wording is None:
        return (case.told("refused", "answer_all_said", rule=name),)
    reply = letter.by_hand(case.event.id, name, wording)
    obstacle = _obstacle(letter, reply)
    if obstacle is not None:
        return (case.told("refused", f"answer_{obstacle}"),)
    told = case.told("done", "answered_by_hand", at=reply.due_at, amount=reply.price)
    return Cancel(reply.sender, BY_HAND, kept_back=True), Hold(reply), told


def _letter(case: ActCase, newest: Event) -> Case:
    """What the person wrote last, considered again as when it came."""
    from bridge.heart.case import Case  # noqa: PLC0415 - slow to load, and whoever names the verbs needs none

    (sender,), message = case.senders[:1], newest.what
    if not isinstance(message, Message):
        raise TypeError("only a message can be answered")
    then = replace(sender, messages=max(0, sender.messages - 1))
    return Case(case.books, newest, message, then, case.now)


def _own(words: str, letter: Case) -> tuple[str, Wording]:
    from bridge.responses import Wording  # noqa: PLC0415 - likewise

    digest = sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return VERB.name, Wording(letter.language, words, digest)


def _of_the_rules(case: ActCase, letter: Case) -> tuple[str, Wording | None] | None:
    """The reply that is named, or else the one that fits what was written; none where there is no such."""
    from bridge.responses import pick  # noqa: PLC0415 - likewise

    rules, named = case.books.responses, case.act.says
    fitting = [letter.choice[0] or rules.replies[0]]
    rule = next((one for one in (rules.replies if named else fitting) if not named or one.id == named), None)
    if rule is None:
        return None
    said = {one.wording for one in letter.said}
    chance = letter.random(f"by_hand:{case.event.id}")
    return rule.id, pick(rule, letter.language, rules.languages[0], said, chance)


def _obstacle(letter: Case, reply: Reply) -> str | None:  # noqa: PLR0911 - one a limit
    """Which limit forbids it."""
    from bridge import pot  # noqa: PLC0415 - likewise
    from bridge.heart.case import REPLIES_A_DAY  # noqa: PLC0415 - likewise

    books, sender, now = letter.books, letter.sender, letter.now
    left = [row.reply for row in books.replies(sender.id) if row.said and not row.waits]
    if sender.gone:
        return "gone"
    if sender.is_muted(now):
        return "muted"
    if books.paused(letter.channel, now):
        return "paused"
    if letter.reach.obstacle is not None or letter.price is None:
        return "out_of_reach"
    if letter.is_shut(reply.due_at):
        return "shut"
    if sum(reply.due_at - one.due_at < DAY for one in left) >= REPLIES_A_DAY:
        return "often"
    paid = pot.refusal(books.purse, reply.price, books.responses)
    theirs = pot.refusal_of_sender(left, reply.price, reply.due_at, books.responses)
    return "unpaid" if paid or theirs else None


VERB = Verb("answer_one", About.SENDER, answer_one, writes=True)
