"""What the Telegram channel takes for an address: the number of a chat. Pure."""

import re
import unicodedata

from bridge.ports import Addresses

_CHAT = re.compile(r"-?[0-9]{1,19}")


def read(written: str) -> str | None:
    """The number as Telegram writes it; `None` for names, which change hands, and for anything else."""
    text = unicodedata.normalize("NFKC", written[:40]).strip()
    return str(int(text)) if _CHAT.fullmatch(text) and int(text) else None


ADDRESSES = Addresses(read, example="4242")
