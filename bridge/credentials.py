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


def half_of(found: Collection[str], missing: Collection[str]) -> Misconfigured:
    """Only some of a channel's credentials are set: which are, and which are missing."""
    present, verb = " and ".join(found), "is" if len(found) == 1 else "are"
    return Misconfigured(
        f"{' and '.join(missing)} must be set as well, because {present} {verb} set; "
        f"or remove {present} to switch the channel off."
    )


def base_url(environment: Mapping[str, str], name: str, usual: str, provider: str) -> str:
    """The URL that a provider's paths are put behind, without a slash at the end; `usual` when unset.

    Raises `Misconfigured`, naming the variable.
    """
    value = environment.get(name, "").strip() or usual
    if not _is_base(value):
        raise Misconfigured(
            f"{name} is not a base URL: write http:// or https://, a host, and nothing after the path; "
            f"or remove it to reach {provider} itself."
        )
    return value.rstrip("/")


def _is_base(value: str) -> bool:
    try:
        parts = urlsplit(value)
        port_is_valid = parts.port != 0
    except ValueError:
        return False
    whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and port_is_valid
    return whole and not re.search(r"[\s?#@]", value)
