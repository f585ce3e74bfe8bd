"""A telephone number of our own, as somebody writes it into the environment. Pure."""

import phonenumbers

from bridge.credentials import unfit


def own_number(variable: str, written: str) -> str:
    """The number in E.164 form. Raises `Misconfigured`, naming the variable and never its value."""
    try:
        parsed = phonenumbers.parse(written, None)
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        raise unfit("no_number", name=variable)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
