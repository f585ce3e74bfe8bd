"""`rempart secret rotate`: a new key wraps the senders' keys; nobody is renamed."""

from pathlib import Path

from bridge.cli.speech import words
from bridge.cli.terminal import put_line
from bridge.environment import read_environment
from bridge.service.in_force import in_force
from bridge.service.lines import sites
from bridge.service.rotating import key_file, rotate
from bridge.settings import read_settings


async def rotate_secret(file: Path | None) -> None:
    """Does it, and says what to set. Raises `RempartError`."""
    environment = read_environment()
    settings = read_settings(environment)
    found = sites(in_force(settings).lines, environment, settings.database_url)
    databases = [site.database_url for site in found]
    done = await rotate(settings, databases, key_file(settings, environment, file))
    people = words().some("people", done.people)
    put_line(
        f"The keys of {people} are wrapped by a new key, in {done.file}. Set REMPART_KEY_FILE="
        f"{done.file.absolute()} (and no REMPART_KEY), keep a copy of that file, and start the service. "
        "Handles stay as they are, and so does REMPART_SECRET."
    )
    put_line(
        f"Copies made until now open with {done.before}: remove them together when they are too old."
        if done.before
        else "Copies made until now open with REMPART_SECRET alone, or with the key that was set."
    )
