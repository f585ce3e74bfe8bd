"""The shape of the rules file as a JSON Schema, for editors and for complaints about unknown keys. Pure."""

import json
from functools import cache
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from bridge.responses.complaints import KeyPath
from bridge.responses.rules import Responses


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
    schema = Responses.model_json_schema(schema_generator=_Schema)
    return {"$schema": _Schema.schema_dialect, **schema}


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
    reference = node.get("$ref")
    return json_schema()["$defs"][reference.rpartition("/")[2]] if reference else node
