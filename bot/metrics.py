"""What is counted, for `/metrics`: labels are words of ours, never a person, a case or an address."""

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest


class Metrics:
    """All metrics of one process, in a registry of their own."""

    def __init__(self) -> None:
        """Fresh counters at zero."""
        self.registry = CollectorRegistry()
        self.queue_depth = self._gauge("queue_depth", "rows that wait or are worked on", "queue")
        self.queue_age = self._gauge("queue_age_seconds", "how long the oldest row is overdue", "queue")
        self.queue_dead = self._gauge("queue_dead", "dead letters", "queue")
        self.parked = self._gauge("messages_parked", "messages that wait for their readers to write")
        self.heartbeat = self._gauge("heartbeat_timestamp_seconds", "when the scheduler last ticked")
        self.received = self._counter("received", "updates stored in the inbox", "channel")
        self.handled = self._counter("handled", "events handled", "channel")
        self.deliveries = self._counter("deliveries", "what became of messages", "channel", "outcome")
        self.prepared = self._counter("prepared", "what became of attachments", "outcome")
        self.failures = self._counter("failures", "unexpected errors", "worker")
        self.dead_letters = self._counter("dead_letters", "rows given up", "queue")
        self.forgotten = self._counter("forgotten", "payloads and files deleted after their time", "what")
        self.log_fields_dropped = self._counter("log_fields_dropped", "log fields that are not allowed")

    def exposition(self) -> bytes:
        """The text that Prometheus reads."""
        return generate_latest(self.registry)

    def _gauge(self, name: str, about: str, *labels: str) -> Gauge:
        return Gauge(f"scanrelay_{name}", about, labels, registry=self.registry)

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(f"scanrelay_{name}", about, labels, registry=self.registry)
