"""The rules as commands read them: as the service does, so that none goes by what it would refuse.

Touches the rules file and the environment.
"""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from bridge.environment import meant, read_environment
from bridge.ports import Ids
from bridge.responses import Responses, called, shipped
from bridge.responses.kinds import People
from bridge.responses.load import contents
from bridge.service.place import last_good_path
from bridge.settings import read_settings
from bridge.store.engine.address import sqlite_file


class Named:
    """Whom the rules may name; what asks the channels is loaded only where they name somebody."""

    @cached_property
    def _known(self) -> People:
        from bridge.service import door  # noqa: PLC0415 - as above
        from bridge.service.plugins import directory  # noqa: PLC0415

        return door.People(directory(read_environment()))

    def settled(self, address: str) -> str:
        """The one form of a person's address. Raises `Unfit`."""
        return self._known.settled(address)

    def ids(self) -> Mapping[str, Ids]:
        """What each room takes for an id."""
        return self._known.ids()


def rules_file(named: Path | None = None) -> Path:
    """The file that somebody names, else that of the environment.

    Raises `Misconfigured` where that was the team's own, and is gone: the shipped one is not meant then.
    """
    if named is not None:
        return named
    settings = read_settings(read_environment())
    database = sqlite_file(settings.database_url)
    if settings.responses == shipped() and (database is None or last_good_path(database).exists()):
        from bridge.service.in_force import insist_that_it_is_there  # noqa: PLC0415 - as above

        insist_that_it_is_there(settings)
    return settings.responses


def rules_in(path: Path) -> Responses:
    """The rules in a file, of the line that is meant. Raises `Misconfigured`."""
    from bridge.service.against import accepted  # noqa: PLC0415 - as above

    return called(accepted(contents(path), name=str(path), people=Named()), meant.get()).responses
