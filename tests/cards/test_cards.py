"""What the team sees: the same facts in both languages, the right buttons, nothing personal."""

import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.card import STATUS_PAGE, Card, Fact
from bridge.cards import Day, RaidView, Standing, StandingMute, day_card, home_page, raid_card
from bridge.cards.buttons import aimed, pause_button
from bridge.model import HOUR, MINUTE, Turn
from bridge.noun import asdict, replace
from bridge.reasons import Reason
from bridge.service.numbers import metered
from bridge.views import (
    Absence,
    ActView,
    ClusterView,
    Doubted,
    Ending,
    Growth,
    Hour,
    Hours,
    Night,
    Served,
    StanceView,
    Trouble,
    Uncopied,
    Waiting,
)
from bridge.wording import Words
from bridge.wording.raid_names import raid_name
from tests.support.clock import NOON
from tests.support.french import typeset

PARIS = ZoneInfo("Europe/Paris")
ENGLISH, FRENCH = Words("en", PARIS), Words("fr", PARIS)

DAY = Day("2026-09-21", 1234, 56, 50, 1184, 9_255_000, 3_815_000, (0,) * 11 + (7,))
SEEN = RaidView(
    id="1f2e3d4c",
    opened_at=NOON,
    grown_at=NOON + HOUR,
    open=True,
    messages=1600,
    senders=40,
    members=40,
    muted=0,
    ordinary_before=4,
    inbound=12_000_000,
    spent=2_441_600,
    saved=119_638_400,
    clusters=(ClusterView("copies", 38, 1500), ClusterView("flood", 1, 100)),
    spark=(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
    loudest="brave-heron-42",
    withheld=12,
    posture="raid",
)

ENDED = Ending(
    1_700,
    Served(42, 40),
    3_052_000,
    12_750_000,
    Hours(NOON - NOON % HOUR, 10 * MINUTE, (Hour(3, 1, 2), Hour(5, 0, 1))),
)
NIGHT = Night(2_640_000_000, 31 * HOUR, Served(13, 12))


def verbs(card: Card) -> list[str]:
    return [button.verb for button in card.buttons]


def test_the_raids_card_tells_what_it_costs_and_what_is_saved() -> None:
    card = raid_card(SEEN, ENGLISH, NOON + HOUR, sms_paused=False)
    assert {fact.label: fact.value for fact in card.facts} == {
        "Saved": "€119.64",
        "Spent on them": "€2.44",
        "Receiving them cost": "€12.00",
        "Replies kept back": "12",
        "Muted": "0",
    }
    assert card.lines == (
        "1,600 messages from 40 senders since 21 Sep 16:13.",
        "Seen by: copies of one text; one sender, many messages.",
        "Posture: raid.",
    )


def test_the_raids_card_tells_how_long_the_shield_stays_up() -> None:
    shielded = replace(SEEN, posture="shield", until=NOON + HOUR)
    assert raid_card(shielded, ENGLISH, NOON, sms_paused=False).lines[-1] == "Posture: shield until 17:13."
    french = raid_card(shielded, FRENCH, NOON, sms_paused=False).lines[-1]
    assert french == typeset("Posture : bouclier jusqu'à 17 h 13.")


def test_calling_it_a_false_alarm_is_confirmed_with_its_counts_and_can_be_taken_back() -> None:
    button = next(
        one for one in raid_card(SEEN, ENGLISH, NOON, sms_paused=False).buttons if one.verb == "false_alarm"
    )
    assert button.confirm is not None
    assert "40 senders" in button.confirm.text
    assert "12 replies" in button.confirm.text
    card = raid_card(replace(SEEN, open=False, false_alarm=True), ENGLISH, NOON, sms_paused=False)
    assert card.title == f"Raid {raid_name(SEEN.id, 'en')} (1f2e3d4c): false alarm"
    assert [one.label for one in card.buttons if one.verb == "reopen"] == ["Undo: it is a raid"]


def test_a_false_alarm_has_an_end_of_its_own_so_that_the_true_one_is_still_told() -> None:
    over = replace(SEEN, open=False, ending=ENDED)
    keys = [
        [note.key for note in raid_card(one, ENGLISH, NOON, sms_paused=False).notes if "over" in note.key]
        for one in (over, replace(over, false_alarm=True))
    ]
    assert keys == [[f"over:{SEEN.grown_at}"], [f"over:{SEEN.grown_at}:false_alarm"]]


def test_a_shield_that_is_still_up_after_a_false_alarm_stands_on_the_card() -> None:
    shielded = replace(SEEN, open=False, false_alarm=True, posture="shield", until=NOON + HOUR)
    assert "Posture: shield until 17:13." in raid_card(shielded, ENGLISH, NOON, sms_paused=False).lines


@pytest.mark.parametrize(
    ("words", "labels"),
    [
        (ENGLISH, ["Undo the mute: brave-heron-42", "Undo: mute all"]),
        (FRENCH, [typeset("Annuler la sourdine : brave-heron-42"), typeset("Annuler : tous en sourdine")]),
    ],
)
def test_what_is_undone_by_a_touch_stands_on_it(words: Words, labels: list[str]) -> None:
    muted = replace(SEEN, loudest_muted="b" * 32, undo="a" * 32)
    card = raid_card(muted, words, NOON, sms_paused=False)
    assert [one.label for one in card.buttons if one.verb == "undo"] == labels


def test_each_change_of_posture_is_told_once_in_the_thread() -> None:
    changed = replace(SEEN, stances=(StanceView("raid", NOON), StanceView("watch", NOON + HOUR)))
    notes = raid_card(changed, ENGLISH, NOON, sms_paused=False).notes
    assert [note.text for note in notes[:2]] == ["16:13: posture raid.", "17:13: posture watch."]


def test_muting_everybody_is_confirmed_with_its_counts() -> None:
    (button, *_) = raid_card(SEEN, ENGLISH, NOON, sms_paused=False).buttons
    assert (button.verb, button.label, button.target) == ("mute_all", "Mute all 40", "1f2e3d4c")
    assert button.confirm is not None
    assert "40 senders" in button.confirm.text
    assert "4 of them looked ordinary before" in button.confirm.text


STEERING = ["shield", "false_alarm"]


@pytest.mark.parametrize(
    ("seen", "paused", "expected"),
    [
        (SEEN, False, ["mute_all", "mute", "samples", "find", "shield", "false_alarm", "pause"]),
        (
            replace(SEEN, undo="a" * 32),
            False,
            [
                "mute_all",
                "mute",
                "undo",
                "samples",
                "find",
                "shield",
                "false_alarm",
                "teach_abusive",
                "pause",
            ],
        ),
        (
            replace(SEEN, loudest=None),
            True,
            ["mute_all", "samples", "find", "shield", "false_alarm", "resume"],
        ),
        (
            replace(SEEN, posture="shield", until=NOON + HOUR),
            False,
            ["mute_all", "mute", "samples", "find", "unshield", "false_alarm", "pause"],
        ),
        (
            replace(SEEN, open=False, false_alarm=True),
            False,
            ["mute_all", "mute", "samples", "find", "reopen", "teach_ordinary", "pause"],
        ),
        (
            replace(SEEN, undo="a" * 32, lesson="5e6f7a8b"),
            False,
            ["mute_all", "mute", "undo", "samples", "find", "shield", "false_alarm", "unteach", "pause"],
        ),
        (
            replace(SEEN, open=False, false_alarm=True, posture="shield", until=NOON + HOUR),
            False,
            ["mute_all", "mute", "samples", "find", "unshield", "reopen", "teach_ordinary", "pause"],
        ),
        (
            replace(SEEN, loudest_muted="b" * 32),
            False,
            ["mute_all", "undo", "samples", "find", "shield", "false_alarm", "pause"],
        ),
        (
            replace(SEEN, open=False, false_alarm=True, lesson="5e6f7a8b"),
            False,
            ["mute_all", "mute", "samples", "find", "reopen", "unteach", "pause"],
        ),
        (
            replace(SEEN, open=False, newest=False),
            False,
            ["mute_all", "mute", "samples", "find", "pause"],
        ),
        (
            replace(SEEN, open=False, newest=False, false_alarm=True, until=NOON + HOUR),
            False,
            ["mute_all", "mute", "samples", "find", "unshield", "teach_ordinary", "pause"],
        ),
    ],
)
def test_the_buttons_are_those_that_make_sense_now(seen: RaidView, paused: bool, expected: list[str]) -> None:
    assert verbs(raid_card(seen, ENGLISH, NOON, sms_paused=paused)) == [*expected, "dossier"]


JUDGED = [
    (replace(SEEN, open=False, false_alarm=True), "Teach: ordinary texts", "less abusive"),
    (replace(SEEN, undo="a" * 32), "Teach: abusive texts", "more abusive"),
]


@pytest.mark.parametrize(("seen", "label", "effect"), JUDGED)
def test_teaching_is_confirmed_with_how_many_senders_it_is_about_and_that_it_can_be_undone(
    seen: RaidView, label: str, effect: str
) -> None:
    (button,) = [
        one for one in raid_card(seen, ENGLISH, NOON, sms_paused=False).buttons if label == one.label
    ]
    assert button.target == seen.id
    assert button.confirm is not None
    assert all(words in button.confirm.text for words in ("40 senders", effect, "It can be undone"))


def test_a_lesson_is_undone_by_its_own_id() -> None:
    taught = replace(SEEN, undo="a" * 32, lesson="5e6f7a8b")
    (button,) = [
        one for one in raid_card(taught, FRENCH, NOON, sms_paused=False).buttons if one.verb == "unteach"
    ]
    assert (button.target, button.label) == ("5e6f7a8b", "Annuler la leçon")


def test_milestones_are_told_by_the_largest_that_was_passed() -> None:
    assert [note.key for note in raid_card(SEEN, ENGLISH, NOON, sms_paused=False).notes] == ["count:1000"]
    over = replace(SEEN, open=False, ending=ENDED)
    assert [note.key for note in raid_card(over, FRENCH, NOON, sms_paused=False).notes] == [
        "count:1000",
        f"over:{SEEN.grown_at}",
    ]


def test_french_cards_are_french() -> None:
    card = raid_card(SEEN, FRENCH, NOON, sms_paused=False)
    assert card.buttons[0].label == "Tous en sourdine (40)"
    assert next(fact.value for fact in card.facts if fact.label == "Économisé") == "119,64\xa0€"


def test_the_days_card_has_one_key_a_day() -> None:
    first = day_card(DAY, ENGLISH, NOON, sms_paused=False)
    later = day_card(replace(DAY, messages=2000), ENGLISH, NOON + MINUTE, sms_paused=False)
    assert first.key == later.key == "day:2026-09-21"
    assert first.lines == ("1,234 messages from 56 senders.",)


MUTED = Reason("muted", (("about", "brave-heron-42"), ("until", NOON + 24 * HOUR)))


def test_what_the_team_did_is_announced_in_the_days_thread() -> None:
    acted = replace(DAY, acts=(ActView("a" * 32, "U0MOD", MUTED),))
    (note,) = day_card(acted, ENGLISH, NOON, sms_paused=False).notes
    assert note.key == "act:" + "a" * 32
    assert note.text == "U0MOD: brave-heron-42 is muted until 22 Sep 16:13."


def test_what_no_person_did_is_announced_as_nobodys() -> None:
    acted = replace(DAY, acts=(ActView("a" * 32, "", Reason("called_out", (("about", "brave-heron-42"),))),))
    (note,) = day_card(acted, ENGLISH, NOON, sms_paused=False).notes
    assert note.text == "brave-heron-42 was called out: nobody in the room is on it."


LATE = Waiting(1_200, 91_560_000, NOON, people_since=NOON)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ENGLISH,
            (
                "What an hour or a day may cost is spent. Waiting for their turn: 1,200 people, the oldest "
                "reply was due at 16:13. Answering all of them now would cost €91.56. An admin can open the "
                "day, with the button on the card or /rempart pot open."
            ),
        ),
        (
            FRENCH,
            typeset(
                "Ce qu'une heure ou une journée peut coûter est dépensé. En attente de leur tour : "
                "1\u202f200 personnes, la réponse la plus ancienne devait partir à 16 h 13. "
                "Répondre à tous maintenant coûterait 91,56\xa0€. Un admin peut lever les limites, par le "
                "bouton de la carte ou /rempart pot open."
            ),
        ),
    ],
    ids=["en", "fr"],
)
def test_what_waits_for_money_is_told_once_an_hour_with_what_it_would_cost(words: Words, told: str) -> None:
    card = day_card(replace(DAY, waiting=LATE, limited=True), words, NOON, sms_paused=False)
    (note,) = card.notes
    grown = day_card(
        replace(DAY, waiting=replace(LATE, replies=1300), limited=True), words, NOON, sms_paused=False
    )
    assert note.text == told
    assert [one.key for one in grown.notes] == [note.key]
    assert card.facts != grown.facts


