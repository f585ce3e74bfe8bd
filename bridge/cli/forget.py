"""`rempart forget`: what a person wrote and their number are erased, unless a raid holds their record."""

from bridge.cli.terminal import put_json, put_line
from bridge.cli.tongue import reader
from bridge.service.asking import ask_counter

_NOT_DONE = {"held", "unknown"}


async def forget(target: str, *, as_json: bool) -> int:
    """Prints what became of it; 1 where a raid holds the record, or nobody bears the handle.

    Raises `RempartError`.
    """
    told = await ask_counter("forget", {"target": target, **reader(as_json=as_json)})
    failed = told["outcome"] in _NOT_DONE
    if as_json:
        put_json(told)
    else:
        put_line(told["told"], error=failed)
    return 1 if failed else 0
