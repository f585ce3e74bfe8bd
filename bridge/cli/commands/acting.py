"""Commands by which the team acts; the plainest verbs are typed by their names, and stand elsewhere."""

from typing import Annotated

import typer

from bridge.cli.commands.frame import group, part
from bridge.cli.options import AsJson, Length
from bridge.cli.running import done
from bridge.errors import Misconfigured

commands = part()


@commands.command()
def doubtful(
    undo: Annotated[
        str | None, typer.Option(help="Take back what was answered or dropped.", metavar="ACT")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the doubtful people who wait, by what they share; `answer` and `drop` deal with a group."""
    from bridge.cli.doubtful import doubtful as look

    raise typer.Exit(done(look(undo=undo, as_json=as_json)))


@commands.command()
def answer(
    target: Annotated[
        str,
        typer.Argument(help="A sender as in `mute`; or a group of `doubtful`.", metavar="SENDER|GROUP"),
    ],
    reply: Annotated[
        str | None,
        typer.Argument(help="The id of a reply; the one that the rules give when left out.", metavar="REPLY"),
    ] = None,
    *,
    say: Annotated[
        str | None, typer.Option(help="Own words instead, where organisers: may_write allows it.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why; it is recorded.")] = "",
) -> None:
    """Answer one person by hand, within the same limits as any reply; or a group of doubtful people."""
    from bridge.cli.doubtful import answer_whom

    raise typer.Exit(done(answer_whom(target, reply, say=say, reason=reason)))


@commands.command()
def find(
    phrase: Annotated[
        str | None, typer.Argument(help="What they wrote, however disguised; re: begins a pattern.")
    ] = None,
    *,
    since: Annotated[str | None, typer.Option(help="How far back, such as 7d; 24h when left out.")] = None,
    mute: Annotated[str | None, typer.Option(help="Mute whoever wrote it, for so long.")] = None,
    hold: Annotated[str | None, typer.Option(help="Hold their replies back, for so long.")] = None,
    rule: Annotated[
        str | None, typer.Option(help="Catch whoever writes it next.", metavar="mute|hold")
    ] = None,
    length: Annotated[str | None, typer.Option("--for", help="With --rule: how long it lasts.")] = None,
    spare: Annotated[
        list[str] | None, typer.Option("--not", help="A handle to leave out; again for more.")
    ] = None,
    texts: Annotated[bool, typer.Option("--texts", help="Show three texts; the look is recorded.")] = False,
    page: Annotated[int, typer.Option(help="With --texts: which three.", min=1)] = 1,
    reason: Annotated[str, typer.Option(help="Why; the team sees it.")] = "",
    undo: Annotated[str | None, typer.Option(help="Take back what was done.", metavar="ACT")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    as_json: AsJson = False,
) -> None:
    """Find who wrote a phrase: a preview with counts first, then mute, hold back, or make it a rule."""
    from bridge.cli.find import Wanted
    from bridge.cli.find import find as look

    shown = page if texts else 0
    wanted = Wanted(mute, hold, rule, length, tuple(spare or ()), shown, reason, yes, as_json)
    raise typer.Exit(done(look(phrase, since, wanted, take_back=undo)))


rules = group(
    "Rules about phrases that `find` made: list or end them. Keep up with the rules that are shipped.",
    bare=True,
)


commands.add_typer(rules, name="rules")


@rules.callback(invoke_without_command=True)
def rules_in_force(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Lists them, where nothing else is asked of them."""
    from bridge.cli.find import show_rules

    if ctx.invoked_subcommand is None:
        done(show_rules(as_json=as_json))


@rules.command("end")
def rules_end(rule: Annotated[str, typer.Argument(help="Its id, as the list shows it.")]) -> None:
    """End a rule about a phrase; whom it has caught is left as they are."""
    from bridge.cli.team import act
    from bridge.heart.acts import end_rule

    raise typer.Exit(done(act(end_rule.VERB, rule)))


@rules.command("diff")
def rules_diff() -> None:
    """Show what changed in the shipped rules since yours were made out of them."""
    from bridge.cli.rules import diff

    raise typer.Exit(diff())


@commands.command()
def teach(
    label: Annotated[
        str | None, typer.Argument(help="What the texts are.", metavar="ordinary|abusive")
    ] = None,
    target: Annotated[
        str | None, typer.Argument(help="A raid's id; or a sender as in `mute`.", metavar="RAID|SENDER")
    ] = None,
    undo: Annotated[str | None, typer.Option(help="Take a lesson back.", metavar="LESSON")] = None,
    reason: Annotated[str, typer.Option(help="Why; `rempart lessons` shows it.")] = "",
) -> None:
    """Tell the register model what texts are: a small correction within fixed limits, which can be undone."""
    from bridge.cli.teach import teach as tell

    raise typer.Exit(done(tell(label, target, undo=undo, reason=reason)))


@commands.command()
def lessons(as_json: AsJson = False) -> None:
    """List what was taught, about whom, by whom and when; and what was undone."""
    from bridge.cli.teach import show_lessons

    done(show_lessons(as_json=as_json))


@commands.command()
def shield(
    length: Length = None,
    off: Annotated[bool, typer.Option("--off", help="Take it down before its time.")] = False,
) -> None:
    """Answer only new people who look ordinary, for 2 h unless said otherwise; it comes down by itself."""
    from bridge.cli.team import act
    from bridge.heart.acts import shield as up
    from bridge.heart.acts import unshield as down

    if off and length is not None:
        raise Misconfigured("--off takes the shield down at once: leave --for out.")
    raise typer.Exit(done(act(down.VERB if off else up.VERB, length=length)))


@commands.command(context_settings={"ignore_unknown_options": True})  # an amount may begin with a minus
def pot(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            help="How it changes, and by how much.", metavar="[set|add|correct EUROS | open | close]"
        ),
    ] = None,
    length: Annotated[str | None, typer.Option("--for", help="How long it is open, such as 12h.")] = None,
    reason: Annotated[str, typer.Option(help="Why it changes; the team sees it.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show the pot and the prices; set, top up or correct it; lift the limits of hour and day for today."""
    from bridge.cli.pot import pot as show_or_change

    raise typer.Exit(done(show_or_change(words or [], length=length, reason=reason, as_json=as_json)))
