"""The JSON Schema beside the rules file, and the page that explains its keys."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.responses.schema import printed
from bridge.responses.shape import json_schema, keys_at

_TOP = Path(__file__).parents[2]


def _keys(node: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every key of the file as a dotted path; names that people choose (channels, countries) are left out."""
    if "$ref" in node:
        node = json_schema()["$defs"][node["$ref"].rpartition("/")[2]]
    for name, inner in node.get("properties", {}).items():
        if path == ("lines",) and name != "channels":
            continue  # the same keys again
        yield (*path, name)
        yield from _keys(inner, (*path, name))
    for inner in [*node.get("patternProperties", {}).values(), *filter(None, [node.get("items")])]:
        yield from _keys(inner, path)


_KEYS = [".".join(path) for path in _keys(json_schema())]


def test_the_committed_schema_is_in_step_with_the_models() -> None:
    committed = (_TOP / "responses.schema.json").read_text(encoding="utf-8")
    assert committed == printed(), "run `make schema`"


def test_the_keys_of_the_contract_are_there() -> None:
    assert {"languages", "hold.min", "pot.inbound_reserve", "prices.out", "replies.when.time.from"} <= set(
        _KEYS
    )


@pytest.mark.parametrize("key", _KEYS)
def test_every_key_is_explained_on_the_page(key: str) -> None:
    page = (_TOP / "docs" / "responses.md").read_text(encoding="utf-8")
    assert re.search(rf"^(### |\| )`{re.escape(key)}`", page, re.MULTILINE), f"docs/responses.md lacks {key}"


def test_every_key_says_to_an_editor_what_it_does() -> None:
    schemas = {"Responses": json_schema(), **json_schema()["$defs"]}
    for name, schema in schemas.items():
        assert schema["description"], name
        assert schema["additionalProperties"] is False, name
        for key, inner in schema["properties"].items():
            assert inner.get("description") or "$ref" in inner, f"{name}.{key}"


@pytest.mark.parametrize(
    ("path", "some"),
    [
        ((), "replies"),
        (("hold",), "min"),
        (("replies", 3), "say"),
        (("replies", 3, "when", "time"), "from"),
        (("prices", "sms"), "out"),
    ],
)
def test_the_schema_tells_which_keys_may_stand_where(path: tuple[str | int, ...], some: str) -> None:
    assert some in keys_at(path)


@pytest.mark.parametrize(
    "path", [("zone",), ("replies", 0, "say"), ("prices", "sms", "out"), ("nowhere", 1, "x")]
)
def test_where_no_fixed_keys_stand_there_are_none(path: tuple[str | int, ...]) -> None:
    assert keys_at(path) == ()
