"""Small rules files for these tests."""

from bridge.responses import Complaint, Responses, RulesRefused, parse
from tests.support.people import PEOPLE

LANGUAGES = "languages: [fr, en]\n"
REPLIES = "replies:\n  - {id: a, say: {fr: oui}}\n"
SMALLEST = LANGUAGES + REPLIES


def rules(text: str) -> Responses:
    """The rules in a text."""
    return parse(text.encode(), name="responses.yaml")


def rule(when: str = "{}", say: str = "{fr: oui}") -> str:
    """A file with one reply, on its third line."""
    return f"{LANGUAGES}replies:\n  - {{id: a, when: {when}, say: {say}}}\n"


def complaints(source: str | bytes) -> tuple[Complaint, ...]:
    """Why a file is refused; none when it is not."""
    try:
        parse(source.encode() if isinstance(source, str) else source, name="responses.yaml", people=PEOPLE)
    except RulesRefused as refused:
        return refused.complaints
    return ()
