"""The first tables."""

import sqlalchemy as sa
from alembic import op

import storage.schema

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("at", storage.schema.Instant(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=96), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_subject"), ["subject"], unique=False)

    op.create_table(
        "blobs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("scope", sa.String(length=96), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("mime", sa.String(length=128), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", storage.schema.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blobs")),
    )
    with op.batch_alter_table("blobs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_blobs_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_blobs_scope"), ["scope"], unique=False)

    op.create_table(
        "conversations",
        sa.Column("lane", sa.String(length=64), nullable=False),
        sa.Column("state", storage.schema.Sealed(), nullable=False),
        sa.Column("updated_at", storage.schema.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("lane", name=op.f("pk_conversations")),
    )
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conversations_updated_at"), ["updated_at"], unique=False)

    op.create_table(
        "data_keys",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("scope", sa.String(length=96), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_keys")),
        sa.UniqueConstraint("scope", name=op.f("uq_data_keys_scope")),
    )
    op.create_table(
        "facility",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("district", sa.String(length=100), nullable=False),
        sa.Column("ambulance", sa.String(length=32), nullable=False),
        sa.Column("referral", sa.String(length=200), nullable=False),
        sa.Column("contacts", storage.schema.Sealed(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility")),
        sa.UniqueConstraint("name", name=op.f("uq_facility_name")),
    )
    op.create_table(
        "inbox",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("vendor_id", sa.String(length=255), nullable=False),
        sa.Column("lane", sa.String(length=64), nullable=False),
        sa.Column("raw", storage.schema.Sealed(), nullable=True),
        sa.Column("received_at", storage.schema.Instant(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due_at", storage.schema.Instant(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("claimed_by", sa.String(length=64), nullable=True),
        sa.Column("error", sa.String(length=64), nullable=True),
        sa.Column("finished_at", storage.schema.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_inbox")),
        sa.UniqueConstraint("channel", "vendor_id", name=op.f("uq_inbox_channel_vendor_id")),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_inbox_failed",
            ["error"],
            unique=False,
            sqlite_where=sa.text("error IS NOT NULL"),
            postgresql_where=sa.text("error IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_inbox_finished_at"), ["finished_at"], unique=False)
        batch_op.create_index(
            "ix_inbox_live_due_at",
            ["due_at", "seq"],
            unique=False,
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_inbox_live_lane",
            ["lane", "seq"],
            unique=False,
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )

    op.create_table(
        "lanes",
        sa.Column("lane", sa.String(length=64), nullable=False),
        sa.Column("next_at", storage.schema.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("lane", name=op.f("pk_lanes")),
    )
    op.create_table(
        "meta",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_meta")),
    )
    op.create_table(
        "outbox",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("lane", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=255), nullable=True),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("about", sa.String(length=255), nullable=False),
        sa.Column("message", storage.schema.Sealed(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due_at", storage.schema.Instant(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("claimed_by", sa.String(length=64), nullable=True),
        sa.Column("parts_sent", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unsure", sa.Boolean(), nullable=False),
        sa.Column("created_at", storage.schema.Instant(timezone=True), nullable=False),
        sa.Column("error", sa.String(length=64), nullable=True),
        sa.Column("finished_at", storage.schema.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_outbox_failed",
            ["error"],
            unique=False,
            sqlite_where=sa.text("error IS NOT NULL"),
            postgresql_where=sa.text("error IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_outbox_finished_at"), ["finished_at"], unique=False)
        batch_op.create_index(
            "ix_outbox_live_due_at",
            ["due_at", "seq"],
            unique=False,
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_outbox_live_lane",
            ["lane", "seq"],
            unique=False,
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )

    op.create_table(
        "outbox_sent",
        sa.Column(
            "outbox_seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lane", sa.String(length=64), nullable=False),
        sa.Column("vendor_message_id", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("outbox_seq", "ordinal", name=op.f("pk_outbox_sent")),
    )
    with op.batch_alter_table("outbox_sent", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_outbox_sent_lane_vendor_message_id"), ["lane", "vendor_message_id"], unique=False
        )

    op.create_table(
        "pool",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pool")),
        sa.UniqueConstraint("name", name=op.f("uq_pool_name")),
    )
    op.create_table(
        "stranger",
        sa.Column("lookup", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("since", storage.schema.Instant(timezone=True), nullable=False),
        sa.Column("told_at", storage.schema.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("lookup", name=op.f("pk_stranger")),
    )
    op.create_table(
        "task",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("taken_by", sa.String(length=32), nullable=True),
        sa.Column("created_at", storage.schema.Instant(timezone=True), nullable=False),
        sa.Column("taken_at", storage.schema.Instant(timezone=True), nullable=True),
        sa.Column("done_at", storage.schema.Instant(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('open', 'taken', 'done')", name=op.f("ck_task_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("kind", "subject", name=op.f("uq_task_kind_subject")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_case_id"), ["case_id"], unique=False)

    op.create_table(
        "timers",
        sa.Column("timer", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("lane", sa.String(length=64), nullable=False),
        sa.Column("due_at", storage.schema.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("timer", "subject", name=op.f("pk_timers")),
    )
    with op.batch_alter_table("timers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_timers_due_at"), ["due_at"], unique=False)

    op.create_table(
        "work",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("payload", storage.schema.Sealed(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due_at", storage.schema.Instant(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("claimed_by", sa.String(length=64), nullable=True),
        sa.Column("created_at", storage.schema.Instant(timezone=True), nullable=False),
        sa.Column("error", sa.String(length=64), nullable=True),
        sa.Column("finished_at", storage.schema.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_work")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_work_kind_key")),
    )
    with op.batch_alter_table("work", schema=None) as batch_op:
        batch_op.create_index(
            "ix_work_failed",
            ["error"],
            unique=False,
            sqlite_where=sa.text("error IS NOT NULL"),
            postgresql_where=sa.text("error IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_work_finished_at"), ["finished_at"], unique=False)
        batch_op.create_index(
            "ix_work_live_due_at",
            ["due_at", "seq"],
            unique=False,
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )

    op.create_table(
        "invite",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("facility_id", sa.String(length=32), nullable=True),
        sa.Column("pool_id", sa.String(length=32), nullable=True),
        sa.Column("name", storage.schema.Sealed(), nullable=True),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.Column("created_at", storage.schema.Instant(timezone=True), nullable=False),
        sa.Column("expires_at", storage.schema.Instant(timezone=True), nullable=False),
        sa.Column("used_at", storage.schema.Instant(timezone=True), nullable=True),
        sa.Column("used_by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["facility_id"], ["facility.id"], name=op.f("fk_invite_facility_id_facility")
        ),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_invite_pool_id_pool")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invite")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_invite_code_hash")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", storage.schema.Sealed(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("facility_id", sa.String(length=32), nullable=True),
        sa.Column("registration", storage.schema.Sealed(), nullable=True),
        sa.Column("import_key", sa.String(length=64), nullable=True),
        sa.Column("created_at", storage.schema.Instant(timezone=True), nullable=False),
        sa.Column("agreed_at", storage.schema.Instant(timezone=True), nullable=True),
        sa.Column("verified_at", storage.schema.Instant(timezone=True), nullable=True),
        sa.Column("verified_by", sa.String(length=32), nullable=True),
        sa.Column("revoked_at", storage.schema.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["facility_id"], ["facility.id"], name=op.f("fk_person_facility_id_facility")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("import_key", name=op.f("uq_person_import_key")),
    )
    op.create_table(
        "policy",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("pool_id", sa.String(length=32), nullable=False),
        sa.Column("priority", sa.String(length=16), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_policy_pool_id_pool")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy")),
        sa.UniqueConstraint("pool_id", "priority", name=op.f("uq_policy_pool_id_priority")),
    )
    op.create_table(
        "pool_specialty",
        sa.Column("pool_id", sa.String(length=32), nullable=False),
        sa.Column("specialty", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_pool_specialty_pool_id_pool")),
        sa.PrimaryKeyConstraint("pool_id", "specialty", name=op.f("pk_pool_specialty")),
    )
    op.create_table(
        "shift_type",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("pool_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("starts", sa.String(length=5), nullable=False),
        sa.Column("ends", sa.String(length=5), nullable=False),
        sa.Column("days", sa.String(length=32), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_shift_type_pool_id_pool")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_type")),
        sa.UniqueConstraint("pool_id", "name", "role", name=op.f("uq_shift_type_pool_id_name_role")),
    )
    op.create_table(
        "address",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("lookup", sa.String(length=64), nullable=False),
        sa.Column("value", storage.schema.Sealed(), nullable=False),
        sa.Column("reachable", sa.Boolean(), nullable=False),
        sa.Column("created_at", storage.schema.Instant(timezone=True), nullable=False),
        sa.Column("last_seen_at", storage.schema.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_address_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
        sa.UniqueConstraint("lookup", name=op.f("uq_address_lookup")),
    )
    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_address_person_id"), ["person_id"], unique=False)

    op.create_table(
        "case_",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("referrer_id", sa.String(length=32), nullable=False),
        sa.Column("facility_id", sa.String(length=32), nullable=True),
        sa.Column("pool_id", sa.String(length=32), nullable=True),
        sa.Column("priority", sa.String(length=16), nullable=False),
        sa.Column("facts", storage.schema.Sealed(), nullable=False),
        sa.Column("address", storage.schema.Sealed(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("consent", sa.String(length=16), nullable=True),
        sa.Column("policy", sa.Text(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("round_at", storage.schema.Instant(timezone=True), nullable=True),
        sa.Column("next_action_at", storage.schema.Instant(timezone=True), nullable=True),
        sa.Column("created_at", storage.schema.Instant(timezone=True), nullable=False),
        sa.Column("opened_at", storage.schema.Instant(timezone=True), nullable=True),
        sa.Column("reported_at", storage.schema.Instant(timezone=True), nullable=True),
        sa.Column("understood_at", storage.schema.Instant(timezone=True), nullable=True),
        sa.Column("closed_at", storage.schema.Instant(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('draft', 'open', 'reported', 'closed', 'cancelled')", name=op.f("ck_case__status")
        ),
        sa.CheckConstraint(
            "status NOT IN ('open', 'reported') OR next_action_at IS NOT NULL",
            name=op.f("ck_case__next_action"),
        ),
        sa.ForeignKeyConstraint(["facility_id"], ["facility.id"], name=op.f("fk_case__facility_id_facility")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_case__pool_id_pool")),
        sa.ForeignKeyConstraint(["referrer_id"], ["person.id"], name=op.f("fk_case__referrer_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_")),
        sa.UniqueConstraint("reference", name=op.f("uq_case__reference")),
    )
    with op.batch_alter_table("case_", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case__referrer_id"), ["referrer_id"], unique=False)
        batch_op.create_index("ix_case_status", ["status", "next_action_at"], unique=False)

    op.create_table(
        "person_role",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "role IN ('referrer', 'specialist', 'coordinator')", name=op.f("ck_person_role_role")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_role_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "role", name=op.f("pk_person_role")),
    )
    op.create_table(
        "pool_member",
        sa.Column("pool_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pool_member_person_id_person")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_pool_member_pool_id_pool")),
        sa.PrimaryKeyConstraint("pool_id", "person_id", name=op.f("pk_pool_member")),
    )
    op.create_table(
        "slot",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("pool_id", sa.String(length=32), nullable=False),
        sa.Column("shift_type_id", sa.String(length=32), nullable=True),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("start_utc", storage.schema.Instant(timezone=True), nullable=False),
        sa.Column("end_utc", storage.schema.Instant(timezone=True), nullable=False),
        sa.Column("parent_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint("role IN ('primary', 'backup', 'coordinator')", name=op.f("ck_slot_role")),
        sa.CheckConstraint("end_utc > start_utc", name=op.f("ck_slot_order")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_slot_pool_id_pool")),
        sa.ForeignKeyConstraint(
            ["shift_type_id"], ["shift_type.id"], name=op.f("fk_slot_shift_type_id_shift_type")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot")),
        sa.UniqueConstraint(
            "pool_id", "role", "seat", "start_utc", name=op.f("uq_slot_pool_id_role_seat_start_utc")
        ),
    )
    with op.batch_alter_table("slot", schema=None) as batch_op:
        batch_op.create_index("ix_slot_look_up", ["pool_id", "start_utc", "end_utc"], unique=False)

    op.create_table(
        "assignment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("offered_at", storage.schema.Instant(timezone=True), nullable=False),
        sa.Column("changed_at", storage.schema.Instant(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('offered', 'acknowledged', 'declined', 'expired', 'released')",
            name=op.f("ck_assignment_state"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case_.id"], name=op.f("fk_assignment_case_id_case_")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_assignment_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("case_id", "person_id", name=op.f("uq_assignment_case_id_person_id")),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assignment_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignment_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_assignment_owner",
            ["case_id"],
            unique=True,
            sqlite_where=sa.text("state = 'acknowledged'"),
            postgresql_where=sa.text("state = 'acknowledged'"),
        )

    op.create_table(
        "attachment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("sender_id", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("media", sa.String(length=16), nullable=False),
        sa.Column("source", storage.schema.Sealed(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("original_blob", sa.String(length=32), nullable=True),
        sa.Column("master_blob", sa.String(length=32), nullable=True),
        sa.Column("preview_blob", sa.String(length=32), nullable=True),
        sa.Column("received_at", storage.schema.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("purpose IN ('study', 'report', 'note')", name=op.f("ck_attachment_purpose")),
        sa.CheckConstraint("state IN ('fetching', 'ready', 'refused')", name=op.f("ck_attachment_state")),
        sa.ForeignKeyConstraint(["case_id"], ["case_.id"], name=op.f("fk_attachment_case_id_case_")),
        sa.ForeignKeyConstraint(["sender_id"], ["person.id"], name=op.f("fk_attachment_sender_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_case_id"), ["case_id"], unique=False)

    op.create_table(
        "handover",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("from_id", sa.String(length=32), nullable=False),
        sa.Column("to_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("made_at", storage.schema.Instant(timezone=True), nullable=False),
        sa.Column("expires_at", storage.schema.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('handover', 'opinion')", name=op.f("ck_handover_kind")),
        sa.CheckConstraint(
            "state IN ('offered', 'accepted', 'declined', 'expired', 'answered')",
            name=op.f("ck_handover_state"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case_.id"], name=op.f("fk_handover_case_id_case_")),
        sa.ForeignKeyConstraint(["from_id"], ["person.id"], name=op.f("fk_handover_from_id_person")),
        sa.ForeignKeyConstraint(["to_id"], ["person.id"], name=op.f("fk_handover_to_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handover_case_id"), ["case_id"], unique=False)

    op.create_table(
        "note",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("note_kind", sa.String(length=16), nullable=False),
        sa.Column("from_id", sa.String(length=32), nullable=False),
        sa.Column("to_id", sa.String(length=32), nullable=True),
        sa.Column("answers_id", sa.String(length=32), nullable=True),
        sa.Column("content", storage.schema.Sealed(), nullable=False),
        sa.Column("made_at", storage.schema.Instant(timezone=True), nullable=False),
        sa.Column("answered_at", storage.schema.Instant(timezone=True), nullable=True),
        sa.CheckConstraint(
            "note_kind IN ('question', 'answer', 'note', 'unclear', 'opinion')", name=op.f("ck_note_kind")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case_.id"], name=op.f("fk_note_case_id_case_")),
        sa.ForeignKeyConstraint(["from_id"], ["person.id"], name=op.f("fk_note_from_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_note_case_id"), ["case_id"], unique=False)

    op.create_table(
        "page",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("made_at", storage.schema.Instant(timezone=True), nullable=False),
        sa.Column("ended_at", storage.schema.Instant(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed', 'ended')", name=op.f("ck_page_state")),
        sa.ForeignKeyConstraint(["case_id"], ["case_.id"], name=op.f("fk_page_case_id_case_")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_page_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page")),
        sa.UniqueConstraint(
            "case_id",
            "round",
            "step",
            "person_id",
            "way",
            name=op.f("uq_page_case_id_round_step_person_id_way"),
        ),
    )
    op.create_table(
        "report",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("author_id", sa.String(length=32), nullable=False),
        sa.Column("report_kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", storage.schema.Sealed(), nullable=False),
        sa.Column("created_at", storage.schema.Instant(timezone=True), nullable=False),
        sa.Column("sent_at", storage.schema.Instant(timezone=True), nullable=True),
        sa.Column("understood_at", storage.schema.Instant(timezone=True), nullable=True),
        sa.Column("pushes", sa.Integer(), nullable=False),
        sa.CheckConstraint("report_kind IN ('final', 'addendum', 'correction')", name=op.f("ck_report_kind")),
        sa.CheckConstraint("state IN ('draft', 'sent', 'discarded')", name=op.f("ck_report_state")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_report_author_id_person")),
        sa.ForeignKeyConstraint(["case_id"], ["case_.id"], name=op.f("fk_report_case_id_case_")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_case_id"), ["case_id"], unique=False)

    op.create_table(
        "shift",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("slot_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=True),
        sa.Column("made_at", storage.schema.Instant(timezone=True), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_shift_person_id_person")),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_shift_slot_id_slot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
    )
    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.create_index(
            "uq_shift_active",
            ["slot_id"],
            unique=True,
            sqlite_where=sa.text("active IS 1"),
            postgresql_where=sa.text("active IS true"),
        )


def downgrade() -> None:
    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_shift_active", sqlite_where=sa.text("active IS 1"), postgresql_where=sa.text("active IS true")
        )

    op.drop_table("shift")
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_case_id"))

    op.drop_table("report")
    op.drop_table("page")
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_note_case_id"))

    op.drop_table("note")
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handover_case_id"))

    op.drop_table("handover")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachment_case_id"))

    op.drop_table("attachment")
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_assignment_owner",
            sqlite_where=sa.text("state = 'acknowledged'"),
            postgresql_where=sa.text("state = 'acknowledged'"),
        )
        batch_op.drop_index(batch_op.f("ix_assignment_person_id"))
        batch_op.drop_index(batch_op.f("ix_assignment_case_id"))

    op.drop_table("assignment")
    with op.batch_alter_table("slot", schema=None) as batch_op:
        batch_op.drop_index("ix_slot_look_up")

    op.drop_table("slot")
    op.drop_table("pool_member")
    op.drop_table("person_role")
    with op.batch_alter_table("case_", schema=None) as batch_op:
        batch_op.drop_index("ix_case_status")
        batch_op.drop_index(batch_op.f("ix_case__referrer_id"))

    op.drop_table("case_")
    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_address_person_id"))

    op.drop_table("address")
    op.drop_table("shift_type")
    op.drop_table("pool_specialty")
    op.drop_table("policy")
    op.drop_table("person")
    op.drop_table("invite")
    with op.batch_alter_table("work", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_work_live_due_at",
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_work_finished_at"))
        batch_op.drop_index(
            "ix_work_failed",
            sqlite_where=sa.text("error IS NOT NULL"),
            postgresql_where=sa.text("error IS NOT NULL"),
        )

    op.drop_table("work")
    with op.batch_alter_table("timers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_timers_due_at"))

    op.drop_table("timers")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_case_id"))

    op.drop_table("task")
    op.drop_table("stranger")
    op.drop_table("pool")
    with op.batch_alter_table("outbox_sent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_sent_lane_vendor_message_id"))

    op.drop_table("outbox_sent")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_live_lane",
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_outbox_live_due_at",
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_outbox_finished_at"))
        batch_op.drop_index(
            "ix_outbox_failed",
            sqlite_where=sa.text("error IS NOT NULL"),
            postgresql_where=sa.text("error IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_outbox_case_id"))

    op.drop_table("outbox")
    op.drop_table("meta")
    op.drop_table("lanes")
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_inbox_live_lane",
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_inbox_live_due_at",
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_inbox_finished_at"))
        batch_op.drop_index(
            "ix_inbox_failed",
            sqlite_where=sa.text("error IS NOT NULL"),
            postgresql_where=sa.text("error IS NOT NULL"),
        )

    op.drop_table("inbox")
    op.drop_table("facility")
    op.drop_table("data_keys")
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conversations_updated_at"))

    op.drop_table("conversations")
    with op.batch_alter_table("blobs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_blobs_scope"))
        batch_op.drop_index(batch_op.f("ix_blobs_case_id"))

    op.drop_table("blobs")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_subject"))

    op.drop_table("audit")
