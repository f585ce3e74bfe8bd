"""A sentence for whoever sits at the terminal. Light: the catalogue is read where French is spoken."""

from bridge.cli.tongue import language


def said(text: str) -> str:
    """The same, in the language of whoever sits there."""
    if language() == "en":
        return text
    from bridge.sentences import in_french  # noqa: PLC0415 - a catalogue, read where it is needed

    return in_french(text)
