"""The parts of the document that are about one scenario, one comparison, or texts from outside. Pure."""

from collections.abc import Iterator, Sequence
from math import isfinite

from bridge.simulate.scenarios import FRESH_NUMBERS
from bridge.simulate.speech import LANGUAGES
from tests.bench.raids import curve, words
from tests.bench.raids.estimate import Estimate
from tests.bench.raids.goals import FIGURES, UNDISGUISED
from tests.bench.raids.plan import Corpus, Outside
from tests.bench.raids.results import Form, Results, count, interval, money, runs_of, seconds, share, table

PRICE = 0.0763
"""Euros a segment, as the shipped rules have it."""

TOLERATED = 0.03
"""The share of ordinary people that scenario 3 allows to lose."""

_FEWEST_OF_A_DRIP = 164
"""Raid messages that the best test needs to be sure of a drip among 3 a minute."""

_RECALLS = ("recall", "recall_many", "recall_once")

_COLUMNS: tuple[tuple[str, str, Form], ...] = (
    ("cost", "to raiders", money),
    ("precision", "precision", share),
    ("recall", "recall", share),
    ("answered", "ordinary people: within 1 h", share),
    ("answered_day", "24 h", share),
    ("accused_share", "accused", share),
    ("hard_answered", "the hard ordinary: within 1 h", share),
    ("hard_day", "24 h", share),
    ("hard_accused", "accused", share),
)
"""What every overview shows of a study."""

_EQUAL = {"equal_bucket": "token bucket", "equal_once": "once a number", "order": "best order"}
"""What is compared at equal money."""

_POLICIES = {
    "all": "reply to all",
    "bucket": "token bucket",
    "once": "once a number",
    "pot": "once, in the pot",
}


def section(results: Results, study: str) -> str:
    """What one study gave, in full."""
    heading, told = words.STUDIES[study]
    seen = f"{runs_of(results, study).capitalize()}. {delay(results, study)}"
    parts = [f"### {heading}", told, seen, _figures(results, study)]
    if study == "insults":
        parts += ["#### The whole curve", *own_curve(results)]
    if study == "disguises":
        parts.append(_techniques(results, ("copies", "insults", UNDISGUISED, "disguises")))
    if study == "languages":
        parts.append(_techniques(results, ("languages", *(f"languages-{one}" for one in LANGUAGES))))
    return "\n\n".join(part.strip() for part in parts if part.strip())


def delay(results: Results, study: str) -> str:
    """How soon the raid is seen, in a sentence; nothing where there is no raid."""
    if not _is_raided(results, study):
        return ""
    messages = results.values(study, "delay_messages")
    seen = [value for value in messages if isfinite(value)]
    if not seen:
        return "The raid is never seen."
    told, times = results.estimate(study, "delay_messages"), results.estimate(study, "delay_seconds")
    assert told is not None  # there are messages
    assert times is not None
    rarely = "" if len(seen) == len(messages) else f" in {len(seen)} of {len(messages)} runs"
    return (
        f"The raid is seen{rarely} after {count(told.median)} raid messages ({_ranks(told, count)}), "
        f"{seconds(times.median)} after the first one ({_ranks(times, seconds)})."
    )


def _ranks(told: Estimate, form: Form) -> str:
    if told.runs == 1:
        return "one run"
    mean = f"mean {form(told.mean)}, " if isfinite(told.mean) else ""
    return f"median; {mean}95th percentile {form(told.p95)}"


def _figures(results: Results, study: str) -> str:
    told = [
        (label, form, estimated)
        for figure, label, form in FIGURES
        if (estimated := results.estimate(study, figure)) is not None
        and not _beside_the_point(results, study, figure)
    ]
    if len(results.of(study)) == 1:
        return table(("figure", "the one run"), ((label, form(it.mean)) for label, form, it in told))
    head = ("figure", "mean (95 % interval)", "median", "least", "most")
    return table(head, (_figure(label, form, it) for label, form, it in told))


def _figure(label: str, form: Form, told: Estimate) -> tuple[str, ...]:
    return label, interval(told, form), form(told.median), form(told.least), form(told.most)


def _beside_the_point(results: Results, study: str, figure: str) -> bool:
    """Figures about raiders say nothing where there are none; nor does the delay of what never came."""
    if figure in ("delay_messages", "delay_seconds"):
        return not any(map(isfinite, results.values(study, figure))) or not _is_raided(results, study)
    return figure in ("cost", "replies") and not _is_raided(results, study)


def _is_raided(results: Results, study: str) -> bool:
    raid = results.estimate(study, "raid_messages")
    return raid is not None and raid.mean > 0


def baselines(results: Results) -> str:
    """Two tables: what raiders cost, and how many ordinary people are answered."""
    every = [study for study in words.STUDIES if results.of(study)]
    paid = [(*_paid(results, one), bound(results, one)) for one in every if _is_raided(results, one)]
    answered = [_answered(results, one) for one in every]
    heads = tuple(_POLICIES.values())
    return "\n\n".join(
        (
            "Paid to raiders, on the mean:",
            table(("scenario", "Rempart", *heads, "bound"), paid),
            "Ordinary people answered within the hour, of all, on the mean:",
            table(("scenario", "Rempart", *heads, "told who"), answered),
        )
    )


def _paid(results: Results, study: str) -> tuple[str, ...]:
    ours = results.estimate(study, "cost")
    others = (results.baseline(study, policy, "cost") for policy in _POLICIES)
    return (study, *(money(told.mean) if told else "" for told in (ours, *others)))


