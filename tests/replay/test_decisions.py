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
        ("flood", 0.15, "87e49bd60f168fa6f8c8a7f4a0c416fc0f02dde35ae1474b9fd2bcbdb2f252fe"),
        ("copies", 0.02, "f433b6b4c80248831e8c06e3004f21e8175d431dba2c14e89840629f0badc27d"),
        ("insults", 0.06, "1be70bca0e830fdef7312047d5ba867befb1a080f6ffe60ae337ee9ea78bf8be"),
        ("drip", 0.01, "21ad49d611a0a20e1c5cea5c322a978cbb88a0685033d0d80a3b4c55c0a190d0"),
        ("television", 0.01, "0c419ac78daeba83190c3cbbf52e16b43ff4670e5a4ec133f2b9a381152ea544"),
        ("rule-aware", 0.03, "cada1679513f6d0d50c2f55985d72effb5bad1f09790095baafa61fe85e70275"),
        ("disguises", 0.02, "4e018a55663d9f360d4183d5a1bb7f6c7d1dc209b6f7ce6950ce76e8ddc4bf61"),
        ("blocks", 0.03, "1bf7fc6770a05a8192ef4674a529ef396debc046114c183646270aea0ac4fed3"),
        ("languages", 0.02, "0ed6914642a40655dd056fdedf736da88d82a03e281f9525969b7248954feeb6"),
        ("weekend", 0.02, "ea97cb845b558fb8eccff4ca15bbda29b9476394b353ded3ab16fe38b761e3db"),
    ],
)
def test_every_row_and_the_summary_are_what_they_were(scenario: str, scale: float, digest: str) -> None:
    trace = make(scenario, seed=1, scale=scale)
    result = replay(trace.messages, read(shipped()), trace.labels)
    written = "\n".join((*result.lines(), json.dumps(result.summary)))
    assert hashlib.sha256(written.encode()).hexdigest() == digest
