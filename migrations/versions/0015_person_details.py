"""More about a person; names encrypted at rest and found by keyed hashes (R001, R002, R141)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from volunteer.core import crypto
from volunteer.people import finding

revision = "0015"
down_revision = "0014"

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CHUNK = 500
OLD_STATUS = "status IN ('active', 'disabled', 'closed')"
NEW_STATUS = "status IN ('waiting', 'active', 'disabled', 'closed', 'merged')"
SEX = "sex IN ('female', 'male')"
ADDED = (
    ("name_hash", sa.String(length=40)),
    ("sex", sa.String(length=6)),
    ("address", sa.Text()),
    ("school", sa.Text()),
    ("document_kind", sa.String(length=20)),
    ("document", sa.Text()),
    ("document_hash", sa.String(length=40)),
    ("verified_at", sa.DateTime()),
    ("verified_by_id", BigInt),
    ("pin_hash", sa.String(length=200)),
    ("merged_into_id", BigInt),
)
PERSON = sa.table(
    "person",
    *(sa.column(name) for name in ("id", "name", "name_hash", "phone", "area_id", "phone_tail_hash")),
)
LOOK_UP = sa.table("person_look_up", sa.column("hash"), sa.column("person_id"))
AREA = sa.table("area", sa.column("id"), sa.column("path"))


def upgrade() -> None:
    op.create_table(
        "person_look_up",
        sa.Column("hash", sa.String(length=24), nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_look_up_person_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("hash", "person_id", name=op.f("pk_person_look_up")),
    )
    op.create_index("ix_person_look_up_person_id", "person_look_up", ["person_id"], unique=False)
    op.drop_index("ix_person_name", "person")
    with op.batch_alter_table("person") as batch:
        batch.alter_column(
            "name", existing_type=sa.String(length=60), type_=sa.Text(), existing_nullable=False
        )
        for name, kind in ADDED:
            batch.add_column(sa.Column(name, kind, nullable=True))
        for column in ("verified_by_id", "merged_into_id"):
            batch.create_foreign_key(
                op.f(f"fk_person_{column}"), "person", [column], ["id"], ondelete="RESTRICT"
            )
        batch.create_unique_constraint("uq_person_document_hash", ["document_hash"])
    with op.batch_alter_table("person") as batch:
        batch.drop_constraint(op.f("ck_person_status"), type_="check")
        batch.create_check_constraint(op.f("ck_person_status"), NEW_STATUS)
        batch.create_check_constraint(op.f("ck_person_sex"), SEX)
    _encrypt()
    with op.batch_alter_table("person") as batch:
        batch.drop_index("ix_person_phone_tail")
        batch.drop_column("phone_tail_hash")
        batch.alter_column("name_hash", existing_type=sa.String(length=40), nullable=False)
    op.create_index("ix_person_same_name", "person", ["name_hash", "born_on"], unique=False)
    _receipts()


def _receipts() -> None:
    op.create_table(
        "registration_receipt",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("token_hash", sa.String(length=40), nullable=False),
        sa.Column("area_id", BigInt, nullable=False),
        sa.Column("person_id", BigInt, nullable=True),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", BigInt, nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'confirmed', 'rejected')", name=op.f("ck_registration_receipt_state")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{table}.id"],
                name=op.f(f"fk_registration_receipt_{column}"),
                ondelete="RESTRICT",
            )
            for column, table in (("area_id", "area"), ("person_id", "person"), ("decided_by_id", "person"))
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_receipt")),
        sa.UniqueConstraint("token_hash", name="uq_registration_receipt_token"),
    )
    op.create_index("ix_registration_receipt_person_id", "registration_receipt", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("registration_receipt")
    _decrypt_names()
    op.execute("UPDATE person SET status = 'disabled' WHERE status = 'waiting'")
    op.execute("UPDATE person SET status = 'closed' WHERE status = 'merged'")
    op.drop_index("ix_person_same_name", "person")
    with op.batch_alter_table("person") as batch:
        batch.drop_constraint(op.f("ck_person_sex"), type_="check")
        batch.drop_constraint(op.f("ck_person_status"), type_="check")
        batch.create_check_constraint(op.f("ck_person_status"), OLD_STATUS)
    with op.batch_alter_table("person") as batch:
        for name in ("verified_by_id", "merged_into_id"):
            batch.drop_constraint(op.f(f"fk_person_{name}"), type_="foreignkey")
        batch.drop_constraint("uq_person_document_hash", type_="unique")
        for name, _ in ADDED:
            batch.drop_column(name)
        batch.alter_column(
            "name", existing_type=sa.Text(), type_=sa.String(length=60), existing_nullable=False
        )
        batch.add_column(sa.Column("phone_tail_hash", sa.String(length=40), nullable=True))
    _hash_tails()
    op.create_index("ix_person_name", "person", ["name"], unique=False)
    op.create_index("ix_person_phone_tail", "person", ["phone_tail_hash"], unique=False)
    op.drop_table("person_look_up")


def _people() -> list[sa.Row]:
    return list(
        op.get_bind().execute(
            sa.select(PERSON.c.id, PERSON.c.name, PERSON.c.phone, AREA.c.path)
            .join(AREA, AREA.c.id == PERSON.c.area_id)
            .order_by(PERSON.c.id)
        )
    )


def _encrypt() -> None:
    bind = op.get_bind()
    people = _people()
    for start in range(0, len(people), CHUNK):
        some = people[start : start + CHUNK]
        keys = [
            {"hash": key, "person_id": id}
            for id, name, phone, path in some
            for key in finding.keys(name, crypto.decrypt(phone) if phone else None, path)
        ]
        bind.execute(
            sa.update(PERSON)
            .where(PERSON.c.id == sa.bindparam("who"))
            .values(name=sa.bindparam("secret"), name_hash=sa.bindparam("hashed")),
            [
                {"who": p.id, "secret": crypto.encrypt(p.name), "hashed": finding.name_hash(p.name)}
                for p in some
            ],
        )
        bind.execute(sa.insert(LOOK_UP), keys)


def _decrypt_names() -> None:
    for person in _people():
        op.get_bind().execute(
            sa.update(PERSON).where(PERSON.c.id == person.id).values(name=crypto.decrypt(person.name))
        )


def _hash_tails() -> None:
    for person in _people():
        if person.phone:
            tail = crypto.look_up_hash("phone-tail", crypto.decrypt(person.phone)[-4:])
            op.get_bind().execute(
                sa.update(PERSON).where(PERSON.c.id == person.id).values(phone_tail_hash=tail)
            )
