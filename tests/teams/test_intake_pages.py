"""Pages of recruiting: the public form and receipt, the leader's list, poster, paper forms and slips."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.core import clock
from volunteer.people.models import AUDITOR, COMMUNITY_STAFF, WAITING, Person
from volunteer.teams.models import Application, Membership
from volunteer.teams.service import intake as intakes
from volunteer.teams.views import apply as apply_views

GOOD = "tree-7-lamp"


class Hall:
    def __init__(self):
        self.community = make.community()
        self.team = make.team(self.community, name="萤火虫志愿服务队")
        self.leader = make.leader(self.team)
        made = intakes.open_intake(actor=make.actor(self.leader), team_id=self.team.id, title="春季招募会")
        make.db.session.commit()
        self.id, self.token = made.id, made.token
        self.path = f"/teams/{self.team.id}/intakes/{self.id}"
        self.community_id = self.community.id

    def form(self, **more):
        known = {
            "name": "袁隆平",
            "phone": "13812345678",
            "born_on": "1970-05-04",
            "sex": "male",
            "area": self.community_id,
            "skills": "company",
            "consent": "y",
        }
        return {name: value for name, value in {**known, **more}.items() if value is not None}

    def apply(self, client, **more):
        return client.post(f"/join/{self.token}", data=self.form(**more))


@pytest.fixture
def hall(app):
    return Hall()


def count(model, *conditions):
    return make.db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions))


def test_the_form_is_open_to_anybody_and_leads_to_a_receipt(client, hall):
    page = client.get(f"/join/{hall.token}").text
    assert "加入萤火虫志愿服务队" in page
    assert "未满 18 周岁请填监护人" in page
    answer = hall.apply(client)
    assert answer.status_code == 303
    assert re.match(r"/applications/[\w-]{22}\Z", answer.location)
    receipt = client.get(answer.location).text
    assert "最晚 12月4日前答复您" in receipt
    assert "袁*" in receipt
    assert "袁隆平" not in receipt
    assert "12345678" not in receipt


def test_known_unknown_and_repeated_phones_get_the_same_answer(client, hall):
    make.person(phone="+8613800000001", name="陈小明")
    answers = [hall.apply(client, phone=phone) for phone in ("13800000001", "13800000002", "13800000002")]
    assert {answer.status_code for answer in answers} == {303}
    pages = [re.sub(r"data:image[^\"]+", "", client.get(answer.location).text) for answer in answers]
    plain = [
        re.sub(r'(token|form_key|next)" value="[^"]*"', "", page.replace(answer.location, ""))
        for page, answer in zip(pages, answers, strict=True)
    ]
    assert plain[0] == plain[1] == plain[2]
    assert answers[1].location == answers[2].location


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": "12345"}, "请填真实姓名"),
        ({"name": None}, "请填写这一项"),
        ({"phone": "110"}, "手机号"),
        ({"born_on": "2026-02-30"}, "真实的日期"),
        ({"born_on": "2027-01-01"}, "真实的出生日期"),
        ({"born_on": "2015-01-01"}, "未满 14 周岁需要监护人同意"),
        ({"born_on": "2015-01-01", "guardian_name": "陈建国"}, "要一起填"),
        ({"born_on": "2011-01-01", "guardian_consent": "y"}, "要一起填"),
        ({"sex": "x"}, "choice"),
        ({"area": "NaN"}, "选"),
        ({"skills": "flying"}, "choice"),
        ({"consent": None}, "勾选同意"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_is_kept(client, hall, wrong, sentence):
    answer = hall.apply(client, **wrong)
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    if sentence != "choice":
        assert sentence in answer.text
    if "phone" not in wrong:
        assert "13812345678" in answer.text
    assert count(Application) == 0


@pytest.mark.parametrize("sex", [None, ""])
def test_the_sex_may_be_left_out_as_in_every_other_form(client, hall, sex):
    """R001, R005: the document says it later."""
    assert hall.apply(client, sex=sex).status_code == 303
    assert make.db.session.scalar(sa.select(Application.sex)) is None


def test_without_a_phone_one_applies_too(client, hall):
    assert hall.apply(client, phone=None).status_code == 303


def test_a_minor_with_the_whole_guardian_is_taken(client, hall):
    more = {"guardian_name": "陈建国", "guardian_phone": "13912340000", "guardian_relation": "parent"}
    assert hall.apply(client, born_on="2015-01-01", guardian_consent="y", **more).status_code == 303
    assert count(Application, Application.guardian.is_not(None)) == 1


def test_after_the_end_the_page_shows_another_way(client, hall):
    with clock.fixed(clock.now() + dt.timedelta(days=4)):
        page = client.get(f"/join/{hall.token}")
        assert page.status_code == 200
        assert "这次招募已经结束" in page.text
        assert hall.apply(client).status_code == 409
    assert count(Application) == 0


@pytest.mark.parametrize("path", ["/join/x", "/join/" + "x" * 3000, "/applications/x", "/join/%00"])
def test_unknown_links_are_not_found(client, path):
    assert client.get(path).status_code in {404, 422}
    assert client.post(path + "/password", data={"password": GOOD}).status_code in {404, 405, 422}


def test_a_hall_of_people_behind_one_address_passes(client, hall, monkeypatch):
    assert apply_views.FORMS_PER_ADDRESS >= 3 * 106
    monkeypatch.setattr(apply_views, "FORMS_PER_ADDRESS", 2)
    assert [hall.apply(client, phone=f"1381234567{n}").status_code for n in range(3)] == [303, 303, 429]
    assert count(Application) == 2


def test_the_leader_opens_an_intake_and_shows_the_code(client_for, hall):
    client = client_for(hall.leader)
    answer = client.post(f"/teams/{hall.team.id}/intakes", data={"title": "秋季招募会", "length": "1d"})
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "data:image/svg+xml" in page
    assert "hx-get" in page
    assert 'hx-trigger="every 10s"' in page
    assert "秋季招募会" in client.get(f"/teams/{hall.team.id}/intakes").text
    poster = client.get(answer.location + "/poster").text
    assert "/join/" in poster
    assert "加入萤火虫志愿服务队" in poster


@pytest.mark.parametrize("form", [{"title": ""}, {"title": "长" * 81}, {"title": "招募", "length": "9y"}])
def test_an_intake_that_is_not_right_is_not_opened(client_for, hall, form):
    answer = client_for(hall.leader).post(f"/teams/{hall.team.id}/intakes", data=form)
    assert answer.status_code == 422
    assert count(intakes.opening.Intake) == 1


def test_the_counter_stops_asking_after_an_hour_and_after_the_end(client_for, hall):
    client = client_for(hall.leader)
    assert "left=358" in client.get(f"{hall.path}?left=359").text
    for strange in ("1", "0"):
        assert "hx-get" not in client.get(f"{hall.path}?left={strange}").text
    assert "left=359" in client.get(f"{hall.path}?left=NaN").text
    assert client.post(f"{hall.path}/close").status_code == 303
    assert "hx-get" not in client.get(hall.path).text


def test_the_list_is_masked_and_accepts_all_in_one_go(client, client_for, hall):
    links = [
        hall.apply(client, name=f"袁{sign}", phone=f"1381234567{n}").location
        for n, sign in enumerate("隆平大山")
    ]
    leader = client_for(hall.leader)
    page = leader.get(f"{hall.path}/applications").text
    assert "袁*" in page
    assert "袁隆" not in page
    assert "138****5670" in page
    assert "1381234567" not in page
    shown = re.findall(r'name="shown" value="(\d+)"', page)
    assert len(shown) == 4
    answer = leader.post(f"{hall.path}/applications", data={"decision": "all", "shown": shown})
    assert answer.status_code == 303
    assert "已经同意 4 位" in leader.get(answer.location).text
    assert count(Membership, Membership.way == "recruitment") == 4
    assert re.search(r"V\s?0", client.get(links[0]).text)


def test_only_the_ticked_are_accepted_or_refused(client, client_for, hall):
    for n in range(3):
        hall.apply(client, name=f"袁{'隆平大'[n]}", phone=f"1381234567{n}")
    leader = client_for(hall.leader)
    ids = list(make.db.session.scalars(sa.select(Application.id).order_by(Application.id)))
    form = {"decision": "accept", "shown": ids, "chosen": ids[:1]}
    leader.post(f"{hall.path}/applications", data=form)
    assert count(Membership, Membership.way == "recruitment") == 1
    form = {"decision": "refuse", "shown": ids, "chosen": ids[1:2], "reason": "这次人满了"}
    answer = leader.post(f"{hall.path}/applications", data=form)
    assert "已经答复 1 位" in leader.get(answer.location).text
    assert count(Application, Application.state == "waiting") == 1


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"decision": "accept"}, 422),
        ({"decision": "maybe", "chosen": "1"}, 422),
        ({}, 422),
        ({"decision": "refuse", "reason": " "}, 422),
        ({"decision": "refuse", "reason": "长" * 301}, 422),
        ({"decision": "accept", "chosen": "99999999999999999999"}, 422),
        ({"decision": "all", "shown": "abc"}, 422),
    ],
)
def test_an_answer_that_is_not_clear_decides_nothing(client, client_for, hall, form, status):
    hall.apply(client)
    id = make.db.session.scalar(sa.select(Application.id))
    if form.get("decision") == "refuse":
        form = form | {"chosen": id}
    answer = client_for(hall.leader).post(f"{hall.path}/applications", data=form)
    assert answer.status_code == status
    assert "error-summary" in answer.text
    if form.get("decision") == "refuse":
        assert re.search(rf'value="{id}" checked', answer.text)
    assert count(Application, Application.state == "waiting") == 1


def test_another_teams_intake_and_strangers_are_not_found(client_for, hall):
    other = make.team(hall.community)
    leader = client_for(make.leader(other))
    assert leader.get(f"/teams/{other.id}/intakes/{hall.id}").status_code == 404
    strangers = [make.leader(other), make.person(hall.community)]
    strangers.append(make.staff(COMMUNITY_STAFF, make.community()))
    for stranger in strangers:
        client = client_for(stranger)
        for ending in ("", "/applications", "/paper", "/poster", "/slips"):
            assert client.get(hall.path + ending).status_code == 404
        for ending in ("/applications", "/paper", "/close"):
            assert client.post(hall.path + ending, data={"decision": "all"}).status_code == 404


def test_who_asks_for_a_look_stands_first_and_the_button_leaves_out_whom_the_counter_must_see(
    client, client_for, hall
):
    hall.apply(client)
    child = make.person(
        hall.community, name="陈小明", phone="+8613812345999", born_on=dt.date(2014, 1, 1), status=WAITING
    )
    hall.apply(client, name=child.name, phone="13812345999", born_on="2014-01-01", guardian_name="陈建国",
               guardian_relation="parent", guardian_phone="13912340000", guardian_consent="y")  # fmt: skip
    grown, small = make.db.session.scalars(sa.select(Application.id).order_by(Application.id))
    page = client_for(hall.leader).get(f"{hall.path}/applications").text
    assert re.findall(r'name="shown" value="(\d+)"', page) == [str(grown)]
    assert re.findall(r'name="chosen" value="(\d+)"', page) == [str(small), str(grown)]
    assert page.index('name="chosen"') < page.index('value="all"')
    assert "同意这 1 位" in page
    assert "另外 1 位要先到服务台" in page


def test_an_auditor_reads_and_does_not_decide(client, client_for, hall):
    hall.apply(client)
    auditor = client_for(make.staff(AUDITOR, hall.community))
    page = auditor.get(f"{hall.path}/applications").text
    assert "袁*" in page
    assert 'value="all"' not in page
    assert auditor.post(f"{hall.path}/applications", data={"decision": "all"}).status_code == 403
    assert auditor.post(f"{hall.path}/close").status_code == 403
    assert auditor.get(f"{hall.path}/slips").status_code == 403
    assert auditor.post(f"/teams/{hall.team.id}/intakes", data={"title": "招募"}).status_code == 403


def test_a_paper_form_and_its_slip(client_for, hall):
    leader = client_for(hall.leader)
    answer = leader.post(f"{hall.path}/paper", data=hall.form(name="李桂芳", phone=None))
    assert answer.location == f"{hall.path}/paper"
    assert "收下了" in leader.get(answer.location).text
    assert leader.post(f"{hall.path}/paper", data=hall.form(consent=None)).status_code == 422
    ids = list(make.db.session.scalars(sa.select(Application.id)))
    leader.post(f"{hall.path}/applications", data={"decision": "all", "shown": ids})
    assert f"{hall.path}/slips" in leader.get(f"{hall.path}/applications").text
    slips = leader.get(f"{hall.path}/slips").text
    assert "李桂芳" in slips
    assert "都有手机" not in slips


def test_the_accepted_set_a_password_and_are_signed_in(client, client_for, hall):
    link = hall.apply(client).location
    assert client.post(f"{link}/password", data={"password": GOOD}).status_code == 409
    ids = list(make.db.session.scalars(sa.select(Application.id)))
    client_for(hall.leader).post(f"{hall.path}/applications", data={"decision": "all", "shown": ids})
    page = client.get(link).text
    assert "欢迎您加入萤火虫志愿服务队" in page
    for weak in ("", "short", "woaini1314", "13812345678"):
        answer = client.post(f"{link}/password", data={"password": weak})
        assert answer.status_code == 422
        assert "error-summary" in answer.text
    answer = client.post(f"{link}/password", data={"password": GOOD})
    assert (answer.status_code, answer.location) == (303, "/welcome")
    assert client.get("/me").status_code == 200
    number = make.db.session.scalar(sa.select(Person.number).order_by(Person.id.desc()))
    another = client.application.test_client()
    signed_in = another.post("/sign-in", data={"account": number, "password": GOOD})
    assert signed_in.status_code == 303
    assert "直接登录" in another.get(link).text
    assert another.post(f"{link}/password", data={"password": "other-8-moon"}).status_code == 409


def test_a_receipt_takes_a_limited_number_of_tries(client, client_for, hall, monkeypatch):
    link = hall.apply(client).location
    monkeypatch.setattr(apply_views, "PASSWORDS_PER_RECEIPT", 1)
    assert client.post(f"{link}/password", data={"password": "short"}).status_code == 409
    assert client.post(f"{link}/password", data={"password": "short"}).status_code == 429


def test_the_refused_see_the_reason(client, client_for, hall):
    link = hall.apply(client).location
    ids = list(make.db.session.scalars(sa.select(Application.id)))
    form = {"decision": "refuse", "chosen": ids, "reason": "这次只招本社区的邻居"}
    client_for(hall.leader).post(f"{hall.path}/applications", data=form)
    page = client.get(link).text
    assert "这次没有通过" in page
    assert "这次只招本社区的邻居" in page


def test_overdue_applications_stand_on_the_desk(client, client_for, hall):
    """R010."""
    hall.apply(client)
    staff = client_for(make.staff(COMMUNITY_STAFF, hall.community))
    assert "袁*" not in staff.get("/desk/waiting/applications").text
    with clock.fixed(clock.now() + dt.timedelta(days=14)):
        staff = client_for(make.staff(COMMUNITY_STAFF, hall.community))
        page = staff.get("/desk/waiting/applications").text
        assert "袁* 想加入 萤火虫志愿服务队" in page
        assert f"{hall.path}/applications" in page
        assert "/desk/waiting/applications" in staff.get("/desk").text


def test_my_teams_show_applications_that_wait(client, client_for, hall):
    hall.apply(client)
    page = client_for(hall.leader).get("/my-teams").text
    assert "招募来的报名等您答复" in page
    assert f"{hall.path}/applications" in page
