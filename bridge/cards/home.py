"""The team's home page: how things stand, who is muted, and how to take it back."""

from bridge.card import Button, Fact, Home, HomeMute
from bridge.cards.buttons import pause_button, posture_name, shield_button
from bridge.heart.acts import unmute
from bridge.model import Micros
from bridge.views import Standing, StandingMute
from bridge.wording import Words

_MOST_MUTES = 20
_MOST_READERS = 10


def home_page(standing: Standing, words: Words, now: Micros) -> Home:
    """The page as of `now`."""
    shown = standing.mutes[:_MOST_MUTES]
    return Home(
        title=words("home"),
        facts=_facts(standing, words),
        buttons=(
            shield_button(words, shielded=standing.shielded),
            pause_button(words, sms_paused=standing.sms_paused),
        ),
        mutes_label=words("mutes", count=len(standing.mutes)),
        mutes=tuple(_mute(mute, words) for mute in shown),
        footer=words("as_of", time=now),
        mutes_left_out=len(standing.mutes) - len(shown),
    )


def _facts(standing: Standing, words: Words) -> tuple[Fact, ...]:
    amounts = {name: getattr(standing, name) for name in ("total", "spent", "reserved")}
    return (
        Fact(words("posture"), posture_name(standing.posture, words)),
        *(Fact(words("channel", name=name), words(state)) for name, state in standing.channels),
        Fact(words("pot"), words("pot_value", **amounts)),
        Fact(words("receiving"), words.money(standing.inbound)),
        *([Fact(words("texts_read"), _read(standing, words))] if standing.read else ()),
    )


def _read(standing: Standing, words: Words) -> str:
    """Who read how many, whoever read most first: a team can share the load."""
    return words("texts_read_sep").join(
        words("texts_read_by", by=actor, texts=texts) for actor, texts in standing.read[:_MOST_READERS]
    )


def _mute(mute: StandingMute, words: Words) -> HomeMute:
    word = "mute_told_why" if mute.reason else "mute_told"
    told = words(word, until=mute.until, by=mute.by, reason=mute.reason)
    return HomeMute(mute.handle, told, Button(unmute.VERB.name, words("unmute"), mute.handle))
