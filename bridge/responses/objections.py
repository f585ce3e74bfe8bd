"""Says in plain words what the models object to. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from bridge.errors import Unfit
from bridge.responses.complaints import Flaw, KeyPath, did_you_mean, named, shown
from bridge.responses.shape import keys_at

_LIST = ("must be a list.", "Write [a, b], or one item a line, each after a dash and a space.")
_PAIRS = (
    "must hold keys with values.",
    "Write each key on a line of its own, indented, then a colon and its value.",
)
_EMPTY = ("must not be empty.", "Write at least one item, or remove the key.")

# Predicate and mend for pydantic's kinds of error that a file can cause.
_SAYINGS: Mapping[str, tuple[str, str]] = {
    "string_type": ("must be text.", "Put it in quotes."),
    "bool_type": ("must be true or false.", "Write true or false, without quotes."),
    "tuple_type": _LIST,
    "model_type": _PAIRS,
    "mapping_type": _PAIRS,
    "dict_type": _PAIRS,
    "too_short": _EMPTY,
    "string_too_short": ("must not be empty.", "Write a text, or remove the key."),
    "string_too_long": ("is longer than a message may be, 4,096 characters.", "Shorten it."),
}


def flaws(error: ValidationError) -> Iterator[Flaw]:
    """One flaw for each of pydantic's errors that is not the shadow of another."""
    errors = error.errors(include_url=False)
    misspelt = [found["loc"] for found in errors if found["type"] == "extra_forbidden"]
    for found in errors:
        # A list whose only item is refused counts as too short; the item's own flaw says it all.
        if found["type"] == "too_short" and found["input"]:
            continue
        if found["type"] == "missing" and _is_there_misspelt(found["loc"], misspelt):
            continue
        yield _flaw(found["type"], found["loc"], found.get("ctx", {}), found["msg"])


def _is_there_misspelt(path: KeyPath, misspelt: Sequence[KeyPath]) -> bool:
    """Whether a missing key stands there under a name so like its own that the other flaw mends both."""
    beside = [str(other[-1]) for other in misspelt if other[:-1] == path[:-1]]
    return bool(get_close_matches(str(path[-1]), beside, n=1))


def _flaw(kind: str, path: KeyPath, context: Mapping[str, Any], message: str) -> Flaw:
    on_key = path[-1:] == ("[key]",)
    path = path[:-1] if on_key else path
    if kind == "extra_forbidden":
        return _unknown(path)
    if kind == "missing":
        sentence = f"The key {shown(str(path[-1]))} is missing in {_place(path[:-1])}."
        return Flaw(path, sentence, "Add it.", on_key=True, absent=True)
    predicate, mend, about = _saying(kind, context, message)
    return Flaw(path, f"{_place(path)} {predicate}", mend, on_key=on_key, about=about)


def _unknown(path: KeyPath) -> Flaw:
    sentence = f"There is no key {shown(str(path[-1]))} in {_place(path[:-1])}."
    return Flaw(path, sentence, did_you_mean(str(path[-1]), keys_at(path[:-1])), on_key=True)


def _saying(kind: str, context: Mapping[str, Any], message: str) -> tuple[str, str, str]:
    unfit = context.get("error")
    if isinstance(unfit, Unfit):
        return unfit.predicate, unfit.mend, unfit.about
    if kind == "literal_error":
        expected = str(context["expected"]).replace("'", "")
        return "is none of the words that may stand here.", f"Write {expected}.", ""
    return *_SAYINGS.get(kind, ("will not do:", f"{message}.")), ""


def _place(path: KeyPath) -> str:
    name = named(path)
    return f'"{name}"' if path else name
