"""What commands say in sentences is said in French too: none is missing, and none is left over."""

import ast
import errno
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bridge import sentences
from bridge.cli.said import said
from bridge.sentences import pairs

ROOT = Path(__file__).parents[2]

RAISED = frozenset(
    {
        *("RempartError", "Misconfigured", "StoreUnavailable", "StoreUnusable", "StoreAbsent"),
        *("Unfit", "Flaw", "Complaint", "Unusable", "put_line", "BadParameter", "NotADossier"),
    }
)
"""What is raised, objected or printed as an English sentence."""

APART = frozenset({"demo", "standins"})
"""Rooms whose sentences reach nobody at a terminal of theirs, but for how the demo begins and ends."""

_HOLE = re.compile(r"\{[a-z]*\}")


def _written(node: ast.expr) -> str | None:
    """A text as it stands in the code, with holes."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in values)
    return None


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def _files(*, apart: frozenset[str] = APART) -> Iterator[Path]:
    for room in ("bridge", "channels"):
        yield from (one for one in (ROOT / room).rglob("*.py") if apart.isdisjoint(one.parts))


def _sentences() -> Iterator[tuple[str, str]]:
    """Every sentence, with where it stands; what only joins others is none."""
    for file in _files():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _called(node) in RAISED:
                for text in filter(None, map(_written, node.args)):
                    if re.search(r"[a-z]{2,} [a-z]{2,}", _HOLE.sub("", text)):
                        yield text, f"{file.name}:{node.lineno}"


SENTENCES = dict(_sentences())


def _shown(text: str) -> Iterator[str]:
    """As a person reads it: holes hold something, and what is objected may be told of a key."""
    filled = _HOLE.sub("7", text)
    yield from (filled, f'"x" {filled}')


def _english(text: str) -> set[str]:
    """The sentences of it that are the same in French."""
    said_so = sentences._END.split(sentences.in_french(text))
    return {one for one in sentences._END.split(text) if one in said_so and re.search("[a-z]{2}", one)}


@pytest.mark.parametrize("text", SENTENCES, ids=SENTENCES.values())
def test_every_sentence_is_said_in_french(text: str) -> None:
    assert not all(map(_english, _shown(text)))


def _french() -> Iterator[str]:
    """Everything that the catalogues say in French, in the lines in which it is shown."""
    for catalogue in (
        sentences.LOCALE / "fr.po",
        ROOT / "channels" / "locale" / "fr.po",
        sentences.CATALOGUE,
    ):
        with catalogue.open("rb") as file:
            for one in read_po(file):
                several = [one.string] if isinstance(one.string, str) else one.string or []
                for text in several if one.id else ():
                    yield from text.replace("{{", "{").replace("}}", "}").split("\n")


def test_what_is_french_already_stays_as_it_is() -> None:
    """What a person copies from it would not be taken: in `{name : ...}` a space stands in a key."""
    assert [text for text in _french() if sentences.in_french(text) != text] == []


def test_no_sentence_is_left_over() -> None:
    code = "\n".join(
        text
        for file in _files(apart=frozenset())
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.expr) and (text := _written(node)) is not None
    )
    code = "\n".join((code, *map(os.strerror, errno.errorcode)))
    left = [
        english
        for english in pairs(sentences.CATALOGUE)
        if not all(piece.strip(" .:") in code for piece in sentences.Sentence(english, "").pieces)
    ]
    assert left == []


REFUSALS = [
    (errno.ENOENT, "fichier ou dossier introuvable"),
    (errno.EACCES, "accès refusé"),
    (errno.ENOSPC, "le disque est plein"),
    (errno.EADDRINUSE, "adresse déjà prise"),
]


@pytest.mark.parametrize(("code", "told"), REFUSALS, ids=str)
def test_why_the_system_refuses_is_said_in_french_within_a_sentence(code: int, told: str) -> None:
    refused = f"backups cannot be used ({os.strerror(code)})."
    assert sentences.in_french(refused) == f"backups ne peut pas servir ({told})."


def test_both_hold_the_same() -> None:
    for english, french in pairs(sentences.CATALOGUE).items():
        assert set(sentences._HOLE.findall(english)) == set(sentences._HOLE.findall(french)), english


UNWORDED = [
    "Entries: 3 (2 of kind act, 1 of kind deed), each with its place in the log.",
    "Whoever reads and writes may have the last word.",
    "Half of it was written.",
    "Write what you want or nothing at all.",
]
"""English that no catalogue holds, with words in it that stand between two holes somewhere."""

WRONGS = {
    name: (english, sentences._rooms(folder / "fr.po")[name])
    for folder in sentences.folders()
    for name, english in sentences._rooms(folder / "en.po").items()
}
"""What channels have against settings, their own and other people's."""


@pytest.mark.parametrize("name", WRONGS, ids=" ".join)
def test_what_a_channel_has_against_a_setting_is_said_in_french_too(name: tuple[str, str]) -> None:
    english, french = (_HOLE.sub("A_B", one) for one in WRONGS[name])
    assert sentences.in_french(english) == french


SAID = {
    "a rule": (
        'r.yaml:17:17: "hold" must be a share. Write at most 100%. (and 3 more; see `rempart check`)',
        (
            "r.yaml:17:17 : « hold » doit être une part. "
            "Écrivez 100% au plus. (et 3 de plus ; voyez `rempart check`)"
        ),
    ),
    "half of a channel": (
        "B must be set as well as A_B and C; or remove A_B and C to switch the channel off.",
        "Avec A_B et C, il faut aussi B ; ou retirez A_B et C pour laisser ce canal inactif.",
    ),
    "a key of no name that there is": (
        "r.yaml:1:1: There is no key this in the file. Known here: hold, pot and 2 more.",
        "r.yaml:1:1 : Il n'y a pas de clé « … » dans le fichier. Connus ici : hold, pot et 2 de plus.",
    ),
    "a line of a trace": (
        "t.jsonl:3: `id` stands twice in one object: keep one of the two.",
        "t.jsonl:3 : `id` est deux fois dans un objet : gardez l'un des deux.",
    ),
    "one of two words": (
        'r.yaml:1:7: "mode" is none of the words that may stand here. Write live or dry.',
        "r.yaml:1:7 : « mode » n'est aucun des mots qui peuvent être ici. Écrivez live ou dry.",
    ),
    "a place in a text": ("92 of 160", "92 sur 160"),
    "what a channel has against a setting": (
        "SLACK_BOT_TOKEN holds another kind of token: copy the one that begins with xoxb-.",
        "SLACK_BOT_TOKEN contient un jeton d'une autre sorte : recopiez celui qui commence par xoxb-.",
    ),
    "two things that are one": ("Sms and telnyx have the same number.", "Sms et telnyx ont le même numéro."),
    "a copy put back": (
        "The copy is in place. The old database is /a/rempart.db.before-restore.",
        "La copie est en place. L'ancienne base est /a/rempart.db.before-restore.",
    ),
    "how far a move is": ("copying facts: 6 of 2,000", "copie de facts : 6 sur 2,000"),
    "how far its check is": (
        "checking the evidence chain: 1 of 1",
        "vérification de la chaîne de preuve : 1 sur 1",
    ),
    "what nobody worded": ("Salut, on se voit ?", "Salut, on se voit ?"),
    **{english: (english, english) for english in UNWORDED},
}


@pytest.mark.parametrize("case", SAID)
def test_sentence_by_sentence(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    english, french = SAID[case]
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    assert " ".join(said(english).split()) == french
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert said(english) == english
