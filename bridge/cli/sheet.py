"""Tables for people: each cell is data, and never markup."""

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bridge.text.shown import in_one_line


class Sheet(Table):
    """A table whose cells are shown as they are written."""

    def add_row(self, *cells: object, **how: Any) -> None:
        """Any values."""
        super().add_row(*(Text(in_one_line(str(cell))) for cell in cells), **how)


def pairs() -> Sheet:
    """Of two columns, without a frame: names, and what each is."""
    return Sheet(show_header=False, box=None, pad_edge=False)


def show(sheet: Sheet) -> None:
    """Prints it."""
    Console(highlight=False).print(sheet)
