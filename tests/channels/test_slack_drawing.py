"""Hostile text is data: whatever a card, a page or a window is given leaves as plain text, within limits."""

import json
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.card import Bundle, Button, Card, Confirm, Fact, Home, HomeMute, Sample, Tone
from bridge.noun import replace
from bridge.wording import Words
from channels.rooms.legible import ELLIPSIS, REPLACEMENT, cut, legible
from channels.slack.blocks import said
from channels.slack.drawing import card_blocks, card_text, plainest
from channels.slack.home_page import home_view
from channels.slack.texts import fallback, plain, plain_lines
from channels.slack.windows import bundles_view, samples_view, window
from channels.standins.slack.blocks import Refused, check_message, check_view, units
from tests.channels.slack_world import CARD, HOME, HOSTILE_TEXTS, drawn_buttons, parts
from tests.channels.slack_world import said as all_of

EN, FR = Words("en", room="room"), Words("fr", room="room")

TEXTS = (
    st.sampled_from(HOSTILE_TEXTS)
    | st.text(st.characters(exclude_categories=()), max_size=400)
    | st.text("<!>@#|&*_~`:/\u202e\u200b\ud83d🚒é\n", max_size=400)
)
FACTS = st.builds(Fact, TEXTS, TEXTS)
GROUPS = TEXTS
BUTTONS = st.builds(
    Button,
    TEXTS,
    TEXTS,
    TEXTS,
    st.sampled_from(["plain", "primary", "danger"]),
    st.none() | st.builds(Confirm, TEXTS, TEXTS, TEXTS, TEXTS),
)


