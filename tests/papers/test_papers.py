"""The page for people, and the drafts for lawyers: they say what the rules say, in both languages."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.papers import impact, page, register
from bridge.responses import Responses, parse, said_in
from tests.responses.files import SMALLEST
from tests.service.test_command import command, environment

NAMED = b'controller: {name: "Association <Exemple>", contact: "donnees@example.org"}\n'


def rules(more: bytes = b"") -> Responses:
    return parse(SMALLEST.encode() + more, name="responses.yaml")


def rules_in_english() -> Responses:
    written = SMALLEST.replace("fr, en", "en, fr").replace("fr: oui", "en: yes")
    return parse(written.encode(), name="responses.yaml")


PAGES = [page, register, impact]


@pytest.mark.parametrize("made", PAGES)
def test_a_page_says_everything_in_french_and_in_english(made: Callable[[Responses], str]) -> None:
    told = made(rules(NAMED + b"retention: {ordinary: 14d, raid: 2y}\n"))
    assert told.count("<section") == 2
    assert ('lang="fr"' in told, 'lang="en"' in told) == (True, True)
    assert "Association &lt;Exemple&gt;" in told
    assert "<Exemple>" not in told
    for length in ("14 jours", "14 days", "2 ans", "2 years"):
        assert length in told.replace("\xa0", " ")
    assert "http" not in told.replace("www.cnil.fr", "")
    assert "{" not in told.replace("body{", "").partition("</style>")[2]


COPIES = [
    (b"backup: {every: 1d, keep: 14}\n", "14 days"),
    (b"backup: {every: 7d, keep: 14}\n", "30 days"),
    (b"", "30 days"),
]


@pytest.mark.parametrize(("more", "length"), COPIES)
def test_the_page_says_how_long_copies_hold_whoever_was_erased(more: bytes, length: str) -> None:
    told = page(rules(NAMED + b"retention: {ordinary: 30d, raid: 1y}\n" + more)).replace("\xa0", " ")
    assert f"Copies of the database, made in case of an accident, are kept for {length}" in told


def test_nobody_is_told_that_no_one_can_see_their_number_or_that_only_replies_are_decided() -> None:
    told = page(rules(NAMED))
    for sentence in (
        "shown to an admin alone",
        "montré qu'à un administrateur",
        "kept as evidence. The team",
    ):
        assert sentence in told.replace("&#x27;", "'")
    for language in ("fr", "en"):
        _, bot = said_in(rules(NAMED), "privacy", language)
        assert ("administrateur" in bot) or ("an admin alone" in bot)
        assert ("procédure" in bot) or ("procedure" in bot)
        assert "4096" not in bot
        assert len(bot) < 1_000


@pytest.mark.parametrize("made", PAGES)
def test_where_nobody_is_named_that_is_what_it_says_first(made: Callable[[Responses], str]) -> None:
    told = made(rules())
    assert "À compléter avant affichage" in told
    assert "To be filled in before this is shown" in told


@pytest.mark.parametrize("made", [register, impact])
def test_a_draft_says_that_it_is_one(made: Callable[[Responses], str]) -> None:
    told = made(rules(NAMED))
    assert "PROJET" in told
    assert "DRAFT" in told
    assert "PROJET" not in page(rules(NAMED))


def test_the_language_that_the_rules_name_first_stands_first() -> None:
    french, english = rules(), rules_in_english()
    assert page(french).index('section lang="fr"') < page(french).index('section lang="en"')
    assert page(english).index('section lang="en"') < page(english).index('section lang="fr"')


@pytest.mark.parametrize("about", ["privacy", "held"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_bot_names_whom_to_write_to_and_never_whoever_gave_the_number(about: str, language: str) -> None:
    assert about in ("privacy", "held")
    _, told = said_in(rules(NAMED), about, language, until=1_800_000_000_000_000)  # type: ignore[arg-type]
    assert "donnees@example.org" in told
    assert "$" not in told
    _, nameless = said_in(rules(), about, language, until=1_800_000_000_000_000)  # type: ignore[arg-type]
    assert "$" not in nameless
    assert "qui vous a donné" not in told + nameless


def test_the_command_writes_what_is_asked_for(tmp_path: Path) -> None:
    env = environment(tmp_path)
    nameless = command("privacy", "--out", "page.html", env=env, cwd=tmp_path)
    assert nameless.returncode == 1
    assert "name nobody who answers" in nameless.stderr
    (tmp_path / "rules.yaml").write_bytes((tmp_path / "rules.yaml").read_bytes() + NAMED)
    done = command("privacy", "--out", "page.html", "--drafts", "papers", env=env, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "donnees@example.org" in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert {path.name for path in (tmp_path / "papers").iterdir()} == {"register.html", "impact.html"}
    draft = tmp_path / "papers" / "impact.html"
    assert command("privacy", "--drafts", "papers", env=env, cwd=tmp_path).returncode == 0
    draft.write_text(draft.read_text(encoding="utf-8") + "Filled in by hand.", encoding="utf-8")
    refused = command("privacy", "--out", "second.html", "--drafts", "papers", env=env, cwd=tmp_path)
    assert refused.returncode == 2
    assert "impact.html is there already, and somebody may have filled it in" in refused.stderr
    assert draft.read_text(encoding="utf-8").endswith("Filled in by hand.")
    assert not (tmp_path / "second.html").exists()
    printed = command("privacy", env=env, cwd=tmp_path)
    assert printed.stdout.startswith("<!doctype html>")
    assert command("privacy", "--out", "/proc/none/page.html", env=env, cwd=tmp_path).returncode == 2


def test_check_asks_who_answers_for_what_is_kept(tmp_path: Path) -> None:
    env = environment(tmp_path)
    asked = command("check", env=env, cwd=tmp_path)
    assert asked.returncode == 0
    assert "name nobody who answers for what is kept" in asked.stdout
    (tmp_path / "rules.yaml").write_bytes((tmp_path / "rules.yaml").read_bytes() + NAMED)
    assert "name nobody" not in command("check", env=env, cwd=tmp_path).stdout


@pytest.mark.parametrize("words", ["check", "privacy"])
def test_it_is_asked_in_the_language_of_whoever_sits_there(tmp_path: Path, words: str) -> None:
    asked = command(words, env=environment(tmp_path, LC_ALL="fr_FR"), cwd=tmp_path)
    assert "ne nomment personne qui réponde de ce qui est gardé" in asked.stdout + asked.stderr


OTHERS = ("telnyx", "mattermost", "letters")
"""Channels that are on: one of them says nothing of itself."""


def test_the_page_names_whoever_is_on_and_nobody_else() -> None:
    told = page(rules(NAMED), OTHERS)
    for said in ("Telnyx, l&#x27;entreprise qui achemine les SMS", "Mattermost, where the team works"):
        assert said in told
    assert "letters sees what passes through it" in told
    assert [one for one in ("Twilio", "Slack", "Telegram") if one in told] == []
    assert "send /forget" in page(rules(NAMED), ["telegram"])


def test_where_nothing_is_on_the_page_names_no_company() -> None:
    told = page(rules(NAMED)) + register(rules(NAMED))
    assert "Whoever carries the messages sees what passes through them" in told
    assert [one for one in ("Twilio", "Slack", "Telegram") if one in told] == []


def test_the_register_names_processors_and_their_seats() -> None:
    told = register(rules(NAMED), OTHERS)
    assert "Telnyx (SMS), Whoever hosts Mattermost (the team&#x27;s room), letters, whoever hosts" in told
    assert "Telnyx is a company of the United States. Check" in told
