"""Two rooms at once, on real parts: both show the same, and an act in one shows in the other."""

from contextlib import AsyncExitStack
from pathlib import Path

from pydantic import SecretStr

from bridge.clock import system_clock
from bridge.environment import Environment
from bridge.service.service import Service
from bridge.settings import Settings
from channels.standins.mattermost import MattermostStandIn
from channels.standins.slack import SlackStandIn
from channels.standins.twilio import TwilioStandIn
from tests.channels.room_worlds import text_of
from tests.channels.slack_world import MEMBER, said
from tests.support.events import MAN, SECRET
from tests.support.house import SLOW, free_port, until


async def test_what_is_done_in_one_room_shows_in_the_other(empty_sqlite_url: str, tmp_path: Path) -> None:
    port, rules = free_port(), tmp_path / "responses.yaml"
    url = f"http://127.0.0.1:{port}"
    rules.write_bytes(SLOW)
    slack, mattermost, twilio = SlackStandIn(), MattermostStandIn(), TwilioStandIn()
    settings = Settings(
        database_url=empty_sqlite_url, responses=rules, port=port, public_url=url, secret=SecretStr(SECRET)
    )
    async with AsyncExitStack() as ending:
        environment: dict[str, str] = {}
        for standin in (slack, mattermost, twilio):
            environment |= await standin.start(url)
            ending.push_async_callback(standin.close)
        service = Service(settings, Environment(environment), system_clock)
        await service.start()
        ending.push_async_callback(service.stop)

        def in_slack() -> str:
            return "\n".join(said(one) + "".join(map(said, one["replies"])) for one in slack.messages())

        def in_mattermost() -> str:
            messages = mattermost.messages()
            return "\n".join(text_of(one) + "".join(map(text_of, one["replies"])) for one in messages)

        async def both_stand() -> bool:
            return bool(slack.messages() and mattermost.messages())

        await until(both_stand, "the day's card stood in both rooms")
        assert service.channel_states()["mattermost"] == service.channel_states()["slack"] == "on"
        await twilio.text(MAN, "salut, c'est qui ?")
        assert await mattermost.command(mattermost.member, f"mute {MAN} for 2h spam") == 200
        assert "is muted until" in text_of(mattermost.ephemerals(mattermost.member)[-1])
        (muted,) = (await service.counter.mutes())["mutes"]
        assert muted["by"] == mattermost.member

        async def told_in_slack() -> bool:
            return "Ada" in in_slack() and "is muted until" in in_slack()

        await until(told_in_slack, "Slack told what was done in Mattermost, and by whom")
        assert MAN[3:] not in in_slack() + in_mattermost()
        assert await slack.command(MEMBER, "pause for 1h") == 200

        async def told_in_mattermost() -> bool:
            return "organiser" in in_mattermost() and "Resume" in str(mattermost.messages())

        await until(told_in_mattermost, "Mattermost told what was done in Slack")
        post = mattermost.messages()[0]["id"]
        actions = [one["id"] for one in mattermost.messages()[0]["props"]["attachments"][0]["actions"]]
        resume = next(one for one in actions if mattermost.carried(post, one)["verb"] == "resume")
        assert await mattermost.press(mattermost.member, post, resume) == 200

        async def resumed() -> bool:
            return service.channel_states()["sms"] == "on" and "Resume" not in in_slack()

        await until(resumed, "the button in Mattermost ended what a command in Slack began")
