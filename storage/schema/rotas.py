"""Who serves when (`slot` is the duty to be filled, `shift` the person who fills it), and how a case escalates.

Demand is materialised and supply append-only: a gap is a slot without an active shift. Patterns, leave, swaps and
covers add tables of their own and write shifts.
"""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Index, Integer, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from storage.schema import code_column, id_column, instant_column, metadata, ref_column

shift_type = Table(
    "shift_type",
    metadata,
    id_column(),
    ref_column("pool_id", ForeignKey("pool.id")),
    Column("name", String(64), nullable=False),
    code_column("role", length=16),
    Column("starts", String(5), nullable=False),
    Column("ends", String(5), nullable=False),
    Column("days", String(32), nullable=False, default="mon-sun"),
    Column("seats", Integer, nullable=False, default=1),
    Unique("pool_id", "name", "role"),
)
"""A kind of duty by wall clock (`HH:MM` in the pool's zone)."""

slot = Table(
    "slot",
    metadata,
    id_column(),
    ref_column("pool_id", ForeignKey("pool.id")),
    ref_column("shift_type_id", ForeignKey("shift_type.id"), nullable=True),
    code_column("role", length=16),
    Column("seat", Integer, nullable=False, default=0),
    Column("local_date", Date, nullable=False),
    instant_column("start_utc"),
    instant_column("end_utc"),
    ref_column("parent_id", nullable=True),
    CheckConstraint("role IN ('primary', 'backup', 'coordinator')", name="role"),
    CheckConstraint("end_utc > start_utc", name="order"),
    Unique("pool_id", "role", "seat", "start_utc"),
    Index("ix_slot_look_up", "pool_id", "start_utc", "end_utc"),
)
"""A duty of at most 24 hours, `[start_utc, end_utc)`."""

shift = Table(
    "shift",
    metadata,
    id_column(),
    ref_column("slot_id", ForeignKey("slot.id")),
    ref_column("person_id", ForeignKey("person.id")),
    code_column("source", length=16),
    ref_column("made_by", nullable=True),
    instant_column("made_at"),
    Column("active", Boolean, nullable=False, default=True),
)
Index(
    "uq_shift_active",
    shift.c.slot_id,
    unique=True,
    sqlite_where=shift.c.active.is_(True),
    postgresql_where=shift.c.active.is_(True),
)

policy = Table(
    "policy",
    metadata,
    id_column(),
    ref_column("pool_id", ForeignKey("pool.id")),
    code_column("priority", length=16),
    Column("definition", Text, nullable=False),
    Unique("pool_id", "priority"),
)
"""An escalation policy as JSON of `bot.domain.escalation.Policy`; a case copies it when it opens."""
