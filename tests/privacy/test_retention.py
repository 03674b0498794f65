"""Each kind of data is kept as long as its setting says, no row longer (R154)."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.core import clock
from volunteer.jobs import retention as declared  # noqa: F401 - every slice's kinds
from volunteer.jobs import tasks
from volunteer.outbox import service as outbox
from volunteer.outbox.models import Message
from volunteer.people.models import Guardian, SignInSession
from volunteer.people.retention import POLICIES
from volunteer.privacy.models import RetentionRun
from volunteer.privacy.service import retention
from volunteer.wishes.models import Wish

DAY = dt.timedelta(days=1)


def some_of_everything(now):
    """One row of each kind that is a day too old when the longest time is over, and one that never is."""
    old = make.person()
    ward = make.person(born_on=dt.date(2006, 1, 1))
    from volunteer.core.database import db

    db.session.add(
        Guardian(
            ward_id=ward.id,
            name="某",
            relation="parent",
            phone="+8613900000001",
            recorded_at=now,
            recorded_by_id=old.id,
        )
    )
    db.session.add(SignInSession(token_hash="t" * 64, person_id=old.id, created_at=now, last_seen_at=now))
    outbox.tell(outbox.Note("k1", "team_accepted", old.id, {"team": "x", "team_id": 1}))
    wish = make.wish(state="closed")
    db.session.commit()
    return old, ward, wish


def test_the_dry_run_says_what_the_real_run_does(db, present):
    some_of_everything(present)
    later = present + 1200 * DAY
    expected = retention.due(later)
    assert {"messages", "sign_ins", "guardians", "wish_contacts"} <= {
        kind for kind, n in expected.items() if n
    }
    assert {kind: retention.run(kind, later) for kind in expected} == expected
    assert set(retention.due(later).values()) == {0}


@pytest.mark.parametrize(("kind", "days"), [("messages", 365), ("sign_ins", 90)])
def test_to_the_day(db, present, kind, days):
    some_of_everything(present)
    assert retention.due(present + days * DAY)[kind] == 0
    assert retention.due(present + days * DAY + dt.timedelta(seconds=1))[kind] >= 1


def test_contact_data_of_a_finished_wish_are_emptied_and_its_public_words_stay(db, present):
    _, _, wish = some_of_everything(present)
    live = make.wish(state="claimed")
    assert retention.run("wish_contacts", present + 181 * DAY) == 1
    db.session.expire_all()
    wish = db.session.get_one(Wish, wish.id)
    assert (wish.contact_name, wish.contact_phone, wish.address, wish.private_note) == ("", "", "", "")
    assert wish.public_text
    assert db.session.get_one(Wish, live.id).contact_name


def test_the_job_runs_once_a_day_after_four_and_after_a_pause(db, present):
    some_of_everything(present)
    night = clock.at_local(dt.date(2029, 12, 1), dt.time(3, 59))
    with clock.fixed(night):
        assert tasks.retain() == 0
    with clock.fixed(night + dt.timedelta(hours=9)):
        assert tasks.retain() > 0
        assert tasks.retain() == 0
        ran = db.session.scalars(sa.select(RetentionRun.kind)).all()
        assert sorted(ran) == sorted(POLICIES)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0


def test_a_kind_that_fails_stops_none_of_the_others_and_is_tried_again(db, present, monkeypatch):
    some_of_everything(present)
    first, *others = sorted(POLICIES)
    real = retention.run

    def run(kind, *rest):
        if kind == first:
            raise RuntimeError(kind)
        return real(kind, *rest)

    with clock.fixed(clock.at_local(dt.date(2029, 12, 1), dt.time(5))):
        with monkeypatch.context() as broken:
            broken.setattr(retention, "run", run)
            assert tasks.retain() > 0
        assert retention.not_run_since(clock.start_of(clock.today())) == [first]
        tasks.retain()
        assert retention.not_run_since(clock.start_of(clock.today())) == []


def test_every_kind_names_a_setting_that_is_documented(app):
    for policy in POLICIES.values():
        assert isinstance(app.config[policy.setting], int)
        assert app.config[policy.setting] > 0
