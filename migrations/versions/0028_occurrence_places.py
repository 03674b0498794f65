"""Shifts, held places, opening times and own fields of a date."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    with op.batch_alter_table("occurrence") as batch:
        batch.drop_constraint("uq_occurrence_original", type_="unique")
        batch.drop_constraint(op.f("ck_occurrence_places"), type_="check")
        batch.drop_constraint(op.f("ck_occurrence_state"), type_="check")
        batch.add_column(sa.Column("shift", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("held", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("is_flexible", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("opens_at", sa.DateTime(), nullable=True))
        batch.add_column(sa.Column("newcomers_until", sa.DateTime(), nullable=True))
        batch.add_column(sa.Column("closes_at", sa.DateTime(), nullable=True))
        batch.add_column(sa.Column("note", sa.String(length=500), nullable=True))
        batch.add_column(sa.Column("edited", sa.String(length=100), nullable=False, server_default=""))
        batch.add_column(sa.Column("asks", sa.String(length=10), nullable=True))
        batch.add_column(sa.Column("sequence", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("published_at", sa.DateTime(), nullable=True))
        batch.add_column(sa.Column("changed_at", sa.DateTime(), nullable=True))
        batch.add_column(sa.Column("regulars_at", sa.DateTime(), nullable=True))
        batch.create_unique_constraint("uq_occurrence_original", ["series_id", "original_on", "shift"])
        batch.create_check_constraint(
            op.f("ck_occurrence_places"), "taken >= 0 AND held >= 0 AND taken + held <= capacity"
        )
        batch.create_check_constraint(
            op.f("ck_occurrence_state"), "state IN ('published', 'cancelled', 'undecided')"
        )
    op.create_index(
        "ix_occurrence_asks",
        "occurrence",
        ["asks"],
        unique=False,
        sqlite_where=sa.text("asks IS NOT NULL"),
        postgresql_where=sa.text("asks IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_occurrence_asks", "occurrence")
    op.execute("UPDATE occurrence SET state = 'cancelled' WHERE state = 'undecided'")
    op.execute("DELETE FROM occurrence WHERE shift > 0")
    with op.batch_alter_table("occurrence") as batch:
        batch.drop_constraint("uq_occurrence_original", type_="unique")
        batch.drop_constraint(op.f("ck_occurrence_places"), type_="check")
        batch.drop_constraint(op.f("ck_occurrence_state"), type_="check")
        batch.drop_column("shift")
        batch.drop_column("held")
        batch.drop_column("is_flexible")
        batch.drop_column("opens_at")
        batch.drop_column("newcomers_until")
        batch.drop_column("closes_at")
        batch.drop_column("note")
        batch.drop_column("edited")
        batch.drop_column("asks")
        batch.drop_column("sequence")
        batch.drop_column("published_at")
        batch.drop_column("changed_at")
        batch.drop_column("regulars_at")
        batch.create_check_constraint(op.f("ck_occurrence_places"), "taken >= 0 AND taken <= capacity")
        batch.create_check_constraint(op.f("ck_occurrence_state"), "state IN ('published', 'cancelled')")
        batch.create_unique_constraint("uq_occurrence_original", ["series_id", "original_on"])
