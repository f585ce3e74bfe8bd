"""Reads catalogues of words as their translators write them: nothing compiled lies about and grows old."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from bridge.sentences import LOCALE, folders

_USUAL = "en"


class _Missing(NullTranslations):
    """Where nothing is said: an error, instead of gettext's habit of repeating the name."""

    def pgettext(self, context: str, message: str) -> str:
        raise KeyError(context, message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:  # noqa: ARG002 - gettext's
        raise KeyError(context, msgid1)


@cache
def catalogue(language: str) -> NullTranslations:
    """Everything that the house says in a language; asked for what is not there, it raises `KeyError`."""
    return _first_of([_read(LOCALE / f"{language}.po", language)])


@cache
def of_channels(language: str) -> NullTranslations:
    """Likewise what the channels say, ours and other people's; in English, where one has no other words."""
    return _first_of(_whatever_reads(language))


def _first_of(several: Iterable[NullTranslations]) -> NullTranslations:
    """One that says what the first of them says that says anything."""
    first, *others = *several, _Missing()
    for other in others:
        first.add_fallback(other)
    return first


def _whatever_reads(language: str) -> Iterator[NullTranslations]:
    """A package whose words cannot be read goes without them: the others' are said."""
    for folder in folders():
        found = next((one for one in (language, _USUAL) if (folder / f"{one}.po").is_file()), None)
        if found is not None:
            with suppress(Exception):  # it may be anybody's file
                yield _read(folder / f"{found}.po", found)


def _read(written: Path, language: str) -> NullTranslations:
    # Loaded for whoever says a sentence: a table of sums is shown without them.
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415
    from babel.support import Translations  # noqa: PLC0415

    with written.open("rb") as opened:
        read = read_po(opened, locale=language, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    return Translations(compiled)
