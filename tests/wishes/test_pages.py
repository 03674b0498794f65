"""The pages of wishes, as each visitor sees them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import html5lib
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from tests.conftest import NOW
from tests.wishes.conftest import Village
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.people.models import AUDITOR, PersonSkill
from volunteer.wishes.models import Claim, FollowUp, Wish

ClientFor = Callable[[Any], FlaskClient]
CANARIES = [
    *(f"金丝雀{sign}" for sign in "甲乙丙丁戊己庚辛"),
    *(f"1770000{n:04d}" for n in range(7)),
    *(f"鸟巢路{n}号" for n in range(8)),
    *(f"秘密嘱咐{n}" for n in range(7)),
]


def parsed(answer: Any, status: int = 200) -> str:
    """The page, which must parse without any fault and have one h1 and a title."""
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    page = str(answer.get_data(as_text=True))
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(page)
    assert parser.errors == []
    assert len(tree.findall(".//h1")) == 1
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    return page


def plant(village: Village) -> list[Wish]:
    """Wishes in every state whose private data are canaries."""
    names, phones, addresses, notes = CANARIES[:8], CANARIES[8:15], CANARIES[15:23], CANARIES[23:]
    states = (
        "published",
        "claimed",
        "fulfilled",
        "confirmed",
        "closed",
        "collected",
        "taken_down",
        "published",
    )
    return [
        make.wish(
            village.grid,
            state=state,
            contact_name=names[n],
            contact_phone=phones[n % 7],
            address=addresses[n],
            private_note=notes[n % 7],
        )
        for n, state in enumerate(states)
    ]


def test_the_wall_and_the_public_pages_hold_none_of_thirty_canaries(
    client: FlaskClient, client_for: ClientFor, village: Village
) -> None:
    wishes = plant(village)
    assert len(set(CANARIES)) == 30
    for visitor in (client, client_for(village.volunteer), client_for(village.other_staff)):
        pages = [visitor.get("/wishes")] + [visitor.get(f"/wishes/{wish.id}") for wish in wishes]
        whole = " ".join(page.get_data(as_text=True) + str(page.headers) for page in pages)
        assert [canary for canary in CANARIES if canary in whole] == []
        statuses = [page.status_code for page in pages]
        assert statuses == [200] * 6 + [404, 404] + [200]


def test_staff_pages_show_contact_data_only_after_asking(client_for: ClientFor, village: Village) -> None:
    wishes = plant(village)
    visitor = client_for(village.staff)
    pages = [visitor.get(f"/desk/wishes/{wish.id}") for wish in wishes] + [
        visitor.get("/desk/wishes?tab=claimed")
    ]
    whole = " ".join(page.get_data(as_text=True) for page in pages)
    assert [canary for canary in CANARIES if canary in whole] == []
    asked = parsed(visitor.post(f"/wishes/{wishes[0].id}/contact"))
    for canary in (
        wishes[0].contact_name,
        wishes[0].contact_phone,
        wishes[0].address,
        wishes[0].private_note,
    ):
        assert canary in asked


def test_the_wall_shows_what_waits_newest_first_and_counts_the_year(
    client: FlaskClient, village: Village
) -> None:
    make.wish(
        village.grid, public_text="一盏护眼台灯，晚上写作业用。", kind="goods", price_yuan=120, number="7001"
    )
    make.wish(village.grid, wanted_weekday=2, wanted_part="afternoon", number="7002")
    make.wish(village.grid, state="fulfilled", public_text="这个已经实现")
    page = parsed(client.get("/wishes"))
    assert "今年征集 3 个，已实现 1 个。" in page
    assert page.index("编号 7002") < page.index("编号 7001")
    assert "桔苑社区 · 编号 7001" in page
    assert "一位独居老人 · 约 120 元" in page
    assert "一位独居老人 · 周三下午有空" in page
    assert "这个已经实现" not in page
    only_goods = parsed(client.get("/wishes?kind=goods"))
    assert "编号 7001" in only_goods
    assert "编号 7002" not in only_goods


def test_the_wall_has_pages_and_refuses_strange_ones(client: FlaskClient, village: Village) -> None:
    for n in range(22):
        make.wish(village.grid, number=f"80{n:02d}")
    first = parsed(client.get("/wishes"))
    assert "编号 8021" in first
    assert "编号 8001" not in first
    before = first.split("before=")[1].split('"')[0]
    assert "编号 8001" in parsed(client.get(f"/wishes?before={before}"))
    for strange in ("x", "-1", "9" * 30, "1e3"):
        assert client.get(f"/wishes?before={strange}").status_code == 422
    assert client.get("/wishes?kind=nonsense").status_code == 200


def test_the_number_of_statements_does_not_grow_with_the_wishes(
    client_for: ClientFor, village: Village, count_statements: Callable[[], list[str]]
) -> None:
    visitor, staff = client_for(village.volunteer), client_for(village.staff)
    addresses = [(visitor, "/wishes"), (visitor, "/my-wishes"), (staff, "/desk/wishes?tab=claimed"),
                 (staff, "/desk/follow-ups")]  # fmt: skip

    def statements() -> list[int]:
        found = []
        for browser, address in addresses:
            before = len(count_statements())
            parsed(browser.get(address))
            found.append(len(count_statements()) - before)
        return found

    def fill() -> None:
        make.wish(village.grid)
        make.wish(village.grid, state="claimed", claimer=village.volunteer)
        make.wish(village.grid, state="confirmed", claimer=village.volunteer)

    fill()
    statements()  # a new connection of PostgreSQL asks a question of its own
    few = statements()
    for _n in range(5):
        fill()
    assert statements() == few
    assert max(few) <= 8


def test_a_claim_from_the_wall_leads_to_the_wish_and_the_next_step(
    client_for: ClientFor, village: Village, db: Any
) -> None:
    wish = make.wish(village.grid)
    visitor = client_for(village.volunteer)
    assert "我来圆愿" in parsed(visitor.get("/wishes"))
    answer = visitor.post(f"/wishes/{wish.id}/claim")
    assert (answer.status_code, answer.location) == (303, f"/wishes/{wish.id}")
    page = parsed(visitor.get(f"/wishes/{wish.id}"))
    assert "请在 11月24日 周二 10:00 前联系心愿人。" in page
    assert "查看联系方式" in page
    assert "王桂兰" not in page
    assert "等您联系" in parsed(visitor.get("/my-wishes"))


def test_who_comes_too_late_is_told_on_the_page_of_the_wish(client_for: ClientFor, village: Village) -> None:
    wish = make.wish(village.grid, state="claimed")
    page = parsed(client_for(village.volunteer).post(f"/wishes/{wish.id}/claim"), 409)
    assert "这个心愿已经有人认领了" in page


def test_a_claim_sent_twice_is_one_claim(client_for: ClientFor, village: Village, db: Any) -> None:
    wish = make.wish(village.grid)
    visitor = client_for(village.volunteer)
    sent = {"form_key": "a" * 22 + ".claim"}
    for _time in range(2):
        assert visitor.post(f"/wishes/{wish.id}/claim", data=sent).status_code == 303
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Claim)) == 1


def test_the_claimer_sees_the_contact_once_asked_and_each_look_is_recorded(
    client_for: ClientFor, village: Village, db: Any
) -> None:
    wish = make.wish(village.grid, state="claimed", claimer=village.volunteer)
    visitor = client_for(village.volunteer)
    page = parsed(visitor.post(f"/wishes/{wish.id}/contact"))
    for secret in ("王桂兰", "13800138000", "麓山南路12号3栋401", "按两下门铃"):
        assert secret in page
    assert db.session.scalar(sa.select(AuditEntry.act).order_by(AuditEntry.id.desc())) == "wish_contact_seen"
    again = visitor.get(f"/wishes/{wish.id}/contact")
    assert (again.status_code, again.location) == (303, f"/wishes/{wish.id}")
    for stranger in (village.wisher, village.other_staff):
        assert client_for(stranger).post(f"/wishes/{wish.id}/contact").status_code == 404


def test_the_claimer_goes_all_the_way(client_for: ClientFor, village: Village, db: Any) -> None:
    wish = make.wish(village.grid, state="claimed", claimer=village.volunteer, wisher_id=village.wisher.id)
    visitor, wisher = client_for(village.volunteer), client_for(village.wisher)
    assert visitor.post(f"/wishes/{wish.id}/get-in-touch").status_code == 303
    assert visitor.post(f"/wishes/{wish.id}/get-in-touch").status_code == 409
    parsed(visitor.get(f"/wishes/{wish.id}/fulfil"))
    future = {"fulfilled_on": "2026-11-22", "note": "写好的话"}
    assert "写好的话" in parsed(visitor.post(f"/wishes/{wish.id}/fulfil", data=future), 422)
    early = {"fulfilled_on": "2026-11-20", "note": "写好的话"}
    assert "写好的话" in parsed(visitor.post(f"/wishes/{wish.id}/fulfil", data=early), 409)
    done = {"fulfilled_on": "2026-11-21", "note": ""}
    assert visitor.post(f"/wishes/{wish.id}/fulfil", data=done).status_code == 303
    assert "收到了吗" in parsed(wisher.get("/my-wishes"))
    assert "志愿者说在 11月21日 办到了" in parsed(wisher.get(f"/wishes/{wish.id}/confirm"))
    parsed(wisher.post(f"/wishes/{wish.id}/confirm", data={}), 422)
    assert wisher.post(f"/wishes/{wish.id}/confirm", data={"answer": "no"}).status_code == 409
    assert wisher.post(f"/wishes/{wish.id}/confirm", data={"answer": "yes"}).status_code == 303
    db.session.refresh(wish)
    assert wish.state == "confirmed"


@pytest.mark.parametrize("undo", ["cancel-claim", "take-down"])
def test_undoing_asks_for_a_reason_first(client_for: ClientFor, village: Village, db: Any, undo: str) -> None:
    wish = make.wish(village.grid, state="claimed", claimer=village.volunteer, wisher_id=village.wisher.id)
    doer = village.volunteer if undo == "cancel-claim" else village.wisher
    visitor, address = client_for(doer), f"/wishes/{wish.id}/{undo}"
    parsed(visitor.get(address))
    parsed(visitor.post(address, data={"reason": ""}), 422)
    assert visitor.post(address, data={"reason": "有事"}).status_code == 303
    db.session.refresh(wish)
    assert wish.state == ("published" if undo == "cancel-claim" else "taken_down")
    assert client_for(village.other_staff).get(address).status_code == 404


def test_a_resident_files_a_wish_and_keeps_what_was_typed(
    client_for: ClientFor, village: Village, db: Any
) -> None:
    visitor = client_for(village.wisher)
    page = parsed(visitor.get("/wishes/new"))
    assert 'value="王桂兰"' in page
    assert "for_whom" not in page
    typed = {
        "public_text": "想学用手机", "kind": "service", "weekday": "2", "part": "morning", "price_yuan": "",
        "contact_name": "王桂兰", "contact_phone": "0731-88123456", "address": "麓山南路12号", "private_note": "",
    }  # fmt: skip
    assert "想学用手机" in parsed(visitor.post("/wishes/new", data=typed), 409)  # without consent
    strange = {**typed, "consent": "y", "price_yuan": "1e9", "contact_phone": "很长"}
    parsed(visitor.post("/wishes/new", data=strange), 422)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Wish)) == 0
    answer = visitor.post("/wishes/new", data={**typed, "consent": "y"})
    assert (answer.status_code, answer.location) == (303, "/my-wishes")
    wish = db.session.scalars(sa.select(Wish)).one()
    assert (wish.wanted_weekday, wish.wanted_part, wish.price_yuan) == (2, "morning", None)
    assert "想学用手机" in parsed(visitor.get("/my-wishes"))
    assert "想学用手机" in parsed(visitor.get(f"/wishes/{wish.id}"))
    assert client_for(village.volunteer).get(f"/wishes/{wish.id}").status_code == 404


def test_staff_file_for_a_registered_neighbour(client_for: ClientFor, village: Village, db: Any) -> None:
    visitor = client_for(village.staff)
    page = parsed(visitor.get("/wishes/new"))
    assert "和馨园社区" not in page
    typed = {
        "for_whom": "other", "area": str(village.grid.id), "wisher_number": "V99999999", "consent_by": "wisher",
        "wisher_words": "一位老人", "public_text": "想学用手机", "kind": "service", "contact_name": "王桂兰",
        "contact_phone": "13800138000", "address": "麓山南路12号", "consent": "y",
    }  # fmt: skip
    gone = make.person(village.grid, status="disabled")
    for number in ("V99999999", gone.number):
        page = parsed(visitor.post("/wishes/new", data={**typed, "wisher_number": number}), 422)
        assert "没有找到这个志愿者编号" in page
        assert f'value="{number}"' in page
        assert "麓山南路12号" in page
    elsewhere = {**typed, "wisher_number": "", "area": str(village.elsewhere.id)}
    parsed(visitor.post("/wishes/new", data=elsewhere), 422)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Wish)) == 0
    known = {**typed, "wisher_number": village.wisher.number}
    assert visitor.post("/wishes/new", data=known).status_code == 303
    wish = db.session.scalars(sa.select(Wish)).one()
    assert (wish.wisher_id, wish.area_id, wish.collected_by_id) == (
        village.wisher.id,
        village.grid.id,
        village.staff.id,
    )


WORDS = {
    "public_text": "想有人陪着下盘象棋。", "wisher_words": "一位独居老人", "kind": "company", "price_yuan": "",
    "skill": "company", "weekday": "2", "part": "afternoon", "how": "上门看过", "reason": "",
}  # fmt: skip


def test_staff_verify_and_the_refusal_names_what_must_go(
    client_for: ClientFor, village: Village, db: Any
) -> None:
    wish = make.wish(village.grid, state="collected", public_text="王奶奶想下棋，电话13800138000")
    visitor, address = client_for(village.staff), f"/desk/wishes/{wish.id}"
    page = parsed(visitor.get(address))
    assert "请去掉“王奶奶”" in page
    assert "请去掉“13800138000”" in page
    bad = {
        **WORDS,
        "version": str(wish.version),
        "decision": "publish",
        "public_text": "住麓山南路的老人想下棋",
    }
    page = parsed(visitor.post(address, data=bad), 409)
    assert "请去掉“麓山南路”" in page
    assert "住麓山南路的老人想下棋" in page
    good = {**WORDS, "version": str(wish.version), "decision": "publish"}
    assert visitor.post(address, data=good).status_code == 303
    db.session.refresh(wish)
    assert (wish.state, wish.wanted_skill, wish.wanted_weekday) == ("published", "company", 2)


def test_of_two_editors_the_second_gets_409_and_keeps_what_was_typed(
    client_for: ClientFor, village: Village, db: Any
) -> None:
    wish = make.wish(village.grid)
    visitor, address, seen = client_for(village.staff), f"/desk/wishes/{wish.id}", str(wish.version)
    first = {**WORDS, "version": seen, "decision": "amend", "public_text": "第一个人改的"}
    assert visitor.post(address, data=first).status_code == 303
    second = {**WORDS, "version": seen, "decision": "amend", "public_text": "第二个人改的"}
    page = parsed(visitor.post(address, data=second), 409)
    assert "别人刚刚改过这里" in page
    assert "第二个人改的</textarea>" in page
    assert "第一个人改的" in page
    db.session.refresh(wish)
    assert wish.public_text == "第一个人改的"
    assert f'name="version" type="hidden" value="{wish.version}"' in page
    assert visitor.post(address, data={**second, "version": str(wish.version)}).status_code == 303
    for strange in ("", "x", "9" * 40, "-1"):
        assert visitor.post(address, data={**second, "version": strange}).status_code == 409


@pytest.mark.parametrize(("decision", "state"), [("refuse", "refused"), ("refer", "referred")])
def test_staff_put_a_wish_aside_and_take_it_back(
    client_for: ClientFor, village: Village, db: Any, decision: str, state: str
) -> None:
    wish = make.wish(village.grid, state="collected", wisher_id=village.wisher.id)
    visitor, address = client_for(village.staff), f"/desk/wishes/{wish.id}"
    sent = {**WORDS, "version": str(wish.version), "decision": decision}
    parsed(visitor.post(address, data=sent), 409)  # without a reason
    assert visitor.post(address, data={**sent, "reason": "报给区慈善会"}).status_code == 303
    db.session.refresh(wish)
    assert wish.state == state
    assert "报给区慈善会" in parsed(client_for(village.wisher).get("/my-wishes"))
    parsed(visitor.get(address))
    assert visitor.post(f"{address}/restore").status_code == 303
    parsed(visitor.post(f"{address}/restore"), 409)


def test_desk_pages_of_another_community_are_not_there(client_for: ClientFor, village: Village) -> None:
    wish = make.wish(village.grid, state="confirmed")
    other, resident = client_for(village.other_staff), client_for(village.volunteer)
    for address in ("", "/matches", "/revoke"):
        assert other.get(f"/desk/wishes/{wish.id}{address}").status_code == 404
        assert resident.get(f"/desk/wishes/{wish.id}{address}").status_code == 404
    for deed in ("", "/restore", "/assign"):
        assert other.post(f"/desk/wishes/{wish.id}{deed}", data={"person_id": "1"}).status_code == 404
    assert wish.number not in parsed(other.get("/desk/wishes?tab=confirmed"))
    assert resident.get("/desk/wishes").status_code == 403
    assert resident.get("/desk/follow-ups").status_code == 403


def test_an_auditor_reads_the_desk_and_does_nothing(client_for: ClientFor, village: Village) -> None:
    wish = make.wish(village.grid)
    visitor = client_for(make.staff(AUDITOR, village.subdistrict))
    assert wish.number in parsed(visitor.get("/desk/wishes?tab=published"))
    page = parsed(visitor.get(f"/desk/wishes/{wish.id}"))
    assert "查看联系方式" not in page
    assert visitor.post(f"/desk/wishes/{wish.id}", data=WORDS).status_code == 404
    assert visitor.post(f"/wishes/{wish.id}/contact").status_code == 404


def test_the_desk_counts_each_tab_and_finds_the_overdue(
    client_for: ClientFor, village: Village, db: Any
) -> None:
    make.wish(village.grid, state="collected")
    late = make.wish(village.grid, state="claimed", number="9001")
    make.wish(village.grid, state="claimed", number="9002")
    db.session.execute(
        sa.update(Claim).where(Claim.wish_id == late.id).values(contact_by=NOW - dt.timedelta(hours=1))
    )
    visitor = client_for(village.staff)
    page = parsed(visitor.get("/desk/wishes?tab=claimed"))
    assert "已认领 2" in page
    assert "待核实 1" in page
    assert "超期没联系 1" in page
    page = parsed(visitor.get("/desk/wishes?tab=claimed&overdue=1"))
    assert "9001" in page
    assert "9002" not in page


def test_staff_find_somebody_and_record_the_claim(client_for: ClientFor, village: Village, db: Any) -> None:
    wish = make.wish(village.grid, wanted_skill="company")
    db.session.add(PersonSkill(person_id=village.volunteer.id, skill="company"))
    db.session.commit()
    visitor, address = client_for(village.staff), f"/desk/wishes/{wish.id}"
    page = parsed(visitor.get(f"{address}/matches")).split("<main")[1]
    assert page.index("李强") < page.index("周敏")
    assert "会心愿需要的：陪老人聊天。" in page
    assert "请 TA 来圆愿" in page
    for strange in ("", "x", "9" * 30):
        assert visitor.post(f"{address}/assign", data={"person_id": strange}).status_code == 422
    assert visitor.post(f"{address}/assign", data={"person_id": str(village.volunteer.id)}).status_code == 303
    page = parsed(visitor.post(f"{address}/assign", data={"person_id": str(village.wisher.id)}), 409)
    assert "已经有人认领了" in page
    parsed(visitor.get(f"{address}/revoke"))
    assert visitor.post(f"{address}/revoke", data={"reason": "超期"}).status_code == 303
    assert "超期" in parsed(visitor.get(address))


def test_staff_follow_up_and_close(client_for: ClientFor, village: Village, db: Any) -> None:
    wish = make.wish(village.grid, state="confirmed", claimer=village.volunteer)
    visitor = client_for(village.staff)
    with clock.fixed(NOW + dt.timedelta(days=7)):
        assert "该回访了" in parsed(client_for(village.staff).get("/desk/follow-ups"))
    visit = db.session.scalars(sa.select(FollowUp)).one()
    address = f"/desk/follow-ups/{visit.id}"
    parsed(visitor.get(address))
    parsed(visitor.post(address, data={}), 422)
    assert "有问题时" in parsed(visitor.post(address, data={"result": "resume", "reason": ""}), 409)
    assert client_for(village.other_staff).get(address).status_code == 404
    assert visitor.post(address, data={"result": "satisfied", "reason": "很好"}).status_code == 303
    db.session.refresh(wish)
    assert wish.state == "closed"
    parsed(visitor.get(address))
    parsed(visitor.post(address, data={"result": "satisfied"}), 409)
    parsed(visitor.get("/desk/follow-ups"))


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
@pytest.mark.parametrize(
    "state",
    [
        "collected",
        "refused",
        "referred",
        "published",
        "claimed",
        "fulfilled",
        "confirmed",
        "closed",
        "taken_down",
    ],
)
def test_every_page_of_a_wish_in_every_state_is_whole(
    client_for: ClientFor, village: Village, db: Any, state: str, language: str
) -> None:
    wish = make.wish(village.grid, state=state, claimer=village.volunteer, wisher_id=village.wisher.id)
    for someone in (village.wisher, village.volunteer, village.staff):
        someone.language = language
    db.session.commit()
    wisher, volunteer, staff = (
        client_for(someone) for someone in (village.wisher, village.volunteer, village.staff)
    )
    parsed(wisher.get(f"/wishes/{wish.id}"))
    parsed(wisher.get(f"/wishes/{wish.id}/confirm"))
    parsed(wisher.get("/my-wishes"))
    parsed(volunteer.get("/my-wishes"))
    parsed(staff.get(f"/wishes/{wish.id}"))
    parsed(staff.get(f"/desk/wishes/{wish.id}"))
    parsed(staff.get(f"/desk/wishes/{wish.id}/matches"))
    for tab in ("collected", "published", "claimed", "fulfilled", "confirmed", "closed", "aside", "nonsense"):
        parsed(staff.get(f"/desk/wishes?tab={tab}"))


def test_who_is_not_signed_in_is_led_to_the_way_in(client: FlaskClient, village: Village) -> None:
    wish = make.wish(village.grid)
    assert "登录后来圆愿" in parsed(client.get(f"/wishes/{wish.id}"))
    for address in (
        "/wishes/new",
        "/my-wishes",
        "/desk/wishes",
        f"/desk/wishes/{wish.id}",
        f"/wishes/{wish.id}/fulfil",
    ):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer.location.startswith("/sign-in")
    for address in (
        f"/wishes/{wish.id}/claim",
        f"/wishes/{wish.id}/contact",
        f"/desk/wishes/{wish.id}/assign",
    ):
        assert client.post(address).status_code == 302
    assert client.get("/wishes/999999999999999999").status_code == 404
