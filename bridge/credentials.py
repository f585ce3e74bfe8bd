"""Credentials come whole or not at all. Floor 1, pure: any channel asks here."""

from collections.abc import Mapping, Sequence

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
        present = " and ".join(found)
        raise Misconfigured(
            f"{' and '.join(missing)} must be set as well, because {present} is set; "
            f"or remove {present} to switch the channel off."
        )
    return found
