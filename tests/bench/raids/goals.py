"""The targets, one by one, and whether the runs meet them. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from statistics import fmean

from bridge.simulate.speech import LANGUAGES
from tests.bench.raids.estimate import at_most_a_run, estimate
from tests.bench.raids.results import Form, Results, count, interval, money, points, seconds, share


@dataclass(frozen=True, slots=True)
class Reading:
    """What was measured, in words, and whether that meets the target."""

    shown: str
    met: bool
    narrow: bool = False
    """The interval reaches to the other side of the target."""

    early: bool = False
    """There were fewer runs than the target asks for."""

    @property
    def verdict(self) -> str:
        """Met or missed, said plainly."""
        word = "missed" if not self.met else "met so far" if self.early else "met"
        return f"{word}; the interval reaches past the target" if self.narrow else word


UNDISGUISED = "languages-fr"
"""The people and the raid of `disguises`, without them."""

Read = Callable[[Results, str], Reading | None]
"""Reads a study; `None` where it was not run."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One target of one study."""

    place: str
    study: str
    what: str
    target: str
    read: Read
    runs_of: tuple[str, ...] = ()
    """The studies that it is read from, where these are others."""


def mean_at_most(figure: str, most: float, form: Form) -> Read:
    """The mean of a figure must not pass a bound."""

    def read(results: Results, study: str) -> Reading | None:
        told = results.estimate(study, figure)
        if told is None:
            return None
        narrow = told.runs > 1 and told.low <= most < told.high
        return Reading(interval(told, form), told.mean <= most, narrow)

    return read


def mean_at_least(figure: str, least: float, form: Form) -> Read:
    """The mean of a figure must reach a bound."""

    def read(results: Results, study: str) -> Reading | None:
        told = results.estimate(study, figure)
        if told is None:
            return None
        narrow = told.runs > 1 and told.low < least <= told.high
        return Reading(interval(told, form), told.mean >= least, narrow)

    return read


def worst_at_most(figure: str, most: float, form: Form) -> Read:
    """A figure must not pass a bound in any run."""

    def read(results: Results, study: str) -> Reading | None:
        told = results.estimate(study, figure)
        return None if told is None else Reading(f"{form(told.most)} at worst", told.most <= most)

    return read


def answered_of_all(least: float) -> Read:
    """The share of all ordinary people answered, beside that of whoever knows the raiders."""
    plain = mean_at_least("answered", least, share)

    def read(results: Results, study: str) -> Reading | None:
        reading, best = plain(results, study), results.baseline(study, "knowing", "answered")
        if reading is None or best is None:
            return reading
        return replace(
            reading, shown=f"{reading.shown}; told who, first come, first served: {share(best.mean)}"
        )

    return read


def rank_at_most(rank: str, most: float) -> Read:
    """The median (`median`) or 95th percentile (`p95`) of the delay must not pass a bound."""

    def read(results: Results, study: str) -> Reading | None:
        told = results.estimate(study, "delay_messages")
        if told is None:
            return None
        value = getattr(told, rank)
        return Reading(f"{count(value)}, mean {interval(told, count)}", value <= most)

    return read


def none_in(figure: str, runs: int) -> Read:
    """Something must not happen in so many runs; fewer say less, and that is told."""

    def read(results: Results, study: str) -> Reading | None:
        values = results.values(study, figure)
        if not values:
            return None
        told = f"{count(sum(values))} in {len(values)} run{'s'[: len(values) > 1]}"
        if not sum(values):
            told += f" (fewer than {at_most_a_run(len(values)):.2g} a run, with 95 % confidence)"
        return Reading(told, sum(values) == 0, early=len(values) < runs)

    return read


def recall_lost(results: Results, study: str) -> Reading | None:
    """What disguises cost, seed by seed: against the same raid without them, amid the same people.

    How many are caught follows from who happens to write on the calm hours before: other people would tell
    more of that than of disguises.
    """
    plain = {one.seed: one.figures["recall"] or 0.0 for one in results.of(UNDISGUISED)}
    hidden = {one.seed: one.figures["recall"] or 0.0 for one in results.of(study) if one.seed in plain}
    if not hidden:
        return None
    lost = estimate([plain[seed] - recall for seed, recall in hidden.items()])
    without, told = fmean(plain[seed] for seed in hidden), fmean(hidden.values())
    shown = f"{interval(lost, points)}: {share(without)} without, {share(told)} with"
    return Reading(shown, lost.mean <= 0.02, lost.runs > 1 and lost.low <= 0.02 < lost.high)


