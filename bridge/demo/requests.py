"""What the page may send, and who may send it. Pure: raises `HTTPException` with a sentence for the page."""

import json
import re
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request

from bridge.demo.script import NAMES, Name
from bridge.wording import LANGUAGES

NUMBERS = re.compile(r"\+3363998[0-9]{4}")
"""06 39 98 00 00 to 06 39 98 99 99 belong to nobody: the French regulator keeps them for works of fiction
(ARCEP, decision 2018-0881 as amended)."""

LONGEST_TEXT = 1600
"""Characters; more does not fit in one SMS, however many segments."""

LONGEST_COMMAND = 300
"""Characters; more is no command that anybody types."""

_LARGEST_BODY = 16 * 1024
_ID = re.compile(r"[A-Za-z0-9_.:-]{1,255}")
_LANGUAGE = re.compile(r"[a-z]{2}")


def refuse_strangers(headers: Headers) -> None:
    """Lets only the page itself act: other sites' pages run in the same browser."""
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415, "Send JSON, as application/json.")
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise HTTPException(403, "Only the demo's own page may do this.")
    own = f"http://{headers.get('host', '')}"
    if headers.get("origin", own) != own:
        raise HTTPException(403, "Only the demo's own page may do this.")


async def read(request: Request) -> Mapping[str, Any]:
    """The object that was sent, if it is one and not too long."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_BODY:
            raise HTTPException(413, "That is too long.")
    try:
        written = json.loads(body)
    except (ValueError, RecursionError):
        written = None
    if not isinstance(written, dict):
        raise HTTPException(400, "Send a JSON object.")
    return written


def number(value: object) -> str:
    """A telephone of the demo."""
    if not isinstance(value, str) or not NUMBERS.fullmatch(value):
        raise HTTPException(400, "A telephone must be one of the demo's own: +33 6 39 98 and four digits.")
    return value


def text(value: object, longest: int = LONGEST_TEXT) -> str:
    """What somebody wrote."""
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        raise HTTPException(400, f"`text` must be a text of 1 to {longest} characters.")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise HTTPException(400, "`text` must be Unicode: it holds half a character.")
    return value


def language(value: object) -> str:
    """Two letters (ISO 639-1)."""
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
        raise HTTPException(400, "`language` must be two letters, such as fr.")
    return value


def known_language(value: object) -> str:
    """One of those that the team can read."""
    if value not in LANGUAGES:
        raise HTTPException(400, f"`language` must be one of {' and '.join(LANGUAGES)}.")
    return str(value)


def evening(value: object) -> Name:
    """One of those that can be played."""
    found = next((one for one in NAMES if one == value), None)
    if found is None:
        raise HTTPException(400, f"`evening` must be one of {', '.join(NAMES)}.")
    return found


def truth(value: object) -> bool:
    """Yes or no."""
    if not isinstance(value, bool):
        raise HTTPException(400, "`play` must be true or false.")
    return value


def name(value: object) -> str:
    """A name or an id that the page was given: whether there is such a thing, others know."""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise HTTPException(400, "Name what is meant by the id that the page was given.")
    return value
