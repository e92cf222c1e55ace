"""Words that wait for their case, a clock that stands while a question is open, and phones that people share."""

import sqlalchemy as sa
from alembic import op

import storage.schema

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("report_left", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("reopen_left", sa.Integer(), nullable=True))

    op.create_table(
        "unplaced",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("value", storage.schema.Sealed(), nullable=False),
        sa.Column("said_at", storage.schema.Instant(timezone=True), nullable=False),
        sa.Column("told_case", sa.String(length=32), nullable=True),
        sa.CheckConstraint("side IN ('sent', 'held')", name=op.f("ck_unplaced_side")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_unplaced_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unplaced")),
    )
    op.create_index(op.f("ix_unplaced_person_id"), "unplaced", ["person_id"], unique=False)

    op.create_table(
        "address_user",
        sa.Column("lookup", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("chosen_at", storage.schema.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_address_user_person_id_person")),
        sa.PrimaryKeyConstraint("lookup", "person_id", name=op.f("pk_address_user")),
    )
    op.create_index(op.f("ix_address_user_person_id"), "address_user", ["person_id"], unique=False)

    op.create_table(
        "held_event",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("lookup", sa.String(length=64), nullable=False),
        sa.Column("value", storage.schema.Sealed(), nullable=False),
        sa.Column("held_at", storage.schema.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_event")),
    )
    op.create_index(op.f("ix_held_event_lookup"), "held_event", ["lookup"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_held_event_lookup"), table_name="held_event")
    op.drop_table("held_event")
    op.drop_index(op.f("ix_address_user_person_id"), table_name="address_user")
    op.drop_table("address_user")
    op.drop_index(op.f("ix_unplaced_person_id"), table_name="unplaced")
    op.drop_table("unplaced")
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_column("reopen_left")
        batch_op.drop_column("report_left")
