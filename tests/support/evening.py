"""An evening on which everything happens that can leave something behind, and what comes after it."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import DAY, HOUR, SECOND, Message
from bridge.reasons import Reason
from bridge.store.engine.belonging import recognise
from bridge.store.engine.store import Store
from bridge.store.engine.tables import (
    answers,
    campaigns,
    cards,
    delays,
    dossiers,
    events,
    exposures,
    outbox,
    pages,
    phrase_rules,
    picks,
    pins,
    prices,
    senders,
    stamps,
    threats,
    turns,
)
from tests.support.clock import NOON, TestClock
from tests.support.events import Bridge, keys, message
from tests.support.raiding import OTHER_PASTE, Scene, number, ordinary, paste

_CARD = {"key": "day", "room": "slack", "where": "C1/17.5", "shown": "0a", "shown_at": NOON, "notes": ["é"]}
_PAGE = {"key": "raid", "since": NOON, "card": "day", "told": Reason("page_raid"), "seen_at": NOON}
_ANSWERED = {"minute": NOON, "path": "/twilio/sms", "status": 403, "count": 2}
_PIN = {"at": NOON, "size": 1, "root": b"r" * 32, "why": "hour", "key": b"k" * 32, "note": "a note"}
_STAMP = {"at": NOON, "authority": "https://time.example", "token": b"t"}
_PRICE = {"channel": "sms", "country": "FR", "currency": "EUR", "outbound": 76_300, "told_at": NOON}


_TURN = {"channel": "sms", "way": "telnyx", "left": "sms", "at": NOON, "code": "off", "since": NOON}


async def evening(store: Store) -> None:
    """Ordinary people, a raid, what the team does, what providers told; two messages nobody decided yet."""
    scene = Scene(Bridge(store, TestClock()))
    people = [(1_000 + n, text) for n, text in enumerate(ordinary()[:12])]
    said = [message(text, address=number(n)) for n, text in (*people, *paste(range(12)))]
    await scene.bridge.tell(*said)
    await scene.bridge.fold()
    raid = (await scene.raids())[0].id
    await scene.act("mute", number(3), length=DAY)
    await scene.act("teach_abusive", raid)
    await scene.act("shield", "", length=HOUR)
    await scene.act("pause", "sms", length=HOUR)
    await scene.act("pot", "40")
    await scene.bridge.tell(*_late(range(2)))
    await store.transact(_told_by_others)


async def _told_by_others(connection: AsyncConnection) -> None:
    await recognise(connection, keys().recognition)
    act, reply, sender = (
        select(func.max(table.c.id)).scalar_subquery() for table in (events, outbox, senders)
    )
    await connection.execute(picks.insert().values(act=act, reply=reply, rank=50, at=NOON))
    await connection.execute(
        delays.insert().values(act=act, reply=reply, due_at=NOON, until=NOON + HOUR, at=NOON)
    )
    await connection.execute(phrase_rules.insert().values(act=act, does="hold", until=NOON + HOUR))
    await connection.execute(campaigns.insert().values(act=act, name="north", since=NOON, until=NOON + DAY))
    await connection.execute(threats.insert().values(event=act, sender=sender, sign="death", at=NOON))
    await connection.execute(exposures.insert().values(act=act, actor="U1", at=NOON, texts=3))
    await connection.execute(
        dossiers.insert().values(act=act, at=NOON, file="", digest="", error="It broke.")
    )
    await connection.execute(pages.insert(), _PAGE)
    await connection.execute(answers.insert(), _ANSWERED)
    pin = await connection.execute(pins.insert().returning(pins.c.seq), _PIN)
    await connection.execute(stamps.insert().values(pin=pin.scalar_one(), **_STAMP))
    await connection.execute(cards.insert(), _CARD)
    await connection.execute(prices.insert(), _PRICE)
    await connection.execute(turns.insert(), _TURN)


async def night(store: Store) -> None:
    """What comes after it, to a process that has only just begun."""
    clock = TestClock(NOON + HOUR)
    bridge = Bridge(store, clock)
    await bridge.fold()
    await bridge.tell(*_late(range(2, 12)))
    await bridge.fold()


def _late(people: range) -> list[Message]:
    """Some who write their first text, and some who paste."""
    texts = [ordinary()[100 + n] if n % 2 else OTHER_PASTE for n in people]
    return [
        message(text, address=number(500 + n), at=NOON + n * SECOND, id_=f"SMlate{n}")
        for n, text in zip(people, texts, strict=True)
    ]
