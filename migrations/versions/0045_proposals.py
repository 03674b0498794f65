"""Hours that wait for approval (R036, R038, R039)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("occurrence_id", BigInt, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("evidence_id", BigInt, nullable=True),
        sa.Column("approvals_needed", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(), nullable=False),
        sa.Column("proposed_by_id", BigInt, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answer", sa.String(length=300), nullable=True),
        sa.CheckConstraint("kind IN ('over_limit', 'back_filled')", name=op.f("ck_proposal_kind")),
        sa.CheckConstraint("state IN ('waiting', 'approved', 'refused')", name=op.f("ck_proposal_state")),
        sa.CheckConstraint("approvals_needed BETWEEN 1 AND 2", name=op.f("ck_proposal_approvals_needed")),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["stored_file.id"], name=op.f("fk_proposal_evidence_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_proposal_occurrence_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["person.id"], name=op.f("fk_proposal_proposed_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_index("ix_proposal_occurrence", "proposal", ["occurrence_id", "id"], unique=False)
    op.create_index("ix_proposal_state", "proposal", ["state", "id"], unique=False)
    op.create_table(
        "approval",
        sa.Column("proposal_id", BigInt, nullable=False),
        sa.Column("approved_by_id", BigInt, nullable=False),
        sa.Column("approved_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["person.id"], name=op.f("fk_approval_approved_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_approval_proposal_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("proposal_id", "approved_by_id", name=op.f("pk_approval")),
    )
    op.create_index(op.f("ix_approval_approved_by_id"), "approval", ["approved_by_id"], unique=False)
    with op.batch_alter_table("batch") as table:
        table.add_column(sa.Column("proposal_id", BigInt, nullable=True))
        table.create_foreign_key(
            op.f("fk_batch_proposal_id"), "proposal", ["proposal_id"], ["id"], ondelete="RESTRICT"
        )


def downgrade() -> None:
    with op.batch_alter_table("batch") as table:
        table.drop_constraint(op.f("fk_batch_proposal_id"), type_="foreignkey")
        table.drop_column("proposal_id")
    op.drop_table("approval")
    op.drop_table("proposal")
