"""Several lines in one service: each answers from its own number, with its own replies and its own pot."""

import re
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import select
from twilio.request_validator import RequestValidator

from bridge.clock import system_clock
from bridge.doctor.names import strangers
from bridge.environment import Environment
from bridge.errors import Misconfigured
from bridge.model import HEARD
from bridge.responses import Line as Rules
from bridge.responses import parse
from bridge.service.line import Line
from bridge.service.lines import OfLine
from bridge.service.service import Service
from bridge.store.engine.tables import events
from channels.slack.socket_mode import Socket
from channels.standins.faults import Fault
from channels.standins.slack.blocks import buttons
from channels.standins.twilio.account import Sender
from tests.support.house import until
from tests.support.terrace import (
    FEED,
    IN_SLACK,
    LYON,
    NOWHERE,
    PARIS,
    RULES,
    Terrace,
    delivered,
    folded,
    journalled,
    line,
    replies,
    terrace,
)

MAN = "+33612345678"
OTHER = "+33698765432"


def names_in(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir()}


async def forged(url: str, number: str) -> int:
    """The answer to a message that somebody else signed."""
    form = {"MessageSid": "SM1", "From": MAN, "To": number, "Body": "Salut"}
    signature = RequestValidator("another").compute_signature(f"{url}/twilio/sms", form)
    headers = {"X-Twilio-Signature": signature}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/twilio/sms", data=form, headers=headers) as answer,
    ):
        return answer.status


async def test_whoever_wrote_to_a_line_is_answered_from_it_with_its_words_out_of_its_pot(
    empty_database_url: str, tmp_path: Path
) -> None:
    async with terrace(empty_database_url, tmp_path, "twilio") as town, town.running() as service:
        assert (await town.twilio.text(MAN, "Salut"))[0] == 200
        assert (await town.twilio.text(MAN, "Salut", to=LYON))[0] == 200
        assert (await town.twilio.text(OTHER, "Bonsoir", to=LYON))[0] == 200
        paris, lyon = line(service, "paris"), line(service, "lyon")
        await delivered(paris)
        await delivered(lyon, 2)
        sent = {(one.from_, one.to, one.body) for one in town.twilio.sent}
        assert sent == {
            (PARIS, MAN, "Un mot de Paris."),
            (LYON, MAN, "Un mot de Lyon."),
            (LYON, OTHER, "Un mot de Lyon."),
        }
        ours, theirs = await paris.counter.standing.status(), await lyon.counter.standing.status()
        assert ours["pot"] == {"total": 10.0, "spent": 0.0763, "reserved": 0.0, "inbound": 0.0075}
        assert theirs["pot"] == {"total": 20.0, "spent": 0.1526, "reserved": 0.0, "inbound": 0.015}


async def test_a_restart_loses_and_repeats_nothing_on_any_line(
    empty_database_url: str, tmp_path: Path
) -> None:
    async with terrace(empty_database_url, tmp_path, "twilio") as town:
        town.rules.write_text(RULES.replace("{min: 0s, max: 1s}", "{min: 2s, max: 3s}"), encoding="utf-8")
        async with town.running() as service:
            _, first = await town.twilio.text(MAN, "Salut")
            _, second = await town.twilio.text(MAN, "Salut", to=LYON)
            await folded(*service.lines)
        async with town.running() as service:
            assert set(await town.twilio.redeliver(first) + await town.twilio.redeliver(second)) == {200}
            for one in service.lines:
                await delivered(one)
                assert await journalled(one) == 1
        assert sorted(one.from_ for one in town.twilio.sent) == [PARIS, LYON]


async def test_what_comes_for_a_number_that_is_nobodys_is_the_first_lines(
    empty_sqlite_url: str, tmp_path: Path
) -> None:
    third = "+33639980002"
    async with terrace(empty_sqlite_url, tmp_path, "twilio") as town, town.running() as service:
        town.twilio.account.further.add(third)
        assert (await town.twilio.text(MAN, "Salut", to=third))[0] == 200
        await delivered(line(service, "paris"))
        assert [one.from_ for one in town.twilio.sent] == [third]
        assert await journalled(line(service, "lyon")) == 0


