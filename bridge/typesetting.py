"""Sets a page in type: a template of ours, and data that is never markup. Floor 3: files are written.

Fonts come with the typesetter, so every machine makes the same page.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bridge.model import SECOND, Micros


def pdf(template: Path, told: Mapping[str, Any], folder: Path, made_at: Micros) -> bytes:
    """The PDF/A (a-2b). `folder` holds what else the template asks for; the data is written there."""
    import typst  # noqa: PLC0415 - thirty megabytes that few commands need

    (folder / "data.json").write_text(json.dumps(told), encoding="utf-8")
    (folder / "page.typ").write_bytes(template.read_bytes())
    made: bytes = typst.compile(
        folder / "page.typ",
        root=folder,
        format="pdf",
        pdf_standards="a-2b",
        ignore_system_fonts=True,
        timestamp=made_at // SECOND,
    )
    return made
