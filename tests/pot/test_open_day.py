"""A day that an admin opens: whom a limit of hour or day keeps waiting is answered, and the pot holds."""

from collections.abc import Sequence
from functools import partial

import pytest
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.card import Card
from bridge.clock import parse_iso
from bridge.heart.acts.verb import ITSELF
from bridge.model import DAY, DOUBTFUL, HOUR, HOUSE, MINUTE, Act, Micros, Progress
from bridge.pot import Purse, after, left, limits, payable, within
from bridge.replay.compare import fold_again
from bridge.replay.journal import JournalReader
from bridge.service.board import Board
from bridge.store.books import ledger
from bridge.store.engine.migrate import upgrade
from bridge.store.engine.store import Store
from bridge.store.engine.tables import acts, outbox
from bridge.store.looks.waiting import waiting as look
from tests.support.clock import TestClock
from tests.support.events import Bridge, keys, rules
from tests.support.leaving import pass_
from tests.support.raiding import Scene, ordinary

PRICE = 76_300
RULES = b"""
languages: [fr]
hold: {min: 10m, max: 10m}
pot: {total: 1.5, per_hour: 0.20, per_day: 0.30, inbound_reserve: 20%}
replies:
  - id: any
    say: {fr: Un mot.}
"""
"""Two replies an hour, three a day, and fifteen in all."""


_DOUBTED = update(outbox).where(outbox.c.progress == Progress.HELD).values(rank=DOUBTFUL)


async def waiting(store: Store, count: int = 10) -> Scene:
    """Ten people have written; two are answered, and eight wait for the hour."""
    scene = Scene(Bridge(store, TestClock(), RULES))
    await scene.told(enumerate(ordinary()[:count]))
    assert await pass_(scene.bridge, 20 * MINUTE, step=5 * MINUTE) == 2
    return scene


async def day_card(scene: Scene) -> Card:
    board = Board(scene.store, scene.bridge.clock, lambda: scene.bridge.folding.responses, dict)
    (day,) = [card for card in await board.cards() if card.key.startswith("day:")]
    return day


async def told(scene: Scene) -> Sequence[str]:
    return [row.told.code for row in await scene.rows(acts.select().order_by(acts.c.at, acts.c.event))]


async def test_the_room_is_told_how_many_a_limit_keeps_waiting_and_what_opening_the_day_costs(
    store: Store,
) -> None:
    card = await day_card(await waiting(store))
    (note,) = [note.text for note in card.notes if note.key.startswith("short:")]
    assert "Waiting for their turn: 8 people" in note
    assert "Answering all of them now would cost €0.61." in note
    (button,) = [button for button in card.buttons if button.verb == "open_day"]
    assert button.confirm is not None
    assert "Waiting for money: 8 people; answering all of them costs €0.61" in button.confirm.text
    assert "all that is left: €1.05" in button.confirm.text


async def test_a_day_that_is_open_answers_everybody_who_waits(store: Store) -> None:
    scene = await waiting(store)
    await scene.act("open_day", "")
    assert await pass_(scene.bridge, MINUTE) == 8
    card = await day_card(scene)
    assert [button.verb for button in card.buttons] == ["close_day", "pause"]
    assert ("Limits of hour and day", "lifted until 00:00") in [(one.label, one.value) for one in card.facts]


async def test_an_open_day_spends_what_is_left_of_the_pot_and_no_more(store: Store) -> None:
    """Of 1.50, a fifth is kept for receiving: 15 replies of 7.63 cents, and the sixteenth waits."""
    scene = await waiting(store, count=20)
    await scene.act("open_day", "")
    assert await pass_(scene.bridge, 3 * HOUR, step=HOUR) == 13
    purse = await scene.purse()
    assert purse.spent + purse.reserved == 15 * PRICE <= 1_200_000


async def test_closing_it_takes_it_back_and_what_left_meanwhile_does_not_starve_the_next_day(
    store: Store,
) -> None:
    scene = await waiting(store, count=8)
    await scene.act("open_day", "")
    assert await pass_(scene.bridge, MINUTE) == 6
    await scene.act("close_day", "")
    await scene.told((100 + n, text) for n, text in enumerate(ordinary()[20:25]))
    assert await pass_(scene.bridge, 20 * MINUTE, step=5 * MINUTE) == 0
    assert await pass_(scene.bridge, HOUR, step=10 * MINUTE) == 1  # the third reply of the day
    assert await told(scene) == ["day_opened", "day_closed"]


