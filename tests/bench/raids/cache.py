"""What was measured already: a JSON line a run, so that an interrupted benchmark resumes.

A line counts only for the very code, rules, texts and seed that gave it.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path

from tests.bench.raids.measure import Outcome
from tests.bench.raids.plan import Outside, Run

ROOT = Path(__file__).parents[3]

_DECIDING = (
    *("bridge/raid", "bridge/heart", "bridge/simulate", "bridge/replay", "bridge/text", "bridge/responses"),
    *("bridge/pot.py", "bridge/prices.py", "bridge/reach.py", "bridge/model.py", "responses.yaml"),
    *(f"tests/bench/raids/{name}.py" for name in ("measure", "baselines", "operator")),
)
"""Everything that a figure depends on."""

_ASIDE = {"__pycache__", "report"}


def fingerprint(root: Path = ROOT) -> str:
    """A hash of everything in the tree that decides a figure."""
    digest = blake2b(digest_size=16)
    for path in _files(root):
        digest.update(str(path.relative_to(root)).encode() + b"\0")
        digest.update(blake2b(path.read_bytes(), digest_size=16).digest())
    return digest.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    for name in _DECIDING:
        start = root / name
        for path in sorted(start.rglob("*")) if start.is_dir() else [start]:
            if path.is_file() and not _ASIDE & set(path.parts):
                yield path


@dataclass(frozen=True, slots=True)
class Cache:
    """The file of outcomes. One process writes it."""

    file: Path
    code: str
    outside: Outside

    def known(self, runs: Iterable[Run]) -> dict[Run, Outcome]:
        """The outcomes that are there already; a line cut short by an interruption is passed over."""
        wanted = {self._key(run): run for run in runs}
        found: dict[Run, Outcome] = {}
        for line in self.file.read_text(encoding="utf-8").splitlines() if self.file.exists() else ():
            try:
                row = json.loads(line)
            except ValueError:
                continue
            if row["key"] in wanted:
                found[wanted[row["key"]]] = Outcome(**row["outcome"])
        return found

    def keep(self, run: Run, outcome: Outcome) -> None:
        """Adds an outcome, on a line of its own even after one that was cut short."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        row = json.dumps({"key": self._key(run), "outcome": asdict(outcome)})
        whole = not self.file.exists() or self.file.read_bytes()[-1:] in (b"", b"\n")
        with self.file.open("a", encoding="utf-8") as file:
            file.write(("" if whole else "\n") + row + "\n")

    def _key(self, run: Run) -> str:
        texts = tuple(self.outside.texts(run.study))
        it = run.study
        told = repr((self.code, it.scenario, it.language, it.keep, it.scale, run.seed, texts))
        return blake2b(told.encode(), digest_size=16).hexdigest()
