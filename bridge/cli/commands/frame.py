"""What all commands have in common: how they are listed and helped."""

from typing import Any

import typer

from bridge.cli.help_said import framed, spoken
from bridge.cli.lines import with_line


class Group(typer.core.TyperGroup):
    """Commands, of which one that is misspelled is told with the one that is likely meant."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        found = super().get_command(ctx, cmd_name)
        return found and spoken(with_line(found))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        spoken(self)
        framed(super().format_help, ctx, formatter)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Raises `Misconfigured` for one that there is not, with the one that is likely meant."""
        if args and self.get_command(ctx, args[0]) is None:
            from bridge.cli.guessing import no_command

            raise no_command(args[0], self.list_commands(ctx), ctx.command_path)
        return super().resolve_command(ctx, args)


class Commands(Group):
    """The commands of all parts; and one for each verb that is typed by its name and has none of its own."""

    def list_commands(self, ctx: Any) -> list[str]:
        from bridge.cli.verbs import typed

        return list(dict.fromkeys([*super().list_commands(ctx), *typed()]))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        found = super().get_command(ctx, cmd_name)
        if found is None and (found := _verb(cmd_name)) is not None:
            found = spoken(with_line(found))
        return found


def _verb(name: str) -> Any:
    """The command of a verb that is typed by its name; verbs are loaded for what no file of ours names."""
    from bridge.cli.verbs import command, typed

    verb = typed().get(name)
    return verb and command(verb)


def part() -> typer.Typer:
    """Some of the commands, which stand beside the others."""
    return typer.Typer(rich_markup_mode=None)


def group(told: str | None = None, *, bare: bool = False) -> typer.Typer:
    """Commands within another one; `told`: what they are about; `bare`: that one does something by itself."""
    return typer.Typer(cls=Group, help=told, no_args_is_help=not bare, rich_markup_mode=None)