async def test_a_second_opening_does_not_count_what_left_in_the_first(store: Store) -> None:
    """In the service, and in a replay of its journal."""
    scene = await waiting(store, count=8)
    for verb in ("open_day", "close_day", "open_day", "close_day"):
        await scene.act(verb, "")
        await pass_(scene.bridge, HOUR, step=10 * MINUTE)
    now = scene.bridge.clock()
    assert (await store.read(lambda found: ledger.load(found, now))).last_day == 2 * PRICE
    again = await store.read(lambda found: fold_again(JournalReader(found, keys()), keys(), rules(RULES)))
    assert again.world.provider.purse(now).last_day == 2 * PRICE


async def before(connection: AsyncConnection) -> None:
    """As the release before left it."""
    await connection.execute(text("ALTER TABLE outbox DROP COLUMN unlimited"))
    await connection.execute(text("UPDATE alembic_version SET version_num = '0023'"))


async def test_a_database_from_before_that_was_written_down_knows_the_newest_opening(store: Store) -> None:
    scene = await waiting(store, count=8)
    await scene.act("open_day", "")
    assert await pass_(scene.bridge, MINUTE) == 6
    await store.transact(before)
    await store.transact(lambda connection: connection.run_sync(partial(upgrade, to="0024")))
    now = scene.bridge.clock()
    assert (await store.read(lambda found: ledger.load(found, now))).last_day == 2 * PRICE


async def test_what_is_open_already_or_not_at_all_is_said(store: Store) -> None:
    scene = await waiting(store)
    for verb in ("close_day", "open_day", "open_day", "close_day", "close_day"):
        scene.bridge.clock.pass_(MINUTE)
        await scene.act(verb, "")
    expected = ["day_not_open", "day_opened", "day_open_already", "day_closed", "day_not_open"]
    assert await told(scene) == expected


LENGTHS = [
    ("2026-09-21T14:00:00Z", None, "2026-09-21T22:00:00Z"),
    ("2026-09-21T21:50:00Z", None, "2026-09-21T22:50:00Z"),
    ("2026-09-21T22:00:00Z", None, "2026-09-22T22:00:00Z"),
    ("2026-10-25T10:00:00Z", None, "2026-10-25T23:00:00Z"),
    ("2026-09-21T14:00:00Z", 30 * MINUTE, "2026-09-21T14:30:00Z"),
    ("2026-09-21T14:00:00Z", 7 * DAY, "2026-09-22T14:00:00Z"),
]


@pytest.mark.parametrize(("at", "length", "until"), LENGTHS)
async def test_it_is_open_until_the_day_is_over_at_least_an_hour_and_never_more_than_a_day(
    store: Store, at: str, length: Micros | None, until: str
) -> None:
    scene = Scene(Bridge(store, TestClock(), RULES))
    scene.bridge.clock.now = parse_iso(at)
    await scene.act("open_day", "", length=length)
    assert (await scene.purse()).opened_until == parse_iso(until)
    scene.bridge.clock.now = parse_iso(until)
    assert (await scene.purse()).opened_until is None


async def test_nobody_but_an_admin_opens_a_day_and_the_attempt_is_recorded(store: Store) -> None:
    scene = await waiting(store)
    now = scene.bridge.clock()
    await scene.bridge.tell(Act("slack", "1", "U0MOD", "open_day", "", now, member=True))
    await scene.bridge.fold()
    assert await told(scene) == ["refused_money"]
    assert (await scene.purse()).opened_until is None


async def test_where_nothing_gets_out_for_another_reason_no_limit_is_said_to_keep_people_waiting(
    store: Store,
) -> None:
    """All ten would cost more than the hour's money, of which nothing is spent: their provider takes none."""
    scene = Scene(Bridge(store, TestClock(), RULES))
    await scene.told(enumerate(ordinary()[:10]))
    scene.bridge.clock.pass_(20 * MINUTE)
    card = await day_card(scene)
    assert ("Waiting for their turn", "10 replies, €0.76") in [(one.label, one.value) for one in card.facts]
    assert [button.verb for button in card.buttons] == ["pause"]
    assert not [note for note in card.notes if note.key.startswith("short:")]