REFUSED = [
    "responses.yaml, line 3: `hold` has a min that is longer than its max. Swap the two.",
    "responses.yaml, line 90: a text holds <!channel> and *stars*. Remove them.",
    "responses.yaml cannot be read: it is no UTF-8.",
    "responses.yaml is gone.",
    "x" * 5_000,
]


@pytest.mark.parametrize("words", [ENGLISH, FRENCH], ids=["en", "fr"])
@pytest.mark.parametrize("why", REFUSED)
def test_an_edit_of_the_rules_that_is_refused_is_told_once(words: Words, why: str) -> None:
    first = day_card(replace(DAY, refused=why), words, NOON, sms_paused=False)
    again = day_card(replace(DAY, refused=why), words, NOON + HOUR, sms_paused=False)
    other = day_card(replace(DAY, refused=why + " Again."), words, NOON, sms_paused=False)
    (note,) = first.notes
    assert words.sentence(why)[:600] in note.text
    assert [one.key for one in again.notes] == [note.key] != [one.key for one in other.notes]
    assert len(first.facts) == len(day_card(DAY, words, NOON, sms_paused=False).facts) + 1


TOLD_IN_ROOMS = {
    "a refused edit": replace(
        DAY, refused='responses.yaml:17:17: "hold" must be a share. Write at most 100%.'
    ),
    "a line that does not run": replace(DAY, down=(("lyon", "There is no database at /srv/l.db to copy."),)),
    "no copy": replace(DAY, uncopied=Uncopied(NOON, "There is no database at /srv/r.db to copy.")),
}


