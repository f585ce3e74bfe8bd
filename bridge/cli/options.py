"""The options of several commands."""

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Reveal = Annotated[bool, typer.Option("--reveal", help="Show numbers beside handles; it is recorded.")]
Length = Annotated[str | None, typer.Option("--for", help="How long, such as 2h or 7d.")]
