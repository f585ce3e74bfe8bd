"""An answer that is not a provider's own proves nothing: `rempart doctor` calls no credentials wrong."""

import json
from collections.abc import Awaitable, Callable, Iterable

import pytest

from bridge.checkup import Examined, State
from bridge.doctor.examination import looked_at
from bridge.model import Call
from bridge.ports import Guarded
from bridge.service.plugins import channel_plugins, idle
from tests.support.walls import answering

ELSEWHERE = "https://bridge.example.org"
PROVIDERS: dict[str, tuple[str, dict[str, str]]] = {
    "sms": (
        "TWILIO_API_URL",
        {
            "TWILIO_ACCOUNT_SID": "AC1",
            "TWILIO_AUTH_TOKEN": "token",
            "TWILIO_NUMBER": "+33639980000",
        },
    ),
    "telegram": ("TELEGRAM_API_URL", {"TELEGRAM_BOT_TOKEN": "1:token"}),
    "telnyx": (
        "TELNYX_API_URL",
        {"TELNYX_API_KEY": "key", "TELNYX_PUBLIC_KEY": f"{'A' * 43}=", "TELNYX_NUMBER": "+33639980000"},
    ),
    "slack": (
        "SLACK_API_URL",
        {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "secret", "SLACK_CHANNEL": "C0FEED"},
    ),
    "mattermost": (
        "MATTERMOST_URL",
        {
            "MATTERMOST_TOKEN": "token",
            "MATTERMOST_CHANNEL": "a" * 26,
            "MATTERMOST_COMMAND_TOKEN": "token",
        },
    ),
}
"""How each is pointed elsewhere, and its credentials."""


async def examined(provider: str, url: str) -> list[Examined]:
    variable, credentials = PROVIDERS[provider]
    address = f"{url}/" if provider == "slack" else url
    channel = channel_plugins()[provider].connect({**credentials, variable: address}, idle(ELSEWHERE))
    assert channel is not None
    look: Callable[[], Awaitable[Iterable[Examined]]] = getattr(channel, "examine")  # noqa: B009 - not every channel has it
    return list(await looked_at(channel, look))


@pytest.mark.parametrize("status", [401, 403, 404, 405, 451])
@pytest.mark.parametrize("provider", PROVIDERS)
async def test_a_wall_in_between_proves_nothing(provider: str, status: int) -> None:
    async with answering(status, "<h1>It works!</h1>") as url:
        found, *_ = await examined(provider, url)
    assert (found.state, found.told.code) == (State.UNKNOWN, "unasked")


THEIRS: dict[str, tuple[int, object, str]] = {
    "sms": (401, {"code": 20003, "message": "Authenticate", "status": 401}, "twilio_refuses"),
    "telegram": (401, {"ok": False, "error_code": 401, "description": "Unauthorized"}, "telegram_refuses"),
    "telnyx": (401, {"errors": [{"code": "10009", "title": "Authentication failed"}]}, "telnyx_refuses"),
    "slack": (200, {"ok": False, "error": "invalid_auth"}, "slack_refuses"),
    "mattermost": (
        401,
        {"id": "api.context.session_expired.app_error", "message": "Invalid", "status_code": 401},
        "mattermost_refuses",
    ),
}


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_a_provider_that_says_so_itself_is_believed(provider: str) -> None:
    status, body, code = THEIRS[provider]
    async with answering(status, json.dumps(body), "application/json") as url:
        found, *_ = await examined(provider, url)
    assert (found.state, found.told.code) == (State.WRONG, code)


CALLED = {
    **PROVIDERS,
    "whatsapp": (
        "TWILIO_API_URL",
        {
            "TWILIO_ACCOUNT_SID": "AC1",
            "TWILIO_AUTH_TOKEN": "token",
            "TWILIO_WHATSAPP_NUMBER": "+33639980000",
        },
    ),
    "gateway": (
        "GATEWAY_API_URL",
        {
            "GATEWAY_USERNAME": "name",
            "GATEWAY_PASSWORD": "password",
            "GATEWAY_SIGNING_KEY": "key",
            "GATEWAY_NUMBER": "+33639980000",
        },
    ),
}


@pytest.mark.parametrize("provider", CALLED)
async def test_each_webhook_refuses_what_nobody_signed_also_where_its_channel_is_only_looked_at(
    provider: str,
) -> None:
    """By that answer the doctor knows us behind a proxy."""
    variable, credentials = CALLED[provider]
    address = f"{ELSEWHERE}/" if provider == "slack" else ELSEWHERE
    channel = channel_plugins()[provider].connect({**credentials, variable: address}, idle(ELSEWHERE))
    assert channel is not None
    for path, hook in channel.webhooks().items():
        answers = [await hook(Call("POST", path, ""))]
        answers += [hook.glance({}) or answers[0]] if isinstance(hook, Guarded) else []
        assert {one.status for one in answers} == {403}
    assert channel.webhooks()
