"""Commands about proof, and about what other teams are told of a raid."""

from pathlib import Path
from typing import Annotated

import typer

from bridge.cli.commands.frame import group, part
from bridge.cli.options import AsJson
from bridge.cli.running import done

commands = part()


evidence = group("Export a dossier that can be checked to the byte; check one; pin the log.")


commands.add_typer(evidence, name="evidence")


@evidence.command("export")
def evidence_export(
    out: Annotated[Path, typer.Option("--out", help="Where the dossier goes, such as raid.zip.")],
    *,
    raid: Annotated[str | None, typer.Option(help="A raid's id.", metavar="ID")] = None,
    since: Annotated[
        str | None, typer.Option(help="With --until: all that came in from this time on.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="And before this time.")] = None,
    sender: Annotated[str | None, typer.Option(help="One sender alone: a handle or a number.")] = None,
    encrypt_to: Annotated[
        list[str] | None, typer.Option(help="An age recipient (age1...) or SSH key; may be repeated.")
    ] = None,
    compare: Annotated[bool, typer.Option(help="Hold it against the provider's own log.")] = True,
    media: Annotated[
        bool, typer.Option("--media", help="Fetch photos and files from the provider, unseen.")
    ] = False,
    asked_by: Annotated[str | None, typer.Option(hidden=True)] = None,
    as_json: AsJson = False,
) -> None:
    """Export what was received, with the proof that nothing of it was touched. It is recorded."""
    from bridge.cli.evidence import export

    raise typer.Exit(
        done(
            export(
                out,
                raid=raid,
                since=since,
                until=until,
                sender=sender,
                asked_by=asked_by,
                compare=compare,
                media=media,
                encrypt_to=encrypt_to or [],
                as_json=as_json,
            )
        )
    )


@evidence.command("verify")
def evidence_verify(
    file: Annotated[Path, typer.Argument(help="A dossier.", metavar="FILE.zip")],
    against: Annotated[
        Path | None, typer.Option(help="An older dossier: is its log the begin of this one?")
    ] = None,
    head: Annotated[
        Path | None, typer.Option(help="A file with a pinned head: likewise.", metavar="CHECKPOINT")
    ] = None,
    webhook_key: Annotated[
        Path | None, typer.Option(help="A file with the key that the provider signs its requests with.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tell whether a dossier is as it was made, and what was touched where. Needs no database, no network."""
    from bridge.cli.evidence import verify

    raise typer.Exit(verify(file, against=against, head=head, key=webhook_key, as_json=as_json))


@evidence.command("pin")
def evidence_pin(as_json: AsJson = False) -> None:
    """Pin the log now, and print its signed head: keep it somewhere else, and hold dossiers against it."""
    from bridge.cli.evidence import pin

    done(pin(as_json=as_json))


@evidence.command("key")
def evidence_key(as_json: AsJson = False) -> None:
    """Show the public key that the log is signed with."""
    from bridge.cli.evidence import key

    done(key(as_json=as_json))


campaign = group(
    "Fingerprints of what a raid pasted, as a signed file: tell other teams, and know what they tell."
)


commands.add_typer(campaign, name="campaign")


@campaign.command("export")
def campaign_export(
    raid: Annotated[str, typer.Argument(help="The raid's id, or its name such as 'Copper Squall'.")],
    out: Annotated[Path, typer.Option("--out", help="Where the file goes, such as raid.campaign.")],
    teller: Annotated[
        str | None,
        typer.Option("--as", help="What your team is called there.", show_default="controller.name"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a raid's fingerprints to a file for teams that you trust: no text, no number. It is recorded."""
    from bridge.cli.campaign import export

    done(export(raid, out, teller=teller, as_json=as_json))


@campaign.command("import")
def campaign_import(
    file: Annotated[Path, typer.Argument(help="What another team wrote, or you yourself.")],
    *,
    length: Annotated[
        str | None, typer.Option("--for", help="How long it counts.", show_default="90d")
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="The key that they told you: it is imported if it is theirs.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    as_json: AsJson = False,
) -> None:
    """Know the pastes of a raid elsewhere: they are seen here at the second message. It is recorded."""
    from bridge.cli.campaign import take_in

    raise typer.Exit(done(take_in(file, length=length, key=key, yes=yes, as_json=as_json)))


@campaign.command("list")
def campaign_list(as_json: AsJson = False) -> None:
    """List what other teams told and counts: until when, and who imported it."""
    from bridge.cli.campaign import show_list

    done(show_list(as_json=as_json))


@campaign.command("forget")
def campaign_forget(
    name: Annotated[str, typer.Argument(help="As the list names it.", metavar="CAMPAIGN")],
) -> None:
    """Let it count no more; what was decided by it stays decided."""
    from bridge.cli.campaign import forget as unheed

    raise typer.Exit(done(unheed(name)))
