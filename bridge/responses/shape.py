"""The shape of the rules file as a JSON Schema, for editors and for complaints about unknown keys. Pure."""

import ast
import inspect
import json
from collections import ChainMap
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from bridge.responses import rules
from bridge.responses.complaints import KeyPath
from bridge.responses.lines import CHANNELS, LINES, NAME


class _Schema(GenerateJsonSchema):
    """Leaves out what would puzzle someone who writes the file: null, titles, defaults of nothing."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        if schema.get("default") is None:
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)

    def encode_default(self, dft: Any) -> Any:
        return json.loads(json.dumps(dft, default=float))

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        found = super().dict_schema(schema)
        return {**found, "additionalProperties": False} if "patternProperties" in found else found

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - the signature is pydantic's
        return False


@cache
def json_schema() -> dict[str, Any]:
    """The schema, draft 2020-12."""
    schema = rules.Responses.model_json_schema(schema_generator=_Schema)
    _describe({rules.Responses.__name__: schema, **schema["$defs"]})
    schema["$defs"]["Line"] = _line(tuple(schema["properties"]))
    schema["properties"][LINES] = {
        "description": "Several public numbers or bots, each by a name of your choice; the first is the one "
        "that is meant where nobody says. Left out, there is one.",
        "type": "object",
        "minProperties": 1,
        "additionalProperties": False,
        "patternProperties": {NAME: {"$ref": "#/$defs/Line"}},
    }
    return {"$schema": _Schema.schema_dialect, **schema}


def _describe(models: dict[str, Any]) -> None:
    """Each key says what stands under it in `rules`, read for this alone: most who start need no schema."""
    told = dict(_told())
    for name, schema in models.items():
        kind: type[BaseModel] = getattr(rules, name)
        texts = ChainMap(*(told.get(one.__name__, {}) for one in kind.__mro__))
        for field, info in kind.model_fields.items():
            key = schema["properties"][info.alias or field]
            described = {**key, "description": texts[field]} if field in texts else key
            schema["properties"][info.alias or field] = dict(sorted(described.items()))


def _told() -> Iterator[tuple[str, dict[str, str]]]:
    """Each model, and what stands under its fields."""
    for model in ast.parse(inspect.getsource(rules)).body:
        if isinstance(model, ast.ClassDef):
            yield model.name, dict(_texts(model))


def _texts(model: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for above, below in pairwise(model.body):
        match above, below:
            case ast.AnnAssign(target=ast.Name(id=field)), ast.Expr(value=ast.Constant(value=str(text))):
                yield field, inspect.cleandoc(text)


def _line(common: Sequence[str]) -> dict[str, Any]:
    places = {
        "description": "Where the line is, by channel: its number there, or the id of its feed channel.",
        "type": "object",
        "additionalProperties": {"type": "string"},
    }
    own = {key: {"$ref": f"#/properties/{key}"} for key in common}
    return {
        "description": "One line: where it is, and every key that is other than above.",
        "type": "object",
        "additionalProperties": False,
        "properties": {CHANNELS: places, **own},
    }


def keys_at(path: KeyPath) -> tuple[str, ...]:
    """The keys that may stand in the mapping at `path`."""
    node = _resolved(json_schema())
    for step in path:
        properties = node.get("properties", {})
        inner = properties.get(step) or node.get("items") or node.get("additionalProperties") or {}
        patterns = node.get("patternProperties", {})
        node = _resolved(inner or next(iter(patterns.values()), {}))
    return tuple(node.get("properties", {}))


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    _, *steps = node.get("$ref", "#").split("/")
    found = json_schema() if steps else node
    for step in steps:
        found = found[step]
    return _resolved(found) if "$ref" in found else found
