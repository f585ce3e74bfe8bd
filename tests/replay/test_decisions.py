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
        ("flood", 0.15, "de75447e2042336ada53e34f1a5b4b45a0248ed154bec4a6432bbdb773501741"),
        ("copies", 0.02, "4d4d29b41cd58628e0032da80bc39749b3b90e8b2b03d4badaf098c35dcdef0f"),
        ("insults", 0.06, "1c235601db09d6363c25dc75d67a3018ec2a4eb84319bd1357665fc883302e22"),
        ("drip", 0.01, "04bf77a75bc464d7aa7757def63cb3996088284398e5a54255fa898ed6fbe23b"),
        ("television", 0.01, "de4a972ee34f59747616da2249f8473039e820a9980e4b690b7d00c6de75db2a"),
        ("rule-aware", 0.03, "0adf151f234cb0f3d1a543b46e822b516012b8f7a6b53d0f513fca0c1b601f8a"),
        ("disguises", 0.02, "c8212dd50c720913991319972559cfb5109f1182aee2364809c1c1ac02a02d95"),
        ("blocks", 0.03, "5929193f0c312216a4cbaeecbe63fc4c2e106ae4db4c8ebc03fd30dff22c7aa7"),
        ("languages", 0.02, "4cb0f3c56dd34a1e4ccd770dc20d210a097ce4ccddedaf415c2b4d1fa5224e5b"),
        ("weekend", 0.02, "30a37550b27b9060826ccba5ba6dfcbdcd236895b84fb69ca104759b3a57f79e"),
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
