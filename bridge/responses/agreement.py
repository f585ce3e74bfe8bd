"""What must agree between distant places of a rules file, and what may stand only once. Pure.

Works on the plain data, whatever its shape: what is misshapen here is for the models to refuse.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from bridge.responses.complaints import Flaw, KeyPath, did_you_mean, named, shown


def flaws(data: dict[str, Any]) -> Iterator[Flaw]:
    """Every disagreement, in no particular order."""
    languages = [code for code in _items(data.get("languages")) if isinstance(code, str)]
    yield from _blanks(data, ())
    yield from _repeats(data.get("languages"), ("languages",))
    yield from _repeats(data.get("ways"), ("ways",))
    yield from _same_ids(_items(data.get("replies")))
    for index, rule in enumerate(_items(data.get("replies"))):
        path: KeyPath = ("replies", index)
        for language, wordings in _pairs(_pairs(rule).get("say")).items():
            yield from _repeats(wordings, (*path, "say", language))
        if languages:
            yield from _unspoken(_pairs(rule), path, languages)


def _items(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _pairs(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _blanks(value: object, path: KeyPath) -> Iterator[Flaw]:
    """A key left blank may be half an edit: only `when` means something without a value."""
    if value is None and path[-1] != "when":
        half_a_number = str(path[-1]).isdigit() and isinstance(path[-1], str)
        mend = "Write decimals with a point: 12.50." if half_a_number else "Write one, or remove this."
        yield Flaw(path, f'"{named(path)}" has no value.', mend, on_key=True)
    for key, part in _pairs(value).items():
        yield from _blanks(part, (*path, key))
    for index, part in enumerate(_items(value)):
        yield from _blanks(part, (*path, index))


def _repeats(value: object, path: KeyPath) -> Iterator[Flaw]:
    for index, _ in _seen_before(_items(value)):
        yield Flaw((*path, index), "This stands in the list a second time.", "Remove one of the two.")


def _same_ids(rules: Sequence[Any]) -> Iterator[Flaw]:
    for index, name in _seen_before([_pairs(rule).get("id") for rule in rules]):
        sentence = f"Another reply has the id {shown(name)} already."
        yield Flaw(("replies", index, "id"), sentence, "Give each reply an id of its own.")


def _seen_before(items: Sequence[object]) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    for index, item in enumerate(items):
        if isinstance(item, str):
            if item in seen:
                yield index, item
            seen.add(item)


def _unspoken(rule: dict[str, Any], path: KeyPath, languages: Sequence[str]) -> Iterator[Flaw]:
    """Languages that a rule names and the file does not, and the default language where it is missing."""
    say = _pairs(rule.get("say"))
    for code in say.keys() - languages:
        yield _unlisted(code, languages, (*path, "say", code))
    wanted = _pairs(rule.get("when")).get("language")
    for index, code in enumerate([wanted] if isinstance(wanted, str) else _items(wanted)):
        if isinstance(code, str) and code not in languages:
            yield _unlisted(code, languages, (*path, "when", "language", index))
    if say and languages[0] not in say:
        sentence = f"The wording in {shown(languages[0])}, the default language, is missing."
        yield Flaw(
            (*path, "say"), sentence, "Add it: it serves whoever has no wording of their own.", on_key=True
        )


def _unlisted(code: str, languages: Sequence[str], path: KeyPath) -> Flaw:
    sentence = f'The language {shown(code)} is not in "languages".'
    return Flaw(path, sentence, f"{did_you_mean(code, languages)} Or add it there.", on_key="say" in path)
