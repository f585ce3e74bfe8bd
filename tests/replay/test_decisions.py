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
        ("flood", 0.15, "24afd484cbb26c39b778805462bbf8c6c4297d788e456c48c829fc69a871db8e"),
        ("copies", 0.02, "c2b4e1cb5230480923b2bde299011ee7fdda91230913ce6324e11ba17383cf55"),
        ("insults", 0.06, "cd6d0db202644f46240edeb1e29544d3219420bc9ff75577ce5e6807e9eeafbb"),
        ("drip", 0.01, "58a4ff123dd6c24937396ffff6428428e65078cb40930e87e7dfb6a1e13c7f5f"),
        ("television", 0.01, "63478be499b21c2c62203d3543ae33d0db74c1abdc0c115542cad7f24ce42db0"),
        ("rule-aware", 0.03, "6869cf5472cc663ab885a2b9747abe660b013f0f3a9fd3675ddfb4a8e3bb08ee"),
        ("disguises", 0.02, "ab3389f4fb950c918b7d8cdcc7b9983b7879fc4e66397345c21c3224765952b0"),
        ("blocks", 0.03, "14a00b6d7bc5aa68a782c1cb92e9c47ae902b73aaedc5f23fae0e569a1506654"),
        ("languages", 0.02, "d0264f46bfc2f3d846dbb18dea0cb6189ef2633005a9d971e4b56d807bcb1a65"),
        ("weekend", 0.02, "ef73b26d31a74426f04adafbcaa451d15296ec1d6e1b4b4017a52a054445df1c"),
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
