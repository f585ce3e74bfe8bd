"""`rempart try`: one text through the heart, as the service would, and nothing is sent."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import phonenumbers

from bridge.cli.ruled import rules_file, rules_in
from bridge.cli.said import said
from bridge.cli.sheet import Sheet, pairs, show
from bridge.cli.speech import words
from bridge.cli.terminal import put_json
from bridge.clock import parse_iso, system_clock
from bridge.environment import meant, read_environment
from bridge.errors import Misconfigured, RempartError
from bridge.heart.acts.verb import METERED
from bridge.heart.books import Books
from bridge.heart.effects import Decide, Effect, Hold
from bridge.heart.step import step
from bridge.model import EURO, Event, EventId, Message, Micros, SenderId
from bridge.reasons import Reason
from bridge.responses import Responses
from bridge.service.door import settled_address
from bridge.service.plugins import directory
from bridge.settings import read_settings
from bridge.status import euros
from bridge.text.segments import measure
from bridge.wording import for_json

_EXAMPLE = "+33700000000"
_SOMEBODY = SenderId("0" * 32)


def try_out(text: str, *, channel: str, number: str | None, at: str | None, as_json: bool) -> None:
    """Prints what would be answered. Raises `RempartError`."""
    environment = read_environment()
    responses = rules_in(rules_file())
    if number is not None or channel != METERED:
        people = directory(environment)
        channel, number = settled_address(channel, number, people)
        number = number or _unmetered(people.example(channel))
    now = parse_iso(at) if at else system_clock()
    line = _line(channel) if _names_ours(responses) else _EXAMPLE
    event = _event(text, channel, number or _example_number(responses, channel), now, line)
    decided = step(Books(responses, seed=b"try"), event, now)
    told = _tell(decided)
    if as_json:
        put_json(told)
    else:
        show(_table(told, _reasons(decided)))


def _names_ours(responses: Responses) -> bool:
    """Whether a reply may name what was written to: else nobody sees it, and channels take long to load."""
    return any("$" in text for rule in responses.replies for texts in rule.say.values() for text in texts)


def _line(channel: str) -> str:
    """What somebody there writes to; where the settings do not say it, an example."""
    from bridge.service.lines import site_of, written_to  # noqa: PLC0415 - as above
    from bridge.service.numbers import telephone  # noqa: PLC0415 - as above

    environment = read_environment()
    settings = read_settings(environment)
    told = {channel: _EXAMPLE if telephone(channel) else channel}
    with suppress(RempartError):  # `rempart doctor` tells of it
        told |= written_to(site_of(settings, environment, meant.get()), settings.public_url, [channel])
    return told[channel]


def _event(text: str, channel: str, address: str, now: Micros, line: str) -> Event:
    metered = channel == METERED or address.startswith("+")
    message = Message(channel, "try", line, address, text, now, metered=metered)
    return Event(EventId(f"{now:032x}"), _SOMEBODY, now, message)


def _unmetered(example: str | None) -> str | None:
    """It, where it is no telephone number: those are looked up by their prices."""
    return None if example is None or example.startswith("+") else example


def _example_number(responses: Responses, channel: str) -> str:
    """A mobile number of the first country with a price."""
    country = next(iter(responses.prices[channel].outbound), "FR") if channel in responses.prices else "FR"
    number = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    if number is None:
        raise Misconfigured(f"No mobile number of {country} is known: give one with --from.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _tell(decided: Sequence[Effect]) -> dict[str, Any]:
    reply = next((effect.reply for effect in decided if isinstance(effect, Hold)), None)
    return {
        "rule": reply.name if reply else None,
        "reply": reply.text if reply else None,
        "encoding": measure(reply.text).encoding if reply else None,
        "segments": reply.segments if reply else 0,
        "price": euros(reply.price) if reply else 0.0,
        **for_json(_reasons(decided)),
    }


def _reasons(decided: Sequence[Effect]) -> list[Reason]:
    return [one for effect in decided if isinstance(effect, Decide) for one in effect.decision.reasons]


def _table(told: Mapping[str, Any], reasons: Sequence[Reason]) -> Sheet:
    """The same for a person; codes are for programs."""
    table, reader = pairs(), words()
    for name in ("rule", "reply", "encoding", "segments"):
        table.add_row(said(name), said("nothing") if told[name] is None else told[name])
    table.add_row(said("price"), reader.price(round(told["price"] * EURO)))
    table.add_row(said("reasons"), "; ".join(map(reader.reason, reasons)))
    return table
