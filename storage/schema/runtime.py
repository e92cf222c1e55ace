"""The tables that carry work: what came in, what goes out, what waits, and the keys, the audit and the blobs.

`due_at` means the same in every queue: not before it while the row is new, the end of the lease while it is
taken, NULL once nothing more will happen. The partial indexes hold live rows only, for a claim to cost the
same however many rows are finished. `lane` is a keyed hash (`Sealer.lookup`), never an address.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.schema import code_column, id_column, instant_column, metadata, ref_column, sealed_column

_BIG = BigInteger().with_variant(Integer, "sqlite")


def _seq() -> Column[int]:
    return Column("seq", _BIG, primary_key=True, autoincrement=True)


def _number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, default=0, server_default="0")


def _failed(table: Table) -> None:
    """Rows with an error, few, so that counting the dead letters reads only them."""
    failed = table.c.error.is_not(None)
    Index(f"ix_{table.name}_failed", table.c.error, sqlite_where=failed, postgresql_where=failed)


def _live(table: Table, *columns: str) -> None:
    due = table.c.due_at.is_not(None)
    name = f"ix_{table.name}_live_{columns[0]}"
    Index(name, *(table.c[column] for column in columns), sqlite_where=due, postgresql_where=due)


def _taken(table: Table) -> None:
    taken = table.c.state == "taken"
    Index(f"ix_{table.name}_taken", table.c.lane, sqlite_where=taken, postgresql_where=taken)


inbox = Table(
    "inbox",
    metadata,
    _seq(),
    code_column("channel", length=32),
    code_column("vendor_id", length=255),
    code_column("lane"),
    sealed_column("raw", nullable=True),
    instant_column("received_at"),
    code_column("state", length=16),
    instant_column("due_at", nullable=True),
    _number("attempts"),
    code_column("claimed_by", nullable=True),
    code_column("error", nullable=True),
    instant_column("finished_at", nullable=True),
    UniqueConstraint("channel", "vendor_id"),
)
_live(inbox, "due_at", "seq")
_live(inbox, "lane", "seq")
_taken(inbox)
_failed(inbox)
Index(None, inbox.c.finished_at)

outbox = Table(
    "outbox",
    metadata,
    _seq(),
    code_column("key", length=255, unique=True),
    code_column("channel", length=32),
    code_column("lane"),
    code_column("topic", length=255, nullable=True),
    ref_column("case_id", nullable=True),
    code_column("about", length=255),
    sealed_column("message", nullable=True),
    code_column("state", length=16),
    instant_column("due_at", nullable=True),
    _number("attempts"),
    code_column("claimed_by", nullable=True),
    _number("parts_sent"),
    Column("unsure", Boolean, nullable=False, default=False),
    instant_column("created_at"),
    code_column("error", nullable=True),
    instant_column("finished_at", nullable=True),
)
_live(outbox, "due_at", "seq")
_live(outbox, "lane", "seq")
_taken(outbox)
_failed(outbox)
_parked = outbox.c.state == "parked"
Index("ix_outbox_parked", outbox.c.lane, sqlite_where=_parked, postgresql_where=_parked)
Index(None, outbox.c.finished_at)
Index(None, outbox.c.case_id)

outbox_sent = Table(
    "outbox_sent",
    metadata,
    Column("outbox_seq", _BIG, primary_key=True, autoincrement=False),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    code_column("lane"),
    code_column("vendor_message_id", length=128),
    code_column("status", length=16, default="", server_default=""),
    Index(None, "lane", "vendor_message_id"),
)

lanes = Table(
    "lanes",
    metadata,
    Column("lane", String(64), primary_key=True),
    instant_column("next_at"),
)

work = Table(
    "work",
    metadata,
    _seq(),
    code_column("kind", length=32),
    code_column("key", length=255),
    code_column("subject"),
    sealed_column("payload", nullable=True),
    code_column("state", length=16),
    instant_column("due_at", nullable=True),
    _number("attempts"),
    code_column("claimed_by", nullable=True),
    instant_column("created_at"),
    code_column("error", nullable=True),
    instant_column("finished_at", nullable=True),
    UniqueConstraint("kind", "key"),
)
_live(work, "due_at", "seq")
_failed(work)
Index(None, work.c.finished_at)

timers = Table(
    "timers",
    metadata,
    code_column("timer", primary_key=True),
    code_column("subject", length=128, primary_key=True),
    code_column("lane"),
    instant_column("due_at", index=True),
)

conversations = Table(
    "conversations",
    metadata,
    code_column("lane", primary_key=True),
    sealed_column("state"),
    instant_column("updated_at", index=True),
)

data_keys = Table(
    "data_keys",
    metadata,
    id_column(),
    code_column("scope", length=96, unique=True),
    Column("wrapped", LargeBinary, nullable=True),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", _BIG, primary_key=True, autoincrement=False),
    instant_column("at"),
    code_column("actor", length=96),
    code_column("action"),
    code_column("subject", length=128),
    Column("detail", Text, nullable=False),
    code_column("chain"),
    Index(None, "subject"),
)

blobs = Table(
    "blobs",
    metadata,
    id_column(),
    code_column("scope", length=96, index=True),
    ref_column("case_id", nullable=True),
    code_column("kind"),
    code_column("mime", length=128),
    Column("size", Integer, nullable=False),
    code_column("sha256"),
    instant_column("created_at"),
    Index(None, "case_id"),
)

meta = Table(
    "meta",
    metadata,
    code_column("name", primary_key=True),
    Column("value", Text, nullable=False),
)
