"""What another team tells of a raid: it counts from the act on, at the second message, until forgotten."""

from typing import Any

import pytest
from sqlalchemy import select

from bridge.evidence.signing import Signer
from bridge.heart.acts.heed_campaign import MOST
from bridge.model import DAY, HOUR, MINUTE, Act, Micros
from bridge.noun import replace
from bridge.raid.fingerprint import fingerprint
from bridge.raid.tidings import GOOD_FOR, Tidings, most
from bridge.reasons import Reason
from bridge.store.books import campaigns
from bridge.store.engine.store import Store
from bridge.store.engine.tables import decisions, events, outbox, raids
from bridge.wording import Words
from tests.heart.test_acts import MAN, act, do
from tests.raid.sightings import written
from tests.support.clock import NOON, TestClock
from tests.support.events import Bridge, message

PASTE = "on va vider votre cagnotte les amis, venez tous ecrire a ce numero ce soir"
OTHER = "bande de menteuses, on sait que ce numero est faux, arretez de nous prendre pour des idiots"
SALT = b"s" * 16
THEIRS = Signer(b"1" * 32)


def tidings(
    *pastes: str, raid: str = "0612abcd", signer: Signer = THEIRS, at: Micros = NOON - DAY
) -> Tidings:
    prints = most(fingerprint(written(one).letters, SALT) for one in pastes)
    return Tidings("Les Colibris", raid, at - HOUR, at, at + GOOD_FOR, SALT, prints).signed(signer)


def heeding(told: Tidings, *, length: Micros | None = None, channel: str = "command", id_: str = "1") -> Act:
    wanted = act("heed_campaign", told.note, actor="operator", length=length, id_=id_)
    return replace(wanted, channel=channel)


@pytest.fixture
def bridge(store: Store) -> Bridge:
    return Bridge(store, TestClock())


async def write(bridge: Bridge, text: str, address: str) -> None:
    bridge.clock.pass_(MINUTE)
    await bridge.tell(message(text, address=address, at=bridge.clock()))
    await bridge.fold()


async def rows(bridge: Bridge, query: Any) -> list[Any]:
    async def work(connection: Any) -> list[Any]:
        return list((await connection.execute(query)).all())

    return await bridge.store.read(work)


async def verdicts(bridge: Bridge) -> list[str]:
    query = select(decisions.c.verdict).join(events, events.c.id == decisions.c.event)
    return [row.verdict for row in await rows(bridge, query.order_by(events.c.place))]


async def progress(bridge: Bridge) -> list[str]:
    return sorted(row.progress for row in await rows(bridge, select(outbox.c.progress)))


async def test_a_known_paste_is_seen_at_the_second_message_and_the_reason_names_the_team(
    bridge: Bridge,
) -> None:
    outcome, told = await do(bridge, heeding(tidings(PASTE)))
    assert (outcome, "Les Colibris" in told, "1 text," in told) == ("done", True, True)
    await write(bridge, PASTE, MAN)
    assert (await verdicts(bridge), await progress(bridge)) == (["ordinary"], ["held"])
    await write(bridge, f"{PASTE.upper()} !!", "+33698765432")
    assert await verdicts(bridge) == ["ordinary", "raider"]
    assert await progress(bridge) == ["cancelled", "cancelled"]  # in hindsight, too
    (raid,) = await rows(bridge, select(raids))
    ((_, sign),) = raid.signs
    assert Words("en").reason(Reason.read(sign)) == (
        "near copies of one text from 2 senders, known from a campaign that Les Colibris told"
    )


async def test_without_it_two_messages_are_no_raid_and_one_person_never_is(bridge: Bridge) -> None:
    for who in (MAN, "+33698765432"):
        await write(bridge, PASTE, who)
    await do(bridge, heeding(tidings(OTHER)))
    for _ in range(3):
        await write(bridge, OTHER, MAN)
    assert set(await verdicts(bridge)) == {"ordinary"}


