"""Copies: near-identical texts from distinct senders.

Sees one text pasted by several people, also with small edits, disguised letters or a random tail. Cannot
see texts that differ in most of their words, nor texts under 13 letters: short greetings coincide.

Measured on 74,907 ordinary French messages of 13 or more letters: none shared its letters with three
others inside a window of 2,000. Hence four senders and 13 letters; and since what many people would write
by themselves must not look like a raid, a text has to make up a share of what arrives, and one that anybody
might write has to be pasted, not typed (`bridge.raid.typed`), by more of them. A longer sentence that is
often said takes more, too, to open a raid, where each ended it otherwise: of 300 runs of what television
brings, in one four of 31,000 had done so by chance.

Measured (docs/benchmark.md, scenarios 2 and 5): of 400 numbers with 20 edited templates all are caught,
0.00 EUR paid, precision 99.7 %; no false raid in 31,000 messages after television, in 4 runs of 4.
"""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from bridge.model import DAY, EventId, Micros, SenderId
from bridge.raid.campaign import NOTHING_HEEDED, Heeded
from bridge.raid.holders import Holders
from bridge.raid.sighting import Finding, Sighting, is_cased
from bridge.raid.sketch import LONG, likeness
from bridge.raid.typed import GREETING_LETTERS, SENTENCE_LETTERS, is_of, pasted
from bridge.reasons import Reason, Why, because
from bridge.text.courtesy import core

SHORTEST = 13
"""Letters: below, texts coincide by chance."""

SENDERS = 4
"""Distinct senders that make copies."""

KNOWN_SENDERS = 2
"""The same of a text that was pasted elsewhere, whatever its share: nobody writes that by himself."""

REPEATED = 3
"""Others who wrote a text before, from whom on it counts no more for what people write."""

PLAIN_SENDERS = 12
"""Distinct senders who typed it to the letter alike that it takes where the text is short and unremarkable,
such as a question."""

PLAIN_LETTERS = 45
"""Letters, without courtesy, below which many may write one text by themselves, each in their own way."""

PLAIN_SUSPICION = 700
"""Short questions look odd to the register, too: what nobody asks by himself looks odder."""

ODD_SUSPICION = 850
"""The same of what is shorter than a sentence. In other languages than French the register knows less of what
is asked: of five questions in English one looks like 784, in Spanish like 769."""

SENTENCE_SENDERS = 6
"""From `SENTENCE_LETTERS` on fewer will do: a sentence has many forms, and six alike are no chance."""

LONG_LETTERS = 35
"""From so many on four will do."""

GREETING_SHARE = 0.03
"""The share of what arrives that a greeting must make up: so short a text is nobody's."""

ORDINARY_SUSPICION = 200
"""Below this look three in four of the long texts of ordinary people, and one in a hundred of those of
raiders: 77 % of the French SMS of docs/register.md, 0.8 % of its abuse."""

UNCASED = 2
"""So many times as many where the script has no capitals: without capitals and accents there are fewer forms,
and a dozen people may well type the same one."""

EQUAL_SHARE, LIKE_SHARE = 0.01, 0.02
"""The share that equal texts must make up on a calm day, and that texts must which are only alike."""

EQUAL_SHARE_IN_RAID, LIKE_SHARE_IN_RAID = 0.004, 0.01
"""The same while a raid is on."""

WINDOW = 2_000
"""Messages that are compared with each other. Memory: about 1.5 kB each."""

WINDOW_TIME: Micros = DAY

_LIKE = 0.65
_LIKE_SHORT = 0.75
_LIKE_KNOWN = 0.5
_CANDIDATES = 5
_NEWEST = 64
"""Members of a cluster that are looked at: more do not change the answer."""


@dataclass(slots=True)
class Member:
    """One message of a cluster."""

    number: int
    sender: SenderId
    equal: bool
    """Its letters are the founder's."""
    letters: str
    typed: str
    suspicion: int


