"""Lists of wishes. What is public is selected column by column, so that nothing secret is even read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from volunteer.areas.models import GRID, Area
from volunteer.areas.queries import ids_within, within
from volunteer.audit.models import AuditEntry
from volunteer.core import clock, i18n
from volunteer.core.database import db
from volunteer.people.models import ACTIVE, Grant, Person
from volunteer.wishes import policy, rules
from volunteer.wishes.models import CLAIM_ACTIVE, CLAIM_FULFILLED, PUBLISHED, Claim, FollowUp, Wish

PAGE = 20
LONGEST_LIST = 100
_parent = aliased(Area)
_claimer = aliased(Person)
_LIVE = (CLAIM_ACTIVE, CLAIM_FULFILLED)
# The community, never the grid: a grid is a few dozen households (R118).
_COMMUNITY = sa.case((Area.level == GRID, _parent.name), else_=Area.name).label("community_zh")
_COMMUNITY_EN = sa.case((Area.level == GRID, _parent.name_en), else_=Area.name_en).label("community_en")
_PUBLIC = (
    sa.select(
        Wish.id,
        Wish.number,
        Wish.kind,
        Wish.state,
        Wish.public_text,
        Wish.wisher_words,
        Wish.price_yuan,
        Wish.wanted_weekday,
        Wish.wanted_part,
        _COMMUNITY,
        _COMMUNITY_EN,
    )
    .join(Area, Area.id == Wish.area_id)
    .outerjoin(_parent, _parent.id == Area.parent_id)
)
# For people who have to do with the wish; still nothing by which the wisher could be found.
_KNOWN = _PUBLIC.add_columns(
    Wish.wisher_id,
    Wish.version,
    Wish.collected_at,
    Wish.verified_at,
    Wish.decision_reason,
    Wish.fulfilled_on,
    Wish.confirmed_at,
    Area.path.label("area_path"),
    Claim.id.label("claim_id"),
    Claim.person_id.label("claimer_id"),
    Claim.state.label("claim_state"),
    Claim.claimed_at,
    Claim.contact_by,
    Claim.contacted_at,
    Claim.fulfilled_note,
).outerjoin(Claim, sa.and_(Claim.wish_id == Wish.id, Claim.state.in_(_LIVE)))

_WITH_CLAIMER = _KNOWN.add_columns(_claimer.name.label("claimer_name")).outerjoin(
    _claimer, _claimer.id == Claim.person_id
)


def community(row: Any) -> str:
    """The community's name in the reader's language, of a row of these lists."""
    return i18n.label(row.community_zh, row.community_en)


def wall(
    kind: str | None = None, before: int | None = None, viewer_id: int | None = None, limit: int = PAGE
) -> list[Any]:
    """Wishes that wait for somebody, newest first; one more than `limit` when there is a next page."""
    is_own = sa.case((Wish.wisher_id == (viewer_id or 0), 1), else_=0).label("is_own")
    statement = _PUBLIC.add_columns(is_own).where(Wish.state == PUBLISHED)
    if kind:
        statement = statement.where(Wish.kind == kind)
    if before is not None:
        statement = statement.where(Wish.id < before)
    return list(db.session.execute(statement.order_by(Wish.id.desc()).limit(limit + 1)))


def known(wish_id: int) -> Any | None:
    """The wish with its live claim, without contact data; the page shows of it what the visitor may see."""
    return db.session.execute(_WITH_CLAIMER.where(Wish.id == wish_id)).first()


def year_figures(today: dt.date) -> tuple[int, int]:
    """How many wishes were collected this year, and how many were fulfilled (R127)."""
    first = dt.date(today.year, 1, 1)
    row = db.session.execute(
        sa.select(
            sa.func.count().filter(Wish.collected_at >= clock.start_of(first)),
            sa.func.count().filter(Wish.fulfilled_on >= first, Wish.state.in_(rules.DONE_STATES)),
        ).select_from(Wish)
    ).one()
    return int(row[0]), int(row[1])


def of_wisher(person_id: int) -> list[Any]:
    """The wishes that a person filed for themselves, newest first."""
    statement = _KNOWN.where(Wish.wisher_id == person_id).order_by(Wish.id.desc()).limit(LONGEST_LIST)
    return list(db.session.execute(statement))


def of_claimer(person_id: int) -> list[Any]:
    """The wishes that a person has taken on or fulfilled, newest first."""
    statement = _KNOWN.where(Claim.person_id == person_id).order_by(Wish.id.desc()).limit(LONGEST_LIST)
    return list(db.session.execute(statement))


def desk(
    paths: Sequence[str], tab: str, before: int | None = None, *, overdue: bool = False, limit: int = PAGE
) -> list[Any]:
    """One tab of the desk, newest first, with the claimer's name; one more than `limit` for a next page."""
    statement = (
        _WITH_CLAIMER.where(Wish.state.in_(rules.TABS[tab]), Wish.area_id.in_(ids_within(paths)))
        .order_by(Wish.id.desc())
        .limit(limit + 1)
    )
    if overdue:
        statement = statement.where(_is_overdue(clock.now()))
    if before is not None:
        statement = statement.where(Wish.id < before)
    return list(db.session.execute(statement))


