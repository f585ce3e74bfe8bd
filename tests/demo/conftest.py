"""Says aloud when the browser tests could not run."""

import pytest

from tests.demo.chromium import chromium


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A skip that nobody reads would pass for a test."""
    if chromium() is None:
        terminalreporter.section("BROWSER TESTS SKIPPED", yellow=True)
        terminalreporter.line("No Chromium was found: the demo's page was not looked at. Install chromium.")
