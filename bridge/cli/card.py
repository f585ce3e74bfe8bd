"""`rempart card`: the card for those who give the number away, as a PDF. Offline."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bridge.cli.outputs import apart
from bridge.cli.ruled import rules_file, rules_in
from bridge.cli.terminal import put_line
from bridge.clock import system_clock
from bridge.dossier.safe import drawn
from bridge.environment import Environment, meant, read_environment
from bridge.errors import Misconfigured
from bridge.model import SECOND
from bridge.papers import SHEET, cards
from bridge.service.lines import site_of, written_to
from bridge.settings import Settings, read_settings
from bridge.typesetting import pdf

LONGEST_ADDRESS = 32
"""Characters: what fits on the card, and on any network."""


def card(out: Path, given: Sequence[str]) -> None:
    """Writes the PDF. Raises `RempartError`."""
    apart(out)
    environment = read_environment()
    settings = read_settings(environment)
    addresses = [_fit(one) for one in given] or _configured(settings, environment)
    rules = rules_in(rules_file())
    made_at = system_clock()
    day = datetime.fromtimestamp(made_at // SECOND, UTC)
    told = cards(rules, addresses)
    data = {"title": told[0]["title"], "date": [day.year, day.month, day.day], "cards": _drawn(told)}
    with TemporaryDirectory() as folder:
        made = pdf(SHEET, data, Path(folder), made_at)
    _write(out, made)


def _configured(settings: Settings, environment: Environment) -> list[str]:
    """What people write to, as far as the settings say it: a bot's name, only its provider knows."""
    site = site_of(settings, environment, meant.get())
    found = list(written_to(site, settings.public_url).values())
    if not found:
        raise Misconfigured(
            "The settings name no number that people write to: say what is to stand on the card with "
            "--address, such as --address @your_bot."
        )
    return found


def _fit(address: str) -> str:
    written = address.strip()
    if not written or len(written) > LONGEST_ADDRESS or not written.isprintable():
        raise Misconfigured(
            f"--address takes a number or a name of at most {LONGEST_ADDRESS} characters, "
            "such as +33612345678 or @your_bot."
        )
    return written


def _drawn(value: object) -> object:
    """Plain data with every text in it as the fonts can draw it."""
    if isinstance(value, str):
        return drawn(value)
    if isinstance(value, dict):
        return {name: _drawn(one) for name, one in value.items()}
    return [_drawn(one) for one in value] if isinstance(value, list) else value


def _write(path: Path, made: bytes) -> None:
    try:
        path.write_bytes(made)
    except OSError as error:
        raise Misconfigured(f"{path} cannot be written: {error.strerror}.") from error
    put_line(f"{path} is written: print it on both sides, turned over the long edge, and cut it in four.")
