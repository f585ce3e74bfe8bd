"""A copy of a PostgreSQL database, as of one instant, by the server's own tool."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.engine import URL

from bridge.errors import Misconfigured, RempartError, StoreUnusable
from bridge.store.engine.connecting import schema_of, without_password
from bridge.text.shown import in_one_line

TOOL = "pg_dump"

_LONGEST = 6 * 3600  # seconds
_BEGIN = b"PGDMP"
"""How a dump in the format that pg_restore reads begins."""


def dump(url: URL, target: Path, without: Sequence[str] = ()) -> None:
    """Copies the database to `target`, also while services run, but for the schemas `without`. Raises
    `RempartError`."""
    if os.path.lexists(target):
        raise Misconfigured(f"{target} exists already: choose a new file.")
    tool = shutil.which(TOOL)
    if tool is None:
        raise RempartError(
            f"There is no {TOOL} here: install the client of the server's release "
            "(Debian: postgresql-client), or copy the database by the server's own means."
        )
    unfinished = target.with_name(target.name + ".part")
    try:
        unfinished.unlink(missing_ok=True)
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        _write(tool, url, unfinished, without)
        unfinished.rename(target)
    except OSError as error:
        raise StoreUnusable(f"The copy could not be made: {error.strerror}.") from error
    finally:
        unfinished.unlink(missing_ok=True)


def _write(tool: str, url: URL, file: Path, without: Sequence[str]) -> None:
    """The password goes where no list of processes shows it."""
    schema, password = schema_of(url), url.password or url.query.get("password")
    plain = without_password(url).set(drivername="postgresql").difference_update_query(["search_path"])
    words = [tool, "--format=custom", "--no-owner", "--no-privileges", f"--file={file}"]
    words += [f"--schema={schema}"] if schema else [f"--exclude-schema={one}" for one in without]
    words += [f"--dbname={plain.render_as_string(hide_password=False)}", "--no-password"]
    secret = {"PGPASSWORD": str(password)} if password else {}
    try:
        done = subprocess.run(  # noqa: S603 - the words are ours
            words, env={**os.environ, **secret}, capture_output=True, text=True, timeout=_LONGEST, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise StoreUnusable(f"{TOOL} took too long.") from error
    if done.returncode != 0 or not _is_dump(file):
        said = (done.stderr.strip().splitlines() or ["it gave no reason"])[-1]
        raise StoreUnusable(f"{TOOL} failed: {in_one_line(said)}")


def _is_dump(file: Path) -> bool:
    with file.open("rb") as written:
        return written.read(len(_BEGIN)) == _BEGIN
