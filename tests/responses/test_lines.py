"""Several lines in one rules file: what each has of its own, and what all have in common."""

import pytest

from bridge.errors import Misconfigured
from bridge.responses import Line, RulesRefused, called
from bridge.responses.load import examine
from bridge.responses.shape import keys_at

COMMON = """
languages: [fr]
hold: {min: 5m, max: 45m}
pot: {total: 100, per_sender: 2}
replies:
  - id: first
    say: {fr: ["Un mot."]}
"""

TWO = """
lines:
  paris:
    channels: {sms: "+33639980000", slack: C0PARIS}
    pot: {total: 40}
  lyon:
    channels: {sms: +33639980001}
    hold: {min: 0s}
    replies:
      - id: other
        say: {fr: ["Un autre mot."]}
"""


def lines(written: str) -> tuple[Line, ...]:
    return examine(written.encode(), name="responses.yaml")[0]


def refusal(written: str) -> tuple[int, str]:
    with pytest.raises(RulesRefused) as refused:
        lines(written)
    (complaint,) = refused.value.complaints
    return complaint.line, f"{complaint.sentence} {complaint.mend}"


def test_a_file_without_lines_has_one_without_a_name() -> None:
    (only,) = lines(COMMON)
    assert (only.name, only.channels, only.responses.pot.total) == ("", {}, 100_000_000)


def test_the_lines_come_in_the_order_of_the_file_each_with_its_places() -> None:
    paris, lyon = lines(COMMON + TWO)
    assert (paris.name, paris.channels) == ("paris", {"sms": "+33639980000", "slack": "C0PARIS"})
    assert (lyon.name, lyon.channels) == ("lyon", {"sms": "+33639980001"})


def test_mappings_are_laid_over_each_other_and_lists_are_replaced() -> None:
    paris, lyon = lines(COMMON + TWO)
    assert (paris.responses.pot.total, paris.responses.pot.per_sender) == (40_000_000, 2_000_000)
    assert [rule.id for rule in paris.responses.replies] == ["first"]
    assert lyon.responses.pot.total == 100_000_000
    assert (lyon.responses.hold.min, lyon.responses.hold.max) == (0, 45 * 60 * 1_000_000)
    assert [rule.id for rule in lyon.responses.replies] == ["other"]


@pytest.mark.parametrize(
    ("written", "line", "told"),
    [
        ("lines:\n", 7, '"lines" must hold keys with values.'),
        ("lines: {}\n", 7, '"lines" must hold keys with values.'),
        ("lines: [a, b]\n", 7, '"lines" must hold keys with values.'),
        ("lines:\n  paris:\n", 8, '"paris" must hold keys with values.'),
        ("lines:\n  Paris: {pot: {total: 1}}\n", 8, "is no name of a line"),
        ("lines:\n  file: {pot: {total: 1}}\n", 8, "No line can be called"),
        ("lines:\n  paris:\n    channels: {sms: 0639980000}\n", 9, '"sms" is nowhere.'),
        ("lines:\n  paris:\n    channels: C0PARIS\n", 9, '"channels" must hold keys'),
        ("lines:\n  paris:\n    pto: {total: 1}\n", 9, 'Did you mean "pot"?'),
        ("lines:\n  paris:\n    pot: {total: nothing}\n", 9, '"pot.total"'),
        ("lines:\n  paris:\n    hold: {min: 1h}\n", 9, 'has a "min" that is longer than its "max"'),
        ("lines:\n  paris: {lines: {lyon: {}}}\n", 8, "no lines within a line"),
    ],
)
def test_what_is_wrong_is_told_at_its_own_place(written: str, line: int, told: str) -> None:
    at, sentence = refusal(COMMON.removeprefix("\n") + written)
    assert (at, told in sentence) == (line, True), (at, sentence)


def test_what_is_wrong_with_what_all_have_in_common_is_told_once_there() -> None:
    at, sentence = refusal(COMMON.removeprefix("\n").replace("total: 100", "total: much") + TWO)
    assert (at, '"pot.total"' in sentence) == (3, True)


def test_a_line_is_found_by_its_name_and_else_those_there_are_are_named() -> None:
    both = lines(COMMON + TWO)
    assert called(both, "lyon").name == "lyon"
    assert called(both, None).name == "paris"
    with pytest.raises(Misconfigured, match='no line "nice": there are paris, lyon'):
        called(both, "nice")
    with pytest.raises(Misconfigured, match="one line here, and it has no name"):
        called(lines(COMMON), "paris")


@pytest.mark.parametrize(
    ("path", "some"),
    [(("lines", "paris"), "channels"), (("lines", "paris"), "pot"), (("lines", "paris", "pot"), "total")],
)
def test_an_editor_completes_the_keys_of_a_line(path: tuple[str, ...], some: str) -> None:
    assert some in keys_at(path)
