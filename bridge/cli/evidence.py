"""`rempart evidence`: exports a dossier, checks one, pins the log, shows the key that it is signed with."""

from hashlib import file_digest
from pathlib import Path
from time import monotonic

from bridge.cli.speech import words
from bridge.cli.terminal import put_json, put_line, put_lines
from bridge.clock import parse_iso
from bridge.environment import read_environment
from bridge.errors import Misconfigured, RempartError
from bridge.observability import configure_logging
from bridge.service.asking import ask_counter
from bridge.service.evidence import Asked
from bridge.service.evidence import export as made_by

_SELDOM = 2.0
"""Seconds between two lines about progress."""

_USAGE = (
    "Say what the dossier is about: --raid ID, or --since TIME and --until TIME, or --sender NAME "
    "(alone, or with both times)."
)


async def export(
    out: Path,
    *,
    raid: str | None,
    since: str | None,
    until: str | None,
    sender: str | None,
    asked_by: str | None,
    compare: bool,
    media: bool,
    encrypt_to: list[str],
    as_json: bool,
) -> int:
    """Writes the file, and says what is in it; returns the exit status. Raises `RempartError`."""
    period = since is not None or until is not None
    if (raid is not None) + (sender is not None) + (period and sender is None) != 1:
        raise Misconfigured(_USAGE)
    if period and (since is None or until is None):
        raise Misconfigured("A time needs its begin and its end: give both --since and --until.")
    begin, end = (None if one is None else parse_iso(one) for one in (since, until))
    if begin is not None and end is not None and begin >= end:
        raise Misconfigured("--since must lie before --until.")
    configure_logging()
    asked = Asked(raid, begin, end, sender, asked_by, compare, tuple(encrypt_to), media)
    made, file = await made_by(read_environment(), asked, out, _Progress())
    plain, digest = made.plain, _digest(file) if encrypt_to else made.digest
    if as_json:
        put_json({"file": str(file), "sha256": digest, "sha256_of_zip": made.digest, **plain})
    else:
        put_line(
            f"{file}: {words().some('messages', plain['messages'])} of "
            f"{words().some('senders', plain['senders'])}, proved against a log of "
            f"{words().some('entries', plain['log_size'])}. SHA-256: {digest}. "
            f"{_checking(made.digest if encrypt_to else None)}"
        )
        if plain["erased"]:
            erased = words().some("entries", plain["erased"])
            put_line(f"Of people who were forgotten, so that nobody can open it: {erased}.")
        if media:
            told = plain["media"]
            put_line(
                f"Photos and files: {told['fetched']:,} of {told['known']:,} fetched, {told['failed']:,} "
                "could not be had. They are hostile: open none of them on a machine that matters."
            )
    if made.altered:
        places = ", ".join(map(str, made.altered[:10]))
        entries = words().some("entries", len(made.altered))
        raise RempartError(
            f"No longer what the log holds, and left out: {entries} (at place {places}). "
            "The database was altered; the report says so."
        )
    return 0


def _checking(within: str | None) -> str:
    """How it is checked; `within`: the digest of the ZIP in an encrypted one."""
    if within is None:
        return "Check it with `rempart evidence verify`."
    return f"That of the ZIP in it: {within}. Decrypt it, then check it with `rempart evidence verify`."


def _digest(file: Path) -> str:
    with file.open("rb") as read:
        return file_digest(read, "sha256").hexdigest()


def verify(file: Path, *, against: Path | None, head: Path | None, key: Path | None, as_json: bool) -> int:
    """Prints what of a dossier is as it was made; returns the exit status."""
    from bridge.dossier.checking import NONE, check  # noqa: PLC0415 - nothing else of the house is needed

    status, lines = check(file, against=against, head=head, key=key)
    if as_json:
        put_json({"status": status, "told": lines})
    if status == NONE:
        put_line(lines[0], error=True)
    elif not as_json:
        for line in lines:
            put_line(line)
    return status


async def pin(*, as_json: bool) -> None:
    """Pins the log's head now, and prints it as a signed note. Raises `RempartError`."""
    told = await ask_counter("pin", {"why": "asked"})
    if as_json:
        put_json(told)
    else:
        put_lines(told["note"].removesuffix("\n").split("\n"))


async def key(*, as_json: bool) -> None:
    """Prints the public key that the log is signed with. Raises `RempartError`."""
    from bridge.evidence.signing import Signer  # noqa: PLC0415 - only this needs it
    from bridge.settings import read_settings  # noqa: PLC0415 - likewise

    public = Signer(read_settings(read_environment()).keys().evidence).key.hex()
    if as_json:
        put_json({"key": public})
    else:
        put_line(public)


class _Progress:
    """A line every two seconds, on standard error."""

    def __init__(self) -> None:
        self._said_at = monotonic()

    def __call__(self, done: int, of: int) -> None:
        if monotonic() - self._said_at >= _SELDOM:
            self._said_at = monotonic()
            put_line(f"{done:,} of {words().some('entries', of)} written.", error=True)
