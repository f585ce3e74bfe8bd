"""The rules of `responses.yaml`: loading them, choosing a reply, and finding its words.

Floor 1, pure but for the reading of the one file. Other rooms import from here, and need no other name:
`read` or `parse` gives `Responses`, `read_lines` those of every line;
`choose` the rule for a message; `pick`, `values` and `fill` its text.
"""

from bridge.responses.choose import Facts, choose
from bridge.responses.lines import Line, called
from bridge.responses.load import Complaint, RulesRefused, parse, read, read_lines, shipped
from bridge.responses.rules import Responses, Retention, Rule, Said
from bridge.responses.saying import said_in
from bridge.responses.wording import Wording, fill, pick, values

__all__ = [
    "Complaint",
    "Facts",
    "Line",
    "Responses",
    "Retention",
    "Rule",
    "RulesRefused",
    "Said",
    "Wording",
    "called",
    "choose",
    "fill",
    "parse",
    "pick",
    "read",
    "read_lines",
    "said_in",
    "shipped",
    "values",
]