def language_gap(results: Results, _: str) -> Reading | None:
    """The best language against the worst, each in runs of its own."""
    recalls = {one: results.values(f"languages-{one}", "recall") for one in LANGUAGES}
    means = {one: fmean(values) for one, values in recalls.items() if values}
    if len(means) < len(LANGUAGES):
        return None
    best, worst = max(means, key=means.__getitem__), min(means, key=means.__getitem__)
    gap = means[best] - means[worst]
    shown = f"{points(gap)} ({best} {share(means[best])}, {worst} {share(means[worst])})"
    return Reading(shown, gap <= 0.10)


def outside_gap(results: Results, _: str) -> Reading | None:
    """The best language against the worst, each on the corpora that there are in it."""
    recalls = {
        one: [
            value for study in results.abroad(f"languages-{one}") for value in results.values(study, "recall")
        ]
        for one in LANGUAGES
    }
    means = {one: fmean(values) for one, values in recalls.items() if values}
    if len(means) < 2:
        return None
    best, worst = max(means, key=means.__getitem__), min(means, key=means.__getitem__)
    gap = means[best] - means[worst]
    return Reading(f"{points(gap)} ({best} {share(means[best])}, {worst} {share(means[worst])})", gap <= 0.15)


def no_more_than(policy: str, part: float = 1.0) -> Read:
    """Raiders must not cost more than a part of what a simpler policy pays them on the same traces."""

    def read(results: Results, study: str) -> Reading | None:
        told, other = results.estimate(study, "cost"), results.baseline(study, policy, "cost")
        if told is None or other is None:
            return None
        most = part * other.mean
        return Reading(f"{interval(told, money)} against {money(most)}", told.mean <= most)

    return read


def precise(least: float) -> Read:
    """Those called raiders must be so, or nobody may be called one."""
    plain = mean_at_least("precision", least, share)

    def read(results: Results, study: str) -> Reading | None:
        accused = results.estimate(study, "accused")
        if accused is not None and not accused.most:
            return Reading("nobody is accused", met=True)
        return plain(results, study)

    return read


def everywhere(figure: str, most: float, form: Form) -> Read:
    """A figure must not pass a bound in any run of anything."""

    def read(results: Results, _: str) -> Reading | None:
        values = [value for one in results.outcomes if (value := one.figures[figure]) is not None]
        return Reading(f"{form(max(values))} at worst", max(values) <= most) if values else None

    return read


def all_recorded(results: Results, _: str) -> Reading | None:
    """Every message has its decision."""
    lost = sum(
        int((one.figures["messages"] or 0) - (one.figures["recorded"] or 0)) for one in results.outcomes
    )
    every = sum(int(one.figures["messages"] or 0) for one in results.outcomes)
    return Reading(f"{count(lost)} of {count(every)} lost", lost == 0) if every else None


ON_RAIDERS = "paid to raiders"
PAST_THE_CAPS = "paid above the hour's or the day's cap"
ANSWERED = "ordinary people answered within the hour"
ANSWERED_DAY = "ordinary people answered within 24 hours"
ANSWERED_POT = "ordinary people answered within the hour, while the pot lasts"
BY_LANGUAGE = tuple(f"languages-{one}" for one in LANGUAGES)
_UNTIL_SEEN = "raid messages until it is seen"

