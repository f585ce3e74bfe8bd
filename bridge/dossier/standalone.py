"""Makes the one file that checks a dossier on any machine, out of the very files that the command runs on."""

import ast
from pathlib import Path

import bridge.evidence
from bridge.dossier import checking

_PARTS = ("container", "proofs", "stamping", "verifying")

_HEAD = '''#!/usr/bin/env python3
"""Checks a dossier of Rempart: python3 verify.py DOSSIER.zip

It needs Python 3.9 or later and the library `cryptography`, and neither network nor database. It is made of
the very files that `rempart evidence verify` runs on. Whoever doubts this copy takes it from the published
sources of Rempart. Exit status: 0 whole, 1 touched, 2 no dossier.
"""

from __future__ import annotations
'''

_TAIL = """

if __name__ == "__main__":
    import argparse
    import sys

    parser = argparse.ArgumentParser(description="Checks a dossier of Rempart.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--against", type=Path, help="an older dossier of the same log")
    parser.add_argument("--head", type=Path, help="a file with a pinned head of the same log")
    parser.add_argument("--webhook-key", type=Path, help="a file with the key that the provider signs with")
    asked = parser.parse_args()
    status, lines = check(asked.file, against=asked.against, head=asked.head, key=asked.webhook_key)
    for line in lines:  # what somebody put into the file must not look like one, nor move a terminal
        print("".join(one if one.isascii() and one.isprintable() else ascii(one)[1:-1] for one in line))
    sys.exit(status)
"""


def source() -> str:
    """The file's text."""
    folder = Path(bridge.evidence.__file__).parent
    files = [*(folder / f"{part}.py" for part in _PARTS), Path(checking.__file__)]
    imported: dict[str, None] = {}
    bodies = [_without_imports(file.read_text(encoding="utf-8"), imported) for file in files]
    return "\n".join([_HEAD, *imported, *bodies]) + _TAIL


def _without_imports(text: str, imported: dict[str, None]) -> str:
    """A file without its imports, which are gathered; of our own files nothing needs to be imported."""
    lines = text.splitlines()
    for node in ast.parse(text).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = getattr(node, "module", None) or ""
            if not module.startswith("bridge.") and module != "__future__":
                imported[ast.unparse(node)] = None
            for at in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[at] = ""
    return "\n".join(lines).strip() + "\n\n"
