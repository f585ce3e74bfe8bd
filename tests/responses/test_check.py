"""What `rempart check` prints, and the exit status that it asks for."""

import json
from pathlib import Path

import pytest

from bridge.cli.check import check
from bridge.errors import Misconfigured
from bridge.responses import read, shipped
from tests.responses.files import LANGUAGES, SMALLEST, rule

_DEAR = "Tu peux être sûr que la réponse est non, aujourd'hui et demain aussi. Merci d'avoir lu jusqu’ici 😀"


@pytest.fixture(autouse=True)
def _nobody_said_how_wide_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table is not cut where no terminal reads it; whoever says how wide theirs is has it cut."""
    monkeypatch.delenv("COLUMNS", raising=False)


def _check(tmp_path: Path, text: str, *, as_json: bool = False) -> int:
    path = tmp_path / "responses.yaml"
    path.write_text(text, encoding="utf-8")
    return check(path, as_json=as_json)


def test_the_shipped_file_is_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(shipped(), as_json=False) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert told.out.count("€0.0763") == sum(
        len(texts) for rule in read(shipped()).replies for texts in rule.say.values()
    )
    assert told.out.rstrip().endswith("is in order.")


def test_without_a_name_the_file_of_the_folder_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("REMPART_RESPONSES", raising=False)
    (tmp_path / "responses.yaml").write_text("nonsense")
    assert check(None, as_json=False) == 1
    assert capsys.readouterr().err.startswith("responses.yaml:1:1: ")


def test_a_refused_file_shows_every_complaint_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _check(tmp_path, SMALLEST + "hold: {min: 1, max: 2}\n") == 1
    told = capsys.readouterr()
    path = tmp_path / "responses.yaml"
    assert told.out == ""
    assert [line.split(" ")[0] for line in told.err.splitlines()] == [f"{path}:4:13:", f"{path}:4:21:"]


def test_a_reply_that_can_never_be_given_is_not_fine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _check(tmp_path, SMALLEST + "  - {id: b, when: {first: true}, say: {fr: x}}\n") == 1
    told = capsys.readouterr()
    assert told.err == (
        f'{tmp_path / "responses.yaml"}:4:5: "b" can never be given: whatever it would answer, "a" above it '
        "answers first. Move it up, change its conditions, or remove it.\n"
    )
    assert "in order" not in told.out


def test_dear_characters_are_named_with_what_to_write_instead(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _check(tmp_path, rule(say=f'{{fr: "{_DEAR}"}}')) == 0
    advice = (
        'write "e" for "ê", "u" for "û", "\'" for "’", nothing for "😀": '
        "then 1 instead of 2 segments, €0.0763 instead of €0.1526."
    )
    assert f"a, fr, wording 1: {advice}\n" in capsys.readouterr().out


UNSEEN = {
    "a no-break space": ("\u00a0", "an ordinary space for U+00A0", "une espace ordinaire pour U+00A0"),
    "several": ("\u202f\u202f", "space for U+202F (2 times)", "ordinaire pour U+202F (2 fois)"),
    "no width": ("\u200b", "nothing for U+200B", "rien pour U+200B"),
    "the end of a line": ("\u2028", "a line break for U+2028", "un retour à la ligne pour U+2028"),
    "an accent by itself": ("e\u0301", '"é" for U+0065 U+0301', "« é » pour U+0065 U+0301"),
    "what is seen": (
        "êê, œ",
        '"e" for "ê" (2 times), "oe" for "œ"',
        "« e » pour « ê » (2 fois), « oe » pour « œ »",
    ),
}
"""What makes a text dearer, and how it is named to whoever is to find it."""


@pytest.mark.parametrize("case", UNSEEN)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_no_eye_tells_apart_is_named_by_its_code_and_each_in_the_readers_language(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    case: str,
    language: str,
) -> None:
    monkeypatch.setenv("LC_ALL", language)
    sign, *named = UNSEEN[case]
    assert _check(tmp_path, rule(say=f'{{fr: "{"Bonjour. " * 10}{sign}."}}')) == 0
    told = capsys.readouterr().out.replace("\N{NO-BREAK SPACE}", " ")
    assert named[language == "fr"] in told


@pytest.mark.parametrize(
    ("say", "says"),
    [
        ("{fr: oui, en: 'a ê'}", "with ê a segment holds 70 characters, not 160"),
        (f"{{fr: oui, en: '{'a' * 200}'}}", "2 segments, billed 2 times"),
        ("{fr: oui}", "a has no wording in en: the default language serves."),
        ("{fr: '[bold]oui[/bold]', en: x}", "[bold]oui[/bold]"),
    ],
)
def test_other_remarks_are_only_remarks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], say: str, says: str
) -> None:
    assert _check(tmp_path, rule(say=say)) == 0
    assert says in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        ("oui", "3 of 160"),
        ("é" * 160, "160 of 160"),
        ("é" * 161, "161 of 306"),
        ("€" * 80, "160 of 160"),
        ("ê" * 70, "70 of 70"),
        ("ê" * 71, "71 of 134"),
        ("😀", "2 of 70"),
    ],
)
def test_the_characters_of_each_text_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, characters: str
) -> None:
    assert _check(tmp_path, rule(say=f'{{fr: "{text}", en: x}}')) == 0
    assert characters in capsys.readouterr().out


@pytest.mark.parametrize("text", ['"oui"', "« oui »", "“oui”", "'oui'"])
def test_quotes_that_would_be_sent_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    assert _check(tmp_path, rule(say="{fr: " + json.dumps(text, ensure_ascii=False) + ", en: x}")) == 0
    assert "a, fr, wording 1: the quotes around it would be sent, too." in capsys.readouterr().out


ABSENT = [
    (rule("{channel: telegrm}"), 'responses.yaml:3:29: No channel "telegrm" is installed here. Did you mean'),
    (
        SMALLEST + "prices: {sns: {in: 0, out: {FR: 0.07}}}\n",
        'yaml:4:10: No channel "sns" is installed here.',
    ),
]


@pytest.mark.parametrize(("source", "told"), ABSENT)
def test_a_channel_that_is_not_installed_is_not_fine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], source: str, told: str
) -> None:
    assert _check(tmp_path, source) == 1
    assert told in capsys.readouterr().err


def test_a_long_text_is_shown_whole_where_no_terminal_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    _check(tmp_path, rule(say=f'{{fr: "{"oui et non " * 100}fin", en: x}}'))
    assert "oui et non " * 100 + "fin" in capsys.readouterr().out


def test_a_reply_that_costs_nothing_gets_no_advice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _check(tmp_path, rule("{channel: telegram}", f'{{fr: "{_DEAR}", en: x}}')) == 0
    told = capsys.readouterr().out
    assert "free" in told
    assert "instead" not in told


def test_a_machine_reads_the_same_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = rule(say=f'{{fr: "{_DEAR}"}}') + "  - {id: b, say: {fr: x}}\n"
    assert _check(tmp_path, source, as_json=True) == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["ok"], report["complaints"][0]["line"]) == (False, 4)
    assert report["unreachable"][0]["reply"] == "b"
    assert {"reply": "a", "language": "en"} in report["fallbacks"]
    wording = report["wordings"][0]
    assert (wording["encoding"], wording["segments"], wording["price"]) == ("UCS-2", 2, 0.1526)
    assert wording["prices"] == [{"channel": "sms", "country": "FR", "price": 0.1526}]
    assert wording["costly"][0] == {"character": "ê", "count": 1, "instead": "e", "twice": False}
    assert (wording["after"]["encoding"], wording["after"]["price"]) == ("GSM-7", 0.0763)


def test_a_machine_reads_complaints_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _check(tmp_path, LANGUAGES, as_json=True) == 1
    told = capsys.readouterr()
    report = json.loads(told.out)
    assert report["ok"] is False
    assert report["complaints"] == [
        {"line": 1, "column": 1, "sentence": 'The key "replies" is missing in the file.', "mend": "Add it."}
    ]
    assert told.err.startswith(str(tmp_path))


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_a_file_that_cannot_be_read_is_wrong_usage(tmp_path: Path, name: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        check(tmp_path / name, as_json=False)
    assert refused.value.exit_status == 2


@pytest.mark.parametrize("size", [0, 100 * 1024 * 1024])
def test_an_empty_file_and_a_huge_one_are_not_fine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], size: int
) -> None:
    path = tmp_path / "responses.yaml"
    with path.open("wb") as file:
        file.truncate(size)
    assert check(path, as_json=False) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def _with_wording(written: str) -> str:
    """A file with one reply, whose wording stands on its fourth line as it is written."""
    return f"languages: [fr]\nreplies:\n  - id: a\n    say: {written}\n"


SENT_UNSEEN = {
    "a line break": ("\n      fr: |\n        Un mot.", "write |- for |, and >- for >", "écrivez |- pour |"),
    "one behind a fold": ("\n      fr: >\n        Un mot.\n", "the line break at its end", "à sa fin"),
    "spaces": ('{fr: " Un mot."}', "the spaces around it would be sent", "les espaces autour seraient"),
    "what is no note": (
        "\n      fr: Appelle le #3114",
        "what stands behind its # is a note, and is not sent",
        "ce qui suit son # est une note, et n'est pas envoyé",
    ),
    "likewise in a list": (
        "\n      fr:\n        - Un mot.\n        - Deux #mots",
        "wording 2: what",
        "texte 2",
    ),
}
"""Wordings that are not sent as whoever wrote them sees them."""

SENT_AS_SEEN = {
    "a block without its end": "\n      fr: |-\n        Un mot.",
    "a note behind quotes": '\n      fr: "Un mot." # two would be one too many',
    "a note behind a list": "\n      fr: [Un mot., Deux mots.] # two",
    "a sharp sign in quotes": '\n      fr: "Appelle le #3114"',
    "one within a word": "\n      fr: Appelle le n#3114",
    "notes between": "\n      # one\n      fr: # two\n        - Un.\n        # three\n        - Deux.",
}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("case", SENT_UNSEEN)
def test_what_is_sent_otherwise_than_it_looks_is_told_and_no_fault(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    case: str,
    language: str,
) -> None:
    monkeypatch.setenv("LC_ALL", language)
    written, english, french = SENT_UNSEEN[case]
    assert _check(tmp_path, _with_wording(written)) == 0
    assert (english if language == "en" else french) in capsys.readouterr().out


@pytest.mark.parametrize("case", SENT_AS_SEEN)
def test_what_is_sent_as_it_looks_gets_no_remark(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    assert _check(tmp_path, _with_wording(SENT_AS_SEEN[case])) == 0
    assert "wording" not in capsys.readouterr().out
