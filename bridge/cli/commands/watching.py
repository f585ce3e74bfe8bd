"""Commands that tell how things stand."""

from pathlib import Path
from typing import Annotated

import typer

from bridge.cli import questions
from bridge.cli.commands.frame import part
from bridge.cli.options import AsJson, Reveal
from bridge.cli.questions import Question
from bridge.cli.running import done

commands = part()


@commands.command()
def status(
    as_json: AsJson = False,
    link: Annotated[
        bool, typer.Option("--link", help="Print a link to the page with pictures, good for 15 minutes.")
    ] = False,
) -> None:
    """Show how things stand: channels, money, replies. Ends with 1 when no service runs."""
    if link:
        from bridge.cli.status_link import show_link

        show_link(as_json=as_json)
        return
    raise typer.Exit(_told(questions.status(), as_json=as_json))


@commands.command()
def mutes(as_json: AsJson = False, reveal: Reveal = False) -> None:
    """List who is muted, until when, by whom and why."""
    _told(questions.mutes(as_json=as_json, reveal=reveal), as_json=as_json)


@commands.command()
def report(
    raid: Annotated[str, typer.Argument(help="The raid's id, or its name such as 'Copper Squall'.")],
    out: Annotated[Path | None, typer.Option(help="Where a page for people goes, as HTML.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell what a raid was: who wrote, who was answered, what it cost and what it was spared."""
    from bridge.cli.report import show_report

    done(show_report(raid, out=out, as_json=as_json))


@commands.command()
def why(
    asked: Annotated[
        str, typer.Argument(help="A sender as in `mute`; or a message's id.", metavar="MESSAGE|SENDER")
    ],
    as_json: AsJson = False,
    reveal: Reveal = False,
) -> None:
    """Tell in one or two sentences why a sender, or a message, is held, muted or answered."""
    _told(questions.why(asked, as_json=as_json, reveal=reveal), as_json=as_json)


def _told(question: Question, *, as_json: bool) -> int:
    """Asks, shows what is answered, and returns the exit status. Raises `RempartError`."""
    from bridge.service.asking import ask_counter

    return question.show(done(ask_counter(question.name, question.asked)), as_json)
