from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.responses.complaints import Flaw
from bridge.responses.document import Plain, load


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *[(word, word) for word in ("no", "No", "NO", "yes", "on", "off", "y", "n", "oui")],
        ("true", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("10", 10),
        ("010", 10),
        ("-3", -3),
        ("0.0763", Decimal("0.0763")),
        ("1e3", Decimal("1E+3")),
        ("+33612345678", "+33612345678"),
        ("+1.5", "+1.5"),
        ("33612345678", 33612345678),
        ("22:00", "22:00"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("0o14", "0o14"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("1e9999", "1e9999"),
        ("9" * 5000, "9" * 5000),
        ("2026-11-21", "2026-11-21"),
        ("20%", "20%"),
        ('"10"', "10"),
        ("'true'", "true"),
        ('"é\\u00ea"', "éê"),
        ("=", "="),
        ("<<", "<<"),
    ],
)
def test_plain_words_mean_what_people_mean(written: str, meant: Plain) -> None:
    document = load(f"key: {written}\n")
    assert document.complaints == []
    assert repr(document.data) == repr({"key": meant})


@pytest.mark.parametrize("key", ["NO", "on", "true", "010", "null", "1.5"])
def test_keys_stay_as_they_are_written(key: str) -> None:
    assert load(f"{key}: x").data == {key: "x"}


@pytest.mark.parametrize(
    "source",
    [
        "a: 1\nb: [x, y]\n",
        "a: 1\r\nb: [x, y]\r\n",
        "# é\na: 1\nb:\n- x\n- y",
        "{a: 1, b: [x, y]}",
        "--- \na: 1\nb: [x, y]\n...\n",
    ],
)
def test_the_same_data_may_be_written_in_many_ways(source: str) -> None:
    assert load(source).data == {"a": 1, "b": ["x", "y"]}


@pytest.mark.parametrize(
    ("source", "line", "column", "says"),
    [
        pytest.param(
            "a: 1\nb: 2\na: 3\n",
            3,
            1,
            '"a" stands here a second time; the first is on line 1',
            id="a key twice",
        ),
        pytest.param("x: {a: 1, 'a': 2}", 1, 11, "second time", id="a key twice in brackets"),
        pytest.param("a: &x [1]\n", 1, 4, '"&"', id="an anchor"),
        pytest.param("a: 1\nb: *x\n", 2, 4, '"*"', id="an alias"),
        pytest.param("a: !!python/object:os.system x", 1, 4, '"!"', id="a tag"),
        pytest.param("a: !important", 1, 4, '"!"', id="a text that begins like a tag"),
        pytest.param("&k a: 1", 1, 1, '"&"', id="an anchor on a key"),
        pytest.param("? [a]\n: 1", 1, 3, "one word", id="a list as key"),
        pytest.param("a: 1\n---\nb: 2\n", 2, 1, "second document", id="two documents"),
        pytest.param("a:\n\tb: 1\n", 2, 1, "tab", id="a tab"),
        pytest.param("a: 1\nb:\u00a02\nc: 3\n", 2, 3, "space", id="a space that is none, behind a colon"),
        pytest.param("a:\n\u00a0\u00a0b: 1\n", 2, 1, "space", id="a space that is none, in front"),
        pytest.param("a:\n  -\u202fb\n  c: 1\n", 2, 3, "space", id="a space that is none, behind a dash"),
        pytest.param("a: b: c\n", 1, 5, "colon", id="a colon too many"),
        pytest.param("a: @claire\n", 1, 4, "keeps for itself", id="an at sign"),
        pytest.param("a: 'x\nb: 2\n", 1, 4, "never closed", id="an open quote"),
        pytest.param("a: [1\nb: 2\n", 1, 4, "bracket", id="an open bracket"),
        pytest.param("a:\n  b: 1\n c: 2\n", 3, 2, "line up", id="an odd indent"),
        pytest.param('a: "\\q"', 1, 6, "backslash", id="an odd escape"),
        pytest.param('a: "\\UFFFFFFFF"', 1, 1, "escape", id="an escape beyond Unicode"),
        pytest.param('a: 1\nb: "\\ud800"', 2, 4, "control character", id="half a character"),
        pytest.param('a: 1\nb: "\\0"', 2, 4, "control character", id="an escaped NUL"),
        pytest.param("a: é\nb: \x07", 2, 4, "control character", id="a bell"),
        pytest.param("[" * 100_000, 1, 22, "Too many brackets", id="a hundred thousand brackets"),
        pytest.param("- " * 100_000, 1, 43, "Too many brackets", id="a hundred thousand dashes"),
        pytest.param("{a: " * 50_000, 1, 85, "Too many brackets", id="fifty thousand mappings"),
    ],
)
def test_what_is_not_strict_is_refused_where_it_stands(
    source: str, line: int, column: int, says: str
) -> None:
    complaint = load(source).complaints[0]
    assert (complaint.line, complaint.column) == (line, column)
    assert says in complaint.sentence
    assert complaint.mend.endswith((".", "?"))


def test_an_alias_bomb_goes_nowhere() -> None:
    bomb = "a: &a [x]\n" + "".join(
        f"{new}: &{new} [*{old}, *{old}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    document = load(bomb)
    assert document.data == {"a": ["x"]} | {key: [None, None] for key in "bcdefghi"}
    assert len(document.complaints) == 9 + 2 * 8


def test_every_complaint_is_kept() -> None:
    assert [it.line for it in load("a: 1\na: &x 2\nb: *x\nc: !t\n---\n").complaints] == [2, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("flaw", "line", "column"),
    [
        (Flaw(("a", "b"), "", ""), 3, 6),
        (Flaw(("a", "b"), "", "", on_key=True), 3, 3),
        (Flaw(("a", "l", 1), "", ""), 4, 10),
        (Flaw(("a", "l", 7), "", ""), 4, 6),
        (Flaw(("a", "missing"), "", "", on_key=True), 2, 1),
        (Flaw(("missing",), "", "", on_key=True), 2, 1),
        (Flaw(("a", "t"), "", "", about="$x"), 7, 9),
        (Flaw(("a", "t"), "", "", about="not there"), 5, 6),
        (Flaw(("q",), "", "", about="$x"), 8, 11),
    ],
)
def test_a_flaw_is_found_again_in_the_file(flaw: Flaw, line: int, column: int) -> None:
    source = '# note\na:\n  b: 1\n  l: [x, y]\n  t: >\n    one\n    and $x\nq: "é and $x"\n'
    complaint = load(source).locate(flaw)
    assert (complaint.line, complaint.column) == (line, column)


_YAMLISH = st.lists(
    st.sampled_from(
        [
            *"[]{}:-?,#&*!|>'\"%@`\\ \n\t\r~=<0",
            "a",
            "é",
            "\x85",
            "\u2028",
            "\ufeff",
            "---\n",
            "...\n",
            "%YAML 1.1\n",
            "\\U",
        ]
    )
    | st.text(max_size=3),
    max_size=40,
).map("".join)


@given(_YAMLISH)
def test_reading_never_raises_and_always_places_its_complaints(source: str) -> None:
    document = load(source)
    lines = len(source.splitlines()) + 1
    assert all(1 <= it.line <= lines and it.column >= 1 for it in document.complaints)
