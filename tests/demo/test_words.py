"""The words of the page: the same in both languages, all of them used, and no reason left in English."""

import json
import re

import pytest

from bridge.demo.app import PAGE
from bridge.heart import Decide, State, step
from bridge.model import DAY, Event, EventId, Message, SenderId, Wish
from bridge.privacy.pseudonym import event_id
from bridge.responses import Responses, parse

TABLES = json.loads((PAGE / "words.json").read_text(encoding="utf-8"))
CODE = "\n".join(path.read_text(encoding="utf-8") for path in PAGE.glob("*.js"))
HTML = (PAGE / "index.html").read_text(encoding="utf-8")

BRIDGE = PAGE.parents[1]
NOW = 1_790_000_000_000_000
SENDER = SenderId("5" * 32)
MAN, LINE = "+33639981234", "+33639980000"


def test_french_and_english_have_the_same_words() -> None:
    assert TABLES["fr"].keys() == TABLES["en"].keys()


@pytest.mark.parametrize("key", TABLES["en"])
def test_a_word_takes_the_same_values_in_both_languages(key: str) -> None:
    values = [sorted(re.findall(r"\{\w+\}", TABLES[language][key])) for language in ("fr", "en")]
    assert values[0] == values[1]


def test_the_page_asks_for_every_word_and_for_no_other() -> None:
    marked = set(re.findall(r'data-(?:word|label|placeholder)="(\w+)"', HTML))
    asked = {name for name in TABLES["en"] if re.search(rf"'{name.removesuffix('Text')}'", CODE)}
    plural = {f"{name}_{form}" for name in re.findall(r"plural\('(\w+)'", CODE) for form in ("one", "other")}
    assert marked | asked | plural == TABLES["en"].keys()
    assert set(re.findall(r"\bword\('(\w+)'", CODE)) <= TABLES["en"].keys()


@pytest.mark.parametrize("key", [key for key in TABLES["fr"] if not key.endswith("Text")])
def test_french_keeps_its_punctuation_on_the_line(key: str) -> None:
    assert not re.search(r" [:;!?»]|« |'", TABLES["fr"][key])


def test_the_page_asks_nothing_of_anybody_else() -> None:
    for path in PAGE.iterdir():
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|//\w+\.\w+/", text), path.name


def test_what_people_wrote_never_becomes_markup() -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|DOMParser", CODE)


RULES = b"""
languages: [fr, en]
hold: {min: 3s, max: 6s}
reply_once_per: 1m
prices: {sms: {in: 0.0075, out: {FR: 0.0763}}}
replies:
  - id: night
    when: {time: {from: "22:00", to: "06:00"}, channel: [sms], first: true, words: [nuit]}
    say: {fr: ["N"]}
  - {id: asked, when: {words: [pardon], language: [fr]}, say: {fr: ["P"]}}
  - {id: pattern, when: {regex: "al+o"}, say: {fr: [R, S]}}
  - {id: again, when: {repeat: true, words: [encore]}, say: {fr: ["E"]}}
  - {id: first, when: {first: true, words: [salut]}, say: {fr: ["F"]}}
"""
EVERYTHING = b"""
languages: [fr]
hold: {min: 3s, max: 6s}
reply_once_per: 1m
replies: [{id: all, say: {fr: [A, B, C, D, E, F, G, H, I]}}]
"""


def poor(limit: str) -> Responses:
    """Rules under which one limit of the pot leaves nothing for a reply."""
    return parse(EVERYTHING + f"pot: {{{limit}: 0.01}}\n".encode(), name="rules")


def message(text: str, address: str = MAN, at: int = NOW, wish: Wish | None = None) -> Message:
    return Message("sms", f"{text}{at}", LINE, address, text, at, wish=wish, metered=True)


def reasons(rules: Responses, *messages: Message, late: int = 0) -> set[str]:
    """What the heart itself says about messages of one sender, in the order of their writing."""
    state = State(rules, b"seed")
    found: set[str] = set()
    for one in messages:
        id_ = EventId(event_id(one.channel, "message", one.provider_id))
        effects = step(state, Event(id_, SENDER, one.at, one), one.at + late)
        state.absorb(effects)
        found |= {
            reason for effect in effects if isinstance(effect, Decide) for reason in effect.decision.reasons
        }
    return found


def all_reasons() -> set[str]:
    rules, everything = parse(RULES, name="rules"), parse(EVERYTHING, name="rules")
    night = NOW - NOW % DAY + 22 * DAY // 24
    hours = [message(f"alo {n}", at=NOW + n * DAY // 24) for n in range(6)]
    return set().union(
        reasons(rules, message("salut"), message("STOP"), message("salut"), message("START")),
        reasons(rules, message("encore"), message("encore", at=NOW + 1), message("pardon", at=NOW + DAY)),
        reasons(rules, message("bonne nuit", at=night)),
        reasons(rules, message("alo"), message("alo", at=NOW + 1)),
        reasons(rules, *(message("alo", at=NOW + n * DAY) for n in range(3))),
        reasons(rules, message("salut"), late=2 * DAY),
        reasons(rules, message("alo", "+32470123456")),
        reasons(rules, message("alo", "+33144556677")),
        reasons(rules, message("alo", "38700")),
        reasons(rules, message("alo", "+881612345678")),
        reasons(everything, *hours),
        *(reasons(poor(limit), message("salut")) for limit in ("total", "per_hour", "per_day", "per_sender")),
    )


def test_every_reason_that_the_heart_gives_reads_in_french() -> None:
    patterns = [pattern for pattern, _ in TABLES["reasons"]["fr"]]
    given = all_reasons()
    assert {
        reason for reason in given if not any(re.search(pattern, reason) for pattern in patterns)
    } == set()
    assert len(given) >= 20


def test_no_reason_is_translated_that_the_core_does_not_give() -> None:
    rooms = ("heart", "responses", "loops", "moderation")
    core = "\n".join(
        path.read_text(encoding="utf-8") for room in rooms for path in (BRIDGE / room).glob("*.py")
    )
    core += "".join((BRIDGE / name).read_text(encoding="utf-8") for name in ("reach.py", "pot.py"))
    for pattern, _ in (*TABLES["reasons"]["fr"], *TABLES["reasons"]["en"]):
        longest = max(re.split(r"\(.+?\)|[\"`^$\\]", pattern), key=len)
        assert longest in core, pattern