@pytest.mark.parametrize("why", TOLD_IN_ROOMS)
def test_a_french_room_is_told_why_in_french(why: str) -> None:
    (note,) = day_card(TOLD_IN_ROOMS[why], FRENCH, NOON, sms_paused=False).notes
    assert re.search("Écrivez 100|Il n'y a pas de base", note.text)
    assert not re.search("must be|There is", note.text)


@pytest.mark.parametrize("words", [ENGLISH, FRENCH], ids=["en", "fr"])
def test_an_edit_that_mends_the_rules_is_told_once(words: Words) -> None:
    first = day_card(replace(DAY, mended_at=NOON), words, NOON, sms_paused=False)
    again = day_card(replace(DAY, mended_at=NOON), words, NOON + HOUR, sms_paused=False)
    other = day_card(replace(DAY, mended_at=NOON + HOUR), words, NOON + HOUR, sms_paused=False)
    (note,) = first.notes
    assert [one.key for one in again.notes] == [note.key] != [one.key for one in other.notes]
    assert words("told_mended", time=NOON) == note.text


@pytest.mark.parametrize("words", [ENGLISH, FRENCH], ids=["en", "fr"])
def test_that_the_service_is_back_is_told_once_and_aloud(words: Words) -> None:
    away = replace(DAY, absence=Absence(NOON - HOUR, NOON))
    (first,), (again,) = (day_card(away, words, at, sms_paused=False).notes for at in (NOON, NOON + HOUR))
    assert (first.key, first.aloud) == (again.key, True)
    assert words("told_back", since=NOON - HOUR, time=NOON) == first.text


