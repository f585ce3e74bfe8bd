"""The block of Caddy's file, filled in for one installation: everything that is dialled from outside."""

import re
from urllib.parse import urlsplit

from bridge.settings import Settings
from bridge.setup.templates import CADDY, template


def proxy(settings: Settings) -> str | None:
    """`None` where nobody dials us from outside."""
    if settings.public_url is None:
        return None
    parts = urlsplit(settings.public_url)
    site = parts.netloc if parts.scheme == "https" else f"http://{parts.netloc}"
    text = _filled(template(CADDY), "SITE", site)
    text = _filled(text, "UPSTREAM", settings.address)
    return _below(text, parts.path) if parts.path else text


def _filled(text: str, name: str, value: str) -> str:
    """Caddy would take it from its environment, where there is one, as in a container."""
    return re.sub(rf"\{{\$REMPART_{name}:[^}}]*\}}", lambda _: value, text)


def _below(text: str, path: str) -> str:
    """The same behind a path that others do not share, which we are not shown."""
    head, brace, rest = text.partition("{\n")
    body, end, tail = rest.rpartition("}\n")
    inner = "".join(f"\t{line}\n" for line in body.splitlines())
    return f"{head}{brace}\thandle_path {path}/* {{\n{inner}\t}}\n{end}{tail}"
