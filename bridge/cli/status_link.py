"""`rempart status --link`: a link to the status page, for whoever sits at the machine."""

from bridge.cli.terminal import put_json, put_line
from bridge.clock import iso, system_clock
from bridge.environment import meant, read_environment
from bridge.responses import called
from bridge.service.in_force import in_force
from bridge.settings import read_settings
from bridge.statuspage.link import EVERY_LINE, LASTS, link


def show_link(*, as_json: bool) -> None:
    """Prints it; about every line, where nobody names one. Raises `RempartError`."""
    settings, now, line = read_settings(read_environment()), system_clock(), meant.get()
    if line is not None:
        called(in_force(settings).lines, line)
    here = settings.public_url is None
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    made = link(base, settings.keys().links, now, line or EVERY_LINE)
    if as_json:
        put_json({"link": made, "until": iso(now + LASTS)})
        return
    put_line(made)
    if here:
        put_line("REMPART_PUBLIC_URL is not set: this opens on this machine alone.", error=True)
