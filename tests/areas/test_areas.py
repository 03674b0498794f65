"""The tree of areas: paths, scope, look-ups."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.areas import queries, rules, service
from volunteer.areas.models import COMMUNITY, GRID, SUBDISTRICT, Area
from volunteer.people.models import COMMUNITY_STAFF, SUBDISTRICT_STAFF, SYSTEM_ADMIN, Person


def add(**more):
    return service.add(**{"actor_id": None, "code": "x", "level": SUBDISTRICT, "name": "麓谷街道", **more})


def test_path_lists_the_ids_from_the_root(db):
    root = add(code="lugu")
    community = add(code="luyuan", level=COMMUNITY, name="麓源社区", parent=root)
    grid = add(code="luyuan-1", level=GRID, name="第一网格", parent=community)
    assert grid.path == f"/{root.id}/{community.id}/{grid.id}/"
    assert queries.by_code("luyuan") is community
    assert queries.children(community) == [grid]


def test_a_community_needs_a_subdistrict_above(db):
    with pytest.raises(service.WrongPlaceInTree):
        add(level=COMMUNITY)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Area)) == 0


def test_a_grid_does_not_lie_directly_below_a_subdistrict(db):
    root = add(code="lugu")
    with pytest.raises(service.WrongPlaceInTree):
        add(code="g", level=GRID, parent=root)


def test_a_level_nobody_knows_is_refused(db):
    with pytest.raises(service.WrongPlaceInTree):
        add(level="province")


def test_a_code_is_used_once(db):
    root = add(code="lugu")
    with pytest.raises(service.CodeTaken):
        add(code="lugu", level=COMMUNITY, parent=root)
    assert queries.children(root) == []


def test_communities_can_be_kept_within_a_scope(db):
    root = make.subdistrict()
    mine, _other = make.community(root), make.community(root)
    make.grid(mine)
    assert len(queries.communities()) == 2
    assert queries.communities([mine.path]) == [mine]
    assert queries.communities([]) == []


def test_a_path_is_no_prefix_of_a_neighbour_with_a_longer_number(db):
    first, inside, neighbour = make.subdistrict(), make.community(), make.community()
    first.path, inside.path, neighbour.path = "/1/", "/1/2/", "/12/"
    db.session.flush()
    assert queries.within_paths(["/1/"]) == [first, inside]
    assert queries.within_paths([""]) == []


def test_the_community_of_a_grid_is_two_steps_below_the_root():
    assert rules.community_path("/1/5/22/") == "/1/5/"
    assert rules.community_path("/1/") == "/1/"


def test_ids_within_hold_the_whole_subtree(db):
    grid = make.grid()
    person = make.person(grid)
    outside = make.person()
    ids = queries.ids_within([grid.path[: grid.path.rindex(f"{grid.id}/")]])
    found = db.session.scalars(sa.select(Person).where(Person.area_id.in_(ids))).all()
    assert person in found
    assert outside not in found


def test_a_role_reaches_down_but_not_sideways_or_up(db):
    root = make.subdistrict()
    mine, other = make.community(root), make.community(root)
    actor = make.actor(make.staff(COMMUNITY_STAFF, mine))
    assert actor.has_role_over(make.grid(mine).path, COMMUNITY_STAFF)
    assert not actor.has_role_over(other.path, COMMUNITY_STAFF)
    assert not actor.has_role_over(root.path, COMMUNITY_STAFF)
    assert not actor.has_role_over(mine.path, SUBDISTRICT_STAFF)


def test_an_administrator_holds_every_role_below(db):
    root = make.subdistrict()
    actor = make.actor(make.staff(SYSTEM_ADMIN, root))
    assert actor.has_role_over(make.community(root).path, COMMUNITY_STAFF)
