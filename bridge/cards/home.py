"""The team's home page: how things stand, who is muted, and how to take it back."""

from bridge.card import Button, Fact, Home, HomeMute
from bridge.cards.buttons import pause_button, posture_name, shield_button
from bridge.cards.finding import find_button, rule_row
from bridge.heart.acts import unmute
from bridge.model import Micros
from bridge.text.tokens import words as words_of
from bridge.views import Standing, StandingMute
from bridge.wording import Words

MUTES = 20
"""Mutes on one page: rooms show so many blocks on a page, and there is more on it."""

_MOST_READERS = 10


def home_page(standing: Standing, words: Words, now: Micros, page: int = 0, phrase: str = "") -> Home:
    """The page as of `now`: with the mutes of a page, or of those alone in whose row `phrase` stands."""
    meant = [one for one in standing.mutes if _holds(one, phrase)]
    pages = max(1, -(-len(meant) // MUTES))
    page = min(max(page, 0), pages - 1)
    shown = meant[page * MUTES : (page + 1) * MUTES]
    label = words("mutes_like" if phrase else "mutes", count=len(meant))
    return Home(
        title=words("home"),
        facts=_facts(standing, words),
        buttons=(
            shield_button(words, shielded=standing.shielded),
            pause_button(words, sms_paused=standing.sms_paused),
            find_button(words),
        ),
        mutes_label=label,
        mutes=tuple(_mute(mute, words) for mute in shown),
        footer=words("as_of", time=now),
        mutes_left_out=len(meant) - len(shown),
        mutes_page=page,
        mutes_pages=pages,
        mutes_phrase=phrase,
        rules_label=words("rules_in_force", count=len(standing.rules)) if standing.rules else "",
        rules=tuple(rule_row(one.rule, one.people, words) for one in standing.rules),
    )


def _facts(standing: Standing, words: Words) -> tuple[Fact, ...]:
    amounts = {name: getattr(standing, name) for name in ("total", "spent", "reserved")}
    return (
        *([Fact(words("mode"), words("dry_run"))] if standing.dry else ()),
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


def _holds(mute: StandingMute, phrase: str) -> bool:
    """Whether what is searched for stands in whom it is about, who did it, or why."""
    sought, row = " ".join(words_of(phrase)), f"{mute.handle} {mute.by} {mute.reason}"
    return not sought or sought in " ".join(words_of(row))


def _mute(mute: StandingMute, words: Words) -> HomeMute:
    word = "mute_told_why" if mute.reason else "mute_told"
    told = words(word, until=mute.until, by=mute.by, reason=mute.reason)
    return HomeMute(mute.handle, told, Button(unmute.VERB.name, words("unmute"), mute.handle))
