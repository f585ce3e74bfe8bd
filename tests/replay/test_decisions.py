"""What is decided stays the same to the last row, however fast it is decided.

A digest changes only together with what is decided, or with the texts of the simulator: on purpose. It is
then renewed here, and CHANGELOG says what is decided differently.
"""

import hashlib
import json

import pytest

from bridge.replay import replay
from bridge.responses.load import read, shipped
from bridge.simulate.scenarios import make


@pytest.mark.parametrize(
    ("scenario", "scale", "digest"),
    [
        ("flood", 0.15, "61dcff1db81f36001a658967e5190ba2d37c6d0cc1735143ed0caecc16aed5c4"),
        ("copies", 0.02, "6b9528d7b14117110afc12cdabd2afa594d8f8321330da8018d7c51f18edfeec"),
        ("insults", 0.06, "3dbaf58d8545c39da289fe6868ae7841507d98a36ae1f96cfc60f73bcc9bc4a3"),
        ("drip", 0.01, "b77e5f4b7c700757b2a37fc1eb8221c76d461328bedc5eed9168db6acb6e5603"),
        ("television", 0.01, "bc27c9a0f382fdab22abea6c21397911edfeeb56c421c47b4ffa624c9e2acbb4"),
        ("rule-aware", 0.03, "10aec4dfade4503ca0a7c9ff141d0b96b0eba97ed2c1bb83e47756e4d6578de9"),
        ("disguises", 0.02, "01764b965f15ede175243c91f6f2c10a27d960eeefde1f7ee3b2c8ef38d42751"),
        ("blocks", 0.03, "4d0bad13a6dbf37d40a29678de1ec337dc792fdb077ad6c7c078449396f48f6c"),
        ("languages", 0.02, "b82037ea07ab66e4c524c66682d5d8173dcaa1b8a0c3800b73a221f61481f97f"),
        ("weekend", 0.02, "cfe690a21354fe438663983f6b95f83683c9a488ce43d91d315f63aa3c0900fe"),
    ],
)
def test_every_row_and_the_summary_are_what_they_were(scenario: str, scale: float, digest: str) -> None:
    trace = make(scenario, seed=1, scale=scale)
    result = replay(trace.messages, read(shipped()), trace.labels)
    written = "\n".join((*result.lines(), json.dumps(result.summary)))
    assert hashlib.sha256(written.encode()).hexdigest() == digest
