"""The last resort: a telephone or an account, once for one thing, three a day, paid by what is kept back."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.loops.summons import Summons
from bridge.model import HOUR, MINUTE, SUMMONS, Act, Page
from bridge.reasons import Reason
from bridge.store.books import ledger
from bridge.store.engine.store import Store
from bridge.store.engine.tables import outbox
from bridge.store.looks.people import served
from bridge.text.segments import measure
from bridge.views import Trouble
from tests.heart.test_acts import act, do
from tests.loops.sending import Scripted, accept, dispatching, one_round
from tests.support.books import spend
from tests.support.events import RULES
from tests.support.night import Night, night

PHONE = RULES + b'organisers: {wake: [U0ONE, "+33611111111"]}\n'
BOTH = RULES + b'organisers: {wake: ["+33611111111", "telegram:4711"]}\n'
OURS = "+33600000000"


class Operator(Scripted):
    """A provider that takes everything, from its own line where no other is named."""

    line = OURS


class Nights:
    """A night in the room, with somebody who can be reached outside it."""

    def __init__(self, room: Night) -> None:
        self.room, self.bridge = room, room.bridge
        self.restart()

    def restart(self) -> None:
        """What is not stored is forgotten."""
        self.room.restart()
        bridge = self.bridge

        async def append(happenings: object) -> None:
            await bridge.tell(*happenings)  # type: ignore[misc]

        self.summons = Summons(
            self.room.store, self.room.clock, append, self._wake, self.room.board.summons, ["slack"]
        )

    def _wake(self) -> tuple[str, ...]:
        return self.bridge.folding.responses.organisers.wake

    async def pass_(self, minutes: int) -> None:
        """As the loops do."""
        for _ in range(minutes):
            await self.room.turn()
            await self.summons.turn()
            await self.bridge.fold()
            self.room.clock.pass_(MINUTE)

    async def rows(self) -> list[tuple[str, str, int, str]]:
        """Whom it called out: channel, text, price, wording."""

        async def work(connection: AsyncConnection) -> list[tuple[str, str, int, str]]:
            told = select(outbox.c.channel, outbox.c.text, outbox.c.price, outbox.c.wording)
            return [tuple(row) for row in await connection.execute(told.where(outbox.c.wording == SUMMONS))]

        return await self.room.store.read(work)


@asynccontextmanager
async def nights(sqlite_url: str, rules: bytes) -> AsyncIterator[Nights]:
    store = Store(sqlite_url)
    async with night(store, rules) as room:
        yield Nights(room)
    await store.close()


async def test_a_telephone_is_called_once_after_everybody_across_restarts(sqlite_url: str) -> None:
    async with nights(sqlite_url, PHONE) as begun:
        await begun.room.raid()
        await begun.pass_(20)
        assert await begun.rows() == []
        for _ in range(3):
            await begun.pass_(2)
            begun.restart()
        said = "Rempart: A raid has begun"
        (row,) = await begun.rows()
        assert (row[0], row[1][: len(said)], row[2]) == ("sms", said, 76_300)


async def test_where_slack_itself_fails_they_are_called_at_once(sqlite_url: str) -> None:
    async with nights(sqlite_url, PHONE) as begun:
        begun.room.troubles = [Trouble("slack", "out", "unreachable", begun.room.clock())]
        await begun.pass_(7)
        assert len(await begun.rows()) == 1


async def test_the_thread_says_so_and_names_nobody_of_the_team(sqlite_url: str) -> None:
    async with nights(sqlite_url, PHONE) as begun:
        begun.room.troubles = [Trouble("slack", "out", "unreachable", begun.room.clock())]
        await begun.pass_(7)
        notes = [note.text for card in await begun.room.board.cards() for note in card.notes]
        (told,) = [one for one in notes if "called out" in one]
        assert re.fullmatch(r"[a-z]+-[a-z]+-\d\d was called out: nobody in the room is on it\.", told)


async def test_a_free_account_costs_nothing_and_three_a_day_are_the_most(sqlite_url: str) -> None:
    async with nights(sqlite_url, BOTH) as begun:
        await begun.room.raid()
        await begun.pass_(2)
        assert sorted(row[2] for row in await begun.rows()) == [0, 76_300]
        begun.room.refused = "responses.yaml:3:1: no number."
        begun.room.troubles = [Trouble("sms", "out", "http_500", begun.room.clock())]
        await begun.pass_(8)
        assert len(await begun.rows()) == 3


async def test_whoever_is_on_it_spares_the_others(sqlite_url: str) -> None:
    async with nights(sqlite_url, PHONE) as begun:
        await begun.room.raid()
        await begun.pass_(2)
        (page,) = await begun.room.pages()
        assert (await do(begun.bridge, act("take", page.card)))[0] == "done"
        await begun.pass_(22)
        assert await begun.rows() == []


async def test_it_is_paid_out_of_what_is_kept_for_receiving_and_never_beyond(sqlite_url: str) -> None:
    async with nights(sqlite_url, BOTH) as begun:
        store = begun.room.store
        await store.transact(lambda connection: spend(connection, 3_000_000_000))  # 20 % of 3,300 are kept
        await begun.room.raid()
        await begun.pass_(2)
        operator = Operator(accept)
        await one_round(dispatching(begun.bridge, operator))
        assert [(one.line, one.address) for one in operator.sent] == [(OURS, "+33611111111")]
        now = begun.room.clock()
        purse = await store.read(lambda connection: ledger.load(connection, now))
        assert purse.spent == 3_000_000_000 + 76_300
        asked = await store.read(lambda connection: served(connection, now - HOUR, now))
        assert asked.people == 0  # who is called is none of the real people who are answered


async def test_nobody_else_can_have_the_service_call_out(sqlite_url: str) -> None:
    async with nights(sqlite_url, PHONE) as begun:
        assert (await do(begun.bridge, act("call_out", "sms:+33611111111")))[0] == "refused"
        operator: Act = Act("command", "x", "operator", "call_out", "sms:+33611111111", begun.room.clock())
        assert (await do(begun.bridge, operator))[0] == "refused"
        assert await begun.rows() == []


FULL = Reason("page_hour", (("people", 1_200), ("amount", 91_560_000)))


@pytest.mark.parametrize("told", [Reason("page_raid", (("id", "2fe22943"),)), FULL], ids=lambda one: one.code)
@pytest.mark.parametrize("language", [b"en", b"fr"])
async def test_no_sign_doubles_what_a_summons_costs(sqlite_url: str, language: bytes, told: Reason) -> None:
    """A raid may be called a hail, which in French has a letter that no cheap text message knows."""
    async with nights(sqlite_url, PHONE + b"feed: {language: " + language + b"}\n") as begun:
        text = begun.room.board.summons(Page("raid:2fe22943", 0, "2fe22943", told, 0))
        assert measure(text).encoding == "GSM-7"
        assert measure(text).segments == 1
