"""What the team can do, from the machine: any verb."""

from datetime import UTC

from bridge.cli.terminal import put_json, put_line
from bridge.cli.tongue import language
from bridge.clock import system_clock
from bridge.errors import Misconfigured
from bridge.heart.acts.verb import METERED, Verb
from bridge.moderation.lengths import NoLength, whole_length
from bridge.service.asking import ask_counter


async def act(
    verb: Verb,
    target: str = METERED,
    *,
    length: str | None = None,
    reason: str = "",
    says: str = "",
    as_json: bool = False,
) -> int:
    """Does it, says what came of it, and returns the exit status. Raises `RempartError`."""
    asked = {"verb": verb.name, "target": target, "length": length, "reason": reason, "says": says}
    asked |= {"language": language()}
    told = await ask_counter("act", asked)
    failed = told["outcome"] == "refused"
    if as_json:
        put_json(told)
    else:
        put_line(told["told"], error=failed)
    return 1 if failed else 0


def insist_on_length(written: str | None) -> None:
    """What is no length of time is said at once; whoever does what is asked reads it, by the clock of the
    rules, and knows what is past. Raises `Misconfigured`."""
    if written is None:
        return
    try:
        whole_length(written, system_clock(), UTC)
    except NoLength as none:
        if none.why == "past":
            return
        from bridge.wording import Words  # noqa: PLC0415 - only what is not understood is worded here

        raise Misconfigured(Words("en", room="command")(none.why)) from none
