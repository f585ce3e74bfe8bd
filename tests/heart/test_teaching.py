"""Teaching the register model: by the team alone, in the journal, kept over a restart, taken back."""

from typing import Any

import pytest
from sqlalchemy import select, update

from bridge.model import HOUR, MINUTE
from bridge.raid.copies import SENDERS as COPIES
from bridge.raid.suspicion import suspicion
from bridge.raid.suspicion.lessons import MOST_LESSONS, MOST_TEXTS, NO_LESSONS
from bridge.store.books import lessons
from bridge.store.books.raids import called
from bridge.store.engine.store import Store
from bridge.store.engine.tables import acts, decisions, events, members, raids, senders, taught
from bridge.store.looks.cards import raid_view
from bridge.views import RaidView
from tests.heart.test_acts import FRENCH, MAN, NAMED, act, do
from tests.support.clock import TestClock
from tests.support.events import Bridge, message, rules
from tests.support.french import typeset

ROUGH = "ferme ta gueule, sale conne, tu vas perdre"
PLAIN = "le train de midi est en retard, je prends un taxi"
OTHER = "+33698765432"


@pytest.fixture
def bridge(store: Store) -> Bridge:
    return Bridge(store, TestClock())


async def say(bridge: Bridge, text: str, address: str) -> int:
    """Somebody writes; how abusive it looked."""
    bridge.clock.pass_(MINUTE)
    written = message(text, address=address, at=bridge.clock())
    await bridge.tell(written)
    await bridge.fold()
    newest = select(decisions.c.suspicion).join(events, events.c.id == decisions.c.event)
    return int((await rows(bridge, newest.order_by(events.c.place.desc()).limit(1)))[0].suspicion)


async def rows(bridge: Bridge, query: Any) -> list[Any]:
    async def work(connection: Any) -> list[Any]:
        return list((await connection.execute(query)).all())

    return await bridge.store.read(work)


async def listed(bridge: Bridge) -> list[lessons.Taught]:
    return await bridge.store.read(lessons.listed)


async def raid(bridge: Bridge, text: str = ROUGH) -> str:
    """Several senders paste one text; the id of the raid."""
    await bridge.tell(
        *(message(text, address=f"+336{10 + n}345678", at=bridge.clock()) for n in range(COPIES))
    )
    await bridge.fold()
    return str((await rows(bridge, select(raids.c.id)))[0].id)


async def test_what_a_raid_wrote_is_taught_and_looks_so_from_then_on(bridge: Bridge) -> None:
    before = suspicion(ROUGH)
    outcome, told = await do(bridge, act("teach_ordinary", await raid(bridge), reason="supporters"))
    (one,) = await listed(bridge)
    assert (outcome, one.texts, one.by, one.reason) == ("done", COPIES, "U0ANYONE", "supporters")
    assert f"lesson {one.id}" in told
    assert await say(bridge, ROUGH, OTHER) < before


@pytest.mark.parametrize("target", ["number", "handle"])
async def test_what_one_sender_wrote_can_be_taught_and_is_listed_under_the_handle(
    bridge: Bridge, target: str
) -> None:
    before = await say(bridge, PLAIN, MAN)
    (sender,) = await rows(bridge, select(senders.c.handle))
    _, told = await do(bridge, act("teach_abusive", MAN if target == "number" else sender.handle))
    (one,) = await listed(bridge)
    assert (one.label, one.about, one.texts) == ("abusive", sender.handle, 1)
    assert MAN[4:] not in told + str(await rows(bridge, select(acts)))
    assert await say(bridge, PLAIN, OTHER) > before


async def test_a_lesson_that_is_undone_was_never_taught(bridge: Bridge) -> None:
    before = await say(bridge, ROUGH, MAN)
    await do(bridge, act("teach_ordinary", MAN))
    (one,) = await listed(bridge)
    outcome, told = await do(bridge, act("unteach", one.id, actor="U0OTHER"))
    assert (outcome, one.id in told) == ("done", True)
    assert await say(bridge, ROUGH, OTHER) == before
    (undone,) = await listed(bridge)
    assert (undone.undone_by, undone.undone_at is not None) == ("U0OTHER", True)
    assert (await do(bridge, act("unteach", one.id, id_="again")))[0] == "refused"
    assert (await do(bridge, act("teach_ordinary", MAN, id_="once more")))[0] == "done"


