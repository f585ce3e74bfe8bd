"""The promises that every channel keeps, as tests: for our channels, and for those of other packages.

A channel's tests give a `Harness`, which knows the channel and a stand-in of its provider, and a subclass::

    from rempart.testing import ChannelContract

    class TestLetterbox(ChannelContract):
        @pytest.fixture
        def harness(self) -> LetterboxHarness:
            return LetterboxHarness()

It needs pytest and pytest-asyncio, with `asyncio_mode = "auto"`: `pip install rempart[testing]`.
"""

import pytest

pytest.register_assert_rewrite("rempart.testing.contract", "rempart.testing.polling", "rempart.testing.words")

from rempart.testing.contract import ChannelContract, Handle, Harness, Trouble, reply_to  # noqa: E402 - rewritten
from rempart.testing.journal import NOW, PUBLIC_URL, Journal  # noqa: E402
from rempart.testing.polling import PollingContract, PollingHarness  # noqa: E402
from rempart.testing.words import WordsContract  # noqa: E402

__all__ = [
    "NOW",
    "PUBLIC_URL",
    "ChannelContract",
    "Handle",
    "Harness",
    "Journal",
    "PollingContract",
    "PollingHarness",
    "Trouble",
    "WordsContract",
    "reply_to",
]
