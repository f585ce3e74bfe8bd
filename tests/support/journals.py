"""Journals of everything that can happen, made by lot; and what comes of one when it is folded in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hypothesis import strategies as st

from bridge.heart.acts import VERBS
from bridge.heart.changes import Changes
from bridge.heart.fold import fold
from bridge.heart.timing import onward
from bridge.model import (
    HOUR,
    MINUTE,
    SECOND,
    Act,
    Contact,
    Done,
    Event,
    Happening,
    Message,
    Micros,
    Progress,
    Receipt,
    SenderId,
)
from bridge.moderation.targets import GroupName, Ruling, written_people
from bridge.noun import replace
from bridge.privacy.pseudonym import event_id, handles, sender_id
from bridge.replay.acts import Targets
from bridge.replay.rows import Told as Heard
from bridge.replay.world import World, open_world
from bridge.store.books.journal import Arrival
from tests.support.acting import act, target
from tests.support.clock import NOON
from tests.support.events import keys, message, receipt, rules
from tests.support.outcomes import outcome_of
from tests.support.raiding import OTHER_PASTE, PASTE, insults, number

SOURCE = b"""
languages: [fr, en]
reply_once_per: 2h
hold: {min: 10m, max: 45m}
pot: {total: 3, per_hour: 1, per_day: 2, warn_at: [20%, 50%]}
replies:
  - id: first
    when: {first: true}
    say: {fr: ["Un mot.", "Deux mots."]}
  - id: again
    when: {repeat: true}
    say: {fr: ["Encore un mot.", "Un autre.", "Un dernier."]}
