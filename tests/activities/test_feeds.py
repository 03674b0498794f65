"""Calendar feeds: read by two libraries that did not write them, without anybody's data, revocable."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import ics
import pytest
import sqlalchemy as sa
import vobject

from tests import make
from volunteer.activities import service
from volunteer.activities.models import AGREED, CalendarFeed, Occurrence, SignUp
from volunteer.activities.service import feeding
from volunteer.activities.service.changing.editing import Wish
from volunteer.activities.service.planning.sex_reasons import say_why
from volunteer.core import clock

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def resident(db):
    return make.person(name="袁桂兰", phone="13812345678")


@pytest.fixture
def signed_up(db, resident):
    date = make.occurrence()
    make.sign_up(date, resident)
    return date


@pytest.fixture
def token(resident):
    return feeding.make_feed(actor=make.actor(resident))


def fetch(client, token: str) -> str:
    answer = client.get(f"/calendar/{token}.ics")
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    return answer.get_data(as_text=True)


def one_event(text: str):
    return vobject.readOne(text).vevent


def test_two_libraries_read_the_same_shift(client, signed_up, token):
    text = fetch(client, token)
    event = one_event(text)
    other = next(iter(ics.Calendar(text).events))
    starts = clock.local(signed_up.starts_at)
    assert event.dtstart.value == starts
    assert event.dtend.value == clock.local(signed_up.ends_at)
    assert other.begin.datetime == starts
    assert event.summary.value == other.name == "周五卫生大扫除"
    assert event.location.value == other.location == "社区广场"
    assert event.status.value == "CONFIRMED"
    assert f"/activities/{signed_up.id}" in event.url.value


def test_times_stand_on_the_wall_clock_with_the_zone_described(client, signed_up, token):
    text = fetch(client, token)
    assert "DTSTART;TZID=Asia/Shanghai:20261122T150000" in text
    zone = vobject.readOne(text).vtimezone
    assert zone.tzid.value == "Asia/Shanghai"
    assert "TZOFFSETTO:+0800" in text


def test_lines_are_folded_and_end_as_the_standard_asks(client, db, resident, token):
    series = make.series(title="护河巡查" * 20, content="沿河走一圈；带手套, 带水\n集合后点名。")
    make.sign_up(make.occurrence(series), resident)
    body = client.get(f"/calendar/{token}.ics").data
    assert body.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    event = one_event(body.decode())
    assert event.summary.value == "护河巡查" * 20
    assert event.description.value.startswith("沿河走一圈；带手套, 带水\n集合后点名。")


def test_the_identity_stays_and_the_sequence_grows_with_a_change(client, db, signed_up, token):
    before = one_event(fetch(client, token))
    date = db.session.get(Occurrence, signed_up.id)
    date.starts_at += dt.timedelta(hours=1)
    date.ends_at += dt.timedelta(hours=1)
    date.sequence += 1
    date.changed_at = clock.now()
    db.session.flush()
    after = one_event(fetch(client, token))
    assert after.uid.value == before.uid.value
    assert (int(before.sequence.value), int(after.sequence.value)) == (0, 1)
    assert after.dtstart.value == before.dtstart.value + dt.timedelta(hours=1)


def at(event) -> tuple[str, str, int]:
    return event.dtstamp.value, event.last_modified.value, int(event.sequence.value)


@pytest.mark.parametrize(
    ("values", "steps"),
    [
        ({"title": "大扫除加义诊"}, 0),
        ({"title_en": "Clean-up and clinic"}, 0),
        ({"content": "先扫后看病"}, 0),
        ({"place": "二楼"}, 1),
        ({"risk_statement": "地滑"}, None),  # stands in no calendar
    ],
)
def test_what_a_calendar_shows_is_a_newer_version_once_it_is_another(
    client, db, resident, token, values, steps
):
    series = make.series(recurrence="FREQ=WEEKLY;BYDAY=SU", content="打扫")
    service.extend([series.id])
    date = db.session.scalars(sa.select(Occurrence).order_by(Occurrence.starts_at)).first()
    make.sign_up(date, resident)
    leader = make.actor(make.leader(db.session.get_one(make.Team, series.team_id)))
    stamp, modified, sequence = at(one_event(fetch(client, token)))
    with clock.fixed(clock.now() + dt.timedelta(minutes=5)):
        service.edit_series(actor=leader, occurrence_id=date.id, scope="all", wish=Wish(values=values))
        after = at(one_event(fetch(client, token)))
    if steps is None:
        assert after == (stamp, modified, sequence)
    else:
        assert after[0] > stamp
        assert after[1] > modified
        assert after[2] == sequence + steps


def test_a_reason_written_into_the_content_is_a_newer_version(client, db, resident, token):
    series = make.series()
    make.sign_up(make.occurrence(series, published_at=clock.now()), resident)
    before = at(one_event(fetch(client, token)))
    with clock.fixed(clock.now() + dt.timedelta(minutes=5)):
        say_why(series, "female", "浴室里帮忙")
        assert at(one_event(fetch(client, token)))[0] > before[0]


def test_a_cancelled_date_stays_as_cancelled(client, db, signed_up, token):
    signed_up.state = "cancelled"
    signed_up.sequence = 1
    db.session.flush()
    event = one_event(fetch(client, token))
    assert event.status.value == "CANCELLED"
    assert event.summary.value == "已取消：周五卫生大扫除"


def test_a_place_given_back_is_cancelled_and_comes_back_when_taken_again(client, resident, signed_up, token):
    me = make.actor(resident)
    service.sign_off(actor=me, occurrence_id=signed_up.id)
    given_back = one_event(fetch(client, token))
    assert given_back.status.value == "CANCELLED"
    service.sign_up(actor=me, occurrence_id=signed_up.id)
    again = one_event(fetch(client, token))
    assert again.status.value == "CONFIRMED"
    assert int(again.sequence.value) > int(given_back.sequence.value) > 0


def test_a_partner_of_a_pair_has_the_date_once_it_is_agreed(client, db, signed_up):
    partner = make.person()
    token = feeding.make_feed(actor=make.actor(partner))
    row = db.session.scalars(sa.select(SignUp)).one()
    row.partner_id, row.partner_state = partner.id, "asked"
    db.session.flush()
    assert "BEGIN:VEVENT" not in fetch(client, token)
    row.partner_state = AGREED
    db.session.flush()
    assert one_event(fetch(client, token)).status.value == "CONFIRMED"


def test_a_flexible_task_takes_whole_days_and_blocks_none(client, db, resident, token):
    start = clock.at_local(dt.date(2026, 11, 23), dt.time(0))
    date = make.occurrence(starts_at=start, ends_at=start + dt.timedelta(days=7), is_flexible=True)
    make.sign_up(date, resident)
    event = one_event(fetch(client, token))
    assert (event.dtstart.value, event.dtend.value) == (dt.date(2026, 11, 23), dt.date(2026, 11, 30))
    assert event.transp.value == "TRANSPARENT"


def test_a_feed_holds_nobody_s_data(client, db, resident, signed_up, token):
    neighbour = make.person(name="郑秀英", phone="13987654321")
    make.sign_up(signed_up, neighbour)
    text = fetch(client, token)
    unfolded = text.replace("\r\n ", "")
    for secret in ("郑秀英", "13987654321", neighbour.number, "袁桂兰", "13812345678", resident.number):
        assert secret not in unfolded
    assert not re.search(r"ATTENDEE|ORGANIZER|CONTACT", text)


def test_the_person_s_language_is_spoken(client, db, resident, signed_up, token):
    resident.language = "en"
    db.session.flush()
    assert one_event(fetch(client, token)).summary.value == "Friday clean-up"


def test_what_is_unchanged_is_answered_in_a_line(client, signed_up, token):
    first = client.get(f"/calendar/{token}.ics")
    again = client.get(f"/calendar/{token}.ics", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == "private, no-cache"


def test_a_revoked_address_is_gone_and_a_new_one_ends_the_old(client, db, resident, token):
    newer = feeding.make_feed(actor=make.actor(resident))
    assert client.get(f"/calendar/{token}.ics").status_code == 404
    fetch(client, newer)
    feeding.revoke_feed(actor=make.actor(resident))
    assert client.get(f"/calendar/{newer}.ics").status_code == 404
    kept = db.session.scalars(sa.select(CalendarFeed.token_hash)).all()
    assert not {token, newer} & set(kept)


@pytest.mark.parametrize("status", ["disabled", "closed"])
def test_the_address_of_a_closed_account_is_gone(client, db, resident, token, status):
    resident.status = status
    db.session.flush()
    assert client.get(f"/calendar/{token}.ics").status_code == 404


def test_an_unknown_address_is_not_found(client, db):
    assert client.get("/calendar/AAAAAAAAAAAAAAAAAAAAAA.ics").status_code == 404


def test_a_team_s_calendar_is_public_and_holds_its_dates_only(client, db):
    series = make.series()
    make.occurrence(series)
    make.occurrence()
    text = client.get(f"/teams/{series.team_id}/calendar.ics").get_data(as_text=True)
    assert text.count("BEGIN:VEVENT") == 1
    assert client.get("/teams/999999/calendar.ics").status_code == 404


def test_an_area_s_calendar_holds_what_is_below_it(client, db):
    street = make.subdistrict()
    home = make.community(street)
    make.occurrence(make.series(make.team(home)))
    make.occurrence()
    for area in (street, home):
        text = client.get(f"/areas/{area.id}/calendar.ics").get_data(as_text=True)
        assert text.count("BEGIN:VEVENT") == 1
    assert client.get("/areas/999999/calendar.ics").status_code == 404


def test_dates_that_nobody_has_decided_on_are_in_no_feed(client, db):
    series = make.series()
    make.occurrence(series, state="undecided", asks="holiday")
    assert "BEGIN:VEVENT" not in client.get(f"/teams/{series.team_id}/calendar.ics").get_data(as_text=True)


def test_a_feed_takes_as_many_statements_for_many_dates(client, db, resident, token, count_statements):
    series = make.series()
    make.sign_up(make.occurrence(series), resident)
    fetch(client, token)
    seen = count_statements()
    seen.clear()
    fetch(client, token)
    few = len(seen)
    for week in range(1, 30):
        starts_at = clock.now() + dt.timedelta(days=7 * week)
        make.sign_up(make.occurrence(series, starts_at=starts_at), resident)
    seen.clear()
    fetch(client, token)
    assert len(seen) == few


def test_the_page_shows_an_address_once_and_revokes_it(client_for, client, resident, signed_up):
    me = client_for(resident)
    assert "做一个订阅地址" in me.get("/me/calendar").text
    made = me.post("/me/calendar").text
    address = re.search(r"/calendar/([\w-]+)\.ics", made)
    assert address is not None
    fetch(client, address[1])
    later = me.get("/me/calendar").text
    assert address[1] not in later
    me.post("/me/calendar/revoke")
    assert client.get(f"/calendar/{address[1]}.ics").status_code == 404
