"""The pictures show what the cards count: a day that was counted by hand, bar by bar and in sums."""

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.days import midnight
from bridge.model import DAY, EURO, HOUR, MINUTE, SECOND, MicroEuros, Micros
from bridge.service.lookout import Lookout
from bridge.statuspage.page import team_page
from bridge.statuspage.pictures import money_picture
from bridge.store.engine.store import Store
from bridge.store.engine.tables import decisions, events, senders
from bridge.store.looks.cards import day_view, recent_raids
from bridge.store.looks.course import course
from bridge.views import Course, Day, Outlook, Stretch
from bridge.wording import LANGUAGES, Language, Words
from tests.figures.day import PRICE, RECEIVING, RULES, Counted, LivedDay, lived
from tests.support.clock import NOON, TestClock
from tests.support.events import rules
from tests.support.leaving import pass_
from tests.support.raiding import number

PARIS = ZoneInfo("Europe/Paris")
COUNTED = Counted()


@pytest.fixture
async def file_store(sqlite_url: str) -> AsyncIterator[Store]:
    """What does not depend on the engine is looked at on one."""
    opened = Store(sqlite_url)
    yield opened
    await opened.close()


def lookout(day: LivedDay) -> Lookout:
    return Lookout(
        day.scene.store, day.scene.bridge.clock, lambda: rules(RULES), lambda: {"sms": "on"}, tuple
    )


def sums(course: Course) -> tuple[int, int, int, int, int]:
    """Messages, those of raids, replies, and both kinds of money."""
    bars = course.bars
    return (
        sum(one.hostile + one.other for one in bars),
        sum(one.hostile for one in bars),
        sum(one.replies for one in bars),
        sum(one.outbound for one in bars),
        sum(one.inbound for one in bars),
    )


async def test_the_pictures_of_hours_and_of_weeks_add_up_to_what_was_counted_by_hand(store: Store) -> None:
    day = await lived(store)
    seen = await lookout(day).outlook()
    expected = (
        COUNTED.messages,
        COUNTED.raid_messages,
        COUNTED.answered,
        COUNTED.answered * PRICE,
        COUNTED.messages * RECEIVING,
    )
    assert sums(seen.hours) == sums(seen.days) == expected
    (raid,) = seen.raids
    assert (raid.messages, raid.senders, raid.spent) == (
        COUNTED.raid_messages,
        COUNTED.raid_senders,
        COUNTED.raid_answered * PRICE,
    )
    assert (raid.open, raid.false_alarm, seen.posture) == (True, False, "raid")
    assert (seen.hours.stances[0].posture, seen.hours.stances[-1].posture) == ("calm", "raid")
    assert (seen.spent, seen.inbound, seen.held) == (expected[3], expected[4], COUNTED.held)
    assert await the_day(day) == seen.day


async def the_day(day: LivedDay) -> Day:
    """As its card has it."""
    now = day.scene.bridge.clock()
    today = datetime.fromtimestamp(now / SECOND, PARIS).date()
    begin = midnight(today, PARIS)
    return await day.scene.store.read(lambda found: day_view(found, today.isoformat(), begin, now))


async def test_what_the_team_called_a_false_alarm_is_no_raids_in_the_pictures(store: Store) -> None:
    day = await lived(store)
    (raid,) = await store.read(lambda connection: recent_raids(connection, 0))
    await day.scene.act("false_alarm", raid.id)
    day.scene.bridge.clock.pass_(MINUTE)
    seen = await lookout(day).outlook()
    assert sums(seen.hours)[:2] == (COUNTED.messages, 0)
    assert [(one.false_alarm, one.messages) for one in seen.raids] == [(True, COUNTED.raid_messages)]
    assert [one.posture for one in seen.hours.stances][-1] == "calm"


async def test_a_quiet_evening_later_the_posture_has_fallen_in_the_picture_too(store: Store) -> None:
    day = await lived(store)
    await day.scene.act("pause", "sms", length=20 * MINUTE)
    await pass_(day.scene.bridge, 5 * HOUR, step=30 * MINUTE)
    seen = await lookout(day).outlook()
    assert [one.posture for one in seen.hours.stances] == ["calm", "raid", "paused", "raid", "watch", "calm"]
    assert all(a.since < b.since for a, b in pairwise(seen.hours.stances))


