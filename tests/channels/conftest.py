"""Shared by the channels' tests."""

import pytest

pytest.register_assert_rewrite("tests.channels.contract", "tests.channels.polling_contract")