GOALS = (
    Goal("1", "flood", "replies paid to the raider", "at most 1", worst_at_most("replies", 1, count)),
    Goal("1", "flood", "messages until it is called one", "at most 5", worst_at_most("named_at", 5, count)),
    Goal("2", "copies", ON_RAIDERS, "at most 2.50 €", mean_at_most("cost", 2.5, money)),
    Goal("2", "copies", "precision", "at least 99 %", mean_at_least("precision", 0.99, share)),
    Goal("2", "copies", "recall", "at least 98 %", mean_at_least("recall", 0.98, share)),
    Goal("3", "insults", ON_RAIDERS, "at most 57 €", mean_at_most("cost", 57, money)),
    Goal("3", "insults", ANSWERED, "at least 97 %", answered_of_all(0.97)),
    Goal("3", "insults", ANSWERED_POT, "at least 97 %", mean_at_least("answered_pot", 0.97, share)),
    Goal("4", "drip", PAST_THE_CAPS, "0.00 €", worst_at_most("passed_by", 0, money)),
    Goal("4", "drip", _UNTIL_SEEN, "at most 300", worst_at_most("delay_messages", 300, count)),
    Goal("4", "drip", "precision", "at least 95 %, or nobody accused", precise(0.95)),
    Goal("4", "half-day", _UNTIL_SEEN, "at most 300", worst_at_most("delay_messages", 300, count)),
    Goal("5", "television", "raids seen where there is none", "0 in 300 runs", none_in("raids", 300)),
    Goal("5", "television", ANSWERED_POT, "at least 99.5 %", mean_at_least("answered_pot", 0.995, share)),
    Goal("6", "rule-aware", PAST_THE_CAPS, "0.00 €", worst_at_most("passed_by", 0, money)),
    Goal("6", "rule-aware", "queued replies that never left", "0", worst_at_most("left_behind", 0, count)),
    Goal("7", "disguises", "recall lost to disguise", "at most 2 points", recall_lost),
    Goal("8", "blocks", ON_RAIDERS, "at most 2.50 €", mean_at_most("cost", 2.5, money)),
    Goal(
        "9",
        "languages",
        "recall, best language against worst",
        "at most 10 points",
        language_gap,
        BY_LANGUAGE,
    ),
    Goal("10", "quiet", "false alarms in 8 weeks", "at most 1", worst_at_most("raids", 1, count)),
    Goal("10", "quiet-busy", "false alarms in 8 weeks", "at most 1", worst_at_most("raids", 1, count)),
    Goal("11", "weekend", ON_RAIDERS, "at most 29 €", mean_at_most("cost", 29, money)),
    Goal("11", "weekend", ANSWERED, "at least 90 % of all", answered_of_all(0.90)),
    Goal("11", "weekend", ANSWERED_DAY, "at least 98 % of all", mean_at_least("answered_day", 0.98, share)),
    Goal("11", "weekend", ANSWERED_POT, "at least 98 %", mean_at_least("answered_pot", 0.98, share)),
    Goal("11", "weekend", _UNTIL_SEEN, "median at most 15", rank_at_most("median", 15)),
    Goal("11", "weekend", _UNTIL_SEEN, "95th percentile at most 30", rank_at_most("p95", 30)),
    Goal("12", "evening-news", "raids seen where there is none", "0 in 100 runs", none_in("raids", 100)),
    Goal("12", "evening-news", ANSWERED, "at least 99 %", answered_of_all(0.99)),
    Goal("13", "adaptive", ON_RAIDERS, "at most half of once a number", no_more_than("once", 0.5)),
    Goal("15", "shared-token", ON_RAIDERS, "at most 10 €", mean_at_most("cost", 10, money)),
    Goal(
        "15",
        "shared-token",
        "ordinary people muted",
        "0 unseen",
        worst_at_most("muted_unseen", 0, count),
    ),
    Goal("all", "", "new cards in the room in an hour", "at most 4", everywhere("posts_hour", 4, count)),
    Goal("all", "", "messages without a recorded decision", "0", all_recorded),
)
"""Every target of the benchmark that virtual time can measure, on texts of our own."""