async def test_how_long_people_wait_is_told_of_them_and_not_of_the_doubtful(store: Store) -> None:
    scene = await waiting(store, 3)
    await store.transact(lambda connection: connection.execute(_DOUBTED))
    await scene.told(enumerate(ordinary()[3:5], start=3), pause=HOUR)
    await pass_(scene.bridge, 20 * MINUTE, step=5 * MINUTE)
    late = await store.read(lambda connection: look(connection, scene.bridge.clock()))
    assert late is not None
    assert (late.people, late.doubtful) == (1, 1)
    assert late.people_since - late.since >= HOUR
    (note,) = [one for one in (await day_card(scene)).notes if one.key.startswith("short:")]
    assert note.key == f"short:{late.people_since // HOUR}"


async def test_a_channel_that_the_team_keeps_silent_is_no_limit(store: Store) -> None:
    scene = await waiting(store)
    await scene.act("pause", "sms")
    card = await day_card(scene)
    assert [button.verb for button in card.buttons] == ["resume"]
    assert not [note for note in card.notes if note.key.startswith("short:")]


async def test_a_replay_of_the_journal_opens_the_day_as_it_was_opened(store: Store) -> None:
    scene = await waiting(store)
    await scene.act("open_day", "", length=HOUR)
    await pass_(scene.bridge, 30 * MINUTE, step=10 * MINUTE)
    folding = await store.read(
        lambda connection: fold_again(JournalReader(connection, keys()), keys(), rules(RULES))
    )
    folding.world.provider.run(until=scene.bridge.clock())
    assert len(folding.world.provider.left_at) == 10
    now = scene.bridge.clock()
    purse = await store.read(lambda connection: ledger.load(connection, now))
    again = folding.world.provider.purse(now)
    assert (again.last_hour, again.last_day, again.opened_until) == (
        purse.last_hour,
        purse.last_day,
        purse.opened_until,
    )


async def test_what_is_too_dear_just_now_lets_cheaper_replies_go_first_in_a_replay_too(store: Store) -> None:
    """Of a quarter of a euro an hour three replies leave 2.11 cents, and once the first is an hour old 9.74:
    enough for one segment, and not for the two of who wrote last."""
    long = f'  - {{id: long, when: {{words: [aide]}}, say: {{fr: "{"Un mot. " * 30}"}}}}\n'.encode()
    source = RULES.replace(b"per_hour: 0.20, per_day: 0.30", b"per_hour: 0.25, per_day: 1")
    source = source.replace(b"replies:\n", b"replies:\n" + long)
    scene = Scene(Bridge(store, TestClock(), source))
    for who in range(3):
        await scene.told([(who, ordinary()[who])])
        assert await pass_(scene.bridge, 15 * MINUTE) == 1
    await scene.told([(3, ordinary()[3]), (4, "aide moi")])
    assert await pass_(scene.bridge, 35 * MINUTE) == 1
    folding = await store.read(lambda one: fold_again(JournalReader(one, keys()), keys(), rules(source)))
    folding.world.provider.run(until=scene.bridge.clock())
    cheaper = (await scene.replies(3))[0]
    assert cheaper.progress == "accepted"
    assert cheaper.id in folding.world.provider.left_at


async def test_a_replay_of_the_journal_pays_for_a_call_to_the_team_when_the_service_did(
    store: Store,
) -> None:
    """It is made because an hour's money is gone, and paid by what is kept for receiving."""
    scene = await waiting(store)
    now = scene.bridge.clock()
    called = Act(ITSELF, "1", HOUSE, "call_out", "sms:+33611111111", now, reason="Il faut quelqu'un.")
    await scene.bridge.tell(called)
    await scene.bridge.fold()
    assert await pass_(scene.bridge, 5 * MINUTE) == 1
    folding = await store.read(lambda one: fold_again(JournalReader(one, keys()), keys(), rules(RULES)))
    folding.world.provider.run(until=scene.bridge.clock())
    assert folding.world.books.ledger.spent == (await scene.purse()).spent == 3 * PRICE


def test_an_open_day_lifts_both_limits_and_neither_what_is_left_nor_what_the_doubtful_may_cost() -> None:
    purse = Purse(spent=200_000, last_hour=200_000, last_day=200_000)
    opened = Purse(spent=200_000, last_hour=200_000, last_day=200_000, opened_until=1)
    assert (payable(purse, rules(RULES)), within(purse, rules(RULES))) == (0, 0)
    assert payable(opened, rules(RULES)) == left(opened, rules(RULES)) == 1_000_000
    assert payable(opened, rules(RULES), 1000) == 100_000
    assert after(opened, PRICE, 0).last_hour == opened.last_hour
    assert limits(purse, rules(RULES), PRICE)
    assert not limits(opened, rules(RULES), PRICE)
