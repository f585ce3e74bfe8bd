"""What is run: studies, each a scenario over many seeds. Pure, but for reading texts from outside."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from bridge.simulate.speech import LANGUAGES

OUTSIDE = "outside-"
"""How the names of studies with texts from outside begin."""

EVERY = "every"
"""The name under which the number of seeds of all other studies is given."""


@dataclass(frozen=True, slots=True)
class Study:
    """One scenario in one setting. `name` is also what `--only` and `--seeds` go by."""

    name: str
    scenario: str
    size: int
    """Messages of one run, roughly: what remains is estimated by it."""
    seeds: int = 20
    """Runs of a full benchmark."""
    language: str | None = None
    keep: int = 1
    """Of so many raid messages one is kept."""
    scale: float = 1.0
    """Shrinks it, for tests."""
    texts: str | None = None
    """The corpus that abusive texts are taken from; ours without it."""

    @property
    def group(self) -> str:
        """The name that it shares with the same study on other texts."""
        return self.name.partition(":")[0]


STUDIES = (
    Study("flood", "flood", 2_600),
    Study("copies", "copies", 18_700),
    Study("insults", "insults", 7_000),
    Study("drip", "drip", 36_700),
    Study("television", "television", 31_000, seeds=300),
    Study("rule-aware", "rule-aware", 7_000),
    Study("disguises", "disguises", 23_700),
    Study("blocks", "blocks", 7_000),
    Study("languages", "languages", 23_700),
    *(Study(f"languages-{one}", "languages", 23_700, language=one) for one in LANGUAGES),
    Study("quiet", "quiet", 11_200),
    Study("quiet-busy", "quiet-busy", 242_000),
    Study("weekend", "weekend", 47_000),
    Study("evening-news", "evening-news", 2_040, seeds=100),
    Study("adaptive", "adaptive", 11_200),
    Study("paraphrase", "paraphrase", 7_000),
    Study("shared-token", "shared-token", 7_000),
    Study("half-day", "half-day", 4_140),
    Study("thin", "drip", 33_300, keep=3),
)
"""In the order of the benchmark's table; `thin` is the drip at 5 messages in 100."""

_OWN_WORDS = ("flood", "blocks", "languages", "paraphrase")
"""What is written makes no difference there, or is always ours; no corpus speaks four languages at once."""

_ABROAD = 5
"""Runs of a full benchmark for each corpus."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Texts from outside, and what they are called in the document; never where they lie."""

    name: str
    lines: tuple[str, ...]
    language: str = LANGUAGES[0]


class Texts(NamedTuple):
    """Texts from outside that take the place of ours."""

    ordinary: tuple[str, ...] | None = None
    abuse: tuple[str, ...] | None = None
    hard: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Outside:
    """The texts from outside of one benchmark."""

    ordinary: tuple[Corpus, ...] = ()
    """Openings and second texts, one corpus a language."""
    hard: tuple[Corpus, ...] = ()
    """What is rough and harmless, one corpus a language."""
    abuse: tuple[Corpus, ...] = ()
    """Insults: each corpus is run by itself."""

    def texts(self, study: Study) -> Texts:
        """What a study is run with; ours where there are none."""
        if study.texts is None:
            return Texts()
        abuse = next(one for one in self.abuse if one.name == study.texts)
        return Texts(self.of(self.ordinary, abuse.language), abuse.lines, self.of(self.hard, abuse.language))

    def of(self, corpora: Iterable[Corpus], language: str) -> tuple[str, ...] | None:
        """The texts of the corpus that is in a language."""
        return next((one.lines for one in corpora if one.language == language), None)


@dataclass(frozen=True, slots=True)
class Run:
    """One seed of one study."""

    study: Study
    seed: int


def corpus(written: str) -> Corpus:
    """Reads `NAME=FILE` or `NAME@en=FILE`, one text a line; ValueError when the file cannot be read."""
    named, equals, path = written.partition("=")
    name, at, language = named.rpartition("@") if equals else (named, "", "")
    if at and language not in LANGUAGES:
        raise ValueError(f"there are no texts in {language}")
    try:
        read = Path(path if equals else written).read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError("there is no such file to read") from error
    lines = [line.strip() for line in read.splitlines()]
    kept = tuple(line for line in lines if line)
    return Corpus(name if at else named if equals else "a file", kept, language if at else LANGUAGES[0])


def studies(outside: Outside, only: Iterable[str] = ()) -> list[Study]:
    """The studies that are asked for; ValueError for a name that there is not."""
    asked, every = set(only), [*STUDIES, *(one for it in outside.abuse for one in abroad(it))]
    unknown = asked - {one.group for one in every} - {one.scenario for one in every}
    if unknown:
        raise ValueError(f"There is no study {', '.join(sorted(unknown))}: see {__name__}.")
    return [one for one in every if not asked or {one.group, one.scenario} & asked]


def abroad(texts: Corpus) -> Iterator[Study]:
    """The studies that are run on a corpus of abusive texts: in a language of its own, the raid of that
    language alone; in French, whatever has to do with what is written."""
    for one in STUDIES:
        spoken = one.language == texts.language
        if spoken if one.language or texts.language != LANGUAGES[0] else one.scenario not in _OWN_WORDS:
            name = f"{OUTSIDE}{one.name}:{texts.name}"
            yield replace(one, name=name, texts=texts.name, seeds=min(one.seeds, _ABROAD))


def seeds(written: str | None) -> dict[str, int]:
    """Reads `3`, `weekend=6,drip=4` or `20,weekend=6`; ValueError when it is none of these."""
    numbers: dict[str, int] = {}
    for part in (written or "").split(",") if written else ():
        name, equals, number = part.partition("=")
        numbers[name if equals else EVERY] = int(number if equals else name)
    return numbers


def runs(chosen: Sequence[Study], numbers: Mapping[str, int]) -> list[Run]:
    """Seed by seed, the shortest first: whoever stops early has something of everything."""
    return sorted(
        (Run(one, seed) for one in chosen for seed in range(1, _seeds(one, numbers) + 1)),
        key=lambda run: (run.seed, run.study.size),
    )


def _seeds(study: Study, numbers: Mapping[str, int]) -> int:
    return numbers.get(study.group, numbers.get(EVERY, study.seeds))
