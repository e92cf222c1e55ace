"""Locks that put transactions in line where SQLite's one writer already does (there they cost nothing).

A row that a transaction reads in order to change it is read `for_change`: on PostgreSQL that waits for whoever
changes it now, and gives the row as it is afterwards. What is no single row is put in line by `hold`. Two
transactions that wait for each other are told so by PostgreSQL; `storage.threads` then runs one of them again.
"""

import hashlib
from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, FromClause, Select, Table, func, select, update

S = TypeVar("S", bound=Select[Any])


def hold(connection: Connection, name: str) -> None:
    """Wait for the lock of that name and keep it until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(lock_number(name))))


def for_change(connection: Connection, query: S, of: FromClause) -> S:
    """`query` with the rows of `of` locked until the transaction ends; as it is on a connection that only reads.

    The lock (FOR NO KEY UPDATE) lets others add rows that refer to these.
    """
    if connection.dialect.name != "postgresql" or is_reading(connection):
        return query
    return query.with_for_update(key_share=True, of=of)


def number_by_commit(
    connection: Connection, table: Table, key: ColumnElement[str], rows: Sequence[tuple[str, str]]
) -> None:
    """Give new rows, as (lane, key), new numbers (`seq`) that in each lane grow with the commits.

    PostgreSQL numbers a row when it is inserted: of two transactions the one that began to write earlier may be
    committed later, with the lower number. Here each waits, just before its COMMIT, for others with rows in its
    lanes; all in the same order of lanes, so that no two wait for each other.
    """
    if connection.dialect.name != "postgresql":
        return
    for lane in sorted({lane for lane, _ in rows}):
        hold(connection, f"{table.name} {lane}")
    anew = update(table).values(seq=func.nextval(func.pg_get_serial_sequence(table.name, "seq")))
    for _, name in rows:
        connection.execute(anew.where(key == name))


def is_reading(connection: Connection) -> bool:
    """Whether nothing can be written, so nothing need be locked."""
    return bool(connection.get_execution_options().get("postgresql_readonly", False))


def lock_number(name: str) -> int:
    """PostgreSQL numbers its advisory locks: 64 bits of a hash of the name."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