def several(what: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[Any]:
    return st.lists(what, max_size=most).map(tuple)


CARDS = st.builds(
    Card,
    key=TEXTS,
    title=TEXTS,
    lines=several(TEXTS, 14),
    facts=several(FACTS, 35),
    spark=several(st.integers(-5, 10**9), 14),
    spark_label=TEXTS,
    groups=several(GROUPS, 14),
    groups_label=TEXTS,
    buttons=several(BUTTONS, 30),
    footer=TEXTS,
)
HOMES = st.builds(
    Home,
    TEXTS,
    several(FACTS, 35),
    several(BUTTONS, 30),
    TEXTS,
    several(st.builds(HomeMute, TEXTS, TEXTS, BUTTONS), 40),
    TEXTS,
)
SAMPLES = st.lists(st.builds(Sample, TEXTS, TEXTS, st.integers(0, 4 * 10**15), TEXTS), max_size=40)
BUNDLES = st.builds(
    Bundle,
    TEXTS,
    several(BUTTONS, 3),
    st.none() | st.builds(Sample, TEXTS, TEXTS, st.integers(0, 10**16), TEXTS),
)


def leaves(drawing: object, kind: str = "", name: str = "") -> Iterator[tuple[str, str, str]]:
    """Every string of a drawing: the type of the object it is in, its name there, and itself."""
    if isinstance(drawing, dict):
        for key, value in drawing.items():
            yield from leaves(value, str(drawing.get("type", "")), key)
    elif isinstance(drawing, list):
        for value in drawing:
            yield from leaves(value, kind, name)
    elif isinstance(drawing, str):
        yield kind, name, drawing


FIXED = {
    "type": {
        "header", "section", "rich_text", "rich_text_section", "rich_text_list", "text", "date", "plain_text",
        "context", "actions", "button", "divider", "modal", "home",
    },
    "style": {"bullet", "primary", "danger"},
    "format": {"{date_short_pretty} {time_secs}"},
}  # fmt: skip
"""Strings that are our own, always the same."""

HIDING = {"Cc", "Cf", "Cs", "Co"}


def assert_harmless(drawing: object) -> None:
    """No text of anybody's stands where Slack would read it as anything but text."""
    for kind, name, text in leaves(drawing):
        if name in FIXED:
            assert text in FIXED[name]
        elif name == "text":
            assert kind in {"plain_text", "text"}
            hidden = [c for c in text if c != "\n" and unicodedata.category(c) in HIDING]
            assert hidden == []
        else:
            assert name in {"action_id", "value", "fallback"}
    for part in parts(drawing):
        assert part.get("type") != "mrkdwn"
        assert part.get("emoji", False) is False


def ids(blocks: Sequence[dict[str, Any]]) -> list[str]:
    return [button["action_id"] for button in drawn_buttons(blocks)]


@given(CARDS)
def test_a_card_leaves_as_plain_text_within_slacks_limits(card: Card) -> None:
    for blocks in (card_blocks(card, EN), plainest(card, FR)):
        check_message(blocks)
        assert_harmless(blocks)
        assert len(blocks) <= 11
    assert len(set(ids(card_blocks(card, EN)))) == len(ids(card_blocks(card, EN)))


@given(HOMES, TEXTS)
def test_a_home_page_leaves_as_plain_text_within_slacks_limits(home: Home, told: str) -> None:
    view = home_view(home, EN, told)
    check_view(view)
    assert_harmless(view)


@given(SAMPLES)
def test_texts_leave_as_plain_text_within_slacks_limits(samples: list[Sample]) -> None:
    for view in (samples_view(samples, EN), window([sample.text for sample in samples], FR)):
        check_view(view)
        assert_harmless(view)


@given(st.lists(BUNDLES, max_size=25), TEXTS)
def test_people_to_deal_with_leave_as_plain_text_within_slacks_limits(
    bundles: list[Bundle], told: str
) -> None:
    view = bundles_view(bundles, EN, told)
    check_view(view)
    assert_harmless(view)
    assert len(view["blocks"]) <= 100


@given(st.lists(TEXTS, max_size=20))
def test_sentences_leave_as_plain_text_within_slacks_limits(lines: list[str]) -> None:
    check_message(said(lines))
    assert_harmless(said(lines))


@given(TEXTS, st.lists(TEXTS, max_size=5))
def test_the_text_of_a_notification_can_neither_mention_nor_link(title: str, lines: list[str]) -> None:
    text = card_text(replace(CARD, title=title, lines=tuple(lines)))
    assert "<" not in text
    assert ">" not in text
    assert "&" not in text.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
    assert units(text) <= 4000


@given(TEXTS, st.integers(1, 200))
def test_a_text_is_cut_between_whole_characters_and_shows_it(text: str, limit: int) -> None:
    shown = cut(text, limit)
    assert units(shown) <= limit
    if shown != text:
        assert shown.endswith(ELLIPSIS)
        assert text.startswith(shown.removesuffix(ELLIPSIS))


@given(TEXTS, st.integers(1, 3000))
def test_a_legible_text_is_one_line_and_stays_itself(text: str, limit: int) -> None:
    shown = legible(text, limit)
    assert shown.splitlines() in ([], [shown])
    assert legible(shown, limit) == shown
    shown.encode()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Bonjour, ça va ?", "Bonjour, ça va ?"),
        ("<!channel> *x* `y` :skull:", "<!channel> *x* `y` :skull:"),
        ("a\u202eb", f"a{REPLACEMENT}b"),
        ("a\u200bb\ufeff", f"a{REPLACEMENT}b{REPLACEMENT}"),
        ("nul\x00", f"nul{REPLACEMENT}"),
        ("one\ntwo\r\nthree\u2028four", "one ⏎ two ⏎ three ⏎ four"),
        ("tab\tulator", "tab ulator"),
        ("\ud83d", REPLACEMENT),
        ("\u3164", REPLACEMENT),
        ("\U000e0041", REPLACEMENT),
        ("❤️ 🚒", "❤️ 🚒"),
        ("🫩", "🫩"),
        ("Việt Nam", "Việt Nam"),
        ("שלום", "שלום"),
        ("e" + "\u0301" * 9, "e" + "\u0301" * 4),
        ("  ", ""),
    ],
    ids=ascii,
)
def test_what_hides_or_disguises_is_shown_as_what_it_is(text: str, shown: str) -> None:
    assert legible(text, 100) == shown


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_an_empty_text_is_a_dash_because_slack_refuses_nothing_at_all(text: str) -> None:
    assert plain(text, 10)["text"] == "-"


def test_no_text_can_begin_a_line_of_its_own() -> None:
    assert plain_lines(["brave-heron-42", "spam\nquiet-otter-07"], 100)["text"].splitlines() == [
        "brave-heron-42",
        "spam ⏎ quiet-otter-07",
    ]


def test_the_text_of_a_notification_is_escaped_after_it_is_cut() -> None:
    assert fallback(["<!channel> & <@U1>"]) == "&lt;!channel&gt; &amp; &lt;@U1&gt;"


