"""A complaint for each cause; and a dollar sign that opens a placeholder must close it."""

import pytest

from bridge.responses import RulesRefused, parse
from tests.support.people import PEOPLE


def complaints(source: str) -> list[str]:
    with pytest.raises(RulesRefused) as refused:
        parse(source.encode(), name="responses.yaml", people=PEOPLE)
    return [str(one) for one in refused.value.complaints]


ITEMS = ", ".join("abcdefghijklmnop")
REPLIES = "".join(f"  - id: r{n}\n    say: {{en: x}}\n" for n in range(12))
IDS = "".join(f"  - id: r{n}\n    says: {{fr: x}}\n" for n in range(12))


@pytest.mark.parametrize(
    ("source", "causes"),
    [
        (f"languages: [fr]\nreplies: [{ITEMS}]\n", 1),
        (f"languages: [fr]\nreplies:\n{REPLIES}", 2),  # `en` is no language here, and `fr` is missing
        (f"languages: [fr]\nreplies:\n{IDS}", 1),
        (f"languages: [fr]\nexempt: [{ITEMS}]\nreplies:\n  - id: r\n    say: {{fr: x}}\n", 1),
        (f"languages: [fr]\norganisers: {{admins: [{ITEMS}]}}\nreplies:\n  - id: r\n    say: {{fr: x}}\n", 1),
    ],
)
def test_what_must_be_mended_alike_is_told_once(source: str, causes: int) -> None:
    told = complaints(source)
    assert len(told) == causes, told
    assert all("The same in" in one for one in told)


@pytest.mark.parametrize(
    "text",
    [
        "${,",
        "${}",
        "${",
        "${ }",
        "${number",
        "${ number }",
        "${Number}",
        "$numbers",
        "$ünï",
        "${0}",
        "${5}",
        "$${x}",
    ],
)
def test_a_placeholder_that_is_none_is_refused(text: str) -> None:
    (told,) = complaints(f'languages: [fr]\nreplies:\n  - id: r\n    say: {{fr: "Un {text} mot"}}\n')
    assert "no placeholder" in told


@pytest.mark.parametrize(
    "text", ["$", "$$", "5$", "$5", "$ 5", "$,", "{0}", "{}", "${number}", "$date", "{$5}"]
)
def test_a_dollar_sign_may_be_a_dollar_sign(text: str) -> None:
    rules = parse(
        f'languages: [fr]\nreplies:\n  - id: r\n    say: {{fr: "Un {text} mot"}}\n'.encode(), name="r.yaml"
    )
    assert rules.replies[0].say["fr"] == (f"Un {text} mot",)


def _worded(text: str) -> str:
    return f"languages: [fr]\nreplies:\n  - id: r\n    say: {text}\n"


CAUSES = {
    "curly quotes around a colon": (_worded("\n      fr: “Non : merci.”"), 5, 11, "Curly quotes"),
    "curly quotes around a comma": (_worded("{fr: “Non, merci.”}"), 4, 15, "Curly quotes"),
    "of several wordings": (_worded("\n      fr:\n        - «Non : merci.»"), 6, 11, "Curly quotes"),
    "a text that begins with a sharp sign": (_worded("\n      fr: #MeToo, merci."), 5, 11, "is a note"),
}
"""What a person takes for a text in quotes, or for a text: where it begins, and what is told of it."""


@pytest.mark.parametrize("case", CAUSES)
def test_a_text_that_yaml_reads_otherwise_than_a_person_is_told_first(case: str) -> None:
    source, line, column, told = CAUSES[case]
    first, *_ = complaints(source)
    assert first.startswith(f"line {line}, column {column}: ")
    assert told in first
    assert first.endswith('double quotes ("...").')


@pytest.mark.parametrize(
    "source",
    [
        _worded('{fr: "Il dit : “$non”, et s\'en va."}'),
        _worded("{fr: 'Vois #3114 : $non'}"),
        _worded('{fr: "$non"} # «a note»'),
    ],
)
def test_nothing_is_told_of_it_where_straight_quotes_stand(source: str) -> None:
    (told,) = complaints(source)
    assert "no placeholder" in told
