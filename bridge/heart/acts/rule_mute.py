"""Whoever writes a phrase from now on gets no reply for a while."""

from functools import partial

from bridge.heart.acts.shared import ruled
from bridge.heart.acts.verb import About, Verb

VERB = Verb("rule_mute", About.PHRASE, partial(ruled, "mute"))