def desk_counts(paths: Sequence[str]) -> dict[str, int]:
    """How many wishes wait in each tab of the desk."""
    statement = (
        sa.select(Wish.state, sa.func.count()).where(Wish.area_id.in_(ids_within(paths))).group_by(Wish.state)
    )
    found: dict[str, int] = {state: int(count) for state, count in db.session.execute(statement)}
    return {tab: sum(found.get(state, 0) for state in states) for tab, states in rules.TABS.items()}


def overdue_count(paths: Sequence[str]) -> int:
    """Claims whose claimer has not got in touch in time (the desk's first number)."""
    statement = (
        sa.select(sa.func.count())
        .select_from(Claim)
        .join(Wish, Wish.id == Claim.wish_id)
        .where(Claim.state == CLAIM_ACTIVE, _is_overdue(clock.now()), Wish.area_id.in_(ids_within(paths)))
    )
    return db.session.scalar(statement) or 0


def _is_overdue(now: dt.datetime) -> sa.ColumnElement[bool]:
    return sa.and_(Claim.state == CLAIM_ACTIVE, Claim.contacted_at.is_(None), Claim.contact_by < now)


def overdue_claims(now: dt.datetime) -> list[Any]:
    """(wish id, number, text, claim id, claimer id, contact_by, area path) of every overdue claim."""
    statement = (
        sa.select(
            Wish.id, Wish.number, Wish.public_text, Area.path,
            Claim.id.label("claim_id"), Claim.person_id, Claim.contact_by,
        )
        .join(Wish, Wish.id == Claim.wish_id)
        .join(Area, Area.id == Wish.area_id)
        .where(_is_overdue(now))
        .order_by(Claim.id)
    )  # fmt: skip
    return list(db.session.execute(statement))


def due_follow_ups(today: dt.date) -> list[Any]:
    """Every follow-up that is due and not done, with its wish and area path."""
    statement = (
        sa.select(
            FollowUp.id, FollowUp.due_on, Wish.id.label("wish_id"), Wish.number, Wish.public_text, Area.path
        )
        .join(Wish, Wish.id == FollowUp.wish_id)
        .join(Area, Area.id == Wish.area_id)
        .where(FollowUp.done_at.is_(None), FollowUp.due_on <= today)
        .order_by(FollowUp.due_on, FollowUp.id)
    )
    return list(db.session.execute(statement))


_FOLLOW_UPS = _WITH_CLAIMER.add_columns(
    FollowUp.id.label("follow_up_id"), FollowUp.due_on, FollowUp.done_at
).join(FollowUp, FollowUp.wish_id == Wish.id)


