"""Looks at a phone, as `rempart doctor` asks. Touches floor 0. https://docs.sms-gate.app/features/health"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bridge.checkup import Examined, fine, note, unknown, wrong
from bridge.ports import Unreachable
from channels.android import hooks
from channels.android.translation import CHANNEL

if TYPE_CHECKING:
    from channels.dialling import Dialler

_REFUSED = ("status_401", "status_403")
_FAILS = "fail"
_LOW = 25


async def look(dialler: Dialler, public_url: str | None) -> Sequence[Examined]:
    """Whether it answers, how it is, and whether it tells us what it receives."""
    try:
        there = await hooks.standing(dialler)
    except Unreachable as fault:
        if str(fault) in _REFUSED:
            return [wrong(CHANNEL, "gateway_refuses")]
        return [wrong(CHANNEL, "gateway_silent", why=str(fault))]
    return [fine(CHANNEL, "gateway_answers"), *await _health(dialler), *_told(there, public_url)]


async def well(dialler: Dialler) -> None:
    """Whether the phone would send for us now. Raises `Unreachable` with the code of why not."""
    try:
        await hooks.standing(dialler)
    except Unreachable as fault:
        raise Unreachable(
            "credentials" if str(fault) in _REFUSED else str(fault), fault.retry_after
        ) from None
    if _status(await _told_of_itself(dialler)) == _FAILS:
        raise Unreachable("phone_fails")


async def _health(dialler: Dialler) -> Sequence[Examined]:
    try:
        told = await _told_of_itself(dialler)
    except Unreachable as fault:
        return [unknown(CHANNEL, "gateway_health_unknown", why=str(fault))]
    battery = _observed(told, "battery:level")
    return [
        *([wrong(CHANNEL, "gateway_fails")] if _status(told) == _FAILS else []),
        *([] if battery is None or battery >= _LOW else [note(CHANNEL, "gateway_battery", percent=battery)]),
    ]


def _told(there: Sequence[Any], public_url: str | None) -> Sequence[Examined]:
    if public_url is None:
        return [note(CHANNEL, "gateway_sends_only")]
    wanted = f"{public_url}{hooks.PATH}"
    if hooks.doubled(there, public_url):
        return [wrong(CHANNEL, "gateway_hooks_doubled", wanted=wanted)]
    missing = hooks.missing(there, public_url)
    if missing:
        return [wrong(CHANNEL, "gateway_hooks_missing", events=", ".join(missing), wanted=wanted)]
    return [fine(CHANNEL, "gateway_hooks", url=wanted)]


async def _told_of_itself(dialler: Dialler) -> dict[str, Any]:
    """A phone that fails says so with a 500, and all the same what is wrong."""
    told = (await dialler.answered("GET", "/health")).told
    if not isinstance(told, dict):
        raise Unreachable("unreadable")
    return told


def _status(told: dict[str, Any]) -> str:
    return str(told.get("status", ""))


def _observed(told: dict[str, Any], name: str) -> int | None:
    checks = told.get("checks")
    found = checks.get(name) if isinstance(checks, dict) else None
    value = found.get("observedValue") if isinstance(found, dict) else None
    return round(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
