"""Commands about what is kept: of people, for people, and where."""

from pathlib import Path
from typing import Annotated

import typer

from bridge.cli.commands.frame import group, part
from bridge.cli.options import AsJson
from bridge.cli.running import done
from bridge.cli.terminal import put_line

commands = part()


@commands.command()
def forget(
    sender: Annotated[
        str, typer.Argument(help="A handle (brave-heron-42), a number, or CHANNEL:ID.", metavar="SENDER")
    ],
    as_json: AsJson = False,
) -> None:
    """Erase what a person wrote, and their number, for good; unless a raid holds their record."""
    from bridge.cli.forget import forget as erase

    raise typer.Exit(done(erase(sender, as_json=as_json)))


@commands.command()
def exposures(
    since: Annotated[str, typer.Option(help="How far back, such as 24h or 7d.")] = "7d",
    as_json: AsJson = False,
) -> None:
    """List who of the team has opened how many texts, so that the load can be shared."""
    from bridge.cli.exposures import show_exposures

    done(show_exposures(since, as_json=as_json))


@commands.command()
def privacy(
    out: Annotated[
        Path | None, typer.Option(help="Where the page goes.", show_default="standard output")
    ] = None,
    drafts: Annotated[
        Path | None, typer.Option(help="A folder for register.html and impact.html, for a lawyer.")
    ] = None,
) -> None:
    """Write the page that tells people what is kept of them, in French and English, from responses.yaml."""
    from bridge.cli.privacy import privacy as write

    raise typer.Exit(write(out, drafts))


@commands.command()
def card(
    out: Annotated[Path, typer.Option(help="Where the PDF goes.")] = Path("card.pdf"),
    address: Annotated[
        list[str] | None,
        typer.Option(
            help="What people write to, such as @your_bot; again for more.", show_default="the number"
        ),
    ] = None,
) -> None:
    """Make the card for those who give the number away, in French and English, to print and to cut."""
    from bridge.cli.card import card as make

    make(out, address or [])


secret = group("The key that wraps the senders' keys.")


commands.add_typer(secret, name="secret")


@secret.command()
def rotate(
    key_file: Annotated[
        Path | None,
        typer.Option(help="Where the new key goes.", show_default="REMPART_KEY_FILE, or beside the database"),
    ] = None,
) -> None:
    """Wrap every sender's key by a new one, while no service runs. Nobody is renamed.

    Cut off at any moment, the same command goes on where it was.
    """
    from bridge.cli.rotate import rotate_secret

    done(rotate_secret(key_file))


@commands.command()
def backup(file: Annotated[Path, typer.Argument(help="Where the copy goes.")]) -> None:
    """Copy the database, also while the service runs."""
    from bridge.cli.backup import backup as copy

    done(copy(file))


@commands.command()
def restore(file: Annotated[Path, typer.Argument(help="A copy that `rempart backup` made.")]) -> None:
    """Put a copy back; what was due meanwhile is checked at the provider before it is sent."""
    from bridge.clock import system_clock
    from bridge.environment import meant, read_environment
    from bridge.service.backups import restore as put_back
    from bridge.service.lines import settings_of
    from bridge.settings import read_settings

    aside = put_back(settings_of(read_settings(read_environment()), meant.get()), file, system_clock())
    put_line("The copy is in place." + (f" The old database is {aside}." if aside else ""))


@commands.command("migrate-store")
def migrate_store(
    origin: Annotated[str, typer.Argument(help="The database's URL as it is.", metavar="FROM")],
    destination: Annotated[str, typer.Argument(help="That of an empty one.", metavar="TO")],
) -> None:
    """Move everything to another database, from SQLite to PostgreSQL or back, while no service runs.

    Cut off at any moment, the same command goes on where it was. Passwords may stand in PGPASSFILE instead.
    """
    from bridge.cli.migrate_store import migrate_store as move

    done(move(origin, destination))
