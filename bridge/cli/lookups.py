"""`rempart mutes` and `rempart why`, as they are told."""

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.cli.terminal import put_json, put_line
from bridge.cli.tongue import language, moment


def show_mutes(told: Mapping[str, Any], *, as_json: bool) -> int:
    """Prints the mutes in force, with numbers where they were asked for. Raises `RempartError`."""
    mutes = told["mutes"]
    if as_json:
        put_json(mutes)
    elif mutes:
        _show(mutes, told["names"], told["zone"])
    else:
        put_line(_NOBODY[language()])
    return 0


def show_why(told: Mapping[str, Any], *, as_json: bool) -> int:
    """Prints why a sender, or a message, is held, muted or answered. Raises `RempartError`."""
    if as_json:
        put_json(told)
    else:
        put_line(told["told"])
        if "address" in told:
            put_line(f"{told['sender']}: {told['address'] or _UNKNOWN[language()]}")
    return 0


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
