"""The service itself reaches somebody of the team outside the room: the last resort, where nobody is on it.

It costs what a reply costs, and is paid out of what is kept for receiving: it must not wait for its turn.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import ITSELF, About, Right, Verb
from bridge.heart.effects import Effect, Hold
from bridge.model import FIRST, HOUR, SUMMONS, Reply, ReplyId, Sender
from bridge.moderation.targets import ByAddress, read_target

if TYPE_CHECKING:
    from bridge.model import Act, MicroEuros
    from bridge.responses import Responses

A_DAY = 3
"""How many of these leave in 24 hours at most."""


def _is_itself(act: Act, _responses: Responses) -> bool:
    return act.channel == ITSELF


def call_out(case: ActCase) -> tuple[Effect, ...]:
    """Whoever wants nothing from us gets nothing, whatever the list says."""
    target, senders = read_target(case.act.target), case.senders
    if not isinstance(target, ByAddress) or len(senders) != 1:
        return (case.told("refused", "unknown_target"),)
    price = _price(case, target)
    if price is None or senders[0].gone:
        return (case.told("refused", "not_called_out"),)
    return Hold(_reply(case, target, senders[0], price)), case.told("done", "called_out")


def _price(case: ActCase, target: ByAddress) -> MicroEuros | None:
    """What a segment costs; nothing on a channel that charges nothing, `None` where nobody knows."""
    from bridge.heart.case import price_to  # noqa: PLC0415 - slow to load, and whoever only names the verbs needs none

    return price_to(case.books, target.channel, target.address, case.now)


def _reply(case: ActCase, target: ByAddress, sender: Sender, price: MicroEuros) -> Reply:
    from bridge.text.segments import measure  # noqa: PLC0415 - likewise

    segments = measure(case.act.reason).segments
    return Reply(
        id=ReplyId(blake2b(f"reply:{case.event.id}".encode(), digest_size=16).hexdigest()),
        event=case.event.id,
        sender=sender.id,
        channel=target.channel,
        line="",
        name=VERB.name,
        language="",
        text=case.act.reason,
        segments=segments,
        price=segments * price,
        due_at=case.now,
        expires_at=case.now + HOUR,
        rank=FIRST,
        wording=SUMMONS,
    )


VERB = Verb("call_out", About.SENDER, call_out, Right(_is_itself, "refused_itself", of_people=False))