async def test_a_call_and_a_whatsapp_message_are_the_lines_whose_number_they_are_for(
    empty_sqlite_url: str, tmp_path: Path
) -> None:
    chat = "+33639980009"
    async with terrace(empty_sqlite_url, tmp_path, "twilio") as town:
        town.rules.write_text(RULES + "    reply_to_calls: true\n", encoding="utf-8")
        town.environment["TWILIO_WHATSAPP_NUMBER_LYON"] = chat
        town.twilio.account.whatsapp = Sender(chat)
        async with town.running() as service:
            paris, lyon = line(service, "paris"), line(service, "lyon")
            assert await town.twilio.ring(MAN) == (200, False)
            assert await town.twilio.ring(OTHER, to=LYON) == (200, False)
            await delivered(lyon)
            assert (await town.twilio.whatsapp(MAN, "Salut"))[0] == 200
            await folded(paris, lyon)
            assert (await heard(paris), await heard(lyon)) == (["sms"], ["sms", "whatsapp"])
            assert [one.from_ for one in town.twilio.sent] == [LYON]


async def heard(of: Line) -> list[str]:
    """Over which channels, in order."""
    query = select(events.c.channel).where(events.c.kind.in_(HEARD)).order_by(events.c.seq)
    return list(await of.store.read(lambda found: found.scalars(query)))


async def test_a_forged_call_is_refused_whatever_line_it_names(empty_sqlite_url: str, tmp_path: Path) -> None:
    async with terrace(empty_sqlite_url, tmp_path, "twilio") as town:
        town.environment["TWILIO_AUTH_TOKEN_LYON"] = "one-of-its-own"
        async with town.running() as service:
            assert [await forged(town.url, number) for number in (PARIS, LYON)] == [403, 403]
            assert [await journalled(one) for one in service.lines] == [0, 0]


async def test_a_stop_on_one_line_is_none_on_the_other(empty_sqlite_url: str, tmp_path: Path) -> None:
    """They are two services to whoever writes: each is told by itself."""
    async with terrace(empty_sqlite_url, tmp_path, "twilio") as town, town.running() as service:
        await town.twilio.text(MAN, "ARRET")
        await town.twilio.text(MAN, "Salut", to=LYON)
        await delivered(line(service, "lyon"))
        await folded(*service.lines)
        assert await replies(line(service, "paris"), "delivered") == []


async def test_what_no_webhook_brought_is_found_for_each_number(
    empty_sqlite_url: str, tmp_path: Path
) -> None:
    async with terrace(empty_sqlite_url, tmp_path, "twilio") as town:
        town.twilio.faults.webhooks_lost = True
        await town.twilio.text(MAN, "Salut")
        await town.twilio.text(OTHER, "Bonsoir", to=LYON)
        async with town.running() as service:
            for one in service.lines:
                await delivered(one)
            assert sorted((one.from_, one.to) for one in town.twilio.sent) == [(PARIS, MAN), (LYON, OTHER)]


async def test_each_bot_answers_by_itself_called_or_asked(empty_sqlite_url: str, tmp_path: Path) -> None:
    async with terrace(empty_sqlite_url, tmp_path, "telegram") as town:
        town.rules.write_text(NOWHERE, encoding="utf-8")
        async with town.running():
            for name, bot in town.bots.items():

                async def is_set(bot: object = bot) -> bool:
                    return bot.webhook is not None  # type: ignore[attr-defined]

                await until(is_set, f"the webhook of {name} was set")
                await bot.text("42", "Salut")
            for name, bot in town.bots.items():

                async def answered(bot: object = bot) -> bool:
                    return bool(bot.sent)  # type: ignore[attr-defined]

                await until(answered, f"the bot of {name} answered")
                assert [one.text for one in bot.sent] == [f"Un mot de {name.capitalize()}."]


