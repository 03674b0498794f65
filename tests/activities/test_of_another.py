"""Every refusal has words about somebody else, or says nothing to anybody in particular."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest

from tests import make
from volunteer.activities import service
from volunteer.activities.signing import of_another, refusals
from volunteer.core.errors import Refused

pytestmark = pytest.mark.portable
SAID_TO_ANYBODY: frozenset[type[Refused]] = frozenset(
    {
        refusals.Cancelled, refusals.Undecided, refusals.Begun, refusals.Over, refusals.PositionClosed,
        refusals.FullLate, refusals.PositionNeeded, refusals.NotSignedUp,
    }
)  # fmt: skip


def kinds() -> list[type[Refused]]:
    """All that stand in the module, but the class they come from."""
    found = [
        kind for _name, kind in inspect.getmembers(refusals, inspect.isclass) if issubclass(kind, Refused)
    ]
    return [kind for kind in found if kind not in (Refused, refusals.NoPlace)]


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_none_is_forgotten(kind: type[Refused]) -> None:
    is_said, is_for_all = kind in of_another.OF_ANOTHER, kind in SAID_TO_ANYBODY
    assert is_said != is_for_all
    sentence = str(of_another.OF_ANOTHER.get(kind, kind).sentence)
    assert "您" not in sentence, "said to whoever acts, about another"


@pytest.mark.parametrize("kind", of_another.SAID_OF_ANOTHER, ids=lambda kind: kind.__name__)
def test_the_words_about_another_have_the_same_holes(kind: Any) -> None:
    own = kind.__mro__[1]
    assert issubclass(own, Refused)
    assert own in of_another.OF_ANOTHER
    values = dict.fromkeys(re.findall(r"%\((\w+)\)s", str(own.sentence)), "x")
    assert str(kind.sentence) % values
    assert (kind.status, kind.field) == (own.status, own.field)


def test_staff_read_of_the_other_what_they_lack(db: Any) -> None:
    team, child = make.team(), make.person(born_on=make.clock.today().replace(year=2012))
    leader = make.actor(make.leader(team))
    occurrence = make.occurrence(make.series(team))
    with pytest.raises(of_another.PersonNeedsGuardian):
        service.sign_up(actor=leader, occurrence_id=occurrence.id, person_id=child.id)
    with pytest.raises(of_another.PersonNotWaiting):
        service.leave_line(actor=leader, occurrence_id=occurrence.id, person_id=child.id)
    with pytest.raises(of_another.PersonNotFull):
        service.join_line(actor=leader, occurrence_id=occurrence.id, person_id=make.person().id)
