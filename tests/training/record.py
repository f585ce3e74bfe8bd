"""What the committed weights were made from, so that a test need not make them again.

The record holds a digest of every text and of the code that reads them, and one of the weights. The code is
what `train` imports of ours, however far down. Whoever changes any of it makes the weights anew, in a minute.
"""

import ast
from collections.abc import Iterable, Iterator
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from bridge.raid import suspicion

HERE = Path(__file__).parent
WEIGHTS = Path(suspicion.__file__).with_name("weights.bin")
RECORD = HERE / "weights.sha256"

_FIRST = "tests.training.train"
_OURS = ("bridge.", "tests.")


def write() -> None:
    """Records that the weights are made from what stands here now."""
    RECORD.write_text(now(), encoding="ascii")


def now() -> str:
    """The digests of what weights would be made from now, and of the committed weights."""
    return f"{_digest(_sources())}  made from\n{_digest([WEIGHTS.read_bytes()])}  weights.bin\n"


def _digest(parts: Iterable[bytes]) -> str:
    """Of the parts in their order, none of which can pass for the end of another."""
    whole = sha256()
    for part in parts:
        whole.update(sha256(part).digest())
    return whole.hexdigest()


def _sources() -> Iterator[bytes]:
    for path in sorted([*(HERE / "texts").iterdir(), *_modules(_FIRST, set())], key=lambda path: path.name):
        yield path.name.encode()
        yield path.read_bytes()


def _modules(name: str, found: set[Path]) -> set[Path]:
    """The files of a module of ours and of those that it imports."""
    spec = find_spec(name)
    path = Path(spec.origin) if spec and spec.origin else None
    if path is not None and path not in found:
        found.add(path)
        for other in _imported(path):
            _modules(other, found)
    return found


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_OURS):
            yield str(node.module)
