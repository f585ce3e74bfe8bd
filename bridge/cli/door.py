"""The door: what is asked most is asked of the running service before anything else is loaded.

Only what is written plainly: whatever else there may be to it (another option, a misspelling, `--help`, no
service that answers), the command line knows, which knows these commands as well.
"""

from collections.abc import Sequence

from bridge.cli import questions
from bridge.cli.questions import Question
from bridge.environment import database_url, read_environment
from bridge.service.knocking import knock
from bridge.service.place import socket_path
from bridge.store.engine.address import sqlite_file

_AS_JSON = "--json"


def answered(words: Sequence[str]) -> int | None:
    """The exit status, once it is told; `None` where the command line is to do it. Raises `RempartError`."""
    as_json = _AS_JSON in words
    question = _question([word for word in words if word != _AS_JSON], as_json=as_json)
    database = question and sqlite_file(database_url(read_environment()))
    if not question or not database:
        return None
    told = knock(socket_path(database), question.name, question.asked)
    return None if told is None else question.show(told, as_json)


def _question(words: Sequence[str], *, as_json: bool) -> Question | None:
    match words:
        case ["status"]:
            return questions.status()
        case ["mutes"]:
            return questions.mutes(as_json=as_json)
        case ["why", target] if target and not target.startswith("-"):
            return questions.why(target, as_json=as_json)
    return None
