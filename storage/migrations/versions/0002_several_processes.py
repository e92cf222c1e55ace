"""What several processes on one database need: one draft each, one event of a chat in one hand."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Of two drafts the newer is the one that was shown; there are none where one process did all.
    op.execute(
        "UPDATE case_ SET status = 'cancelled', closed_at = created_at WHERE status = 'draft' AND EXISTS"
        " (SELECT 1 FROM case_ AS n WHERE n.referrer_id = case_.referrer_id AND n.status = 'draft' AND"
        " (n.created_at > case_.created_at OR (n.created_at = case_.created_at AND n.id > case_.id)))"
    )
    op.execute(
        "UPDATE report SET state = 'discarded' WHERE state = 'draft' AND EXISTS (SELECT 1 FROM report AS n"
        " WHERE n.case_id = report.case_id AND n.author_id = report.author_id AND n.state = 'draft' AND"
        " (n.created_at > report.created_at OR (n.created_at = report.created_at AND n.id > report.id)))"
    )
    with op.batch_alter_table("case_", schema=None) as batch_op:
        batch_op.create_index(
            "uq_case_draft",
            ["referrer_id"],
            unique=True,
            sqlite_where=sa.text("status = 'draft'"),
            postgresql_where=sa.text("status = 'draft'"),
        )

    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_inbox_taken",
            ["lane"],
            unique=False,
            sqlite_where=sa.text("state = 'taken'"),
            postgresql_where=sa.text("state = 'taken'"),
        )

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_taken",
            ["lane"],
            unique=False,
            sqlite_where=sa.text("state = 'taken'"),
            postgresql_where=sa.text("state = 'taken'"),
        )

    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index(
            "uq_report_draft",
            ["case_id", "author_id"],
            unique=True,
            sqlite_where=sa.text("state = 'draft'"),
            postgresql_where=sa.text("state = 'draft'"),
        )


def downgrade() -> None:
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_report_draft",
            sqlite_where=sa.text("state = 'draft'"),
            postgresql_where=sa.text("state = 'draft'"),
        )

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_taken",
            sqlite_where=sa.text("state = 'taken'"),
            postgresql_where=sa.text("state = 'taken'"),
        )

    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_inbox_taken",
            sqlite_where=sa.text("state = 'taken'"),
            postgresql_where=sa.text("state = 'taken'"),
        )

    with op.batch_alter_table("case_", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_case_draft",
            sqlite_where=sa.text("status = 'draft'"),
            postgresql_where=sa.text("status = 'draft'"),
        )
