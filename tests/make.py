"""Builders: `make.occurrence(series)` says in a test what matters; the defaults are boring.

Each commits, so that requests in the same test see it. They use the services
where those exist; plain rows only where a service would drag a story along.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from typing import Any

from volunteer.acting.models import Card, Delegation
from volunteer.activities.models import ActivityPhoto, Occurrence, Regular, Series, SignUp, StandIn
from volunteer.activities.repeating.rrule import WEEKDAYS
from volunteer.activities.service import extend
from volunteer.areas.models import COMMUNITY, GRID, SUBDISTRICT, Area
from volunteer.attendance.models import TaskReport
from volunteer.core import clock, crypto, files
from volunteer.core.database import db
from volunteer.credentials.models import Credential
from volunteer.hours.models import EarningRule, Objection, Proposal
from volunteer.ledger import models as ledger
from volunteer.ledger import service as ledger_service
from volunteer.people import finding, identity, pins
from volunteer.people.identity import Actor
from volunteer.people.models import (
    DEPUTY,
    LEADER,
    USUAL_RIGHTS,
    Consent,
    Grant,
    Guardian,
    Person,
    RecordAccess,
    RegistrationReceipt,
)
from volunteer.points.models import Item, StockMovement
from volunteer.teams.models import MEMBER, Intake, Invitation, Membership, Team
from volunteer.teams.service import intake as intakes
from volunteer.teams.service import invitations
from volunteer.wishes.models import Claim, FollowUp, Wish

_count = itertools.count(1)


def _keep(row: Any) -> Any:
    db.session.add(row)
    db.session.commit()
    return row


def area(level: str = COMMUNITY, parent: Area | None = None, **more: Any) -> Area:
    n = next(_count)
    row = Area(
        parent_id=parent.id if parent else None, level=level, code=f"area-{n}", name=f"第{n}社区", path=""
    )
    for name, value in more.items():
        setattr(row, name, value)
    db.session.add(row)
    db.session.flush()
    row.path = f"{parent.path if parent else '/'}{row.id}/"
    db.session.commit()
    return row


def subdistrict(**more: Any) -> Area:
    return area(SUBDISTRICT, **{"name": "麓谷街道", **more})


def community(parent: Area | None = None, **more: Any) -> Area:
    return area(COMMUNITY, parent or subdistrict(), **more)


def grid(parent: Area | None = None, **more: Any) -> Area:
    return area(GRID, parent or community(), **more)


def person(
    area: Area | None = None,
    *,
    phone: str | None = None,
    password: str | None = None,
    verified: bool = True,
    **more: Any,
) -> Person:
    """Somebody of 1970 with an invented phone; `password` is hashed only when given (it is slow).

    `verified`: staff have seen a document, so that certificates are possible.
    """
    n = next(_count)
    phone = phone or f"+86139{n:08d}"
    row = Person(
        number=f"V9{n:07d}",
        name="陈小明",
        name_hash="",
        phone=phone,
        phone_hash=crypto.look_up_hash("phone", phone),
        area_id=(area or community()).id,
        born_on=dt.date(1970, 5, 4),
        registered_at=clock.now(),
        verified_at=clock.now() if verified else None,
    )
    for name, value in more.items():
        setattr(row, name, value)
    if password is not None:
        from volunteer.people.sessions import hash_password

        row.password_hash = hash_password(password)
    row.name_hash = finding.name_hash(row.name)
    _keep(row)
    finding.write_keys([(row.id, row.name, row.phone, db.session.get_one(Area, row.area_id).path)])
    db.session.commit()
    return row


def guardian(ward: Person, *, withdrawn: bool = False) -> Guardian:
    """Somebody who agreed for a minor, with the consent."""
    now = clock.now()
    _keep(
        Consent(
            person_id=ward.id,
            kind="guardian",
            notice_version="2026-11",
            given_at=now,
            way="in_person",
            withdrawn_at=now if withdrawn else None,
        )
    )
    return _keep(
        Guardian(
            ward_id=ward.id,
            name="陈大明",
            relation="parent",
            phone="+8613912345678",
            recorded_at=now,
            recorded_by_id=ward.id,
        )
    )


def waiting_child(area: Area | None = None) -> tuple[Person, str]:
    """A child who registered alone, and the token of the receipt."""
    child = person(area, born_on=dt.date(2016, 1, 1), status="waiting", verified=False)
    token = crypto.token()
    _keep(
        RegistrationReceipt(
            token_hash=crypto.look_up_hash("registration", token),
            area_id=child.area_id,
            person_id=child.id,
            received_at=child.registered_at,
        )
    )
    return child, token


def actor(person: Person) -> Actor:
    db.session.commit()
    return identity.load(person.id)


def grant(
    person: Person,
    role: str,
    *,
    area: Area | None = None,
    team: Team | None = None,
    rights: Sequence[str] = USUAL_RIGHTS,
) -> Grant:
    """A role over an area, or over a team with these rights."""
    scope = area or team
    assert scope is not None
    return _keep(
        Grant(
            person_id=person.id,
            role=role,
            scope_kind="area" if area else "team",
            scope_id=scope.id,
            rights="" if area else " ".join(rights),
            granted_at=clock.now(),
        )
    )


def staff(role: str, area: Area, **more: Any) -> Person:
    row = person(area, **{"name": "周敏", **more})
    grant(row, role, area=area)
    return row


def team(area: Area | None = None, *, parent: Team | None = None, **more: Any) -> Team:
    """A team, perhaps below another one, whose area it shares unless told otherwise."""
    n = next(_count)
    area_id = area.id if area else parent.area_id if parent else community().id
    row = Team(
        code=f"team-{n}",
        area_id=area_id,
        parent_id=parent.id if parent else None,
        kind="volunteer",
        name=f"第{n}志愿服务队",
        founded_at=clock.now(),
    )
    for name, value in more.items():
        setattr(row, name, value)
    _keep(row)
    row.path = row.path or f"{parent.path if parent else '/'}{row.id}/"
    db.session.commit()
    return row


def member(team: Team, someone: Person | None = None, *, state: str = MEMBER) -> Person:
    someone = someone or person(db.session.get_one(Area, team.area_id))
    now = clock.now()
    _keep(
        Membership(
            team_id=team.id,
            person_id=someone.id,
            state=state,
            requested_at=now,
            joined_at=now if state == MEMBER else None,
        )
    )
    return someone


def record_access(child: Person, asked_by: Person | None = None) -> RecordAccess:
    """Somebody of the staff has asked to open a minor's record and waits for an answer."""
    asked_by = asked_by or person(db.session.get_one(Area, child.area_id))
    return _keep(
        RecordAccess(person_id=child.id, asked_by_id=asked_by.id, reason="要核对", asked_at=clock.now())
    )


