"""What each table holds about people, declared once by the slice that owns the table (`personal.py`).

From these declarations come the download (R145), the erasure (R146) and the merging of
two records of one person. A test goes through the whole schema: a column that names a
person, or any column of a table whose rows belong to a person, must be declared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import sqlalchemy as sa

from volunteer.core.errors import Refused

OWNER, OTHER, DOER, VALUE = "owner", "other", "doer", "value"
KEEP, DELETE = "keep", "delete"  # what an erasure does with rows that belong to the person
MOVE, STAY = "move", "stay"  # what a merge does with them; who did something stays as it was written down
_STAYS, _EMPTY, _REWRITTEN = object(), object(), object()
Belongs = Callable[[list[int]], Any]


@dataclass(frozen=True)
class Column:
    """One column: whom it names, if anybody, why it is not handed out, and what an erasure leaves of it."""

    role: str = VALUE
    left_out: Any = None
    becomes: Any = _STAYS

    @property
    def is_emptied(self) -> bool:
        return self.becomes is not _STAYS


@dataclass(frozen=True)
class Kind:
    """One table with something about people."""

    table: sa.Table
    label: Any
    columns: Mapping[str, Column]
    erase: str = KEEP
    merge: str = MOVE
    belongs: Belongs | None = None
    settle: Callable[[Moving], None] | None = None
    beside: bool = False

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def is_owned(self) -> bool:
        """Whether its rows belong to somebody, not only were made by somebody."""
        return self.belongs is not None or bool(self.naming(OWNER))

    def naming(self, *roles: str) -> list[str]:
        """The columns that name a person in one of these roles."""
        return [name for name, column in self.columns.items() if column.role in roles]

    def moving(self) -> list[str]:
        """The columns in which a merge writes the one person for the other."""
        return self.naming(OWNER, OTHER) if self.merge == MOVE else []

    def belongs_to(self, person_ids: Iterable[int]) -> Any:
        """The condition under which a row is one of these people's."""
        ids = list(person_ids)
        if self.belongs is not None:
            return self.belongs(ids)
        return sa.or_(*(self.table.c[name].in_(ids) for name in self.naming(OWNER)))

    def emptied(self) -> dict[str, Any]:
        """What an erasure writes into the columns that do not stay."""
        return {
            name: _empty(self.table.c[name]) if column.becomes is _EMPTY else column.becomes
            for name, column in self.columns.items()
            if column.becomes is not _STAYS and column.becomes is not _REWRITTEN
        }


class Moving(Protocol):
    """A merge under way, as a slice sees it: what it changes is noted, so that it can be undone exactly."""

    @property
    def kept_id(self) -> int: ...
    @property
    def gone_id(self) -> int: ...
    @property
    def by(self) -> int: ...

    def change(self, model: Any, id: int, **values: Any) -> None:
        """Write these values into a row; the undo writes the old ones back."""

    def drop(self, model: Any, id: int) -> None:
        """Delete a row that another one stands for; the undo brings it back."""

    def count(self, model: Any, id: int | Sequence[int], column: str, change: int) -> None:
        """Add to a counter of a row; the undo takes it off again, or is refused when the database says no."""

    def leave(self, model: Any, *ids: int) -> None:
        """These rows stay with the record that goes."""

    def watch(self, model: Any, ids: Iterable[int], column: str) -> None:
        """The undo is refused when this column of one of the rows is another one by then."""


@dataclass(frozen=True)
class Release:
    """Something a person holds and gives back when the account is closed.

    `words` says in a sentence what will happen, or nothing when there is nothing to give back.
    """

    words: Callable[[int], str | None]
    deed: Callable[[int, int | None], None]


@dataclass
class _Registry:
    kinds: dict[str, Kind] = field(default_factory=dict)
    impersonal: dict[str, str] = field(default_factory=dict)
    releases: list[Release] = field(default_factory=list)
    before_closing: list[Callable[[int], Iterable[Refused]]] = field(default_factory=list)
    coming: list[Release] = field(default_factory=list)
    erasers: list[Callable[[Any], None]] = field(default_factory=list)
    erase: Callable[..., object] | None = None
    before_merging: list[Callable[[int, int], Iterable[Refused]]] = field(default_factory=list)
    looks_before_merging: list[Callable[[int, int], Iterable[str]]] = field(default_factory=list)


_REGISTRY = _Registry()


def owner(names: str, *, left_out: Any = None) -> dict[str, Column]:
    """The row belongs to whom these columns name."""
    return {name: Column(OWNER, left_out) for name in names.split()}


def other(names: str) -> dict[str, Column]:
    """Somebody else whom the row concerns; handed out as a volunteer number."""
    return {name: Column(OTHER) for name in names.split()}


def doer(names: str) -> dict[str, Column]:
    """Who did it; the row is not about them. Handed out as a volunteer number."""
    return {name: Column(DOER) for name in names.split()}


def stays(names: str) -> dict[str, Column]:
    """Handed out, and kept after an erasure, under the pseudonym."""
    return {name: Column() for name in names.split()}


def goes(names: str, *, becomes: Any = _EMPTY) -> dict[str, Column]:
    """Handed out, and gone after an erasure."""
    return {name: Column(becomes=becomes) for name in names.split()}


