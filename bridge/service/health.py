"""`/healthz`, `/readyz` and `/metrics`: counts and states, never anything personal."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from math import inf
from time import monotonic
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from bridge.errors import RempartError
from bridge.model import Micros, Progress
from bridge.status import describe_troubles, euros
from bridge.store.looks.overview import Overview, RaidCount
from bridge.views import Trouble
from bridge.web.webhooks import App

_FRESH = 1.0
"""Seconds that a page counts as new."""

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Vitals:
    """What the health pages tell."""

    now: Micros
    overview: Overview
    channels: dict[str, str]
    answers: dict[int, int]
    outcomes: dict[str, dict[str, int]]
    leads: bool = True
    raid: RaidCount | None = None
    """The newest."""


class _Snapshot(Collector):
    """Turns vitals into Prometheus metrics."""

    def __init__(self, vitals: Vitals) -> None:
        self._vitals = vitals

    def collect(self) -> list[Metric]:
        overview = self._vitals.overview
        return [*self._money(overview), *self._replies(overview), *self._raid(), *self._traffic()]

    def _money(self, overview: Overview) -> list[Metric]:
        money = GaugeMetricFamily("rempart_money_euros", "Money by what became of it.", labels=["what"])
        for what in ("spent", "reserved", "inbound"):
            money.add_metric([what], euros(getattr(overview, what)))
        return [money]

    def _replies(self, overview: Overview) -> list[Metric]:
        replies = GaugeMetricFamily("rempart_replies", "Replies by progress.", labels=["progress"])
        for progress in Progress:
            replies.add_metric([progress.value], overview.replies.get(progress, 0))
        doubt = overview.replies.get(Progress.IN_DOUBT, 0)
        unfolded, waited = "Events that wait for a decision.", "Since when the oldest of them waits."
        return [
            replies,
            GaugeMetricFamily("rempart_replies_in_doubt", "Replies nobody knows the fate of.", value=doubt),
            GaugeMetricFamily("rempart_events_unfolded", unfolded, value=overview.lag.events),
            GaugeMetricFamily(
                "rempart_fold_lag_seconds", waited, value=overview.lag.seconds(self._vitals.now)
            ),
        ]

    def _raid(self) -> list[Metric]:
        """The newest raid, as its card counts it."""
        messages = GaugeMetricFamily("rempart_raid_messages", "Messages of the newest raid.", labels=["raid"])
        senders = GaugeMetricFamily("rempart_raid_senders", "Senders in the newest raid.", labels=["raid"])
        spared = GaugeMetricFamily("rempart_raid_saved_euros", "What it has spared the pot.", labels=["raid"])
        if (raid := self._vitals.raid) is not None:
            messages.add_metric([raid.id], raid.messages)
            senders.add_metric([raid.id], raid.senders)
            spared.add_metric([raid.id], euros(raid.saved))
        return [messages, senders, spared]

    def _traffic(self) -> list[Metric]:
        answers = CounterMetricFamily("rempart_webhook_answers", "Webhooks by status.", labels=["status"])
        for status, count in self._vitals.answers.items():
            answers.add_metric([str(status)], count)
        calls = CounterMetricFamily(
            "rempart_calls", "Calls to send, by outcome.", labels=["channel", "outcome"]
        )
        for channel, outcomes in self._vitals.outcomes.items():
            for outcome, count in outcomes.items():
                calls.add_metric([channel, outcome], count)
        states = GaugeMetricFamily(
            "rempart_channel", "1 for the state a channel is in.", labels=["channel", "state"]
        )
        for channel, state in self._vitals.channels.items():
            states.add_metric([channel, state], 1)
        leads = "1 for the process that decides, polls and edits cards; 0 for one that stands by."
        return [answers, calls, states, GaugeMetricFamily("rempart_leads", leads, value=self._vitals.leads)]


LONGEST_LAG = 120.0
"""Seconds that what is acknowledged may wait for a decision before the service is not ready."""


@dataclass(frozen=True, slots=True)
class Condition:
    """How far decisions are behind, in events that wait and seconds that the oldest has waited; and what does
    not work besides: that one provider is out of reach is no reason to keep the others' calls away."""

    events: int
    seconds: float
    troubles: Sequence[Trouble] = ()
    stands_by: bool = False
    """Whether another process decides, polls and edits cards: this one receives and sends as well as any."""

    @property
    def told(self) -> dict[str, Any]:
        """As `/readyz` tells it."""
        behind = {"events": self.events, "seconds": round(self.seconds, 1)}
        told = {"behind": behind, "stands_by": self.stands_by}
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
) -> Starlette:
    """The health pages, and `pages` behind every other path.

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
    ]
    if pages is not None:
        routes.append(Mount("/", pages))
    app = Starlette(routes=routes)
    app.router.redirect_slashes = False  # a redirect would go wherever the caller's `Host` says
    return app
