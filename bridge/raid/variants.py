"""Variants: texts that differ from each other, and yet are one text, sent by several while a raid is on.

Sees what raiders change in order not to be known again: words before and behind, slips, numbers, also in
short texts, and where each form of it is too rare to be a paste. Cannot see a text said in other words.

Copies (`bridge.raid.copies`) must hold on any day, so that a short text must be the same to the letter. In a
raid there is a reason to look closer. Many of a crowd that asks the same question write the very same
letters; variants hardly ever do: that tells people from raiders.

Measured on 4,827 real text messages: four that are alike, and not mostly the same, were written within
2,000 of them in one case. In docs/benchmark.md, scenario 13: raiders who learn are paid about half of
what they were without it.
"""

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from operator import itemgetter

from bridge.model import DAY, EventId, Micros, SenderId
from bridge.raid.copies import PLAIN_SENDERS, SHORTEST, is_plain
from bridge.raid.sighting import Finding, Sighting, without_numbers
from bridge.raid.sketch import likeness
from bridge.reasons import Why, because
from bridge.text.courtesy import core

SENDERS = 4
"""Distinct senders that make variants."""

SHARE = 0.005
"""And the share of what arrives that they must make up, over some stretch of the newest messages."""

LIKE = 0.5
"""How alike two variants are."""

CROWD = 0.4
"""The share of senders who wrote the very same letters, from which on they are a crowd, not variants."""

WINDOW = 2_000
"""Messages that are compared with each other. Memory: about 1 kB each."""

WINDOW_TIME: Micros = DAY

_COMMON = 2
_NEWEST = 32
"""How many texts are looked at that share a hash, and in all: more do not change the answer."""


@dataclass(slots=True)
class Text:
    """One message."""

    number: int
    at: Micros
    key: EventId
    """The first of its variants."""
    sender: SenderId
    letters: str
    runs: tuple[int, ...]
    """The smallest hashes of its runs of letters."""
    known: bool
    """It was found to be a variant."""


@dataclass(slots=True)
class Variants:
    """The newest texts that came while it was not calm."""

    number: int = 0
    window: deque[Text] = field(default_factory=deque)
    texts: dict[int, Text] = field(default_factory=dict)
    """The same by their numbers."""
    holding: dict[int, dict[int, None]] = field(default_factory=dict)
    """The numbers of the texts that hold a hash, oldest first."""
    _found: tuple[EventId, list[Text]] | None = None
    """The newest answer of `kin`: it is asked for by a look, and again when the message is taken in."""

    def look(self, sighting: Sighting) -> Finding | None:
        """Who wrote variants of this text, if enough did."""
        kin = self.kin(sighting)
        if not self._make_up_a_share(kin, sighting) or _is_crowd(kin, sighting):
            return None
        members = {one.sender for one in kin if not one.known} | {sighting.sender}
        reason = because(Why.COPIES, senders=len({one.sender for one in kin} | members))
        return Finding("copies", kin[0].key, tuple(sorted(members)), len(members), reason, grave=False)

    def add(self, sighting: Sighting, *, found: bool, pasted: bool = False) -> None:
        """Takes the message in; `found` when it is known to be one of variants.

        What is pasted is only counted: whoever changes that is seen by the paste.
        """
        self.number += 1
        letters = without_numbers(sighting.letters)
        if pasted or len(letters) < SHORTEST:
            return
        kin = self.kin(sighting)
        for one in kin if found else ():
            one.known = True
        key = kin[0].key if kin else sighting.event
        text = Text(self.number, sighting.at, key, sighting.sender, letters, sighting.runs, found)
        self.window.append(text)
        self.texts[text.number] = text
        for run in text.runs:
            self.holding.setdefault(run, {})[text.number] = None
        if len(self.window) > WINDOW:
            self._forget()
        self._found = None

    def clear(self) -> None:
        """Begins anew, after a false alarm."""
        self.window.clear()
        self.texts.clear()
        self.holding.clear()
        self._found = None

    def kin(self, sighting: Sighting) -> list[Text]:
        """The newest texts that are like this one, the likest first."""
        if self._found is None or self._found[0] != sighting.event:
            self._forget_before(sighting.at - WINDOW_TIME)
            self._found = sighting.event, self._kin(without_numbers(sighting.letters), sighting.runs)
        return self._found[1]

    def _kin(self, letters: str, runs: Sequence[int]) -> list[Text]:
        if len(letters) < SHORTEST:
            return []
        common = Counter(chain.from_iterable(map(self._newest, runs)))
        shared = [(count, number) for number, count in common.items() if count >= _COMMON]
        shared.sort(key=itemgetter(0), reverse=True)
        likely = [self.texts[number] for _, number in shared[:_NEWEST]]
        alike = [(like, one) for one in likely if (like := likeness(letters, one.letters)) >= LIKE]
        return [one for _, one in sorted(alike, key=lambda it: -it[0])]

    def _newest(self, run: int) -> Iterator[int]:
        return islice(reversed(self.holding.get(run, {})), _NEWEST)

    def _make_up_a_share(self, kin: Sequence[Text], sighting: Sighting) -> bool:
        least, senders = PLAIN_SENDERS if is_plain(sighting) else SENDERS, {sighting.sender}
        for one in sorted(kin, key=lambda it: -it.number):
            senders.add(one.sender)
            if len(senders) >= max(least, SHARE * (self.number - one.number + 2)):
                return True
        return False

    def _forget_before(self, since: Micros) -> None:
        while self.window and self.window[0].at < since:
            self._forget()

    def _forget(self) -> None:
        text = self.window.popleft()
        del self.texts[text.number]
        for run in text.runs:
            del self.holding[run][text.number]
            if not self.holding[run]:
                del self.holding[run]


def _is_crowd(kin: Sequence[Text], sighting: Sighting) -> bool:
    """Whether so many wrote the very same letters that people do so by themselves; of what anybody might
    write, the same but for courtesy."""
    said = core if is_plain(sighting) else str
    theirs = sighting.sender, said(without_numbers(sighting.letters))
    wrote = {(one.sender, said(one.letters)) for one in kin} | {theirs}
    commonest = Counter(letters for _, letters in wrote).most_common(1)[0][1]
    return commonest >= CROWD * len({sender for sender, _ in wrote})
