"""SQL that makes history unchangeable and overdrafts impossible, for both databases.

Used by the migrations that create the tables and by those that must create
the triggers again after SQLite rebuilt a table (batch mode drops them).
"""

from __future__ import annotations


def append_only(table: str, unique: tuple[str, ...], dialect: str) -> list[str]:
    """Refuse UPDATE, DELETE and REPLACE on `table`; `unique` names its unique columns."""
    if dialect == "sqlite":
        taken = " OR ".join(f"{column} = NEW.{column}" for column in ("id", *unique))
        return [
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
            # INSERT OR REPLACE deletes without firing delete triggers unless recursive_triggers is on.
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {taken}) "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: UNIQUE constraint failed'); END",
        ]
    return [
        f"CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'restrict_violation'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()",
    ]


_BALANCE = (
    "COALESCE((SELECT SUM(amount) FROM transfer WHERE credit_account_id = {account}), 0) - "
    "COALESCE((SELECT SUM(amount) FROM transfer WHERE debit_account_id = {account}), 0)"
)


def no_overdraft(dialect: str) -> list[str]:
    """Refuse a transfer that takes its debit account below the account's floor."""
    if dialect == "sqlite":
        balance = _BALANCE.format(account="NEW.debit_account_id")
        return [
            "CREATE TRIGGER transfer_no_overdraft BEFORE INSERT ON transfer "
            "WHEN (SELECT floor FROM account WHERE id = NEW.debit_account_id) IS NOT NULL "
            f"AND {balance} - NEW.amount < (SELECT floor FROM account WHERE id = NEW.debit_account_id) "
            "BEGIN SELECT RAISE(ABORT, 'overdraft'); END"
        ]
    balance = _BALANCE.format(account="NEW.debit_account_id")
    return [
        "CREATE OR REPLACE FUNCTION transfer_no_overdraft() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "DECLARE lowest bigint; BEGIN "
        "SELECT floor INTO lowest FROM account WHERE id = NEW.debit_account_id AND floor IS NOT NULL FOR UPDATE; "
        f"IF lowest IS NOT NULL AND {balance} - NEW.amount < lowest THEN "
        "RAISE EXCEPTION 'overdraft' USING ERRCODE = 'check_violation'; END IF; "
        "RETURN NEW; END $$",
        "CREATE TRIGGER transfer_no_overdraft BEFORE INSERT ON transfer "
        "FOR EACH ROW EXECUTE FUNCTION transfer_no_overdraft()",
    ]


def drop_append_only(table: str, dialect: str) -> list[str]:
    if dialect == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for verb in ("update", "delete", "replace")]
    return [
        f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}",
        f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}",
        f"DROP FUNCTION IF EXISTS {table}_append_only() CASCADE",
    ]


def drop_no_overdraft(dialect: str) -> list[str]:
    if dialect == "sqlite":
        return ["DROP TRIGGER IF EXISTS transfer_no_overdraft"]
    return ["DROP FUNCTION IF EXISTS transfer_no_overdraft() CASCADE"]
