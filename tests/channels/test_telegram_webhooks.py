"""What the Telegram channel makes of calls to its webhook, good ones and bad ones."""

import json
import logging

import pytest
from structlog.testing import capture_logs

from bridge.model import Call, Contact, Message
from bridge.noun import replace
from bridge.ports import Guarded
from channels.telegram import Telegram
from rempart.testing import Journal
from tests.channels.telegram_calls import (
    ENVIRONMENT,
    SECRET,
    TOKEN,
    UPDATE_ID,
    changed,
    message,
    posted,
    telegram,
    written,
)
from tests.channels.test_telegram_updates import BROKEN, FROM_NOBODY

HELLO = written(text="Bonjour")


@pytest.fixture
def journal() -> Journal:
    return Journal()


@pytest.fixture
def channel(journal: Journal) -> Telegram:
    return telegram(journal)


async def status_of(channel: Telegram, call: Call) -> int:
    return (await channel.webhooks()[call.path](call)).status


async def test_an_update_is_answered_with_an_empty_body(channel: Telegram, journal: Journal) -> None:
    answer = await channel.webhooks()["/telegram/webhook"](posted(HELLO))
    assert (answer.status, answer.body) == (200, b"")
    assert [type(what) for what in journal.happenings] == [Message]


async def test_a_blocked_bot_is_told_to_the_journal(channel: Telegram, journal: Journal) -> None:
    assert await status_of(channel, posted(changed("member", "kicked"))) == 200
    assert [type(what) for what in journal.happenings] == [Contact]


async def test_without_a_configured_secret_one_from_the_token_is_asked_for(journal: Journal) -> None:
    channel = telegram(journal, environment={"TELEGRAM_BOT_TOKEN": TOKEN})
    assert await status_of(channel, posted(HELLO)) == 403
    assert await status_of(channel, posted(HELLO, secret="")) == 403
    assert await status_of(channel, posted(HELLO, secret=TOKEN)) == 403
    assert journal.happenings == []


DEEP = b'{"update_id": 1, "message": ' + b"[" * 30_000 + b"]" * 30_000 + b"}"

BAD_CALLS = [
    pytest.param(posted(HELLO, secret=None), 403, id="no secret"),
    pytest.param(posted(HELLO, secret=""), 403, id="empty secret"),
    pytest.param(posted(HELLO, secret=SECRET[:-1]), 403, id="part of the secret"),
    pytest.param(posted(HELLO, secret=SECRET + " "), 403, id="more than the secret"),
    pytest.param(posted(HELLO, secret=SECRET.upper()), 403, id="secret in capitals"),
    pytest.param(posted(HELLO, secret="é\udcff"), 403, id="odd secret"),
    pytest.param(replace(posted(HELLO), headers={}), 403, id="no headers at all"),
    pytest.param(replace(posted(HELLO, secret=None), query=f"secret={SECRET}"), 403, id="secret in the URL"),
    pytest.param(posted(None, secret=None, body=b"a" * 70_000), 403, id="huge and without a secret"),
    pytest.param(posted(None, body=b" " * (512 * 1024) + b"{}"), 413, id="huge"),
    pytest.param(posted(None, body=b""), 400, id="empty"),
    pytest.param(posted(None, body=b"update_id=1"), 400, id="a form"),
    pytest.param(posted(None, body=b'{"update_id": 1'), 400, id="cut short"),
    pytest.param(posted(None, body=b'{"update_id": 1}\xff'), 400, id="not UTF-8"),
    pytest.param(posted(None, body=DEEP), 400, id="deeply nested"),
    pytest.param(posted(None, body=b'{"update_id": ' + b"9" * 5000 + b"}"), 400, id="endless number"),
    pytest.param(posted([]), 400, id="a list"),
    pytest.param(posted(None), 400, id="null"),
    pytest.param(posted("update"), 400, id="a text"),
    pytest.param(posted({}), 400, id="no id"),
    pytest.param(posted({"update_id": "1"}), 400, id="an id that is a text"),
    pytest.param(posted({"update_id": 1.0}), 400, id="an id that is a fraction"),
    pytest.param(posted({"update_id": True}), 400, id="an id that is true"),
    pytest.param(posted({"update_id": None, **message(text="a")}), 400, id="an id that is null"),
]


