"""The real command, which waits for a database for a moment where it waits for half a minute in service."""

from bridge.cli import main
from bridge.service import prepare
from bridge.store import dialect

if __name__ == "__main__":
    setattr(prepare, "_PAUSE", 0.05)  # noqa: B010 - a constant, and only here is it not
    dialect.BUSY_TIMEOUT_MS = 50
    main()
