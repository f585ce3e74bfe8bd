"""Who keeps the service running: systemd, by the unit of this folder, or nobody that we know of."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from bridge.errors import RempartError
from bridge.noun import Noun
from bridge.settings import Settings

_UNIT = "rempart"
_PATIENCE = 60  # seconds for a start or a stop
_READY = 90.0
"""Seconds within which a service is ready, also after a migration."""

_PAUSE = 0.5

_ENOUGH = 3
"""Whoever was begun anew so often will not get ready."""


class Keeping(Noun):
    """How the service is stopped, begun, and found ready."""

    stop: Callable[[], None]
    start: Callable[[], None]
    is_ready: Callable[[], bool]


NOBODY = Keeping(lambda: None, lambda: None, lambda: True)
"""Where no service runs, there is none to wait for."""


def by_systemd(settings: Settings) -> Keeping:
    """The unit that `rempart install-service` wrote."""
    return Keeping(
        lambda: _done("stop"), lambda: _done("start"), lambda: _is_ready(f"http://{settings.address}/readyz")
    )


def systemd_runs(folder: Path) -> bool:
    """Whether the unit is there, runs, and is about this folder. Raises `RempartError`."""
    if shutil.which("systemctl") is None:
        return False
    known = _shown()
    return known.get("ActiveState") in {"active", "activating"} and known.get("WorkingDirectory") == str(
        folder
    )


def _done(verb: str) -> None:
    _systemctl(verb, _UNIT)


def _is_ready(url: str) -> bool:
    """Whether the service says, within a minute and a half, that it can store and send."""
    end = time.monotonic() + _READY
    while time.monotonic() < end and not _gave_up():
        if _answers(url):
            return True
        time.sleep(_PAUSE)
    return False


def _gave_up() -> bool:
    known = _shown()
    return known.get("ActiveState") == "failed" or int(known.get("NRestarts") or 0) >= _ENOUGH


def _shown() -> dict[str, str]:
    told = _systemctl("show", _UNIT, "--property=ActiveState,WorkingDirectory,NRestarts")
    return {name: value for name, _, value in (line.partition("=") for line in told.splitlines())}


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5):  # noqa: S310 - our own address
            return True
    except (URLError, OSError):
        return False


def _systemctl(*words: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - the words are ours
            ["systemctl", *words],  # noqa: S607 - the system's own
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise RempartError(f"systemctl {words[0]} takes too long: look at its log.") from error
    if done.returncode != 0 and words[0] != "show":
        said = " ".join(done.stderr.split()) or "it does not say why"
        root = "" if os.geteuid() == 0 else " Put sudo before the command, with its whole path."
        raise RempartError(f"systemctl {' '.join(words)} failed: {said}.{root}")
    return done.stdout