def test_a_day_without_messages_says_so() -> None:
    assert day_card(replace(DAY, messages=0), FRENCH, NOON, sms_paused=False).lines == (
        "Rien n'est encore arrivé.",
    )


@pytest.mark.parametrize("words", [ENGLISH, FRENCH], ids=["en", "fr"])
def test_the_days_card_leads_to_the_status_page_where_there_is_one(words: Words) -> None:
    def verbs(*, linked: bool) -> list[str]:
        card = day_card(DAY, words, NOON, sms_paused=False, linked=linked)
        return [button.verb for button in card.buttons]

    assert verbs(linked=True) == [*verbs(linked=False), STATUS_PAGE]


def test_the_home_page_lists_mutes_with_their_undo() -> None:
    mute = StandingMute("a" * 32, "brave-heron-42", "U1", "insistent", NOON + HOUR)
    standing = Standing("calm", (("sms", "on"),), 3_300_000_000, 0, 0, 0, (mute,) * 30, sms_paused=False)
    home = home_page(standing, ENGLISH, NOON)
    assert home.mutes_label == "Muted senders (30)"
    assert len(home.mutes) == 20
    assert home.mutes[0].undo.verb == "unmute"
    assert home.mutes[0].undo.target == "brave-heron-42"


@given(st.integers(0, 10**9), st.integers(0, 10**6), st.sampled_from([ENGLISH, FRENCH]))
def test_no_card_grows_past_what_rooms_allow(messages: int, senders: int, words: Words) -> None:
    clusters = tuple(ClusterView("copies", n, n) for n in range(200))
    seen = replace(SEEN, messages=messages, senders=senders, clusters=clusters)
    card = raid_card(seen, words, NOON, sms_paused=False)
    assert len(card.groups) == 6
    assert all(len(button.label) <= 75 for button in card.buttons)
    assert all(len(str(value)) < 3000 for value in asdict(card).values())