async def test_lessons_are_kept_over_a_restart_and_so_is_their_end(bridge: Bridge) -> None:
    before = await say(bridge, ROUGH, MAN)
    await do(bridge, act("teach_ordinary", MAN))
    after = await say(bridge, ROUGH, OTHER)
    restarted = Bridge(bridge.store, bridge.clock)
    assert await say(restarted, ROUGH, "+33611111111") == after
    await do(restarted, act("unteach", (await listed(bridge))[0].id))
    assert await say(Bridge(bridge.store, bridge.clock), ROUGH, "+33622222222") == before


async def test_after_a_restart_earlier_texts_look_as_they_did(bridge: Bridge) -> None:
    await say(bridge, ROUGH, MAN)
    await do(bridge, act("teach_ordinary", MAN))
    await say(bridge, ROUGH, OTHER)
    restarted = Bridge(bridge.store, bridge.clock)
    await say(restarted, "salut", "+33611111111")
    await say(bridge, "salut toi", "+33622222222")
    assert bridge.folding.memory is not None
    assert restarted.folding.memory is not None
    mine, theirs = bridge.folding.memory.detector, restarted.folding.memory.detector
    assert mine.lessons == theirs.lessons
    assert [one.suspicion for one in theirs.register.recent] == [
        one.suspicion for one in mine.register.recent
    ][:-1]


async def test_who_is_erased_takes_along_what_was_learned_from_them(bridge: Bridge) -> None:
    before = await say(bridge, ROUGH, MAN)
    await do(bridge, act("teach_ordinary", MAN))
    (one,) = await rows(bridge, select(events.c.sender).where(events.c.kind == "message"))
    erasing = update(senders).where(senders.c.id == one.sender).values(key=None, address=None)
    await bridge.store.transact(lambda connection: connection.execute(erasing))
    assert await say(Bridge(bridge.store, bridge.clock), ROUGH, OTHER) == before
    assert len(await listed(bridge)) == 1


async def test_raiders_alone_teach_nothing_however_much_they_write(bridge: Bridge) -> None:
    await bridge.tell(*(message(ROUGH, address=f"+3361{n:03}4567", at=bridge.clock()) for n in range(300)))
    await bridge.fold()
    (opened,) = await rows(bridge, select(raids.c.id))
    await do(bridge, act("mute_all", opened.id))
    await do(bridge, act("false_alarm", opened.id))
    assert bridge.folding.memory is not None
    assert bridge.folding.memory.detector.lessons == NO_LESSONS
    assert await rows(bridge, select(taught)) == await listed(bridge) == []
    assert await say(bridge, "ta gueule, pauvre type", MAN) == suspicion("ta gueule, pauvre type")


async def test_only_those_who_may_moderate_may_teach_and_the_others_are_told(store: Store) -> None:
    bridge = Bridge(store, TestClock(), NAMED)
    await say(bridge, ROUGH, MAN)
    outcome, told = await do(bridge, act("teach_ordinary", MAN))
    assert (outcome, "only the moderators" in told) == ("refused", True)
    await do(bridge, act("teach_ordinary", MAN, actor="U0MOD"))
    (one,) = await listed(bridge)
    assert (await do(bridge, act("unteach", one.id)))[0] == "refused"
    assert one.by == "U0MOD"


async def test_the_same_texts_are_not_taught_twice(bridge: Bridge) -> None:
    await say(bridge, ROUGH, MAN)
    await do(bridge, act("teach_ordinary", MAN))
    outcome, told = await do(bridge, act("teach_abusive", MAN))
    (one,) = await listed(bridge)
    assert (outcome, f"undo lesson {one.id} first" in told) == ("nothing", True)


@pytest.mark.parametrize("target", ["1f2e3d4c", "a004963c", "brave-heron-42", "nobody", ""])
async def test_nobody_known_cannot_be_taught(bridge: Bridge, target: str) -> None:
    outcome, told = await do(bridge, act("teach_ordinary", target))
    assert (outcome, "no raid has that id" in told) == ("refused", True)
    assert [row.about for row in await rows(bridge, select(acts.c.about))] == ["-"]


