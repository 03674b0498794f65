"""What the record that stays takes over from the one that goes where it has nothing of its own.

The record that goes keeps a copy until it is forgotten; only the hashes by which a phone or a document
is found can stand once, so they move. Notes hold the names of the fields, never what stood in them.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.areas.models import Area
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.people import finding, renewals, sessions
from volunteer.people.models import MERGED, Person

GROUPS: tuple[tuple[str, ...], ...] = (
    ("phone", "phone_hash"),
    ("document", "document_hash", "document_kind", "verified_at", "verified_by_id"),
    ("email",),
    ("address",),
    ("school",),
    ("sex",),
    ("password_hash",),
    ("pin_hash",),
)
WORDS: dict[str, Any] = {
    "phone": _l("手机号"),
    "document": _l("证件"),
    "email": _l("邮箱"),
    "address": _l("住址"),
    "school": _l("学校"),
    "sex": _l("性别"),
    "password_hash": _l("密码"),
    "pin_hash": _l("六位密码"),
}
_HASHES = ("phone_hash", "document_hash")
_WAYS_IN = ("phone", "email", "password_hash", "pin_hash")  # taken over, they opened the kept record


class UsedSince(Refused):
    sentence = _l("合并以后，手机号或证件又改过，拆不开了。请按普通更正来办理。")


def names(kept: Person, gone: Person) -> list[str]:
    """The first name of each group that the kept record lacks and the other has."""
    return [
        group[0]
        for group in GROUPS
        if getattr(kept, group[0]) is None and getattr(gone, group[0]) is not None
    ]


def take_over(kept: Person, gone: Person) -> dict[str, Any]:
    """Copy, move the hashes, and take the record that goes out of use; returns what the undo needs."""
    taken = _groups(kept, gone)
    notes = {"status": gone.status, "taken": taken}
    values = {name: getattr(gone, name) for group in taken for name in group}
    for name in _HASHES:
        if name in values:
            setattr(gone, name, None)
    gone.status, gone.merged_into_id = MERGED, kept.id
    db.session.flush()
    for name, value in values.items():
        setattr(kept, name, value)
    finding.forget_keys(gone.id)
    if "phone" in values:
        finding.renew_keys(kept, _path(kept))
    db.session.flush()
    return notes


def give_back(kept: Person, gone: Person, notes: dict[str, Any]) -> None:
    """What was changed since is the kept record's own now; a phone or document that moved must be unchanged."""
    gone.status, gone.merged_into_id = notes["status"], None
    for group in notes["taken"]:
        _give_group_back(kept, gone, group)
    finding.renew_keys(gone, _path(gone))
    if any("phone" in group for group in notes["taken"]):
        finding.renew_keys(kept, _path(kept))
    if any(group[0] in _WAYS_IN for group in notes["taken"]):
        sessions.end_all(kept.id)
        renewals.end_all(kept.id)
    db.session.flush()


def _groups(kept: Person, gone: Person) -> list[list[str]]:
    """The groups to be taken over, each without what the kept record has already."""
    wanted = names(kept, gone)
    return [[name for name in group if getattr(kept, name) is None] for group in GROUPS if group[0] in wanted]


def _give_group_back(kept: Person, gone: Person, group: list[str]) -> None:
    is_unchanged = getattr(kept, group[0]) == getattr(gone, group[0])
    hashes = {name: getattr(kept, name) for name in group if name in _HASHES}
    if hashes and not is_unchanged:
        raise UsedSince
    if not is_unchanged:
        return
    for name in group:
        setattr(kept, name, None)
    db.session.flush()
    for name, value in hashes.items():
        setattr(gone, name, value)


def _path(person: Person) -> str:
    path = db.session.scalar(sa.select(Area.path).where(Area.id == person.area_id))
    assert path is not None
    return path
