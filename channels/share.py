"""Several numbers of one account, each a line of its own: one of them receives for all. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from bridge.errors import Misconfigured
from bridge.ports import Wiring
from channels.twilio.numbers import Numbers


@dataclass(slots=True)
class Share:
    """What one number has of an account."""

    account: object
    """What tells whose calls they are."""
    number: str
    wiring: Wiring
    """To whom what comes for the number is handed."""
    receives: bool = True
    """Whether it receives for its account; else another number does."""
    several: Numbers | None = None
    """All that it receives for, where there are others."""

    def of(self, number: str) -> Wiring:
        """Whose number it is."""
        return self.several.written_to(number) if self.several else self.wiring


def join(shares: Mapping[str, Share]) -> None:
    """Has one number of each account receive for all. Raises `Misconfigured` for one that two lines have."""
    insist_on_one({line: one.number for line, one in shares.items()}, "number")
    accounts: dict[object, list[Share]] = {}
    for share in shares.values():
        accounts.setdefault(share.account, []).append(share)
    for several in accounts.values():
        for one in several:
            one.receives = one is several[0]
        several[0].several = Numbers({one.number: one.wiring for one in several})


def insist_on_one(lines: Mapping[str, str], what: str) -> None:
    """Raises `Misconfigured` where two lines have the same of what each has of its own; never shows it."""
    taken: dict[str, str] = {}
    for line, own in lines.items():
        other = taken.setdefault(own, line)
        if other != line:
            raise Misconfigured(f"The lines {other} and {line} have the same {what}: give each its own.")
