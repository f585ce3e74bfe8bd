"""What anybody may see: a word on how a line is, in the association's own words. Pure.

No count and no sum stands here, nor since when anything is so: it is read by raiders, too.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from html import escape

from bridge.model import MINUTE, Micros
from bridge.raid.posture import GUARDED
from bridge.responses import Responses
from bridge.responses.rules import PublicState
from bridge.statuspage.frame import document, paragraph
from bridge.statuspage.languages import spoken
from bridge.statuspage.link import Refusal
from bridge.wording import Language, Words

LATE: Micros = 2 * MINUTE
"""What was received waits longer than this for its decision only where something is wrong."""


def state_of(posture: str, *, waiting: bool, behind: Micros, failing: bool) -> PublicState:
    """How a line is, in one word: the first that holds.

    `posture` as `status` tells it; `waiting`: people wait for money; `behind`: how long the oldest message
    has waited for its decision; `failing`: a half of a channel does not work.
    """
    if posture == "paused":
        return "paused"
    if posture in GUARDED:
        return "attacked"
    return "late" if waiting or behind > LATE or failing else "open"


def public_page(lines: Sequence[tuple[str, PublicState, Responses]], language: str, at: Micros) -> str:
    """The page of these lines: their names, how they are, and the rules that say it, as well as they can in a
    language."""
    first = lines[0][2]
    words = Words(spoken([language]), first.zone, "page", now=at)
    title = first.controller.name if first.controller else words("public_title")
    said = [part for name, state, rules in lines for part in _said(name, state, rules, language, words)]
    return document(words.language, title, "", [*said, paragraph("foot", words("seen_at", at=at))])


def _said(name: str, state: PublicState, rules: Responses, language: str, words: Words) -> Iterator[str]:
    said_in, text = rules.status_page.say.wording(state, language)
    yield f'<section class="public {state}">'
    if name:
        yield f"<h2>{escape(name)}</h2>"
    yield f'<p class="posture"><b class="badge {state}">{escape(words(f"public_{state}"))}</b></p>'
    yield f'<p class="say" lang="{escape(said_in)}" dir="auto">{escape(text)}</p></section>'


@cache
def refusal_page(language: Language, code: Refusal) -> str:
    """One plain sentence for whoever has no link, or one that opens nothing."""
    words = Words(language, room="page")
    return document(language, words("public_title"), "", [paragraph("say", words(code))])
