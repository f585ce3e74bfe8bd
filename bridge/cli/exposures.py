"""`rempart exposures`: who of the team has read how many texts, so that the load can be shared."""

from bridge.cli.sheet import Sheet, show
from bridge.cli.terminal import put_json, put_line
from bridge.cli.tongue import moment, reader
from bridge.errors import Misconfigured, Unfit
from bridge.quantities import duration
from bridge.service.asking import ask_counter


async def show_exposures(since: str, *, as_json: bool) -> None:
    """Prints who read what within a length of time. Raises `RempartError`."""
    try:
        length = duration(since)
    except Unfit as unfit:
        raise Misconfigured("This is no length of time: write 90s, 10m, 2h or 7d.") from unfit
    answer = await ask_counter("exposures", {"length": length, **reader(as_json=as_json)})
    told, names = answer["exposures"], answer["names"]
    if as_json:
        put_json(told)
    elif not told:
        put_line("Nobody has opened a text.")
    else:
        table = Sheet("who", "texts", "times", "last")
        for one in told:
            last = moment(one["last_at"], answer["zone"])
            table.add_row(names[one["who"]], one["texts"], one["times"], last)
        show(table)
