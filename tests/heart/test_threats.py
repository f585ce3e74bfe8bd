"""Threats to life: what is told for one, that it decides nothing, and who has read them."""

from pathlib import Path

import pytest
from sqlalchemy import select

from bridge.cards import day_card
from bridge.loops.retention import Retention
from bridge.model import MINUTE, Act, EventId
from bridge.noun import replace
from bridge.privacy.pseudonym import event_id
from bridge.store.books.journal import Arrival
from bridge.store.engine.store import Store
from bridge.store.engine.tables import decisions, threats
from bridge.store.looks.cards import day_view
from bridge.store.looks.threats import expose, exposed, threat_entries, threats_since
from bridge.threats import threat_in
from bridge.wording import Words
from tests.support.clock import NOON, TestClock
from tests.support.events import MAN, Bridge, message
from tests.support.french import typeset
from tests.support.retaining import retention, rows

TEXTS = Path(__file__).parents[1] / "training" / "texts"
THREATS = [
    ("Je vais te tuer", "violence"),
    ("je vais te retrouver et te tuer", "violence"),
    ("On te tuera", "violence"),
    ("nous vous brûlerons", "violence"),
    ("mes potes vont venir te violer", "violence"),
    ("jte bute", "violence"),
    ("jvais te crever", "violence"),
    ("une balle pour toi", "violence"),
    ("on va foutre le feu chez toi", "violence"),
    ("je vais te briser la nuque, te briser ta nuque", "violence"),
    ("je v@is te tu3r", "violence"),
    ("je vais te t u e r", "violence"),
    ("j\u0435 v\u0430is te tu\u0435r", "violence"),
    ("I w1ll k1ll you", "violence"),
    ("t'es morte", "death"),
    ("vous êtes mortes", "death"),
    ("tes jours sont comptés", "death"),
    ("va mourir", "death"),
    ("you're dead", "death"),
    ("your days are numbered", "death"),
    ("on a votre adresse, on arrive", "find"),
    ("we're coming for you", "find"),
    ("j'vais te buter sale race", "violence"),
    ("ON VA VOUS BRÛLER", "violence"),
    ("Une balle dans la tête, voilà ce que tu mérites", "violence"),
    ("tu vas crever", "death"),
    ("Vous allez tous mourir", "death"),
    ("il faut les gazer", "death"),
    ("je sais où tu habites", "find"),
    ("on sait où vous travaillez", "find"),
    ("va te pendre", "self_harm"),
    ("suicide-toi", "self_harm"),
    ("I will kill you", "violence"),
    ("we're gonna shoot you all", "violence"),
    ("You deserve to die.", "death"),
    ("We know where you live", "find"),
    ("kys", "self_harm"),
]
ORDINARY = [
    "Salut, on s'est vus hier soir, tu te souviens de moi ?",
    "je suis mort de rire",
    "Ce boulot me tue",
    "on a ton adresse, on te livre demain",
    "je vais te retrouver au café",
    "je vais passer et te rapporter tes clés",
    "je vais te descendre tes affaires",
    "mon téléphone va mourir, plus de batterie",
    "il fait une chaleur à crever",
    "t'es mort de rire, avoue",
    "we'll come for you at 8",
    "j'arrive, je sais où tu es assise",
    "on va manger où ?",
    "that killed me lol",
    "I know where the party is",
    "I'm dead tired, see you tomorrow",
    "",
    "🔥" * 400,
]


@pytest.mark.parametrize(("text", "sign"), THREATS)
def test_what_threatens_somebodys_life_is_told_by_its_sign(text: str, sign: str) -> None:
    assert threat_in(text) == sign
    assert threat_in(f"  {text.upper()} !!! ") == sign


@pytest.mark.parametrize("text", ORDINARY, ids=ascii)
def test_what_does_not_is_none(text: str) -> None:
    assert threat_in(text) is None


def test_of_a_thousand_ordinary_texts_hardly_one_looks_like_a_threat() -> None:
    files = [TEXTS / f"ordinary.{language}.txt" for language in ("fr", "en")]
    texts = [text for file in files for text in file.read_text(encoding="utf-8").splitlines()]
    assert len(texts) > 500
    assert sum(threat_in(text) is not None for text in texts) <= len(texts) // 500


