"""The service's own journal under other rules: a real database, folded by the service's own fold."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from bridge.errors import Misconfigured
from bridge.model import HOUR, MINUTE, Act, Happening, Progress
from bridge.noun import replace
from bridge.privacy.pseudonym import event_id
from bridge.replay import Result
from bridge.replay.compare import Comparison, compare, folded
from bridge.replay.journal import read_journal
from bridge.replay.report import page
from bridge.settings import Settings
from bridge.store.engine.store import Store
from bridge.store.engine.tables import decisions, metadata, outbox, raids, senders
from tests.replay.support import PASTE, RULES, number, rules
from tests.support.clock import NOON, TestClock
from tests.support.events import SECRET, Bridge, message, receipt
from tests.support.leaving import pass_

QUIET = RULES.replace(b"when: {first: true}", b"when: {words: [bonjour]}")
BUSY = RULES.replace(b"per_hour: 10,", b"per_hour: 0.1,")
EMPTY = RULES.replace(b"total: 100", b"total: 0.01")
OTHER = "Une tout autre phrase que plusieurs personnes collent, sans en changer une seule lettre"
PATIENT = RULES.replace(b"hold: {min: 10m, max: 10m}", b"hold: {min: 3h, max: 4h}")


@pytest.fixture
def settings(sqlite_url: str) -> Settings:
    """A database of our own."""
    return Settings(database_url=sqlite_url, secret=SecretStr(SECRET))


@pytest.fixture
async def world(settings: Settings) -> AsyncIterator[Bridge]:
    """The service's journal and fold."""
    store = Store(settings.database_url)
    yield Bridge(store, TestClock(), RULES)
    await store.close()


async def happen(world: Bridge, *happenings: Happening) -> None:
    """Each a minute after the one before, and decided at once."""
    for what in happenings:
        world.clock.pass_(MINUTE)
        await world.tell(what)
        await world.fold()


def act(verb: str, target: str) -> Act:
    """The operator acts."""
    return Act("command", f"{verb} {target}", "operator", verb, target, NOON, member=True)


async def compared(settings: Settings, source: bytes = RULES, **stretch: int) -> dict[str, Any]:
    """The comparison, as it is printed."""

    async def work(journal: Any, keys: Any) -> Comparison:
        return await compare(journal, keys, rules(source), **stretch)

    return (await read_journal(settings, work)).plain()


async def result(settings: Settings, since: int) -> Result:
    """What the page of a stretch is made of."""

    async def work(journal: Any, keys: Any) -> Result:
        return (await folded(journal, keys, rules(RULES))).result(since)

    return await read_journal(settings, work)


def people(count: int, text: str = "salut toi") -> list[Happening]:
    """Messages of as many senders."""
    return [message(text, address=number(who)) for who in range(1, count + 1)]


async def test_under_the_same_rules_nothing_would_be_different(world: Bridge, settings: Settings) -> None:
    await happen(world, *people(3), *[message(PASTE, address=number(50 + who)) for who in range(6)])
    told = await compared(settings)
    assert told["messages"] == 9
    assert told["changed"] == told["ordinary_lost"] == told["raiders_new"] == told["raiders_no_more"] == []
    assert told["was"] == told["would_be"]
    assert told["was"]["replies"] == 3
    assert told["was"]["raiders"] > 0


async def test_people_whom_other_rules_leave_out_are_named_by_handle(
    world: Bridge, settings: Settings
) -> None:
    await happen(world, message("bonjour", address=number(1)), message("salut", address=number(2)))
    told = await compared(settings, QUIET)
    assert (told["was"]["replies"], told["would_be"]["replies"]) == (2, 1)
    assert told["cheaper_by"] == 0.0763
    (lost,) = told["ordinary_lost"]
    (changed,) = told["changed"]
    assert changed["sender"] == lost
    assert (changed["was"], changed["would_be"]) == ("first", "silent")
    assert number(2).removeprefix("+") not in json.dumps(told)


