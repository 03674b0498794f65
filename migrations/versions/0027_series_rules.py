"""What a series says of its rule, the calendar, sign-up and hours."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("series") as batch:
        batch.add_column(sa.Column("solar_term", sa.String(length=20), nullable=True))
        batch.add_column(sa.Column("offset", sa.String(length=30), nullable=True))
        batch.add_column(sa.Column("on_holiday", sa.String(length=6), nullable=False, server_default="keep"))
        batch.add_column(sa.Column("on_makeup", sa.String(length=6), nullable=False, server_default="keep"))
        batch.add_column(sa.Column("ends_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("most_dates", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("kind", sa.String(length=10), nullable=False, server_default="timed"))
        batch.add_column(sa.Column("window_days", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("minimum_people", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("warn_hours", sa.Integer(), nullable=False, server_default="48"))
        batch.add_column(sa.Column("opens_days", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("opens_time", sa.Time(), nullable=True))
        batch.add_column(sa.Column("newcomers_hours", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("closes_hours", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("regular_places", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("most_companions", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("takes_pairs", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("rest_minutes", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("sex_needed", sa.String(length=6), nullable=True))
        batch.add_column(sa.Column("minimum_minutes", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(
            sa.Column("hours_kind", sa.String(length=12), nullable=False, server_default="service")
        )
        batch.add_column(sa.Column("counts_travel", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("has_positions", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("made_until", sa.Date(), nullable=True))
        batch.add_column(sa.Column("calendar_mark", sa.String(length=40), nullable=True))
        batch.add_column(sa.Column("last_number", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("follows_id", BigInt, nullable=True))
        batch.create_foreign_key(
            op.f("fk_series_follows_id"), "series", ["follows_id"], ["id"], ondelete="RESTRICT"
        )
        batch.create_check_constraint(op.f("ck_series_kind"), "kind IN ('timed', 'flexible')")
        batch.create_check_constraint(
            op.f("ck_series_on_holiday"), "on_holiday IN ('keep', 'skip', 'before', 'after', 'ask')"
        )
        batch.create_check_constraint(
            op.f("ck_series_on_makeup"), "on_makeup IN ('keep', 'skip', 'before', 'after', 'ask')"
        )
        batch.create_check_constraint(op.f("ck_series_sex_needed"), "sex_needed IN ('female', 'male')")
        batch.create_check_constraint(
            op.f("ck_series_hours_kind"),
            "hours_kind IN ('service', 'training', 'preparation', 'meeting', 'none')",
        )
    op.create_index("ix_series_made_until", "series", ["state", "made_until"], unique=False)
    op.create_index("ix_series_follows", "series", ["follows_id"], unique=False)
    op.execute(
        "UPDATE series SET last_number = coalesce("
        "(SELECT max(issue_number) FROM occurrence WHERE occurrence.series_id = series.id), 0)"
    )


def downgrade() -> None:
    op.drop_index("ix_series_made_until", "series")
    op.drop_index("ix_series_follows", "series")
    with op.batch_alter_table("series") as batch:
        batch.drop_constraint(op.f("ck_series_kind"), type_="check")
        batch.drop_constraint(op.f("ck_series_on_holiday"), type_="check")
        batch.drop_constraint(op.f("ck_series_on_makeup"), type_="check")
        batch.drop_constraint(op.f("ck_series_sex_needed"), type_="check")
        batch.drop_constraint(op.f("ck_series_hours_kind"), type_="check")
        batch.drop_constraint(op.f("fk_series_follows_id"), type_="foreignkey")
        batch.drop_column("solar_term")
        batch.drop_column("offset")
        batch.drop_column("on_holiday")
        batch.drop_column("on_makeup")
        batch.drop_column("ends_on")
        batch.drop_column("most_dates")
        batch.drop_column("kind")
        batch.drop_column("window_days")
        batch.drop_column("minimum_people")
        batch.drop_column("warn_hours")
        batch.drop_column("opens_days")
        batch.drop_column("opens_time")
        batch.drop_column("newcomers_hours")
        batch.drop_column("closes_hours")
        batch.drop_column("regular_places")
        batch.drop_column("most_companions")
        batch.drop_column("takes_pairs")
        batch.drop_column("rest_minutes")
        batch.drop_column("sex_needed")
        batch.drop_column("minimum_minutes")
        batch.drop_column("hours_kind")
        batch.drop_column("counts_travel")
        batch.drop_column("has_positions")
        batch.drop_column("made_until")
        batch.drop_column("calendar_mark")
        batch.drop_column("last_number")
        batch.drop_column("follows_id")
