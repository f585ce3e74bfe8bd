"""`rempart doubtful` and `answer`: who waits because they are doubted, and who is answered by hand."""

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.cli.sheet import Sheet, show
from bridge.cli.speech import words
from bridge.cli.team import act
from bridge.cli.terminal import put_json, put_line
from bridge.cli.tongue import reader
from bridge.errors import Misconfigured
from bridge.heart.acts import answer, answer_one, unchoose
from bridge.moderation.targets import in_own_words, read_group
from bridge.service.asking import ask_counter
from bridge.text.shown import plain

_LONGEST_TEXT = 80


async def doubtful(*, undo: str | None, as_json: bool) -> int:
    """Prints the groups, or takes an act back; returns the exit status. Raises `RempartError`."""
    if undo is not None:
        return await act(unchoose.VERB, undo, as_json=as_json)
    told = await ask_counter("doubtful", reader(as_json=as_json))
    if as_json:
        put_json(told)
    elif told["doubtful"]:
        show(_table(told["doubtful"]))
    else:
        put_line("Nobody doubtful waits.")
    for one in [] if as_json else told["undo"]:
        put_line(f"{one['told']} Undo: rempart doubtful --undo {one['act']}")
    return 0


def _table(groups: Sequence[Mapping[str, Any]]) -> Sheet:
    table = Sheet("group", "people", "euros", "one of them wrote")
    for one in groups:
        text = " ".join(plain(one["text"]).split())
        table.add_row(one["group"], str(one["people"]), words().euros(one["euros"]), text[:_LONGEST_TEXT])
    return table


async def answer_whom(target: str, reply: str | None, *, say: str | None, reason: str) -> int:
    """Does it, and says what came of it; returns the exit status. Raises `RempartError`."""
    if read_group(target) is not None:
        if reply is not None or say is not None:
            raise Misconfigured("A group is answered as the rules say: leave out what follows it.")
        return await act(answer.VERB, target)
    if reply is not None and say is not None:
        raise Misconfigured("Name a reply of the rules, or write own words with --say: not both.")
    says = in_own_words(say) if say is not None else (reply or "").lower()
    return await act(answer_one.VERB, target, reason=reason, says=says)
