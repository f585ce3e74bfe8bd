"""A rule about a phrase catches nobody any more."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import About, Typed, Verb
from bridge.heart.effects import Effect, EndRule


def end_rule(case: ActCase) -> tuple[Effect, ...]:
    """Whom it has caught is left as they are: to undo the rule itself lets them go, too."""
    rules = case.books.phrase_rules.values()
    rule = next((one for one in rules if case.act.target in (one.id, one.act)), None)
    if rule is None or not rule.holds(case.now):
        return (case.told("refused", "no_such_rule"),)
    return EndRule(rule.act, case.event.id), case.told("done", "rule_ended")


VERB = Verb("end_rule", About.RULE, end_rule, typed=Typed("rules", "end"))