def follow_ups(
    paths: Sequence[str], after: tuple[dt.date, int] | None = None, limit: int = PAGE
) -> list[Any]:
    """Follow-ups still to be done, soonest due first; one more than `limit` for a next page."""
    statement = (
        _FOLLOW_UPS.where(FollowUp.done_at.is_(None), Wish.area_id.in_(ids_within(paths)))
        .order_by(FollowUp.due_on, FollowUp.id)
        .limit(limit + 1)
    )
    if after is not None:
        due_on, id_ = after
        later = sa.and_(FollowUp.due_on == due_on, FollowUp.id > id_)
        statement = statement.where(sa.or_(FollowUp.due_on > due_on, later))
    return list(db.session.execute(statement))


def follow_up(follow_up_id: int) -> Any | None:
    return db.session.execute(_FOLLOW_UPS.where(FollowUp.id == follow_up_id)).first()


def due_follow_up_count(paths: Sequence[str]) -> int:
    statement = (
        sa.select(sa.func.count())
        .select_from(FollowUp)
        .join(Wish, Wish.id == FollowUp.wish_id)
        .where(
            FollowUp.done_at.is_(None),
            FollowUp.due_on <= clock.today(),
            Wish.area_id.in_(ids_within(paths)),
        )
    )
    return db.session.scalar(statement) or 0


def history(wish_id: int, limit: int = LONGEST_LIST) -> list[Any]:
    """What was done with the wish and by whom, newest first (R123)."""
    statement = (
        sa.select(AuditEntry.act, AuditEntry.happened_at, AuditEntry.details, Person.name)
        .outerjoin(Person, Person.id == AuditEntry.actor_id)
        .where(AuditEntry.object_kind == "wish", AuditEntry.object_id == wish_id)
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    return list(db.session.execute(statement))


def past_claims(wish_id: int) -> list[Any]:
    """Claims that were cancelled or revoked, with the reason and the claimer's name, newest first."""
    statement = (
        sa.select(Claim.state, Claim.claimed_at, Claim.ended_at, Claim.reason, Person.name)
        .join(Person, Person.id == Claim.person_id)
        .where(Claim.wish_id == wish_id, Claim.state.not_in(_LIVE))
        .order_by(Claim.id.desc())
        .limit(LONGEST_LIST)
    )
    return list(db.session.execute(statement))


def other_recent_wishes(wisher_id: int | None, wish_id: int, days: int = 90) -> int:
    """R131: how many other wishes the same person filed lately."""
    if wisher_id is None:
        return 0
    since = clock.now() - dt.timedelta(days=days)
    statement = (
        sa.select(sa.func.count())
        .select_from(Wish)
        .where(Wish.wisher_id == wisher_id, Wish.id != wish_id, Wish.collected_at >= since)
    )
    return db.session.scalar(statement) or 0


def staff_in_charge(area_paths: Iterable[str]) -> dict[str, list[int]]:
    """For each area the people nearest in charge: the community's staff, else the sub-district's."""
    chains = {path: [int(part) for part in path.strip("/").split("/")] for path in set(area_paths)}
    scope_ids = {id_ for chain in chains.values() for id_ in chain}
    statement = (
        sa.select(Grant.scope_id, Grant.person_id)
        .join(Person, Person.id == Grant.person_id)
        .where(
            Grant.scope_kind == "area",
            Grant.scope_id.in_(scope_ids),
            Grant.role.in_(policy.IN_CHARGE),
            Person.status == ACTIVE,
        )
        .order_by(Grant.person_id, Grant.id)
    )
    by_scope: dict[int, list[int]] = {}
    for scope_id, person_id in db.session.execute(statement):
        people = by_scope.setdefault(scope_id, [])
        if person_id not in people:
            people.append(person_id)
    return {
        path: next((by_scope[id_] for id_ in reversed(chain) if id_ in by_scope), [])
        for path, chain in chains.items()
    }


def collecting_areas(paths: Sequence[str]) -> list[Area]:
    """Communities and grids for which somebody may file wishes, in the order of the tree."""
    statement = sa.select(Area).where(within(Area.path, paths)).order_by(Area.path, Area.id).limit(500)
    return list(db.session.scalars(statement))