@dataclass(slots=True)
class Cluster:
    """Texts like that of its founder."""

    key: EventId
    letters: str
    sketch: tuple[int, ...]
    place: int = 0
    """Where it stands among those that hold hashes."""
    members: deque[Member] = field(default_factory=deque)
    senders: Counter[SenderId] = field(default_factory=Counter)
    """How many of the members each sender wrote."""
    convicted: bool = False
    pasted: str = ""
    """What of it was pasted, where only that tells a paste from a crowd: whoever typed it otherwise has not
    pasted it. Any text is of the empty one."""
    excused: bool = False
    """The team said that these are no raiders."""
    measured: tuple[int, int] | None = field(default=None, compare=False)
    """How long what they say is, and how odd it looks; nothing once another came, or one was forgotten."""


@dataclass(slots=True)
class Copies:
    """The clusters of the newest messages."""

    number: int = 0
    window: deque[tuple[Micros, EventId]] = field(default_factory=deque)
    """When each message came, and the key of its cluster."""
    clusters: dict[EventId, Cluster] = field(default_factory=dict)
    equal: dict[str, EventId] = field(default_factory=dict)
    """The cluster founded by exactly these letters."""
    alike: Holders = field(default_factory=Holders)
    """The clusters by the hashes of their sketches: of two that are equally near the first is taken."""
    _found: tuple[EventId, int, Cluster | None] | None = None
    """The newest answer of `kin`: it is asked for by a look, and again when the message is taken in."""

    def kin(self, sighting: Sighting) -> Cluster | None:
        """The cluster that a text belongs to, if there is one."""
        if self._found is None or self._found[:2] != (sighting.event, self.number):
            self._found = sighting.event, self.number, self._kin(sighting)
        return self._found[2]

    def _kin(self, sighting: Sighting) -> Cluster | None:
        self._forget_before(sighting.at - WINDOW_TIME)
        if len(sighting.letters) < SHORTEST:
            return None
        found = self.equal.get(sighting.letters)
        return self._nearest(sighting) if found is None else self.clusters[found]

    def look(self, sighting: Sighting, *, raid: bool, heeded: Heeded = NOTHING_HEEDED) -> Finding | None:
        """What this message adds to copies; `heeded`: what was pasted elsewhere."""
        cluster = self.kin(sighting)
        if cluster is None or cluster.excused or not is_of(cluster.pasted, sighting):
            return None
        senders = len(cluster.senders) + (sighting.sender not in cluster.senders)
        text = self._pasted(cluster, sighting, raid=raid) if senders >= SENDERS else None
        grave, teller = text is not None, None
        if not grave and senders >= KNOWN_SENDERS and not is_plain(cluster):
            teller = heeded.teller(cluster.letters, sighting.at)
            grave = teller is not None or heeded.holds(cluster.sketch, sighting.at)
        if not (grave or cluster.convicted):
            return None
        if cluster.convicted:  # one more of an old paste says who its sender is, not that a raid is on
            return Finding("copies", cluster.key, (sighting.sender,), 1, _reason(senders, teller), grave)
        wrote: list[Member | Sighting] = [*cluster.members, sighting]
        pasters = [one for one in wrote if is_of(text or "", one)]
        members = tuple(sorted({one.sender for one in pasters}))
        return Finding("copies", cluster.key, members, len(pasters), _reason(len(members), teller))

    def repeats(self, sighting: Sighting) -> bool:
        """Whether several others wrote this text before: one more says nothing new of what people write."""
        cluster = self.kin(sighting)
        return cluster is not None and len(cluster.senders) >= REPEATED

    def echoes(self, sighting: Sighting) -> bool:
        """Whether this is what a crowd asks, each in their own way."""
        cluster = self.kin(sighting)
        return (
            cluster is not None
            and not cluster.convicted
            and len(cluster.senders) >= REPEATED
            and is_plain(cluster)
            and pasted([*_newest(cluster), sighting], _measured(cluster)[0]) is None
        )

    def knows(self, sighting: Sighting) -> bool:
        """Whether this is known to be pasted."""
        cluster = self.kin(sighting)
        return cluster is not None and cluster.convicted

    def add(self, sighting: Sighting, *, convicted: bool = False) -> None:
        """Takes the message in; `convicted` when its cluster is now known to be copies."""
        cluster = self.kin(sighting)
        self.number += 1
        if len(sighting.letters) < SHORTEST:
            return
        cluster = cluster or self._founded(sighting)
        equal = sighting.letters == cluster.letters
        cluster.members.append(
            Member(self.number, sighting.sender, equal, sighting.letters, sighting.typed, sighting.suspicion)
        )
        cluster.measured = None
        if convicted and not cluster.convicted:
            cluster.convicted, cluster.pasted = True, _kept(cluster)
        cluster.senders[sighting.sender] += 1
        self.window.append((sighting.at, cluster.key))
        if len(self.window) > WINDOW:
            self._forget(self.window.popleft()[1])

    def suspected(self) -> set[SenderId]:
        """Everybody whose text somebody else wrote, too."""
        several = (one for one in self.clusters.values() if not one.convicted and len(one.members) > 1)
        return {sender for one in several for sender in one.senders}

    def excuse(self) -> None:
        """What was convicted is forgiven, and more of the same with it."""
        for cluster in self.clusters.values():
            cluster.excused = cluster.excused or cluster.convicted
            cluster.convicted = False

    def reconsider(self) -> None:
        """What was excused counts again."""
        for cluster in self.clusters.values():
            cluster.excused = False

    def _pasted(self, cluster: Cluster, sighting: Sighting, *, raid: bool) -> str | None:
        """What was pasted, where, over some stretch of the newest messages, enough senders did."""
        equal, like = (EQUAL_SHARE_IN_RAID, LIKE_SHARE_IN_RAID) if raid else (EQUAL_SHARE, LIKE_SHARE)
        newest = _newest(cluster)
        if _is_anybodys(cluster, raid=raid):
            length = _measured(cluster)[0]
            text = pasted([*newest, sighting], length)
            if text is None or not is_of(text, sighting):
                return None
            share = GREETING_SHARE if length < GREETING_LETTERS else equal
            typed = [one for one in newest if one.typed == text]
            enough = self._make_up(typed, sighting, _least(cluster), share)
            return (text if is_plain(cluster) else "") if enough else None
        chance = not raid and _is_chance(cluster, sighting)
        same = [one for one in newest if one.equal] if sighting.letters == cluster.letters else []
        enough = self._make_up(same, sighting, SENDERS, equal) or self._make_up(
            newest, sighting, SENTENCE_SENDERS if chance else SENDERS, like
        )
        return "" if enough else None

    def _make_up(self, newest: Sequence[Member], sighting: Sighting, least: int, share: float) -> bool:
        senders = {sighting.sender}
        for member in newest:
            senders.add(member.sender)
            if len(senders) >= max(least, share * (self.number - member.number + 2)):
                return True
        return False

    def _nearest(self, sighting: Sighting) -> Cluster | None:
        best: tuple[float, Cluster | None] = 0.0, None
        for cluster in self._candidates(sighting):
            bar = max(best[0], _bar(cluster, sighting))
            if (
                _most(cluster, sighting) >= bar
                and (like := likeness(sighting.letters, cluster.letters)) >= bar
            ):
                best = like, cluster
        return best[1]

    def _candidates(self, sighting: Sighting) -> list[Cluster]:
        """The clusters that share most of the sketch, most first."""
        return [self.clusters[key] for key in self.alike.sharing(sighting.sketch, _CANDIDATES)]

    def _founded(self, sighting: Sighting) -> Cluster:
        cluster = Cluster(sighting.event, sighting.letters, sighting.sketch)
        self.clusters[cluster.key] = cluster
        self.equal[cluster.letters] = cluster.key
        cluster.place = self.alike.add(cluster.key, cluster.sketch)
        return cluster

    def _forget_before(self, since: Micros) -> None:
        """Also when nothing came for long: what is met next is not compared with what is too old."""
        while self.window and self.window[0][0] < since:
            self._forget(self.window.popleft()[1])

    def _forget(self, key: EventId) -> None:
        cluster = self.clusters[key]
        sender = cluster.members.popleft().sender
        cluster.measured = None
        cluster.senders[sender] -= 1
        if not cluster.senders[sender]:
            del cluster.senders[sender]
        if cluster.members:
            return
        del self.clusters[key], self.equal[cluster.letters]
        self.alike.remove(cluster.place, cluster.sketch)


