"""What is run: studies, each a scenario over many seeds. Pure, but for reading texts from outside."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

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
    Study("thin", "drip", 33_300, keep=3),
)
"""In the order of the benchmark's table; `thin` is the drip at 5 messages in 100."""

ABROAD = (Study("outside-insults", "insults", 7_000), Study("outside-weekend", "weekend", 47_000))
"""What is run on texts from outside as well, once for every file of abusive ones."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Texts from outside, and what they are called in the document; never where they lie."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outside:
    """The texts from outside of one benchmark."""

    ordinary: Corpus | None = None
    abuse: tuple[Corpus, ...] = ()

    def lines(self, study: Study) -> tuple[Sequence[str] | None, Sequence[str] | None]:
        """The ordinary and the abusive texts of a study; ours where there are none."""
        if study.texts is None:
            return None, None
        abuse = next((one.lines for one in self.abuse if one.name == study.texts), None)
        return self.ordinary.lines if self.ordinary else None, abuse


@dataclass(frozen=True, slots=True)
class Run:
    """One seed of one study."""

    study: Study
    seed: int


def corpus(written: str) -> Corpus:
    """Reads `NAME=FILE`, one text a line; ValueError when the file cannot be read."""
    name, equals, path = written.partition("=")
    try:
        read = Path(path if equals else written).read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError("there is no such file to read") from error
    lines = [line.strip() for line in read.splitlines()]
    return Corpus(name if equals else "a file", tuple(line for line in lines if line))


def studies(outside: Outside, only: Iterable[str] = ()) -> list[Study]:
    """The studies that are asked for; ValueError for a name that there is not."""
    named = outside.abuse or ((outside.ordinary,) if outside.ordinary else ())
    abroad = [replace(one, name=f"{one.name}:{it.name}", texts=it.name) for it in named for one in ABROAD]
    asked, every = set(only), [*STUDIES, *abroad]
    unknown = asked - {one.group for one in every} - {one.scenario for one in every}
    if unknown:
        raise ValueError(f"There is no study {', '.join(sorted(unknown))}: see {__name__}.")
    return [one for one in every if not asked or {one.group, one.scenario} & asked]


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
