"""PostgreSQL: lost connections, notices to other processes, migrations at once."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, text

from storage import migrate
from storage.engine import CommitUnknownError, Database
from storage.notices import Board
from storage.seal import SealBrokenError
from storage.unit_of_work import UnitOfWork
from tests.postgres import fresh_schema, server_url
from tests.storage.racing import together

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


def _end_all_but_mine(uow: UnitOfWork) -> None:
    end_connection(uow.connection.execute(text("SELECT pg_backend_pid()")).scalar_one())


def end_connection(backend: int) -> None:
    """As if the server had gone away under it."""
    url = server_url()
    assert url is not None
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(%s, 5000)", (backend,))


def _board(database: Database) -> Board:
    assert database._board is not None
    return database._board


@contextmanager
def lost_at_commit(database: Database, *, committed: bool) -> Iterator[None]:
    """The connection breaks once, just before or just after the server has committed."""
    broken = threading.Event()

    def commit(connection: Any) -> None:
        if broken.is_set():
            return
        broken.set()
        driver = connection.connection.driver_connection
        if committed:
            driver.execute("COMMIT")
        end_connection(driver.info.backend_pid)

    event.listen(database._engine, "commit", commit)
    try:
        yield
    finally:
        event.remove(database._engine, "commit", commit)
    assert broken.is_set()


def test_what_was_not_committed_when_the_connection_broke_is_done_again(shared: Sequence[Database]) -> None:
    runs: list[int] = []

    def once_broken(uow: UnitOfWork) -> bool:
        runs.append(1)
        stored = uow.work.put("fetch", "k", "a", NOW)
        if len(runs) == 1:
            _end_all_but_mine(uow)
            uow.work.put("fetch", "k2", "a", NOW)
        return stored

    assert shared[0].run_blocking(once_broken)
    assert len(runs) == 2
    assert shared[0].run_blocking(lambda u: u.work.depth()).live == 1


@pytest.mark.parametrize("committed", [True, False])
def test_a_connection_lost_at_the_commit_changes_nothing_about_the_outcome(
    shared: Sequence[Database], *, committed: bool
) -> None:
    runs: list[int] = []

    def put(uow: UnitOfWork) -> bool:
        runs.append(1)
        return uow.work.put("fetch", "k", "a", NOW)

    with lost_at_commit(shared[0], committed=committed):
        assert shared[0].run_blocking(put)
    assert len(runs) == (1 if committed else 2)
    assert shared[1].run_blocking(lambda u: u.work.depth()).live == 1


def test_nobody_can_say_is_said(shared: Sequence[Database], monkeypatch: pytest.MonkeyPatch) -> None:
    # As on a standby that took over without this transaction: its number lies in the future there.
    monkeypatch.setattr("storage.threads._number_of", lambda _connection: "99999999999")
    with lost_at_commit(shared[0], committed=False), pytest.raises(CommitUnknownError):
        shared[0].run_blocking(lambda u: u.work.put("fetch", "k", "a", NOW))


def test_a_reader_outlives_its_connection(shared: Sequence[Database]) -> None:
    backend = shared[0]._look(lambda u: u.connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
    end_connection(backend)
    assert shared[0]._read(lambda u: u.work.depth()).live == 0


def test_a_commit_wakes_the_loops_of_the_other_process_also_after_its_listener_was_cut_off(
    shared: Sequence[Database],
) -> None:
    heard = threading.Event()
    shared[1].on_commit(lambda notices: heard.set() if "work" in notices else None)
    for key in ("k1", "k2"):
        assert _board(shared[1]).listening.wait(10)
        heard.clear()
        shared[0].run_blocking(lambda u, key=key: u.work.put("fetch", key, "a", NOW))
        assert heard.wait(10)
        _board(shared[1]).listening.clear()
        end_connection(_board(shared[1]).backend)


def test_a_key_destroyed_by_one_process_opens_nothing_in_the_other(shared: Sequence[Database]) -> None:
    sealed = shared[0].run_blocking(lambda u: u.sealer.seal(b"words", scope="case:1", place="p"))
    assert shared[1].run_blocking(lambda u: u.sealer.open(sealed, place="p")) == b"words"
    assert _board(shared[1]).listening.wait(10)
    cleared = threading.Event()
    shared[1].on_commit(lambda _notices: cleared.set())
    shared[0].run_blocking(lambda u: u.keys.shred("case:1"))
    assert cleared.wait(10)
    with pytest.raises(SealBrokenError):
        shared[1].run_blocking(lambda u: u.sealer.open(sealed, place="p"))


def test_processes_that_start_at_once_migrate_once() -> None:
    with fresh_schema() as url:
        together(*[partial(migrate.upgrade, url)] * 4)
        assert migrate.current(url) == migrate.newest()
        assert migrate.differences(url) == []


def test_a_server_that_is_not_there_is_named_so() -> None:
    with pytest.raises(migrate.DatabaseUnreachableError):
        migrate.current("postgresql://nobody@127.0.0.1:1/none")
