"""`rempart find` and its kin, on a running service and on none: counts first, then the act, with its undo."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bridge.cards.finding import told_lines
from bridge.clock import system_clock
from bridge.errors import Misconfigured, RempartError
from bridge.model import DAY, HOUR, MINUTE, Act, EventId
from bridge.moderation.targets import FoundName
from bridge.noun import replace
from bridge.privacy.pseudonym import event_id
from bridge.service.finding import SLICE, Finder, phrase_wanted
from bridge.service.found import counted, texts_of
from bridge.store.engine.migrate import migrate
from bridge.store.engine.store import Store
from bridge.store.engine.tables import events, senders
from bridge.store.looks import found as looks
from bridge.store.looks.found import Stretch
from bridge.wording import ENGLISH
from tests.heart.test_found import RULES
from tests.service.test_command import CREDENTIALS, command, environment, running
from tests.support.clock import TestClock
from tests.support.events import Bridge, message
from tests.support.house import SLOW, opened
from tests.support.plans import asked as asked_of
from tests.support.raiding import Scene, number, ordinary


async def looked(scene: Scene, phrase: str, length: int | None = None) -> tuple[Finder, EventId]:
    """Somebody looks for a phrase; the look, to its end."""
    now = scene.bridge.clock()
    wish = Act(
        "command", f"find:{phrase}:{now}:{length}", "operator", "find", phrase, now, length, member=True
    )
    await scene.bridge.tell(phrase_wanted(wish, ENGLISH))
    await scene.bridge.fold()
    finder = Finder(scene.store, lambda: scene.bridge.journal)
    search = event_id("command", "act", wish.provider_id)
    await finder.finished(search, ENGLISH)
    return finder, search


async def preview(scene: Scene, phrase: str, *spared: str, length: int | None = None, page: int = 0) -> Any:
    finder, search = await looked(scene, phrase, length)
    return await finder.preview(FoundName(search, page, spared), scene.bridge.clock(), ENGLISH)


async def written(store: Store, texts: list[str]) -> Scene:
    scene = Scene(Bridge(store, TestClock(), RULES))
    await scene.told(enumerate(texts))
    return scene


async def test_it_counts_who_wrote_it_however_disguised_and_nobody_else(store: Store) -> None:
    scene = await written(store, ["la violette", "la VI0LETTE !", "v i o l e t t e", "la rose", "violent"])
    await scene.told([(0, "encore la violette")])
    told = counted(await preview(scene, "Violette"))
    assert (told.messages, told.people, told.known, told.waiting) == (4, 3, 0, 3)


async def test_whoever_was_answered_or_looked_ordinary_before_they_wrote_it_is_counted_apart(
    store: Store,
) -> None:
    scene = await written(store, [*ordinary()[:2], "la violette"])
    scene.bridge.clock.pass_(MINUTE)
    await scene.told([(0, "la violette"), (1, "une rose")])
    assert counted(await preview(scene, "violette")).known == 1


async def test_what_lies_further_back_counts_for_the_backtest_alone(store: Store) -> None:
    scene = await written(store, ["la violette"])
    scene.bridge.clock.pass_(3 * DAY)
    await scene.told([(1, "la violette"), (2, "la violette")])
    told = counted(await preview(scene, "violette"))
    assert (told.messages, told.long_messages, told.long_people) == (2, 3, 3)
    assert counted(await preview(scene, "violette", length=4 * DAY)).messages == 3
    assert counted(await preview(scene, "violette", length=HOUR)).messages == 2
    scene.bridge.clock.pass_(31 * DAY)
    assert counted(await preview(scene, "violette")).long_messages == 0


async def test_whoever_is_left_out_is_not_counted_nor_shown(store: Store) -> None:
    scene = await written(store, ["la violette", "une violette", "violette"])
    await scene.told([(1, "encore une violette")])
    handle = (await scene.sender(1)).handle
    seen = await preview(scene, "violette", handle, page=1)
    texts = await store.read(lambda connection: texts_of(connection, scene.bridge.journal, seen))
    told = counted(seen)
    assert (told.messages, told.people, told.spared) == (2, 2, 1)
    assert (told.long_messages, told.long_people) == (2, 2)
    assert [one.text for _, one in texts] == ["violette", "la violette"]


async def test_where_everybody_is_left_out_nobody_is_said_to_have_written_nothing(store: Store) -> None:
    scene = await written(store, ["la violette"])
    seen = await preview(scene, "violette", (await scene.sender(0)).handle)
    first, *_, last = told_lines(counted(seen), ENGLISH)
    assert (first[:23], last) == ("0 messages from 0 sende", "Left out: 1 person.")


async def test_a_look_that_is_taken_again_finds_the_same_whatever_came_since(store: Store) -> None:
    scene = await written(store, ["la violette"] * 3)
    _, search = await looked(scene, "violette")
    await scene.told([(9, "la violette")])
    again = Finder(store, lambda: scene.bridge.journal)
    assert (await again.finished(search, ENGLISH)).wrote.total() == 3


@pytest.mark.parametrize("harm", ["altered", "erased"])
async def test_what_cannot_be_read_breaks_nothing_and_is_counted(store: Store, harm: str) -> None:
    scene = await written(store, ["la violette"] * 3)
    mine = scene.bridge.journal.sender("sms", number(1))
    altered = update(events).where(events.c.sender == mine).values(sealed=b"nothing of ours")
    erased = update(senders).where(senders.c.id == mine).values(key=None)
    await store.transact(lambda connection: connection.execute(altered if harm == "altered" else erased))
    told = counted(await preview(scene, "violette"))
    assert (told.messages, told.unreadable) == (2, 1)


async def test_it_is_looked_through_in_slices_and_keeps_but_little(store: Store) -> None:
    many = 2 * SLICE + 7
    scene = Scene(Bridge(store, TestClock(), RULES))
    await scene.bridge.tell(*(message("la violette", address=number(n), id_=f"SM{n}") for n in range(many)))
    await scene.bridge.fold()
    steps: list[int] = []
    _, search = await looked(scene, "violette")
    finder = Finder(store, lambda: scene.bridge.journal, progressed=lambda done, _of: steps.append(done))
    look = await finder.finished(search, ENGLISH)
    assert steps == [SLICE, 2 * SLICE, many]
    assert (look.wrote.total(), len(look.first), len(look.newest)) == (many, many, 300)


@pytest.mark.parametrize("phrase", ["", "re:(", "re:.*", "x" * 300])
def test_what_cannot_be_looked_for_is_refused_before_it_is_written_down(phrase: str) -> None:
    with pytest.raises(Misconfigured):
        phrase_wanted(Act("command", "1", "operator", "find", phrase, 0), ENGLISH)


async def test_an_act_names_the_people_that_were_seen(store: Store) -> None:
    scene = await written(store, ["la violette", "une violette", "la rose"])
    finder, search = await looked(scene, "violette")
    handle = (await scene.sender(0)).handle
    await scene.told([(7, "la violette")])
    act = Act("slack", "2", "U0", "mute_found", str(FoundName(search, 0, (handle,))), 0)
    named = await finder.named(act, ENGLISH)
    assert named.target == scene.bridge.journal.sender("sms", number(1))
    rule = await finder.named(Act("slack", "3", "U0", "rule_hold", f"{search}.0 {handle}", 0), ENGLISH)
    assert rule.target == f"{scene.bridge.journal.sender('sms', number(0))}:violette"


@pytest.mark.parametrize("name", ["", "violette", "0" * 32, f"{'0' * 32}.1 brave-heron-42"])
async def test_what_was_never_found_cannot_be_acted_on(store: Store, name: str) -> None:
    scene = await written(store, [])
    finder = Finder(store, lambda: scene.bridge.journal)
    with pytest.raises(RempartError):
        await finder.named(Act("slack", "2", "U0", "mute_found", name, 0), ENGLISH)


async def test_a_page_of_a_long_look_begins_where_the_last_one_ended(sqlite_url: str) -> None:
    """Or else a hundred thousand messages are passed over again for every two hundred."""
    store = Store(sqlite_url)
    await migrate(store)
    with asked_of(store) as found:
        await store.read(lambda connection: looks.page(connection, Stretch(0, 10), (5, 5), 3))
    ((statement, given),) = found.items()
    explain = f"EXPLAIN QUERY PLAN {statement}"
    plan = await store.read(lambda connection: connection.exec_driver_sql(explain, given))
    assert any("decided_at>? AND decided_at<?" in step.detail for step in plan)
    await store.close()


async def heard(database_url: str) -> None:
    """Four people wrote, three of them one odd word; it was decided."""
    store = Store(database_url)
    await migrate(store)
    bridge = Bridge(store, TestClock(system_clock()))
    for n, text in enumerate(("la violette", "Vi0lette !", "une v i o l e t t e", "une rose")):
        await bridge.tell(message(text, address=number(n), at=bridge.clock()))
    await bridge.fold()
    await store.close()


@pytest.mark.parametrize("alive", [True, False])
def test_from_the_machine_it_is_found_acted_on_and_undone(tmp_path: Path, *, alive: bool) -> None:
    env = environment(tmp_path, **CREDENTIALS) | {"COLUMNS": "300"}
    asyncio.run(heard(env["REMPART_DATABASE_URL"]))

    def asked(*words: str) -> Any:
        return command(*words, env=env, cwd=tmp_path)

    def told(*words: str) -> Any:
        return json.loads(asked(*words, "--json").stdout)

    def all_of_it() -> None:
        seen = asked("find", "violette")
        assert (seen.returncode, seen.stderr) == (0, "")
        assert seen.stdout.startswith("3 messages from 3 senders with “violette”")
        assert number(0)[3:] not in seen.stdout
        assert "la violette" not in seen.stdout
        assert "une rose" not in asked("find", "re:viol.tte", "--texts").stdout
        shown = told("find", "violette", "--texts")
        assert sorted(one["text"] for one in shown["texts"]) == [
            "Vi0lette !",
            "la violette",
            "une v i o l e t t e",
        ]
        (reader,) = told("exposures")  # whoever reads here has read, too
        assert (reader["who"], reader["times"]) == ("operator", 2)
        assert reader["texts"] >= len(shown["texts"])
        aside = shown["texts"][0]["handle"]
        done = told("find", "violette", "--mute", "24h", "--not", aside)
        assert done["act"]["outcome"] == "done"
        assert aside not in {one["sender"] for one in told("mutes")}
        assert len(told("mutes")) == 2
        assert "Undo: rempart find --undo" in asked("find", "rose", "--hold", "2h").stdout
        assert asked("find", "--undo", done["act"]["act"]).returncode == 0
        assert told("mutes") == []
        assert (
            asked("find", "violette", "--rule", "hold", "--for", "3h", "--reason", "a raid").returncode == 0
        )
        (rule,) = told("rules")
        assert (rule["does"], rule["by"], rule["caught"]) == ("hold", "operator", 0)
        assert "violette" in asked("rules").stdout
        in_french = command("rules", env=env | {"LC_ALL": "fr_FR.UTF-8"}, cwd=tmp_path).stdout
        assert ("retenue" in in_french, "operator" in in_french) == (True, False)
        assert asked("rules", "end", rule["rule"]).returncode == 0
        assert told("rules") == []

    if alive:
        with running(env, tmp_path):
            all_of_it()
    else:
        all_of_it()


def test_until_when_somebody_is_muted_is_by_the_clock_of_the_rules_whichever_command_says_it(
    tmp_path: Path,
) -> None:
    """Most machines stand by UTC."""
    env = environment(tmp_path, **CREDENTIALS)
    asyncio.run(heard(env["REMPART_DATABASE_URL"]))
    for words in (("mute", number(3), "--for"), ("find", "violette", "--mute")):
        assert command(*words, "until tomorrow 8h", env=env, cwd=tmp_path).returncode == 0
    told = json.loads(command("mutes", "--json", env=env, cwd=tmp_path).stdout)
    assert len(told) == 4
    assert len({one["until"][:16] for one in told}) == 1


@pytest.mark.parametrize("room", ["en", "fr"])
@pytest.mark.parametrize(
    ("lang", "found", "refused"),
    [("C", "3 messages from 3 senders", "This is no pattern"), ("fr_FR", "3 messages de 3", "ne se lit pas")],
)
def test_whoever_sits_there_is_told_in_their_language_and_not_in_the_rooms(
    tmp_path: Path, lang: str, found: str, refused: str, room: str
) -> None:
    env = environment(tmp_path, **CREDENTIALS) | {"COLUMNS": "300", "LC_ALL": lang}
    with (tmp_path / "rules.yaml").open("a") as rules:
        rules.write(f"feed: {{language: {room}}}\n")
    asyncio.run(heard(env["REMPART_DATABASE_URL"]))
    told = command("find", "violette", env=env, cwd=tmp_path)
    no = command("find", "re:(", env=env, cwd=tmp_path)
    assert told.stdout.startswith(found)
    assert refused in no.stderr


WRONG = [
    ("find", "re:("),
    ("find", "re:.*"),
    ("find", "?"),
    ("find",),
    ("find", "x" * 300),
    ("find", "mot", "--since", "hier"),
    ("find", "mot", "--mute", "beaucoup"),
    ("find", "mot", "--mute", "1h", "--hold", "1h"),
    ("find", "mot", "--rule", "ban"),
    ("rules", "begin"),
]


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_what_cannot_be_meant_is_one_plain_sentence(tmp_path: Path, words: tuple[str, ...]) -> None:
    ended = command(*words, env=environment(tmp_path, **CREDENTIALS), cwd=tmp_path)
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1
    assert "Traceback" not in ended.stderr


def wish(verb: str, target: str, id_: str) -> Act:
    return Act("slack", id_, "U0MEMBER", verb, target, system_clock(), member=True)


async def test_in_the_room_it_is_previewed_read_acted_on_and_undone(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'rempart.db'}"
    await heard(database)
    async with opened(database, tmp_path, SLOW) as house:
        host = house.service.host
        seen = await host.find(wish("find", "violette", "1"))
        assert seen.lines[0].startswith("3 messages from 3 senders with “violette”")
        assert (seen.samples, seen.bundles) == ((), ())
        labels = [one.label for one in seen.buttons]
        assert labels == [
            "Mute these 3",
            "Hold these back for 2 h",
            "Make it a rule: mute",
            "Make it a rule: hold back",
            "Show 3 texts",
        ]
        read = await host.find(wish("texts_found", seen.buttons[-1].target, "2"))
        aside, mute, answer = read.samples[0].buttons
        assert (aside.label, mute.label, len(read.samples)) == ("Not this one", "Mute 24 h", 3)
        assert "is answered by hand" in await host.act(wish(answer.verb, answer.target, "2a"))
        again = await host.find(wish("texts_found", seen.buttons[-1].target, "2b"))
        (*_, back) = again.samples[0].buttons
        assert (answer.label, back.label) == ("Answer", "Take the answer back")
        assert "treated as before" in await host.act(wish(back.verb, back.target, "2c"))
        without = await host.find(wish("texts_found", aside.target, "3"))
        assert without.buttons[0].label == "Mute these 2"
        assert "2 senders who wrote it are muted" in await host.act(
            wish("mute_found", without.buttons[0].target, "4")
        )
        after = await host.find(wish("texts_found", without.name, "5"))
        (undo,) = after.bundles[0].buttons
        assert "2 senders are treated as before" in await host.act(wish(undo.verb, undo.target, "6"))
        assert "waits, until" in await host.act(wish("rule_hold", seen.name, "7"))
        (rule,) = (await host.home()).rules
        assert "violette" in rule.told
        assert "catches nobody any more" in await host.act(wish(rule.undo.verb, rule.undo.target, "8"))
        assert (await host.home()).rules == ()


async def test_whoever_has_no_right_finds_nothing(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'rempart.db'}"
    await heard(database)
    async with opened(database, tmp_path, SLOW) as house:
        with pytest.raises(RempartError):
            await house.service.host.find(replace(wish("find", "violette", "1"), member=False))


async def test_a_thousand_mutes_are_leafed_through_and_searched(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'rempart.db'}"
    await heard(database)
    async with opened(database, tmp_path, SLOW) as house:
        for n in range(25):
            reason = "insultes" if n == 3 else "autre chose"
            await house.service.host.act(replace(wish("mute", number(n), f"m{n}"), reason=reason))
        first, second = await house.service.host.home(), await house.service.host.home(1)
        assert (len(first.mutes), first.mutes_left_out, first.mutes_pages) == (20, 5, 2)
        assert (len(second.mutes), second.mutes_page) == (5, 1)
        assert not {one.handle for one in first.mutes} & {one.handle for one in second.mutes}
        assert (await house.service.host.home(99)).mutes == second.mutes
        assert len((await house.service.host.home(0, "Insultes")).mutes) == 1
        handle = first.mutes[0].handle
        assert [one.handle for one in (await house.service.host.home(0, handle)).mutes] == [handle]
