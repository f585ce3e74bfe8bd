"""Every command, in the order of the help: what it is called, what it takes, and whom it hands over to."""

from typing import Annotated

import typer

from bridge.cli.commands import acting, keeping, proving, starting, trying, watching
from bridge.cli.commands.frame import Commands
from bridge.cli.terminal import put_line

app = typer.Typer(
    name="rempart",
    cls=Commands,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for _part in (starting, trying, watching, acting, keeping, proving):
    app.add_typer(_part.commands)


def _say_release(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        put_line(f"rempart {version('rempart')}")
        raise typer.Exit


Release = Annotated[
    bool,
    typer.Option("--version", is_eager=True, callback=_say_release, help="Say which release this is."),
]


@app.callback()
def every(*, version: Release = False) -> None:
    """The bridge that keeps a decoy number alive under attack."""
    del version  # it was said by then
