"""Replay: a recorded trace through the live fold, in virtual time; no network, no database. Floor 4.

`replay(lines, responses, labels)` gives the rows and the summary. Everything is kept in memory, and means
what it means in the store; the clock is the trace's own, and runs on until the last held reply has left.
`bridge.replay.long` says the same of a trace of any length, out of a file.
"""

from bridge.replay.run import Result, replay
from bridge.replay.trace import Label, Line, Written

__all__ = ["Label", "Line", "Result", "Written", "replay"]
