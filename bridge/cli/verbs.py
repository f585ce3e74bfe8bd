"""A command for each verb that is typed by its name: what it is called and what it takes, its file says."""

import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from bridge.cli.options import Length
from bridge.cli.running import done
from bridge.heart.acts import VERBS
from bridge.heart.acts.verb import METERED, About, Verb

_NAMED: Mapping[About, tuple[str, str]] = {
    About.SENDER: ("SENDER", "A handle (brave-heron-42), a number, or CHANNEL:ID."),
    About.RAID: ("RAID", "A raid's id."),
    About.RAID_OR_SENDER: ("RAID|SENDER", "A raid's id; or a sender."),
    About.ACT: ("ACT", "The act."),
    About.CHANNEL: ("CHANNEL", "The channel."),
    About.AMOUNT: ("EUROS", "How many euros."),
    About.LESSON: ("LESSON", "The lesson."),
    About.GROUP: ("GROUP", "The group, as `rempart doubtful` names it."),
    About.CHOICE: ("ACT", "The act."),
}
"""How what a verb is about is called on the command line, and what that is."""


def typed() -> dict[str, Verb]:
    """The verbs that are typed by their own name, and nothing behind it."""
    return {name: verb for name, verb in VERBS.items() if verb.typed and verb.typed.word == name}


def command(verb: Verb) -> Any:
    """The command of a verb; what the verb does not take is no option of it."""
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    called, told = _NAMED.get(verb.about, ("", ""))

    @alone.command(verb.name, help=_help(verb))
    def do(
        target: Annotated[str, typer.Argument(help=told, metavar=called)] = METERED,
        length: Length = None,
        reason: Annotated[str, typer.Option(help="Why; the team sees it.")] = "",
    ) -> None:
        from bridge.cli.team import act  # noqa: PLC0415 - only when it is done, not to be listed

        raise typer.Exit(done(act(verb, target, length=length, reason=reason)))

    made = typer.main.get_command(alone)
    made.params = [one for one in made.params if _takes(verb, one.name or "")]
    for argument in (one for one in made.params if one.name == "target" and verb.about is not About.CHANNEL):
        argument.required, argument.default = True, None
    return made


def _takes(verb: Verb, name: str) -> bool:
    of_some = {
        "target": verb.about is not About.NOTHING,
        "length": bool(verb.typed and verb.typed.length),
        "reason": bool(verb.typed and verb.typed.reason),
    }
    return of_some.get(name, True)


def _help(verb: Verb) -> str | None:
    """What its file says of it, or else what it does."""
    return sys.modules[verb.do.__module__].__doc__ or verb.do.__doc__
