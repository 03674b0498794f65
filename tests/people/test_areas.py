"""The tree of areas: who sees it, adds to it and renames in it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.areas import service as area_service
from volunteer.areas.models import GRID, Area
from volunteer.audit.models import AuditEntry
from volunteer.people import area_counts
from volunteer.people.models import AUDITOR, COMMUNITY_STAFF, COUNTER_CLERK, SUBDISTRICT_STAFF, SYSTEM_ADMIN


def names(db):
    return set(db.session.scalars(sa.select(Area.name)))


@pytest.fixture
def tree(db):
    class Tree:
        root = make.subdistrict(name="麓谷街道")
        area = make.community(root, name="麓源社区")
        grid = make.grid(area, name="第一网格")
        staff = make.staff(SUBDISTRICT_STAFF, root)

    return Tree


def test_counts_include_what_lies_below(db, tree):
    make.person(tree.grid)
    make.person(tree.area)
    make.person(tree.area, status="disabled")
    branches = area_counts.branches([tree.root, tree.area, tree.grid])
    assert [(branch.area.id, branch.depth, branch.people, branch.staff) for branch in branches] == [
        (tree.root.id, 0, 3, 1),
        (tree.area.id, 1, 2, 0),
        (tree.grid.id, 2, 1, 0),
    ]


def test_a_community_and_a_grid_are_added(client_for, db, tree):
    client = client_for(tree.staff)
    form = {"name": "桔苑社区", "name_en": "Juyuan", "code": "430104-9"}
    assert client.post(f"/desk/areas/{tree.root.id}/new", data=form).status_code == 303
    made = db.session.scalars(sa.select(Area).where(Area.code == "430104-9")).one()
    assert (made.level, made.parent_id, made.name_en) == ("community", tree.root.id, "Juyuan")
    assert client.post(f"/desk/areas/{made.id}/new", data={"name": "第二网格"}).status_code == 303
    grid = db.session.scalars(sa.select(Area).where(Area.parent_id == made.id)).one()
    assert grid.level == GRID
    assert grid.path == f"{made.path}{grid.id}/"
    assert "第二网格" in client.get("/desk/areas").text


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"name": " "}, 422),
        ({"name": "长" * 81}, 422),
        ({"name": "麓源社区"}, 409),
        ({"name": "新的", "code": "taken"}, 409),
        ({"name": "新的", "code": "x" * 41}, 422),
    ],
)
def test_what_cannot_be_an_area_is_refused(client_for, db, tree, form, status):
    make.community(tree.root, code="taken")
    before = names(db)
    answer = client_for(tree.staff).post(f"/desk/areas/{tree.root.id}/new", data=form)
    assert answer.status_code == status
    assert names(db) == before


def test_nothing_lies_below_a_grid(client_for, tree):
    assert client_for(tree.staff).get(f"/desk/areas/{tree.grid.id}/new").status_code == 404


def test_an_area_gets_another_name_and_the_log_both(client_for, db, tree):
    client = client_for(tree.staff)
    address = f"/desk/areas/{tree.area.id}/name"
    assert "麓源社区" in client.get(address).text
    assert client.post(address, data={"name": "麓源新村"}).status_code == 303
    assert client.post(address, data={"name": "麓源新村"}).status_code == 303
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert entry.act == "area_renamed"
    assert (entry.details["before"]["name"], entry.details["after"]["name"]) == ("麓源社区", "麓源新村")


def test_two_siblings_bear_different_names(client_for, db, tree):
    other = make.community(tree.root, name="桔苑社区")
    answer = client_for(tree.staff).post(f"/desk/areas/{other.id}/name", data={"name": "麓源社区"})
    assert answer.status_code == 409
    assert "同名" in answer.text
    assert db.session.get_one(Area, other.id).name == "桔苑社区"
    cousin = area_service.add(actor_id=None, code="c", level=GRID, name="第一网格", parent=other)
    assert cousin.name == tree.grid.name


@pytest.mark.parametrize("role", [COMMUNITY_STAFF, COUNTER_CLERK, AUDITOR, None])
def test_others_do_not_touch_the_tree(client_for, db, tree, role):
    client = client_for(make.staff(role, tree.root) if role else make.person(tree.area))
    assert client.get("/desk/areas").status_code == 403
    for path in (f"{tree.root.id}/new", f"{tree.area.id}/name"):
        assert client.get(f"/desk/areas/{path}").status_code == 404
        assert client.post(f"/desk/areas/{path}", data={"name": "我的地盘"}).status_code == 404
    assert "我的地盘" not in names(db)


def test_another_street_is_not_there(client_for, db, tree):
    stranger = make.staff(SYSTEM_ADMIN, make.subdistrict(name="别的街道"))
    client = client_for(stranger)
    assert "麓源社区" not in client.get("/desk/areas").text
    assert client.post(f"/desk/areas/{tree.root.id}/new", data={"name": "飞地"}).status_code == 404
    assert client.post(f"/desk/areas/{10**15}/name", data={"name": "飞地"}).status_code == 404


def test_the_tree_needs_as_many_statements_however_big_it_is(client_for, tree, count_statements):
    client = client_for(tree.staff)
    client.get("/desk/areas")
    seen = count_statements()
    seen.clear()
    client.get("/desk/areas")
    few = len(seen)
    for _ in range(5):
        make.person(make.grid(tree.area))
    seen.clear()
    client.get("/desk/areas")
    assert len(seen) == few <= 5