GOALS_ABROAD = (
    Goal("2", "copies", ON_RAIDERS, "at most 2.50 €", mean_at_most("cost", 2.5, money)),
    Goal("2", "copies", "precision", "at least 99 %", mean_at_least("precision", 0.99, share)),
    Goal("2", "copies", "recall", "at least 98 %", mean_at_least("recall", 0.98, share)),
    Goal("3", "insults", ON_RAIDERS, "no more than a token bucket pays", no_more_than("bucket")),
    Goal("3", "insults", ANSWERED, "at least 90 % of all", mean_at_least("answered", 0.90, share)),
    Goal("3", "insults", ANSWERED_DAY, "at least 99 % of all", mean_at_least("answered_day", 0.99, share)),
    Goal("4", "drip", PAST_THE_CAPS, "0.00 €", worst_at_most("passed_by", 0, money)),
    Goal("4", "drip", _UNTIL_SEEN, "at most 300", worst_at_most("delay_messages", 300, count)),
    Goal("4", "drip", "precision", "at least 95 %, or nobody accused", precise(0.95)),
    Goal("4", "half-day", _UNTIL_SEEN, "at most 300", worst_at_most("delay_messages", 300, count)),
    Goal("5", "television", "raids seen where there is none", "0 in 300 runs", none_in("raids", 300)),
    Goal("5", "television", ANSWERED_POT, "at least 99.5 %", mean_at_least("answered_pot", 0.995, share)),
    Goal("6", "rule-aware", PAST_THE_CAPS, "0.00 €", worst_at_most("passed_by", 0, money)),
    Goal("10", "quiet", "false alarms in 8 weeks", "at most 1", worst_at_most("raids", 1, count)),
    Goal("11", "weekend", ON_RAIDERS, "at most 45 €", mean_at_most("cost", 45, money)),
    Goal("11", "weekend", ANSWERED, "at least 90 % of all", answered_of_all(0.90)),
    Goal("11", "weekend", ANSWERED_DAY, "at least 98 % of all", mean_at_least("answered_day", 0.98, share)),
    Goal("11", "weekend", _UNTIL_SEEN, "median at most 15", rank_at_most("median", 15)),
    Goal("11", "weekend", _UNTIL_SEEN, "95th percentile at most 30", rank_at_most("p95", 30)),
    Goal("12", "evening-news", "raids seen where there is none", "0 in 100 runs", none_in("raids", 100)),
    Goal("12", "evening-news", ANSWERED, "at least 99 %", mean_at_least("answered", 0.99, share)),
    Goal("13", "adaptive", ON_RAIDERS, "at most half of once a number", no_more_than("once", 0.5)),
)
"""Those on texts of others, for every corpus by itself."""

GAP_ABROAD = Goal("9", "languages", "recall, best language against worst", "at most 15 points", outside_gap)
"""And the one for which they are taken together."""


def readings(results: Results) -> Iterator[tuple[Goal, Reading]]:
    """Every target that something was run for."""
    for goal in GOALS:
        reading = goal.read(results, goal.study)
        if reading is not None:
            yield goal, reading


def readings_abroad(results: Results) -> Iterator[tuple[str, Goal, Reading]]:
    """The same on texts of others, each with the name of the corpus."""
    for goal in GOALS_ABROAD:
        for study in results.abroad(goal.study):
            reading = goal.read(results, study)
            if reading is not None:
                yield study.partition(":")[2], replace(goal, study=study), reading
    gap = GAP_ABROAD.read(results, "")
    if gap is not None:
        yield "all", GAP_ABROAD, gap


FIGURES: tuple[tuple[str, str, Form], ...] = (
    ("cost", "euros on raiders", money),
    ("replies", "replies to raiders", count),
    ("precision", "precision", share),
    ("recall", "recall", share),
    ("accused", "ordinary people taken for raiders", count),
    ("muted_ordinary", "ordinary people whom the team muted", count),
    ("answered", ANSWERED, share),
    ("answered_day", ANSWERED_DAY, share),
    ("answered_pot", ANSWERED_POT, share),
    ("refused", "ordinary people who waited for money longer than that, or in vain", count),
    ("hard_answered", "the hard ordinary: answered within the hour", share),
    ("hard_day", "the hard ordinary: answered within 24 hours", share),
    ("hard_accused", "the hard ordinary: taken for raiders", share),
    ("telegram", "people on Telegram answered within the hour", share),
    ("delay_messages", "raid messages until the raid is seen", count),
    ("delay_seconds", "time until then", seconds),
    ("delay_cost", "euros paid for the raid messages before it", money),
    ("false_raids", "raids seen where there is none", count),
    ("spent", "euros on replies in all", money),
    ("inbound", "euros for receiving, which nobody can avoid", money),
    ("hour_most", "most paid within 60 minutes", money),
    ("day_most", "most paid within 24 hours", money),
    ("waiting_most", "most replies that waited at once", count),
    ("posts_hour", "most new cards in an hour", count),
)
"""What a study's own table shows, with what each figure is called."""
