"""`rempart report RAID`: what a raid was, in sentences; and with --out as a page to keep or to hand on."""

from pathlib import Path

from bridge.cli.outputs import STANDARD, apart, write
from bridge.cli.terminal import put_json, put_line
from bridge.service.asking import ask_counter


async def show_report(raid: str, *, out: Path | None, as_json: bool) -> None:
    """Writes the page where one is wanted, and tells the rest. Raises `RempartError`."""
    apart(out, STANDARD if as_json else None)
    told = dict(await ask_counter("report", {"raid": raid}))
    page = str(told.pop("html"))
    if out is not None:
        write(out, [page])
    if out == STANDARD:
        return
    if as_json:
        put_json(told)
        return
    for line in (told["title"], *told["told"], *told["groups"], *told["acts"]):
        put_line(line)
    put_line(f"The page is {out}." if out else "Write it as a page with --out FILE.html.")
