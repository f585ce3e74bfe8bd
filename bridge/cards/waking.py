"""Whom a card wakes: who has it, the touch by which one takes it, and the calls in its thread. Pure."""

from collections.abc import Collection, Iterator, Sequence

from bridge.card import Button, Card, Note
from bridge.heart.acts import hand_back, take
from bridge.model import Micros, Page
from bridge.noun import Noun, replace
from bridge.waking import Call, calls, holder, is_present
from bridge.wording import Words


def woken_for(page: Page, words: Words) -> str:
    """What is the matter; a raid goes by the name that people say."""
    return words(page.told.code, **dict(page.told.data), name=words.raid(page.card))


class Paging(Noun):
    """What people are woken for now, and who."""

    pages: Sequence[Page]
    wake: Sequence[str]
    """Who is on the list."""
    words: Words
    now: Micros
    told: Collection[str] = ()
    """Calls that another card has made already: yesterday's."""

    def on(self, card: Card, name: str) -> Card:
        """The card with what stands on it; `name` is the raid's id, or that of the day's card."""
        pages = [one for one in self.pages if one.card == name and is_present(one, self.now)]
        if not pages:
            return card
        notes = (one for page in pages for one in self._calls(page) if one.key not in self.told)
        return replace(
            card,
            lines=(*card.lines, *self._taken(pages)),
            buttons=(self._button(pages, name), *card.buttons),
            notes=(*notes, *card.notes),
        )

    def _taken(self, pages: Sequence[Page]) -> tuple[str, ...]:
        page = holder(pages)
        return () if page is None else (self.words("taken", by=page.taken_by, time=page.taken_at),)

    def _button(self, pages: Sequence[Page], name: str) -> Button:
        """Somebody takes it; or gives it back, once nothing is left to take."""
        if all(one.taken_by is not None for one in pages):
            return Button(hand_back.VERB.name, self.words("hand_back"), name)
        return self._take(name)

    def _take(self, name: str) -> Button:
        return Button(take.VERB.name, self.words("take"), name, "primary")

    def _calls(self, page: Page) -> Iterator[Note]:
        """A step each, said once: its key is the same across restarts and cards."""
        for call in calls(page, self.wake, self.now):
            key = f"page:{page.key}:{page.since}:{call.step}"
            yield Note(key, self._said(page, call), call.mentions, (self._take(page.card),))

    def _said(self, page: Page, call: Call) -> str:
        what = woken_for(page, self.words)
        if not call.step:
            return what
        return self.words("called_late", length=self.words.length(call.waited), what=what)
