"""Somebody is forgotten at once: by the team's wish, or by their own; unless a raid holds their record."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.effects import Gather
from bridge.loops.retention import Forgotten, Retention
from bridge.model import DAY, HOUR, MINUTE, Act, Ask, Message, Progress, Raid, SenderId
from bridge.noun import replace
from bridge.ports import Accepted
from bridge.privacy.pseudonym import handles
from bridge.reasons import Why
from bridge.service.lines import database_of
from bridge.store.books import erasing, sending
from bridge.store.books import senders as people
from bridge.store.books.journal import ENTRY, opened
from bridge.store.engine.migrate import migrate
from bridge.store.engine.store import Store
from bridge.store.engine.tables import acts, decisions, events, mutes, outbox, senders, taught
from bridge.store.looks import team
from bridge.text.reading import _reading
from tests.support.books import apply
from tests.support.clock import NOON, TestClock
from tests.support.events import MAN, Bridge, message, receipt, rules
from tests.support.retaining import retention, rows, settle, traces

CHAT = "4242424242"
SECRETS = ("une phrase que personne ne doit lire", "encore une phrase")


@pytest.fixture
def bridge(store: Store) -> Bridge:
    return Bridge(store, TestClock())


@pytest.fixture
def keeper(bridge: Bridge) -> Retention:
    return retention(bridge)


def chat(text: str, asks: Ask | None = None, at: int = NOON, id_: str | None = None) -> Message:
    """Somebody writes to the bot."""
    told = message(text, address=CHAT, at=at, id_=id_)
    return replace(told, channel="telegram", metered=False, asks=asks, language="fr")


async def said(bridge: Bridge) -> list[str]:
    """What was said last, newest first; it leaves at once."""
    query = select(outbox.c.id, outbox.c.text, outbox.c.name).where(outbox.c.progress == Progress.HELD)
    found = await rows(bridge, query.order_by(outbox.c.due_at.desc()))
    return [row.name for row in found]


async def leave(bridge: Bridge, channel: str = "telegram") -> None:
    """Whatever is due leaves, and the provider takes it."""
    now = bridge.clock()
    claimed = await bridge.store.transact(lambda found: sending.claim(found, channel, now, 8, rules()))
    for one in claimed:
        taken = Accepted(f"{channel}-{one.reply.id}")
        await bridge.store.transact(
            lambda found, id_=one.reply.id, taken=taken: sending.settle(found, id_, taken, now, now)  # type: ignore[misc]
        )


async def raided(bridge: Bridge, who: SenderId) -> None:
    now = bridge.clock()
    gather = Gather(Raid("0123abcd", now, now, grave=True), "copies", "k", (who,), 1)
    await bridge.store.transact(lambda connection: apply(connection, [gather], now))


async def texts(bridge: Bridge) -> set[str]:
    """What can be opened, by a process that remembers nothing and by the one that wrote it down."""
    found = await rows(bridge, select(*ENTRY))
    readable = set()
    for keyring in (bridge.keyring, Bridge(bridge.store, bridge.clock).keyring):
        told = await bridge.store.read(lambda connection, k=keyring: opened(connection, k, found))  # type: ignore[misc]
        readable |= {one.what.text for one in told.values() if isinstance(one.what, Message)}
    return readable


async def test_what_somebody_wrote_is_gone_at_once_and_the_record_names_nobody(
    bridge: Bridge, keeper: Retention
) -> None:
    await bridge.tell(*(message(text) for text in SECRETS))
    await bridge.fold()
    sender = bridge.journal.sender("sms", MAN)
    (handle,) = await rows(bridge, select(senders.c.handle).where(senders.c.id == sender))
    assert await keeper.one(sender) == Forgotten("done")
    assert await texts(bridge) == set()
    await bridge.fold()
    (done,) = await rows(bridge, select(acts))
    assert (done.verb, done.actor, done.about, done.outcome) == ("forget", "team", "1", "done")
    later = Bridge(bridge.store, bridge.clock)
    entries = await rows(bridge, select(*ENTRY).where(events.c.kind == "act"))
    told = await bridge.store.read(lambda found: opened(found, later.keyring, entries))
    assert not any(name in repr(told) for name in (sender, MAN, handle.handle))
    assert {row.progress for row in await rows(bridge, select(outbox))} == {"cancelled"}


async def test_once_more_there_is_nothing_to_erase(bridge: Bridge, keeper: Retention) -> None:
    sender = bridge.journal.sender("sms", MAN)
    assert await keeper.one(sender) == Forgotten("nothing")
    await bridge.tell(message())
    await bridge.fold()
    assert [(await keeper.one(sender)).outcome for _ in range(2)] == ["done", "nothing"]
    assert await bridge.store.read(erasing.erased) == 1


async def test_a_raid_holds_the_record_and_says_which_and_until_when(
    bridge: Bridge, keeper: Retention
) -> None:
    await bridge.tell(message(SECRETS[0]))
    await bridge.fold()
    sender = bridge.journal.sender("sms", MAN)
    await raided(bridge, sender)
    told = await keeper.one(sender)
    assert told.kept is not None
    assert (told.outcome, told.kept.raid, told.kept.until) == ("held", "0123abcd", NOON + 365 * DAY)
    assert await texts(bridge) == {SECRETS[0]}
    bridge.clock.pass_(365 * DAY)
    assert (await keeper.one(sender)).outcome == "done"


async def test_while_a_reply_is_on_its_way_it_is_for_soon(bridge: Bridge, keeper: Retention) -> None:
    await bridge.tell(message(SECRETS[0]))
    await bridge.fold()
    sender = bridge.journal.sender("sms", MAN)
    bridge.clock.pass_(HOUR)
    now = bridge.clock()
    (claimed,) = await bridge.store.transact(lambda found: sending.claim(found, "sms", now, 8, rules()))
    assert await keeper.one(sender) == Forgotten("soon")
    await settle(keeper, bridge)
    assert await texts(bridge) == {SECRETS[0]}
    taken = Accepted("SM0")
    await bridge.store.transact(lambda found: sending.settle(found, claimed.reply.id, taken, now, now))
    assert await settle(keeper, bridge) == 1
    assert await texts(bridge) == set()
    (done,) = await rows(bridge, select(acts))
    assert (done.verb, done.actor) == ("forget", "team")  # it was no wish of their own


async def test_what_is_not_folded_yet_is_heard_before_its_author_is_forgotten(
    bridge: Bridge, keeper: Retention
) -> None:
    await bridge.tell(message(SECRETS[0]))
    assert await keeper.one(bridge.journal.sender("sms", MAN)) == Forgotten("soon")
    await bridge.fold()
    await settle(keeper, bridge)
    assert await texts(bridge) == set()
    assert Why.UNREADABLE not in {row.why for row in await rows(bridge, select(decisions.c.why))}


async def test_who_comes_back_is_new_and_bears_another_handle(bridge: Bridge, keeper: Retention) -> None:
    await bridge.tell(message(SECRETS[0]))
    await bridge.fold()
    sender = bridge.journal.sender("sms", MAN)
    await keeper.one(sender)
    await bridge.fold()
    await bridge.tell(message("me revoici"))
    await bridge.fold()
    assert await texts(bridge) == {"me revoici"}
    (back,) = await bridge.store.read(lambda connection: people.find(connection, [sender]))
    assert back.handle not in ("", next(handles(sender)))
    assert back.messages == 1
    (reply,) = await rows(bridge, select(outbox).where(outbox.c.progress == "held"))
    assert reply.name == "first"


async def test_nobody_gets_more_than_three_replies_a_day_however_often_they_are_forgotten(
    bridge: Bridge, keeper: Retention
) -> None:
    for _ in range(5):
        await bridge.tell(message("salut", at=bridge.clock()))
        await bridge.fold()
        bridge.clock.pass_(HOUR)
        await leave(bridge, "sms")
        await keeper.one(bridge.journal.sender("sms", MAN))
        await bridge.fold()
    counted = select(func.count()).where(outbox.c.progress == "accepted")
    assert await bridge.store.read(lambda connection: connection.scalar(counted)) == 3


async def test_a_stop_outlives_everything(bridge: Bridge, keeper: Retention) -> None:
    await bridge.tell(message("STOP"))
    await bridge.fold()
    await keeper.one(bridge.journal.sender("sms", MAN))
    await bridge.fold()
    await bridge.tell(message("re"))
    await bridge.fold()
    whys = [row.why for row in await rows(bridge, select(decisions.c.why))]
    assert sorted(whys) == sorted([Why.ASKS_TO_STOP, Why.HAS_STOPPED])


@pytest.mark.parametrize("period", ["", " 2026-09-21T12:00:00Z 2026-09-21T13:00:00Z"])
async def test_who_a_dossier_was_about_is_no_longer_named(
    bridge: Bridge, keeper: Retention, period: str
) -> None:
    await bridge.tell(message(SECRETS[0]))
    await bridge.fold()
    (handle,) = [row.handle for row in await rows(bridge, select(senders.c.handle))]
    about = Act("command", "d1", "operator", "dossier", f"{handle}{period}", NOON, member=True)
    await bridge.tell(about)
    await bridge.fold()
    assert handle in repr(await rows(bridge, select(acts)))
    await keeper.one(bridge.journal.sender("sms", MAN))
    await bridge.fold()
    assert handle not in repr(await rows(bridge, select(acts)))


async def test_what_is_exported_by_a_command_is_not_said_to_be_made_for_the_room(bridge: Bridge) -> None:
    await bridge.tell(Act("command", "d1", "operator", "dossier", "7cd46b78", NOON, member=True))
    await bridge.fold()
    (done,) = await rows(bridge, select(acts))
    assert (done.outcome, done.told.code) == ("done", "dossier_exported")


async def test_a_mute_lasts_as_long_as_it_was_to_and_its_bearer_can_be_named(
    bridge: Bridge, keeper: Retention
) -> None:
    await bridge.tell(message(SECRETS[0]))
    mute = Act("command", "m1", "operator", "mute", f"sms:{MAN}", NOON, 7 * DAY, "insistent", member=True)
    await bridge.tell(mute)
    await bridge.fold()
    sender = bridge.journal.sender("sms", MAN)
    (before,) = await bridge.store.read(lambda found: team.standing_mutes(found, NOON))
    await keeper.one(sender)
    await bridge.fold()
    (standing,) = await bridge.store.read(lambda found: team.standing_mutes(found, NOON))
    assert (standing.sender, standing.reason) == (sender, "")
    assert standing.handle
    assert standing.handle != before.handle
    assert before.handle not in repr(await rows(bridge, select(acts)))
    await bridge.tell(message("salut", at=bridge.clock()))
    await bridge.fold()
    assert Why.MUTED in {row.why for row in await rows(bridge, select(decisions.c.why))}
    bridge.clock.pass_(31 * DAY)
    await settle(keeper, bridge)
    assert await rows(bridge, select(mutes)) == []


async def test_with_a_person_goes_what_was_taught_by_their_texts(bridge: Bridge, keeper: Retention) -> None:
    await bridge.tell(message("une phrase assez longue pour apprendre quelque chose"))
    teach = Act("command", "t1", "operator", "teach_abusive", f"sms:{MAN}", NOON, member=True)
    await bridge.tell(teach)
    await bridge.fold()
    memory = bridge.folding.memory
    assert memory is not None
    assert len(memory.detector.lessons.standing) == 1
    assert any(lesson.buckets for lesson in memory.detector.lessons.standing)
    await keeper.one(bridge.journal.sender("sms", MAN))
    await bridge.fold()
    assert await rows(bridge, select(taught)) == []
    await bridge.tell(message("autre chose", address="+33687654321"))
    await bridge.fold()
    later = bridge.folding.memory
    assert later is not None
    assert not any(lesson.buckets for lesson in later.detector.lessons.standing)


async def test_another_process_opens_nothing_with_a_key_that_it_remembers(
    bridge: Bridge, keeper: Retention
) -> None:
    other = Bridge(bridge.store, bridge.clock)
    await other.tell(message(SECRETS[0]))
    await bridge.fold()
    await keeper.one(bridge.journal.sender("sms", MAN))
    await other.tell(message("me revoici"))
    await bridge.fold()
    found = await rows(bridge, select(*ENTRY))
    for keyring in (other.keyring, bridge.keyring, Bridge(bridge.store, bridge.clock).keyring):
        told = await bridge.store.read(lambda connection, k=keyring: opened(connection, k, found))  # type: ignore[misc]
        messages = {one.what.text for one in told.values() if isinstance(one.what, Message)}
        assert messages == {"me revoici"}


async def test_another_process_that_has_led_keeps_in_mind_nobody_whom_it_sees_forgotten(
    bridge: Bridge, keeper: Retention
) -> None:
    other = Bridge(bridge.store, bridge.clock)
    await other.tell(message(SECRETS[0]))
    await other.fold()
    await other.folding.stand_by()
    assert _reading.cache_info().currsize == 0
    await other.tell(message(SECRETS[1]))
    await other.fold()
    await other.folding.stand_by()
    assert other.folding.memory is not None, "nobody was forgotten, and it may lead again"
    await keeper.one(bridge.journal.sender("sms", MAN))
    await other.folding.stand_by()
    left: object = other.folding.memory
    assert (left, _reading.cache_info().currsize) == (None, 0)


async def test_the_bot_explains_first_and_forgets_after_a_yes(bridge: Bridge, keeper: Retention) -> None:
    await bridge.tell(chat(SECRETS[0]), chat("/forget", "forget"))
    await bridge.fold()
    assert "forget" in await said(bridge)
    await settle(keeper, bridge)
    assert SECRETS[0] in await texts(bridge)
    await leave(bridge)
    await bridge.tell(chat("/forget_yes", "forget_yes", bridge.clock()))
    await bridge.fold()
    await settle(keeper, bridge)
    assert SECRETS[0] in await texts(bridge), "they are told before their address is gone"
    assert "forgotten" in await said(bridge)
    await leave(bridge)
    await settle(keeper, bridge)
    assert await texts(bridge) == set()
    (done,) = await rows(bridge, select(acts))
    assert (done.actor, done.told.code) == ("themselves", "forgotten_by_themselves")


async def test_who_cannot_be_told_is_forgotten_all_the_same(bridge: Bridge, keeper: Retention) -> None:
    await bridge.tell(chat(SECRETS[0]), chat("/forget_yes", "forget_yes"))
    await bridge.fold()
    bridge.clock.pass_(11 * MINUTE)
    await settle(keeper, bridge)
    assert await texts(bridge) == set()


async def test_who_is_muted_may_ask_and_is_not_answered(bridge: Bridge, keeper: Retention) -> None:
    await bridge.tell(chat(SECRETS[0]))
    await bridge.tell(
        Act("command", "m1", "operator", "mute", f"telegram:{CHAT}", NOON, 7 * DAY, member=True)
    )
    await bridge.tell(chat("/forget_yes", "forget_yes"))
    await bridge.fold()
    assert await said(bridge) == []
    await settle(keeper, bridge)
    assert await texts(bridge) == set()


async def test_of_a_raid_the_bot_says_no_with_the_day_until_which(bridge: Bridge, keeper: Retention) -> None:
    await bridge.tell(chat(SECRETS[0]))
    await bridge.fold()
    await raided(bridge, bridge.journal.sender("telegram", CHAT))
    await bridge.tell(chat("/forget_yes", "forget_yes"))
    await bridge.fold()
    query = select(outbox.c.text).where(outbox.c.name == "held")
    (told,) = await rows(bridge, query)
    assert "au moins jusqu'au 21 septembre 2027" in told.text
    bridge.clock.pass_(HOUR)
    await settle(keeper, bridge)
    assert SECRETS[0] in await texts(bridge)
    whys = {row.why for row in await rows(bridge, select(decisions.c.why))}
    assert Why.HELD_FOR_RAID in whys


async def test_what_a_provider_tells_again_brings_nobody_back(bridge: Bridge, keeper: Retention) -> None:
    """Its log is looked through for days, and receipts repeat: neither is a word of theirs."""
    said, known = message(SECRETS[0]), message("autre", address="+33698765432")
    delivered = receipt("SM9", Progress.DELIVERED, at=bridge.clock())
    await bridge.tell(said, known, delivered)
    await bridge.fold()
    sender = bridge.journal.sender("sms", MAN)
    assert (await keeper.one(sender)).outcome == "done"
    for process in (bridge, Bridge(bridge.store, bridge.clock)):
        await process.tell(delivered, said, known)
        await process.fold()
        query = select(senders.c.key, senders.c.address).where(senders.c.id == sender)
        assert await rows(bridge, query) == [(None, None)]
    await bridge.tell(said, message(SECRETS[1]))
    await bridge.fold()
    assert SECRETS[0] not in await texts(bridge)
    assert SECRETS[1] in await texts(bridge)


async def test_a_late_receipt_brings_nobody_back_for_long(bridge: Bridge, keeper: Retention) -> None:
    await bridge.tell(message(SECRETS[0]))
    await bridge.fold()
    bridge.clock.pass_(HOUR)
    await leave(bridge, "sms")
    sender = bridge.journal.sender("sms", MAN)
    await keeper.one(sender)
    await bridge.tell(receipt("SM9", Progress.DELIVERED, at=bridge.clock()))
    await bridge.fold()
    keyed = select(senders.c.key).where(senders.c.id == sender, senders.c.key.is_not(None))
    assert len(await rows(bridge, keyed)) == 1
    bridge.clock.pass_(4 * DAY)
    await settle(keeper, bridge)
    assert await rows(bridge, keyed) == []


async def test_no_file_of_the_folder_holds_anything_of_them(sqlite_url: str, tmp_path: Path) -> None:
    store = Store(sqlite_url)
    bridge = Bridge(store, TestClock())
    keeper = retention(bridge)
    others = [message("autre", address=f"+3361234{n:04}") for n in range(300)]
    await bridge.tell(*others, message(SECRETS[0]))
    await bridge.fold()
    sender = bridge.journal.sender("sms", MAN)
    query = select(senders.c.key, senders.c.address, senders.c.handle).where(senders.c.id == sender)
    ((key, address, handle),) = await rows(bridge, query)
    (reply,) = await rows(bridge, select(outbox.c.text).where(outbox.c.sender == sender))
    wanted = [key, address, handle.encode(), SECRETS[0].encode(), MAN.encode()]
    assert traces(tmp_path, [key]) != []

    async def odd(connection: AsyncConnection) -> None:
        """What the reply said is made unlike anybody else's."""
        mine = update(outbox).where(outbox.c.sender == sender)
        await connection.execute(mine.values(text=f"{reply.text} for nobody else"))

    await store.transact(odd)
    wanted.append(b"for nobody else")
    assert (await keeper.one(sender)).outcome == "done"
    await bridge.fold()
    await settle(keeper, bridge)
    assert traces(tmp_path, wanted) == []
    assert f"{sender} " in (tmp_path / "rempart.db.forgotten").read_text()
    await store.close()
    assert traces(tmp_path, wanted) == []