@pytest.mark.parametrize(
    ("rules", "environment", "told"),
    [
        (RULES.replace(LYON, PARIS), {}, "same number"),
        (RULES.replace('sms: "+33639980001"', 'smss: "+33639980001"'), {}, "sms"),
        (
            RULES.replace('sms: "+33639980001"', "telegram: abc"),
            {},
            "What is secret stands in the environment",
        ),
        (RULES, {"TELEGRAM_BOT_TOKEN_PARIS": "1:a", "TELEGRAM_BOT_TOKEN_LYON": "1:a"}, "same bot"),
        (
            RULES,
            {
                "TELEGRAM_BOT_TOKEN_PARIS": "1:a",
                "TELEGRAM_BOT_TOKEN_LYON": "2:b",
                "TELEGRAM_WEBHOOK_SECRET_PARIS": "s",
                "TELEGRAM_WEBHOOK_SECRET_LYON": "s",
            },
            "same webhook secret",
        ),
        (
            IN_SLACK,
            {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "SLACK_CHANNEL": "C0LYON"},
            "same feed channel",
        ),
    ],
)
async def test_two_lines_in_one_place_are_refused_at_start(
    rules: str, environment: dict[str, str], told: str, empty_sqlite_url: str, tmp_path: Path
) -> None:
    async with terrace(empty_sqlite_url, tmp_path, "twilio") as town:
        town.rules.write_text(rules, encoding="utf-8")
        with pytest.raises(Misconfigured, match=told):
            Service(town.settings, Environment(town.environment | environment), system_clock)


async def test_an_edit_of_the_rules_is_in_force_on_its_line_and_another_place_takes_a_restart(
    empty_sqlite_url: str, tmp_path: Path
) -> None:
    async with terrace(empty_sqlite_url, tmp_path, "twilio") as town, town.running() as service:
        town.rules.write_text(RULES.replace("Un mot de Lyon", "Un mot neuf"), encoding="utf-8")
        service.rules.look()
        await town.twilio.text(MAN, "Salut", to=LYON)
        await delivered(line(service, "lyon"))
        assert [one.body for one in town.twilio.sent] == ["Un mot neuf."]
        town.rules.write_text(RULES.replace(LYON, "+33639980009"), encoding="utf-8")
        service.rules.look()
        assert "takes a restart" in (service.rules.refused or "")


async def test_lines_that_changed_places_are_refused_rather_than_mixed_up(
    empty_database_url: str, tmp_path: Path
) -> None:
    async with terrace(empty_database_url, tmp_path, "twilio") as town:
        async with town.running():
            pass
        town.rules.write_text(RULES.replace("paris:", "nice:").replace("lyon:", "paris:"), encoding="utf-8")
        with pytest.raises(Misconfigured, match="is that of the line paris"):
            async with town.running():
                pass


async def test_whoever_adds_a_line_keeps_what_the_one_line_had(empty_sqlite_url: str, tmp_path: Path) -> None:
    async with terrace(empty_sqlite_url, tmp_path, "twilio") as town:
        town.rules.write_text(RULES.partition("lines:")[0], encoding="utf-8")
        async with town.running() as service:
            await town.twilio.text(MAN, "Salut")
            await delivered(service.first)
        town.rules.write_text(RULES, encoding="utf-8")
        async with town.running() as service:
            assert len(await replies(line(service, "paris"), "delivered")) == 1
            assert await replies(line(service, "lyon"), "delivered") == []
    assert {"rempart.db", "rempart-lyon.db"} <= names_in(tmp_path)


async def test_the_pages_of_monitors_tell_of_each_line(empty_sqlite_url: str, tmp_path: Path) -> None:
    async with terrace(empty_sqlite_url, tmp_path, "twilio") as town, town.running() as service:
        await town.twilio.text(MAN, "Salut", to=LYON)
        await delivered(line(service, "lyon"))
        ready = await town.page("/readyz")
        assert '"lines":{"paris":{"behind"' in ready.replace(" ", "")
        figures = await town.page("/metrics")
        assert 'rempart_replies{line="lyon",progress="delivered"} 1.0' in figures
        assert 'rempart_replies{line="paris",progress="delivered"} 0.0' in figures
        assert 'rempart_channel{channel="sms",line="paris",state="on"} 1.0' in figures


async def test_commands_are_about_the_line_that_they_name(empty_database_url: str, tmp_path: Path) -> None:
    async with terrace(empty_database_url, tmp_path, "twilio") as town:
        async with town.running():
            pass
        told = await town.asked("act", verb="mute", target=MAN, line="lyon")
        assert told["outcome"] == "done"
        assert (await town.asked("mutes"))["mutes"] == []
        assert len((await town.asked("mutes", line="lyon"))["mutes"]) == 1
        status = await town.asked("status")
        assert (status["mutes"], status["pot"]["total"]) == (0, 10.0)
        assert {name: one["mutes"] for name, one in status["lines"].items()} == {"paris": 0, "lyon": 1}
        assert (await town.asked("status", line="lyon"))["pot"]["total"] == 20.0
        with pytest.raises(Misconfigured, match="there are paris, lyon"):
            await town.asked("mutes", line="nice")