async def test_a_smaller_pot_answers_fewer(world: Bridge, settings: Settings) -> None:
    await happen(world, *people(3))
    told = await compared(settings, EMPTY)
    assert (told["was"]["replies"], told["would_be"]["replies"]) == (3, 0)
    assert told["changed"][0]["reasons"] == ["the pot is spent"]


async def test_a_smaller_share_of_an_hour_answers_nobody_less(world: Bridge, settings: Settings) -> None:
    await happen(world, *people(3))
    told = await compared(settings, BUSY)
    assert (told["was"]["replies"], told["would_be"]["replies"]) == (3, 3)


@pytest.mark.parametrize("source", [RULES, PATIENT], ids=["the same rules", "a longer hold"])
@pytest.mark.parametrize("told_of", [None, Progress.SENT, Progress.DELIVERED, Progress.FAILED])
async def test_what_a_provider_told_of_a_reply_makes_no_difference_between_rules(
    world: Bridge, settings: Settings, told_of: Progress | None, source: bytes
) -> None:
    """The replay's provider takes everything, and what was told came before the reply leaves there."""
    await happen(world, *people(2))
    await pass_(world, HOUR)
    numbers = {world.journal.sender("sms", number(who)): number(who) for who in (1, 2)}
    for message_id, reply, who in await world.store.read(_handed_over) if told_of else ():
        happened = receipt(message_id, told_of or Progress.SENT, reply=reply, at=world.clock())
        await happen(world, replace(happened, address=numbers[who]))
    told = await compared(settings, source)
    assert told["changed"] == told["ordinary_lost"] == told["ordinary_won"] == []
    assert told["was"] == told["would_be"]
    assert told["was"]["replies"] == 2


@pytest.mark.parametrize("target", ["number", "handle"])
async def test_a_mute_holds_in_the_replay_too(world: Bridge, settings: Settings, target: str) -> None:
    await happen(world, *people(1, "STOP"))
    store_rows = await world.store.read(_handle)
    await happen(world, act("mute", number(1) if target == "number" else store_rows))
    await happen(world, *people(1, "START"), *people(1))
    told = await compared(settings)
    assert told["changed"] == []
    assert told["would_be"]["replies"] == 0


async def test_a_pause_and_its_end_hold_in_the_replay_too(world: Bridge, settings: Settings) -> None:
    await happen(world, *people(1), act("pause", "sms"), *people(2), act("resume", "sms"), *people(3))
    told = await compared(settings)
    assert told["changed"] == []
    assert told["would_be"]["replies"] == 3


async def test_a_false_alarm_is_one_in_the_replay_too(world: Bridge, settings: Settings) -> None:
    await happen(world, *[message(PASTE, address=number(50 + who)) for who in range(6)])
    raid = str(await world.store.read(_raid))
    judged = await compared(settings)
    await happen(world, act("false_alarm", raid))
    cleared = await compared(settings)
    assert f"<code>{raid}</code>, called a false alarm</h3>" in page(await result(settings, 0))
    await happen(world, act("reopen", raid))
    again = await compared(settings)
    assert f"<code>{raid}</code></h3>" in page(await result(settings, 0))
    assert [told["would_be"]["replies"] for told in (judged, cleared, again)] == [0, 6, 0]
    assert judged["would_be"]["raiders"] == 6
    assert judged["changed"] == cleared["changed"] == again["changed"] == []


async def test_all_of_a_raid_can_be_muted_and_unmuted_in_the_replay_too(
    world: Bridge, settings: Settings
) -> None:
    await happen(world, *[message(PASTE, address=number(50 + who)) for who in range(6)])
    mute_all = act("mute_all", str(await world.store.read(_raid)))
    await happen(world, mute_all, act("undo", event_id("command", "act", mute_all.provider_id)))
    await happen(world, message("salut", address=number(50)))
    told = await compared(settings)
    assert told["messages"] == 7
    assert told["changed"] == []


