"""`rempart teach` and `rempart lessons`: what the register model is told by people, and what it was told."""

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.cli.sheet import Sheet, show
from bridge.cli.speech import words
from bridge.cli.team import act
from bridge.cli.terminal import put_json, put_line
from bridge.cli.tongue import moment, reader
from bridge.errors import Misconfigured
from bridge.heart.acts import teach_abusive, teach_ordinary, unteach
from bridge.service.asking import ask_counter

_VERBS = {"ordinary": teach_ordinary.VERB, "abusive": teach_abusive.VERB}


async def teach(label: str | None, target: str | None, *, undo: str | None, reason: str) -> int:
    """Teaches, or takes a lesson back; returns the exit status. Raises `RempartError`."""
    if undo is not None and label is None and target is None:
        return await act(unteach.VERB, undo, reason=reason)
    if undo is not None or label not in _VERBS or not target:
        raise Misconfigured(
            "Write rempart teach ordinary or abusive, then a raid's id or a sender; or --undo and a lesson."
        )
    return await act(_VERBS[label], target, reason=reason)


async def show_lessons(*, as_json: bool) -> None:
    """Prints every lesson, the newest first. Raises `RempartError`."""
    answer = await ask_counter("lessons", reader(as_json=as_json))
    lessons = answer["lessons"]
    if as_json:
        put_json(lessons)
    elif lessons:
        show(_table(lessons, answer["names"], answer["zone"]))
    else:
        put_line("Nothing was taught.")


def _table(lessons: Sequence[Mapping[str, Any]], names: Mapping[str, str], zone: str) -> Sheet:
    table = Sheet("lesson", "label", "about", "texts", "by", "at", "reason", "undone")
    for one in lessons:
        undone = f"{moment(one['undone_at'], zone)}, {names[one['undone_by']]}" if one["undone_at"] else ""
        label = words().within("card")(f"taught_{one['label']}")
        told = one["lesson"], label, one["about"], one["texts"], names[one["by"]]
        table.add_row(*told, moment(one["at"], zone), one["reason"], undone)
    return table