def leader(team: Team, someone: Person | None = None, *, rights: Sequence[str] = USUAL_RIGHTS) -> Person:
    someone = member(team, someone)
    grant(someone, LEADER, team=team, rights=rights)
    return someone


def deputy(team: Team, *, rights: Sequence[str] = USUAL_RIGHTS) -> Person:
    someone = member(team)
    grant(someone, DEPUTY, team=team, rights=rights)
    return someone


def intake(team: Team) -> tuple[Intake, str, str]:
    """An open intake with one waiting application: (the intake, its token, the token of the receipt)."""
    by = leader(team)
    row = intakes.open_intake(actor=actor(by), team_id=team.id, title="春季招募会")
    at = db.session.get_one(Area, team.area_id)
    lives_in = at.parent_id if at.level == GRID and at.parent_id else at.id
    form = intakes.Form("王小草", dt.date(1980, 5, 4), lives_in, f"139{next(_count):08d}", "female")
    receipt = intakes.apply(token=row.token, form=form, has_consented=True)
    db.session.commit()
    return row, row.token, receipt


def invitation(team: Team, leader: Person) -> tuple[Invitation, str]:
    """A code of the team that works for a week, and its token."""
    made = invitations.invite(actor=actor(leader), team_id=team.id)
    db.session.commit()
    return made, made.token


def series(team: Team | None = None, **more: Any) -> Series:
    n = next(_count)
    team = team or globals()["team"]()
    charge = more.pop("person_in_charge", None) or person(db.session.get_one(Area, team.area_id))
    row = Series(
        code=f"series-{n}",
        team_id=team.id,
        area_id=team.area_id,
        category="环境整治",
        title="周五卫生大扫除",
        title_en="Friday clean-up",
        place="社区广场",
        risk_statement="无",
        person_in_charge_id=charge.id,
        starts_on=clock.today(),
        start_time=dt.time(15, 0),
        duration_minutes=120,
        capacity=20,
        renewed_until=clock.today() + dt.timedelta(days=365),
        created_at=clock.now(),
    )
    for name, value in more.items():
        setattr(row, name, value)
    if not row.is_repeating and row.made_until is None:
        row.made_until = dt.date.max  # its one date is for `occurrence` to make
    return _keep(row)