def rewritten(names: str) -> dict[str, Column]:
    """Handed out; what an erasure leaves of it is decided by an eraser of the slice."""
    return {name: Column(becomes=_REWRITTEN) for name in names.split()}


def secret(why: Any, names: str) -> dict[str, Column]:
    """Not handed out, and gone after an erasure."""
    return {name: Column(left_out=why, becomes=_EMPTY) for name in names.split()}


def internal(why: Any, names: str) -> dict[str, Column]:
    """Not handed out; it says nothing about the person, so it stays."""
    return {name: Column(left_out=why) for name in names.split()}


def declare(model: Any, label: Any, *columns: Mapping[str, Column], **more: Any) -> None:
    """A table whose rows belong to people; `more` are the fields of `Kind`.

    `belongs` is for rows whose owner stands elsewhere (a follow-up is its wisher's). `settle` clears
    conflicts before its rows are moved by a merge. `beside` counts the rows where records are compared.
    """
    together = {name: column for part in columns for name, column in part.items()}
    _keep(Kind(model.__table__, label, together, **more))


def did(model: Any, names: str) -> None:
    """A table that belongs to nobody; the columns say only who did it."""
    _keep(Kind(model.__table__, None, doer(names)))


def concerns(model: Any, names: str) -> None:
    """A table that belongs to nobody; the columns name somebody whom it concerns now, so they move."""
    _keep(Kind(model.__table__, None, other(names)))


def nothing_personal(why: str, *models: Any) -> None:
    """Tables without anything about a person, with the reason for the reader of this file."""
    for model in models:
        _REGISTRY.impersonal[model.__table__.name] = why


def before_closing(question: Callable[[int], Iterable[Refused]]) -> None:
    """Register what must be done before an account is closed: refusals, asked by person id."""
    _REGISTRY.before_closing.append(question)


def release(words: Callable[[int], str | None], deed: Callable[[int, int | None], None]) -> None:
    """Register what is given back when an account is closed (see `Release`); lowest slice first."""
    _REGISTRY.releases.append(Release(words, deed))


def release_coming(words: Callable[[int], str | None], deed: Callable[[int, int | None], None]) -> None:
    """Register what has not begun yet: given back where no guardian agrees, or staff disable the account."""
    _REGISTRY.coming.append(Release(words, deed))


def know_how_to_erase(erase: Callable[..., object]) -> None:
    """Erasing stands above people: privacy says how, by person id and who did it (`by`)."""
    _REGISTRY.erase = erase


def on_erasure(eraser: Callable[[Any], None]) -> None:
    """Register an erasure that columns cannot say; it gets the person's row before anything is emptied."""
    _REGISTRY.erasers.append(eraser)


def before_merging(question: Callable[[int, int], Iterable[Refused]]) -> None:
    """Register what stands in the way of merging: refusals, asked by (kept id, gone id)."""
    _REGISTRY.before_merging.append(question)


def look_before_merging(question: Callable[[int, int], Iterable[str]]) -> None:
    """Register what should be looked at before a merge and does not stand in its way: sentences."""
    _REGISTRY.looks_before_merging.append(question)


def kinds() -> list[Kind]:
    """All tables with something about people, in the order of their declaration."""
    return list(_REGISTRY.kinds.values())


def owned() -> list[Kind]:
    return [kind for kind in kinds() if kind.is_owned]


def impersonal() -> Mapping[str, str]:
    return _REGISTRY.impersonal


def releases() -> list[Release]:
    return _REGISTRY.releases


def coming_in_words(person_id: int) -> list[str]:
    """What would become of each kind of thing that has not begun yet, in sentences for staff."""
    return [words for coming in _REGISTRY.coming if (words := coming.words(person_id))]


def give_coming_back(person_id: int, by: int) -> None:
    for coming in _REGISTRY.coming:
        coming.deed(person_id, by)


def erase(person_id: int, *, by: int) -> None:
    """Everything the person holds is given back and the record is forgotten (R146)."""
    assert _REGISTRY.erase is not None, "privacy has registered how"
    _REGISTRY.erase(person_id, by=by)


def erasers() -> list[Callable[[Any], None]]:
    return _REGISTRY.erasers


def closing_refusals(person_id: int) -> list[Refused]:
    """Everything that must be done before this account can be closed."""
    return [refusal for question in _REGISTRY.before_closing for refusal in question(person_id)]


def merging_refusals(kept_id: int, gone_id: int) -> list[Refused]:
    """Everything that stands in the way of merging these two."""
    return [refusal for question in _REGISTRY.before_merging for refusal in question(kept_id, gone_id)]


def looks_before_merging(kept_id: int, gone_id: int) -> list[str]:
    """Everything that should be looked at before these two are merged."""
    return [words for question in _REGISTRY.looks_before_merging for words in question(kept_id, gone_id)]


def _keep(kind: Kind) -> None:
    assert kind.name not in _REGISTRY.kinds, f"{kind.name} is declared once"
    unknown = set(kind.columns) - set(kind.table.c.keys())
    assert not unknown, f"{kind.name} has no {unknown}"
    _REGISTRY.kinds[kind.name] = kind


def _empty(column: Any) -> Any:
    if column.nullable:
        return None
    return {} if isinstance(column.type, sa.JSON) else ""
