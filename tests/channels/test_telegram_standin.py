"""The Telegram stand-in speaks the provider's protocol: the SDK, unaltered, is what talks to it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime

import httpx
import pytest
from telegram import Bot, BotCommandScopeAllPrivateChats, Update
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter
from telegram.request import HTTPXRequest

from bridge.model import SECOND
from bridge.standin import Bubble, Handset
from channels.standins.faults import Fault
from channels.standins.telegram import TelegramStandIn
from channels.standins.telegram.bodies import CONTENTS
from tests.channels.services import Recorder

pytestmark = pytest.mark.filterwarnings(
    # The SDK warns whenever it makes a `RetryAfter` itself.
    "ignore:.*retry_after.*:DeprecationWarning"
)

FRIEND, STRANGER, GROUP = "4242", "777", "-1001234567890"
START = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)


@pytest.fixture
async def standin() -> AsyncIterator[TelegramStandIn]:
    standin = TelegramStandIn(retry_seconds=0.02, now=lambda: START)
    yield standin
    await standin.close()


@pytest.fixture
async def environment(standin: TelegramStandIn) -> Mapping[str, str]:
    return await standin.start("http://unused.invalid")


@pytest.fixture
async def bot(environment: Mapping[str, str]) -> AsyncIterator[Bot]:
    async with Bot(
        environment["TELEGRAM_BOT_TOKEN"],
        base_url=f"{environment['TELEGRAM_API_URL']}/bot",
        request=HTTPXRequest(httpx_kwargs={"trust_env": False}),
        get_updates_request=HTTPXRequest(connection_pool_size=4, httpx_kwargs={"trust_env": False}),
    ) as bot:
        yield bot


@pytest.fixture
async def service() -> AsyncIterator[Recorder]:
    async with Recorder().serving() as recorder:
        yield recorder


def texts(updates: tuple[Update, ...]) -> list[str | None]:
    return [update.message.text for update in updates if update.message]


def test_a_stand_in_is_made_without_arguments_and_people_write_through_it() -> None:
    handset: Handset = TelegramStandIn()
    assert handset.line == "@rempart_demo_bot"


async def test_the_bot_knows_who_it_is(bot: Bot, standin: TelegramStandIn) -> None:
    assert (bot.id, bot.username) == (standin.account.id, standin.account.username)
    assert bot.can_join_groups is False


async def test_a_text_comes_as_the_sdk_expects_it(bot: Bot, standin: TelegramStandIn) -> None:
    standin.meet(FRIEND, "fr")
    status, id_ = await standin.text(FRIEND, "/start à l'heure")
    (update,) = await bot.get_updates()
    assert (status, str(update.update_id)) == (None, id_)
    assert update.message is not None
    assert update.message.from_user is not None
    assert (update.message.text, update.message.date) == ("/start à l'heure", START)
    assert (str(update.message.chat.id), update.message.chat.type) == (FRIEND, "private")
    assert update.message.from_user.language_code == "fr"
    assert update.message.parse_entities() == {update.message.entities[0]: "/start"}


@pytest.mark.parametrize("kind", CONTENTS)
async def test_everything_that_can_be_shown_is_what_the_sdk_takes_it_for(
    bot: Bot, standin: TelegramStandIn, kind: str
) -> None:
    await standin.show(FRIEND, kind, "voilà")
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message[kind]
    assert update.message.effective_attachment
    assert update.message.caption == "voilà"
    assert not update.api_kwargs
    assert not update.message.api_kwargs


async def test_edits_and_changes_of_membership_are_what_the_sdk_takes_them_for(
    bot: Bot, standin: TelegramStandIn
) -> None:
    await standin.text(FRIEND, "a")
    await standin.edit(FRIEND, "b")
    await standin.block(FRIEND)
    await standin.unblock(FRIEND)
    await standin.join(GROUP, by=STRANGER)
    await standin.text_in(GROUP, STRANGER, "/help")
    _, edit, block, unblock, joined, command = await bot.get_updates()
    assert edit.edited_message is not None
    assert (edit.edited_message.text, edit.edited_message.edit_date) == ("b", START)
    changes = [update.my_chat_member for update in (block, unblock, joined)]
    assert [(one.old_chat_member.status, one.new_chat_member.status) for one in changes if one] == [
        ("member", "kicked"),
        ("kicked", "member"),
        ("left", "member"),
    ]
    assert joined.effective_chat is not None
    assert (str(joined.effective_chat.id), joined.effective_chat.type) == (GROUP, "supergroup")
    assert command.message is not None
    assert command.message.chat.id == int(GROUP)


async def test_an_offset_confirms_what_stands_before_it(bot: Bot, standin: TelegramStandIn) -> None:
    ids = [int((await standin.text(FRIEND, text))[1]) for text in "abcd"]
    assert texts(await bot.get_updates()) == ["a", "b", "c", "d"]
    assert texts(await bot.get_updates(offset=ids[0], limit=2)) == ["a", "b"]
    assert texts(await bot.get_updates(offset=ids[2])) == ["c", "d"]
    assert texts(await bot.get_updates()) == ["c", "d"]
    assert texts(await bot.get_updates(offset=-1)) == ["d"]
    assert texts(await bot.get_updates(offset=ids[3] + 1)) == []
    assert texts(await bot.get_updates()) == []


async def test_an_offset_that_cannot_be_ours_is_answered_from_the_beginning(
    bot: Bot, standin: TelegramStandIn
) -> None:
    _, id_ = await standin.text(FRIEND, "a")
    assert texts(await bot.get_updates(offset=int(id_) + 1000)) == ["a"]
    assert texts(await bot.get_updates(offset=1)) == ["a"]


async def test_only_what_was_asked_for_is_queued(bot: Bot, standin: TelegramStandIn) -> None:
    await bot.get_updates(allowed_updates=["my_chat_member"])
    await standin.text(FRIEND, "a")
    await standin.block(FRIEND)
    (update,) = await bot.get_updates()
    assert update.my_chat_member is not None
    await bot.get_updates(offset=update.update_id + 1, allowed_updates=[])
    await standin.text(FRIEND, "b")
    assert texts(await bot.get_updates()) == ["b"]


async def test_a_later_question_ends_one_that_waits_and_so_does_a_webhook(
    bot: Bot, standin: TelegramStandIn, service: Recorder
) -> None:
    for end in (bot.get_updates(timeout=1), bot.set_webhook(service.url)):
        waiting = asyncio.create_task(bot.get_updates(timeout=20))
        await asyncio.wait({waiting}, timeout=0.2)
        await end
        with pytest.raises(Conflict):
            await waiting
    with pytest.raises(Conflict, match="deleteWebhook"):
        await bot.get_updates()
    assert standin.webhook == service.url
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


@pytest.mark.parametrize(
    ("chat", "text", "refusal"),
    [
        ("", "a", "Chat_id is empty"),
        ("1", "a", "Chat not found"),
        ("@nobody", "a", "Chat not found"),
        (FRIEND, "", "Message text is empty"),
        (FRIEND, " \n ", "Message text is empty"),
        (FRIEND, "a" * 4097, "Message is too long"),
    ],
    ids=["no chat", "unknown", "a name", "empty", "blank", "too long"],
)
async def test_a_bad_message_is_refused(
    bot: Bot, standin: TelegramStandIn, chat: str, text: str, refusal: str
) -> None:
    standin.meet(FRIEND)
    with pytest.raises(BadRequest, match=refusal):
        await bot.send_message(chat, text)
    assert standin.sent == []


async def test_who_does_not_want_the_bot_is_out_of_its_reach(bot: Bot, standin: TelegramStandIn) -> None:
    await standin.text(FRIEND, "a")
    await standin.block(FRIEND)
    with pytest.raises(Forbidden, match="blocked"):
        await bot.send_message(FRIEND, "b")
    await standin.unblock(FRIEND)
    assert (await bot.send_message(FRIEND, "b")).text == "b"
    await standin.join(GROUP, by=FRIEND)
    await standin.throw_out(GROUP, by=FRIEND)
    standin.account.gone.add(int(FRIEND))
    for chat, why in ((GROUP, "kicked"), (FRIEND, "deactivated")):
        with pytest.raises(Forbidden, match=why):
            await bot.send_message(chat, "c")


async def test_a_group_can_be_left(bot: Bot, standin: TelegramStandIn) -> None:
    await standin.join(GROUP, by=FRIEND)
    await bot.leave_chat(GROUP)
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(GROUP, "a")
    standin.meet(FRIEND)
    with pytest.raises(BadRequest, match="private"):
        await bot.leave_chat(FRIEND)


async def test_flood_control_is_a_matter_of_one_chat(bot: Bot, standin: TelegramStandIn) -> None:
    standin.meet(FRIEND)
    standin.meet(STRANGER)
    standin.faults.flooded[int(FRIEND)] = 7
    with pytest.raises(RetryAfter, match="7 seconds"):
        await bot.send_message(FRIEND, "a")
    await bot.send_message(STRANGER, "b")


@pytest.mark.parametrize(
    ("fault", "expected", "taken"),
    [
        (Fault.ERROR_500_BEFORE, NetworkError, 0),
        (Fault.ERROR_500_AFTER, NetworkError, 1),
        (Fault.BAD_GATEWAY_BEFORE, NetworkError, 0),
        (Fault.RESET_BEFORE, NetworkError, 0),
        (Fault.RESET_AFTER, NetworkError, 1),
        (Fault.RATE_LIMITED, RetryAfter, 0),
        (Fault.UNAUTHORIZED, InvalidToken, 0),
    ],
)
async def test_a_fault_strikes_once(
    bot: Bot, standin: TelegramStandIn, fault: Fault, expected: type[Exception], taken: int
) -> None:
    standin.meet(FRIEND)
    standin.faults.next(fault)
    with pytest.raises(expected):
        await bot.send_message(FRIEND, "a")
    assert len(standin.sent) == taken
    await bot.send_message(FRIEND, "b")
    assert len(standin.sent) == taken + 1


async def test_another_token_and_an_unknown_method_are_refused(environment: Mapping[str, str]) -> None:
    url, token = environment["TELEGRAM_API_URL"], environment["TELEGRAM_BOT_TOKEN"]
    async with httpx.AsyncClient(trust_env=False) as http:
        other = await http.get(f"{url}/bot{token}x/getMe")
        unknown = await http.post(f"{url}/bot{token}/makeCoffee")
    assert other.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert (unknown.status_code, unknown.json()["description"]) == (404, "Not Found")


async def test_a_request_may_come_in_each_of_the_provider_s_forms(
    environment: Mapping[str, str], standin: TelegramStandIn
) -> None:
    standin.meet(FRIEND)
    url = f"{environment['TELEGRAM_API_URL']}/bot{environment['TELEGRAM_BOT_TOKEN']}/SENDmessage"
    message = {"chat_id": FRIEND, "text": "é & +"}
    async with httpx.AsyncClient(trust_env=False) as http:
        answers = [
            await http.get(url, params=message),
            await http.post(url, data=message),
            await http.post(url, json={**message, "chat_id": int(FRIEND)}),
        ]
    assert [answer.json()["ok"] for answer in answers] == [True] * 3
    assert [record.text for record in standin.sent] == ["é & +"] * 3


async def test_a_webhook_gets_updates_with_the_secret(
    bot: Bot, standin: TelegramStandIn, service: Recorder
) -> None:
    await bot.set_webhook(f"{service.url}/hook", secret_token="a-secret", max_connections=7)
    status, _ = await standin.text(FRIEND, "Salut ç 🙂\x00")
    (posted,) = service.posted
    assert (status, posted.url) == (200, f"{service.url}/hook")
    assert posted.headers["x-telegram-bot-api-secret-token"] == "a-secret"
    assert posted.headers["content-type"] == "application/json"
    info = await bot.get_webhook_info()
    assert (info.url, info.max_connections, info.pending_update_count) == (f"{service.url}/hook", 7, 0)


async def test_a_refused_update_comes_again_before_the_next_of_its_chat_and_holds_up_no_other(
    bot: Bot, standin: TelegramStandIn, service: Recorder
) -> None:
    await bot.set_webhook(service.url)
    service.status = 503
    refused, first = await standin.text(FRIEND, "a")
    assert (await bot.get_webhook_info()).pending_update_count == 1
    service.status = 200
    _, second = await standin.text(FRIEND, "b")
    other, _ = await standin.text(STRANGER, "c")
    await standin.settled()
    assert (refused, other) == (503, 200)
    assert int(first) < int(second)
    assert standin.updates.pending() == []
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 503"


async def test_an_update_can_be_posted_again(bot: Bot, standin: TelegramStandIn, service: Recorder) -> None:
    await bot.set_webhook(service.url)
    _, id_ = await standin.text(FRIEND, "a")
    assert await standin.redeliver(id_, times=2) == [200] * 2
    assert await standin.redeliver(id_, times=5, at_once=True) == [200] * 5
    assert len(service.posted) == 8


async def test_nobody_at_the_webhook_loses_nothing(bot: Bot, standin: TelegramStandIn) -> None:
    await bot.set_webhook("http://127.0.0.1:1/hook")
    assert (await standin.text(FRIEND, "a"))[0] is None
    await bot.delete_webhook()
    await standin.settled()
    assert texts(await bot.get_updates()) == ["a"]


async def test_what_waits_is_forgotten_only_when_the_bot_says_so(bot: Bot, standin: TelegramStandIn) -> None:
    await standin.text(FRIEND, "a")
    await bot.delete_webhook(drop_pending_updates=False)
    assert len(standin.updates.pending()) == 1
    await bot.delete_webhook(drop_pending_updates=True)
    assert standin.updates.pending() == []


@pytest.mark.parametrize(
    ("url", "secret", "refusal"),
    [("ftp://example.org", None, "bad webhook"), ("http://example.org", "a b", "unallowed characters")],
)
async def test_a_bad_webhook_is_refused(
    bot: Bot, standin: TelegramStandIn, url: str, secret: str | None, refusal: str
) -> None:
    with pytest.raises(BadRequest, match=f"(?i){refusal}"):
        await bot.set_webhook(url, secret_token=secret)
    assert standin.webhook is None


async def test_a_webhook_without_a_url_is_none(bot: Bot, standin: TelegramStandIn, service: Recorder) -> None:
    await bot.set_webhook(service.url)
    await bot.set_webhook("")
    assert standin.webhook is None


async def test_menus_are_kept_by_scope_and_language(bot: Bot) -> None:
    await bot.set_my_commands([("help", "What this is")])
    await bot.set_my_commands([("help", "Ce que c'est")], BotCommandScopeAllPrivateChats(), "fr")
    assert [one.description for one in await bot.get_my_commands()] == ["What this is"]
    in_french = await bot.get_my_commands(BotCommandScopeAllPrivateChats(), "fr")
    assert [one.description for one in in_french] == ["Ce que c'est"]
    await bot.delete_my_commands()
    assert await bot.get_my_commands() == ()


@pytest.mark.parametrize(
    "command", [("Help", "a"), ("a b", "a"), ("a" * 33, "a"), ("a", ""), ("a", "b" * 257)]
)
async def test_a_bad_menu_is_refused(bot: Bot, command: tuple[str, str]) -> None:
    with pytest.raises(BadRequest):
        await bot.set_my_commands([command])


async def test_a_conversation_shows_both_sides(bot: Bot, standin: TelegramStandIn) -> None:
    _, first = await standin.text(FRIEND, "a")
    sent = await bot.send_message(FRIEND, "b")
    _, picture = await standin.show(FRIEND, "photo")
    await standin.text(STRANGER, "c")
    at = round(START.timestamp()) * SECOND
    assert standin.conversation(FRIEND) == [
        Bubble(first, "person", "a", at, "read"),
        Bubble(str(sent.message_id), "service", "b", at, "sent"),
        Bubble(picture, "person", "[photo]", at, "read"),
    ]


async def test_closing_ends_questions_that_wait_and_calls_that_hang(
    bot: Bot, standin: TelegramStandIn
) -> None:
    standin.meet(FRIEND)
    standin.faults.next(Fault.HANG_AFTER)
    hanging = [
        asyncio.create_task(bot.send_message(FRIEND, "a", read_timeout=60)),
        asyncio.create_task(bot.get_updates(timeout=50)),
    ]
    await asyncio.wait(hanging, timeout=0.2)
    await standin.close()
    for call in hanging:
        with pytest.raises(NetworkError):
            await call


async def test_nobody_writes_before_it_is_started() -> None:
    with pytest.raises(RuntimeError, match="started"):
        await TelegramStandIn().text(FRIEND, "a")
