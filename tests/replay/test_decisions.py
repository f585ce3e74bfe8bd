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
        ("flood", 0.15, "f3c3d38cc9cc781ed6161871d7d1140e66ba1730a43eea4b980847bed6660083"),
        ("copies", 0.02, "670d319d2ad131ff571910dfdea53ac166a16ae2a839f097b6467b98b7a7704d"),
        ("insults", 0.06, "7207db81634dbd5b1765af4d5f96a9d5407dc01ee2fa38cb1373ce38c8eaa94a"),
        ("drip", 0.01, "58a4ff123dd6c24937396ffff6428428e65078cb40930e87e7dfb6a1e13c7f5f"),
        ("television", 0.01, "63478be499b21c2c62203d3543ae33d0db74c1abdc0c115542cad7f24ce42db0"),
        ("rule-aware", 0.03, "6869cf5472cc663ab885a2b9747abe660b013f0f3a9fd3675ddfb4a8e3bb08ee"),
        ("disguises", 0.02, "2a5b900774622be16295549ca7cda72b18b7c32f29b3c4fd6b20b21fc0bd0487"),
        ("blocks", 0.03, "628ef7396a296355ed5dc91bfc3acb1bb3bf501e5c3edb5a2196479333f26df4"),
        ("languages", 0.02, "1026b74164224d3400962212d333ec30a991fcd0edb9738e1ce3ec93c4d16f25"),
        ("weekend", 0.02, "c2565e32101ba881a0a42b9102edad15ee0ff0e4e8d33a50ffd3f34345484ffd"),
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
