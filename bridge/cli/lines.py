"""Which of several lines a command is about: `--line NAME`, the first one where nobody says."""

from functools import cache
from typing import Annotated, Any

import typer

ABOUT_NONE = frozenset(
    {
        *("run", "demo", "check", "simulate", "init", "doctor", "migrate-store", "install-service", "update"),
        *("verify", "key", "rotate"),
    }
)
"""Commands that are about every line, or about none."""


def with_line(command: Any) -> Any:
    """The command, which takes `--line` as well."""
    if command.name not in ABOUT_NONE and not any(one.name == "line" for one in command.params):
        command.params.append(_option())
    return command


@cache
def _option() -> Any:
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)

    @alone.command()
    def named(
        line: Annotated[
            str | None,
            typer.Option(
                metavar="NAME",
                help="Which of several lines; the first, when nobody says.",
                callback=_mean,
                expose_value=False,
            ),
        ] = None,
    ) -> None:
        """Of this, only the option is used."""
        del line

    return next(one for one in typer.main.get_command(alone).params if one.name == "line")


def _mean(name: str | None) -> str | None:
    if name is not None:
        from bridge.environment import meant  # noqa: PLC0415 - only where it is said

        meant.set(name)
    return name
