"""What is decided stays the same to the last row, however fast it is decided.

A digest changes only together with what is decided, or with the texts of the simulator: on purpose. It is
then renewed here, and CHANGELOG says what is decided differently.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pytest

from bridge.replay import replay
from bridge.responses.load import read, shipped
from bridge.simulate.scenarios import make


@pytest.mark.parametrize(
    ("scenario", "scale", "digest"),
    [
        ("flood", 0.15, "dc53fe4b0505357cf99fe658dc455aeed8dc963123e68d545ca199abf2e3ea20"),
        ("copies", 0.02, "f433b6b4c80248831e8c06e3004f21e8175d431dba2c14e89840629f0badc27d"),
        ("insults", 0.06, "cc605bb6b6a5092deaba118d1def7a93d0e335cf409c326e80dbc8fda696ea9e"),
        ("drip", 0.01, "21ad49d611a0a20e1c5cea5c322a978cbb88a0685033d0d80a3b4c55c0a190d0"),
        ("television", 0.01, "f4a61ed3dacb4b907b45e1dc09e363a0b8c272e77dcb1792a57182363ff54df5"),
        ("rule-aware", 0.03, "a859717631f40df678bd57f85a2d4b3657cdfe46a977bfdac20f53f97ab951b3"),
        ("disguises", 0.02, "1922084f5cccdb62aecbb6b4271084580b082c54ffd0357709406c9169db764a"),
        ("blocks", 0.03, "1bf7fc6770a05a8192ef4674a529ef396debc046114c183646270aea0ac4fed3"),
        ("languages", 0.02, "0ed6914642a40655dd056fdedf736da88d82a03e281f9525969b7248954feeb6"),
        ("weekend", 0.02, "8097778234263c599a46e5c6b18658eb3e19519be9729ec46b1669ad9a790cef"),
    ],
)
def test_every_row_and_the_summary_are_what_they_were(scenario: str, scale: float, digest: str) -> None:
    trace = make(scenario, seed=1, scale=scale)
    result = replay(trace.messages, read(shipped()), trace.labels)
    written = "\n".join((*result.lines(), json.dumps(_decided(result.summary))))
    assert hashlib.sha256(written.encode()).hexdigest() == digest


def _decided(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is only counted beside it: `tests.pot.test_saved` counts by hand what was saved."""
    raids = [{name: one[name] for name in one if name != "saved"} for one in summary["raids"]]
    return {name: summary[name] for name in summary if name != "saved"} | {"raids": raids}