@pytest.mark.parametrize(("call", "status"), BAD_CALLS)
async def test_a_bad_call_changes_nothing(
    channel: Telegram, journal: Journal, call: Call, status: int
) -> None:
    assert await status_of(channel, call) == status
    assert journal.happenings == []


@pytest.mark.parametrize("update", [*FROM_NOBODY, *BROKEN])
async def test_an_update_without_a_message_to_us_is_taken_and_passed_over(
    channel: Telegram, journal: Journal, update: object
) -> None:
    """Refused, it would come again for a day, and hold up everything else from its chat."""
    assert await status_of(channel, posted(update)) == 200
    assert journal.happenings == []


@pytest.mark.parametrize("update", BROKEN)
async def test_an_update_that_cannot_be_understood_is_reported_by_its_id_alone(
    channel: Telegram, update: dict[str, object]
) -> None:
    with capture_logs() as logs:
        await status_of(channel, posted(update))
    assert logs == [
        {
            "event": "an update could not be understood",
            "log_level": "warning",
            "update_id": update["update_id"],
        }
    ]


async def test_half_a_character_reaches_the_journal(channel: Telegram, journal: Journal) -> None:
    body = json.dumps(written(text="?")).encode()
    for written_as in (b'"\\ud83d"', b'"\xed\xa0\xbd"'):
        assert await status_of(channel, posted(None, body=body.replace(b'"?"', written_as))) == 200
    assert [what.text for what in journal.happenings if isinstance(what, Message)] == ["\ud83d"] * 2


async def test_a_repeat_and_a_replay_are_the_same_event(channel: Telegram, journal: Journal) -> None:
    for call in (posted(HELLO), posted(HELLO), replace(posted(HELLO), arrived_at=0)):
        assert await status_of(channel, call) == 200
    assert {what.provider_id for what in journal.happenings} == {str(UPDATE_ID)}
    assert len(set(map(repr, journal.happenings))) == 1


async def test_a_long_text_that_answers_a_long_text_is_taken(channel: Telegram, journal: Journal) -> None:
    """As long as they may be, with as many entities. What is refused comes again, before all else."""
    entity = {"offset": 0, "length": 4, "type": "custom_emoji", "custom_emoji_id": "5368324170671202286"}
    long = {"text": "\u0639" * 4096, "entities": [entity] * 100}
    quoted = {"quote": {"text": "\u0639" * 1024, "position": 0, "entities": [entity] * 20}}
    call = posted(written(**long, **quoted, reply_to_message={**written(**long)["message"]}))
    assert len(call.body) > 64 * 1024
    hook = channel.webhooks()["/telegram/webhook"]
    assert isinstance(hook, Guarded)
    assert len(call.body) < hook.largest
    assert await status_of(channel, call) == 200
    assert [what.text for what in journal.happenings if isinstance(what, Message)] == [long["text"]]


async def test_an_update_of_the_largest_size_is_taken(channel: Telegram, journal: Journal) -> None:
    room = 512 * 1024 - len(json.dumps(written(text="")).encode())
    assert await status_of(channel, posted(written(text="a" * room))) == 200
    assert len(journal.happenings) == 1


async def test_nothing_of_a_call_reaches_the_log(channel: Telegram, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logs:
        for call in (posted(HELLO), posted(HELLO, secret="wrong"), posted(BROKEN[0].values[0])):
            await status_of(channel, call)
    told = caplog.text + str(logs)
    assert not [private for private in ("Bonjour", SECRET, "4242", "Camille") if private in told]


def test_where_telegram_calls_there_is_one_webhook_and_where_not_none(journal: Journal) -> None:
    assert set(telegram(journal).webhooks()) == {"/telegram/webhook"}
    assert telegram(journal, None, ENVIRONMENT).webhooks() == {}
