"""`rempart simulate`: writes a labelled trace. Touches the files named, standard output and error."""

from pathlib import Path

from bridge.cli.outputs import STANDARD, apart, write
from bridge.cli.terminal import put_line
from bridge.errors import Misconfigured
from bridge.simulate.scenarios import make


def simulate(
    scenario: str,
    *,
    seed: int,
    out: Path | None,
    labels: Path | None,
    ordinary: Path | None,
    abuse: Path | None,
    hard: Path | None,
    language: str | None,
) -> None:
    """Writes the trace to `out`, or else to standard output, and its labels where asked.

    Raises `Misconfigured` for an unknown scenario or language and for a file that cannot be used.
    """
    apart(out or STANDARD, labels, read=(ordinary, abuse, hard))
    trace = make(
        scenario,
        seed,
        language=language,
        ordinary=_lines(ordinary),
        abuse=_lines(abuse),
        hard=_lines(hard),
    )
    for warning in trace.warnings:
        put_line(warning, error=True)
    write(out or STANDARD, trace.rows())
    if labels:
        write(labels, trace.label_rows())


def _lines(path: Path | None) -> list[str] | None:
    if path is None:
        return None
    try:
        # Not splitlines: a text may hold other characters that Unicode takes for the end of a line.
        return path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError:
        raise Misconfigured(f"{path} is not UTF-8 text: save it as UTF-8, one text a line.") from None
    except OSError as error:
        raise Misconfigured(f"{path} cannot be read ({_reason(error)}): name a file that can.") from None


def _reason(error: OSError) -> str:
    return error.strerror or "unknown reason"
