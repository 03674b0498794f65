"""Pages of people: register, profile, password, language."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.core import crypto
from volunteer.people import queries
from volunteer.people.models import (
    NumberSeries,
    Person,
)
from volunteer.privacy import rules as privacy_rules

PASSWORD = "tree-7-lamp"


def register_form(community, **more):
    form = {
        "name": "陈小明",
        "phone": "13812345678",
        "password": PASSWORD,
        "area": community.id,
        "born_on": "1970-05-04",
        "consent": "y",
    }
    return {name: value for name, value in {**form, **more}.items() if value is not None}


def people_count(db):
    return db.session.scalar(sa.select(sa.func.count()).select_from(Person))


def test_registering_leads_to_signing_in_and_to_the_number(client, db):
    answer = client.post("/register", data=register_form(make.community()))
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/welcome")
    page = client.get(answer.location).text
    assert "登记收到了" in page
    assert 'value="13812345678"' in page
    answer = client.post(answer.location, data={"account": "13812345678", "password": PASSWORD})
    assert answer.location == "/welcome"
    page = client.get("/welcome").text
    assert "V000" in page
    title, _end, rest = page.partition("</title>")
    assert "陈小明，这是您的志愿者编号" in rest
    assert "陈小明" not in title


def test_the_phone_stands_in_no_address_and_not_readable_in_the_cookie(client):
    answer = client.post("/register", data=register_form(make.community()))
    assert "138" not in answer.location
    with client.session_transaction() as cookie:
        assert "12345678" not in str(dict(cookie))
    client.get("/sign-in")
    assert "12345678" not in client.get("/sign-in").text  # shown once, then forgotten


def test_registering_twice_with_one_form_is_registering_once(client, db):
    form = register_form(make.community()) | {"form_key": crypto.token()}
    first = client.post("/register", data=form).location
    again = client.post("/register", data=form)
    assert (again.status_code, again.location) == (303, first)
    assert people_count(db) == 1


def test_the_language_being_read_becomes_the_persons(client, db):
    client.post("/register", data=register_form(make.community()), headers={"Accept-Language": "en-GB"})
    assert db.session.scalars(sa.select(Person)).one().language == "en"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": "12345"}, "请填真实姓名"),
        ({"name": "陈\u202e明"}, "看不见的特殊字符"),
        ({"name": None}, "请填写这一项"),
        ({"phone": "110"}, "手机号"),
        ({"phone": None}, "请填写手机号"),
        ({"password": "short"}, "至少要 8 位"),
        ({"password": "woaini1314"}, "太常见"),
        ({"password": "13812345678"}, "自己的手机号"),
        ({"password": "x" * 5000}, "最多 128 位"),
        ({"born_on": "2026-02-30"}, "真实的日期"),
        ({"born_on": "1066-01-01"}, "真实的日期"),
        ({"born_on": "2027-01-01"}, "真实的出生日期"),
        ({"area": "99999999999999999999"}, "选"),
        ({"area": "NaN"}, "选"),
        ({"area": None}, "选"),
        ({"consent": None}, "勾选同意"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_is_kept(client, db, wrong, sentence):
    form = register_form(make.community(), **wrong)
    answer = client.post("/register", data=form)
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    if "选" not in sentence:
        assert sentence in answer.text
    if "phone" not in wrong:
        assert "13812345678" in answer.text
    assert PASSWORD not in answer.text
    assert people_count(db) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(NumberSeries)) == 0


def test_registrations_from_one_address_are_limited(client, monkeypatch):
    monkeypatch.setattr("volunteer.people.views.entrance.REGISTRATIONS_PER_ADDRESS", 2)
    area = make.community()
    for _ in range(2):
        assert client.post("/register", data=register_form(area, consent=None)).status_code == 422
    assert client.post("/register", data=register_form(area)).status_code == 429


def test_a_poster_chooses_the_community(client):
    area = make.community()
    make.community()
    assert f'selected value="{area.id}"' in client.get(f"/register?community={area.code}").text
    assert client.get("/register?community=nowhere").status_code == 200


def test_a_stranger_is_sent_to_sign_in(client):
    for path in ["/me", "/me/skills", "/me/password", "/welcome", "/desk/people", "/desk/people/new"]:
        assert "/sign-in?next=" in client.get(path).location, path


def test_the_own_page_masks_the_phone(client_for):
    page = client_for(make.person(phone="+8613812345678")).get("/me").text
    assert "138****5678" in page
    assert "13812345678" not in page


def test_skills_and_free_time_are_kept(client_for, db):
    person = make.person()
    client = client_for(person)
    answer = client.post(
        "/me/skills", data={"skills": ["haircut", "music"], "slots": ["5-morning", "6-evening"]}
    )
    assert answer.location == "/me"
    assert queries.skills_of(person.id) == ["haircut", "music"]
    assert queries.slots_of(person.id) == [(5, "morning"), (6, "evening")]
    assert client.get("/me/skills").text.count("checked") == 4
    assert "理发" in client.get("/me").text


@pytest.mark.parametrize(
    "form", [{"skills": ["flying"]}, {"slots": ["9-morning"]}, {"slots": ["0-night"]}, {"slots": ["x"]}]
)
def test_choices_that_are_not_offered_are_refused(client_for, form):
    person = make.person()
    assert client_for(person).post("/me/skills", data=form).status_code == 422
    assert queries.skills_of(person.id) == []
    assert queries.slots_of(person.id) == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"password": "wrong-password"}, "现在的密码不对"),
        ({"again": "another-one-7"}, "两次输入的新密码不一样"),
        ({"new_password": "123456789", "again": "123456789"}, "太常见"),
        ({"new_password": ""}, "请填写这一项"),
    ],
)
def test_a_password_is_not_changed_when_something_is_wrong(client_for, db, wrong, sentence):
    person = make.person(password=PASSWORD)
    before = person.password_hash
    form = {"password": PASSWORD, "new_password": "boat-9-river", "again": "boat-9-river", **wrong}
    answer = client_for(person).post("/me/password", data=form)
    assert answer.status_code == 422
    assert sentence in answer.text
    db.session.refresh(person)
    assert person.password_hash == before


def test_a_second_click_on_change_password_shows_the_first_answer(client_for):
    client = client_for(make.person(password=PASSWORD))
    form = {
        "password": PASSWORD,
        "new_password": "boat-9-river",
        "again": "boat-9-river",
        "form_key": crypto.token(),
    }
    assert client.post("/me/password", data=form).status_code == 303
    assert client.post("/me/password", data=form).status_code == 303


@pytest.mark.parametrize("value", ["zh-Hant", "zh_Hant"])
def test_a_visitor_chooses_a_language_for_this_browser(client, value):
    answer = client.post("/language", data={"language": value, "next": "/register"})
    assert (answer.status_code, answer.location) == (303, "/register")
    assert 'lang="zh-Hant"' in client.get("/register").text


def test_a_person_keeps_the_language(client_for, db):
    person = make.person()
    client_for(person).post("/language", data={"language": "en", "next": "/me"})
    db.session.refresh(person)
    assert person.language == "en"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/me/sessions", "", None])
def test_choosing_a_language_returns_to_pages_of_this_site_only(client, target):
    form = {"language": "en"} | ({} if target is None else {"next": target})
    assert client.post("/language", data=form).location == "/"


def test_an_unknown_language_is_refused(client):
    assert client.post("/language", data={"language": "xx"}).status_code == 422


def test_large_type_is_kept_by_the_browser_and_by_the_person(client, client_for, db):
    client.post("/elder-mode", data={"elder_mode": "1", "next": "/register"})
    assert 'class="elder"' in client.get("/register").text
    person = make.person()
    client_for(person).post("/elder-mode", data={"elder_mode": "1"})
    db.session.refresh(person)
    assert person.elder_mode
    client_for(person).post("/elder-mode", data={"elder_mode": "0"})
    db.session.refresh(person)
    assert not person.elder_mode


def test_the_privacy_notice_is_open_to_all(client):
    page = client.get("/privacy").text
    assert re.search(r"版本：\d{4}-\d{2}", page)
    for heading in ["谁在处理", "用来做什么", "收哪些信息", "保存多久", "您的权利"]:
        assert heading in page


def test_the_notice_says_what_the_tables_and_the_settings_say(app, client):
    """R143: kinds, sensitive ones with their own switch, retention times as they are set, rights."""
    app.config["KEEP_MESSAGES_DAYS"] = 47
    page = client.get("/privacy").text
    assert "我们不收身份证号" not in page
    for kind in ("证件种类和号码", "住址", "学校", "性别", "监护人"):
        assert kind in page
    for switch in privacy_rules.SWITCHES.values():
        assert str(switch.label) in page
    settings = (
        "KEEP_SIGN_INS_DAYS",
        "KEEP_WISH_CONTACTS_DAYS",
        "KEEP_GUARDIANS_DAYS",
        "KEEP_RIGHTS_DAYS",
        "KEEP_CHECK_IN_MARKS_DAYS",
        "RIGHTS_DAYS",
    )
    for days in (47, *(app.config[name] for name in settings)):
        assert f"{days} 天" in page
    app.config["KEEP_MESSAGES_DAYS"] = 365
