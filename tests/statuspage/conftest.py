"""The browser of the demo's tests."""

from tests.demo.conftest import page, shared_browser

__all__ = ["page", "shared_browser"]
