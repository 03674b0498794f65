"""Teams below teams: founding, changing, moving, and how the tree is shown."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.errors import NotAllowed
from volunteer.people.models import AUDITOR, COMMUNITY_STAFF, SUBDISTRICT_STAFF
from volunteer.teams import queries, rules, service, tree
from volunteer.teams.models import Team


def acts(db):
    return list(db.session.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.id)))


def staff_of(area):
    return make.actor(make.staff(COMMUNITY_STAFF, area))


def found(actor, area, **more):
    return service.found(
        **{"actor": actor, "area_id": area.id, "kind": "volunteer", "name": "萤火虫", **more}
    )


def path_of(db, team):
    return db.session.scalar(sa.select(Team.path).where(Team.id == team.id))


def test_a_list_is_indented_under_what_stands_above_it():
    assert rules.indents(["/1/", "/1/2/", "/1/2/5/", "/1/3/", "/4/"]) == [0, 1, 2, 1, 0]
    assert rules.indents(["/1/2/", "/1/3/", "/9/", "/9/4/7/"]) == [0, 0, 0, 1]
    assert rules.indents([]) == []


def test_paths_are_read_from_the_top():
    assert rules.path_below("/7/", 31) == "/7/31/"
    assert rules.path_below("", 7) == "/7/"
    assert rules.path_ids("/7/31/") == [7, 31]
    assert rules.levels("/7/31/") == 2


def test_a_team_is_founded_under_another_one(db):
    root = make.subdistrict()
    area = make.community(root)
    parent = make.team(root, kind="party_branch")
    team = found(staff_of(area), area, parent_id=parent.id, kind="school", name=" 麓谷小学 ", name_en=" ")
    assert team.path == f"/{parent.id}/{team.id}/"
    assert (team.name, team.name_en, team.kind) == ("麓谷小学", None, "school")
    assert re.fullmatch(r"t-[0-9a-z]{8}", team.code)
    assert acts(db) == ["team_founded"]


def test_a_parent_that_does_not_fit_is_refused(db):
    root = make.subdistrict()
    area = make.community(root)
    parents = [make.team(make.community(root)).id, make.team(area, closed_at=clock.now()).id, 10**15]
    for parent_id in parents:
        with pytest.raises(service.UnknownParent):
            found(staff_of(area), area, parent_id=parent_id)
    assert acts(db) == []


@pytest.mark.parametrize("name", ["", "   ", "长" * 81])
def test_a_team_without_a_proper_name_is_refused(db, name):
    area = make.community()
    with pytest.raises(service.NameNeeded):
        found(staff_of(area), area, name=name)
    assert acts(db) == []


def test_the_tree_has_a_deepest_level(db):
    area = make.community()
    team = None
    for _ in range(rules.MOST_LEVELS):
        team = make.team(area, parent=team)
    db.session.commit()
    with pytest.raises(service.TooDeep):
        found(staff_of(area), area, parent_id=team.id)
    db.session.rollback()
    pair = make.team(area)
    make.team(parent=pair)
    with pytest.raises(service.TooDeep):
        service.move(actor=staff_of(area), team_id=pair.id, parent_id=team.parent_id)
    assert acts(db) == []


def test_staff_change_what_is_written_about_a_team(db):
    area = make.community()
    team, actor = make.team(area, name="旧名"), staff_of(area)
    words = {"kind": "unit", "name": "新名", "name_en": "New", "focus": "环保"}
    assert service.edit(actor=actor, team_id=team.id, **words) is True
    assert service.edit(actor=actor, team_id=team.id, **words) is False
    (entry,) = db.session.scalars(sa.select(AuditEntry)).all()
    assert (entry.act, entry.details["before"]["name"], entry.details["after"]["name"]) == (
        "team_changed", "旧名", "新名",
    )  # fmt: skip


def test_others_do_not_change_a_team(db):
    area = make.community()
    team = make.team(area, name="旧名")
    people = [make.leader(team), make.person(), make.staff(AUDITOR, area)]
    for actor in [make.actor(person) for person in people] + [staff_of(make.community())]:
        with pytest.raises(NotAllowed):
            service.edit(actor=actor, team_id=team.id, kind="unit", name="新名")
        with pytest.raises(NotAllowed):
            service.move(actor=actor, team_id=team.id, parent_id=None)
    assert acts(db) == []


def test_a_closed_team_is_neither_changed_nor_moved(db):
    area = make.community()
    team = make.team(area, closed_at=clock.now())
    with pytest.raises(service.ClosedForGood):
        service.edit(actor=staff_of(area), team_id=team.id, kind="unit", name="新名")
    with pytest.raises(service.ClosedForGood):
        service.move(actor=staff_of(area), team_id=team.id, parent_id=make.team(area).id)
    assert acts(db) == []


def test_a_moved_team_takes_its_subtree_along(db):
    area = make.community()
    first, second = make.team(area), make.team(area)
    middle = make.team(parent=first)
    leaf = make.team(parent=middle)
    actor = staff_of(area)
    assert service.move(actor=actor, team_id=middle.id, parent_id=second.id) is True
    assert service.move(actor=actor, team_id=middle.id, parent_id=second.id) is False
    assert path_of(db, middle) == f"/{second.id}/{middle.id}/"
    assert path_of(db, leaf) == f"/{second.id}/{middle.id}/{leaf.id}/"
    assert service.move(actor=actor, team_id=middle.id, parent_id=None) is True
    assert path_of(db, leaf) == f"/{middle.id}/{leaf.id}/"
    assert path_of(db, first) == f"/{first.id}/"
    assert acts(db) == ["team_moved", "team_moved"]


def test_a_team_never_stands_below_itself(db):
    area = make.community()
    top = make.team(area)
    leaf = make.team(parent=make.team(parent=top))
    for parent_id in [top.id, leaf.id]:
        with pytest.raises(service.OwnSubtree):
            service.move(actor=staff_of(area), team_id=top.id, parent_id=parent_id)
    assert path_of(db, top) == f"/{top.id}/"
    assert acts(db) == []


def test_ids_that_begin_alike_are_not_taken_for_each_other(db):
    area = make.community()
    one, eleven = make.team(area, id=1001), make.team(area, id=10011)
    child = make.team(parent=eleven)
    service.move(actor=staff_of(area), team_id=one.id, parent_id=eleven.id)
    assert path_of(db, child) == f"/10011/{child.id}/"
    assert path_of(db, one) == "/10011/1001/"


def test_the_list_shows_the_tree(client, db):
    area = make.community()
    parent = make.team(area, name="党总支")
    between = make.team(area, name="别的队")
    child = make.team(parent=parent, name="第一支部")
    lines = queries.teams_near(area_path="", person_id=None)
    assert [(line.team.id, line.indent) for line in lines] == [
        (parent.id, 0), (child.id, 1), (between.id, 0),
    ]  # fmt: skip
    assert 'class="tree tree-1"' in client.get("/teams").text


def test_a_child_in_another_rank_is_not_indented(db):
    root = make.subdistrict()
    area = make.community(root)
    parent = make.team(root)
    child = make.team(area, parent=parent)
    person = make.person(area)
    lines = queries.teams_near(area_path=make.actor(person).area_path, person_id=person.id)
    assert [(line.team.id, line.indent) for line in lines] == [(child.id, 0), (parent.id, 0)]


def test_the_list_turns_pages_in_the_order_of_the_tree(db):
    area = make.community()
    tops = [make.team(area) for _ in range(11)]
    low = make.team(parent=tops[0])
    seen, after = [], None
    while True:
        lines = queries.teams_near(area_path="", person_id=None, after=after, limit=3)
        seen += [line.team.id for line in lines[:3]]
        if len(lines) < 4:
            break
        after = lines[2].cursor
    assert seen == [tops[0].id, low.id, *(top.id for top in tops[1:])]


def test_the_page_shows_above_and_below(client):
    parent = make.team(name="麓谷党总支")
    team = make.team(parent=parent, name="萤火虫")
    child = make.team(parent=team, name="萤火虫二队")
    make.team(parent=team, name="散了的队", closed_at=clock.now())
    make.member(child)
    page = client.get(f"/teams/{team.id}").text
    assert f'href="/teams/{parent.id}"' in page
    assert "萤火虫二队" in page
    assert "1 位队员" in page
    assert "散了的队" not in page


def test_staff_found_and_change_from_the_pages(client_for, db):
    area = make.community()
    client = client_for(make.staff(COMMUNITY_STAFF, area))
    parent = make.team(area, name="党总支")
    page = client.get(f"/teams/new?parent={parent.id}").text
    assert re.search(rf'<option selected value="{parent.id}">', page)
    form = {"kind": "party_branch", "name": "第一支部", "area": area.id, "parent": parent.id, "code": ""}
    answer = client.post("/teams/new", data=form)
    team = db.session.scalars(sa.select(Team).where(Team.name == "第一支部")).one()
    assert answer.location == f"/teams/{team.id}"
    assert (team.kind, team.parent_id) == ("party_branch", parent.id)
    edited = client.post(f"/teams/{team.id}/edit", data={"kind": "school", "name": "第二支部"})
    assert edited.status_code == 303
    assert client.post(f"/teams/{team.id}/move", data={"parent": 0}).status_code == 303
    db.session.expire_all()
    assert (team.name, team.kind, team.path) == ("第二支部", "school", f"/{team.id}/")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"name": ""}, "请填写这一项"), ({"kind": "club"}, "请从列出的队伍类型里选"), ({"area": 0}, "请从列出的区域里选"),
     ({"parent": "x"}, "请从列出的队伍里选"), ({"code": "taken"}, "这个代码已经有队伍在用")],
)  # fmt: skip
def test_a_wrong_form_keeps_what_was_typed(client_for, db, wrong, words):
    area = make.community()
    make.team(area, code="taken")
    client = client_for(make.staff(COMMUNITY_STAFF, area))
    form = {"kind": "unit", "name": "新队", "area": area.id, "parent": 0, "focus": "助学", **wrong}
    answer = client.post("/teams/new", data=form)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="助学"' in answer.text
    assert acts(db) == []


def test_a_move_to_a_wrong_place_says_so(client_for, db):
    area = make.community()
    client = client_for(make.staff(COMMUNITY_STAFF, area))
    team, elsewhere = make.team(area), make.team()
    answer = client.post(f"/teams/{team.id}/move", data={"parent": elsewhere.id})
    assert answer.status_code == 422
    assert "请从列出的队伍里选" in answer.text
    assert acts(db) == []


def test_pages_of_staff_are_not_for_others(client_for, db):
    area = make.community()
    team = make.team(area)
    people = [
        make.leader(team), make.person(area), make.staff(COMMUNITY_STAFF, make.community()), make.staff(AUDITOR, area),
    ]  # fmt: skip
    for person in people:
        client = client_for(person)
        for page in ["edit", "close"]:
            assert client.get(f"/teams/{team.id}/{page}").status_code == 404
            assert client.post(f"/teams/{team.id}/{page}").status_code == 404
        assert client.post(f"/teams/{team.id}/move").status_code == 404
    assert client_for(people[0]).get("/teams/new").status_code == 403
    assert acts(db) == []


def test_a_select_of_parents_holds_what_covers_the_area(db):
    root = make.subdistrict()
    area, other = make.community(root), make.community(root)
    above, own, beside = make.team(root), make.team(area), make.team(other)
    make.team(area, closed_at=clock.now())
    assert [team.id for team, _area in tree.possible_parents([area.path])] == [above.id, own.id]
    paths = make.actor(make.staff(SUBDISTRICT_STAFF, root)).scope_paths(SUBDISTRICT_STAFF)
    assert [team.id for team, _area in tree.possible_successors(paths, but=own)] == [above.id, beside.id]


def test_the_team_page_needs_no_more_queries_for_more_teams_below(client, count_statements):
    team = make.team()
    make.team(parent=team)
    seen = count_statements()
    client.get(f"/teams/{team.id}")
    seen.clear()
    client.get(f"/teams/{team.id}")
    few = len(seen)
    for _ in range(6):
        make.member(make.team(parent=team))
    seen.clear()
    client.get(f"/teams/{team.id}")
    assert len(seen) == few