def occurrence(of: Series | None = None, *, starts_at: dt.datetime | None = None, **more: Any) -> Occurrence:
    """Tomorrow at three in the afternoon unless `starts_at` says otherwise."""
    of = of or series()
    n = next(_count)
    starts_at = starts_at or clock.at_local(clock.today() + dt.timedelta(days=1), dt.time(15, 0))
    row = Occurrence(
        series_id=of.id,
        original_on=dt.date(2000, 1, 1) + dt.timedelta(days=n),
        issue_number=n,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(minutes=of.duration_minutes),
        place=of.place,
        capacity=of.capacity,
    )
    for name, value in more.items():
        setattr(row, name, value)
    return _keep(row)


def sign_up(occurrence: Occurrence, someone: Person | None = None) -> SignUp:
    """A place taken, with the count kept right."""
    someone = someone or person()
    occurrence.taken += 1
    return _keep(
        SignUp(
            occurrence_id=occurrence.id,
            person_id=someone.id,
            signed_up_at=clock.now(),
            signed_up_by_id=someone.id,
        )
    )


def pair(occurrence: Occurrence, holder: Person, partner: Person, *, state: str = "asked") -> SignUp:
    """A place for which a partner is asked, or has agreed."""
    row = sign_up(occurrence, holder)
    row.partner_id, row.partner_state = partner.id, state
    return _keep(row)


def weekly(starts_on: dt.date, **more: Any) -> Series:
    """Every week on that day, its dates made for weeks ahead, with a leader in charge; standing sign-ups welcome."""
    of = team()
    values = {"regular_places": 5, "recurrence": f"FREQ=WEEKLY;BYDAY={WEEKDAYS[starts_on.weekday()]}"}
    row = series(of, person_in_charge=leader(of), starts_on=starts_on, **values | more)
    extend([row.id])
    db.session.commit()
    return row


def regular(series: Series, someone: Person, **more: Any) -> Regular:
    """A standing sign-up for every date."""
    row = Regular(
        series_id=series.id, person_id=someone.id, begun_at=clock.now(), begun_by_id=someone.id, **more
    )
    return _keep(row)


def task_report(of: Series, someone: Person, **more: Any) -> tuple[Occurrence, TaskReport]:
    """A task of the week with a place of the person, and what was done of it today, with a picture."""
    begins = clock.at_local(clock.today(), dt.time(0, 0))
    date = occurrence(
        of, starts_at=begins, ends_at=begins + dt.timedelta(days=7, seconds=-1), is_flexible=True
    )
    sign_up(date, someone)
    picture = files.keep(files.Prepared(b"a picture", files.JPEG), by_id=someone.id)
    values = {"did_on": clock.today(), "minutes": 60, "reported_at": clock.now(), **more}
    row = TaskReport(occurrence_id=date.id, person_id=someone.id, file_id=picture.id, **values)
    return date, _keep(row)


def stand_in(place: SignUp, asked: Person | None = None, **more: Any) -> StandIn:
    """Somebody looks for a stand-in: anybody, or one person."""
    row = StandIn(
        sign_up_id=place.id, asked_person_id=asked.id if asked else None, asked_at=clock.now(), **more
    )
    return _keep(row)


def earning_rule(points_per_hour: int = 10, **more: Any) -> EarningRule:
    row = EarningRule(points_per_hour=points_per_hour, valid_from=dt.date(2018, 1, 1), created_at=clock.now())
    for name, value in more.items():
        setattr(row, name, value)
    return _keep(row)


def points(someone: Person, amount: int) -> None:
    """Points to spend, out of the issuing account."""
    book, person_kind = ledger.POINTS, ledger_service.PERSON
    issue = ledger_service.account(
        book=book, owner_kind=ledger_service.SYSTEM, owner_id=0, purpose=ledger_service.ISSUE
    )
    main = ledger_service.account(book=book, owner_kind=person_kind, owner_id=someone.id)
    key = f"make:{next(_count)}"
    ledger_service.move(
        ledger_service.Movement(book, issue, main, amount, "earned", key, key, clock.now()), recorded_by=None
    )
    db.session.commit()


def helper(of: Person, *rights: str, someone: Person | None = None) -> Person:
    """Somebody who may act for `of` with these rights."""
    someone = someone or person(db.session.get_one(Area, of.area_id), name="林小芳")
    _keep(
        Delegation(
            person_id=of.id,
            helper_id=someone.id,
            may_sign_up="sign_up" in rights,
            may_wish="wish" in rights,
            may_redeem="redeem" in rights,
            relation="child",
            way="self",
            given_at=clock.now(),
        )
    )
    return someone


def card(of: Person, *, pin: str | None = None) -> str:
    """A card in force; gives its token. `pin` is hashed only when given (it is slow)."""
    token = crypto.token()
    if pin is not None:
        of.pin_hash = pins.hash_pin(pin)
    _keep(
        Card(
            person_id=of.id,
            token=token,
            token_hash=crypto.look_up_hash("card", token),
            issued_at=clock.now(),
            issued_by_id=of.id,
        )
    )
    return token


