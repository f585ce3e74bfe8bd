"""Commands that bring a service about: set up, started, renewed, shown."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bridge.cli.commands.frame import part
from bridge.cli.running import done

commands = part()


@commands.command()
def run(
    strict: Annotated[
        bool, typer.Option("--strict", help="Start only where `rempart doctor` finds nothing wrong.")
    ] = False,
) -> None:
    """Run the service, configured by the environment or by .env.

    What is sound goes on without the rest: a broken rules file is made up for by the last good rules.
    """
    from bridge.cli.run import run as serve

    done(serve(strict=strict))


@commands.command()
def init() -> None:
    """Set Rempart up in this folder: asks, checks each answer at once, writes .env and responses.yaml.

    Stopped at any question, it goes on there when it is run again.
    """
    from bridge.cli.init import init as interview

    raise typer.Exit(done(interview()))


@commands.command("install-service")
def install_service(
    *,
    only_print: Annotated[bool, typer.Option("--print", help="Show both files, and write nothing.")] = False,
    root: Annotated[
        Path, typer.Option(help="Where the system's own folders begin, as in an image.", metavar="FOLDER")
    ] = Path("/"),
) -> None:
    """Have systemd run the installation in this folder, and Caddy stand before it. Asks nothing.

    Writes the unit and Caddy's block, never over a file that it did not write, and says what to type next.
    """
    from bridge.cli.install_service import install_service as install

    raise typer.Exit(install(root, only_print=only_print))


@commands.command()
def update(
    wanted: Annotated[
        str | None,
        typer.Argument(help="A release such as 1.2.0, or a wheel; else the newest.", metavar="WHAT"),
    ] = None,
    *,
    only_print: Annotated[
        bool, typer.Option("--print", help="Show what would be done, and do nothing.")
    ] = False,
) -> None:
    """Install a newer release: copies the database first, and goes back where the new one is not ready.

    Run it in the folder of your installation. Where it cannot know how that was made, it says what to type.
    """
    from bridge.cli.update import update as renew

    raise typer.Exit(renew(wanted, only_print=only_print))


@commands.command()
def demo(
    port: Annotated[int, typer.Option(help="Where the page is served.", min=1, max=65535)] = 8000,
    exit_after: Annotated[float | None, typer.Option(help="Stop by itself after so many seconds.")] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False,
) -> None:
    """Run the whole product on local stand-ins of the providers; no account is needed."""
    from bridge.cli.terminal import put_line
    from bridge.demo.run import demo as show

    if exit_after is not None and not exit_after >= 0:  # also what is no number at all
        raise typer.BadParameter("--exit-after takes seconds, 0 at least.")
    done(show(port, exit_after, browser=not no_browser, put=partial(put_line, error=True)))
