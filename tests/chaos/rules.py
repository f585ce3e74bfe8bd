"""The rules under which processes are killed: everybody gets one reply at once, as long as there is money."""

from pathlib import Path

from bridge.model import EURO, MicroEuros

_RULES = """
languages: [fr]
hold: {{min: 0s, max: 1s}}
prices:
  sms: {{in: 0.0075, out: {{FR: 0.08}}}}
pot: {{total: 10000, per_hour: {limit}, per_day: {limit}}}
replies:
  - id: any
    say: {{fr: Un mot.}}
"""


def write_rules(folder: Path, limit: MicroEuros) -> None:
    """Writes `rules.yaml`: no more than `limit` may be spent."""
    rules = _RULES.format(limit=f"{limit / EURO:g}")
    (folder / "rules.yaml").write_text(rules, encoding="utf-8")
