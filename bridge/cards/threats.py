"""The card of a day's threats: how many, since when, and who opened them; never what they say. Pure."""

from bridge.card import Card, Fact
from bridge.cards.buttons import show_threats_button
from bridge.model import Micros
from bridge.views import Readers, Threatened
from bridge.wording import Words

_MOST_READERS = 5


def key_of(date: str) -> str:
    """Under which a day's card is kept."""
    return f"threats:{date}"


def threats_card(seen: Threatened, read: Readers | None, words: Words, now: Micros) -> Card:
    """It stands in the thread of the day's card, and is edited there however many come."""
    counts = {"messages": seen.messages, "people": seen.people}
    return Card(
        key=key_of(seen.date),
        under=f"day:{seen.date}",
        title=words("threats_title", date=words.date(seen.date)),
        lines=(
            words("threats_line", **counts, at=seen.newest_at),
            _opened(read, words),
            words("threats_danger"),
        ),
        facts=(
            *(Fact(words(f"sign_{sign}"), words.count(count)) for sign, count in seen.signs),
            *_readers(read, words),
        ),
        buttons=(show_threats_button(words),),
        footer=words("as_of", time=now),
    )


def _opened(read: Readers | None, words: Words) -> str:
    if read is None:
        return words("threats_unopened")
    told = words("threats_since", texts=read.since) if read.since else words("threats_nothing_since")
    return words("threats_opened", by=read.last, time=read.at, then=told)


def _readers(read: Readers | None, words: Words) -> tuple[Fact, ...]:
    """Who has read most: somebody else may open the next ones."""
    shown = read.texts[:_MOST_READERS] if read else ()
    return tuple(Fact(words("threats_reader", by=who), words.some("texts", texts)) for who, texts in shown)
