"""`rempart privacy`: the page for people, and the drafts for lawyers. Offline."""

from pathlib import Path

from bridge.cli.outputs import apart
from bridge.cli.terminal import put_line, put_lines
from bridge.environment import read_environment
from bridge.errors import Misconfigured
from bridge.papers import impact, page, register
from bridge.responses import Responses, read
from bridge.service.lines import channels_on
from bridge.settings import read_settings
from bridge.wording import ENGLISH


def privacy(out: Path | None, drafts: Path | None) -> int:
    """Writes what is asked for; 1 where the rules name nobody to write to. Raises `RempartError`."""
    apart(out)
    environment = read_environment()
    settings = read_settings(environment)
    rules = read(settings.responses)
    on = channels_on(settings, environment)
    if out is None and drafts is None:
        put_lines([page(rules, on).rstrip("\n")])
    if out is not None:
        _write(out, page(rules, on))
    if drafts is not None:
        _write(drafts / "register.html", register(rules, on))
        _write(drafts / "impact.html", impact(rules, on))
    return _complete(rules)


def _complete(rules: Responses) -> int:
    if rules.controller is None:
        put_line(ENGLISH.within("doctor")("no_controller"), error=True)
        return 1
    return 0


def _write(path: Path, written: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written, encoding="utf-8")
    except OSError as error:
        raise Misconfigured(f"{path} cannot be written: {error.strerror}.") from error
    put_line(f"{path} is written.")
