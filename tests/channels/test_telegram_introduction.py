"""What the Telegram channel tells Telegram once it runs: where updates go, and the menu."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from bridge.model import SECOND, Contact, Message, Wish
from bridge.ports import Introducing, Unreachable, Webhook
from channels.standins.faults import Fault
from channels.standins.telegram import TelegramStandIn
from channels.telegram import Telegram
from channels.telegram_bot.expecting import is_refused
from channels.telegram_bot.menu import COMMANDS
from channels.telegram_bot.transport import RawBot
from channels.telegram_bot.updates import ALLOWED, Hook
from rempart.testing import NOW, PUBLIC_URL, Journal
from tests.channels.services import Canned, fronting
from tests.channels.telegram_calls import ADDRESS, ENVIRONMENT, GROUP, SECRET, telegram


@pytest.fixture
async def standin() -> AsyncIterator[TelegramStandIn]:
    standin = TelegramStandIn(webhook_secret=SECRET, retry_seconds=0.05)
    yield standin
    await standin.close()


@pytest.fixture
def journal() -> Journal:
    return Journal()


@asynccontextmanager
async def running(
    standin: TelegramStandIn, journal: Journal, public_url: str | None = PUBLIC_URL
) -> AsyncIterator[Telegram]:
    """A channel that has been opened, and no more."""
    channel = telegram(journal, public_url, await standin.start(PUBLIC_URL))
    await channel.open()
    try:
        yield channel
    finally:
        await channel.close()


@asynccontextmanager
async def called(standin: TelegramStandIn, journal: Journal) -> AsyncIterator[Telegram]:
    """A channel whose webhook Telegram calls."""
    webhooks: dict[str, Webhook] = {}
    async with fronting(webhooks) as url, running(standin, journal, url) as channel:
        webhooks.update(channel.webhooks())
        await channel.introduce()
        yield channel


def texts(journal: Journal) -> list[str]:
    return [what.text for what in journal.happenings if isinstance(what, Message)]


async def test_with_a_public_url_updates_go_there_with_the_secret(
    standin: TelegramStandIn, journal: Journal
) -> None:
    async with running(standin, journal) as channel:
        assert isinstance(channel, Introducing)
        await channel.introduce()
        info = await channel._bot().get_webhook_info()
    assert info.url == f"{PUBLIC_URL}/telegram/webhook"
    assert set(info.allowed_updates) == {"message", "edited_message", "my_chat_member"}
    assert info.max_connections == 100
    assert standin._calling.hook is not None
    assert standin._calling.hook.secret == SECRET


async def test_without_one_a_webhook_of_old_is_taken_away_and_nothing_of_what_waits(
    standin: TelegramStandIn, journal: Journal
) -> None:
    async with running(standin, journal, None) as channel:
        await channel._bot().set_webhook("http://127.0.0.1:1/telegram/webhook")
        await standin.text(ADDRESS, "waits")
        await channel.introduce()
        assert standin.webhook is None
        assert [update.kind for update in standin.updates.pending()] == ["message"]


async def test_what_waits_goes_to_the_webhook_once_there_is_one(
    standin: TelegramStandIn, journal: Journal
) -> None:
    webhooks: dict[str, Webhook] = {}
    async with fronting(webhooks) as url, running(standin, journal, url) as channel:
        webhooks.update(channel.webhooks())
        await standin.text(ADDRESS, "before")
        await channel.introduce()
        await standin.text(ADDRESS, "after")
    assert texts(journal) == ["before", "after"]


@pytest.mark.parametrize("public_url", [PUBLIC_URL, None])
async def test_the_menu_is_set_in_two_languages(
    standin: TelegramStandIn, journal: Journal, public_url: str | None
) -> None:
    async with running(standin, journal, public_url) as channel:
        await channel.introduce()
    menus = standin.account.commands
    assert set(menus) == {
        (scope, language) for scope in ("default", "all_private_chats") for language in ("", "fr")
    }
    for menu in menus.values():
        assert [entry["command"] for entry in menu] == ["start", "help", "privacy", "forget", "stop"]
    assert menus["default", "fr"] != menus["default", ""]
    assert "réponse" in str(menus["all_private_chats", "fr"])


@pytest.mark.parametrize(
    "fault", [Fault.RATE_LIMITED, Fault.ERROR_500_BEFORE, Fault.RESET_BEFORE, Fault.GARBLED_AFTER]
)
@pytest.mark.parametrize("public_url", [PUBLIC_URL, None])
async def test_a_menu_that_is_refused_keeps_nobody_waiting_and_is_set_later(
    standin: TelegramStandIn, journal: Journal, fault: Fault, public_url: str | None
) -> None:
    standin.faults.next(fault, on="setMyCommands")
    async with running(standin, journal, public_url) as channel:
        await channel.introduce()
        await channel.introduce()
        assert not {language for _, language in standin.account.commands} & {"fr"}
        channel._menu_due = 0.0
        await channel.introduce()
    assert {language for _, language in standin.account.commands} == {"", "fr"}


SETTLED = [(None, "telegram_menu"), (Fault.ERROR_500_BEFORE, "telegram_menu_later")]


@pytest.mark.parametrize(("fault", "code"), SETTLED)
async def test_whoever_sets_it_up_sees_its_commands_before_the_service_runs(
    standin: TelegramStandIn, journal: Journal, fault: Fault | None, code: str
) -> None:
    if fault is not None:
        standin.faults.next(fault, on="setMyCommands")
    async with running(standin, journal, PUBLIC_URL) as channel:
        assert [one.told.code for one in await channel.settle()] == [code]
    assert bool(standin.account.commands) is (fault is None)


async def test_a_token_that_is_refused_is_told_once(standin: TelegramStandIn, journal: Journal) -> None:
    async with running(standin, journal, PUBLIC_URL) as channel:
        standin.account.token = "1:another"
        assert await channel.settle() == await channel.examine()


LATER = {"getwebhookinfo", "setmycommands"}
"""What a server may have not, which speaks for one bot all the same."""


@pytest.mark.parametrize(
    ("public_url", "wanted"), [(PUBLIC_URL, f"{PUBLIC_URL}/telegram/webhook"), (None, None)]
)
async def test_a_server_that_knows_neither_menus_nor_questions_about_the_webhook_will_do(
    standin: TelegramStandIn, journal: Journal, public_url: str | None, wanted: str | None
) -> None:
    standin.account.lacks |= LATER
    async with running(standin, journal, public_url) as channel:
        await channel.introduce()
        assert standin.webhook == wanted
        await channel._bot().set_webhook(ELSEWHERE)
        await channel.introduce()
        assert standin.webhook == wanted


BARE = b'{"ok": true, "result": {"id": 1, "username": "rempart_bot", "url": ""}}'
"""All of what a bot, and its webhook, are asked for."""


async def test_no_more_is_asked_of_an_answer_than_what_is_used(journal: Journal) -> None:
    said = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(BARE), BARE)
    async with Canned(said).serving() as provider:
        channel = telegram(journal, None, {**ENVIRONMENT, "TELEGRAM_API_URL": provider.url})
        await channel.open()
        await channel.stand_by()
        assert channel.line == "telegram"
        assert channel._line == "@rempart_bot"
        assert [one.told.code for one in await channel.examine()] == ["telegram_bot", "telegram_fetched"]
        channel._introduced_until = float("inf")
        await channel.introduce()
        await channel.close()


async def test_a_server_without_menus_is_no_token_that_is_refused(
    standin: TelegramStandIn, journal: Journal
) -> None:
    """Both are answered alike, and whoever sets it up would look for another token."""
    standin.account.lacks |= LATER
    async with running(standin, journal) as channel:
        assert [one.told.code for one in await channel.settle()] == ["telegram_menu_later"]


async def test_a_token_that_is_taken_back_is_told_by_a_server_without_such_questions(
    standin: TelegramStandIn, journal: Journal
) -> None:
    standin.account.lacks |= LATER
    async with running(standin, journal) as channel:
        await channel.introduce()
        standin.faults.next(Fault.UNAUTHORIZED, on="setWebhook")
        with pytest.raises(Unreachable, match="credentials"):
            await channel.introduce()


def test_both_languages_offer_the_same_commands() -> None:
    assert len({tuple(one.command for one in commands) for commands in COMMANDS.values()}) == 1


async def test_an_introduction_may_be_repeated(standin: TelegramStandIn, journal: Journal) -> None:
    async with running(standin, journal) as channel:
        await channel.introduce()
        menus, webhook = dict(standin.account.commands), standin.webhook
        await channel.introduce()
    assert (standin.account.commands, standin.webhook) == (menus, webhook)


@pytest.mark.parametrize("method", ["getMe", "setWebhook"])
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault.UNAUTHORIZED, ("credentials", None)),
        (Fault.RATE_LIMITED, ("rate_limited", 2 * SECOND)),
        (Fault.ERROR_500_AFTER, ("http_500", None)),
        (Fault.RESET_BEFORE, ("disconnected", None)),
        (Fault.GARBLED_AFTER, ("unreadable", None)),
        (Fault.HANG_BEFORE, ("timeout", None)),
    ],
)
async def test_an_introduction_that_fails_says_why_and_can_be_tried_again(
    standin: TelegramStandIn, journal: Journal, method: str, fault: Fault, said: tuple[str, int | None]
) -> None:
    standin.faults.next(fault, on=method)
    async with running(standin, journal) as channel:
        channel.patience_seconds = 0.5
        with pytest.raises(Unreachable) as refused:
            await channel.introduce()
        assert (str(refused.value), refused.value.retry_after) == said
        channel.patience_seconds = 25
        await channel.introduce()
    assert standin.webhook is not None


async def test_a_public_url_that_telegram_does_not_take_is_named(
    standin: TelegramStandIn, journal: Journal
) -> None:
    async with running(standin, journal, "gopher://example.org") as channel:
        with pytest.raises(Unreachable, match="bad_webhook"):
            await channel.introduce()


async def test_nobody_is_reached_where_nobody_is(standin: TelegramStandIn, journal: Journal) -> None:
    async with running(standin, journal) as channel:
        await standin.close()
        with pytest.raises(Unreachable, match="unreachable"):
            await channel.introduce()


OURS = f"{PUBLIC_URL}/telegram/webhook"
SECONDS = NOW // SECOND
ELSEWHERE = "http://127.0.0.1:1/of/another/program"


async def deleted(bot: RawBot) -> None:
    await bot.delete_webhook()


async def moved(bot: RawBot) -> None:
    await bot.set_webhook(ELSEWHERE, allowed_updates=ALLOWED)


async def narrowed(bot: RawBot) -> None:
    await bot.set_webhook(OURS, secret_token=SECRET, allowed_updates=["message"])


async def unchanged(bot: RawBot) -> None:
    del bot


@pytest.mark.parametrize("undo", [deleted, moved, narrowed, unchanged])
@pytest.mark.parametrize(("public_url", "wanted"), [(PUBLIC_URL, OURS), (None, None)])
async def test_what_another_program_does_to_the_webhook_is_undone(
    standin: TelegramStandIn,
    journal: Journal,
    undo: Callable[[RawBot], Awaitable[None]],
    public_url: str | None,
    wanted: str | None,
) -> None:
    async with running(standin, journal, public_url) as channel:
        await channel.introduce()
        await undo(channel._bot())
        await channel.introduce()
        assert standin.webhook == wanted
        assert standin.updates.allowed == frozenset(ALLOWED) or wanted is None
        standin.account.commands.clear()
        await channel.introduce()
    assert standin.account.commands == {}  # a look is one question, and no more


async def test_a_webhook_that_telegram_cannot_reach_is_told_until_it_can(
    standin: TelegramStandIn, journal: Journal
) -> None:
    journal.full = True
    async with called(standin, journal) as channel:
        await standin.text(ADDRESS, "a")
        with pytest.raises(Unreachable, match="webhook_refused"):
            await channel.introduce()
        journal.full = False
        await standin.settled()
        await channel.introduce()
    assert texts(journal) == ["a"]


ERRORS = {
    "just now": (OURS, Hook(url=OURS, pending_update_count=3, last_error_date=SECONDS), True),
    "before the longest pause of Telegram's": (
        OURS,
        Hook(url=OURS, pending_update_count=3, last_error_date=SECONDS - 150),
        True,
    ),
    "while we were being started again": (
        OURS,
        Hook(url=OURS, pending_update_count=3, last_error_date=SECONDS - 270),
        False,
    ),
    "and nothing waits": (OURS, Hook(url=OURS, last_error_date=SECONDS), False),
    "never": (OURS, Hook(url=OURS, pending_update_count=3), False),
    "at another's": (OURS, Hook(url=ELSEWHERE, pending_update_count=3, last_error_date=SECONDS), False),
    "before we began to ask": ("", Hook(pending_update_count=3, last_error_date=SECONDS), False),
}


@pytest.mark.parametrize(("hook", "told", "refused"), ERRORS.values(), ids=ERRORS)
def test_a_webhook_is_refused_while_telegram_still_tries_in_vain(
    hook: str, told: Hook, *, refused: bool
) -> None:
    """What waits in a rush has never been tried, and an error that is over stays to be read."""
    assert is_refused(told, hook, NOW) is refused


@pytest.mark.parametrize(
    ("fault", "said"), [(Fault.UNAUTHORIZED, "credentials"), (Fault.ERROR_500_BEFORE, "http_500")]
)
async def test_a_look_that_fails_says_why(
    standin: TelegramStandIn, journal: Journal, fault: Fault, said: str
) -> None:
    async with running(standin, journal) as channel:
        await channel.introduce()
        standin.faults.next(fault, on="getWebhookInfo")
        with pytest.raises(Unreachable, match=said):
            await channel.introduce()
        await channel.introduce()


async def test_once_introduced_the_line_is_the_bot_s_name(standin: TelegramStandIn, journal: Journal) -> None:
    async with called(standin, journal):
        await standin.text(ADDRESS, "a")
    (what,) = journal.happenings
    assert isinstance(what, Message)
    assert what.line == standin.line == "@rempart_demo_bot"


async def test_people_who_write_press_show_and_edit_are_all_heard(
    standin: TelegramStandIn, journal: Journal
) -> None:
    standin.meet(ADDRESS, "fr")
    async with called(standin, journal):
        taken = [
            await standin.press(ADDRESS, "start"),
            await standin.text(ADDRESS, "T'es où ? 🙂"),
            await standin.edit(ADDRESS, "Tu es où ?"),
            await standin.show(ADDRESS, "sticker"),
            await standin.show(ADDRESS, "photo", "regarde"),
            await standin.show(ADDRESS, "voice"),
            await standin.show(ADDRESS, "animation"),
            await standin.show(ADDRESS, "location"),
            await standin.press(ADDRESS, "help"),
            await standin.press(ADDRESS, f"privacy@{standin.account.username}"),
            await standin.press(ADDRESS, "stop"),
        ]
    assert [status for status, _ in taken] == [200] * len(taken)
    assert [what.provider_id for what in journal.happenings] == [id_ for _, id_ in taken]
    messages = [what for what in journal.happenings if isinstance(what, Message)]
    assert [(one.form, one.text, one.wish, one.asks) for one in messages] == [
        ("text", "/start", Wish.START, None),
        ("text", "T'es où ? 🙂", None, None),
        ("edit", "Tu es où ?", None, None),
        ("sticker", "", None, None),
        ("picture", "regarde", None, None),
        ("voice", "", None, None),
        ("video", "", None, None),
        ("other", "", None, None),
        ("text", "/help", None, "help"),
        ("text", "/privacy@rempart_demo_bot", None, "privacy"),
        ("text", "/stop", Wish.STOP, None),
    ]
    assert {(one.address, one.language, one.metered) for one in messages} == {(ADDRESS, "fr", False)}


async def test_blocking_and_unblocking_are_noticed(standin: TelegramStandIn, journal: Journal) -> None:
    async with called(standin, journal):
        await standin.block(ADDRESS)
        await standin.unblock(ADDRESS)
    assert [(what.address, what.open) for what in journal.happenings if isinstance(what, Contact)] == [
        (ADDRESS, False),
        (ADDRESS, True),
    ]


async def test_a_group_is_heard_when_it_takes_the_bot_in_or_gives_it_a_command(
    standin: TelegramStandIn, journal: Journal
) -> None:
    group = str(GROUP)
    async with called(standin, journal):
        await standin.join(group, by="777")
        await standin.text_in(group, "777", "bonjour à tous")
        await standin.text_in(group, "777", "/help")
        await standin.text_in(group, "777", "/help@another_bot")
        await standin.throw_out(group, by="777")
    messages = [what for what in journal.happenings if isinstance(what, Message)]
    assert [(one.address, one.asks, one.text) for one in messages] == [
        (group, "group", ""),
        (group, "group", "/help"),
    ]


async def test_what_could_not_be_stored_comes_again_in_order_and_a_repeat_is_the_same(
    standin: TelegramStandIn, journal: Journal
) -> None:
    journal.full = True
    async with called(standin, journal):
        status, first = await standin.text(ADDRESS, "a")
        journal.full = False
        _, second = await standin.text(ADDRESS, "b")
        await standin.settled()
        assert await standin.redeliver(second, times=3, at_once=True) == [200] * 3
    assert status == 500
    ids = [what.provider_id for what in journal.happenings]
    assert ids == [first] + [second] * 4
