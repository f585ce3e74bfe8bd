"""Reasons that earlier versions stored as sentences are codes after the migration, and say the same."""

import json
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.reasons import Reason, Why, because
from bridge.store.engine import tables
from bridge.store.engine.migrate import migrate, upgrade
from bridge.store.engine.store import Store
from bridge.wording import Words
from tests.support.clock import NOON

SENTENCES = [
    ("the sender has asked us to stop", because(Why.HAS_STOPPED)),
    ("the sender asks us to stop", because(Why.ASKS_TO_STOP)),
    ("the sender lets us write again", because(Why.LETS_US_WRITE)),
    ("muted by the team", because(Why.MUTED)),
    ("telegram is paused by the team", because(Why.CHANNEL_PAUSED, channel="telegram")),
    ("an edit of an earlier text", because(Why.EDIT)),
    ("found more than 24 hours late", because(Why.FOUND_LATE)),
    ("not a telephone number that can be answered", because(Why.NO_NUMBER)),
    ("a number of no country, such as a satellite telephone", because(Why.NO_COUNTRY)),
    ("not a mobile number", because(Why.NO_MOBILE)),
    ("no price is set for BE on sms", because(Why.NO_PRICE, country="BE", channel="sms")),
    ("no reply has conditions that this message meets", because(Why.NO_RULE)),
    ("no rule fits", because(Why.NO_RULE)),
    ("was answered within `reply_once_per`", because(Why.ANSWERED_LATELY)),
    ("has had 3 replies in 24 hours", because(Why.ANSWERED_OFTEN, count=3)),
    ("every wording of `first` has been said to this sender", because(Why.ALL_SAID, rule="first")),
    ("a handle that costs money explains nothing", because(Why.COSTS_MONEY)),
    ("the stored event cannot be opened", because(Why.UNREADABLE)),
    ("an error of ours kept this from being decided", because(Why.OUR_ERROR)),
    ("the pot is spent", because(Why.POT_SPENT)),
    ("this hour's share of the pot is spent", because(Why.HOUR_SPENT)),
    ("this day's share of the pot is spent", because(Why.DAY_SPENT)),
    ("this sender's share of the pot is spent", because(Why.SENDER_SPENT)),
    (
        "while a raid is on, the money is kept for new people who look ordinary",
        because(Why.KEPT_FOR_OTHERS),
    ),
    ("asks what this is", because(Why.ASKS_WHAT_THIS_IS)),
    ("this reply answers every message", because(Why.EVERY_MESSAGE)),
    ("first message", because(Why.FIRST_MESSAGE)),
    ("has written before", because(Why.WROTE_BEFORE)),
    ("came over sms", because(Why.OVER_CHANNEL, channel="sms")),
    ("language fr", because(Why.IN_LANGUAGE, language="fr")),
    ("came between 22:00 and 06:30", because(Why.BETWEEN, begin=1320, end=390)),
    ('has "06", which the reply asks for', because(Why.HAS_WORDS, phrase="06")),
    ("matches the regular expression of the reply", because(Why.MATCHES)),
    ("takes part in the raid that is on", because(Why.IN_RAID)),
    ("near copies of one text from 12 senders", because(Why.COPIES, senders=12)),
    ("20 messages of one sender within 10 minutes", because(Why.FLOOD, messages=20)),
    ("5 messages within 10 minutes", because(Why.MANY_MESSAGES, messages=5)),
    ("30 fresh numbers from one range of 10,000 within an hour", because(Why.FRESH_NUMBERS, count=30)),
    (
        "29 of the last 60 new senders write abusively, far more than usual",
        because(Why.ABUSE_RISES, abusive=29, newest=60),
    ),
    (
        "more abusive than 98 in 100 ordinary texts, while a raid is on",
        because(Why.ABUSIVE_IN_RAID, percent=98),
    ),
    ("more abusive than 97 in 100 ordinary texts", because(Why.ABUSIVE, percent=97)),
    ("what nobody remembers", because(Why.IN_WORDS, words="what nobody remembers")),
]
STANCES = [
    ("a raid is on", Why.RAID_ON),
    ("one sender floods", Why.ONE_FLOODS),
    ("a raid has just ended", Why.RAID_ENDED),
    ("more new senders than usual write abusively", Why.REGISTER_RISES),
    ("nothing unusual for half an hour", Why.NOTHING_UNUSUAL),
    ("put up by the team", Why.SHIELD_UP),
    ("the team took the shield down", Why.SHIELD_DOWN),
    ("the team called it a false alarm", Why.FALSE_ALARM),
    ("the team took a false alarm back", Why.RAID_AFTER_ALL),
]
SENDER, EVENT, ACT = "5" * 32, "e{:031}", "a" * 32


