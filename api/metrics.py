"""What an application measures about itself, in Prometheus' format.

Names follow https://prometheus.io/docs/practices/naming/. No label holds text that a person wrote.
"""

import time
from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.middleware import HttpMiddleware, noting_start
from core.models import ChannelName
from core.operations.counters import Counted
from core.operations.figures import Figures
from core.operations.readiness import Status

BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_COUNTERS = {
    Counted.CLOCK_TICKS: ("stockbell_clock_ticks", "Ticks of all clocks."),
    Counted.TOO_MANY_REQUESTS: (
        "stockbell_telegram_too_many_requests",
        "How often the Bot API answered 429, asking to slow down.",
    ),
}


class Metrics:
    """The measurements of one application, in its own registry."""

    def __init__(self, open_sockets: Callable[[], int]) -> None:
        self._registry = CollectorRegistry()
        self.request_seconds = Histogram(
            "stockbell_http_request_duration_seconds",
            "How long HTTP requests took, by operation, without Socket.IO.",
            ("route", "method", "status"),
            buckets=BUCKETS_S,
            registry=self._registry,
        )
        sockets = Gauge(
            "stockbell_sockets_open", "Live sockets of this web process.", registry=self._registry
        )
        sockets.set_function(open_sockets)
        ProcessCollector(registry=self._registry)

    def exposition(self, figures: Figures | None) -> bytes:
        """Return everything in Prometheus' text format; `figures` is None when the database is down."""
        everything = CollectorRegistry()
        everything.register(_Together(self._registry, figures))
        return generate_latest(everything)


class _Together(Collector):
    def __init__(self, measured: CollectorRegistry, figures: Figures | None) -> None:
        self._measured = measured
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        for metric in self._measured.collect():
            # No graph needs the creation times, which are a third of all lines.
            metric.samples = [sample for sample in metric.samples if not sample.name.endswith("_created")]
            yield metric
        up = GaugeMetricFamily("stockbell_database_up", "Whether the database can be read: 1 or 0.")
        up.add_metric((), 0 if self._figures is None else 1)
        yield up
        if self._figures is not None:
            yield from _families(self._figures)


def _families(figures: Figures) -> Iterable[Metric]:
    deliveries = GaugeMetricFamily(
        "stockbell_deliveries",
        "Deliveries in the database by state; they are kept for 30 days after they are settled.",
        labels=("channel", "state"),
    )
    for (channel, state), number in sorted(figures.deliveries.items()):
        deliveries.add_metric((channel, state), number)
    oldest = GaugeMetricFamily(
        "stockbell_oldest_due_delivery_seconds",
        "How long the oldest delivery that could be sent has been waiting.",
        labels=("channel",),
    )
    for channel_name in (ChannelName.TELEGRAM, ChannelName.EMAIL):
        age = figures.oldest_due.get(channel_name)
        oldest.add_metric((channel_name,), age.total_seconds() if age else 0)
    working = GaugeMetricFamily(
        "stockbell_check_ok", "The checks of /health/ready: 1 when it passes, 0 when not.", labels=("check",)
    )
    for check in figures.checks:
        working.add_metric((check.name,), check.status is Status.OK)
    yield from (deliveries, oldest, working)
    for what, (name, help_text) in _COUNTERS.items():
        yield CounterMetricFamily(name, help_text, value=figures.counted[what])


class RequestTimes(HttpMiddleware):
    """Measures HTTP requests by the template of their route, because paths contain ids."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        super().__init__(app)
        self._seconds = metrics.request_seconds

    async def _handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun, statuses = time.perf_counter(), list[int]()

        def note(start: Message) -> None:
            statuses.append(start["status"])

        try:
            await self._app(scope, receive, noting_start(send, note))
        finally:
            for status in statuses:
                self._seconds.labels(*_operation(scope), status).observe(time.perf_counter() - begun)


def _operation(scope: Scope) -> tuple[str, str]:
    own = getattr(scope.get("route"), "path", None)
    route = "none" if own is None else _in_full(own, scope["path"])
    method = scope["method"]
    return route, method if method in METHODS else "other"


def _in_full(template: str, path: str) -> str:
    """Return a route's template with its router's prefix, which the route leaves out."""
    parts = path.split("/")
    prefix = parts[: len(parts) - template.count("/")]
    return "/".join(prefix) + template