@pytest.mark.parametrize("line", [None, "lyon"])
async def test_on_postgresql_no_file_of_its_tables_holds_anything_of_them(
    postgresql_url: str, line: str | None
) -> None:
    """What its log still holds until it is used anew, docs/privacy.md says. Each line has a schema."""
    store = Store(database_of(postgresql_url, line) if line else postgresql_url)
    await migrate(store)
    bridge = Bridge(store, TestClock())
    keeper = retention(bridge)
    await bridge.tell(*(message("autre", address=f"+3361234{n:04}") for n in range(300)), message(SECRETS[0]))
    mute = Act("command", "m1", "operator", "mute", f"sms:{MAN}", NOON, DAY, "a reason of hers", member=True)
    await bridge.tell(mute)
    await bridge.fold()
    sender = bridge.journal.sender("sms", MAN)
    query = select(senders.c.key, senders.c.address, senders.c.handle).where(senders.c.id == sender)
    ((key, address, handle),) = await rows(bridge, query)
    wanted = [key, address, handle.encode(), b"a reason of hers"]

    async def written(connection: AsyncConnection) -> Path:
        await connection.execute(text("CHECKPOINT"))
        return Path(await connection.scalar(text("SHOW data_directory"))) / "base"

    assert traces(await store.read(written), [key]) != []
    bridge.clock.pass_(2 * DAY)
    assert (await keeper.one(sender)).outcome == "done"
    await bridge.fold()
    await settle(keeper, bridge)
    assert traces(await store.read(written), wanted) == []
    await store.close()


async def test_what_cannot_be_rewritten_in_time_is_swept_and_nobody_waits_for_it(postgresql_url: str) -> None:
    store, other = Store(postgresql_url), Store(postgresql_url)
    bridge = Bridge(store, TestClock())
    await bridge.tell(message(SECRETS[0]))
    await bridge.fold()
    looking, enough = asyncio.Event(), asyncio.Event()

    async def look(connection: AsyncConnection) -> None:
        await connection.execute(select(senders.c.id))
        looking.set()
        await enough.wait()

    reader = asyncio.create_task(other.read(look))
    await looking.wait()
    assert (await retention(bridge).one(bridge.journal.sender("sms", MAN))).outcome == "done"
    assert not reader.done()
    enough.set()
    await reader
    await store.close()
    await other.close()
