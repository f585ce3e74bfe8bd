"""The table and the picture of the contest. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

PICTURE = "peers.svg"

_WIDTH, _ROW, _LEFT, _ACROSS = 720, 34, 250, 380


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of one of them."""

    name: str
    stores: str
    """What it does before it answers."""
    versions: str
    cost: float
    """Microseconds of processor time a call."""
    rate: float
    """Calls a second."""
    late: float
    """Milliseconds below which 99 of 100 answers stayed."""


def table(measured: Sequence[Measured]) -> list[str]:
    """A row each, the cheapest first."""
    rows = [
        f"| {one.name} ({one.versions}) | {one.stores} | {one.cost:,.0f} | {one.rate:,.0f} | "
        f"{one.late:,.0f} |"
        for one in _ordered(measured)
    ]
    return [
        "| what | stores before it answers | µs a call | calls a second | p99, ms |",
        "|---|---|---|---|---|",
        *rows,
    ]


def picture(measured: Sequence[Measured]) -> str:
    """Bars of what a processor's second holds."""
    ordered = _ordered(measured)
    most = max(1e6 / one.cost for one in ordered)
    height = 48 + _ROW * len(ordered)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        'font-family="system-ui, sans-serif" font-size="13" role="img">'
        "<title>Webhooks a second of processor time</title>"
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>'
        '<text x="12" y="22" font-weight="600">Webhooks a second of processor time</text>'
        f'<text x="{_WIDTH - 12}" y="22" text-anchor="end">green: stores before it answers</text>'
    )
    return head + "".join(_bar(one, 40 + _ROW * row, most) for row, one in enumerate(ordered)) + "</svg>\n"


def _bar(one: Measured, top: int, most: float) -> str:
    held = 1e6 / one.cost
    long = max(2, round(_ACROSS * held / most))
    colour = "#9a9a9a" if one.stores == "nothing" else "#1f8a70"
    name = f'<text x="{_LEFT - 8}" y="{top + 16}" text-anchor="end">{one.name}</text>'
    bar = f'<rect x="{_LEFT}" y="{top}" width="{long}" height="22" fill="{colour}"/>'
    return f'{name}{bar}<text x="{_LEFT + long + 6}" y="{top + 16}">{held:,.0f}</text>'


def _ordered(measured: Sequence[Measured]) -> list[Measured]:
    return sorted(measured, key=lambda one: one.cost)