async def test_a_restart_and_the_same_journal_decide_the_same(bridge: Bridge) -> None:
    await do(bridge, heeding(tidings(PASTE)))
    await write(bridge, PASTE, MAN)
    restarted = Bridge(bridge.store, bridge.clock)
    await write(restarted, PASTE, "+33698765432")
    assert await verdicts(bridge) == ["ordinary", "raider"]


async def test_it_counts_for_as_long_as_somebody_says_and_never_longer_than_it_is_good(
    bridge: Bridge,
) -> None:
    await do(bridge, heeding(tidings(PASTE), length=2 * HOUR))
    old = tidings(OTHER, raid="1612abcd", at=NOON - GOOD_FOR + 3 * HOUR)
    await do(bridge, heeding(old, id_="2"))
    listed = await bridge.store.read(lambda found: campaigns.listed(found, bridge.journal, bridge.clock()))
    assert {one.tidings.raid: one.until - NOON for one in listed} == {
        "0612abcd": 2 * HOUR,
        "1612abcd": 3 * HOUR,
    }
    bridge.clock.pass_(2 * HOUR)
    for who in (MAN, "+33698765432"):
        await write(bridge, PASTE, who)
    assert set(await verdicts(bridge)) == {"ordinary"}
    bridge.clock.pass_(HOUR)
    outcome, told = await do(bridge, heeding(old, id_="3"))
    assert (outcome, "was good until" in told) == ("refused", True)


async def test_what_is_forgotten_counts_no_more(bridge: Bridge) -> None:
    told = tidings(PASTE)
    await do(bridge, heeding(told))
    forgetting = replace(act("unheed_campaign", told.name, actor="operator"), channel="command")
    outcome, said = await do(bridge, forgetting)
    assert (outcome, told.name in said) == ("done", True)
    for who in (MAN, "+33698765432"):
        await write(bridge, PASTE, who)
    assert set(await verdicts(bridge)) == {"ordinary"}
    again = replace(forgetting, provider_id="again")
    assert (await do(bridge, again))[0] == "refused"
    assert (await do(bridge, heeding(told, id_="2")))[0] == "done"


async def test_the_same_file_twice_is_one_and_a_newer_one_adds(bridge: Bridge) -> None:
    await do(bridge, heeding(tidings(PASTE)))
    assert (await do(bridge, heeding(tidings(PASTE), id_="2")))[0] == "nothing"
    assert (await do(bridge, heeding(tidings(PASTE, OTHER), id_="3")))[0] == "done"
    for who in (MAN, "+33698765432"):
        await write(bridge, OTHER, who)
    assert (await verdicts(bridge))[-1] == "raider"


async def test_so_many_files_count_and_no_more(bridge: Bridge) -> None:
    for n in range(MOST):
        told = tidings(PASTE, raid=f"{n:08x}")
        assert (await do(bridge, heeding(told, id_=str(n))))[0] == "done"
    outcome, told_ = await do(bridge, heeding(tidings(PASTE, raid="f" * 8), id_="x"))
    assert (outcome, str(MOST) in told_) == ("refused", True)


@pytest.mark.parametrize("alter", ["forged", "nonsense", "neighbour"])
async def test_what_was_not_signed_so_is_refused_and_recorded(bridge: Bridge, alter: str) -> None:
    note = tidings(PASTE).note
    files = {"forged": note.replace("Colibris", "Corbeaux"), "nonsense": "06 12 34 56 78", "neighbour": "{}"}
    outcome, told = await do(bridge, replace(heeding(tidings(PASTE)), target=files[alter]))
    assert (outcome, "cannot be read" in told, "06 12" in told) == ("refused", True, False)


async def test_nobody_in_a_room_imports_without_being_an_admin(bridge: Bridge) -> None:
    assert (await do(bridge, heeding(tidings(PASTE), channel="slack")))[0] == "refused"
