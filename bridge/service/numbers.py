"""Which channels are of telephone numbers, and which of them cost money that nobody counts."""

from collections.abc import Iterable, Mapping

from bridge.ports import Addresses
from bridge.responses import Responses
from bridge.service.plugins import channel_plugins


def telephone(channel: str) -> Addresses | None:
    """What an installed channel takes for a telephone number; `None` where it does not reach every number."""
    addresses = _addresses(channel)
    return addresses if addresses is not None and addresses.region else None


def metered(states: Mapping[str, str]) -> str:
    """The channel that the room's touch keeps silent, by how each is: that of texts; where it is off, the
    first other one whose people have telephone numbers."""
    from bridge.heart.acts.verb import METERED  # noqa: PLC0415 - the verbs, which `rempart check` needs not

    if states.get(METERED, "off") != "off":
        return METERED
    return next((name for name, state in states.items() if state != "off" and _is_charged(name)), METERED)


def uncounted(channels: Iterable[str], rules: Responses) -> list[str]:
    """Those whose people have telephone numbers, and that the rules give no prices: their replies would count
    as free, and go to every country."""
    return [name for name in channels if name not in rules.prices and _is_charged(name)]


def _is_charged(channel: str) -> bool:
    addresses = _addresses(channel)
    return addresses is not None and addresses.known_on is not None


def _addresses(channel: str) -> Addresses | None:
    """Asked without credentials: what an address is there does not depend on them. A package that cannot say
    is told of where its channel is connected."""
    asked = getattr(channel_plugins().get(channel), "addresses", None)
    try:
        found = asked({}) if callable(asked) else None
    except Exception:  # noqa: BLE001 - it may be anybody's code
        return None
    return found if isinstance(found, Addresses) else None
