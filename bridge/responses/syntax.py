"""Says in plain words what PyYAML means when it cannot read on. Pure."""

import re

import yaml

from bridge.responses.complaints import Complaint

_QUOTES = 'Put the whole text in double quotes ("...").'
_INDENT = "Give keys of one level the same number of spaces at the start of the line."

# The beginning of PyYAML's problem, what it means, and what to do. The first that fits counts.
_MEANINGS = (
    (
        "found character '\\t'",
        "A tab stands here, and YAML allows only spaces.",
        "Replace the tab with spaces.",
    ),
    ("found character", "A text begins here with a character that YAML keeps for itself.", _QUOTES),
    (
        "mapping values are not allowed",
        "A colon stands here where YAML expects none.",
        f"{_QUOTES} Or: {_INDENT}",
    ),
    (
        "sequence entries are not allowed",
        "A dash stands here where YAML expects none.",
        f"{_QUOTES} {_INDENT}",
    ),
    (
        "found unexpected end of stream",
        "A quote is opened and never closed.",
        "Close it at the end of the text.",
    ),
    (
        "found unexpected document separator",
        "A quote is opened and never closed.",
        "Close it at the end of the text.",
    ),
    (
        "could not find expected ':'",
        "A key has no colon after it.",
        f"Write a colon and a space after the key. Or: {_INDENT}",
    ),
    (
        "expected ',' or",
        "A bracket is opened and not closed, or a comma is missing.",
        "Close it, or add the comma; put a text with an apostrophe in double quotes.",
    ),
    ("expected <block end>", "This does not line up with what stands above.", f"{_INDENT} Or: {_QUOTES}"),
    (
        "expected '<document start>'",
        "This does not line up with what stands above.",
        f"{_INDENT} Or: {_QUOTES}",
    ),
    (
        "found unknown escape character",
        "A backslash stands here in double quotes.",
        "Write it twice, or use single quotes.",
    ),
    (
        "expected escape sequence",
        "A backslash stands here in double quotes.",
        "Write it twice, or use single quotes.",
    ),
    (
        "expected chomping or indentation",
        "Text follows the | or the > here.",
        "Begin the text on the next line.",
    ),
    ("expected alphabetic or numeric", "A text begins with * or & here.", _QUOTES),
)
_UNKNOWN = ("This is not YAML as it can be read here.", f"{_QUOTES} Or: {_INDENT}")


ODD_SPACE = re.compile(r"(?:[ -]*|[ -]*[A-Za-z0-9_]+:)(?=[\u00a0\u2000-\u200b\u202f\u205f\u3000])")
"""Where structure is, that is: at the begin of a line, behind a dash, behind a key."""
AN_ODD_SPACE = (
    "A space stands here that is none to YAML, as some keyboards and web pages make it.",
    "Write an ordinary space in its place.",
)


_NOT_AS_MEANT = (
    (
        re.compile(r"(?:[^\"']*(?:[-:] +|[\[{,] *))? *(?=[“”„«»‘’])"),
        "Curly quotes stand here, which are none to YAML.",
        'Put the whole text in straight double quotes ("...").',
    ),
    (re.compile(r"[^\"'#]*[-:] +(?=#)"), "A # stands here, and what is behind it is a note.", _QUOTES),
)
"""How a text may begin that looks to a person as if it were sent whole."""


def misread(source: str, line: int) -> Complaint | None:
    """What is likely not meant so on a line with which something else is wrong; lines count from 1."""
    text = (source.split("\n")[line - 1 :] or [""])[0]
    for begin, *told in _NOT_AS_MEANT:
        if found := begin.match(text):
            return Complaint(line, found.end() + 1, *told)
    return None


def explain(error: yaml.YAMLError, source: str) -> Complaint:
    """The complaint for what PyYAML raised while it read `source`."""
    if isinstance(error, yaml.reader.ReaderError):
        before = source[: error.position]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        return Complaint(line, column, "An invisible control character stands here.", "Delete it.")
    problem = getattr(error, "problem", None) or ""
    if (place := _odd_space(source, _place(error, problem)[0])) is not None:
        return Complaint(*place, *AN_ODD_SPACE)
    sentence, mend = next((says for start, *says in _MEANINGS if problem.startswith(start)), _UNKNOWN)
    return Complaint(*_place(error, problem), sentence, mend)


def _place(error: yaml.YAMLError, problem: str) -> tuple[int, int]:
    """What is not closed on its line is mended where it was opened, though noticed further down."""
    noticed, opened = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    unclosed = problem.startswith(("expected ',' or", "found unexpected end of stream"))
    mark = opened if unclosed and opened and noticed and opened.line < noticed.line else noticed
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _odd_space(source: str, until: int) -> tuple[int, int] | None:
    """The last one up to a line, where it can be what went wrong there."""
    lines = source.split("\n")[:until]
    found = ((number, ODD_SPACE.match(line)) for number, line in reversed(list(enumerate(lines, start=1))))
    return next(((number, match.end() + 1) for number, match in found if match), None)