LIMITED = replace(DAY, waiting=Waiting(1_200, 91_560_000, NOON, 200, 15_260_000), limited=True, left=10**9)


@pytest.mark.parametrize("words", [ENGLISH, FRENCH], ids=["en", "fr"])
def test_what_is_asked_before_money_moves_is_told_whole(words: Words) -> None:
    """Slack takes 300 characters of a confirmation, 100 of its title and 30 of a button."""
    cards = (
        day_card(LIMITED, words, NOON, sms_paused=False),
        raid_card(replace(SEEN, withheld_cost=915_600), words, NOON, sms_paused=False),
    )
    asked = [button.confirm for card in cards for button in card.buttons if button.confirm]
    assert len(asked) == 7
    for one in asked:
        assert (len(one.title) <= 100, len(one.text) <= 300) == (True, True), one
        assert len(one.yes) <= 30


def test_opening_the_day_is_confirmed_with_the_ordinary_people_who_wait_and_their_cost() -> None:
    (button, *_) = day_card(LIMITED, ENGLISH, NOON, sms_paused=False).buttons
    assert button.verb == "open_day"
    assert button.confirm is not None
    assert "Waiting for money: 1,000 people; answering all of them costs €76.30." in button.confirm.text
    assert "€1,000.00" in button.confirm.text


def test_a_day_that_is_open_says_until_when_and_is_closed_by_one_touch() -> None:
    card = day_card(replace(LIMITED, limited=False, open_until=NOON + HOUR), ENGLISH, NOON, sms_paused=False)
    assert (card.buttons[0].verb, card.buttons[0].label) == ("close_day", "Undo: limits again")
    assert Fact("Limits of hour and day", "lifted until 17:13") in card.facts


def test_both_cards_lead_to_the_doubtful_people_who_wait() -> None:
    waits = Doubted(12, 915_600)
    for card in (
        day_card(replace(DAY, doubted=waits), FRENCH, NOON, sms_paused=False),
        raid_card(replace(SEEN, doubted=waits), FRENCH, NOON, sms_paused=False),
    ):
        (label,) = [one.label for one in card.buttons if one.verb == "doubtful"]
        assert label == typeset("Douteux : 12")


def test_a_false_alarm_says_how_many_replies_and_euros_it_releases() -> None:
    card = raid_card(replace(SEEN, withheld_cost=915_600), ENGLISH, NOON, sms_paused=False)
    (confirm,) = [one.confirm for one in card.buttons if one.verb == "false_alarm"]
    assert confirm is not None
    assert (
        "what waits for it leaves (12 replies), in two minutes at the earliest, for €0.92 at most"
        in confirm.text
    )


def first_lines(seen: RaidView, night: Night, words: Words = ENGLISH, *, paused: bool = False) -> list[str]:
    return list(raid_card(seen, words, NOON, sms_paused=paused, night=night).lines)


