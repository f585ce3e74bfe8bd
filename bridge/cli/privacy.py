"""`rempart privacy`: the page for people, and the drafts for lawyers. Offline."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from bridge.cli.outputs import apart
from bridge.cli.ruled import rules_file, rules_in
from bridge.cli.speech import words
from bridge.cli.terminal import put_line, put_lines
from bridge.environment import read_environment
from bridge.errors import Misconfigured
from bridge.papers import impact, page, register
from bridge.responses import Responses
from bridge.service.lines import channels_on
from bridge.settings import read_settings


def privacy(out: Path | None, drafts: Path | None) -> int:
    """Writes what is asked for; 1 where the rules name nobody to write to. Raises `RempartError`."""
    apart(out)
    environment = read_environment()
    settings = read_settings(environment)
    rules = rules_in(rules_file())
    on = channels_on(settings, environment)
    made = {} if drafts is None else _drafts(drafts, rules, on)
    if out is None and drafts is None:
        put_lines([page(rules, on).rstrip("\n")])
    if out is not None:
        _write(out, page(rules, on))
    for path, draft in made.items():
        _write(path, draft)
    return _complete(rules)


def _drafts(folder: Path, rules: Responses, on: Sequence[str]) -> Mapping[Path, str]:
    """What goes where. Raises `Misconfigured` where one is there that reads otherwise: they are filled in."""
    made = {folder / "register.html": register(rules, on), folder / "impact.html": impact(rules, on)}
    for path, draft in made.items():
        if path.is_file() and path.read_text(encoding="utf-8", errors="replace") != draft:
            raise Misconfigured(
                f"{path} is there already, and somebody may have filled it in: name another folder with "
                "--drafts."
            )
    return made


def _complete(rules: Responses) -> int:
    if rules.controller is None:
        put_line(words().within("doctor")("no_controller"), error=True)
        return 1
    return 0


def _write(path: Path, written: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written, encoding="utf-8")
    except OSError as error:
        raise Misconfigured(f"{path} cannot be written: {error.strerror}.") from error
    put_line(f"{path} is written.")