@pytest.fixture
def bridge(store: Store) -> Bridge:
    return Bridge(store, TestClock())


async def test_a_threat_is_noted_and_decides_nothing(bridge: Bridge) -> None:
    calm = message("bonjour toi", address="+33687654321")
    await bridge.tell(message("je vais te tuer"), calm)
    await bridge.fold()
    ((noted,), decided) = (await rows(bridge, select(threats)), await rows(bridge, select(decisions)))
    assert (noted.sign, noted.sender) == ("violence", bridge.journal.sender("sms", MAN))
    assert [(one.action, one.verdict, one.why) for one in decided] == [
        ("replied", "ordinary", "first_message"),
        ("replied", "ordinary", "first_message"),
    ]


async def test_the_team_is_told_at_once_and_once_in_ten_minutes_without_the_text(bridge: Bridge) -> None:
    for n in range(5):  # what comes within five minutes is decided together
        begin = bridge.clock()
        written = [(begin + minute * MINUTE, f"+3361234{n}{minute:03}") for minute in range(5)]
        await bridge.hear(
            [Arrival(message("je sais où tu habites", address=who, at=at), at) for at, who in written]
        )
        await bridge.fold()
        bridge.clock.pass_(5 * MINUTE)
    now = bridge.clock()
    seen = await bridge.store.read(lambda found: threats_since(found, NOON))
    assert sum(one.messages for one in seen) == 25
    assert len(seen) in (3, 4)
    day = await bridge.store.read(lambda found: day_view(found, "2026-09-21", NOON, now))
    card = day_card(replace(day, threats=seen), Words("fr"), now, sms_paused=False)
    assert [note.key for note in card.notes if note.key.startswith("threats:")] == [
        f"threats:{one.since // (10 * MINUTE)}" for one in seen
    ]
    assert "habites" not in repr(card)
    assert [button.label for button in card.buttons if button.verb == "threats"] == [typeset("Menaces : 25")]


async def test_every_threat_of_the_day_is_counted_and_one_an_hour_is_said_aloud(bridge: Bridge) -> None:
    for n in range(30):  # one in each ten minutes, for five hours
        await bridge.tell(message("je vais te tuer", address=f"+336123400{n:02}", at=bridge.clock()))
        await bridge.fold()
        bridge.clock.pass_(10 * MINUTE)
    now = bridge.clock()
    seen = await bridge.store.read(lambda found: threats_since(found, NOON))
    day = await bridge.store.read(lambda found: day_view(found, "2026-09-21", NOON, now))
    card = day_card(replace(day, threats=seen), Words("en"), now, sms_paused=False)
    assert [one.label for one in card.buttons if one.verb == "threats"] == ["Threats: 30"]
    notes = [one for one in card.notes if one.key.startswith("threats:")]
    assert len(notes) == 20
    hours = [one for one in notes if one.aloud]
    assert len(hours) in (3, 4)
    assert {button.verb for one in notes for button in one.buttons} == {"threats"}


async def test_who_read_how_much_is_counted_once_for_each_look(bridge: Bridge) -> None:
    looks = [("U1", "a", 10), ("U2", "b", 2), ("U1", "c", 5), ("U1", "c", 5)]
    for actor, id_, texts in looks:
        act = Act("slack", id_, actor, "threats", "", NOON, member=True)
        await bridge.tell(act)
        await bridge.fold()
        event = EventId(event_id("slack", "act", id_))
        await bridge.store.transact(
            lambda found, e=event, a=actor, t=texts: expose(found, e, a, NOON, t)  # type: ignore[misc]
        )
    found = await bridge.store.read(lambda connection: exposed(connection, NOON - MINUTE))
    assert [(one.actor, one.texts, one.times) for one in found] == [("U1", 15, 2), ("U2", 2, 1)]
    assert await bridge.store.read(lambda connection: exposed(connection, NOON)) == []


async def test_with_a_person_go_the_threats_that_were_noted(bridge: Bridge) -> None:
    await bridge.tell(message("tu vas crever"))
    await bridge.fold()
    assert len(await bridge.store.read(lambda found: threat_entries(found, 10))) == 1
    keeper: Retention = retention(bridge)
    assert (await keeper.one(bridge.journal.sender("sms", MAN))).outcome == "done"
    assert await rows(bridge, select(threats)) == []