def test_at_three_in_the_morning_money_comes_first_then_people_then_what_to_do_then_how_it_grows() -> None:
    grown = replace(SEEN, growth=Growth(42, 18))
    assert first_lines(grown, NIGHT)[:4] == [
        "Pot: €2,640.00 left for replies, enough for 31 hours at the pace of the last hour.",
        "Real people: 12 of 13 answered whose turn came in the last hour.",
        "Nothing to do: it is being ridden out.",
        "Growing: 42 messages in the last 10 minutes, 18 in the 10 before.",
    ]
    assert first_lines(grown, NIGHT, FRENCH)[:4] == [
        typeset(line)
        for line in (
            "Cagnotte : il reste 2\u202f640,00\xa0€ pour répondre, de quoi tenir 31\xa0heures au rythme de la dernière heure.",  # noqa: E501
            "Vraies personnes : 12 sur 13 avec réponse, parmi celles dont c'était le tour depuis une heure.",
            "Rien à faire : on laisse passer.",
            "Ça monte : 42 messages en 10 minutes, 18 dans les 10 d'avant.",
        )
    ]


ONE_THING = [
    ({}, {}, False, "Nothing to do: it is being ridden out."),
    ({}, {"open": False}, False, "Nothing to do: it is over."),
    ({}, {"open": False, "false_alarm": True}, False, "Nothing to do: it was called a false alarm."),
    (
        {"left": 0},
        {},
        False,
        "To do: top the pot up with /rempart pot add EUROS. Nobody gets an SMS until then.",
    ),
    ({}, {}, True, "To do: resume SMS once it may answer again. Nobody gets an SMS until then."),
    (
        {"refused": True},
        {},
        False,
        "To do: mend the rules file. Its newest edit is refused; see the day's card.",
    ),
    ({"lasts": 3 * HOUR}, {}, False, "To do: put the shield up. The pot is empty in 3 hours at this pace."),
    ({"lasts": 3 * HOUR}, {"until": NOON}, False, "Nothing to do: it is being ridden out."),
    ({"lasts": None}, {}, False, "Nothing to do: it is being ridden out."),
    (
        {"troubles": (Trouble("sms", "out", "http_500", NOON),), "left": 0},
        {},
        True,
        "To do: nothing gets out over sms. See the day's card.",
    ),
    (
        {"limited": True, "waiting": Waiting(12, 915_600, NOON)},
        {},
        False,
        "To do: an admin can open the day. Waiting: 12 people, for €0.92; see the day's card.",
    ),
    (
        {"limited": True, "waiting": Waiting(12, 915_600, NOON, 12, 915_600)},
        {},
        False,
        "Nothing to do: it is being ridden out.",
    ),
]


@pytest.mark.parametrize(("night", "seen", "paused", "told"), ONE_THING)
def test_there_is_one_thing_to_do_or_none(
    night: dict[str, Any], seen: dict[str, Any], paused: bool, told: str
) -> None:
    lines = first_lines(replace(SEEN, **seen), replace(NIGHT, **night), paused=paused)
    assert [line for line in lines if line.startswith(("To do", "Nothing to do"))] == [told]


GROWTHS = [
    (Growth(42, 18), "Growing"),
    (Growth(20, 18), "Going on"),
    (Growth(5, 18), "Slowing down"),
    (Growth(0, 18), "Resting: nothing in the last 10 minutes, 18"),
    (Growth(0, 0), "Resting: nothing in the last 20 minutes."),
    (Growth(1, 0), "Growing: 1 message in the last 10 minutes, 0"),
]


@pytest.mark.parametrize(("growth", "told"), GROWTHS)
def test_how_it_grows_is_told_by_the_last_ten_minutes_beside_the_ten_before(
    growth: Growth, told: str
) -> None:
    assert first_lines(replace(SEEN, growth=growth), NIGHT)[3].startswith(told)


GROUPS = [
    (ClusterView("flood", 1, 100, "brave-heron-42"), "brave-heron-42 floods: 100 messages."),
    (ClusterView("copies", 38, 1500), "38 senders paste one text: 1,500 messages."),
    (ClusterView("register", 22, 30), "22 senders write abuse beyond what is usual: 30 messages."),
    (ClusterView("blocks", 1, 1), "1 fresh number of one range: 1 message."),
]


