"""Running numbers (volunteers, wishes, certificates), taken under the row lock of their series."""

from __future__ import annotations

from volunteer.core.database import db, insert
from volunteer.people.models import NumberSeries


def take(kind: str, count: int = 1) -> int:
    """The first of `count` fresh numbers in a row; given back when the transaction is rolled back."""
    assert count > 0, "at least one number is taken"
    statement = insert(NumberSeries).values(kind=kind, next_number=1 + count)
    statement = statement.on_conflict_do_update(
        index_elements=["kind"], set_={"next_number": NumberSeries.next_number + count}
    ).returning(NumberSeries.next_number)
    return int(db.session.execute(statement).scalar_one()) - count
