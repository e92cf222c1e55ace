"""Hints between processes over PostgreSQL's NOTIFY: a queue got rows, or a data key was destroyed.

They are sent after the COMMIT, by a thread of their own: a transaction with a NOTIFY in it takes a lock over the
whole server until its own fsync is through, so commits would no longer share one (8 clients with one-row inserts:
2,000 commits a second without, 440 with it). One that gets lost costs a poll, which is the net under every loop.
"""

import queue
from collections.abc import Callable
from threading import Event, Thread

import psycopg

KEYS = "keys"
"""Not a queue: a key was destroyed, so nobody may keep a copy."""

_QUIET_SECONDS = 5.0
_PAUSE_SECONDS = 0.5


class Board:
    """Tells the other processes on this database what was committed here, and hears them."""

    def __init__(
        self, connect: Callable[[], psycopg.Connection], *, me: str, heard: Callable[[frozenset[str]], None]
    ) -> None:
        """`connect` gives a connection in autocommit; `me` names this process.

        `heard` is called on the listener's thread: with KEYS, too, whenever it may have missed something.
        """
        self._connect = connect
        self._me = me
        self._heard = heard
        self._closing = Event()
        self._outgoing: queue.SimpleQueue[frozenset[str]] = queue.SimpleQueue()
        self.listening = Event()
        """Set while notices of others arrive."""
        self.backend = 0
        """The server's process that the listener is connected to."""
        self._threads = [
            Thread(target=self._kept_up, args=(work,), name=f"scanrelay-{name}", daemon=True)
            for name, work in (("listener", self._listen), ("notifier", self._send))
        ]
        for thread in self._threads:
            thread.start()

    def tell(self, notices: frozenset[str]) -> None:
        """Have the others told, soon."""
        self._outgoing.put(notices)

    def close(self) -> None:
        """Send what is waiting and end both threads."""
        self._closing.set()
        self._outgoing.put(frozenset())
        for thread in self._threads:
            thread.join()

    def _kept_up(self, work: Callable[[psycopg.Connection], None]) -> None:
        while True:
            try:
                with self._connect() as connection:
                    work(connection)
                    return
            except psycopg.Error:
                self.listening.clear()
                if self._closing.wait(_PAUSE_SECONDS):
                    return

    def _listen(self, connection: psycopg.Connection) -> None:
        connection.execute("LISTEN scanrelay")
        self.backend = connection.info.backend_pid
        # Whatever was said before went by unheard.
        self._heard(frozenset({KEYS}))
        self.listening.set()
        while not self._closing.is_set():
            for notice in connection.notifies(timeout=_QUIET_SECONDS, stop_after=1):
                sender, *names = notice.payload.split()
                if sender != self._me:
                    self._heard(frozenset(names))

    def _send(self, connection: psycopg.Connection) -> None:
        while not (self._closing.is_set() and self._outgoing.empty()):
            payload = " ".join([self._me, *sorted(self._next())])
            connection.execute("SELECT pg_notify('scanrelay', %s)", (payload,))

    def _next(self) -> frozenset[str]:
        notices = self._outgoing.get()
        while not self._outgoing.empty():
            notices |= self._outgoing.get()
        return notices
