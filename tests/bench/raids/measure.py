"""One run: the trace is made, replayed, measured, and met by the simpler policies. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bridge import pot
from bridge.model import DAY, HOUR, SECOND, EventId, Message, Micros, Progress, SenderId, Verdict
from bridge.pot import Purse
from bridge.replay import Result, replay
from bridge.replay.episodes import Episode, episodes
from bridge.replay.rows import Row, Told
from bridge.replay.run import Team
from bridge.replay.scores import score
from bridge.replay.world import World
from bridge.responses import Responses
from bridge.simulate.scenarios import make, token_of
from bridge.simulate.trace import Trace
from bridge.status import euros
from tests.bench.raids.baselines import Arrival, at_equal_money, fare, most_within, policies
from tests.bench.raids.operator import Operator
from tests.bench.raids.plan import Outside, Run

Curve = dict[str, list[tuple[int, int]]]
"""How many first texts have each suspicion (per mille), by label."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run gave; money in euros, times in seconds, shares from 0 to 1, `None` where none is."""

    study: str
    seed: int
    figures: dict[str, float | None]
    baselines: dict[str, dict[str, float | None]]
    curve: Curve = field(default_factory=dict)


def measure(run: Run, rules: Responses, outside: Outside) -> Outcome:
    """Makes, replays and measures one run."""
    study = run.study
    texts = outside.texts(study)
    trace = make(
        study.scenario,
        run.seed,
        language=study.language,
        ordinary=texts.ordinary,
        abuse=texts.abuse,
        hard=texts.hard,
        rules=rules,
        scale=study.scale,
    )
    trace = thinned(trace, study.keep)
    operator = _operator(study.scenario, run.seed, trace)
    result = replay(trace.messages, rules, trace.labels, team=operator)
    wanted_curve = study.scenario == "insults"
    return Outcome(
        study=study.name,
        seed=run.seed,
        figures=_figures(result, trace, rules) | _muted(result, trace, operator),
        baselines=_baselines(result, trace, rules),
        curve=_curve(result, trace) if wanted_curve else {},
    )


def _nobody(_world: World, _told: Sequence[Told], _now: Micros) -> tuple[()]:
    return ()


def _operator(scenario: str, seed: int, trace: Trace) -> Team:
    """Somebody acts where there is a word to be found; elsewhere nobody does."""
    if scenario != "shared-token":
        return _nobody
    begin = min(one.at for one in trace.messages if trace.labels[one.id] == "raider")
    return Operator(token_of(seed), begin)


def _muted(result: Result, trace: Trace, operator: Team) -> dict[str, float | None]:
    """Ordinary people whom the team muted, and those of them whose text nobody had found."""
    if not isinstance(operator, Operator):
        return {}
    raiders = {row.sender for row in result.rows if trace.labels[row.id] == "raider"}
    muted = {who for _, who in result.world.books.mutes} - raiders
    return {"muted_ordinary": float(len(muted)), "muted_unseen": float(len(muted - operator.seen))}


def thinned(trace: Trace, keep: int) -> Trace:
    """The trace with one of `keep` raid messages."""
    raid = [one for one, label in trace.labels.items() if label == "raider"]
    gone = set(raid) - set(raid[::keep])
    kept = tuple(one for one in trace.messages if one.id not in gone)
    return Trace(kept, {one.id: trace.labels[one.id] for one in kept}, trace.warnings, trace.hard)


def _figures(result: Result, trace: Trace, rules: Responses) -> dict[str, float | None]:
    scores = result.summary["labels"]
    return {
        "messages": len(result.rows),
        "raid_messages": sum(label == "raider" for label in trace.labels.values()),
        "recorded": sum(one.id in result.world.books.decisions for one in result.events.values()),
        "days": (trace.messages[-1].at - trace.messages[0].at) / DAY,
        **{
            name: scores[key]
            for name, key in (
                ("raiders", "raiders"),
                ("ordinary", "ordinary"),
                ("cost", "raider_cost"),
                ("replies", "raider_replies"),
                ("precision", "precision"),
                ("recall", "recall"),
                ("answered", "ordinary_answered_share"),
                ("answered_day", "ordinary_answered_share_within_a_day"),
                ("answered_pot", "ordinary_answered_share_while_the_pot_lasts"),
                ("refused", "ordinary_refused_by_the_pot"),
            )
        },
        **_hard(result, trace),
        **_recalls(result.rows, trace),
        **_detection(result, trace),
        **_raids(result, trace, rules.zone),
        **_money(result, rules),
    }


def _hard(result: Result, trace: Trace) -> dict[str, float | None]:
    """How those ordinary people fared whom a detector is likeliest to wrong."""
    people = {row.sender for row in result.rows if row.id in trace.hard}
    rows = [row for row in result.rows if row.sender in people]
    scores = score(result.world, rows, result.events.__getitem__, trace.labels)
    accused = scores["confusion"]["ordinary"][Verdict.RAIDER]
    return {
        "hard": len(people),
        "hard_answered": scores["ordinary_answered_share"],
        "hard_day": scores["ordinary_answered_share_within_a_day"],
        "hard_accused": accused / len(people) if people else None,
    }