def as_it_was(connection: Connection) -> None:
    """A database of the version before, with everything that it could have stored."""
    upgrade(connection, "0007")
    add = connection.execute
    told = json.dumps([SENTENCES[0][0], SENTENCES[1][0]])
    add(
        text("INSERT INTO senders (id, handle, reasons) VALUES (:id, 'h', :told)"),
        {"id": SENDER, "told": told},
    )
    for place, (sentence, _) in enumerate(SENTENCES):
        _decided(connection, EVENT.format(place), json.dumps([sentence]), NOON + place)
    _decided(connection, ACT, "[]", NOON)
    signs = json.dumps([["copies", "near copies of one text from 12 senders"]])
    raid = "INSERT INTO raids (id, opened_at, grown_at, signs) VALUES ('r', 1, 2, :signs)"
    add(text(raid), {"signs": signs})
    for sentence, _ in STANCES:
        stance = text("INSERT INTO stances (posture, since, reason) VALUES ('calm', 1, :reason)")
        add(stance, {"reason": sentence})
    act = (
        "INSERT INTO acts (event, actor, verb, about, outcome, told, at)"
        " VALUES (:id, 'U1', 'mute', 'h', 'done', :told, 1)"
    )
    add(text(act), {"id": ACT, "told": "h est en sourdine."})


def _decided(connection: Connection, event: str, reasons: str, at: int) -> None:
    connection.execute(
        text(
            "INSERT INTO events (id, channel, kind, sender, received_at, sealed)"
            " VALUES (:id, 'sms', 'message', :sender, 1, :sealed)"
        ),
        {"id": event, "sender": SENDER, "sealed": b""},
    )
    connection.execute(
        text(
            "INSERT INTO decisions (event, verdict, action, cost, decided_at, reasons)"
            " VALUES (:id, 'ordinary', 'silent', 0, :at, :reasons)"
        ),
        {"id": event, "at": at, "reasons": reasons},
    )


@pytest.fixture
async def store(empty_database_url: str) -> AsyncIterator[Store]:
    """Brought up to date."""
    opened = Store(empty_database_url)

    async def before(connection: AsyncConnection) -> None:
        await connection.run_sync(as_it_was)

    await opened.transact(before)
    await migrate(opened)
    yield opened
    await opened.close()


async def test_every_sentence_became_its_code_and_figures_count_by_it(store: Store) -> None:
    query = select(tables.decisions.c.reasons, tables.decisions.c.why).order_by(tables.decisions.c.event)
    rows = (await store.read(lambda connection: connection.execute(query))).all()
    assert rows[0] == ((), None)
    assert [row.reasons for row in rows[1:]] == [(reason,) for _, reason in SENTENCES]
    assert [row.why for row in rows[1:]] == [reason.code for _, reason in SENTENCES]


async def test_senders_raids_postures_and_acts_kept_theirs(store: Store) -> None:
    async def seen(connection: AsyncConnection) -> list[object]:
        sender = await connection.scalar(select(tables.senders.c.reasons))
        signs = await connection.scalar(select(tables.raids.c.signs))
        stances = await connection.scalars(select(tables.stances.c.reason).order_by(tables.stances.c.seq))
        return [sender, signs, list(stances), await connection.scalar(select(tables.acts.c.told))]

    sender, signs, stances, told = await store.read(seen)
    assert sender == (because(Why.HAS_STOPPED), because(Why.ASKS_TO_STOP))
    assert signs == [["copies", because(Why.COPIES, senders=12).plain()]]
    assert stances == [because(why) for _, why in STANCES]
    assert isinstance(told, Reason)
    assert Words("fr").outcome(told) == "h est en sourdine."


NEVER_SENTENCES = {
    Why.ASKS_TO_BE_FORGOTTEN,
    Why.BEGINNING,
    Why.CALL,
    Why.CAUGHT_BY_RULE,
    Why.HAS_BLOCKED,
    Why.HELD_BY_RULE,
    Why.HELD_FOR_RAID,
    Why.KNOWN_PASTE,
    Why.KNOWN_RAIDER,
    Why.WINDOW_CLOSED,
}
"""Codes that came after reasons were values."""


def test_the_table_holds_every_code_that_was_ever_a_sentence() -> None:
    carried = {reason.code for _, reason in SENTENCES} | {why.value for _, why in STANCES}
    assert {why.value for why in Why} - carried == NEVER_SENTENCES
