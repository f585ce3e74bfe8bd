"""`rempart install-service`: a unit of systemd and a block for Caddy, for the installation in this folder."""

import os
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from bridge.cli.speech import words
from bridge.cli.terminal import put_line, put_lines
from bridge.setup.placing import place
from bridge.setup.proxy import proxy
from bridge.setup.unit import unit
from bridge.setup.whereabouts import Whereabouts, look_around

_UNIT = Path("etc/systemd/system/rempart.service")
_CADDY = Path("etc/caddy")
_BLOCK = "rempart.caddyfile"
_IMPORT = re.compile(r"^\s*import\s+(\S+)", re.MULTILINE)


def install_service(root: Path, *, only_print: bool) -> int:
    """Writes both, and says what is left to do; 1 where somebody else's file stands. Raises `RempartError`.

    `root`: where the system's own folders begin.
    """
    found = look_around(Path.cwd(), os.environ)
    texts = {root / _UNIT: unit(found)}
    block = proxy(found.settings)
    if block is not None and (only_print or (root / _CADDY).is_dir()):
        texts[root / _CADDY / _BLOCK] = block
    if only_print:
        put_lines(line for path, text in texts.items() for line in (f"# {path}", *text.splitlines(), ""))
        return 0
    say = words().within("install")
    standing = {path: place(path, text) for path, text in texts.items()}
    for path, became in standing.items():
        put_line(say(became, file=str(path)))
    for sentence in (*_about(found), *_left_to_do(found, root)):
        put_line(sentence)
    return 1 if "theirs" in standing.values() else 0


def _about(found: Whereabouts) -> Iterator[str]:
    say = words().within("install")
    yield say("whose", user=found.user, folder=str(found.folder))
    for name in found.only_here:
        yield say("only_here", name=name)
    for folder in found.keeps:
        if not folder.is_dir():
            yield say("make_folder", folder=str(folder), user=found.user)


def _left_to_do(found: Whereabouts, root: Path) -> Iterator[str]:
    """What to type now."""
    say, caddy = words().within("install"), root / _CADDY
    yield say("enable")
    yield "    systemctl daemon-reload && systemctl enable --now rempart"
    if found.settings.public_url is None:
        yield say("no_proxy_needed")
    elif not caddy.is_dir():
        yield say("no_caddy", url=found.settings.public_url)
    else:
        yield say("reload_caddy")
        if not _is_imported(caddy):
            yield f"    echo 'import {_BLOCK}' >> /{_CADDY}/Caddyfile"
        yield f"    caddy validate --config /{_CADDY}/Caddyfile && systemctl reload caddy"


def _is_imported(caddy: Path) -> bool:
    """Whether Caddy's own file takes the block in already."""
    try:
        text = (caddy / "Caddyfile").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return any(fnmatch(f"/{_CADDY}/{_BLOCK}", str(Path(f"/{_CADDY}") / one)) for one in _IMPORT.findall(text))
