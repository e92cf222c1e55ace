"""Who is alive, on PostgreSQL: a process holds a lock of the server, named after it, for as long as it lives.

The server lets go of the lock with the connection, so a killed process is known to be gone within milliseconds, and
others may take up what it had taken (`storage.takers`). A connection also ends under a process that lives on. So

* the others look twice, with time between to come back;
* the process knows by itself: `is_seen` ends with the connection, or when the server has not answered for a few
  seconds, which is sooner than the server gives up a silent connection. Without it nothing new is sent;
* what was thought dead changes nothing: whoever settles a row names its taker and attempt (`storage.claim`).

What is left: a request that was on its way to a vendor at that moment may have a marked repeat sent by another
process, as after a crash.
"""

import select
import socket
import time
from collections.abc import Callable
from threading import Event, Thread

import psycopg

from storage.locks import lock_number

_BEAT_SECONDS = 1.0
_SEEN_SECONDS = 5.0
"""Less than what the server's settings below take to give up a silent connection."""

_PAUSES = (0.05, 0.1, 0.2, 0.5)
"""Seconds before each new try to have the lock; the last one again and again."""

_SETTINGS = (
    # A machine that vanished is given up after ten seconds; sockets of the same machine ignore it.
    "tcp_keepalives_idle = 4",
    "tcp_keepalives_interval = 2",
    "tcp_keepalives_count = 3",
    "tcp_user_timeout = 10000",
)


def lock_of(taker: str) -> int:
    """The number of the lock that says that a taker lives."""
    return lock_number(f"taker {taker}")


class Presence:
    """Holds this process's lock, and takes it again after a lost connection."""

    def __init__(self, connect: Callable[[], psycopg.Connection], *, taker: str) -> None:
        """`connect` gives a connection in autocommit. The lock is held on return, unless the server is slow."""
        self.taker = taker
        self.backend = 0
        """The server's process of the connection that holds the lock."""
        self._connect = connect
        self._closing = Event()
        self._bell, self._ring = socket.socketpair()
        self._held = Event()
        self._answered_at = 0.0
        self._thread = Thread(target=self._kept_up, name="scanrelay-presence", daemon=True)
        self._thread.start()
        self._held.wait(_SEEN_SECONDS)

    @property
    def is_seen(self) -> bool:
        """Whether no other process can think that this one is dead."""
        return self._held.is_set() and time.monotonic() - self._answered_at < _SEEN_SECONDS

    def close(self) -> None:
        """Be gone: what is still taken is the others'."""
        self._closing.set()
        self._ring.close()
        self._thread.join()
        self._bell.close()

    def _kept_up(self) -> None:
        tries = 0
        while not self._closing.is_set():
            try:
                with self._connect() as connection:
                    if self._hold(connection):
                        tries = 0
                        self._keep(connection)
            except psycopg.Error:
                pass
            self._held.clear()
            self._closing.wait(_PAUSES[min(tries, len(_PAUSES) - 1)])
            tries += 1

    def _hold(self, connection: psycopg.Connection) -> bool:
        for setting in _SETTINGS:
            connection.execute(f"SET {setting}".encode())
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", (lock_of(self.taker),)).fetchone()
        # Else a connection that is dead already still has it, or somebody is taking over what was ours.
        return row == (True,)

    def _keep(self, connection: psycopg.Connection) -> None:
        self.backend = connection.info.backend_pid
        while not self._closing.is_set():
            asked_at = time.monotonic()
            connection.execute("SELECT 1")
            self._answered_at = asked_at
            self._held.set()
            # The end of the connection is something to read, too: it is known at once.
            select.select([connection.fileno(), self._bell.fileno()], [], [], _BEAT_SECONDS)