def _answered(results: Results, study: str) -> tuple[str, ...]:
    ours = results.estimate(study, "answered")
    others = (results.baseline(study, policy, "answered") for policy in (*_POLICIES, "knowing"))
    return (study, *(share(told.mean) if told else "" for told in (ours, *others)))


_BOUNDS = {
    "flood": f"{money(PRICE)}: one reply",
    **dict.fromkeys(("copies", "blocks", "weekend"), f"{money(0)}, with an hour's hold"),
    "drip": f"{money(_FEWEST_OF_A_DRIP * PRICE)} until it can be known",
    "rule-aware": "the caps: nothing tells them apart",
    **dict.fromkeys(("disguises", "languages"), "as for insults"),
}


def bound(results: Results, study: str) -> str:
    """What the best imaginable detector would still pay to raiders."""
    if study != "insults":
        return _BOUNDS.get(study, "")
    caught = curve.at(curve.pooled(results.of(study)), TOLERATED).caught
    return f"{money((1 - caught) * FRESH_NUMBERS * PRICE)}: the text alone, {share(TOLERATED)} lost"


def own_curve(results: Results) -> Iterator[str]:
    """What a threshold on the text alone would do, over the first texts of all runs."""
    points = curve.pooled(results.of("insults"))
    caught = share(curve.at(points, TOLERATED).caught)
    yield words.CURVE.format(runs=runs_of(results, "insults"), lost=share(TOLERATED), caught=caught)
    yield f"![Raiders caught against ordinary people lost, by text alone]({curve.PICTURE})"
    yield _points(points)


def _points(points: Sequence[curve.Point]) -> str:
    return table(
        ("threshold (0 to 1000)", "raiders caught", "ordinary people lost"),
        ((str(one.threshold), share(one.caught), share(one.lost)) for one in curve.readings(points)),
    )


def _techniques(results: Results, studies: Sequence[str]) -> str:
    """Recall by how raiders write."""
    rows = (
        (study, count(len(results.of(study))), *(_mean(results, study, figure) for figure in _RECALLS))
        for study in studies
        if results.of(study)
    )
    return table(
        ("runs of", "number", "recall", "of numbers that paste", "of numbers that insult once"), rows
    )


def _mean(results: Results, study: str, figure: str) -> str:
    told = results.estimate(study, figure)
    return interval(told, share) if told else ""


def overview(results: Results, studies: Sequence[tuple[Sequence[str], str]], head: Sequence[str]) -> str:
    """A row a study, with the hard ordinary as columns of their own; each begins with its labels."""
    columns = [*head, "runs", *(label for _, label, _ in _COLUMNS), "raid messages until seen"]
    return table(columns, ((*labels, *_row(results, study)) for labels, study in studies))


def _row(results: Results, study: str) -> Iterator[str]:
    yield count(len(results.of(study)))
    for figure, _, form in _COLUMNS:
        told = results.estimate(study, figure)
        beside = figure in ("cost", "recall", "precision") and not _is_raided(results, study)
        yield "" if told is None or beside else form(told.mean)
    seen = results.estimate(study, "delay_messages")
    yield f"{count(seen.median)} (most {count(seen.most)})" if seen and _is_raided(results, study) else ""


def equal_money(results: Results, studies: Sequence[tuple[Sequence[str], str]], head: Sequence[str]) -> str:
    """What the same money does under simpler policies and in the best order: to raiders, people answered."""
    raided = [(labels, study) for labels, study in studies if _is_raided(results, study)]
    columns = (*head, "in all", "Rempart", *_EQUAL.values())
    return table(columns, ((*labels, *_equal_row(results, study)) for labels, study in raided))


def _equal_row(results: Results, study: str) -> Iterator[str]:
    spent = results.estimate(study, "spent")
    yield money(spent.mean) if spent else ""
    yield _cell(results.estimate(study, "cost"), results.estimate(study, "answered"))
    for policy in _EQUAL:
        yield _cell(results.baseline(study, policy, "cost"), results.baseline(study, policy, "answered"))


def _cell(cost: Estimate | None, answered: Estimate | None) -> str:
    return f"{money(cost.mean)}, {share(answered.mean)}" if cost and answered else ""


def ours(results: Results) -> list[tuple[Sequence[str], str]]:
    """The studies on texts of our own, each with its label."""
    return [((study,), study) for study in words.STUDIES if results.of(study)]


def others(results: Results) -> list[tuple[Sequence[str], str]]:
    """The studies on texts of others, each with scenario and corpus."""
    groups = [*words.STUDIES, *(f"languages-{one}" for one in LANGUAGES)]
    return [((group, one.partition(":")[2]), one) for group in groups for one in results.abroad(group)]


def outside_texts(results: Results, outside: Outside) -> str:
    """The same pipeline on texts that others wrote."""
    studies = others(results)
    if not studies:
        return "This run used none; `--ordinary`, `--hard` and `--abuse` bring some in."
    head = ("scenario", "abusive texts")
    told = words.OUTSIDE.format(
        ordinary=_named(outside.ordinary), hard=_named(outside.hard), abuse=_named(outside.abuse)
    )
    parts = (told, overview(results, studies, head), words.EQUAL, equal_money(results, studies, head))
    return "\n\n".join(part.strip() for part in parts)


def _named(corpora: Sequence[Corpus]) -> str:
    return ", ".join(f"{one.name} ({len(one.lines):,} texts)" for one in corpora) or "ours"
