"""What the team does, from the machine: on a running service and on none."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.clock import system_clock
from bridge.errors import RempartError
from bridge.model import Act
from bridge.privacy.sealing import seal
from bridge.raid.copies import SENDERS as COPIES
from bridge.service.host import decided
from bridge.store.engine.store import Store
from bridge.store.engine.tables import acts, events
from bridge.wording import Language, Words
from tests.service.test_command import CREDENTIALS, command, environment, refused, served
from tests.support.french import typeset
from tests.support.house import House, opened, until

MAN = "+33612345678"
ALWAYS = b"""
languages: [fr]
hold: {min: 0s, max: 0s}
exempt: ["+33600000001"]
replies:
  - id: any
    say: {fr: Un mot.}
"""


async def test_a_muted_sender_is_recorded_and_not_answered(database_url: str, tmp_path: Path) -> None:
    async with opened(database_url, tmp_path, ALWAYS) as house:
        assert "is muted until" in await act(house, "mute", MAN, reason="insistent")
        await house.provider.text(MAN, "Salut")
        await house.folded()
        status = await house.service.counter.standing.status()
        assert (status["mutes"], status["replies"]["sent"], status["replies"]["held"]) == (1, 0, 0)
        assert status["pot"]["inbound"] == 0.0075
        assert "is answered again" in await act(house, "unmute", MAN)
        await house.provider.text(MAN, "Salut ?")
        await sent(house, 1)


async def test_what_the_team_does_is_announced_and_what_was_refused_is_not(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path / 'rempart.db'}", tmp_path) as house:
        await act(house, "mute", MAN)
        await act(house, "mute", "brave-heron-42")
        (day,) = await house.service.board.cards()
        (note,) = day.notes
        assert "is muted until" in note.text
        assert MAN[4:] not in note.text


@pytest.mark.parametrize(("language", "said"), [("en", "It is recorded"), ("fr", "C'est enregistré")])
async def test_what_is_not_decided_in_time_is_told_in_the_teams_language(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, language: Language, said: str
) -> None:
    monkeypatch.setattr("bridge.service.host._MOST_LOOKS", 1)
    store, wish = Store(sqlite_url), Act("slack", "1", "U0MOD", "shield", "sms", system_clock())
    with pytest.raises(RempartError, match=said):
        await decided(store, wish, Words(language))
    await store.close()


async def test_numbers_are_shown_to_who_asks_for_them_and_that_is_recorded(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path / 'rempart.db'}", tmp_path) as house:
        await house.provider.text(MAN, "Salut")
        await house.folded()
        await act(house, "mute", MAN)
        counter = house.service.counter
        (hidden,) = (await counter.mutes())["mutes"]
        assert MAN not in json.dumps([hidden, await counter.why({"target": MAN})])
        (shown,) = (await counter.mutes({"reveal": True}))["mutes"]
        assert shown == hidden | {"address": MAN}
        assert (await counter.why({"target": hidden["sender"], "reveal": True}))["address"] == MAN
        query = select(acts.c.verb, acts.c.actor).where(acts.c.verb == "reveal")
        recorded = list(await house.service.store.read(lambda found: found.execute(query)))
        assert recorded == [("reveal", "operator")] * 2


async def test_a_mute_withdraws_what_is_held(tmp_path: Path) -> None:
    slow = b"languages: [fr]\nhold: {min: 1h, max: 1h}\nreplies:\n  - id: r\n    say: {fr: Un mot.}\n"
    async with opened(f"sqlite:///{tmp_path / 'rempart.db'}", tmp_path, slow) as house:
        await house.provider.text(MAN, "Salut")
        await house.folded()
        await act(house, "mute", MAN)
        assert len(await house.replies("cancelled")) == 1


async def test_a_pause_keeps_sms_silent_until_it_is_resumed(database_url: str, tmp_path: Path) -> None:
    async with opened(database_url, tmp_path) as house:
        await act(house, "pause", "sms")
        await house.provider.text(MAN, "Salut")
        await house.folded()
        status = await house.service.counter.standing.status()
        assert (status["posture"], status["channels"]["sms"]) == ("paused", "paused")
        assert house.provider.sent == []
        await act(house, "resume", "sms")
        await house.provider.text("+33698765432", "Salut")
        await sent(house, 1)


async def test_one_who_is_exempt_cannot_be_muted(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path / 'rempart.db'}", tmp_path, ALWAYS) as house:
        assert "exempt" in await act(house, "mute", "+33600000001")
        await house.provider.text("+33600000001", "Salut")
        await sent(house, 1)


async def test_the_room_is_told_why_and_sees_it_under_each_text_in_its_own_language(tmp_path: Path) -> None:
    french = ALWAYS.replace(b"{min: 0s, max: 0s}", b"{min: 1h, max: 1h}") + b"feed: {language: fr}\n"
    async with opened(f"sqlite:///{tmp_path / 'rempart.db'}", tmp_path, french) as house:
        for n in range(COPIES):
            await house.provider.text(f"+3367{n}345678", "Bonjour c'est encore moi, tu ne réponds jamais")
        await house.folded()
        (raid,) = (await house.service.counter.standing.status())["raids"]
        told = await house.service.host.why("sms:+33670345678")
        reason = f"presque le même texte, de {COPIES} expéditeurs"
        assert typeset(f" participe au raid {raid['id']} : {reason}. La réponse est retenue ; ") in told
        with pytest.raises(RempartError, match="connu de personne"):
            await house.service.host.why("brave-heron-42")
        asking = Act("slack", "1", "U0MOD", "samples", raid["id"], system_clock(), member=True)
        samples = await house.service.host.samples(asking)
        assert [sample.why for sample in samples] == [
            typeset(f"Jugé participant au raid : {reason}.")
        ] * COPIES


async def test_one_text_that_cannot_be_read_leaves_the_others_to_be_seen(tmp_path: Path) -> None:
    """Its bytes open, and hold no message: written by another release, or by a mistake of ours."""
    async with opened(f"sqlite:///{tmp_path / 'rempart.db'}", tmp_path, ALWAYS) as house:
        for n in range(COPIES):
            await house.provider.text(f"+3367{n}345678", "Bonjour c'est encore moi, tu ne réponds jamais")
        await house.folded()
        (raid,) = (await house.service.counter.standing.status())["raids"]
        await house.service.store.transact(lambda connection: garble_one(house, connection))
        asking = Act("slack", "1", "U0MOD", "samples", raid["id"], system_clock(), member=True)
        assert len(await house.service.host.samples(asking)) == COPIES - 1


async def garble_one(house: House, connection: AsyncConnection) -> None:
    """Replaces what a message holds, sealed as it should be."""
    one = (await connection.execute(select(events).where(events.c.kind == "message").limit(1))).one()
    keys = await house.service.pipeline.keyring.keys(connection, [one.sender])
    garbled = seal(keys[one.sender], b'{"text": "salut"}', one.id)
    await connection.execute(update(events).where(events.c.id == one.id).values(sealed=garbled))


async def act(house: House, verb: str, target: str, reason: str = "") -> str:
    told = await house.service.counter.act({"verb": verb, "target": target, "reason": reason})
    return str(told["told"])


async def sent(house: House, count: int) -> None:
    async def done() -> bool:
        return len(house.provider.sent) == count

    await until(done, f"{count} replies were sent")


@pytest.mark.parametrize("alive", [True, False])
def test_the_same_verbs_work_with_and_without_a_running_service(tmp_path: Path, *, alive: bool) -> None:
    env = environment(tmp_path, **CREDENTIALS)
    command("resume", env=env, cwd=tmp_path)  # makes a database

    def all_verbs() -> None:
        muted = command(
            "mute", "06 12 34 56 78", "--for", "7d", "--reason", "insistent", env=env, cwd=tmp_path
        )
        assert (muted.returncode, muted.stderr) == (0, "")
        (listed,) = json.loads(command("mutes", "--json", env=env, cwd=tmp_path).stdout)
        assert set(listed) == {"sender", "until", "by", "reason"}
        assert listed["until"].endswith("Z")
        assert "612345678" not in json.dumps(listed)
        assert json.loads(command("status", "--json", env=env, cwd=tmp_path).stdout)["mutes"] == 1
        why = command("why", "06 12 34 56 78", env=env, cwd=tmp_path)
        told = f"{listed['sender']} is muted until "
        assert (why.returncode, why.stderr, why.stdout.startswith(told)) == (0, "", True)
        assert why.stdout.endswith(", by operator, because: insistent.\n")
        explained = json.loads(command("why", listed["sender"], "--json", env=env, cwd=tmp_path).stdout)
        assert explained["told"] == why.stdout.strip()
        assert (explained["sender"], explained["verdict"]) == (listed["sender"], "ordinary")
        assert command("unmute", listed["sender"], env=env, cwd=tmp_path).returncode == 0
        unknown = command("why", "+33698765432", env=env, cwd=tmp_path)
        assert (unknown.returncode, unknown.stdout) == (1, "")
        assert unknown.stderr.startswith("Unknown: write a handle")
        assert json.loads(command("mutes", "--json", env=env, cwd=tmp_path).stdout) == []
        lifted = command("pot", "open", "--for", "2h", env=env, cwd=tmp_path)
        assert lifted.stdout.startswith("No limit of hour or day keeps anybody waiting until ")
        assert json.loads(command("status", "--json", env=env, cwd=tmp_path).stdout)["limits_lifted_until"]
        assert command("pot", "close", env=env, cwd=tmp_path).returncode == 0
        assert not json.loads(command("status", "--json", env=env, cwd=tmp_path).stdout)[
            "limits_lifted_until"
        ]
        assert command("pause", env=env, cwd=tmp_path).returncode == 0
        assert json.loads(command("status", "--json", env=env, cwd=tmp_path).stdout)["posture"] == "paused"
        assert command("resume", env=env, cwd=tmp_path).returncode == 0
        assert json.loads(command("status", "--json", env=env, cwd=tmp_path).stdout)["posture"] == "calm"

    with served(env, tmp_path, alive=alive):
        all_verbs()


WRONG = [
    (("mute", "brave-heron-42"), 1, "nobody is known"),
    (("mute", "not a sender at all"), 2, "no sender"),
    (("mute", "+33612345678", "--for", "soon"), 2, "length"),
    (("mute", "telegramm:4242"), 2, "There is no such channel: did you mean telegram?"),
    (("mute", "telegram:@name"), 2, "no address on telegram: write one such as telegram:4242"),
    (("mute", "sms:0612"), 2, "no address on sms"),
    (("unmute", "telegram:12"), 0, ""),
    (("why", "pigeon:12"), 2, "sms, telegram"),
    (("teach", "ordinary", "pigeon:12"), 2, "sms, telegram"),
    (("pause", "SMS"), 0, ""),
    (("pause", "Twilio"), 2, "sms, telegram"),
    (("resume", "telegran"), 2, "did you mean telegram?"),
    (("why", "telegram:12"), 1, "Unknown: write a handle"),
    (("why", "not a sender at all"), 1, "Unknown: write a handle"),
    (("why",), 2, "MESSAGE|SENDER"),
]


@pytest.mark.parametrize(("words", "status", "why"), WRONG)
def test_what_cannot_be_done_is_told_in_one_sentence(
    tmp_path: Path, words: tuple[str, ...], status: int, why: str
) -> None:
    refused(words, status, why, tmp_path)


ADMINS = b"organisers: {admins: [U0ADMIN]}\n"


async def test_by_number_only_admins_ask_and_it_is_recorded_and_limited(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path / 'rempart.db'}", tmp_path, ALWAYS + ADMINS) as house:
        await house.provider.text(MAN, "Salut")
        await house.folded()
        host, now = house.service.host, system_clock()

        def look(actor: str, n: int) -> Act:
            return Act("slack", f"{actor} {n}", actor, "look_up", f"sms:{MAN}", now, member=True)

        with pytest.raises(RempartError, match="only the admins"):
            await host.look_up(look("U0MEMBER", 0))
        told = {await host.look_up(look("U0ADMIN", n)) for n in range(10)}
        assert len(told) == 1
        with pytest.raises(RempartError, match="10 times an hour"):
            await host.look_up(look("U0ADMIN", 10))
        recorded = select(acts.c.actor, acts.c.outcome, acts.c.about).where(acts.c.verb == "look_up")
        rows = await house.service.store.read(lambda connection: _all(connection, recorded))
        assert sorted(rows) == [("U0ADMIN", "done", "-")] * 10 + [("U0MEMBER", "refused", "-")]
        (day,) = await house.service.board.cards()
        assert day.notes == ()


async def _all(connection: AsyncConnection, query: Select[Any]) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await connection.execute(query)]


NAMES_NOTHING = [
    "mute nobody-knows-42",
    "unmute nobody-knows-42",
    "why nobody-knows-42",
    "answer nobody-knows-42",
    "answer 0a1b2c3d.1",
    "drop 0a1b2c3d.1",
    "teach ordinary nobody-knows-42",
    "teach abusive 0612abcd",
    "teach --undo 0612abcd",
    "rules end 0612abcd",
    "find --undo 0612abcd",
    "doubtful --undo 0612abcd",
    "forget nobody-knows-42",
    "report 0612abcd",
    "campaign export 0612abcd --out raid.campaign",
    "campaign forget 0612abcd",
    "campaign import raid.campaign",
    "evidence export --raid 0612abcd --out raid.zip",
    "evidence export --sender nobody-knows-42 --out raid.zip",
    "pause nothing",
    "resume nothing",
]
"""Every command that names somebody or something, with a name that there is not."""


@pytest.mark.parametrize("words", NAMES_NOTHING)
def test_a_command_about_what_there_is_not_ends_with_a_sentence_and_not_with_0(
    sqlite_url: str, tmp_path: Path, words: str
) -> None:
    env = environment(tmp_path, **CREDENTIALS, REMPART_DATABASE_URL=sqlite_url)
    ended = command(*words.split(), env=env, cwd=tmp_path)
    assert ended.returncode in {1, 2}
    assert ended.stderr.strip()
    assert not ended.stdout.strip()


IS_SO_ALREADY = ["unmute +33612345678", "resume sms", "shield --off", "pot close", "forget +33612345678"]


@pytest.mark.parametrize("words", IS_SO_ALREADY)
def test_what_is_so_already_is_fine(sqlite_url: str, tmp_path: Path, words: str) -> None:
    env = environment(tmp_path, **CREDENTIALS, REMPART_DATABASE_URL=sqlite_url)
    ended = command(*words.split(), env=env, cwd=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
