"""`/healthz`, `/readyz` and `/metrics`: counts and states, never anything personal."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from math import inf
from time import monotonic
from typing import Any, Self

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from bridge.errors import RempartError
from bridge.model import SECOND, Micros, Progress
from bridge.noun import Noun, field
from bridge.status import describe_troubles, euros
from bridge.store.looks.overview import Overview, RaidCount
from bridge.views import Trouble
from bridge.web.webhooks import App

_FRESH = 1.0
"""Seconds that a page counts as new."""

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Vitals(Noun):
    """What the health pages tell."""

    now: Micros
    overview: Overview
    channels: dict[str, str]
    answers: dict[int, int]
    outcomes: dict[str, dict[str, int]]
    leads: bool = True
    raid: RaidCount | None = None
    """The newest."""
    copied_at: Micros | None = None
    """When a copy of the database was made last."""
    uncopied: bool = False
    """Whether the copies that the service is to make by itself do not come about."""
    lines: Mapping[str, "Vitals"] = field(default_factory=dict)
    """Those of each line, where there are several; the others are then the first line's."""


_Sample = tuple[Sequence[str], float]
"""The values of the labels, and the number."""


class _Snapshot(Collector):
    """Turns vitals into Prometheus metrics: of one line without saying which, of several with their names."""

    def __init__(self, vitals: Vitals) -> None:
        self._vitals = vitals
        several = [([name], one) for name, one in vitals.lines.items()]
        self._lines: list[tuple[list[str], Vitals]] = several or [([], vitals)]
        self._by = ["line"] if vitals.lines else []

    def collect(self) -> list[Metric]:
        return [*self._money(), *self._replies(), *self._raid(), *self._copies(), *self._traffic()]

    def _gauge(
        self, name: str, told: str, labels: Sequence[str], samples: Callable[[Vitals], Iterable[_Sample]]
    ) -> GaugeMetricFamily:
        gauge = GaugeMetricFamily(f"rempart_{name}", told, labels=[*self._by, *labels])
        for line, one in self._lines:
            for values, number in samples(one):
                gauge.add_metric([*line, *values], number)
        return gauge

    def _money(self) -> list[Metric]:
        def sums(one: Vitals) -> Iterable[_Sample]:
            return (([what], euros(getattr(one.overview, what))) for what in ("spent", "reserved", "inbound"))

        return [self._gauge("money_euros", "Money by what became of it.", ["what"], sums)]

    def _replies(self) -> list[Metric]:
        def counts(one: Vitals) -> Iterable[_Sample]:
            return (([progress.value], one.overview.replies.get(progress, 0)) for progress in Progress)

        def doubt(one: Vitals) -> Iterable[_Sample]:
            return [([], one.overview.replies.get(Progress.IN_DOUBT, 0))]

        def behind(one: Vitals) -> Iterable[_Sample]:
            return [([], one.overview.lag.events)]

        def rang(one: Vitals) -> Iterable[_Sample]:
            return [([], one.overview.calls)]

        def since(one: Vitals) -> Iterable[_Sample]:
            return [([], one.overview.lag.seconds(one.now))]

        return [
            self._gauge("replies", "Replies by progress.", ["progress"], counts),
            self._gauge("replies_in_doubt", "Replies nobody knows the fate of.", [], doubt),
            self._gauge("events_unfolded", "Events that wait for a decision.", [], behind),
            self._gauge("incoming_calls", "Calls of the last 24 hours.", [], rang),
            self._gauge("fold_lag_seconds", "Since when the oldest of them waits.", [], since),
        ]

    def _raid(self) -> list[Metric]:
        """The newest raid, as its card counts it."""

        def counts(what: Callable[[RaidCount], float]) -> Callable[[Vitals], Iterable[_Sample]]:
            return lambda one: [([one.raid.id], what(one.raid))] if one.raid is not None else []

        messages, senders = counts(lambda raid: raid.messages), counts(lambda raid: raid.senders)
        spared = counts(lambda raid: euros(raid.saved))
        return [
            self._gauge("raid_messages", "Messages of the newest raid.", ["raid"], messages),
            self._gauge("raid_senders", "Senders in the newest raid.", ["raid"], senders),
            self._gauge("raid_saved_euros", "What it has spared the pot.", ["raid"], spared),
        ]

    def _copies(self) -> list[Metric]:
        """Where none is known there is no age."""

        def age(one: Vitals) -> Iterable[_Sample]:
            return [] if one.copied_at is None else [([], max(0, one.now - one.copied_at) / SECOND)]

        def failing(one: Vitals) -> Iterable[_Sample]:
            return [([], one.uncopied)]

        return [
            self._gauge("backup_age_seconds", "How old the newest copy of the database is.", [], age),
            self._gauge("backup_failing", "1 while none can be made as the rules ask.", [], failing),
        ]

    def _traffic(self) -> list[Metric]:
        answers = CounterMetricFamily("rempart_webhook_answers", "Webhooks by status.", labels=["status"])
        for status, count in self._vitals.answers.items():
            answers.add_metric([str(status)], count)
        labels = [*self._by, "channel", "outcome"]
        calls = CounterMetricFamily("rempart_calls", "Calls to send, by outcome.", labels=labels)
        for line, one in self._lines:
            for channel, outcomes in one.outcomes.items():
                for outcome, count in outcomes.items():
                    calls.add_metric([*line, channel, outcome], count)
        return [answers, calls, *self._states()]

    def _states(self) -> list[Metric]:
        def states(one: Vitals) -> Iterable[_Sample]:
            return (([channel, state], 1) for channel, state in one.channels.items())

        def leads(one: Vitals) -> Iterable[_Sample]:
            return [([], one.leads)]

        leading = "1 for the process that decides, polls and edits cards; 0 for one that stands by."
        return [
            self._gauge("channel", "1 for the state a channel is in.", ["channel", "state"], states),
            self._gauge("leads", leading, [], leads),
        ]


