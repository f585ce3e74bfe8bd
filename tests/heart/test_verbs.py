"""A verb is one file: whoever must know the verbs reads the registry, and nothing else has to be touched."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.testing

from bridge.cli import team
from bridge.cli.commands import app
from bridge.grammar import Asked, Misunderstood, Wanted, parse
from bridge.heart import acts
from bridge.heart.acts.take import MAY_TAKE
from bridge.heart.acts.verb import ADMINISTER, MODERATE, NEIGHBOUR, About
from bridge.model import HOUR
from bridge.noun import replace
from bridge.replay.acts import Targets
from bridge.replay.world import open_world
from bridge.responses import parse as rules
from bridge.service.door import settled_act
from bridge.service.plugins import directory
from bridge.store.engine.store import Store
from bridge.wording import ENGLISH, LANGUAGES, Language, Words
from bridge.wording.words import Room
from tests.channels.slack_world import MEMBER, living
from tests.heart.test_acts import MAN, NAMED, act, do, standing
from tests.support.clock import TestClock
from tests.support.events import RULES, Bridge

FOR_ADMINS = {"pot": ("pot", "cagnotte"), "dossier": ("dossier", "dossier"), "look_up": ("number", "numéro")}
FOR_MODERATORS = {"false_alarm": ("false alarm", "fausse"), "shield": ("shield", "bouclier")}
"""Verbs, and how they are spoken of in English and in French."""


@pytest.mark.parametrize("sentence", [("doctor", "no_admins"), ("init", "admins")], ids="/".join)
def test_what_is_said_to_be_for_admins_is_for_them_alone(sentence: tuple[Room, str]) -> None:
    room, name = sentence
    told = [Words(language).within(room)(name).lower() for language in LANGUAGES]
    for verbs, right in ((FOR_ADMINS, ADMINISTER), (FOR_MODERATORS, MODERATE)):
        for verb, spoken in verbs.items():
            assert acts.VERBS[verb].right.may is right.may
            heard = [word in said for word, said in zip(spoken, told, strict=True)]
            assert heard == [right is ADMINISTER] * len(told), verb


HUSH = '''
from bridge.heart.acts.shared import muted
from bridge.heart.acts.verb import ADMINISTER, About, Typed, Verb


def hush(case):
    """Mutes somebody for an hour at most."""
    (sender,) = case.senders
    until = case.now + min(case.act.length, 3_600_000_000)
    return *muted(case, sender, until), case.told("done", "muted", until=until)


VERB = Verb("hush", About.SENDER, hush, ADMINISTER, Typed("hush", length=True, kin=("shush",)))
'''


@pytest.fixture
def _hush(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One file more among the verbs, found as the others are when the product starts."""
    (tmp_path / "hush.py").write_text(HUSH, encoding="utf-8")
    monkeypatch.setattr(acts, "__path__", [*acts.__path__, str(tmp_path)])
    for name, verb in acts.found(acts.__path__).items():
        monkeypatch.setitem(acts.VERBS, name, verb)
    yield
    del sys.modules["bridge.heart.acts.hush"]


@pytest.mark.usefixtures("_hush")
@pytest.mark.parametrize(("actor", "outcome", "mutes"), [("U0ADMIN", "done", 1), ("U0MOD", "refused", 0)])
async def test_the_heart_does_a_new_verb_for_whoever_has_the_right(
    store: Store, actor: str, outcome: str, mutes: int
) -> None:
    bridge = Bridge(store, TestClock(), NAMED)
    assert (await do(bridge, act("hush", MAN, actor=actor, length=9 * HOUR)))[0] == outcome
    assert [one.until - bridge.clock() for one in await standing(bridge)] == [HOUR] * mutes


@pytest.mark.usefixtures("_hush")
def test_the_replay_finds_whom_a_new_verb_is_about() -> None:
    targets = Targets(open_world(rules(RULES, name="responses.yaml"), b"seed", b"senders"), b"senders")
    assert len(targets.resolve(act("hush", MAN))) == 1
    assert targets.resolve(act("mutter", MAN)) == ()


@pytest.mark.usefixtures("_hush")
def test_a_new_verb_can_be_typed_and_is_mended() -> None:
    assert parse("hush 06 12 34 56 78 for 1h") == Wanted("hush", f"sms:{MAN}", HOUR)
    for text in ("huhs x", "shush x", "zzz x"):
        mended = parse(text)
        assert isinstance(mended, Misunderstood)
        assert "hush" in mended.sentence.partition(" ")[2]


@pytest.mark.usefixtures("_hush")
async def test_a_new_verb_is_an_act_in_slack() -> None:
    async with living(socket_mode=False) as world:
        await world.standin.command(MEMBER, "hush brave-heron-42 for 1h")
        (asked,) = await world.acted()
    assert (asked.verb, asked.target, asked.length) == ("hush", "brave-heron-42", HOUR)


@pytest.mark.usefixtures("_hush")
def test_a_new_verb_is_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    async def service(_question: str, what: dict[str, object]) -> dict[str, str]:
        wanted = act(str(what["verb"]), str(what["target"]))
        settled_act(wanted, directory({}), ENGLISH)  # at its door, as the real one does
        asked.append((what["verb"], what["target"], what["length"]))
        return {"outcome": "done", "told": "Hushed."}

    monkeypatch.setattr(team, "ask_counter", service)
    run = typer.testing.CliRunner().invoke
    done = run(app, ["hush", "brave-heron-42", "--for", "1h"])
    assert (done.exit_code, done.output, asked) == (0, "Hushed.\n", [("hush", "brave-heron-42", "1h")])
    assert "Mutes somebody for an hour at most." in run(app, ["--help"]).output
    assert run(app, ["hush", "nobody"]).exit_code != 0
    assert run(app, ["mutter", "nobody"]).exit_code != 0


