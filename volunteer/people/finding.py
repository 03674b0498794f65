"""Finding people whose names and phones are encrypted: keyed hashes of what somebody may type (R141).

For each area that a person belongs to (community, sub-district, …) there is one
key for each beginning of the name (the empty one finds everybody) and one for the
last four digits of the phone.
A search is then one look-up by equality, however many people there are. A longer
text than LONGEST finds by its first LONGEST characters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from volunteer.core import crypto
from volunteer.core.database import db
from volunteer.people.models import Person, PersonLookUp

LONGEST = 8
TAIL_LENGTH = 4


def spelling(name: str) -> str:
    """One spelling for equal names: compatibility forms, letters without case, no spaces or dots."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in folded if character.isalnum())


def name_hash(name: str) -> str:
    """Of the whole name, to compare people and to find by the exact name."""
    return crypto.look_up_hash("name", spelling(name))


def name_key(area_id: int, beginning: str) -> str:
    return _key(area_id, "name", spelling(beginning)[:LONGEST])


def tail_key(area_id: int, digits: str) -> str:
    """Of the last four digits of the phone (R108)."""
    return _key(area_id, "tail", digits[-TAIL_LENGTH:])


def area_ids(path: str) -> list[int]:
    """'/1/5/' → [1, 5]."""
    return [int(part) for part in path.split("/") if part]


def keys(name: str, phone: str | None, area_path: str) -> set[str]:
    """All keys under which a person is found."""
    folded = spelling(name)
    beginnings = {folded[:length] for length in range(min(len(folded), LONGEST) + 1)}
    found = set()
    for area_id in area_ids(area_path):
        found |= {name_key(area_id, beginning) for beginning in beginnings}
        if phone:
            found.add(tail_key(area_id, phone))
    return found


def write_keys(people: Iterable[tuple[int, str, str | None, str]]) -> None:
    """Write the keys of new people: (id, name, phone, path of the area)."""
    table: Any = PersonLookUp.__table__
    rows = [
        {"hash": key, "person_id": person_id}
        for person_id, name, phone, path in people
        for key in sorted(keys(name, phone, path))
    ]
    if rows:
        db.session.execute(sa.insert(table), rows)


def renew_keys(person: Person, area_path: str) -> None:
    """After a change of name, phone or area: the old keys go, the new ones come. Name and keys agree after it."""
    db.session.flush()
    forget_keys(person.id)
    person.name_hash = name_hash(person.name)
    write_keys([(person.id, person.name, person.phone, area_path)])


def forget_keys(person_id: int) -> None:
    db.session.execute(sa.delete(PersonLookUp).where(PersonLookUp.person_id == person_id))


def _key(area_id: int, purpose: str, text: str) -> str:
    return crypto.look_up_hash(f"{purpose}@{area_id}", text)[:24]