@pytest.mark.parametrize("socket_mode", [False, True], ids=["HTTP", "socket"])
async def test_an_act_belongs_to_the_line_in_whose_channel_it_is_done(
    socket_mode: bool, empty_sqlite_url: str, tmp_path: Path
) -> None:
    async with terrace(empty_sqlite_url, tmp_path, "twilio", "slack", socket_mode=socket_mode) as town:
        workspace = town.slack.workspace
        workspace.further[FEED] = {"U0LYON"}
        async with town.running() as service:
            paris, lyon = line(service, "paris"), line(service, "lyon")

            async def cards() -> list[str]:
                places = [one.channel for one in workspace.messages if one.only_for is None]
                return places if len(places) == 2 else []

            assert sorted(await until(cards, "both cards stood")) == sorted([workspace.channel, FEED])
            assert await town.slack.command("U0LYON", f"mute {MAN}", channel=FEED) == 200

            async def muted() -> bool:
                return bool((await lyon.counter.mutes())["mutes"])

            await until(muted, "the command was obeyed")
            assert (await paris.counter.mutes())["mutes"] == []
            (theirs,) = [one for one in workspace.messages if one.channel == FEED and one.only_for is None]
            button = next(one for one in buttons(theirs.blocks) if '"pause"' in one["value"])
            assert await town.slack.press("U0LYON", theirs.shown(), button["action_id"]) == 200

            async def paused() -> bool:
                return (await lyon.counter.standing.status())["channels"]["sms"] == "paused"

            await until(paused, "the button was obeyed")
            assert (await paris.counter.standing.status())["channels"]["sms"] == "on"


async def test_a_socket_that_breaks_is_told_of_at_once_and_so_is_the_next(
    empty_sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Socket, "patience_seconds", 3)
    async with (
        terrace(empty_sqlite_url, tmp_path, "twilio", "slack", socket_mode=True) as town,
        town.running() as service,
    ):
        town.slack.workspace.further[FEED] = {"U0LYON"}

        async def told() -> set[str]:
            return {(await one.counter.standing.status())["channels"]["slack"] for one in service.lines}

        async def heard() -> bool:
            return town.slack.hub.connected.is_set() and await told() == {"on"}

        async def deaf() -> bool:
            return await told() == {"failing"}

        await until(heard, "Slack was heard")
        town.slack.faults.next(Fault.HANG_BEFORE, on="apps.connections.open")
        await town.slack.hub.hang_up()
        await until(deaf, "it was told of")
        await until(heard, "Slack was heard again, and it was told of")


async def test_whoever_moderates_one_line_does_not_moderate_another(
    empty_sqlite_url: str, tmp_path: Path
) -> None:
    async with terrace(empty_sqlite_url, tmp_path, "twilio", "slack") as town:
        town.slack.workspace.further[FEED] = {"U0LYON"}
        async with town.running() as service:
            assert await town.slack.command("U0LYON", f"mute {MAN}") == 200

            async def refused() -> bool:
                return await journalled(line(service, "paris"), "act") == 1

            await until(refused, "the attempt was recorded")
            await folded(*service.lines)
            assert (await service.counter.mutes())["mutes"] == []
            assert await journalled(line(service, "lyon"), "act") == 0


PASTE = "on va vider votre cagnotte les amis, venez tous ecrire a ce numero ce soir"


async def raided(town: Terrace, to: str, count: int = 6) -> None:
    """Several people paste one text on a line."""
    for n in range(count):
        await town.twilio.text(f"+336{20 + n}345678", PASTE, to=to)


async def heeded(of: Line) -> None:
    """Returns once it was told of a raid elsewhere."""

    async def told() -> bool:
        return await journalled(of, "act") > 0

    await until(told, f"{of.name} was told")
    await folded(of)


async def raids(of: Line) -> int:
    return len((await of.counter.standing.status())["raids"])


