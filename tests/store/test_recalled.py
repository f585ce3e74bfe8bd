"""What a new process is shown makes its detector the very one that the last one had."""

from collections.abc import Awaitable, Callable
from dataclasses import fields
from typing import Any

import pytest

from bridge.model import DAY, HOUR, MINUTE, SECOND, Contact, Micros
from bridge.noun import replace
from bridge.raid.copies import SENDERS as COPIES
from bridge.raid.flood import LOUD as FLOODS
from bridge.store.books.memory import Memory, recall
from bridge.store.engine.store import Store
from tests.support.clock import TestClock
from tests.support.events import Bridge, keys, message
from tests.support.raiding import OTHER_PASTE, Scene, insults, number, ordinary, paste

ONE, OTHER = range(COPIES + 2), range(100, 100 + COPIES + 2)


async def a_raid_in_which_others_write(scene: Scene) -> None:
    await scene.told(paste(ONE))
    await scene.told([*enumerate(ordinary()[:20], start=200), *enumerate(insults(), start=300)])
    await scene.told(paste(OTHER, OTHER_PASTE))


async def a_false_alarm(scene: Scene) -> None:
    await scene.told(paste(ONE))
    await called(scene, "false_alarm")
    await scene.told(paste(OTHER))


async def a_false_alarm_that_was_taken_back(scene: Scene) -> None:
    await a_false_alarm(scene)
    await called(scene, "reopen")
    await scene.told(paste([500, 501]))


async def a_false_alarm_at_the_instant_of_a_message(scene: Scene) -> None:
    await scene.told(paste(ONE))
    await scene.told(paste(OTHER, OTHER_PASTE), pause=0)
    await called(scene, "false_alarm")
    await scene.told([*paste([500], OTHER_PASTE), *paste([501])], pause=0)
    await called(scene, "reopen")
    await called(scene, "false_alarm")


async def a_shield_in_which_somebody_insults(scene: Scene) -> None:
    await scene.act("shield", "", length=HOUR)
    await scene.told(enumerate(insults()))


async def people_who_asked_what_this_is_before_they_wrote(scene: Scene) -> None:
    for n, insult in enumerate(insults()):
        await scene.bridge.tell(replace(message("/start", address=number(n), at=now(scene)), asks="help"))
        await scene.told([(n, insult)])


async def an_edit_before_anything_else(scene: Scene) -> None:
    edit = replace(message("salut", address=number(1), at=now(scene)), form="edit")
    await scene.bridge.tell(edit)
    await scene.told(enumerate(insults()))


async def somebody_who_rings_while_others_paste(scene: Scene) -> None:
    await scene.told(paste(ONE[:3]))
    for _ in range(FLOODS):
        scene.bridge.clock.pass_(SECOND)
        rang = message("", address=number(7), at=now(scene))
        await scene.bridge.tell(replace(rang, segments=0, form="call"))
        await scene.bridge.fold()
    await scene.told(paste(ONE[3:]))


async def a_crowd_that_tells_what_is_usual(scene: Scene) -> None:
    people = [message(text, address=number(n), at=now(scene)) for n, text in enumerate(ordinary()[:130])]
    await scene.bridge.tell(*people)
    await scene.bridge.fold()
    await scene.told(enumerate(insults(), start=1_000))


async def a_paste_that_goes_on_for_longer_than_a_day(scene: Scene) -> None:
    await scene.told([(0, f"{OTHER_PASTE} ou presque")])
    await scene.told(paste(ONE, OTHER_PASTE), pause=9 * HOUR)


async def pastes_that_are_older_than_a_day(scene: Scene) -> None:
    await scene.told(paste(range(COPIES - 1)))
    scene.bridge.clock.pass_(DAY + MINUTE)
    await scene.told(paste([99]))


async def what_was_found_late(scene: Scene) -> None:
    await scene.told(paste(range(COPIES - 1)))
    late = message("trouvé bien plus tard", address=number(50), at=now(scene) - 5 * HOUR)
    scene.bridge.clock.pass_(3 * DAY)
    await scene.bridge.tell(late)
    await scene.told(paste([51]))


async def a_contact_whose_clock_was_ahead(scene: Scene) -> None:
    await scene.told(paste(ONE))
    scene.bridge.clock.pass_(10 * MINUTE)
    await scene.bridge.tell(Contact("sms", "1", number(1), now(scene), open=True))
    await scene.bridge.fold()
    scene.bridge.clock.pass_(-5 * MINUTE)


def now(scene: Scene) -> Micros:
    return scene.bridge.clock()


async def called(scene: Scene, verb: str) -> None:
    """The team says it of the newest raid."""
    scene.bridge.clock.pass_(SECOND)
    await scene.act(verb, (await scene.raids())[-1].id)


HAPPENED: list[Callable[[Scene], Awaitable[None]]] = [
    a_raid_in_which_others_write,
    a_false_alarm,
    a_false_alarm_that_was_taken_back,
    a_false_alarm_at_the_instant_of_a_message,
    a_shield_in_which_somebody_insults,
    people_who_asked_what_this_is_before_they_wrote,
    an_edit_before_anything_else,
    somebody_who_rings_while_others_paste,
    a_crowd_that_tells_what_is_usual,
    a_paste_that_goes_on_for_longer_than_a_day,
    pastes_that_are_older_than_a_day,
    what_was_found_late,
    a_contact_whose_clock_was_ahead,
]


@pytest.mark.parametrize("happened", HAPPENED, ids=lambda one: one.__name__)
async def test_a_new_process_knows_what_the_last_one_knew(
    store: Store, happened: Callable[[Scene], Awaitable[None]]
) -> None:
    bridge = Bridge(store, TestClock())
    await happened(Scene(bridge))
    memory = bridge.folding.memory
    assert memory is not None
    again = await store.read(
        lambda connection: recall(connection, bridge.journal, keys().choices, memory.place, bridge.clock())
    )
    assert known(again) == known(memory)


def known(memory: Memory) -> dict[str, Any]:
    """All of it that decides anything: not what was worked out and is kept to spare work."""
    detector = {part.name: getattr(memory.detector, part.name) for part in fields(memory.detector)}
    held = {name: _public(part) for name, part in detector.items()}
    return {"now": memory.now, "raid": memory.raid, "stance": memory.stance, **held}


def _public(part: Any) -> Any:
    if not hasattr(part, "__dataclass_fields__"):
        return part
    return {one.name: getattr(part, one.name) for one in fields(part) if not one.name.startswith("_")}
