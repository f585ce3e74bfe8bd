"""Commands that look at rules and texts before anybody is answered by them."""

from pathlib import Path
from typing import Annotated

import typer

from bridge.cli.commands.frame import part
from bridge.cli.options import AsJson
from bridge.cli.running import done

commands = part()


@commands.command()
def check(
    file: Annotated[
        Path | None, typer.Argument(help="The rules file.", show_default="responses.yaml")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Lint a rules file: schema, unreachable rules, segments and euros of each reply."""
    from bridge.cli.check import check as lint

    raise typer.Exit(lint(file, as_json=as_json))


@commands.command("try")
def try_(
    text: Annotated[str, typer.Argument(help="What somebody might write.")],
    channel: Annotated[str, typer.Option(help="The channel it comes in on.")] = "sms",
    number: Annotated[str | None, typer.Option("--from", help="The number it comes from.")] = None,
    at: Annotated[str | None, typer.Option(help="When, such as 2026-11-21T22:30:00Z.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show which rule fires for a text, the reply and its price. Sends nothing."""
    from bridge.cli.try_out import try_out

    try_out(text, channel=channel, number=number, at=at, as_json=as_json)


@commands.command()
def doctor(
    as_json: AsJson = False,
    watch: Annotated[bool, typer.Option("--watch", help="Look again every half minute.")] = False,
) -> None:
    """Look at everything that an installation needs, and say how to mend what is wrong. Changes nothing."""
    from bridge.cli.doctor import doctor as look

    raise typer.Exit(done(look(as_json=as_json, watch=watch)))


@commands.command()
def replay(
    trace: Annotated[
        Path | None, typer.Argument(help="A trace of JSON lines; - for standard input.", metavar="TRACE")
    ] = None,
    *,
    responses: Annotated[Path | None, typer.Option(help="The rules to replay it under.")] = None,
    labels: Annotated[Path | None, typer.Option(help="What each message is, to be scored by.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where the rows go; - for standard output.")] = None,
    summary: Annotated[Path | None, typer.Option(help="Where the summary goes, as JSON.")] = None,
    report: Annotated[Path | None, typer.Option(help="Where a page for people goes, as HTML.")] = None,
    journal: Annotated[bool, typer.Option("--journal", help="Replay the service's own journal.")] = False,
    since: Annotated[str | None, typer.Option(help="With --journal: compare from this time on.")] = None,
    until: Annotated[str | None, typer.Option(help="With --journal: stop before this time.")] = None,
    as_json: AsJson = False,
) -> None:
    """Run a recorded trace, or the journal, through the live pipeline in virtual time. Sends nothing."""
    from bridge.cli.replay import Wanted, replay_trace

    wanted = Wanted(out, summary, report, as_json)
    if journal and not (trace or labels or out or summary):
        from bridge.cli.replay_journal import replay_journal

        done(replay_journal(responses=responses, since=since, until=until, report=report, as_json=as_json))
    elif trace and not (journal or since or until):
        replay_trace(trace, wanted, responses=responses, labels=labels)
    else:
        raise typer.BadParameter(
            "Give a trace; or --journal, with --since and --until if you like, and without --labels, --out "
            "and --summary."
        )


@commands.command()
def simulate(
    scenario: Annotated[
        str,
        typer.Argument(
            help="1 flood, 2 copies, 3 insults, 4 drip, 5 television, 6 rule-aware, 7 disguises, "
            "8 blocks, 9 languages, 10 quiet (or quiet-busy), 11 weekend, 12 evening-news, "
            "13 adaptive, 14 paraphrase, 15 shared-token, half-day, calls; "
            "the name or the number."
        ),
    ],
    *,
    seed: Annotated[int, typer.Option(help="The same seed gives the same trace.")] = 1,
    out: Annotated[
        Path | None, typer.Option(help="Where the trace goes.", show_default="standard output")
    ] = None,
    labels: Annotated[Path | None, typer.Option(help="Where the labels go, if anywhere.")] = None,
    ordinary: Annotated[Path | None, typer.Option(help="Ordinary texts to use, one a line.")] = None,
    abuse: Annotated[Path | None, typer.Option(help="Abusive texts to use, one a line.")] = None,
    hard: Annotated[
        Path | None, typer.Option(help="Harmless texts in rough words to use, one a line.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="The language of the texts: fr, en, es or ar.")] = None,
) -> None:
    """Write a labelled trace of a raid, or of a quiet time, for `rempart replay`."""
    from bridge.cli.simulate import simulate as write

    write(
        scenario,
        seed=seed,
        out=out,
        labels=labels,
        ordinary=ordinary,
        abuse=abuse,
        hard=hard,
        language=language,
    )