def item(area: Area | None = None, *, stock: int = 10, **more: Any) -> Item:
    """A towel for ten points, with its first movement of stock."""
    n = next(_count)
    row = Item(
        code=f"item-{n}", area_id=(area or community()).id, name="毛巾", name_en="Towel", price_points=10
    )
    for name, value in more.items():
        setattr(row, name, value)
    row.available, row.held = stock, 0
    _keep(row)
    if stock:
        _keep(
            StockMovement(
                item_id=row.id, kind="in", available_change=stock, held_change=0, moved_at=clock.now()
            )
        )
    return row


def wish(
    area: Area | None = None, *, state: str = "published", claimer: Person | None = None, **more: Any
) -> Wish:
    """Somebody's wish for company; from 'claimed' on with a claim by `claimer`."""
    n = next(_count)
    now = clock.now()
    row = Wish(
        number=f"{n:04d}",
        area_id=(area or community()).id,
        kind="company",
        state=state,
        public_text="想有人每周陪我说说话，下盘象棋。",
        wisher_words="一位独居老人",
        contact_name="王桂兰",
        contact_phone="13800138000",
        address="麓山南路12号3栋401",
        private_note="按两下门铃",
        note_way="in_person",
        consent_version="2026-11",
        consent_at=now,
        collected_at=now,
        collected_by_id=more.pop("collected_by_id", None) or person().id,
    )
    if state not in ("collected", "refused", "referred"):
        row.verified_at, row.verified_by_id, row.verified_how = now, row.collected_by_id, "上门看过"
    done = state in ("fulfilled", "confirmed", "closed")
    row.fulfilled_on = clock.today() if done else None
    for name, value in more.items():
        setattr(row, name, value)
    _keep(row)
    if done or state == "claimed":
        claimer = claimer or person()
        _keep(
            Claim(
                wish_id=row.id,
                person_id=claimer.id,
                state="fulfilled" if done else "active",
                claimed_at=now,
                claimed_by_id=claimer.id,
                contact_by=now + dt.timedelta(days=3),
            )
        )
    if state in ("confirmed", "closed"):
        row.confirmed_at = now
        visit = FollowUp(wish_id=row.id, due_on=clock.today() + dt.timedelta(days=7))
        if state == "closed":
            visit.done_at, visit.done_by_id, visit.result = now, row.collected_by_id, "satisfied"
        _keep(visit)
    return row


def credential(someone: Person | None = None, *, proof: bytes | None = None, **more: Any) -> Credential:
    """A first-aid training of last month by a colleague; `proof` is kept as the PDF that it begins like."""
    someone = someone or person()
    row = Credential(
        person_id=someone.id,
        kind="training",
        name="急救培训",
        unit="街道红十字会",
        learning_minutes=120,
        happened_on=clock.today() - dt.timedelta(days=30),
        recorded_at=clock.now(),
        recorded_by_id=more.pop("recorded_by_id", None) or person().id,
    )
    for name, value in more.items():
        setattr(row, name, value)
    if row.kind != "training":
        row.learning_minutes = more.get("learning_minutes")
    if proof is not None:
        row.proof_id = files.keep(files.Prepared(proof, files.PDF), by_id=someone.id).id
    return _keep(row)


def objection(of: Occurrence, someone: Person | None = None) -> Objection:
    """Somebody says that the roll call forgot them."""
    someone = someone or person()
    return _keep(
        Objection(
            occurrence_id=of.id, person_id=someone.id, kind="missing", text="漏记了我", raised_at=clock.now()
        )
    )


def proposal(of: Occurrence, by: Person, someone: Person | None = None) -> Proposal:
    """Late hours of one person, handed in for approval with a picture of the sheet."""
    someone = someone or person()
    evidence = files.keep(files.Prepared(b"%PDF-1.4", files.PDF), by_id=by.id)
    mark = {"person_id": someone.id, "attendance": "present"}
    return _keep(
        Proposal(
            occurrence_id=of.id,
            kind="back_filled",
            marks={"people": [mark], "extension": {"minutes": 0, "reason": ""}},
            reason="签到表压在抽屉里了",
            evidence_id=evidence.id,
            proposed_at=clock.now(),
            proposed_by_id=by.id,
        )
    )


def photo(of: Occurrence, by: Person) -> ActivityPhoto:
    """A picture of an activity; its bytes are none that could be shown."""
    kept = files.keep(files.Prepared(b"picture", files.JPEG), by_id=by.id)
    return _keep(
        ActivityPhoto(
            series_id=of.series_id,
            occurrence_id=of.id,
            file_id=kept.id,
            added_at=clock.now(),
            added_by_id=by.id,
        )
    )
