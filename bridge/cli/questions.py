"""What is asked most, and of a service that runs: `status`, `mutes`, `why`.

Light: how an answer is shown is loaded once there is one.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from bridge.cli.terminal import put_json
from bridge.cli.tongue import language, reader

Told = Mapping[str, Any]


class Question(NamedTuple):
    """One for the counter, and how its answer is shown to a person or to a program."""

    name: str
    asked: Told
    show: Callable[[Told, bool], int]


def status() -> Question:
    """How things stand; 1 when no service runs."""

    def show(told: Told, as_json: bool) -> int:
        if as_json:
            put_json(told)
        else:
            from bridge.cli.status import show_status  # noqa: PLC0415

            show_status(told)
        return 1 if told["running"] is False else 0

    return Question("status", {}, show)


def mutes(*, as_json: bool, reveal: bool = False) -> Question:
    """Who is muted."""

    def show(told: Told, as_json: bool) -> int:
        from bridge.cli.lookups import show_mutes  # noqa: PLC0415

        return show_mutes(told, as_json=as_json)

    return Question("mutes", {"reveal": reveal, **reader(as_json=as_json)}, show)


def why(target: str, *, as_json: bool, reveal: bool = False) -> Question:
    """Why somebody, or a message, is treated as it is."""

    def show(told: Told, as_json: bool) -> int:
        from bridge.cli.lookups import show_why  # noqa: PLC0415

        return show_why(told, as_json=as_json)

    spoken = "en" if as_json else language()
    return Question("why", {"target": target, "language": spoken, "reveal": reveal}, show)
