"""Whoever writes a phrase from now on waits for a reply until the rule ends."""

from functools import partial

from bridge.heart.acts.shared import ruled
from bridge.heart.acts.verb import About, Verb

VERB = Verb("rule_hold", About.PHRASE, partial(ruled, "hold"))
