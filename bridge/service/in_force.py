"""The rules that count: those of the rules file; where it will not do at a start, the last good ones."""

from collections.abc import Sequence
from pathlib import Path

from bridge.errors import Misconfigured
from bridge.noun import Noun, replace
from bridge.responses import Line, shipped
from bridge.responses.kinds import People
from bridge.responses.load import contents
from bridge.service.against import accepted
from bridge.service.last_good import Kept, kept_rules, owner_at_rest, place_of
from bridge.settings import Settings


class InForce(Noun):
    """Every line with its rules, and what they were read from."""

    lines: Sequence[Line]
    source: bytes
    refused: str | None = None
    """Why the rules file is not in force; `None` where it is."""

    def kept(self, path: Path) -> Kept:
        """As they are kept beside the database, read from `path`."""
        return Kept(self.source, own=path != shipped())


def of_file(path: Path, people: People | None = None) -> InForce:
    """What the rules file says. Raises `Misconfigured`."""
    return _understood(contents(path), str(path), people)


def in_force(settings: Settings, people: People | None = None) -> InForce:
    """What it says; else the last good rules, with why. Raises `Misconfigured` where neither will do."""
    try:
        insist_that_it_is_there(settings)
        return of_file(settings.responses, people)
    except Misconfigured as error:
        found = _last_good(settings, people, error)
        if found is None:
            raise
        return replace(found, refused=str(error))


def _last_good(settings: Settings, people: People | None, error: Misconfigured) -> InForce | None:
    """Raises `Misconfigured`, with `error` before it, where they were kept and will not do."""
    try:
        path = place_of(settings.database_url, settings.responses)
    except Misconfigured:
        return None
    try:
        kept = kept_rules(path, owner_at_rest(settings.database_url))
        return None if kept is None else _understood(kept.source, str(path), people)
    except Misconfigured as worse:
        raise Misconfigured(f"{error} The last good rules do not help either: {worse}") from error


def insist_that_it_is_there(settings: Settings) -> None:
    """A team's own file that is gone must not be replaced by the shipped one without a word.

    Raises `Misconfigured`.
    """
    if settings.responses != shipped():
        return
    try:
        kept = kept_rules(
            place_of(settings.database_url, settings.responses), owner_at_rest(settings.database_url)
        )
    except Misconfigured:
        return
    if kept is not None and kept.own:
        raise Misconfigured(
            "The rules file responses.yaml is gone: put it back, or name another with REMPART_RESPONSES."
        )


def _understood(source: bytes, name: str, people: People | None) -> InForce:
    return InForce(accepted(source, name=name, people=people), source)
