"""What a room must know of whoever acts, and what it does where it was not told: unknown is not no."""

from bridge.card import Home
from bridge.errors import RempartError
from bridge.heart.acts import VERBS
from bridge.model import Act
from bridge.noun import Noun, replace
from bridge.ports import Host
from bridge.wording import Words


class Standing(Noun):
    """What the host must know of an actor before it decides; `None` is what the room did not say."""

    member: bool | None
    """Of the feed channel."""
    groups: tuple[str, ...] | None
    silence: str = ""
    """A short code for why it did not."""
    guest: bool | None = False
    """Of the team's own place, or a member of another one: they may look and not act."""

    def counts(self, *, looks: bool) -> bool | None:
        """Whether they count as a member for what they want: guests do for what changes nothing."""
        if looks or self.member is False:
            return self.member
        if self.guest is not False:
            return None if self.guest is None else False
        return self.member


def vouched(host: Host, wish: Act, standing: Standing, words: Words) -> Act:
    """The wish with what the room says of its actor.

    Raises `RempartError` where it did not say what would decide.
    """
    verb = VERBS.get(wish.verb)
    counts = standing.counts(looks=verb is not None and verb.shows)
    known = replace(wish, member=counts is True, groups=standing.groups or ())
    best = _at_best(host, known, standing, counts is not False)
    if standing.silence and not host.may(known) and host.may(best):
        raise RempartError(words("unsure", code=standing.silence))
    return known


def _at_best(host: Host, known: Act, standing: Standing, member: bool) -> Act:
    """The wish of whoever turns out to be all that the room did not say."""
    groups = known.groups if standing.groups is not None else tuple(host.organisers)
    return replace(known, member=member, groups=groups)


def for_strangers(home: Home, words: Words) -> Home:
    """How things stand is no secret in the host; who is muted, and why, is the channel's business."""
    return replace(
        home,
        buttons=(),
        mutes_label=words("members_only"),
        mutes=(),
        mutes_left_out=0,
        mutes_pages=1,
        mutes_phrase="",
        rules_label="",
        rules=(),
    )