"""

KIND = "Je voulais te dire merci pour hier soir"
TEXTS = (PASTE, PASTE, OTHER_PASTE, "salut", KIND, "STOP", "start", *list(insults())[:12])
PHRASES = ("salut", "re:b.njour", "merci", "re:(", "poli")
AMOUNTS = ("2", "0.5", "-0.1", "beaucoup")
LENGTHS = (None, 10 * MINUTE, HOUR)
WORDS = sorted(VERBS)
SOON = (SECOND, MINUTE)
WAITS = (*SOON * 4, 10 * MINUTE, 48 * MINUTE, 3 * HOUR, 25 * HOUR, -5 * MINUTE)


class Step(NamedTuple):
    """Something happens, so long after what happened before; or before it, where a clock was put back."""

    kind: str
    who: int
    what: int
    wait: Micros


class Run(NamedTuple):
    """The same again and again: each time by somebody else, but for the team; `varied`: and each time new.

    The team goes through its verbs in the order of the alphabet, in which most are taken back later.
    """

    step: Step
    times: int
    varied: bool = True

    def steps(self) -> list[Step]:
        """One after the other."""
        kind, who, what, wait = self.step
        others = kind != "act"
        return [Step(kind, who + n * others, what + n * self.varied, wait) for n in range(self.times)]


def journals(crowd: int, waits: Sequence[Micros] = WAITS) -> st.SearchStrategy[list[Step]]:
    """Crowds of as many people at most, and whatever else happens before, between and after them."""
    kinds = ["message"] * 3 + ["act", "contact", "receipt"]
    alone = st.builds(Run, _steps(kinds, waits), st.integers(0, 3))
    team = st.builds(Run, _steps(["act"], waits), st.integers(0, len(WORDS)))
    crowds = st.builds(Run, _steps(["message"], SOON), st.integers(0, crowd), st.booleans())
    mixed = st.lists(st.one_of(crowds, team, alone), min_size=6, max_size=14)
    return mixed.map(lambda some: [step for run in some for step in run.steps()])


def _steps(kinds: Sequence[str], waits: Sequence[Micros]) -> st.SearchStrategy[Step]:
    who, what = st.sampled_from(range(10)), st.sampled_from(range(5 * len(WORDS)))
    return st.builds(Step, st.sampled_from(kinds), who, what, st.sampled_from(waits))


@dataclass(frozen=True)
class Told:
    """What happened, each with its instant; and what came of it when folded in memory."""

    arrivals: Sequence[Arrival]
    outcome: Mapping[str, Any]


def told(journal: Sequence[Step], source: bytes = SOURCE) -> Told:
    """Folds as it goes: an act may be about the raid that is on, or about an act before it."""
    world = _World(open_world(rules(source), keys().choices, keys().senders))
    world.world.books.imagined = False  # what providers tell moves replies, as in the service
    arrivals = [world.take(place, step) for place, step in enumerate(journal)]
    return Told(arrivals, outcome_of(world.world.books, world.done))


@dataclass
class _World:
    """What a next step can be about, and the world in which it is folded."""

    world: World
    clock: Micros = NOON
    now: Micros = 0
    heard: list[Heard] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)

    def take(self, place: int, step: Step) -> Arrival:
        """One step, folded as the service does: a message tells that the clock was set back."""
        self.clock += step.wait
        self.now = onward(self.now, self.clock, heard=step.kind == "message")
        happening = self._happening(step, place)
        event = _event(happening, self.clock)
        self._enter(event)
        return Arrival(happening, self.clock)

    def _enter(self, event: Event) -> None:
        books, targets = self.world.books, Targets(self.world, keys().senders, self.heard)
        about: tuple[SenderId, ...] = ()
        if isinstance(event.what, Act):
            about = targets.resolve(event.what)
            books.texts = {event.id: targets.texts(event.what, self.heard)}
            newest = targets.newest(event.what)
            books.newest = {event.id: newest} if newest else {}
        fold(books, event, self.now, about)
        if isinstance(event.what, Message):
            self.heard.append(Heard(event.id, event, self.now))
        self.done += books.changes.acts
        books.changes = Changes()

    def _happening(self, step: Step, place: int) -> Happening:
        match step.kind:
            case "message":
                text = TEXTS[step.what % len(TEXTS)]
                return message(text, address=number(step.who), at=self.clock, id_=f"SM{place}")
            case "contact":
                return Contact("sms", f"{place}", number(step.who), self.clock, open=bool(step.what % 2))
            case "receipt":
                return self._receipt(step, place)
            case _:
                verb = WORDS[step.what % len(WORDS)]
                length = LENGTHS[step.who % len(LENGTHS)]
                return act(verb, self._target(verb, step), self.clock, f"{place}", length)

    def _receipt(self, step: Step, place: int) -> Receipt:
        """Of a reply of ours by its id, of one that was named before, or of one that nobody knows."""
        rows = list(self.world.books.outbox.values())
        reply = rows[step.what % len(rows)].reply.id if rows and step.who % 3 else None
        progress = (Progress.DELIVERED, Progress.FAILED, Progress.SENT)[step.what % 3]
        name = f"SM-{step.what % 5}" if step.who % 2 else f"SM-{place}"
        told = receipt(name, progress, reply=reply, at=self.clock)
        return replace(told, provider_id=f"{place}", address=number(step.who))

    def _target(self, verb: str, step: Step) -> str:
        """What is there to be meant by it: the newest raid, mute and lesson, or what nobody knows."""
        books, address = self.world.books, number(step.who)
        handle = next(handles(sender_id(keys().senders, "sms", address)))
        lessons = [one.id for one in books.detector.lessons.standing]
        return target(
            verb,
            sender=handle if step.what % 2 and handle in books.borne else address,
            raid=books.raid.id if books.raid and step.who % 5 else address,
            act=self._undoable(step.who),
            lesson=lessons[-1] if lessons else "0" * 8,
            group=self._group(),
            phrase=str(Ruling(PHRASES[step.who % len(PHRASES)], self._some(step.what % 3))),
            found=written_people(self._some(3 * (step.what % 5))),
            rule=next((act[:8] for act in reversed(books.phrase_rules)), "0" * 8),
            chosen=next((act for act, _ in reversed(books.picks)), "0" * 32),
            amount=AMOUNTS[step.who % len(AMOUNTS)],
        )

    def _undoable(self, who: int) -> str:
        """The newest or the oldest that muted or held back somebody, or made a rule."""
        books = self.world.books
        acts = [*(act for act, _ in books.mutes), *(act for act, _ in books.delays), *books.phrase_rules]
        return acts[-(who % 2)] if acts else "0" * 32

    def _some(self, count: int) -> frozenset[SenderId]:
        """Some of those who ever wrote."""
        return frozenset(sorted(one for one, it in self.world.books.senders.items() if it.messages)[:count])

    def _group(self) -> str:
        """One of those who are doubtful now."""
        found = Targets(self.world, keys().senders, self.heard).groups(self.now)
        return str(GroupName(found[-1].key if found else "0" * 8, self.now))


def _event(what: Happening, at: Micros) -> Event:
    id_ = event_id(what.channel, type(what).__name__.lower(), what.provider_id)
    return Event(id_, sender_id(keys().senders, what.channel, what.address), at, what)
