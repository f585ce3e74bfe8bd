"""The report of a replay: one page that needs nothing from outside, and holds no text and no number. Pure.

`page` puts it together; `series` counts, `drawing` has what pictures share, `timeline` and `money` draw,
`tables` writes.
"""

from bridge.replay.report.page import page

__all__ = ["page"]
