"""The texts of a raid, or of one sender, look ordinary from now on."""

from functools import partial

from bridge.heart.acts.shared import teach
from bridge.heart.acts.verb import About, Verb

VERB = Verb("teach_ordinary", About.RAID_OR_SENDER, partial(teach, "ordinary"), reads=True)
