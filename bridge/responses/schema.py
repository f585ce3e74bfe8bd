"""Prints the JSON Schema of the rules file: `python -m bridge.responses.schema`. Touches standard output."""

import json
import sys

from bridge.responses.shape import json_schema


def printed() -> str:
    """The schema as it stands in `responses.schema.json`."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(printed())