def test_a_verb_stands_in_the_file_of_its_name() -> None:
    (folder,) = acts.__path__
    files = {path.stem for path in Path(folder).glob("*.py")}
    assert files - set(acts.VERBS) == {"__init__", "shared", "verb"}
    assert set(acts.VERBS) <= files


ABOUT = {
    About.NOTHING: {
        "shield",
        "unshield",
        "open_day",
        "close_day",
        "doubtful",
        "dossier",
        "forget",
        "threats",
        "tell_campaign",
        "rehearsed",
        "reveal",
    },
    About.SENDER: {"mute", "unmute", "look_up", "call_out", "answer_one"},
    About.RAID: {"mute_all", "false_alarm", "reopen", "samples"},
    About.RAID_OR_SENDER: {"teach_ordinary", "teach_abusive"},
    About.ACT: {"undo"},
    About.CHANNEL: {"pause", "resume"},
    About.AMOUNT: {"pot", "pot_add", "pot_correct"},
    About.LESSON: {"unteach"},
    About.GROUP: {"answer", "drop"},
    About.CHOICE: {"unchoose"},
    About.CAMPAIGN: {"heed", "unheed", "heed_campaign", "unheed_campaign"},
    About.PAGE: {"take", "hand_back"},
    About.PHRASE: {"find", "rule_mute", "rule_hold"},
    About.FOUND: {"texts_found", "mute_found", "hold_found"},
    About.RULE: {"end_rule"},
}


ADMINS = {
    "look_up",
    "reveal",
    "open_day",
    "close_day",
    "dossier",
    "tell_campaign",
    "heed_campaign",
    "unheed_campaign",
}


def test_what_each_verb_is_about_and_who_may() -> None:
    assert {verb.about: set() for verb in acts.VERBS.values()}.keys() == ABOUT.keys()
    for kind, names in ABOUT.items():
        verbs = {name: verb for name, verb in acts.VERBS.items() if verb.about is kind}
        assert set(verbs) == names
        for name, verb in verbs.items():
            if name in ("call_out", "forget"):  # the service does it by itself, or it is only written down
                assert not verb.right.may(act(name, "1"), rules(RULES, name="responses.yaml"))
                continue
            admins_only = kind is About.AMOUNT or name in ADMINS
            usual = ADMINISTER if admins_only else NEIGHBOUR if kind is About.CAMPAIGN else MODERATE
            right = {About.PAGE: MAY_TAKE}.get(kind, usual)
            assert verb.right.may is right.may


NAMES_NOTHING: dict[About, str] = {
    About.SENDER: "nobody-knows-42",
    About.RAID: "0612abcd",
    About.RAID_OR_SENDER: "0612abcd",
    About.ACT: "0612abcd",
    About.LESSON: "0612abcd",
    About.GROUP: "0a1b2c3d.1",
    About.CHOICE: "0612abcd",
    About.CAMPAIGN: "0" * 16,
    About.FOUND: "0" * 32,
    About.RULE: "0612abcd",
}
"""A target of each kind that there is not. A card that nobody is called for is a card all the same."""

ONLY_LOOKS = {"look_up", "samples", "texts_found"}
"""What they are about is looked up by whoever shows it; that somebody asked is recorded in any case."""


@pytest.mark.parametrize(
    "verb", sorted(name for name, verb in acts.VERBS.items() if verb.about in NAMES_NOTHING)
)
async def test_what_names_nothing_that_there_is_is_refused(store: Store, verb: str) -> None:
    target = NAMES_NOTHING[acts.VERBS[verb].about]
    door = "lines" if acts.VERBS[verb].right is NEIGHBOUR else "command"
    told = replace(act(verb, target, actor="operator"), channel=door)
    outcome, said = await do(Bridge(store, TestClock()), told)
    assert (outcome == "refused") is (verb not in ONLY_LOOKS), said


LOOKED_UP = [
    ("mute", MAN, About.SENDER),
    ("teach_abusive", MAN, About.SENDER),
    ("teach_abusive", "0612abcd", About.RAID),
    ("false_alarm", "0612abcd", About.RAID),
    ("samples", "0612abcd", About.NOTHING),
    ("look_up", MAN, About.NOTHING),
    ("explode", MAN, About.NOTHING),
]


@pytest.mark.parametrize(("verb", "target", "by"), LOOKED_UP)
def test_by_what_the_senders_of_an_act_are_looked_up(verb: str, target: str, by: About) -> None:
    assert acts.concerns(act(verb, target)) is by


@pytest.mark.parametrize("language", ["en", "fr"])
def test_whatever_begins_like_a_verb_is_understood_or_mended(language: Language) -> None:
    for typed in (verb.typed for verb in acts.VERBS.values() if verb.typed):
        for text in (typed.word, f"{typed.word} {typed.second}", f"{typed.word} {typed.second} ? ?"):
            found = parse(text, language)
            assert isinstance(found, Wanted | Asked) or found.sentence
