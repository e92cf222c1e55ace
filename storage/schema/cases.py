"""Cases and all that belongs to one. What people wrote or are is sealed with the case's own key."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, Table
from sqlalchemy import Text as LongText
from sqlalchemy import UniqueConstraint as Unique

from storage.schema import code_column, id_column, instant_column, metadata, ref_column, sealed_column

case = Table(
    "case_",
    metadata,
    id_column(),
    code_column("reference", length=12, unique=True),
    code_column("status", length=16),
    ref_column("referrer_id", ForeignKey("person.id"), index=True),
    ref_column("facility_id", ForeignKey("facility.id"), nullable=True),
    ref_column("pool_id", ForeignKey("pool.id"), nullable=True),
    code_column("priority", length=16),
    sealed_column("facts"),
    sealed_column("address"),
    Column("revision", Integer, nullable=False, default=0),
    code_column("consent", length=16, nullable=True),
    Column("policy", LongText, nullable=True),
    Column("round", Integer, nullable=False, default=0),
    Column("step", Integer, nullable=False, default=0),
    instant_column("round_at", nullable=True),
    instant_column("next_action_at", nullable=True),
    instant_column("created_at"),
    instant_column("touched_at", nullable=True),
    instant_column("opened_at", nullable=True),
    instant_column("reported_at", nullable=True),
    instant_column("understood_at", nullable=True),
    instant_column("closed_at", nullable=True),
    CheckConstraint("status IN ('draft', 'open', 'reported', 'closed', 'cancelled')", name="status"),
    CheckConstraint("status NOT IN ('open', 'reported') OR next_action_at IS NOT NULL", name="next_action"),
    Index("ix_case_status", "status", "next_action_at"),
)
"""One request. `revision` counts what the sender changed: a tap made on an older summary is stale.

`touched_at`: when its sender last did something about the draft; None where that was its beginning.
"""

attachment = Table(
    "attachment",
    metadata,
    id_column(),
    ref_column("case_id", ForeignKey("case_.id"), index=True),
    ref_column("sender_id", ForeignKey("person.id")),
    code_column("purpose", length=16),
    ref_column("subject_id", nullable=True),
    Column("position", Integer, nullable=False),
    code_column("media", length=16),
    sealed_column("source"),
    code_column("state", length=16),
    code_column("reason", length=32, nullable=True),
    Column("removed", Boolean, nullable=False, default=False),
    ref_column("original_blob", nullable=True),
    ref_column("master_blob", nullable=True),
    ref_column("preview_blob", nullable=True),
    instant_column("received_at"),
    CheckConstraint("state IN ('fetching', 'ready', 'refused')", name="state"),
    CheckConstraint("purpose IN ('study', 'report', 'note')", name="purpose"),
)
"""A file as it arrived and what was made from it. `subject_id`: the report or note it belongs to."""

assignment = Table(
    "assignment",
    metadata,
    id_column(),
    ref_column("case_id", ForeignKey("case_.id"), index=True),
    ref_column("person_id", ForeignKey("person.id"), index=True),
    code_column("state", length=16),
    code_column("reason", length=32, nullable=True),
    instant_column("offered_at"),
    instant_column("changed_at"),
    Column("report_left", Integer, nullable=True),
    Column("reopen_left", Integer, nullable=True),
    Unique("case_id", "person_id"),
    CheckConstraint("state IN ('offered', 'acknowledged', 'declined', 'expired', 'released')", name="state"),
)
"""`report_left` and `reopen_left`: seconds that its owner still has, while his clock stands; None while it runs."""
Index(
    "uq_assignment_owner",
    assignment.c.case_id,
    unique=True,
    sqlite_where=assignment.c.state == "acknowledged",
    postgresql_where=assignment.c.state == "acknowledged",
)

page = Table(
    "page",
    metadata,
    id_column(),
    ref_column("case_id", ForeignKey("case_.id")),
    Column("round", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    ref_column("person_id", ForeignKey("person.id")),
    code_column("way", length=16),
    code_column("state", length=16),
    instant_column("made_at"),
    instant_column("ended_at", nullable=True),
    Unique("case_id", "round", "step", "person_id", "way"),
    CheckConstraint("state IN ('waiting', 'sent', 'failed', 'ended')", name="state"),
)

handover = Table(
    "handover",
    metadata,
    id_column(),
    ref_column("case_id", ForeignKey("case_.id"), index=True),
    code_column("kind", length=16),
    ref_column("from_id", ForeignKey("person.id")),
    ref_column("to_id", ForeignKey("person.id")),
    code_column("state", length=16),
    instant_column("made_at"),
    instant_column("expires_at"),
    CheckConstraint("kind IN ('handover', 'opinion')", name="kind"),
    CheckConstraint("state IN ('offered', 'accepted', 'declined', 'expired', 'answered')", name="state"),
)
"""A case offered by its owner to a colleague: to take over, or for a second opinion."""

report = Table(
    "report",
    metadata,
    id_column(),
    ref_column("case_id", ForeignKey("case_.id"), index=True),
    ref_column("author_id", ForeignKey("person.id")),
    code_column("report_kind", length=16),
    code_column("state", length=16),
    Column("revision", Integer, nullable=False),
    sealed_column("content"),
    instant_column("created_at"),
    instant_column("sent_at", nullable=True),
    instant_column("understood_at", nullable=True),
    Column("pushes", Integer, nullable=False, default=0),
    code_column("response", length=16, nullable=True),
    instant_column("responded_at", nullable=True),
    CheckConstraint("report_kind IN ('final', 'addendum', 'correction')", name="kind"),
    CheckConstraint("state IN ('draft', 'sent', 'discarded')", name="state"),
)

_written = report.c.state == "draft"
Index(
    "uq_report_draft",
    report.c.case_id,
    report.c.author_id,
    unique=True,
    sqlite_where=_written,
    postgresql_where=_written,
)

note = Table(
    "note",
    metadata,
    id_column(),
    ref_column("case_id", ForeignKey("case_.id"), index=True),
    code_column("note_kind", length=16),
    ref_column("from_id", ForeignKey("person.id")),
    ref_column("to_id", nullable=True),
    ref_column("answers_id", nullable=True),
    sealed_column("content"),
    instant_column("made_at"),
    instant_column("answered_at", nullable=True),
    CheckConstraint("note_kind IN ('question', 'answer', 'note', 'unclear', 'opinion')", name="kind"),
)
"""What people say to each other about a case beside the report: clarifications, answers, notes, opinions."""

unplaced = Table(
    "unplaced",
    metadata,
    id_column(),
    ref_column("person_id", ForeignKey("person.id"), index=True),
    code_column("side", length=8),
    sealed_column("value"),
    instant_column("said_at"),
    ref_column("told_case", nullable=True),
    CheckConstraint("side IN ('sent', 'held')", name="side"),
)
"""What somebody said of which nobody knows for which case it is: of those that she sent, or of those that she holds.

`told_case`: the case whose owner has been told of it as perhaps meant for him.
"""
