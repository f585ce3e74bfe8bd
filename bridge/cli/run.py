"""`rempart run`: the service in the foreground, until SIGTERM or Ctrl-C."""

from bridge.clock import system_clock
from bridge.observability import configure_logging
from bridge.service import Service
from bridge.service.stopping import stop_signal
from bridge.settings import read_environment, read_settings


async def run() -> None:
    """Runs until told to stop; then finishes what is under way. Raises `RempartError`."""
    configure_logging()
    environment = read_environment()
    service = Service(read_settings(environment), environment, system_clock)
    stop = stop_signal()
    await service.start()
    try:
        await stop.wait()
    finally:
        await service.stop()