@pytest.mark.parametrize("about", ["a sender", "a raid"])
async def test_what_was_taught_and_untaught_is_so_in_the_replay_too(
    world: Bridge, settings: Settings, about: str
) -> None:
    await happen(world, *[message(PASTE, address=number(50 + who)) for who in range(6)])
    target = number(50) if about == "a sender" else str(await world.store.read(_raid))
    teach = act("teach_abusive", target)
    await happen(world, teach, message(PASTE, address=number(60)))
    await happen(world, act("unteach", event_id("command", "act", teach.provider_id)[:8]))
    await happen(world, message(PASTE, address=number(61)))

    async def work(journal: Any, keys: Any) -> Comparison:
        return await compare(journal, keys, rules(RULES))

    seen = [pair.would.suspicion for pair in (await read_journal(settings, work)).pairs]
    assert seen == await world.store.read(_suspicions)
    assert seen[0] == seen[5] == seen[7] < seen[6]


async def test_a_stretch_is_compared_and_what_was_before_is_remembered(
    world: Bridge, settings: Settings
) -> None:
    await happen(world, *people(2))
    since = world.clock() + 1
    await happen(world, *people(3))
    until = world.clock() + 1
    await happen(world, *people(5))
    told = await compared(settings, since=since, until=until)
    assert told["messages"] == 3
    assert told["would_be"]["replies"] == 1
    assert told["changed"] == []


async def test_the_page_of_a_stretch_tells_of_it_alone_and_of_the_raid_that_goes_on_all(
    world: Bridge, settings: Settings
) -> None:
    await happen(world, *people(3), *[message(OTHER, address=number(80 + who)) for who in range(6)])
    await pass_(world, 3 * HOUR)
    await happen(world, *[message(PASTE, address=number(50 + who)) for who in range(5)])
    since = world.clock() + 1
    await happen(world, *[message(PASTE, address=number(60 + who)) for who in range(2)], *people(4)[3:])
    await pass_(world, HOUR)
    whole, late = [(await result(settings, begin)).summary for begin in (0, since)]
    assert (whole["messages"], late["messages"], late["replied"], late["spent"]) == (17, 3, 1, 0.0763)
    assert late["inbound_cost"] == pytest.approx(3 * 0.0075)
    assert sum(one["spent"] for one in late["money"]) == late["spent"]
    assert whole["raids"][1:] == late["raids"]
    assert late["raids"][0]["messages"] == 7
    assert late["saved"] == late["raids"][0]["saved"] < whole["saved"]
    assert whole["posture"][-len(late["posture"]) :] == late["posture"] != whole["posture"]
    told = page(await result(settings, since))
    assert "Of <b>3 messages</b> from 3 senders, <b>1</b> was answered for <b>€0.08</b>" in told
    assert [told.count(f"<code>{one['id']}</code>") for one in whole["raids"]] == [0, 1]


async def test_the_journal_is_read_while_it_is_written_and_never_changed(
    world: Bridge, settings: Settings
) -> None:
    await happen(world, *people(2))
    before = await world.store.read(_everything)
    await compared(settings, QUIET)
    assert await world.store.read(_everything) == before
    await happen(world, *people(3))
    assert (await compared(settings))["messages"] == 5


async def test_another_secret_is_told_plainly(world: Bridge, settings: Settings) -> None:
    await happen(world, *people(1))
    other = settings.model_copy(update={"secret": SecretStr("another secret of more than 32 characters")})
    with pytest.raises(Misconfigured, match="REMPART_SECRET is not the secret"):
        await compared(other)


async def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/none.db", secret=SecretStr(SECRET))
    with pytest.raises(Misconfigured, match="There is no database"):
        await compared(settings)
    assert _names_in(tmp_path) == []


def _names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def _handed_over(connection: Any) -> list[Any]:
    return list(await connection.execute(select(outbox.c.message_id, outbox.c.id, outbox.c.sender)))


async def _handle(connection: Any) -> str:

    return str(await connection.scalar(select(senders.c.handle)))


async def _suspicions(connection: Any) -> list[int]:
    return list(await connection.scalars(select(decisions.c.suspicion).order_by(decisions.c.decided_at)))


async def _raid(connection: Any) -> str:
    return str(await connection.scalar(select(raids.c.id)))


async def _everything(connection: Any) -> list[Any]:

    return [
        [tuple(row) for row in await connection.execute(select(table))] for table in metadata.sorted_tables
    ]
