"""What can go wrong, as values that say whose move is next. Floor 0: touches nothing.

Every message is one plain sentence for a person, and never carries a number, a text or a secret.
"""

from collections.abc import Mapping


class RempartError(Exception):
    """The base of everything raised on purpose; `exit_status` is what a command ends with."""

    exit_status = 1


class Misconfigured(RempartError):
    """A setting, a credential or the rules file is wrong: the operator's move."""

    exit_status = 2

    def __init__(self, sentence: str, code: str = "", values: Mapping[str, object] | None = None) -> None:
        """`code`, with its values: by what name the catalogues word it in every language, where they do."""
        super().__init__(sentence)
        self.code, self.values = code, values or {}


class StoreUnavailable(RempartError):
    """Nothing was stored, and trying again later may succeed: the caller's move."""

    def __init__(self, sentence: str, *, passing: bool = True) -> None:
        """`passing`: it may pass by itself, without a person's help."""
        super().__init__(sentence)
        self.passing = passing


class StoreAbsent(StoreUnavailable):
    """There is no such database on the server: whoever only looks does not make one."""


class StoreDamaged(StoreUnavailable):
    """What is stored contradicts itself: until a person puts a backup back, nothing is stored, nor sent."""

    def __init__(self) -> None:
        """The sentence is always the same."""
        super().__init__(
            "The database is damaged: put a backup in its place, with `rempart restore FILE` "
            "(on PostgreSQL: with pg_restore).",
            passing=False,
        )


class StoreMoved(StoreUnavailable):
    """Another file, or none, stands where the database was opened: what is written now would be lost."""

    def __init__(self) -> None:
        """The sentence is always the same."""
        super().__init__(
            "The database file was moved, removed or replaced while Rempart runs, so nothing is stored: "
            "put it back as it was, or restart Rempart to go on with what stands there now.",
            passing=False,
        )


class StoreUnusable(RempartError):
    """The database cannot be used until a person mends something."""


class SealBroken(RempartError):
    """Sealed bytes do not open: altered, sealed with another key, or the key was erased."""


class Unfit(ValueError):
    """A value that will not do. `predicate` continues the name of its key: "must be ..."."""

    def __init__(self, predicate: str, mend: str, about: str = "") -> None:
        super().__init__(predicate)
        self.predicate = predicate
        self.mend = mend
        self.about = about
