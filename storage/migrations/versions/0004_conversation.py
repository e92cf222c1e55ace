"""What the conversation needs: doubtful drafts, read-back, lost phones, clinics for ultrasound, one list of tasks."""

import sqlalchemy as sa
from alembic import op

import storage.schema

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_DRAFTED = sa.text("status = 'draft'")


def upgrade() -> None:
    with op.batch_alter_table("case_", schema=None) as batch_op:
        batch_op.drop_index("uq_case_draft", sqlite_where=_DRAFTED, postgresql_where=_DRAFTED)
        batch_op.add_column(sa.Column("touched_at", storage.schema.Instant(timezone=True), nullable=True))

    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.add_column(sa.Column("response", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("responded_at", storage.schema.Instant(timezone=True), nullable=True))

    with op.batch_alter_table("facility", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("ultrasound_registration", sa.String(length=64), nullable=False, server_default="")
        )

    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.add_column(sa.Column("revoked_at", storage.schema.Instant(timezone=True), nullable=True))

    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pushed_at", storage.schema.Instant(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_column("pushed_at")

    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.drop_column("revoked_at")

    with op.batch_alter_table("facility", schema=None) as batch_op:
        batch_op.drop_column("ultrasound_registration")

    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_column("responded_at")
        batch_op.drop_column("response")

    with op.batch_alter_table("case_", schema=None) as batch_op:
        batch_op.drop_column("touched_at")
        batch_op.create_index(
            "uq_case_draft", ["referrer_id"], unique=True, sqlite_where=_DRAFTED, postgresql_where=_DRAFTED
        )
