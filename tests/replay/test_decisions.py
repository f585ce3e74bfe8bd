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
        ("flood", 0.15, "47b5a63a63f069b4ee287b2a9063460c1681c8f53efa73d760fed35e0c98fa4a"),
        ("copies", 0.02, "bf3ee2d6b6a23e7d06d82194de6ca6eb6e0f5c46e409be31f5a6b4a548cd1160"),
        ("insults", 0.06, "3f9ce862433543ef225ed51dfc625396626f3d91bffe23a211210da3b27e640c"),
        ("drip", 0.01, "88b9719f0a7f4899e5a8efdc675d1c281a30eb5a235813269f3a260922a14236"),
        ("television", 0.01, "6fccd0df157d853f266fabe31d424ae716f8ccf4c2dbbe564cfda1b556cdcca5"),
        ("rule-aware", 0.03, "2014d456fd9fba7e9232e6fd83dc2cae02dc997017b55abdb0fb7c93fc6410ce"),
        ("disguises", 0.02, "e7ca184d8b4af54478565fcb1c38778b00ec4c448b0600db2dfe4bebeb494134"),
        ("blocks", 0.03, "1783aea2fc8a988eb900b724aea91cf10c4ec23e3c8d1ea27f672011364b387f"),
        ("languages", 0.02, "d23aebc80f7487b8976f74d38b7db9bedac93f27d955150389e24245ac383860"),
        ("weekend", 0.02, "7a5392499f80e6723515ea75e38c0f7841e3dee6764f5aa301f0be2f1b0176b6"),
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