LONGEST_LAG = 120.0
"""Seconds that what is acknowledged may wait for a decision before the service is not ready."""


class Condition(Noun):
    """How far decisions are behind, in events that wait and seconds that the oldest has waited; and what does
    not work besides: that one provider is out of reach is no reason to keep the others' calls away."""

    events: int
    seconds: float
    troubles: Sequence[Trouble] = ()
    stands_by: bool = False
    """Whether another process decides, polls and edits cards: this one receives and sends as well as any."""
    refused: str | None = None
    """Why the rules file, or its newest edit, is not in force."""
    lines: Mapping[str, "Condition"] = field(default_factory=dict)
    """That of each line, where there are several."""
    down: Sequence[str] = ()
    """Lines that do not run while the others do: no reason to keep calls away from those."""

    @classmethod
    def of(cls, lines: Mapping[str, Self], down: Sequence[str] = ()) -> Self:
        """That of several lines together: as far behind as the one that is farthest."""
        several = lines.values()
        return cls(
            sum(one.events for one in several),
            max(one.seconds for one in several),
            stands_by=any(one.stands_by for one in several),
            refused=next((one.refused for one in several if one.refused), None),
            lines=lines,
            down=down,
        )

    @property
    def told(self) -> dict[str, Any]:
        """As `/readyz` tells it."""
        behind = {"events": self.events, "seconds": round(self.seconds, 1)}
        told: dict[str, Any] = {"behind": behind, "stands_by": self.stands_by}
        told |= {"lines": {name: one.told for name, one in self.lines.items()}} if self.lines else {}
        told |= {"rules_refused": self.refused} if self.refused else {}
        told |= {"down": list(self.down)} if self.down else {}
        return told | ({"troubles": describe_troubles(self.troubles)} if self.troubles else {})


class _Page:
    """A page that is made once a second at most: whoever asks oftener is told the same."""

    def __init__(self, make: Callable[[], Awaitable[Response]]) -> None:
        self._make = make
        self._made_at = -inf  # on the monotonic clock
        self._made = Response()
        self._making = asyncio.Lock()

    async def answer(self, _request: Request) -> Response:
        """As it was made within the last second."""
        async with self._making:
            if monotonic() - self._made_at >= _FRESH:
                self._made = await self._make()
                self._made_at = monotonic()
            return self._made


def health_app(
    vitals: Callable[[], Awaitable[Vitals]],
    ready: Callable[[], Awaitable[Condition]],
    pages: App | None = None,
    further: Sequence[BaseRoute] = (),
) -> Starlette:
    """The health pages, `further` ones, and `pages` behind every other path.

    `ready` raises `RempartError` while the service cannot store.
    """

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def readiness() -> Response:
        try:
            condition = await ready()
        except RempartError as error:
            return JSONResponse({"ready": False, "why": str(error)}, status_code=503)
        if condition.seconds > LONGEST_LAG:
            why = "What was received waits for its decision: look at the log."
            return JSONResponse({"ready": False, "why": why, **condition.told}, status_code=503)
        return JSONResponse({"ready": True, **condition.told})

    async def figures() -> Response:
        registry = CollectorRegistry(auto_describe=False)
        try:
            registry.register(_Snapshot(await vitals()))
        except RempartError as error:
            return PlainTextResponse(f"{error}\n", status_code=503)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE)

    routes: list[BaseRoute] = [
        Route("/healthz", healthz),
        Route("/readyz", _Page(readiness).answer),
        Route("/metrics", _Page(figures).answer),
        *further,
    ]
    if pages is not None:
        routes.append(Mount("/", pages))
    app = Starlette(routes=routes)
    app.router.redirect_slashes = False  # a redirect would go wherever the caller's `Host` says
    return app