def is_plain(text: Cluster | Sighting) -> bool:
    """Whether many people might write it by themselves."""
    length, odd = _measured(text)
    return length < PLAIN_LETTERS and odd < (ODD_SUSPICION if length < SENTENCE_LETTERS else PLAIN_SUSPICION)


def _measured(text: Cluster | Sighting) -> tuple[int, int]:
    """Letters of what is said, without courtesy, and how odd it looks to the register. Of a cluster the
    shortest text, for what that leaves out the others added; and what most of it looks like."""
    if isinstance(text, Sighting):
        return len(core(text.letters)), text.suspicion
    if text.measured is None:
        newest = _newest(text)
        odd = sorted(one.suspicion for one in newest)[len(newest) // 2]
        text.measured = min(len(core(one.letters)) for one in newest), odd
    return text.measured


def telling(sighting: Sighting) -> bool:
    """Whether a text tells of its paste wherever it is met: it has a sketch, and nobody writes it alone."""
    return bool(sighting.sketch) and not is_plain(sighting)


def _reason(senders: int, teller: str | None) -> Reason:
    """What speaks against whoever wrote it; `teller`: which team told of the text, where one did."""
    if teller is None:
        return because(Why.COPIES, senders=senders)
    return because(Why.KNOWN_PASTE, senders=senders, teller=teller)


def _is_anybodys(cluster: Cluster, *, raid: bool) -> bool:
    """Whether only how it was typed tells a paste from a crowd. In a raid what looks odd is no crowd's."""
    return _measured(cluster)[0] < PLAIN_LETTERS and (not raid or is_plain(cluster))


def _least(cluster: Cluster) -> int:
    length = min(len(one.letters) for one in _newest(cluster))  # courtesy too was pasted
    if length >= LONG_LETTERS or not is_plain(cluster):
        return SENDERS
    least = SENTENCE_SENDERS if length >= SENTENCE_LETTERS else PLAIN_SENDERS
    return least if is_cased(cluster.letters) else UNCASED * least


def _is_chance(cluster: Cluster, sighting: Sighting) -> bool:
    """Whether they may have said one thing by themselves: none of it looks odd, and no two wrote the same
    letters. Of those who paste, some change nothing."""
    members: list[Member | Sighting] = [*_newest(cluster), sighting]
    wrote = {(one.sender, one.letters) for one in members}
    odd = max(one.suspicion for one in members) >= ORDINARY_SUSPICION
    return not odd and len({letters for _, letters in wrote}) == len(wrote)


def _kept(cluster: Cluster) -> str:
    """What of it was pasted, where that alone tells a paste from a crowd."""
    if not is_plain(cluster):
        return ""
    return pasted(_newest(cluster), _measured(cluster)[0]) or cluster.members[-1].typed


def _newest(cluster: Cluster) -> list[Member]:
    return list(islice(reversed(cluster.members), _NEWEST))


def _most(cluster: Cluster, sighting: Sighting) -> float:
    """How alike two texts can be at most: the shorter may be a part of the longer."""
    shorter, longer = sorted((len(cluster.letters), len(sighting.letters)))
    return shorter / longer


def _bar(cluster: Cluster, sighting: Sighting) -> float:
    if cluster.convicted:
        return _LIKE_KNOWN
    shorter = min(len(cluster.letters), len(sighting.letters))
    return _LIKE if shorter >= LONG else _LIKE_SHORT
