"""`rempart pot`: where the money stands and what a segment costs; sets the pot, tops it up, corrects it."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from bridge.cli.sheet import pairs, show
from bridge.cli.status import price_rows
from bridge.cli.team import act
from bridge.cli.terminal import put_json
from bridge.cli.tongue import language
from bridge.clock import system_clock
from bridge.errors import Misconfigured, Unfit
from bridge.heart.acts import VERBS
from bridge.heart.acts.verb import METERED, About
from bridge.quantities import euros, spoken_euros
from bridge.service.asking import ask_counter
from bridge.wording import Words

_VERBS = {verb.typed.second: verb for verb in VERBS.values() if verb.typed and verb.typed.word == "pot"}
_USAGE = (
    "Write `rempart pot` to see the pot, `rempart pot set 3300` to set what may be spent in all, "
    "`rempart pot add 50` to top it up, `rempart pot correct -12.50` to correct what is spent, or "
    "`rempart pot open` to let no limit of hour or day keep anybody waiting today (`pot close` ends it)."
)


async def pot(words: Sequence[str], *, length: str | None, reason: str, as_json: bool) -> int:
    """Prints the pot, or changes it; returns the exit status. Raises `RempartError`."""
    verb = _VERBS.get(words[0]) if words else None
    if length is not None and not (verb and verb.typed and verb.typed.length):
        raise Misconfigured("--for says how long the day is open: write it with `rempart pot open` alone.")
    if not words:
        await _show(as_json=as_json)
        return 0
    about = 1 if verb is not None and verb.about is About.AMOUNT else 0
    if verb is None or (len(words) != 1 and not about) or (len(words) == 1 and about):
        raise Misconfigured(_USAGE)
    amount = _amount(words[1:], debit=bool(verb.typed and verb.typed.debit)) if about else METERED
    return await act(verb, amount, length=length, reason=reason, as_json=as_json)


def _amount(written: Sequence[str], *, debit: bool) -> str:
    """The amount in its plain form, below zero where `debit` allows it. Raises `Misconfigured`."""
    words = " ".join(written).split()
    amount, taken = spoken_euros(words) or ("", 0)
    try:
        fits = taken == len(words) and bool(euros(Decimal(amount.removeprefix("-") if debit else amount)) + 1)
    except (Unfit, InvalidOperation):
        fits = False
    if not fits:
        raise Misconfigured("This is no amount in euros: write one such as 3300 or 12.50.")
    return amount


async def _show(*, as_json: bool) -> None:
    status = await ask_counter("status")
    money, table = status["pot"], pairs()
    if as_json:
        put_json(money)
        return
    said = Words(language(), ZoneInfo(status["zone"]), "status", system_clock())
    for name, amount in money.items():
        table.add_row(said(f"money_{name}"), said.euros(amount))
    for name, told in price_rows((await ask_counter("prices"))["prices"], said):
        table.add_row(name, told)
    show(table)
