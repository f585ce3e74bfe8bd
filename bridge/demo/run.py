"""`rempart demo`: stand-ins, service and page, until Ctrl-C."""

import asyncio
import logging
import os
import signal
import sys
import threading
import webbrowser
from collections.abc import Callable
from contextlib import suppress

from bridge.demo.backstage import backstage
from bridge.observability import configure_logging
from bridge.service.service import stop_signal


async def demo(port: int, exit_after: float | None, *, browser: bool, put: Callable[[str], None]) -> None:
    """Runs until told to stop, or for `exit_after` seconds; `put` tells whoever sits there. Raises
    `RempartError`."""
    configure_logging()
    logging.getLogger("rempart").setLevel(logging.WARNING)
    stop = stop_signal()
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, stop.set)  # the terminal was closed
    async with backstage(port) as behind:
        put(f"Rempart demo: open {behind.url}/ (Ctrl-C ends it)")
        put("The service runs on stand-ins of its providers, all on this machine: nothing is sent or paid.")
        if browser and _has_screen():
            threading.Thread(target=_open, args=(behind.url,), daemon=True).start()
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), exit_after)
        put("Rempart demo: ending")
    put("Rempart demo: ended, and its temporary database is gone")


def _has_screen() -> bool:
    """Whether a browser could show itself; without a screen, `webbrowser` would take the terminal."""
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _open(url: str) -> None:
    """In a thread of its own: some browsers return only when they are closed."""
    with suppress(webbrowser.Error, OSError):
        webbrowser.open(url)