@pytest.mark.parametrize(
    ("spark", "bars"),
    [((0, 0), "▁▁"), ((0, 1, 100), "▁▂█"), ((7, 7), "██"), ((-3, 2), "▁█")],
)
def test_a_spark_line_shows_the_least_message(spark: tuple[int, ...], bars: str) -> None:
    assert bars in all_of({"blocks": card_blocks(replace(CARD, spark=spark), EN)})


def test_what_is_left_out_is_counted() -> None:
    lines = tuple(f"line {number}" for number in range(14))
    facts = tuple(Fact(f"fact {number}", "1") for number in range(37))
    mutes = tuple(replace(HOME.mutes[0], handle=f"h-{number}") for number in range(25))
    samples = [Sample("h", "x", 0)] * 33
    assert "and 4 more" in all_of({"blocks": card_blocks(replace(CARD, lines=lines), EN)})
    assert "and 7 more" in all_of({"blocks": card_blocks(replace(CARD, facts=facts), EN)})
    assert "et 7 de plus" in all_of(home_view(replace(HOME, facts=facts), FR))
    assert "et 5 de plus" in all_of(home_view(replace(HOME, mutes=mutes), FR))
    assert "and 9 more" in all_of(samples_view(samples, EN))


def test_a_long_list_is_said_to_its_end() -> None:
    """Twenty mutes, each with as long a reason as one may give."""
    lines = [f"brave-heron-{n}: {'because ' * 40}".strip() for n in range(20)]
    shown = all_of({"blocks": said([*lines, "and 7 more"])}).splitlines()
    assert shown == [*lines, "and 7 more"]
    (endless,) = said(["a" * 2900] * 40)[-1:]
    assert endless["text"]["text"].endswith(ELLIPSIS)


@pytest.mark.parametrize("tone", ["plain", "primary", "danger"])
def test_a_tone_is_a_style(tone: Tone) -> None:
    card = replace(CARD, buttons=(Button("mute", "Mute", "x", tone),))
    (button,) = drawn_buttons(card_blocks(card, EN))
    assert button.get("style", "plain") == tone


def test_a_button_carries_its_verb_and_its_target() -> None:
    (button,) = drawn_buttons(card_blocks(replace(CARD, buttons=(Button("undo", "Undo", "e1"),)), EN))
    assert json.loads(button["value"]) == {"verb": "undo", "target": "e1"}


def test_an_empty_card_is_still_a_card() -> None:
    check_message(card_blocks(Card(key="day:2026-11-21", title=""), EN))
    check_view(home_view(Home("", (), (), "", ()), EN))


def test_a_touch_on_a_full_card_fits_in_what_the_house_reads() -> None:
    """A payload repeats the whole message, each letter with an accent in eight bytes; 64 KiB are read."""
    wide = Confirm("é" * 100, "é" * 300, "é" * 30, "é" * 30)
    full = replace(
        CARD,
        title="é" * 150,
        lines=("é" * 250,) * 4,
        facts=(Fact("é" * 60, "é" * 120),) * 6,
        groups=("é" * 150,) * 6,
        buttons=(Button("mute_all", "é" * 75, "1", "danger", wide),) * 2
        + (Button("mute", "é" * 75, "x" * 40),) * 5,
        footer="é" * 250,
    )
    assert len(quote(json.dumps(card_blocks(full, EN)))) < 60 * 1024


def test_a_window_of_texts_without_any_says_so() -> None:
    assert "no message" in all_of(samples_view([], EN))


def test_the_largest_window_of_texts_is_one_that_slack_takes() -> None:
    check_view(samples_view([Sample("é" * 99, "é" * 2000, 4 * 10**15, "é" * 400)] * 40, FR))


def test_under_a_text_stands_why_its_sender_is_judged_so_where_that_is_known() -> None:
    told, silent = samples_view([Sample("h", "x", 0, "Judged suspect: 7.")], EN), Sample("h", "x", 0)
    assert told["blocks"][-1]["elements"][0]["text"] == "Judged suspect: 7."
    assert samples_view([silent], EN)["blocks"] == told["blocks"][:-1]


def test_a_text_that_shows_nothing_is_named_so() -> None:
    assert "(no text)" in all_of(samples_view([Sample("h", " \n", 0)], EN))


def test_the_checks_are_stricter_than_nothing() -> None:
    with pytest.raises(Refused):
        check_message([{"type": "section", "text": {"type": "plain_text", "text": ""}}])
