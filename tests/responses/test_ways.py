"""`ways` in the rules: what may stand there, of all lines and of one."""

from pathlib import Path

import pytest

from bridge.cli.check import check
from bridge.responses import RulesRefused, parse
from bridge.responses.load import examine
from bridge.service.against import complaints

COMMON = b"""
languages: [fr]
prices:
  sms: {in: 0, out: {FR: 0.08}}
  telnyx: {in: 0, out: {FR: 0.09}}
replies: [{id: first, when: {first: true}, say: {fr: ["Un mot."]}}]
"""


def test_without_it_there_is_no_other_way() -> None:
    assert parse(COMMON, name="rules").ways == ()


def test_ways_are_listed_in_order() -> None:
    assert parse(COMMON + b"ways: [telnyx, sms]\n", name="rules").ways == ("telnyx", "sms")


BAD: dict[str, tuple[bytes, str]] = {
    "one twice": (b"ways: [sms, sms]\n", "a second time"),
    "no name": (b"ways: [sms, Telnyx!]\n", "short name"),
    "no list": (b"ways: sms\n", "must be a list"),
}


@pytest.mark.parametrize(("written", "told"), BAD.values(), ids=BAD)
def test_what_cannot_be_a_way_is_refused_with_its_line(written: bytes, told: str) -> None:
    with pytest.raises(RulesRefused, match=":7:") as refused:
        parse(COMMON + written, name="rules")
    assert told.casefold() in str(refused.value).casefold()


def test_a_line_may_have_ways_of_its_own() -> None:
    lines = b"lines:\n  paris: {ways: [sms, telnyx]}\n  lyon: {}\n"
    several, _ = examine(COMMON + lines, name="rules")
    assert {line.name: line.responses.ways for line in several} == {"paris": ("sms", "telnyx"), "lyon": ()}


PRICED = """
languages: [fr]
prices:
  sms: {in: 0, out: {FR: 0.08, BE: 0.1}}
  telnyx: {in: 0, out: {FR: 0.09}}
  gateway: {in: 0}
  whatsapp: {in: 0, out: {FR: 0.01}, per: message}
  telegram: {in: 0, out: {FR: 0}}
  slack: {in: 0, out: {FR: 0}}
replies: [{id: first, when: {first: true}, say: {fr: ["Un mot."]}}]
"""
"""Ten lines."""

ABROAD = PRICED.replace("telnyx: {in: 0, out: {FR", "telnyx: {in: 0, out: {DE")

NONE: dict[str, tuple[str, str, str]] = {
    "WhatsApp, where one must have written first": (
        PRICED,
        "whatsapp",
        "Whoever wrote to a telephone number",
    ),
    "WhatsApp without prices": (PRICED.replace("whatsapp", "other"), "whatsapp", "cannot stand in"),
    "Telegram, which has no numbers": (PRICED, "telegram", "cannot stand in for another channel"),
    "a room": (PRICED, "slack", "Ways may be gateway, sms, telnyx."),
    "a channel that nobody installed": (PRICED, "pigeon", 'No channel "pigeon" is installed here.'),
    "a channel misspelled": (PRICED, "telnix", 'Did you mean "telnyx"?'),
    "one without prices": (PRICED.replace("telnyx", "other"), "telnyx", '"telnyx" has no prices'),
    "one without a country": (PRICED, "gateway", "has prices for no country"),
    "one for other people": (ABROAD, "telnyx", "has prices for nobody whom another way reaches"),
}


@pytest.mark.parametrize("case", NONE)
@pytest.mark.parametrize("section", ["", "lines:\n  paris:\n    "])
def test_what_is_no_way_is_refused_with_one_error_its_place_and_its_mend(case: str, section: str) -> None:
    source, way, told = NONE[case]
    written = f"{source}{section}ways: [sms, {way}]\n".encode()
    lines, document = examine(written, name="rules")
    (complaint,) = complaints(lines, document)
    column = 13 if not section else 17
    assert (complaint.line, complaint.column) == (11 + 2 * bool(section), column)
    assert told.casefold() in f"{complaint.sentence} {complaint.mend}".casefold()


def test_ways_that_reach_others_are_told_of_and_are_no_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rules.yaml"
    for ways, told in (
        ("[sms, telnyx]", "ways: telnyx has no price for BE: whoever is there waits for another way."),
        ("[sms]", "ways: there is none beside sms"),
    ):
        file.write_text(f"{PRICED}ways: {ways}\n", encoding="utf-8")
        assert check(file, as_json=False) == 0
        assert told in capsys.readouterr().out


def test_a_way_whose_number_is_another_lines_is_told_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rules.yaml"
    both = 'channels: {sms: "+33639980000", telnyx: "+33639980001"}'
    other = 'channels: {sms: "+33639980002"}'
    lines = f"ways: [sms, telnyx]\nlines:\n  paris: {{{both}}}\n  lyon: {{{other}}}\n"
    file.write_text(PRICED + lines, encoding="utf-8")
    assert check(file, as_json=False) == 0
    told = capsys.readouterr().out
    assert "lyon: the number of telnyx stands under paris" in told
    assert "paris: the number" not in told


PLACES: dict[str, tuple[str, str, tuple[int, str]]] = {
    "a number from within the country": ('{sms: "06 39 98 00 00"}', "{}", (13, "no telephone number")),
    "a name, to which nobody can write": ("{sms: LeNon}", "{}", (13, "no telephone number")),
    "a number that is none": ('{telnyx: "+33"}', "{}", (13, "no telephone number")),
    "one number of two lines": (
        '{sms: "+33639980000"}',
        '{sms: "+33 6 39 98 00 00"}',
        (15, "lines paris and lyon have the same"),
    ),
    "one number at two providers": ('{sms: "+33639980000", telnyx: "+33639980000"}', "{}", (13, '"sms"')),
    "one number at two providers, of two lines": (
        '{sms: "+33639980000"}',
        '{gateway: "+33639980000"}',
        (15, "same number"),
    ),
    "one room of two lines": (
        "{slack: C0FEED}",
        "{slack: C0FEED}",
        (15, "lines paris and lyon have the same"),
    ),
}


@pytest.mark.parametrize("case", PLACES)
def test_where_no_line_can_be_is_refused_with_its_place(case: str) -> None:
    paris, lyon, (at, told) = PLACES[case]
    written = f"{PRICED}lines:\n  paris:\n    channels: {paris}\n  lyon:\n    channels: {lyon}\n"
    (complaint,) = complaints(*examine(written.encode(), name="rules"))
    assert complaint.line == at
    assert told in complaint.sentence
    assert "3998" not in complaint.sentence


GOOD = [
    '{sms: "+33639980000", whatsapp: "+33639980000"}',
    '{sms: "38000"}',
    "{slack: C0FEED}",
]


@pytest.mark.parametrize("place", GOOD)
def test_where_a_line_may_well_be(place: str) -> None:
    written = f"{PRICED}lines:\n  paris:\n    channels: {place}\n"
    assert complaints(*examine(written.encode(), name="rules")) == []
