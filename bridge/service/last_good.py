"""The last good rules, kept beside the database: a service starts with them when its rules file is broken.

The copy is the file as it was accepted, and one line more, which tells that it is whole and whose it is. So a
person can put it in the file's place as it stands; and what is damaged, or was kept for another database, is
never taken for the rules of this one.
"""

import os
import re
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from bridge.errors import Misconfigured
from bridge.noun import Noun
from bridge.responses.load import MAX_BYTES, shipped
from bridge.service.place import LAST_GOOD, last_good_path
from bridge.store.engine.belonging import identity_at_rest
from bridge.store.engine.connecting import database_file, parse_url, without_password
from bridge.store.engine.files import beside, open_privately

_FORM = 1
_LAST_LINE = re.compile(
    rb"\n# kept by rempart, form (\d+), of (\S+), (own|shipped) rules, sha256 ([0-9a-f]{64})\n\Z"
)
_LONGEST_LAST_LINE = 1024


class Kept(Noun):
    """Rules as they were accepted."""

    source: bytes
    own: bool = True
    """Whether they are the team's own, and not those that come with Rempart."""


def place_of(database_url: str, rules: Path) -> Path:
    """Where the copy stands: beside a SQLite file; of a server's database, beside the rules file.

    Raises `Misconfigured` where the URL names no database.
    """
    file = database_file(parse_url(database_url))
    if file is not None:
        return last_good_path(file)
    own = Path("responses.yaml") if rules == shipped() else rules
    return own.absolute().with_name(f".{own.stem}-{_digest_of(database_url)[:8]}{LAST_GOOD}")


def owner_at_rest(database_url: str) -> str | None:
    """Whose the copy must be; `None` where the database is not there, or cannot tell."""
    file = database_file(parse_url(database_url))
    return _digest_of(database_url) if file is None else identity_at_rest(file)


def owner(database_url: str, identity: str | None) -> str:
    """The same of a database that is open: a file tells who it is, a server's is known by its address."""
    file = database_file(parse_url(database_url))
    return _digest_of(database_url) if file is None else identity or ""


def keep(path: Path, kept: Kept, owner: str) -> None:
    """Keeps rules for good when it returns, closed to other users; no reader ever sees half of them.

    Raises `OSError`.
    """
    written = _written(kept, owner)
    with suppress(OSError):
        if path.read_bytes() == written:
            return
    fresh = beside(path, ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(open_privately(fresh), "wb") as file:
        file.write(written)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def kept_rules(path: Path, owner: str | None) -> Kept | None:
    """What was kept; `None` where nothing ever was. Raises `Misconfigured` where it will not do."""
    try:
        with path.open("rb") as file:
            written = file.read(MAX_BYTES + _LONGEST_LAST_LINE)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Misconfigured(f"The last good rules in {path} cannot be read ({error.strerror}).") from error
    last = _LAST_LINE.search(written)
    if last is None or int(last[1]) != _FORM:
        raise Misconfigured(f"The last good rules in {path} are damaged, or of another release.")
    kept = Kept(written[: last.start()], own=last[3] == b"own")
    if written != _written(kept, last[2].decode()):
        raise Misconfigured(f"The last good rules in {path} are damaged.")
    if last[2].decode() != owner:
        raise Misconfigured(f"The last good rules in {path} belong to another database.")
    return kept


def _written(kept: Kept, owner: str) -> bytes:
    whose = "own" if kept.own else "shipped"
    digest = sha256(f"{_FORM} {owner} {whose}\n".encode() + kept.source).hexdigest()
    return (
        kept.source
        + f"\n# kept by rempart, form {_FORM}, of {owner}, {whose} rules, sha256 {digest}\n".encode()
    )


def _digest_of(database_url: str) -> str:
    """By the address without the password, which may change."""
    url = parse_url(database_url)
    return sha256(without_password(url).render_as_string().encode()).hexdigest()[:32]
