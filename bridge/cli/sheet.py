"""Tables for people: each cell is data, and never markup."""

import os
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bridge.cli.said import said
from bridge.cli.terminal import heard
from bridge.text.shown import in_one_line

_STAND_INS = str.maketrans({"\u00a0": "\ufdd0", "\u202f": "\ufdd1"})
"""The library breaks lines at no-break spaces, too: while it does, signs stand in that no text holds."""

_BACK = {ord(sign): chr(space) for space, sign in _STAND_INS.items()}

_WIDE = 4_000
"""Columns where no terminal says how many there are: nothing that we tell in a row is longer."""


class Sheet(Table):
    """A table whose cells are shown as they are written, below heads in the language of whoever reads it."""

    def add_column(self, header: Any = "", *more: Any, **how: Any) -> None:
        """Any head. What is too long for a narrow terminal goes on below: no handle, no price is cut off."""
        super().add_column(said(str(header)), *more, **{"overflow": "fold", **how})

    def add_row(self, *cells: object, **how: Any) -> None:
        """Any values."""
        super().add_row(*(Text(in_one_line(str(cell)).translate(_STAND_INS)) for cell in cells), **how)


def pairs() -> Sheet:
    """Of two columns, without a frame: names, and what each is."""
    return Sheet(show_header=False, box=None, pad_edge=False)


def on_a_terminal() -> bool:
    """Whether a terminal says how wide it is: a program, or a file, takes whatever comes."""
    return Console().is_terminal or "COLUMNS" in os.environ


def show(sheet: Sheet) -> None:
    """Prints it: as wide as the terminal, or as it takes where a program or a file reads it."""
    console = Console(highlight=False)
    if not on_a_terminal():
        console.width = _WIDE
    with console.capture() as drawn:
        console.print(sheet)
    with heard():
        print(drawn.get().translate(_BACK), end="", file=console.file, flush=True)
