"""The rows of a labelled trace, and how they are written: JSON lines, sorted by time.

A trace is what `rempart replay` reads; its labels stand in a file of their own.
Touches nothing but what it is handed.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Literal

from bridge.clock import iso
from bridge.model import Micros
from bridge.noun import Noun

Label = Literal["ordinary", "raider"]

Kind = Literal["text", "call"]
"""Whether somebody wrote, or rang: then there is no text."""


class Draft(Noun):
    """A message before the trace is put in order and numbered."""

    at: Micros
    sender: str
    text: str
    label: Label = "ordinary"
    channel: str = "sms"
    kind: Kind = "text"
    hard: bool = False
    """Its sender is ordinary, and does not begin like everyday people."""


class Message(Noun):
    """One row. `sender` is an E.164 number, or a Telegram id when `channel` is telegram."""

    id: str
    at: Micros
    channel: str
    sender: str
    text: str
    kind: Kind = "text"

    def as_json(self) -> str:
        """One line, its key order fixed, times in ISO 8601 UTC to the millisecond."""
        row = {
            "id": self.id,
            "at": iso(self.at),
            "channel": self.channel,
            "from": self.sender,
            "text": self.text,
            **({"kind": self.kind} if self.kind != "text" else {}),
        }
        return json.dumps(row, ensure_ascii=False)


class Trace(Noun):
    """Messages sorted by time, the label of each by id, and what the maker should tell whoever asked."""

    messages: tuple[Message, ...]
    labels: dict[str, Label]
    warnings: tuple[str, ...] = ()
    hard: frozenset[str] = frozenset()
    """The messages of the hard ordinary: the rough, the curious, and men who insult on their own account."""

    def rows(self) -> Iterator[str]:
        """The trace, a JSON line a message."""
        return (message.as_json() for message in self.messages)

    def label_rows(self) -> Iterator[str]:
        """The labels, a JSON line a message, in the order of the trace."""
        for id_, label in self.labels.items():
            hard = {"hard": True} if id_ in self.hard else {}
            yield json.dumps({"id": id_, "label": label, **hard})


def message(place: int, draft: Draft) -> Message:
    """The message at a place of a trace, counted from 1."""
    return Message(f"m{place:06d}", draft.at, draft.channel, draft.sender, draft.text, draft.kind)


def number(drafts: Iterable[Draft], warnings: Iterable[str] = ()) -> Trace:
    """Puts drafts in order of time and numbers them from m000001."""
    messages: list[Message] = []
    labels: dict[str, Label] = {}
    hard: set[str] = set()
    for place, draft in enumerate(sorted(drafts, key=lambda draft: draft.at), start=1):
        messages.append(one := message(place, draft))
        labels[one.id] = draft.label
        if draft.hard:
            hard.add(one.id)
    return Trace(tuple(messages), labels, tuple(warnings), frozenset(hard))
