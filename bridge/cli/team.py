"""What the team can do, from the machine: any verb; and `rempart mutes` and `rempart why`."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from bridge.cli.terminal import put_json, put_line
from bridge.cli.tongue import language, moment
from bridge.clock import system_clock
from bridge.errors import Misconfigured
from bridge.heart.acts.verb import METERED, Verb
from bridge.model import Micros
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


async def show_mutes(*, as_json: bool, reveal: bool = False) -> None:
    """Prints the mutes in force, with numbers where they are asked for. Raises `RempartError`."""
    told = await ask_counter("mutes", {"reveal": reveal})
    mutes = told["mutes"]
    if as_json:
        put_json(mutes)
    elif mutes:
        _show(mutes, told["names"], told["zone"])
    else:
        put_line(_NOBODY[language()])


async def show_why(asked: str, *, as_json: bool, reveal: bool = False) -> None:
    """Prints why a sender, or a message, is held, muted or answered. Raises `RempartError`."""
    wanted = {"target": asked, "language": "en" if as_json else language(), "reveal": reveal}
    told = await ask_counter("why", wanted)
    if as_json:
        put_json(told)
    else:
        put_line(told["told"])
        if reveal:
            put_line(f"{told['sender']}: {told['address'] or _UNKNOWN[language()]}")


def length_of(written: str | None) -> Micros | None:
    """A length of time as people write it, by this machine's clock. Raises `Misconfigured`."""
    if written is None:
        return None
    try:
        return whole_length(written, system_clock(), datetime.now(UTC).astimezone().tzinfo or UTC)
    except NoLength as none:
        from bridge.wording import Words  # noqa: PLC0415 - only what is not understood is worded here

        raise Misconfigured(Words("en", room="command")(none.why)) from none


_NOBODY: Mapping[str, str] = {"en": "Nobody is muted.", "fr": "Personne n'est en sourdine."}
_UNKNOWN: Mapping[str, str] = {"en": "number not known", "fr": "numéro inconnu"}
_COLUMNS: Mapping[str, Sequence[str]] = {
    "en": ("sender", "until ({zone})", "by", "reason"),
    "fr": ("expéditeur", "jusqu'à ({zone})", "par", "raison"),
}
"""Here and not in the catalogues, which take longer to load than all the rest of this command."""


def _show(mutes: Sequence[Mapping[str, str]], names: Mapping[str, str], zone: str) -> None:
    from bridge.cli.sheet import Sheet, show  # noqa: PLC0415 - what is told in a sentence needs no table

    table = Sheet(*(one.format(zone=zone) for one in _COLUMNS[language()]))
    for mute in mutes:
        sender = " ".join(filter(None, (mute["sender"], mute.get("address"))))
        table.add_row(sender, moment(mute["until"], zone), names[mute["by"]], mute["reason"])
    show(table)
