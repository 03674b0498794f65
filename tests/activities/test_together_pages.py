"""Standing sign-ups, pairs, stand-ins and swaps through the web."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from volunteer.activities.models import Regular, SignUp, StandIn
from volunteer.core import clock

SignIn = Callable[[Any], FlaskClient]
HOUR = dt.timedelta(hours=1)
WEEKLY = "FREQ=WEEKLY;BYDAY=TU,TH"


def live(db: Any, occurrence: Any) -> set[int]:
    statement = sa.select(SignUp.person_id).where(
        SignUp.occurrence_id == occurrence.id, SignUp.state == "signed_up"
    )
    return set(db.session.scalars(statement))


# Standing sign-ups


def test_always_coming_from_the_page_of_a_date(db: Any, client_for: SignIn) -> None:
    series = make.series(recurrence=WEEKLY, regular_places=3)
    occurrence, person = make.occurrence(series), make.person()
    visitor, page = client_for(person), f"/series/{series.id}/regular"
    assert page in visitor.get(f"/activities/{occurrence.id}").text
    seen = visitor.get(page).text
    assert "每场 3 个，其余的留给别人" in seen
    answer = visitor.post(page, data={"weekdays": ["TU"]})
    assert (answer.status_code, answer.location) == (303, page)
    assert "每个周二都来" in visitor.get(page).text
    mine = visitor.get("/my-activities").text
    assert "固定报名" in mine
    assert "每个周二都来" in mine


def test_no_day_chosen_is_said_at_the_field(db: Any, client_for: SignIn) -> None:
    series = make.series(recurrence=WEEKLY, regular_places=3)
    answer = client_for(make.person()).post(f"/series/{series.id}/regular")
    assert answer.status_code == 422
    assert "至少选一天" in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Regular)) == 0


def test_pause_go_on_and_stop(db: Any, client_for: SignIn) -> None:
    series, person = make.series(recurrence=WEEKLY, regular_places=3), make.person()
    id_ = make.regular(series, person).id
    visitor, page = client_for(person), f"/series/{series.id}/regular"
    wrong = visitor.post(f"/regulars/{id_}/pause", data={"until": "2020-01-01"})
    assert wrong.status_code == 422
    assert "明天以后" in wrong.text
    assert visitor.post(f"/regulars/{id_}/pause", data={"until": "2026-12-24"}).status_code == 303
    assert "暂停到12月24日" in visitor.get(page).text
    assert "暂停到12月24日" in visitor.get("/my-activities").text
    assert visitor.post(f"/regulars/{id_}/resume").status_code == 303
    assert "正在替您报名" in visitor.get(page).text
    assert visitor.post(f"/regulars/{id_}/stop").status_code == 303
    assert "固定报名停掉了" in visitor.get(page).text
    assert visitor.post(f"/regulars/{id_}/resume").status_code == 409


def test_who_leads_sees_the_list(db: Any, client_for: SignIn) -> None:
    team = make.team()
    series = make.series(team, recurrence=WEEKLY, regular_places=3)
    make.regular(series, make.person(name="王桂兰"), weekdays="TU")
    page = client_for(make.leader(team)).get(f"/series/{series.id}/regulars").text
    assert "王桂兰" in page
    assert "每个周二都来" in page


# Pairs


def test_a_pair_is_asked_for_and_agreed_on(db: Any, client_for: SignIn) -> None:
    occurrence = make.occurrence(make.series(takes_pairs=True))
    holder, partner = make.person(name="王桂兰"), make.person(name="李大明")
    place = make.sign_up(occurrence, holder)
    asker, page = client_for(holder), f"/activities/{occurrence.id}"
    assert f"{page}/find-somebody" in asker.get(page).text
    assert asker.post(f"{page}/partner", data={"who": partner.number}).status_code == 303
    assert "在等李*答应搭档" in asker.get(page).text
    answerer = client_for(partner)
    assert "王*想和您搭档" in answerer.get(page).text
    assert "等您答复" in answerer.get("/my-activities").text
    assert answerer.post(f"/sign-ups/{place.id}/partner/answer", data={"agrees": "1"}).status_code == 303
    assert "您和王*搭档" in answerer.get(page).text
    assert "和李*搭档" in asker.get(page).text
    assert asker.post(f"/sign-ups/{place.id}/partner/end").status_code == 303
    assert "搭档" not in answerer.get("/my-activities").text


def test_an_unknown_partner_is_said_at_the_field(db: Any, client_for: SignIn) -> None:
    occurrence, holder = make.occurrence(make.series(takes_pairs=True)), make.person()
    make.sign_up(occurrence, holder)
    answer = client_for(holder).post(f"/activities/{occurrence.id}/partner", data={"who": "V99999999"})
    assert answer.status_code == 422
    assert "没有找到这位志愿者" in answer.text
    assert 'value="V99999999"' in answer.text


def test_guessing_numbers_comes_to_an_end(db: Any, client_for: SignIn) -> None:
    occurrence, holder = make.occurrence(make.series(takes_pairs=True)), make.person()
    make.sign_up(occurrence, holder)
    visitor, page = client_for(holder), f"/activities/{occurrence.id}/partner"
    answers = [visitor.post(page, data={"who": f"V{n:08d}"}).status_code for n in range(22)]
    assert answers == [422] * 20 + [429] * 2


# Stand-ins and swaps


def test_a_stand_in_is_found(db: Any, client_for: SignIn) -> None:
    team = make.team()
    occurrence = make.occurrence(make.series(team))
    holder, mate = make.member(team, make.person(name="王桂兰")), make.member(team)
    guest = make.person()
    make.sign_up(occurrence, holder)
    asker, page = client_for(holder), f"/activities/{occurrence.id}"
    answer = asker.post(f"{page}/stand-in", data={"note": "要陪孩子看病"})
    assert (answer.status_code, answer.location) == (303, page)
    looking = asker.get(page).text
    assert "有人接之前，这一班还是您的" in looking
    assert "来不了，或者想和人一起？" not in looking, "nothing else to do about it"
    seen = client_for(guest).get(page).text
    assert "王*来不了" in seen
    assert "王桂兰" not in seen
    taker = client_for(mate)
    assert "王桂兰来不了" in taker.get(page).text
    assert "队里有人找顶班" in taker.get("/my-activities").text
    assert "队里有人找顶班" in taker.get("/?show=teams").text
    id_ = db.session.scalar(sa.select(StandIn.id))
    assert taker.post(f"/stand-ins/{id_}/accept").status_code == 303
    assert live(db, occurrence) == {mate.id}
    gone = client_for(guest).post(f"/stand-ins/{id_}/accept")
    assert gone.status_code == 409
    assert "已经有人接了这一班" in gone.text


def test_taking_it_back_and_declining(db: Any, client_for: SignIn) -> None:
    occurrence, holder, asked = make.occurrence(), make.person(), make.person()
    place = make.sign_up(occurrence, holder)
    first = make.stand_in(place, asked)
    decliner = client_for(asked)
    seen = decliner.get(f"/activities/{occurrence.id}").text
    assert "想请您顶这一班" in seen
    assert seen.count("button-main") == 1, "the answer; to sign up oneself comes second"
    assert decliner.post(f"/stand-ins/{first.id}/decline").status_code == 303
    second = make.stand_in(place)
    assert client_for(holder).post(f"/stand-ins/{second.id}/withdraw").status_code == 303
    states = db.session.scalars(sa.select(StandIn.state).order_by(StandIn.id)).all()
    assert states == ["declined", "left"]


def test_late_one_is_asked_to_tell_who_is_in_charge(db: Any, client_for: SignIn) -> None:
    series = make.series(person_in_charge=make.person(name="陈桂芳"))
    occurrence, holder = make.occurrence(series, starts_at=clock.now() + 3 * HOUR), make.person()
    make.sign_up(occurrence, holder)
    page = client_for(holder).get(f"/activities/{occurrence.id}/find-somebody").text
    assert "请给负责人陈桂芳说一声" in page


def test_teammates_swap(db: Any, client_for: SignIn) -> None:
    team = make.team()
    first, second = (
        make.occurrence(make.series(team), starts_at=clock.now() + hours * HOUR) for hours in (48, 72)
    )
    one, other = make.member(team, make.person(name="王桂兰")), make.member(team)
    make.sign_up(first, one)
    theirs = make.sign_up(second, other)
    asker = client_for(one)
    assert "和队友换班" in asker.get(f"/activities/{first.id}/find-somebody").text
    nobody = asker.post(f"/activities/{first.id}/swap")
    assert nobody.status_code == 422
    assert asker.post(f"/activities/{first.id}/swap", data={"theirs": theirs.id}).status_code == 303
    answerer = client_for(other)
    assert "王桂兰想和您换班" in answerer.get(f"/activities/{first.id}").text
    id_ = db.session.scalar(sa.select(StandIn.id))
    assert answerer.post(f"/stand-ins/{id_}/accept").status_code == 303
    assert (live(db, first), live(db, second)) == ({other.id}, {one.id})


def test_who_is_not_of_the_team_is_offered_no_names(db: Any, client_for: SignIn) -> None:
    team = make.team()
    first, second = make.occurrence(make.series(team)), make.occurrence(make.series(team))
    guest = make.person()
    make.sign_up(first, guest)
    mate = make.member(team)
    make.sign_up(second, mate)
    page = client_for(guest).get(f"/activities/{first.id}/find-somebody").text
    assert "和队友换班" not in page
    assert mate.number not in page


def test_without_a_place_the_way_leads_back(db: Any, client_for: SignIn) -> None:
    occurrence = make.occurrence()
    visitor, page = client_for(make.person()), f"/activities/{occurrence.id}"
    assert visitor.get(f"{page}/find-somebody").location == page
    answer = visitor.post(f"{page}/stand-in")
    assert answer.status_code == 409
    assert "没有找到这一场的报名" in answer.text


# Teammates, and where else to come


def test_a_teammate_is_signed_up_out_of_the_list(db: Any, client_for: SignIn) -> None:
    team = make.team()
    occurrence = make.occurrence(make.series(team))
    me, mate = make.member(team), make.member(team, make.person(name="王桂兰"))
    visitor, page = client_for(me), f"/activities/{occurrence.id}/teammate"
    seen = visitor.get(page).text
    assert f'<option value="{mate.id}">王*</option>' in seen
    assert visitor.post(page, data={"teammate": mate.id}).status_code == 303
    assert live(db, occurrence) == {mate.id}
    again = visitor.post(page, data={"who": mate.number})
    assert again.status_code == 409
    assert "已经报过名" in again.text


def test_somebody_outside_is_answered_like_somebody_unknown(db: Any, client_for: SignIn) -> None:
    team = make.team()
    occurrence, stranger = make.occurrence(make.series(team)), make.person()
    visitor, page = client_for(make.member(team)), f"/activities/{occurrence.id}/teammate"
    answers = [visitor.post(page, data={"who": who}) for who in (stranger.number, "V99999999")]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert all("没有找到这位队友" in answer.text for answer in answers)
    assert live(db, occurrence) == set()


def test_after_signing_off_the_next_dates_are_one_button_away(db: Any, client_for: SignIn) -> None:
    series, person = make.series(recurrence=WEEKLY), make.person()
    left, following = (make.occurrence(series, starts_at=clock.now() + hours * HOUR) for hours in (48, 72))
    make.sign_up(left, person)
    visitor, page = client_for(person), f"/activities/{left.id}"
    assert "您能来吗" not in visitor.get(page).text
    visitor.post(f"{page}/sign-off")
    seen = visitor.get(page).text
    assert "后面这几场，您能来吗？" in seen
    assert f"/activities/{following.id}/sign-up" in seen


def test_below_a_full_date_stands_something_like_it(db: Any, client_for: SignIn) -> None:
    full = make.occurrence(make.series(category="义诊"), capacity=1)
    make.sign_up(full)
    make.occurrence(make.series(category="义诊", title="量血压"))
    seen = client_for(make.person()).get(f"/activities/{full.id}").text
    assert "这几场还有名额" in seen
    assert "量血压" in seen


@pytest.mark.parametrize("others", [1, 6])
def test_the_page_asks_the_same_number_of_questions(
    db: Any, client_for: SignIn, count_statements: Callable[[], list[str]], others: int
) -> None:
    team = make.team()
    full = make.occurrence(make.series(team, category="义诊"), capacity=others)
    for _ in range(others):
        make.stand_in(make.sign_up(full, make.member(team)))
        make.occurrence(make.series(category="义诊"))
    visitor = client_for(make.member(team))
    visitor.get(f"/activities/{full.id}")
    before = len(count_statements())
    assert visitor.get(f"/activities/{full.id}").status_code == 200
    asked = len(count_statements()) - before
    assert asked == _ASKED.setdefault("page", asked)


_ASKED: dict[str, int] = {}


def test_names_to_choose_from_are_masked_and_in_the_order_of_names(db: Any, client_for: SignIn) -> None:
    team = make.team()
    occurrence = make.occurrence(make.series(team))
    me = make.member(team)
    for name, year in (("王桂兰", 1960), ("李芳", 1980), ("钱小宝", clock.today().year - 15)):
        make.member(team, make.person(name=name, born_on=dt.date(year, 1, 1)))
    seen = client_for(me).get(f"/activities/{occurrence.id}/teammate").text
    assert seen.index("李*") < seen.index("王*") < seen.index("钱*")
    assert not [name for name in ("王桂兰", "李芳", "钱小宝") if name in seen]


def test_a_child_who_looks_for_somebody_is_named_masked_even_in_the_team(db: Any, client_for: SignIn) -> None:
    team = make.team()
    occurrence = make.occurrence(make.series(team))
    me = make.member(team)
    child = make.member(team, make.person(name="钱小宝", born_on=dt.date(clock.today().year - 15, 1, 1)))
    grown = make.member(team, make.person(name="李芳"))
    for someone in (child, grown):
        make.stand_in(make.sign_up(occurrence, someone))
    browser = client_for(me)
    for path in (f"/activities/{occurrence.id}", "/?show=teams", "/my-activities"):
        seen = browser.get(path).text
        assert "李芳" in seen, path
        assert "钱*" in seen, path
        assert "钱小宝" not in seen, path
