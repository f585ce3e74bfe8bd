"""Reads a catalogue of words as its translators write it: nothing compiled lies about and grows old."""

from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

LOCALE = Path(__file__).with_name("locale")


class _Missing(NullTranslations):
    """Where nothing is said: an error, instead of gettext's habit of repeating the name."""

    def pgettext(self, context: str, message: str) -> str:
        raise KeyError(context, message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:  # noqa: ARG002 - gettext's
        raise KeyError(context, msgid1)


@cache
def catalogue(language: str) -> NullTranslations:
    """Everything that is said in a language; asked for what is not there, it raises `KeyError`."""
    # Loaded for whoever says a sentence: a table of sums is shown without them.
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415
    from babel.support import Translations  # noqa: PLC0415

    with (LOCALE / f"{language}.po").open("rb") as written:
        read = read_po(written, locale=language, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    found = Translations(compiled)
    found.add_fallback(_Missing())
    return found
