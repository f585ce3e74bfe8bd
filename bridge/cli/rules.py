"""`rempart rules diff`: what changed in the shipped rules since the team's own were made out of them."""

from difflib import unified_diff

from bridge.cli.speech import words
from bridge.cli.terminal import put_line
from bridge.environment import read_environment
from bridge.errors import Misconfigured
from bridge.responses import shipped
from bridge.settings import read_settings
from bridge.setup.team_rules import base


def diff() -> int:
    """Prints the changes, line by line; 1 where there are some, as `diff` does."""
    rules = read_settings(read_environment()).responses
    say = words().within("init")
    if rules.exists() and rules.samefile(shipped()):
        put_line(say("rules_are_shipped"))
        return 0
    before = base(rules)
    if not before.is_file():
        raise Misconfigured(
            f"{before} is not there: it is what `rempart init` leaves beside rules of your own."
        )
    old, new = (
        path.read_text(encoding="utf-8", errors="replace").splitlines() for path in (before, shipped())
    )
    changes = list(unified_diff(old, new, str(before), str(shipped()), lineterm=""))
    for line in changes:
        put_line(line)
    if not changes:
        put_line(say("rules_unchanged"))
    return 1 if changes else 0
