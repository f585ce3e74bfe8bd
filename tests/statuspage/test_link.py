"""A link opens what it names, for a quarter of an hour, and nothing that was changed in it opens anything."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from bridge.model import MINUTE, SECOND, Micros
from bridge.privacy.secret import derive_keys
from bridge.statuspage.languages import preferred, spoken
from bridge.statuspage.link import LASTS, Pass, link, opened
from tests.support.clock import NOON
from tests.support.events import SECRET, keys

KEY = keys().links
BASE = "https://bridge.example.org/under"


def query(url: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(url).query, keep_blank_values=True)


@pytest.mark.parametrize("line", ["", "lyon"])
def test_a_link_opens_what_it_names_until_it_ends(line: str) -> None:
    made = link(BASE, KEY, NOON, line)
    assert made.startswith(f"{BASE}/status?")
    expected = Pass(line, NOON + LASTS)
    assert [opened(KEY, query(made), NOON + passed) for passed in (0, LASTS - SECOND)] == [expected] * 2
    assert [opened(KEY, query(made), NOON + passed) for passed in (LASTS, 300 * MINUTE)] == ["link_old"] * 2


GOOD = query(link(BASE, KEY, NOON, "lyon"))
UNTIL, LINE, SIGNATURE = GOOD

CHANGED: list[tuple[str, list[tuple[str, str]], str]] = [
    ("nothing at all", [], "link_missing"),
    ("a line alone", [LINE], "link_missing"),
    ("something else", [("utm", "1")], "link_missing"),
    ("no key", [UNTIL, LINE], "link_wrong"),
    ("no end", [LINE, SIGNATURE], "link_wrong"),
    ("an empty key", [UNTIL, LINE, ("key", "")], "link_wrong"),
    ("half a key", [UNTIL, LINE, ("key", SIGNATURE[1][:16])], "link_wrong"),
    ("a key in capitals", [UNTIL, LINE, ("key", SIGNATURE[1].upper())], "link_wrong"),
    ("a later end", [("until", str(int(UNTIL[1]) + 1)), LINE, SIGNATURE], "link_wrong"),
    ("an end that is no number", [("until", "tomorrow"), LINE, SIGNATURE], "link_wrong"),
    ("an end below zero", [("until", "-1"), LINE, SIGNATURE], "link_wrong"),
    ("an end in other digits", [("until", "١٢٣"), LINE, SIGNATURE], "link_wrong"),
    ("an end beyond all time", [("until", "9" * 400), LINE, SIGNATURE], "link_wrong"),
    ("another line", [UNTIL, ("line", "paris"), SIGNATURE], "link_wrong"),
    ("every line instead", [UNTIL, SIGNATURE], "link_wrong"),
    ("a key twice", [*GOOD, SIGNATURE], "link_wrong"),
    ("something beside it", [*GOOD, ("more", "1")], "link_wrong"),
    ("a text nobody can sign", [UNTIL, ("line", "\ud800"), ("key", "é\ud800")], "link_wrong"),
]


@pytest.mark.parametrize(("_what", "changed", "refusal"), CHANGED, ids=[one[0] for one in CHANGED])
def test_what_was_changed_opens_nothing(_what: str, changed: list[tuple[str, str]], refusal: str) -> None:
    assert opened(KEY, changed, NOON) == refusal


@pytest.mark.parametrize("passed", [0, LASTS])
def test_a_link_of_another_secret_opens_nothing_and_does_not_tell_whether_it_is_old(passed: Micros) -> None:
    others = derive_keys(SECRET + "!").links
    assert opened(KEY, query(link(BASE, others, NOON)), NOON + passed) == "link_wrong"


def test_no_other_key_of_the_secret_signs_links() -> None:
    mine = keys()
    others = [mine.senders, mine.sealing, mine.choices, mine.recognition, mine.evidence]
    assert mine.links not in others


LANGUAGES = [
    ("", (), "en"),
    ("fr", ("fr",), "fr"),
    ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", ("fr", "en", "de"), "fr"),
    ("de, en;q=0.3, fr;q=0.7", ("de", "fr", "en"), "fr"),
    ("ar;q=0.9,en", ("en", "ar"), "en"),
    ("fr;q=0, en;q=x, de; q=0.2", ("de",), "en"),
    ("en;q=1e400, <script>, é, fr", ("fr",), "fr"),
    (",;=;q=,", (), "en"),
    ("xx," * 5000 + "fr", ("xx",), "en"),
]


@pytest.mark.parametrize(("header", "wanted", "language"), LANGUAGES)
def test_a_reader_is_spoken_to_in_the_first_language_that_we_know(
    header: str, wanted: tuple[str, ...], language: str
) -> None:
    assert preferred(header) == wanted
    assert spoken(preferred(header)) == language
