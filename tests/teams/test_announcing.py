"""Writing to the members in the team's name."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.errors import NotAllowed
from volunteer.outbox import kinds
from volunteer.outbox.models import Message
from volunteer.people.models import COMMUNITY_STAFF, DISABLED, MESSAGE, RECORD, REGISTER
from volunteer.teams import service

TEXT = "周五下午三点在广场集合，请带手套。"


def told(db, channel="inbox"):
    statement = sa.select(Message.person_id).where(
        Message.channel == channel, Message.kind == "team_announcement"
    )
    return sorted(db.session.scalars(statement))


def acts(db):
    return list(db.session.scalars(sa.select(AuditEntry.act)))


def write(actor, team, text=TEXT, to="all"):
    return service.announce(actor=make.actor(actor), team_id=team.id, text=text, to=to)


def test_members_are_told_in_the_name_of_the_team(db):
    team = make.team(name="萤火虫", name_en="Fireflies")
    leader, member = make.leader(team), make.member(team)
    make.member(team, make.person(status=DISABLED))
    make.person()
    assert write(leader, team, f"  {TEXT}\n") == 1
    assert told(db) == [member.id]
    assert told(db, "email") == [member.id]
    message = db.session.scalars(sa.select(Message).where(Message.channel == "inbox")).one()
    subject, body = kinds.render(message.kind, message.payload)
    assert subject == "萤火虫的通知"
    assert body.startswith(TEXT)
    assert "退出这支队伍" in body
    assert leader.name not in body


def test_the_audit_keeps_the_length_and_not_the_words(db):
    team = make.team()
    leader, _member = make.leader(team), make.member(team)
    write(leader, team)
    (entry,) = db.session.scalars(sa.select(AuditEntry)).all()
    assert (entry.act, entry.actor_id) == ("team_message_sent", leader.id)
    assert entry.details == {"to": "all", "told": 1, "length": len(TEXT)}


def test_percent_signs_and_markup_are_only_text(db):
    team = make.team()
    leader, _member = make.leader(team), make.member(team)
    write(leader, team, "100%(x)s %d <b>")
    message = db.session.scalars(sa.select(Message).where(Message.channel == "inbox")).one()
    assert "100%(x)s %d <b>" in kinds.render(message.kind, message.payload)[1]


def test_those_of_the_next_date_can_be_told_alone(db):
    team = make.team()
    leader, coming, _other = make.leader(team), make.member(team), make.member(team)
    date = make.occurrence(make.series(team))
    make.sign_up(date, coming)
    make.sign_up(date, make.person())  # a guest
    assert write(leader, team, to="next") == 1
    assert told(db) == [coming.id]


def test_without_a_next_date_there_is_no_such_choice(db, client_for):
    team = make.team()
    leader, _member = make.leader(team), make.member(team)
    with pytest.raises(service.UnknownAudience):
        write(leader, team, to="next")
    assert "报名了下一场的队员" not in client_for(leader).get(f"/teams/{team.id}/announce").text
    assert told(db) == []


@pytest.mark.parametrize("text", ["", "  ", "长" * 501])
def test_a_text_that_is_empty_or_too_long_is_refused(db, text):
    team = make.team()
    leader, _member = make.leader(team), make.member(team)
    with pytest.raises(service.TextNeeded):
        write(leader, team, text)
    assert told(db) == []
    assert acts(db) == []


def test_five_hundred_characters_are_not_too_long(db):
    team = make.team()
    leader, _member = make.leader(team), make.member(team)
    assert write(leader, team, "长" * 500) == 1


def test_a_team_writes_so_many_times_a_day(db, app):
    team, other = make.team(), make.team()
    leader, _member = make.leader(team), make.member(team)
    make.leader(other, leader)
    make.member(other)
    for _ in range(app.config["TEAM_MESSAGES_PER_DAY"]):
        write(leader, team)
    assert service.left_today(team.id) == 0
    with pytest.raises(service.EnoughForToday):
        write(leader, team)
    assert len(told(db)) == app.config["TEAM_MESSAGES_PER_DAY"]
    assert write(leader, other) == 1
    with clock.fixed(clock.now().replace(hour=0, minute=1) + make.dt.timedelta(days=1)):
        assert write(leader, team) == 1


def test_others_do_not_write(db):
    team = make.team()
    make.member(team)
    people = [
        make.member(team), make.deputy(team, rights=(RECORD, REGISTER)), make.leader(make.team()), make.person(),
        make.staff(COMMUNITY_STAFF, make.community()),
    ]  # fmt: skip
    for person in people:
        with pytest.raises(NotAllowed):
            write(person, team)
    assert told(db) == []


def test_a_team_with_nobody_else_in_it_tells_nobody(db):
    team = make.team()
    with pytest.raises(service.NobodyToTell):
        write(make.leader(team), team)
    assert acts(db) == []


def test_a_closed_team_writes_no_more(db, client_for):
    team = make.team(closed_at=clock.now())
    staff = make.staff(COMMUNITY_STAFF, db.session.get_one(make.Area, team.area_id))
    make.member(team)
    with pytest.raises(service.ClosedForGood):
        write(staff, team)
    assert client_for(staff).get(f"/teams/{team.id}/announce").status_code == 404
    assert told(db) == []


def test_the_page_sends_and_counts_down(client_for, db):
    team = make.team()
    client, member = client_for(make.deputy(team, rights=(MESSAGE,))), make.member(team)
    address = f"/teams/{team.id}/announce"
    assert "今天还能发 5 次" in client.get(address).text
    assert client.post(address, data={"to": "all", "text": TEXT}).location == f"/teams/{team.id}"
    assert "今天还能发 4 次" in client.get(address).text
    wrong = client.post(address, data={"to": "all", "text": "长" * 501})
    assert wrong.status_code == 422
    assert "长" * 501 in wrong.text
    assert told(db) == [member.id]
    inbox = client_for(member).get("/messages").text
    assert TEXT in inbox


def test_after_the_last_one_the_page_offers_no_form(client_for, app, db):
    team = make.team()
    leader, _member = make.leader(team), make.member(team)
    for _ in range(app.config["TEAM_MESSAGES_PER_DAY"]):
        write(leader, team)
    client = client_for(leader)
    address = f"/teams/{team.id}/announce"
    assert "<textarea" not in client.get(address).text
    assert client.post(address, data={"to": "all", "text": TEXT}).status_code == 429


def test_writing_to_many_takes_no_more_statements(count_statements, db):
    team = make.team()
    leader = make.leader(team)
    make.member(team)
    actor = make.actor(leader)
    seen = count_statements()
    service.announce(actor=actor, team_id=team.id, text=TEXT)
    few = len(seen)
    for _ in range(8):
        make.member(team)
    seen.clear()
    service.announce(actor=actor, team_id=team.id, text=TEXT)
    assert len(seen) <= few