async def test_a_paste_of_one_line_is_seen_on_the_other_at_the_second_message(
    empty_database_url: str, tmp_path: Path
) -> None:
    async with terrace(empty_database_url, tmp_path, "twilio") as town:
        town.rules.write_text(RULES.replace("{min: 0s, max: 1s}", "{min: 1h, max: 2h}"), encoding="utf-8")
        async with town.running() as service:
            paris, lyon = line(service, "paris"), line(service, "lyon")
            await raided(town, PARIS)
            await heeded(lyon)
            assert (await raids(paris), await raids(lyon)) == (1, 0)
        async with town.running() as service:  # what it was told it knows after a restart
            lyon = line(service, "lyon")
            await town.twilio.text(MAN, PASTE, to=LYON)
            await folded(lyon)
            assert (await raids(lyon), len(await replies(lyon, "held"))) == (0, 1)
            await town.twilio.text(OTHER, f"{PASTE} !!", to=LYON)
            await folded(lyon)
            assert (await raids(lyon), len(await replies(lyon, "held"))) == (1, 0)


async def test_a_raider_of_one_line_is_known_on_the_other_until_it_was_a_false_alarm(
    empty_sqlite_url: str, tmp_path: Path
) -> None:
    async with terrace(empty_sqlite_url, tmp_path, "twilio") as town:
        town.rules.write_text(RULES.replace("{min: 0s, max: 1s}", "{min: 1h, max: 2h}"), encoding="utf-8")
        async with town.running() as service:
            paris, lyon = line(service, "paris"), line(service, "lyon")
            await raided(town, PARIS)
            await heeded(lyon)
            await town.twilio.text("+33620345678", "Bonjour, tu es libre demain ?", to=LYON)
            await town.twilio.text(OTHER, "Bonsoir, comment vas-tu ?", to=LYON)
            await folded(lyon)
            (held,) = await replies(lyon, "held")
            (raid,) = (await paris.counter.standing.status())["raids"]
            assert (await raids(lyon), held.line) == (0, LYON)
            why = await lyon.counter.why({"target": "+33620345678"})
            assert "raid on another line" in why["told"]
            told = await paris.counter.act({"verb": "false_alarm", "target": raid["id"]})
            assert told["outcome"] == "done"

            async def taken_back() -> bool:
                return await journalled(lyon, "act") == 2

            await until(taken_back, "it was taken back")
            await folded(lyon)
            await town.twilio.text("+33621345678", "Coucou, c'est encore moi", to=LYON)
            await folded(lyon)
            assert len(await replies(lyon, "held")) == 2


async def test_the_other_room_is_told_of_a_raid_once(empty_sqlite_url: str, tmp_path: Path) -> None:
    async with terrace(empty_sqlite_url, tmp_path, "twilio") as town, town.running() as service:
        await raided(town, PARIS)
        lyon = line(service, "lyon")
        await heeded(lyon)
        (day,) = await lyon.board.cards()
        (told,) = [note.text for note in day.notes if "known here now" in note.text]
        assert told.startswith("A raid on another line (paris:")
        assert re.search("1 text and [4-6] senders", told)  # whoever came later is told of by themselves
        assert PASTE not in told


def test_a_variable_of_a_line_is_no_stranger_to_the_doctor() -> None:
    environment = {"TELEGRAM_BOT_TOKEN_LYON": "1:a", "TWILIO_AUTH_TOKEN_LYON_SUD_FILE": "token"}
    assert list(strangers(environment, ["_LYON", "_LYON_SUD"])) == []
    assert len(list(strangers(environment))) == 2


def test_a_line_has_what_is_said_of_it_and_nothing_that_is_anothers() -> None:
    shared = {"TWILIO_AUTH_TOKEN": "t", "TWILIO_NUMBER": PARIS, "TELEGRAM_BOT_TOKEN_LYON_SUD": "2:b"}
    responses = parse(NOWHERE.encode(), name="responses.yaml")
    paris = OfLine(Environment(shared), Rules("paris", responses), first=True)
    lyon = OfLine(Environment(shared), Rules("lyon-sud", responses, {"sms": LYON}), first=False)
    assert (paris["TWILIO_NUMBER"], lyon["TWILIO_NUMBER"]) == (PARIS, LYON)
    assert (paris["TWILIO_AUTH_TOKEN"], lyon["TWILIO_AUTH_TOKEN"]) == ("t", "t")
    assert (paris.get("TELEGRAM_BOT_TOKEN"), lyon["TELEGRAM_BOT_TOKEN"]) == (None, "2:b")
    assert set(lyon) == {"TWILIO_NUMBER", "TWILIO_AUTH_TOKEN", "TELEGRAM_BOT_TOKEN"} | {
        "TELEGRAM_BOT_TOKEN_LYON_SUD"
    }
    assert len(lyon) == 4
