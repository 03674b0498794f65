"""Nothing is held about anybody that the declarations do not name."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
import sqlalchemy as sa

from volunteer.core.database import Secret
from volunteer.core.database import db as database
from volunteer.people import personal

PLAIN = {  # columns that name a person without a foreign key
    ("account", "owner_id"), ("audit_entry", "actor_id"), ("form_key", "person_id"),
    ("message", "person_id"), ("stored_file", "created_by_id"), ("transfer", "recorded_by_id"),
}  # fmt: skip


def faults(metadata: sa.MetaData, kinds: list[personal.Kind]) -> list[str]:
    """What is not declared, in words."""
    known = {kind.name: kind for kind in kinds}
    return [
        fault
        for table in metadata.sorted_tables
        for fault in _faults(table, known.get(table.name), table.name in personal.impersonal())
    ]


def _faults(table: Any, kind: personal.Kind | None, is_impersonal: bool) -> list[str]:
    naming = [column.name for column in table.columns if _names_a_person(column)]
    if kind is None:
        undeclared = naming or ([] if is_impersonal else ["what it holds"])
        return [f"{table.name}.{name} is not declared" for name in undeclared]
    wanted = table.c.keys() if kind.is_owned else naming
    return [f"{table.name}.{name} is not declared" for name in wanted if name not in kind.columns]


def _names_a_person(column: Any) -> bool:
    if (column.table.name, column.name) == ("person", "id"):
        return True
    points = any(key.target_fullname == "person.id" for key in column.foreign_keys)
    ending = column.name in {"person_id", "actor_id", "owner_id"} or column.name.endswith("_by_id")
    return points or ending or (column.table.name, column.name) in PLAIN


def test_every_column_that_names_a_person_is_declared(app):
    assert faults(database.metadata, personal.kinds()) == []


def test_a_table_that_nobody_declared_is_found_out(app):
    for kind in personal.kinds():
        rest = [other for other in personal.kinds() if other is not kind]
        assert faults(database.metadata, rest), f"{kind.name} is missing and nobody says so"


@pytest.mark.parametrize("name", ["person", "sign_up", "wish", "application", "receipt"])
def test_a_column_that_nobody_declared_is_found_out(app, name):
    kinds = personal.kinds()
    kind = next(kind for kind in kinds if kind.name == name)
    for column in kind.columns:
        less = {key: value for key, value in kind.columns.items() if key != column}
        poorer = [dataclasses.replace(one, columns=less) if one is kind else one for one in kinds]
        assert faults(database.metadata, poorer) == [f"{name}.{column} is not declared"]


def test_what_is_encrypted_goes_with_an_erasure(app):
    """A column worth encrypting is worth forgetting."""
    for kind in personal.owned():
        for name, column in kind.columns.items():
            if isinstance(kind.table.c[name].type, Secret) and kind.erase != personal.DELETE:
                assert column.is_emptied, f"{kind.name}.{name} stays"


def test_what_is_left_out_of_the_download_says_why(app):
    for kind in personal.owned():
        for name, column in kind.columns.items():
            assert column.left_out is None or str(column.left_out), f"{kind.name}.{name}"


def test_only_what_people_do_not_write_stays_as_text(app):
    """Free text may hold a name: whatever people can type into goes, unless the row goes as a whole."""
    typed = {"reason", "note", "content", "details", "payload", "wanted", "fulfilled_note", "decision_reason",
             "verified_how", "withdrawn_reason", "refused_reason", "private_note"}  # fmt: skip
    for kind in personal.owned():
        if kind.erase == personal.DELETE or kind.name == "audit_entry":
            continue
        for name in typed & set(kind.columns):
            assert kind.columns[name].is_emptied, f"{kind.name}.{name} stays"
