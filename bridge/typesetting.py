"""Sets a page in type: a template of ours, and data that is never markup. Floor 3: files are written.

Fonts come with the typesetter, so every machine makes the same page. It works in a process of its own, whose
memory goes with it: sixty megabytes would else stay with whoever has counted a whole raid.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog

from bridge.errors import RempartError
from bridge.model import SECOND, Micros

_SETTING = """
import sys, typst
folder, at = sys.argv[1:]
typst.compile(
    f"{folder}/page.typ",
    output=f"{folder}/page.pdf",
    root=folder,
    format="pdf",
    pdf_standards="a-2b",
    ignore_system_fonts=True,
    timestamp=int(at),
)
"""

log = structlog.get_logger("rempart.typesetting")


def pdf(template: Path, told: Mapping[str, Any], folder: Path, made_at: Micros) -> bytes:
    """The PDF/A (a-2b). `folder` holds what else the template asks for; the data is written there. Raises
    `RempartError`."""
    (folder / "data.json").write_text(json.dumps(told), encoding="utf-8")
    (folder / "page.typ").write_bytes(template.read_bytes())
    words = [sys.executable, "-c", _SETTING, str(folder), str(made_at // SECOND)]
    done = subprocess.run(words, check=False, capture_output=True, stdin=subprocess.DEVNULL)  # noqa: S603 - our own
    if done.returncode:
        log.error("the typesetter ended", status=done.returncode)
        raise RempartError("The page could not be set in type: install the release again, and try once more.")
    return (folder / "page.pdf").read_bytes()
