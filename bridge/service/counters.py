"""The counters of several lines, as one: a question names the line it is about, or is about the first."""

from collections.abc import Mapping
from functools import partial

from bridge.responses.lines import no_line
from bridge.service.control import Clerk, Told
from bridge.service.counter import Counter

LINE = "line"
"""What a question names the line by that it is about."""


def questions(lines: Mapping[str, Counter]) -> Mapping[str, Clerk]:
    """Everything that can be asked of lines, by their names, the first line first: of that line which the
    question names, else of the first; but of how things stand all of them tell where none is named."""
    asked = {name: one.questions() for name, one in lines.items()}
    told = {question: partial(_of_line, asked, question) for question in next(iter(asked.values()))}
    return told | {"status": partial(_all, asked)} if len(lines) > 1 else told


async def _of_line(lines: Mapping[str, Mapping[str, Clerk]], question: str, asked: Told) -> Told:
    """Raises `Misconfigured` where there is no such line."""
    named = asked.get(LINE)
    if named is None:
        return await next(iter(lines.values()))[question](asked)
    if not named or named not in lines:
        raise no_line(str(named), [name for name in lines if name])
    return await lines[named][question](asked)


async def _all(lines: Mapping[str, Mapping[str, Clerk]], asked: Told) -> Told:
    """The first line's status as if it were the only one, and that of each."""
    if asked.get(LINE) is not None:
        return await _of_line(lines, "status", asked)
    told = {name: await one["status"](asked) for name, one in lines.items()}
    return {**next(iter(told.values())), "lines": told}
