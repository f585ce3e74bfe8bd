"""What the WhatsApp channel takes for an address: a number, or the id of somebody who hides theirs. Pure.

https://www.twilio.com/docs/whatsapp/key-concepts: who hides their number is known by the code of a country, a
point, and up to 128 letters or digits, which are theirs with one business alone (ENT: with several of one).
"""

import re
from collections.abc import Mapping
from functools import partial

from bridge.moderation.targets import TELEPHONE
from bridge.ports import Addresses
from channels.twilio.addresses import addresses as of_texts
from channels.twilio.addresses import read as read_number
from channels.twilio.settings import NUMBER, WHATSAPP_NUMBER
from channels.twilio.ways import WHATSAPP

_HIDDEN = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")


def addresses(environment: Mapping[str, str]) -> Addresses:
    """What it reads: whoever has a number is the person who texts from it."""
    ours = WHATSAPP_NUMBER if environment.get(WHATSAPP_NUMBER) else NUMBER
    region = of_texts(environment, ours).region or ""
    return Addresses(partial(read, region=region), "+33612345678", known_on=TELEPHONE)


def read(written: str, region: str) -> str | None:
    """The number in E.164 form, or the id as it is; `None` for anything else."""
    text = written.strip().removeprefix(WHATSAPP.prefix)
    if _HIDDEN.fullmatch(text):
        return text
    number = read_number(text, region)
    return number if number is not None and number.startswith("+") else None
