"""`rempart campaign`: what a raid is known by goes to other teams as a signed file, and comes from them."""

import asyncio
import os
import stat
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bridge.cli.sheet import Sheet, show
from bridge.cli.speech import words
from bridge.cli.team import act
from bridge.cli.terminal import put_json, put_line
from bridge.cli.tongue import moment, reader
from bridge.errors import Misconfigured
from bridge.heart.acts import unheed_campaign
from bridge.raid.tidings import LARGEST, NotTidings, Tidings
from bridge.service.asking import ask_counter
from bridge.service.telling import described

_WRONG = {
    "no_tidings": "is no campaign file: ask the team for one that `rempart campaign export` wrote.",
    "newer_tidings": "is a campaign file of a newer kind: update Rempart, and import it again.",
    "forged_tidings": "is not as it was signed: it was altered, or made up; ask the team for it again.",
}
_FEWEST_DIGITS = 16
"""Of a key that somebody has compared: so many cannot be met by trying."""


async def export(raid: str, out: Path, *, teller: str | None, as_json: bool) -> None:
    """Writes the file, and says what is in it. Raises `RempartError`."""
    _look_for_room(out)
    told = dict(
        await ask_counter("tell_campaign", {"raid": raid, "teller": teller, **reader(as_json=as_json)})
    )
    _write(out, str(told.pop("file")))
    if as_json:
        put_json({"file": str(out), **told})
        return
    pastes = words().some("pastes", told["pastes"])
    put_line(
        f"{out}: fingerprints of {pastes} of raid {told['raid']}, no text and no number, good "
        f"until {told['good_until']}, signed with the key {told['key']}."
    )
    put_line(
        "Hand it to teams that you trust, and to nobody else: whoever has it can try out whether a text that "
        "they think of was pasted. Tell them the key by another way, such as a call."
    )


async def take_in(file: Path, *, length: str | None, key: str | None, yes: bool, as_json: bool) -> int:
    """Shows what is in a file, and lets it count once somebody has confirmed the key; returns the exit
    status. Raises `RempartError`."""
    told = _read(file)
    if not as_json:
        _introduce(told, [one for one in await _standing() if one["key"] == told.key.hex()])
    if not yes and not await _confirmed(told, key):
        put_line(
            "Nothing was imported: compare the key with the team by another way, then run this again with "
            f"--key {told.key.hex()}.",
            error=True,
        )
        return 1
    done = await ask_counter(
        "heed_campaign", {"file": told.note, "length": length, **reader(as_json=as_json)}
    )
    failed = done["outcome"] == "refused"
    if as_json:
        put_json({**described(told), "outcome": done["outcome"], "told": done["told"]})
    else:
        put_line(done["told"], error=failed)
        if done["outcome"] == "done":
            put_line(f"Undo: rempart campaign forget {told.name}")
    return 1 if failed else 0


async def forget(name: str) -> int:
    """Lets it count no more; returns the exit status. Raises `RempartError`."""
    meant = {one["campaign"] for one in await _standing() if name in (one["campaign"], one["raid"])}
    if len(meant) != 1:
        raise Misconfigured("No such campaign counts here: `rempart campaign list` names those that do.")
    return await act(unheed_campaign.VERB, meant.pop())


async def show_list(*, as_json: bool) -> None:
    """Prints what other teams told and counts. Raises `RempartError`."""
    answer = await ask_counter("campaigns", reader(as_json=as_json))
    standing, zone = answer["campaigns"], answer["zone"]
    if as_json:
        put_json(standing)
    elif standing:
        table = Sheet("campaign", "told by", "seen", "pastes", "counts until", "imported", "by")
        for one in standing:
            seen, until, imported = (moment(one[at], zone) for at in ("seen_at", "until", "imported_at"))
            told = one["campaign"], one["teller"], seen, one["pastes"], until, imported
            table.add_row(*told, one["by"])
        show(table)
    else:
        put_line("No other team has told of a raid, or nothing of it counts any more.")


async def _standing() -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = (await ask_counter("campaigns"))["campaigns"]
    return found


def _read(file: Path) -> Tidings:
    """Raises `Misconfigured` with one sentence, whatever stands in it."""
    try:
        return Tidings.read(_content(file))
    except NotTidings as none:
        raise Misconfigured(f"{file} {_WRONG[none.code]}") from None
    except UnicodeDecodeError:
        raise Misconfigured(f"{file} {_WRONG['no_tidings']}") from None
    except (OSError, ValueError) as error:
        raise Misconfigured(f"{file} cannot be read: name the file that the team sent.") from error


def _content(file: Path) -> str:
    """No more than a byte beyond what any such file has, and of nothing but a file."""
    if not stat.S_ISREG(file.stat().st_mode):
        raise OSError("not a file")
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1).decode("utf-8")


def _introduce(told: Tidings, known: Sequence[Mapping[str, Any]]) -> None:
    shown = described(told)
    put_line(
        f"{shown['teller']} (its own word) tells of a raid seen at {shown['seen_at']}: fingerprints of "
        f"{words().some('pastes', shown['pastes'])}, good until {shown['good_until']}."
    )
    put_line(f"Signed with the key {shown['key']}.")
    if known:
        put_line(f"You have imported from that key before: {known[0]['campaign']}.")
    else:
        put_line(
            "You have not imported from that key yet: ask the team what `rempart evidence key` shows them."
        )


async def _confirmed(told: Tidings, key: str | None) -> bool:
    """By the key that somebody has compared, or by a person who reads it."""
    if key is not None:
        digits = "".join(key.split()).lower()
        return len(digits) >= _FEWEST_DIGITS and told.key.hex().startswith(digits)
    put_line("Is it theirs? Write y to let it count; anything else does nothing.", error=True)
    answer = await asyncio.to_thread(sys.stdin.readline)
    return answer.strip().lower() in {"y", "yes", "o", "oui"}


def _look_for_room(out: Path) -> None:
    """Raises `Misconfigured`: nothing that is there is written over."""
    if out.exists():
        raise Misconfigured(f"{out} is there already: name another file with --out.")


def _write(out: Path, text: str) -> None:
    """Readable by its owner alone. Raises `Misconfigured` where it cannot be."""
    try:
        with os.fdopen(
            os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(text)
    except OSError as error:
        raise Misconfigured(f"{out} cannot be written ({error.strerror}): choose another place.") from error