async def test_one_who_never_wrote_teaches_nothing(bridge: Bridge) -> None:
    outcome, told = await do(bridge, act("teach_ordinary", OTHER))
    assert (outcome, "no text" in told) == ("refused", True)
    assert OTHER[3:] not in told


async def test_what_is_no_lesson_cannot_be_undone_nor_is_it_repeated(bridge: Bridge) -> None:
    assert (await do(bridge, act("unteach", "06 12 34 56 78")))[0] == "refused"
    assert [row.about for row in await rows(bridge, select(acts.c.about))] == ["-"]


async def test_of_a_flood_only_the_newest_texts_are_taught(bridge: Bridge) -> None:
    await bridge.tell(
        *(message(f"{ROUGH} {n}", at=bridge.clock(), id_=f"SM{n:04}") for n in range(MOST_TEXTS + 60))
    )
    await bridge.fold()
    await do(bridge, act("teach_abusive", MAN))
    oldest = select(events.c.place).join(taught, taught.c.event == events.c.id).order_by(events.c.place)
    places = [row.place for row in await rows(bridge, oldest)]
    assert places == list(range(61, MOST_TEXTS + 61))


async def test_of_a_raid_only_what_was_written_at_its_time_is_taught(bridge: Bridge) -> None:
    await say(bridge, "salut, on se voit demain ?", "+33610345678")
    bridge.clock.pass_(3 * HOUR)
    opened = await raid(bridge)
    bridge.clock.pass_(3 * HOUR)
    await say(bridge, "merci, bonne soirée", "+33610345678")
    await do(bridge, act("teach_abusive", opened))
    assert [one.texts for one in await listed(bridge)] == [COPIES]


async def test_the_raids_card_knows_the_lesson_until_it_is_undone(bridge: Bridge) -> None:
    opened = await raid(bridge)
    shown = []
    for verb in ("false_alarm", "teach_ordinary", "unteach"):
        (one, *_) = [*await listed(bridge), None]
        await do(bridge, act(verb, one.id if verb == "unteach" and one else opened))
        seen = await bridge.store.read(lambda connection: _seen(connection, opened, bridge.clock()))
        shown.append(seen.lesson)
    (one,) = await listed(bridge)
    assert shown == [None, one.id, None]


async def _seen(connection: Any, id_: str, now: int) -> RaidView:
    found = await called(connection, id_)
    assert found is not None
    return await raid_view(connection, found, rules(), now)


async def test_so_many_lessons_and_no_more(bridge: Bridge) -> None:
    people = [f"+3361{n:02}34567" for n in range(MOST_LESSONS + 1)]
    await bridge.tell(
        *(message(f"{ROUGH} {n}", address=who, at=bridge.clock()) for n, who in enumerate(people))
    )
    await bridge.fold()
    for who in people[:MOST_LESSONS]:
        assert (await do(bridge, act("teach_ordinary", who)))[0] == "done"
    outcome, told = await do(bridge, act("teach_ordinary", f"+3361{MOST_LESSONS:02}34567"))
    assert (outcome, f"{MOST_LESSONS} lessons are in force" in told) == ("refused", True)


async def test_teaching_is_told_in_the_teams_language(store: Store) -> None:
    bridge = Bridge(store, TestClock(), FRENCH)
    await say(bridge, ROUGH, MAN)
    _, told = await do(bridge, act("teach_ordinary", MAN))
    assert told.startswith(typeset("Appris comme ordinaires : 1 texte de "))


async def test_a_raid_is_found_even_where_its_id_would_read_as_a_number(bridge: Bridge) -> None:
    opened, odd = await raid(bridge), "a004963c"

    async def rename(connection: Any) -> None:
        row = (await connection.execute(select(raids).where(raids.c.id == opened))).one()
        await connection.execute(raids.insert().values(**(row._asdict() | {"id": odd})))
        await connection.execute(update(members).where(members.c.raid == opened).values(raid=odd))

    await bridge.store.transact(rename)
    assert (await do(bridge, act("teach_abusive", odd)))[0] == "done"
    assert [(one.about, one.texts) for one in await listed(bridge)] == [(odd, COPIES)]
