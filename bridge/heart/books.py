"""What the heart knows and changes: one object, loaded for the events at hand, changed here, saved once.

`apply` says what each effect does, and nothing else does: the service, the replay, the simulation and the
tests work on these books. Those of the service hold whom they were loaded with; a step that needs
somebody else raises `NotAtHand`, and is taken again once they are loaded: it is pure. Those of a replay
hold everybody, but for a long one (`bridge.replay.long`), which lays people away.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import assert_never

from bridge.heart.changes import Changes
from bridge.heart.effects import (
    Accuse,
    Adopt,
    Advance,
    BeginMute,
    BeginPause,
    Cancel,
    Choose,
    CorrectPot,
    Decide,
    Effect,
    EndMute,
    EndPause,
    EndRaid,
    EndRule,
    Excuse,
    Flag,
    Gather,
    Heed,
    Hold,
    Judge,
    Learn,
    MakeRule,
    OpenDay,
    Pose,
    Postpone,
    Postponed,
    Remember,
    ReopenRaid,
    See,
    SetPot,
    TakeBack,
    Tell,
    Turn,
    Unchoose,
    Unheed,
    Unlearn,
    Warn,
    Withhold,
)
from bridge.heart.gist import Gist
from bridge.heart.ledger import Ledger
from bridge.heart.shares import Share
from bridge.model import (
    BY_HAND,
    BY_MUTE,
    DOUBTFUL,
    DROPPED,
    FIRST,
    IN_FLIGHT,
    KEPT_BACK,
    LAST,
    MINUTE,
    NO_TEXTS_ANSWERED,
    TAKEN_BACK,
    UNSETTLED,
    Decision,
    Delay,
    Event,
    EventId,
    MicroEuros,
    Micros,
    Mute,
    OutboxRow,
    Page,
    PhraseRule,
    Pick,
    Progress,
    Raid,
    Receipt,
    Reply,
    ReplyId,
    Sender,
    SenderId,
    Stance,
    Verdict,
)
from bridge.noun import replace
from bridge.pot import Purse
from bridge.prices import Tariff, possible_charge
from bridge.privacy.pseudonym import handles
from bridge.raid.detector import Detector
from bridge.reasons import Reason
from bridge.responses import Responses

SECOND_THOUGHTS: Micros = 2 * MINUTE
"""How long what somebody releases waits at least: so long it can be called back."""


class NotAtHand(Exception):
    """A step needs senders whom these books were not loaded with."""

    def __init__(self, senders: Iterable[SenderId]) -> None:
        """Whom it needs."""
        super().__init__("senders are not at hand")
        self.senders = frozenset(senders)


@dataclass(slots=True)
class Cluster:
    """Messages of a raid that have a technique in common."""

    messages: int = 0
    members: set[SenderId] = field(default_factory=set)


@dataclass(slots=True)
class Books:
    """The rules in force, the seed of every choice, and everything that is known of those at hand."""

    responses: Responses
    seed: bytes
    senders: dict[SenderId, Sender] = field(default_factory=dict)
    whole: bool = True
    """Whether everybody is at hand: whoever is not has never been met."""
    imagined: bool = False
    """Whether what leaves is imagined, as in a replay: then no provider's word moves a reply of ours."""
    pauses: dict[str, Micros] = field(default_factory=dict)
    """Until when a channel is silent."""
    targets: dict[EventId, Share] = field(default_factory=dict)
    """Whom each act at hand is about; resolved where numbers and handles can be looked up."""
    texts: dict[EventId, dict[EventId, str]] = field(default_factory=dict)
    """The texts that each act of teaching at hand is about, by their events."""
    newest: dict[EventId, Event] = field(default_factory=dict)
    """What those wrote last whom each act at hand answers."""
    exempt: frozenset[SenderId] = frozenset()
    """Who cannot be muted."""
    gists: Mapping[str, Gist] = field(default_factory=dict)
    """What is known already of texts that come."""
    detector: Detector = field(default_factory=Detector)
    """What raids are seen by."""
    raid: Raid | None = None
    """The newest raid, open or not."""
    stance: Stance | None = None
    """The newest change of posture."""
    provider_ids: frozenset[str] = frozenset()
    """The providers' ids of replies that are ours although they do not stand in the outbox at hand."""
    ledger: Ledger = field(default_factory=Ledger)
    """Where the money stands."""
    prices: Tariff = field(default_factory=dict)
    """What providers charge, by their own word."""
    warned: set[Fraction] = field(default_factory=set)
    """The steps of `warn_at` that the team was told of."""
    outbox: dict[ReplyId, OutboxRow] = field(default_factory=dict)
    raids: dict[str, Raid] = field(default_factory=dict)
    """Those at hand, oldest first."""
    clusters: dict[tuple[str, str, str], Cluster] = field(default_factory=dict)
    """By raid, kind and key."""
    joined: dict[SenderId, set[str]] = field(default_factory=dict)
    """The raids that somebody at hand takes part in, where that had to be looked up."""
    judged: dict[str, dict[SenderId, tuple[Reason, ...]]] = field(default_factory=dict)
    """By raid: who was seen to be a raider, and what speaks against each."""
    mutes: dict[tuple[EventId, SenderId], Mute] = field(default_factory=dict)
    """Those that no act has ended, by the act that began them."""
    _muting: dict[SenderId, set[EventId]] = field(default_factory=dict)
    """By which acts each sender is muted."""
    _delaying: dict[ReplyId, set[EventId]] = field(default_factory=dict)
    """By which acts each reply is held back."""
    delays: dict[tuple[EventId, ReplyId], Delay] = field(default_factory=dict)
    """Those at hand that no act has taken back."""
    phrase_rules: dict[EventId, PhraseRule] = field(default_factory=dict)
    """Those that no act has ended, in the order in which they were made."""
    acted: dict[EventId, Micros] = field(default_factory=dict)
    """When each act at hand was done."""
    picks: dict[tuple[EventId, ReplyId], Pick] = field(default_factory=dict)
    """Those at hand that no act has taken back."""
    pages: list[Page] = field(default_factory=list)
    """Those for which people are called, of the card that the act at hand is about."""
    decisions: dict[EventId, Decision] = field(default_factory=dict)
    stances: list[Stance] = field(default_factory=list)
    """Changes of posture, oldest first."""
    changes: Changes = field(default_factory=Changes)
    """What is not saved yet."""
    _of: dict[SenderId, list[ReplyId]] = field(default_factory=dict)
    _named: dict[str, ReplyId] = field(default_factory=dict)
    borne: dict[str, SenderId] = field(default_factory=dict)
    """Who bears which handle."""
    lots: Random = field(default_factory=Random)
    """What draws every choice: of these books alone, for other lines fold at the same time."""

    def sender(self, sender: SenderId) -> Sender:
        """What is remembered of a sender; of a new one, nothing but the handle. Raises `NotAtHand`."""
        found = self.senders.get(sender)
        if found is None and not self.whole:
            raise NotAtHand((sender,))
        return found or Sender(sender, self._free_handle(sender))

    def _free_handle(self, sender: SenderId) -> str:
        return next((handle for handle in handles(sender) if handle not in self.borne), sender)

    def need(self, senders: Iterable[SenderId]) -> None:
        """Raises `NotAtHand` for all that are missing at once."""
        missing = [] if self.whole else [one for one in senders if one not in self.senders]
        if missing:
            raise NotAtHand(missing)

    def replies(self, sender: SenderId) -> Iterator[OutboxRow]:
        """Every reply to a sender at hand."""
        return (self.outbox[one] for one in self._of.get(sender, ()))

    def is_unknown(self, receipt: Receipt, sender: SenderId) -> bool:
        """Whether a provider tells of a reply that we know nothing of, nor of a call that may have made it.

        Then an older copy of the database was restored. A callback that names a reply which we do not have is
        no other: the log tells it again under the same id, which is no news by then.
        """
        name = receipt.message_id
        if receipt.reply in self.outbox or name in self._named or name in self.provider_ids:
            return False
        return not any(row.progress in IN_FLIGHT or row.unsent == name for row in self.replies(sender))

    @property
    def purse(self) -> Purse:
        """Where the money stands."""
        return self.ledger.purse()

    def paused(self, channel: str, now: Micros) -> bool:
        """Whether the team keeps a channel silent."""
        return self.pauses.get(channel, 0) > now

    def members(self, raid: str) -> tuple[SenderId, ...]:
        """Everyone who takes part in a raid at hand, in a fixed order."""
        mine = (cluster.members for (one, _, _), cluster in self.clusters.items() if one == raid)
        return tuple(sorted(set[SenderId]().union(*mine)))

    def raids_of(self, sender: Sender) -> list[Raid]:
        """The raids at hand that somebody takes part in, or was judged to, in a fixed order."""
        mine = {one for (one, _, _), cluster in self.clusters.items() if sender.id in cluster.members}
        mine |= {sender.raid or ""} | self.joined.get(sender.id, set())
        return [self.raids[one] for one in sorted(mine) if one in self.raids]

    def know(self, sender: Sender) -> None:
        """Puts a sender at hand, as they were remembered."""
        self.senders[sender.id] = sender
        self.borne[sender.handle] = sender.id

    def keep(self, row: OutboxRow) -> None:
        """Puts a reply at hand, as it stands in the outbox."""
        if row.reply.id not in self.outbox:
            self._of.setdefault(row.reply.sender, []).append(row.reply.id)
        self.outbox[row.reply.id] = row
        if row.message_id is not None:
            self._named[row.message_id] = row.reply.id

    def let_go(self, sender: SenderId) -> tuple[Sender, Sequence[OutboxRow]]:
        """Takes a sender from hand, with their replies: what was known of them."""
        gone = self.senders.pop(sender)
        self.borne.pop(gone.handle)
        rows = [self.outbox.pop(one) for one in self._of.pop(sender, ())]
        for row in rows:
            self._named.pop(row.message_id or "", None)
        return gone, rows

    def move(self, row: OutboxRow) -> None:
        """Changes a reply, and the money with it; a new one is added."""
        before = self.outbox.get(row.reply.id)
        self.ledger.move(before, row)
        self.keep(row)
        (self.changes.replies if before else self.changes.new_replies).add(row.reply.id)

    def need_for(self, effects: Iterable[Effect]) -> None:
        """Raises `NotAtHand` for whoever the effects are about and is missing: they are applied wholly."""
        for effect in effects:
            match effect:
                case Decide() | Remember() | See():  # of nearly every message, and of nobody else
                    continue
                case Judge() | Excuse() | Accuse() | Choose() | Unchoose() | Postpone() | TakeBack():
                    self.need(effect.senders)
                case Cancel(sender=sender):
                    self.need((sender,))
                case _:
                    continue

    def apply(self, effects: Iterable[Effect], now: Micros) -> None:
        """Does what a step wants done. Whom it is about is at hand: see `need_for`."""
        for effect in effects:
            self._apply(effect, now)

    def _apply(self, effect: Effect, now: Micros) -> None:  # noqa: C901, PLR0912, PLR0915 - the one table of effects
        match effect:
            case Decide(decision=decision):
                self.decisions[decision.event] = decision
                self.ledger.inbound += decision.cost
                self.changes.decisions.append(decision)
            case Remember(sender=sender):
                self._remember(sender)
            case See(sighting=sighting, look=look, calm=calm):
                self.detector.add(sighting, look, calm=calm)
            case Hold(reply=reply):
                self.move(OutboxRow(reply))
            case Withhold(reply=reply, error=error):
                self.move(_withdrawn(OutboxRow(reply), now, error))
            case Adopt(row=row):
                self.move(row)
            case Cancel(sender=one, error=error, kept_back=too):
                self._withdraw((one,), now, error, kept_back=too)
            case Advance():
                self._advance(effect, now)
            case BeginMute(mute=mute):
                self.know_mute(mute)
                self.changes.mutes.append(mute)
            case EndMute():
                self._end_mutes(effect)
            case Postpone():
                self._postpone(effect)
            case Postponed(delay=delay):
                self._delay(delay)
            case TakeBack():
                self._take_back(effect)
            case MakeRule(rule=made):
                self.phrase_rules[made.act] = made
                self.changes.phrase_rules.append(made)
            case EndRule(rule=ended):
                self.phrase_rules.pop(ended, None)
                self.changes.ended_rules.append(effect)
            case BeginPause(pause=pause):
                self.pauses[pause.channel] = pause.until
                self.changes.ended_pauses.append((pause.channel, pause.act))
                self.changes.pauses.append(pause)
            case EndPause(channel=channel, act=act):
                self.pauses.pop(channel, None)
                self.changes.ended_pauses.append((channel, act))
            case SetPot(total=total):
                self.ledger.total = total
                self.warned.clear()
                self.changes.warnings_reset = True
            case OpenDay(since=since, until=until):
                self.ledger.open_since, self.ledger.open_until = since, until
            case CorrectPot(amount=amount):
                self.ledger.spent += amount
            case Warn(steps=steps):
                self.changes.warned += [(step, now) for step in steps if step not in self.warned]
                self.warned.update(steps)
            case Tell(done=done):
                self.acted[done.act] = done.at
                self.changes.acts.append(done)
            case Flag():
                self.changes.flags.append(effect)
            case Gather():
                self._gather(effect)
            case Judge():
                self._judge(effect)
            case Pose(stance=stance):
                self.stance = stance
                self.stances.append(stance)
                self.changes.stances.append(stance)
            case Excuse():
                self._excuse(effect)
            case Accuse():
                self._accuse(effect)
            case Choose():
                self._choose(effect)
            case Unchoose():
                self._unchoose(effect)
            case EndRaid(raid=raid, at=at):
                self._end(raid, at)
            case ReopenRaid(raid=raid, at=at):
                self._reopen(raid, at)
            case Learn(lesson=lesson):
                self.detector.lessons = self.detector.lessons.learn(lesson)
                self.changes.lessons.append(effect)
            case Turn(page=page):
                self.pages = [
                    page if (one.key, one.since) == (page.key, page.since) else one for one in self.pages
                ]
                self.changes.pages.append(page)
            case Unlearn(lesson=id_):
                self.detector.lessons = self.detector.lessons.unlearn(id_)
                self.changes.unlearned.append(effect)
            case Heed(heard=heard):
                self.detector.heeded = self.detector.heeded.heed(heard)
                self.changes.heeded.append(effect)
            case Unheed(campaign=name):
                self.detector.heeded = self.detector.heeded.unheed(name)
                self.changes.unheeded.append(effect)
            case _:
                assert_never(effect)

    def _remember(self, sender: Sender) -> None:
        self.know(sender)
        self.changes.senders.add(sender.id)

    def _withdraw(
        self, senders: Iterable[SenderId], now: Micros, error: str, *, kept_back: bool = False
    ) -> None:
        theirs = [row for one in senders for row in self.replies(one)]
        for row in theirs:
            spared = error == KEPT_BACK and row.reply.rank == FIRST
            if (row.waits and not spared) or (kept_back and row.kept_back):
                self.move(_withdrawn(row, now, error))

    def _advance(self, effect: Advance, now: Micros) -> None:
        """Moves a reply forward on the provider's word; never another one's reply.

        Back only where the provider took it and never sent it, and nothing else was known of it.
        """
        row = self.meant(effect)
        if row is None:
            return
        further = row.progress.rank < effect.progress.rank
        if further and effect.again_at is not None and not (row.cost or effect.cost):
            self._come_back(row, effect, now)
            return
        if further:
            name, error = effect.message_id, effect.error
            row = replace(row, progress=effect.progress, message_id=name, error=error, settled_at=now)
            self.move(row)
        if row.cost is None and row.progress not in UNSETTLED:
            self._charge(row, effect.cost)

    def _come_back(self, row: OutboxRow, effect: Advance, now: Micros) -> None:
        self._named.pop(effect.message_id, None)
        held = _held_again(row, effect, now)
        self.move(held if effect.objection is None else _withdrawn(held, now, effect.objection))

    def _charge(self, row: OutboxRow, cost: MicroEuros | None) -> None:
        """What cannot have been charged is not booked: the worst case stands."""
        if cost is not None and possible_charge(cost, row.reply.segments):
            self.move(replace(row, cost=cost))

    def meant(self, effect: Advance) -> OutboxRow | None:
        """The reply that a provider tells of; `None` where that is none of ours, or an attempt given up.

        A replay folds what providers have told of what left in truth: of that it knows by its name alone what
        nobody here had written.
        """
        named = self._named.get(effect.message_id)
        if named is not None:
            return self.outbox[named]
        row = self.outbox.get(effect.reply) if effect.reply is not None else None
        if row is None or self.imagined or row.message_id is not None or row.unsent == effect.message_id:
            return None
        return None if row.all_came_back else row

    def know_mute(self, mute: Mute) -> None:
        """Puts a mute at hand. Several of one sender stand beside each other: each ends by itself."""
        self.mutes[mute.act, mute.sender] = mute
        self._muting.setdefault(mute.sender, set()).add(mute.act)

    def _end_mutes(self, effect: EndMute) -> None:
        ended = [self._end_mute(one, effect.sender) for one in sorted(self._muting.get(effect.sender, ()))]
        for mute in ended:
            self._release_muted(mute, effect.at)
        self.changes.unmuted.append((effect.sender, effect.act))

    def _end_mute(self, act: EventId, sender: SenderId) -> Mute:
        """Whoever a rule had muted and the team answers again is not caught by it any more."""
        mute = self.mutes.pop((act, sender))
        self._muting[sender].discard(act)
        if act in self.phrase_rules:
            rule = self.phrase_rules[act]
            self.phrase_rules[act] = replace(rule, spared=rule.spared | {sender})
        return mute

    def _take_back(self, effect: TakeBack) -> None:
        for one in effect.senders:
            mute = self.mutes.get((EventId(effect.undone), one))
            if mute is not None and mute.until > effect.at:
                self._end_mute(mute.act, one)
                self.changes.taken_back.append((mute, effect.act))
                untils = [self.mutes[act, one].until for act in self._muting[one]]
                self._remember(replace(self.sender(one), muted_until=max(untils, default=None)))
                self._release_muted(mute, effect.at)
            self._hasten(one, effect)
            self._take_answer_back(one, effect)

    def _release_muted(self, mute: Mute, at: Micros) -> None:
        """What the mute withdrew is held again; where another mute stands, it is that one's from now on."""
        others = (self.mutes[act, mute.sender] for act in self._muting.get(mute.sender, ()))
        longest = max(others, key=lambda one: (one.until, one.act), default=None)
        for row in _newest_first(row for row in self.replies(mute.sender) if row.error == BY_MUTE):
            if row.progress is not Progress.CANCELLED or row.settled_at != mute.since or mute.until <= at:
                continue
            if longest is not None and longest.until > at:
                self.move(replace(row, settled_at=longest.since))
            else:
                self._take_up(row, at)

    def _take_up(self, row: OutboxRow, at: Micros) -> None:
        """What somebody's act withdrew is held again; kept back, where a raid stands in its way by now."""
        objection = self.objection(row, at + SECOND_THOUGHTS)
        if objection == KEPT_BACK:
            self.move(replace(row, error=KEPT_BACK))
        elif objection is None:
            self._hold_again(row, row.reply, at)

    def _hold_again(self, row: OutboxRow, reply: Reply, at: Micros) -> None:
        """So long that it can be called back, and as far as it is timely and nothing was said instead."""
        soon = at + SECOND_THOUGHTS
        due = max(reply.due_at, soon)
        if reply.expires_at > soon and not self._is_said_otherwise(row, due):
            again = replace(reply, due_at=due)
            self.move(replace(row, reply=again, progress=Progress.HELD, error=None, settled_at=None))

    def _is_said_otherwise(self, row: OutboxRow, due_at: Micros) -> bool:
        """Whether the rules would not say this beside what was said since: one reply per `reply_once_per`."""
        if row.by_hand or row.reply.wording in NO_TEXTS_ANSWERED:
            return False
        theirs = (one for one in self.replies(row.reply.sender) if one.reply.id != row.reply.id)
        near = self.responses.reply_once_per
        return any(one.said and abs(due_at - one.reply.due_at) < near for one in theirs)

    def _postpone(self, effect: Postpone) -> None:
        """Never so late that it would not leave at all."""
        for row in [row for one in effect.senders for row in self.replies(one)]:
            until = min(effect.until, last_call(row.reply))
            if row.progress is Progress.HELD and self._natural(row) < until:
                self._delay(Delay(effect.act, row.reply.id, self._natural(row), until, effect.at))
                self._due(row)

    def _delay(self, delay: Delay) -> None:
        self.know_delay(delay)
        self.changes.delays.append(delay)

    def know_delay(self, delay: Delay) -> None:
        """Puts at hand that a reply is held back. It may be by several acts: each ends by itself."""
        self.delays[delay.act, delay.reply] = delay
        self._delaying.setdefault(delay.reply, set()).add(delay.act)

    def _delays_of(self, row: OutboxRow) -> list[Delay]:
        return [self.delays[act, row.reply.id] for act in self._delaying.get(row.reply.id, ())]

    def _natural(self, row: OutboxRow) -> Micros:
        """When a reply would leave if nobody held it back."""
        return next((one.due_at for one in self._delays_of(row)), row.reply.due_at)

    def _hasten(self, sender: SenderId, effect: TakeBack) -> None:
        """When it would have left; not before what somebody else holds it back for."""
        for row in list(self.replies(sender)):
            delay = self.delays.pop((EventId(effect.undone), row.reply.id), None)
            if delay is not None:
                self._delaying[row.reply.id].discard(delay.act)
                self.changes.hastened.append((delay, effect.act))
                soon = min(effect.at + SECOND_THOUGHTS, row.reply.due_at)
                self._due(row, max(delay.due_at, soon))

    def _take_answer_back(self, sender: SenderId, effect: TakeBack) -> None:
        """What somebody answered by hand and has not left; what it stood in for is held again."""
        rows = list(self.replies(sender))
        for answer in (row for row in rows if row.waits and row.reply.event == effect.undone):
            self.move(_withdrawn(answer, effect.at, TAKEN_BACK))
            answered_at = self.acted.get(answer.reply.event, effect.at)
            for row in _newest_first(rows):
                if row.error == BY_HAND and (row.settled_at or 0) >= answered_at:
                    self._take_up(row, effect.at)

    def is_touched(self, sender: SenderId, act: EventId, now: Micros) -> bool:
        """Whether what an act did to a sender still does anything."""
        mute = self.mutes.get((act, sender))
        waiting = [row.reply for row in self.replies(sender) if row.waits]
        held = any((act, reply.id) in self.delays or reply.event == act for reply in waiting)
        return (mute is not None and mute.until > now) or held

    def _due(self, row: OutboxRow, natural: Micros = 0) -> None:
        """The latest instant until which anybody holds a reply back."""
        standing = [max(one.due_at, one.until) for one in self._delays_of(row)]
        if row.progress is Progress.HELD:
            due = max(standing, default=natural)
            self.move(replace(row, reply=replace(row.reply, due_at=due)))

    def _gather(self, effect: Gather) -> None:
        key = (effect.raid.id, effect.kind, effect.key)
        cluster = self.clusters.setdefault(key, Cluster())
        cluster.messages += effect.messages
        cluster.members.update(effect.members)
        self._grow(effect.raid)
        self.changes.counts[key] += effect.messages
        self.changes.joined.update((key, member) for member in effect.members)

    def _grow(self, raid: Raid) -> None:
        self.raids[raid.id] = raid
        self.changes.raids.add(raid.id)
        self.raid = raid  # none but the newest grows, also where a clock that was ahead dated another later

    def _judge(self, effect: Judge) -> None:
        judged = self.judged.setdefault(effect.raid, {})
        judged |= dict.fromkeys(effect.senders, effect.reasons)
        for one in effect.senders:
            raider = replace(
                self.sender(one), verdict=Verdict.RAIDER, raid=effect.raid, reasons=effect.reasons
            )
            self._remember(raider)
        self._withdraw(effect.senders, effect.at, KEPT_BACK)

    def _end(self, ended: str, at: Micros) -> None:
        if self.raid is not None and self.raid.id == ended:
            self._grow(replace(self.raid, ended_at=at))
        self.detector.excuse()

    def _excuse(self, effect: Excuse) -> None:
        taken = self._of_raid(effect.senders, effect.raid)
        for sender in taken:
            self._remember(replace(sender, verdict=Verdict.ORDINARY, reasons=()))
        self._release(taken, effect.at)

    def _release(self, senders: Iterable[Sender], at: Micros) -> None:
        """Holds again what was kept back, the newest first: nobody was doubtful after all.

        The store asks the same in SQL, before it is done: `bridge.store.looks.withheld`.
        """
        wanted = [one.id for one in senders if not one.gone and not one.is_muted(at)]
        for one in wanted:
            for row in _newest_first(row for row in self.replies(one) if row.kept_back):
                self._hold_again(row, replace(row.reply, rank=0), at)

    def _choose(self, effect: Choose) -> None:
        """What is answered waits a little, so that it can be taken back."""
        waiting = (row for one in effect.senders for row in tuple(self.replies(one)))
        for row in waiting:
            if row.progress is not Progress.HELD or not DOUBTFUL <= row.reply.rank < LAST:
                continue
            pick = Pick(effect.act, row.reply.id, row.reply.rank, effect.at)
            self.picks[pick.act, pick.reply] = pick
            self.changes.picks.append(pick)
            if effect.answered:
                due = max(row.reply.due_at, effect.at + SECOND_THOUGHTS)
                self.move(replace(row, reply=replace(row.reply, rank=0, due_at=due)))
            else:
                self.move(_withdrawn(row, effect.at, DROPPED))

    def _unchoose(self, effect: Unchoose) -> None:
        """Who must not be answered meanwhile stays dropped."""
        for row in _newest_first(row for one in effect.senders for row in self.replies(one)):
            pick = self.picks.pop((EventId(effect.chosen), row.reply.id), None)
            if pick is None:
                continue
            self.changes.unpicked.append((pick, effect.act))
            if row.progress is Progress.HELD:
                self.move(replace(row, reply=replace(row.reply, rank=pick.rank)))
            elif row.error == DROPPED and self._may_still_be_answered(row, effect.at):
                self.move(replace(row, progress=Progress.HELD, error=None, settled_at=None))

    def _may_still_be_answered(self, row: OutboxRow, at: Micros) -> bool:
        timely = row.reply.expires_at > at and self.objection(row, at) is None
        return timely and not self._is_said_otherwise(row, row.reply.due_at)

    def objection(self, row: OutboxRow, at: Micros) -> str | None:
        """The error of a reply that does not leave any more, for what is known by now of whom it is for.

        The team answers raiders, too, and whom it has answered by hand meanwhile is not answered again. What
        comes back from a call is asked the same in SQL: `bridge.store.books.sending`.
        """
        found = self.sender(row.reply.sender).objection(at)
        if row.reply.rank == FIRST:
            return None if found == KEPT_BACK else found
        return found or (BY_HAND if self._is_answered_by_hand(row.reply) else None)

    def _is_answered_by_hand(self, reply: Reply) -> bool:
        """Since it was due: what was held by then was withdrawn for that, and this was under way."""
        given = (row.reply for row in self.replies(reply.sender) if row.by_hand and row.said)
        return any(one.due_at > reply.due_at for one in given)

    def _reopen(self, reopened: str, at: Micros) -> None:
        if self.raid is not None and self.raid.id == reopened:
            self._grow(replace(self.raid, ended_at=None, grown_at=at))
        self.detector.reconsider()

    def _accuse(self, effect: Accuse) -> None:
        judged, taken = self.judged.get(effect.raid, {}), self._of_raid(effect.senders, effect.raid)
        for sender in taken:
            reasons = judged.get(sender.id, sender.reasons)
            self._remember(replace(sender, verdict=Verdict.RAIDER, reasons=reasons))
        self._withdraw([sender.id for sender in taken], effect.at, KEPT_BACK)

    def _of_raid(self, senders: Iterable[SenderId], raid: str) -> list[Sender]:
        return [sender for sender in map(self.sender, senders) if sender.raid == raid]


def last_call(reply: Reply) -> Micros:
    """The last instant at which a reply can be made due and still leaves."""
    return reply.expires_at - MINUTE


def _newest_first(rows: Iterable[OutboxRow]) -> list[OutboxRow]:
    """By when they were withdrawn: of several, the first of these is held again."""
    return sorted(rows, key=lambda row: (row.settled_at or 0, row.reply.due_at, row.reply.id), reverse=True)


def _held_again(row: OutboxRow, effect: Advance, now: Micros) -> OutboxRow:
    """As before the call, but for what is known of it: it was not paid."""
    later = replace(row.reply, due_at=max(row.reply.due_at, effect.again_at or now))
    held = replace(row, reply=later, progress=Progress.HELD, message_id=None, cost=None)
    return replace(held, error=effect.error, settled_at=now, unsent=effect.message_id)


def _withdrawn(row: OutboxRow, now: Micros, error: str) -> OutboxRow:
    return replace(row, progress=Progress.CANCELLED, settled_at=now, error=error)
