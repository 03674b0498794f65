"""Rights of leaders one by one, teams below teams, successors, the team that recorded; sign-ins with their way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ALL_RIGHTS = "accept publish record message"


def upgrade() -> None:
    op.add_column("role_grant", sa.Column("rights", sa.String(length=100), nullable=False, server_default=""))
    op.execute(f"UPDATE role_grant SET rights = '{ALL_RIGHTS}' WHERE scope_kind = 'team'")
    way = sa.Column("way", sa.String(length=10), nullable=False, server_default="password")
    op.add_column("sign_in_session", way)
    for name in ("second_factor_at", "confirmed_at"):
        op.add_column("sign_in_session", sa.Column(name, sa.DateTime(), nullable=True))
    op.add_column("redemption", sa.Column("collect_from", sa.DateTime(), nullable=True))
    op.add_column(
        "series", sa.Column("is_dangerous", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    with op.batch_alter_table("team") as batch:
        batch.add_column(sa.Column("parent_id", BigInt, nullable=True))
        batch.add_column(sa.Column("path", sa.String(length=200), nullable=False, server_default=""))
        batch.add_column(sa.Column("closed_reason", sa.String(length=300), nullable=True))
        batch.add_column(sa.Column("successor_id", BigInt, nullable=True))
        for column in ("parent_id", "successor_id"):
            batch.create_foreign_key(op.f(f"fk_team_{column}"), "team", [column], ["id"], ondelete="RESTRICT")
    op.execute("UPDATE team SET path = '/' || id || '/'")
    with op.batch_alter_table("batch") as batch:
        batch.add_column(sa.Column("team_id", BigInt, nullable=True))
        batch.add_column(sa.Column("team_name", sa.String(length=80), nullable=True))
        batch.add_column(sa.Column("team_name_en", sa.String(length=120), nullable=True))
        batch.create_foreign_key(op.f("fk_batch_team_id"), "team", ["team_id"], ["id"], ondelete="RESTRICT")
    for column, source in (("team_id", "id"), ("team_name", "name"), ("team_name_en", "name_en")):
        op.execute(
            f"UPDATE batch SET {column} = (SELECT t.{source} FROM occurrence o"
            " JOIN series s ON s.id = o.series_id JOIN team t ON t.id = s.team_id"
            " WHERE o.id = batch.occurrence_id)"
        )
    op.create_index("ix_team_path", "team", ["path"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("batch") as batch:
        batch.drop_constraint(op.f("fk_batch_team_id"), type_="foreignkey")
        for column in ("team_id", "team_name", "team_name_en"):
            batch.drop_column(column)
    op.drop_index("ix_team_path", "team")
    with op.batch_alter_table("team") as batch:
        for column in ("parent_id", "successor_id"):
            batch.drop_constraint(op.f(f"fk_team_{column}"), type_="foreignkey")
        for column in ("parent_id", "path", "closed_reason", "successor_id"):
            batch.drop_column(column)
    op.drop_column("series", "is_dangerous")
    op.drop_column("redemption", "collect_from")
    for name in ("way", "second_factor_at", "confirmed_at"):
        op.drop_column("sign_in_session", name)
    op.drop_column("role_grant", "rights")