async def test_a_day_begins_at_midnight_also_when_the_clocks_are_changed(file_store: Store) -> None:
    """On 25 October 2026 the day has 25 hours in Paris."""
    store = file_store
    first = datetime(2026, 10, 24, tzinfo=PARIS).date()
    begins = [midnight(first + timedelta(days=one), PARIS) for one in range(4)]
    assert [(b - a) // HOUR for a, b in pairwise(begins)] == [24, 25, 24]
    at = [
        begins[0],
        begins[1] - 1,
        begins[1],
        begins[2] - 1,
        begins[2],
        begins[3] - 1,
        begins[3],
        begins[0] - 1,
    ]
    await store.transact(lambda connection: decided(connection, at))
    found = await store.read(lambda connection: course(connection, begins[:3], begins[3], NOON + 300 * DAY))
    assert [one.other for one in found.bars] == [2, 2, 2]


async def decided(connection: AsyncConnection, at: list[Micros]) -> None:
    """A message was decided about at each of these instants."""
    await connection.execute(insert(senders).values(id="s" * 32))
    for count, instant in enumerate(at):
        event = {"id": f"{count:032x}", "channel": "sms", "kind": "message", "sender": "s" * 32}
        await connection.execute(insert(events).values(**event, received_at=instant, sealed=b""))
        made = {"event": event["id"], "verdict": "ordinary", "action": "silent", "cost": 0, "reasons": ()}
        await connection.execute(insert(decisions).values(**made, decided_at=instant))


async def handles(connection: AsyncConnection) -> list[str]:
    return list(await connection.scalars(select(senders.c.handle).where(senders.c.handle.is_not(None))))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_page_says_what_the_cards_say_and_nothing_about_anybody(
    language: Language, file_store: Store
) -> None:
    store = file_store
    day = await lived(store)
    seen = await lookout(day).outlook()
    words = Words(language, PARIS, now=seen.at)
    page = team_page({"paris": seen, "lyon": seen}, words, seen.at + 15 * MINUTE)
    assert f'<html lang="{language}">' in page
    told = tiles(page)
    assert told[:2] == [str(COUNTED.messages), str(COUNTED.senders)]
    assert words.money(COUNTED.answered * PRICE) in told
    assert words.money(COUNTED.messages * RECEIVING) in told
    assert [name for name in await store.read(handles) if name in page] == []
    assert [n for n in (*range(8), *range(30, 44), 90) if number(n)[4:] in page] == []
    assert not re.search(r"<script|javascript:|\son\w+=|https?://(?!www\.w3\.org/2000/svg)", page)
    assert len(set(re.findall(r'id="([^"]+)"', page))) == len(re.findall(r'id="', page))


def tiles(page: str) -> list[str]:
    """What the first line's figures say."""
    return re.findall(r"<dd>([^<]*)</dd>", page.partition('class="tiles"')[2])


SCALES = [
    (8 * EURO + EURO // 10, ["0,00 €", "2,50 €", "5,00 €", "7,50 €", "10,00 €"]),
    (80 * EURO, ["0", "20", "40", "60", "80"]),
]


@pytest.mark.parametrize(("spent", "marks"), SCALES)
def test_the_marks_of_money_are_written_all_alike(spent: MicroEuros, marks: list[str]) -> None:
    one = Stretch(NOON, outbound=spent)
    drawn = money_picture(
        "day", "Argent", Course((one,), NOON + HOUR, NOON + HOUR), Words("fr", PARIS, "page")
    )
    told = re.findall(r'class="tick"[^>]*text-anchor="end">([^<]*)<', drawn)
    assert [one.replace("\N{NO-BREAK SPACE}", " ") for one in told] == marks


async def test_an_installation_in_which_nothing_has_happened_yet_has_a_page_too(file_store: Store) -> None:
    store = file_store
    seen: Outlook = await Lookout(store, TestClock(), lambda: rules(RULES), dict, tuple).outlook()
    assert (sums(seen.hours), sums(seen.days), seen.raids) == ((0,) * 5, (0,) * 5, ())
    page = team_page({"": seen}, Words("en", PARIS, now=seen.at), seen.at)
    assert "None was seen." in page
    assert "nan" not in page
