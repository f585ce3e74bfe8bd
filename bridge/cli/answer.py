"""`rempart answer`: one person by hand, or a group of the doubtful."""

from bridge.cli.team import act
from bridge.errors import Misconfigured
from bridge.heart.acts import answer, answer_one
from bridge.moderation.targets import in_own_words, read_group


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
