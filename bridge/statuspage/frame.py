"""What every page at `/status` stands in: a file that asks for nothing, and what browsers are told. Pure.

No script, no font, no picture from anywhere, and nothing that could be sent back.
"""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path

_STYLE = Path(__file__).with_name("status.css")

CREST = (
    '<svg class="crest" viewBox="0 0 44 44" aria-hidden="true"><rect width="44" height="44" rx="11"/>'
    '<path d="M9 13h6v5h4v-5h6v5h4v-5h6v22h-9v-5.5a4 4 0 0 0-8 0V35H9z"/></svg>'
)

_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 44 44'%3E"
    "%3Crect width='44' height='44' rx='11' fill='%23f3b562'/%3E%3Cpath fill='%2314302f' "
    "d='M9 13h6v5h4v-5h6v5h4v-5h6v22h-9v-5.5a4 4 0 0 0-8 0V35H9z'/%3E%3C/svg%3E"
)


@cache
def style() -> str:
    """How the pages look."""
    return _STYLE.read_text(encoding="utf-8")


@cache
def headers() -> Mapping[str, str]:
    """What keeps a page to itself, however a browser would help; how long it is kept, each page says."""
    digest = b64encode(sha256(style().encode()).digest()).decode()
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def document(language: str, title: str, under: str, inside: Iterable[str]) -> str:
    """A whole page: its title with what stands under it, and what it holds."""
    below = f"<p>{escape(under)}</p>" if under else ""
    return (
        f'<!doctype html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><title>{escape(title)}</title>'
        f'<link rel="icon" href="{_ICON}"><style>{style()}</style></head><body>'
        f'<header class="wall"><div class="stone"><div class="inside">{CREST}<div>'
        f'<h1 class="name">{escape(title)}</h1>{below}</div></div></div></header>'
        f'<main class="inside">{"".join(inside)}</main></body></html>\n'
    )


def paragraph(kind: str, *sentences: str) -> str:
    """Sentences of ours, or of the association's."""
    return f'<p class="{kind}">{escape(" ".join(sentences))}</p>'