def _recalls(rows: Sequence[Row], trace: Trace) -> dict[str, float | None]:
    """Recall among raiders who write once, and among those who write again; ordinary people accused."""
    mine: dict[SenderId, list[Row]] = defaultdict(list)
    for row in rows:
        mine[row.sender].append(row)
    raiders = {row.sender for row in rows if trace.labels[row.id] == "raider"}
    caught = {row.sender for row in rows if row.verdict is Verdict.RAIDER}
    once = {one for one in raiders if len(mine[one]) == 1}
    return {
        "recall_once": _share(once & caught, once),
        "recall_many": _share((raiders - once) & caught, raiders - once),
        "accused": float(len(caught - raiders)),
        "accused_share": len(caught - raiders) / max(1, len(mine) - len(raiders)),
    }


def _detection(result: Result, trace: Trace) -> dict[str, float | None]:
    raid = sorted((row for row in result.rows if trace.labels[row.id] == "raider"), key=lambda row: row.at)
    found = result.summary["labels"]["detection"]
    before = raid[: found["messages"]] if found["messages"] is not None else []
    verdicts = (result.world.books.decisions[EventId(result.events[row.id].id)].verdict for row in raid)
    named = next((place for place, it in enumerate(verdicts, 1) if it is Verdict.RAIDER), None)
    return {
        "delay_messages": found["messages"],
        "delay_seconds": found["seconds"],
        "delay_cost": euros(sum(row.cost for row in before)) if before else None,
        "named_at": named,
    }


def _raids(result: Result, trace: Trace, zone: ZoneInfo) -> dict[str, float | None]:
    raiders = {row.sender for row in result.rows if trace.labels[row.id] == "raider"}
    found = list(episodes(result.world))
    false = [one for one in found if not one.members() & raiders]
    return {
        "raids": len(found),
        "false_raids": len(false),
        "false_grave": sum(one.raid.grave for one in false),
        "posts": result.summary["feed"]["posts"],
        "posts_hour": _posts_within_an_hour(found, trace, zone),
    }


def _posts_within_an_hour(found: Sequence[Episode], trace: Trace, zone: ZoneInfo) -> int:
    """A card is posted as it begins: a raid's when it is seen, the day's at midnight and at the start."""
    first, last = trace.messages[0].at, trace.messages[-1].at
    begun = [first, *_midnights(first, last, zone), *(one.raid.opened_at for one in found)]
    return most_within([(at, 1) for at in begun], HOUR)


def _midnights(first: Micros, last: Micros, zone: ZoneInfo) -> Iterator[Micros]:
    day = datetime.fromtimestamp(first // SECOND, zone).replace(hour=0, minute=0, second=0)
    while (at := round((day := day + timedelta(days=1)).timestamp()) * SECOND) <= last:
        yield at


def _money(result: Result, rules: Responses) -> dict[str, float | None]:
    paid = [(row.reply_at, row.cost) for row in result.rows if row.reply_at is not None]
    hour, day = most_within(paid, HOUR), most_within(paid, DAY)
    queued = result.world.books.outbox.values()
    over = max(0, hour - pot.hour_top(Purse(), rules), day - pot.day_top(Purse(), rules))
    return {
        "spent": result.summary["spent"],
        "inbound": result.summary["inbound_cost"],
        "hour_most": euros(hour),
        "day_most": euros(day),
        "passed_by": euros(over),
        "waiting_most": _most_waiting((row.at, row.reply_at) for row in result.rows),
        "left_behind": sum(one.progress in (Progress.EXPIRED, Progress.HELD) for one in queued),
        "telegram": _telegram(result),
    }


def _most_waiting(stays: Iterable[tuple[Micros, Micros | None]]) -> int:
    """The most replies that waited at once, of those that left."""
    steps: Counter[Micros] = Counter()
    for come, left in stays:
        if left is not None:
            steps[come] += 1
            steps[left] -= 1
    most = now = 0
    for at in sorted(steps):
        now += steps[at]
        most = max(most, now)
    return most


def _telegram(result: Result) -> float | None:
    """The share of people on the handle that costs nothing whose first message was answered in an hour."""
    firsts: dict[SenderId, Row] = {}
    for row in result.rows:
        message = result.events[row.id].what
        if isinstance(message, Message) and message.channel == "telegram":
            firsts.setdefault(row.sender, row)
    answered = [row for row in firsts.values() if row.reply_at is not None and row.reply_at - row.at <= HOUR]
    return _share(answered, firsts)


def _baselines(result: Result, trace: Trace, rules: Responses) -> dict[str, dict[str, Any]]:
    arrivals = [
        Arrival(row.at, row.sender, row.full, row.inbound, trace.labels[row.id] == "raider", row.suspicion)
        for row in result.rows
    ]
    arrivals.sort(key=lambda one: one.at)
    fared = {name: fare(arrivals, policy) for name, policy in policies(rules).items()}
    money = sum(row.cost for row in result.rows if row.reply_at is not None)
    return {name: asdict(one) for name, one in (fared | at_equal_money(arrivals, rules, money)).items()}


def _curve(result: Result, trace: Trace) -> Curve:
    seen: set[SenderId] = set()
    counts: Mapping[str, Counter[int]] = {"ordinary": Counter(), "raider": Counter()}
    for row in result.rows:
        if row.sender not in seen:
            counts[trace.labels[row.id]][row.suspicion] += 1
            seen.add(row.sender)
    return {label: sorted(counter.items()) for label, counter in counts.items()}


def _share(part: Iterable[object], whole: Iterable[object]) -> float | None:
    total = sum(1 for _ in whole)
    return sum(1 for _ in part) / total if total else None
