"""What there is to learn from: the written texts, those composed of parts, and disguised doubles of both.

Everything is drawn with fixed seeds and in a fixed order, so that the same files make the same weights.
"""

import random
import re
import tomllib
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from typing import NamedTuple

from bridge.text.tokens import fold

KINDS = {"abusive": True, "ordinary": False, "hard": False}
"""The kinds of texts, and whether they are abusive."""

COMPOSED = {"abusive": 5000, "ordinary": 3500, "hard": 1500}
"""How many texts to compose of each kind where there are parts for it; doubles are dropped afterwards."""

_SLOT = re.compile(r"\{(\w+)\}")
_SHORT = [
    (re.compile(rf"\b{word}\b"), short)
    for word, short in {
        "pour": "pr", "que": "ke", "qui": "ki", "vous": "vs", "nous": "ns", "tout": "tt", "toute": "tte",
        "tous": "ts", "beaucoup": "bcp",
        "quand": "qd", "c'est": "c", "j'ai": "g", "t'es": "t", "tu es": "t",
        "pas": "pa", "dans": "ds", "avec": "avc", "toujours": "tjr", "quoi": "koi", "jamais": "jms",
        "parce que": "pck", "rien": "rn", "bien": "bi1",
        "est": "é", "sont": "st", "comme": "cm", "salut": "slt",
        "bonjour": "bjr", "de": "2", "des": "D", "j'": "j", "t'": "t", "aussi": "ossi", "au": "o", "eau": "o",
        "demain": "2m1", "ce soir": "ce swar", "ta gueule": "tg", "fils de pute": "fdp", "ne": "n",
    }.items()
]  # fmt: skip


class Example(NamedTuple):
    text: str
    abusive: bool
    kind: str
    language: str
    written: bool = False
    """As it stands in a file, not composed of parts."""


def examples() -> list[Example]:
    """All that there is to learn from, without doubles, in a fixed order."""
    found: dict[str, Example] = {}
    for example in [*_written(), *_composed()]:
        found.setdefault(fold(example.text), example)
    return list(found.values())


def doubled(example: Example, chance: random.Random) -> Iterator[Example]:
    """The text, and one that says the same as a careless or a cunning hand would write it."""
    yield example
    changed = chance.choice(_CHANGES.get(example.language, _EVERYWHERE))(example.text.lower(), chance)
    if changed != example.text:
        yield example._replace(text=changed)


def _folder() -> Traversable:
    return resources.files(__package__).joinpath("texts")


def _written() -> Iterator[Example]:
    for file in sorted(_folder().iterdir(), key=lambda file: file.name):
        kind, _, rest = file.name.partition(".")
        if kind in KINDS and rest.endswith("txt"):
            for line in file.read_text(encoding="utf-8").splitlines():
                if line.strip():
                    yield Example(line.strip(), KINDS[kind], kind, rest.split(".")[0], True)


def _composed() -> Iterator[Example]:
    for file in sorted(_folder().iterdir(), key=lambda file: file.name):
        if file.name.startswith("parts.") and file.name.endswith(".toml"):
            parts = tomllib.loads(file.read_text(encoding="utf-8"))
            for kind, count in COMPOSED.items():
                chance = random.Random(f"{file.name} {kind}")
                sentences = parts["sentences"].get(kind, [])
                for _ in range(count if sentences else 0):
                    text = _filled(chance.choice(sentences), parts["words"], chance)
                    yield Example(text, KINDS[kind], kind, file.name.split(".")[1])


def _filled(sentence: str, words: dict[str, list[str]], chance: random.Random) -> str:
    """The sentence with each `{slot}` replaced by one of its words, which may hold slots themselves."""
    while _SLOT.search(sentence):
        sentence = _SLOT.sub(lambda slot: chance.choice(words[slot[1]]), sentence)
    return " ".join(sentence.split())


def _textspeak(text: str, chance: random.Random) -> str:
    for word, short in _SHORT:
        if chance.random() < 0.7:
            text = word.sub(short, text)
    return text


def _run_together(text: str, chance: random.Random) -> str:
    return "".join(c for c in text if c != " " or chance.random() < 0.4)


def _apart(text: str, chance: random.Random) -> str:
    return "".join(c + (" " if chance.random() < 0.15 else "") for c in text)


def _misspelt(text: str, chance: random.Random) -> str:
    """One letter in twelve is lost, doubled, or changes place with the next."""
    letters = list(text)
    for place in range(len(letters) - 1):
        draw = chance.random() * 36
        if draw < 1:
            letters[place] = ""
        elif draw < 2:
            letters[place] *= 2
        elif draw < 3:
            letters[place], letters[place + 1] = letters[place + 1], letters[place]
    return "".join(letters)


_EVERYWHERE = (_run_together, _apart, _misspelt, _misspelt)
_CHANGES = {"fr": (_textspeak, _textspeak, *_EVERYWHERE)}
"""What is done to texts of a language that has habits of its own, such as these abbreviations."""
