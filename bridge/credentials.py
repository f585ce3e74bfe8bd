"""Credentials come whole or not at all, and bases are URLs. Floor 1, pure: any channel asks here."""

import re
from collections.abc import Collection, Mapping, Sequence
from urllib.parse import urlsplit

from bridge.errors import Misconfigured


def all_or_none(environment: Mapping[str, str], names: Sequence[str]) -> dict[str, str] | None:
    """The values of `names`, or `None` when every one is absent or blank.

    Raises `Misconfigured`, naming what is missing, when only some are set.
    """
    found = {name: environment[name].strip() for name in names if environment.get(name, "").strip()}
    if not found:
        return None
    missing = [name for name in names if name not in found]
    if missing:
        raise half_of(found, missing)
    return found


def half_of(found: Collection[str], missing: Collection[str | tuple[str, ...]]) -> Misconfigured:
    """Only some of a channel's credentials are set: which are, and which are missing, or either of which."""
    return unfit("half", present=tuple(found), missing=tuple(missing))


def unfit(code: str, **values: object) -> Misconfigured:
    """Why a setting will not do, in the words that the catalogues have for it: never with its value."""
    from bridge.wording import ENGLISH  # noqa: PLC0415 - slow to load, and mostly nothing is wrong

    return Misconfigured(ENGLISH.refused(code, values), code, values)


def odd(name: str) -> Misconfigured:
    """A secret that was not copied whole, or with something else."""
    return unfit("odd", name=name)


def base_url(environment: Mapping[str, str], name: str, usual: str, provider: str) -> str:
    """The URL that a provider's paths are put behind, without a slash at the end; `usual` when unset.

    Raises `Misconfigured`, naming the variable.
    """
    value = environment.get(name, "").strip() or usual
    if not _is_base(value):
        raise unfit("no_base", name=name, provider=provider)
    return value.rstrip("/")


def _is_base(value: str) -> bool:
    try:
        parts = urlsplit(value)
        port_is_valid = parts.port != 0
    except ValueError:
        return False
    whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and port_is_valid
    return whole and not re.search(r"[\s?#@]", value)