@pytest.mark.parametrize(("cluster", "told"), GROUPS)
def test_what_belongs_together_is_told_in_a_sentence(cluster: ClusterView, told: str) -> None:
    card = raid_card(replace(SEEN, clusters=(cluster,)), ENGLISH, NOON, sms_paused=False)
    assert card.groups == (told,)


@pytest.mark.parametrize("words", [ENGLISH, FRENCH], ids=["en", "fr"])
def test_no_phrase_that_holds_a_comma_is_joined_by_commas(words: Words) -> None:
    kinds = ("flood", "copies", "register", "blocks")
    seen = replace(SEEN, clusters=tuple(ClusterView(kind, 1, 1) for kind in kinds))
    (line,) = [one for one in raid_card(seen, words, NOON, sms_paused=False).lines if words("flood") in one]
    phrases = [one.strip() for one in line.partition(":")[2].rstrip(".").split(";")]
    assert phrases == [words(kind) for kind in kinds]


def test_a_raid_that_is_over_is_summed_up_in_its_thread_with_a_picture_of_its_hours() -> None:
    over = replace(SEEN, open=False, ending=ENDED)
    (note,) = [one for one in raid_card(over, ENGLISH, NOON, sms_paused=False).notes if one.picture]
    assert note.text == (
        f"{raid_name(SEEN.id, 'en')} is over: quiet since 21 Sep 17:13. "
        "1,700 messages arrived in its hours; 1,600 of them the raid's, from 40 senders. "
        "Ordinary people whose turn came: 40 of 42 answered. "
        "Spent in its hours: €3.05 on replies and €12.75 on receiving. "
        "Replies to the raid's own messages, then or later: €2.44. "
        "Saved: €119.64, which the same rules would have paid without detector and team."
    )
    assert note.picture is not None
    assert note.picture.bars == ((3, 1, 2), (5, 0, 1))
    assert note.picture.ticks == ("16:00", "", "")
    grown_again = replace(over, grown_at=over.grown_at + HOUR)
    assert raid_card(grown_again, ENGLISH, NOON, sms_paused=False).notes[-1].key != note.key


def test_the_day_tells_by_which_other_way_replies_leave_and_when_they_are_back() -> None:
    away = Turn("sms", "telnyx", "sms", NOON + HOUR, "account_suspended", NOON)
    back = Turn("sms", "sms", "telnyx", NOON + 2 * HOUR, "", NOON + HOUR)
    day = replace(DAY, turns=(away, back))
    one, other = [note for note in day_card(day, ENGLISH, NOON, sms_paused=False).notes if "way:" in note.key]
    assert one.text.startswith("Nothing gets out by sms since")
    assert "account_suspended" in one.text
    assert "leave by telnyx" in one.text
    assert other.text.startswith("sms has been well again since")
    assert one.key != other.key
    french = [note.text for note in day_card(day, FRENCH, NOON, sms_paused=False).notes if "way:" in note.key]
    assert ["telnyx" in text for text in french] == [True, True]


@pytest.mark.parametrize(
    ("states", "channel", "labels"),
    [
        ({"sms": "on", "telnyx": "on"}, "sms", ["Pause SMS", "Resume SMS"]),
        ({"sms": "failing", "telnyx": "on"}, "sms", ["Pause SMS", "Resume SMS"]),
        ({"slack": "on", "sms": "off", "telegram": "on"}, "sms", ["Pause SMS", "Resume SMS"]),
        ({"sms": "off", "telegram": "on", "telnyx": "on"}, "telnyx", ["Pause telnyx", "Resume telnyx"]),
        ({"sms": "off", "whatsapp": "failing"}, "whatsapp", ["Pause whatsapp", "Resume whatsapp"]),
    ],
)
def test_what_is_paused_by_a_touch_is_called_what_it_is(
    states: dict[str, str], channel: str, labels: list[str]
) -> None:
    words = Words("en")
    drawn = [pause_button(words, sms_paused=paused) for paused in (False, True)]
    found = aimed(drawn, metered(states), words)
    assert ([one.label for one in found], {one.target for one in found}) == (labels, {channel})
