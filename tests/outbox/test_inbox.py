"""The inbox page."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.core import clock
from volunteer.outbox import queries, service
from volunteer.outbox.models import Message


def tell(person, key="k", **more):
    payload = {"team_id": 7, "team": "萤火虫", "team_en": "Firefly"}
    service.tell(
        service.Note(
            **{"key": key, "kind": "team_accepted", "person_id": person.id, "payload": payload, **more}
        )
    )
    make.db.session.commit()


def test_messages_come_newest_first_with_their_link(client_for):
    person = make.person()
    tell(person, "1")
    tell(person, "2", kind="team_refused", payload={"team_id": 8, "team": "姐妹帮帮团", "reason": "人满了"})
    page = client_for(person).get("/messages").text
    assert page.index("姐妹帮帮团没有同意") < page.index("您已加入萤火虫")
    assert 'href="/teams/7"' in page
    assert "原因：“人满了”。" in page


def test_names_come_in_the_readers_language(client_for):
    person = make.person(language="en")
    tell(person)
    assert "Firefly" in client_for(person).get("/messages").text


def test_looking_changes_nothing_and_the_button_marks_all(client_for, db):
    person, neighbour = make.person(), make.person()
    tell(person, "1")
    tell(neighbour, "2")
    client = client_for(person)
    for _ in range(2):
        page = client.get("/messages").text
        assert "rows-unread" in page
        assert "有 1 条还没看过" in page
    assert client.post("/messages/read").location == "/messages"
    page = client.get("/messages").text
    assert "rows-unread" not in page
    assert "全部标为已读" not in page
    unread = sa.select(Message.person_id).where(Message.read_at.is_(None))
    assert db.session.scalars(unread).all() == [neighbour.id]


def test_expired_messages_and_mail_are_not_shown(client_for):
    person = make.person()
    tell(person, "late", useful_until=clock.now())
    tell(person, "mail", by_email=True, kind="password_changed", payload={})
    page = client_for(person).get("/messages").text
    assert "您已加入" not in page
    assert page.count("您的密码已经更换") == 1


def test_an_empty_inbox_says_so(client_for):
    assert "还没有消息" in client_for(make.person()).get("/messages").text


def test_the_inbox_is_turned_over_with_few_queries(client_for, count_statements):
    person = make.person()
    client = client_for(person)
    for n in range(queries.PAGE + 1):
        tell(person, f"k{n}", kind="team_refused", payload={"team_id": 1, "team": f"第{n}队", "reason": "x"})
    seen = count_statements()
    seen.clear()
    first = client.get("/messages").text
    assert len(seen) <= 3
    assert "第0队" not in first
    following = re.search(r'rel="next" href="([^"]+)"', first)[1]
    assert "第0队" in client.get(following).text


@pytest.mark.parametrize("before", ["x", "-1", "9" * 25, "1e3", "NaN"])
def test_a_strange_page_is_refused(client_for, before):
    assert client_for(make.person()).get("/messages", query_string={"before": before}).status_code == 422


def test_strangers_have_no_inbox(client):
    assert "/sign-in" in client.get("/messages").location
    assert "/sign-in" in client.post("/messages/read").location
