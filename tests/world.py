"""Community A with one of everything, community B next door, and one visitor of each kind."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import sqlalchemy as sa

from tests import make
from volunteer.acting.models import Card, Delegation
from volunteer.activities import service as activities
from volunteer.activities.models import SignUpBlock
from volunteer.activities.planning.plans import Post
from volunteer.activities.service import feeding
from volunteer.attendance import codes
from volunteer.attendance.models import CheckIn, Door, WallScreen
from volunteer.core import clock, crypto, files
from volunteer.core.database import db as database
from volunteer.hours.models import Batch, Certificate, Roster, ServiceRecord
from volunteer.ledger import service as ledger
from volunteer.people.models import (
    AUDITOR,
    COMMUNITY_STAFF,
    COUNTER_CLERK,
    DEPUTY,
    SUBDISTRICT_STAFF,
    SYSTEM_ADMIN,
    Grant,
)
from volunteer.points.models import Item, Order
from volunteer.privacy import service as privacy
from volunteer.privacy.models import Merge, RightsRequest
from volunteer.safety.models import Passkey
from volunteer.teams.models import REQUESTED, Membership
from volunteer.wishes.models import Claim, FollowUp, Wish

VISITORS = (
    "anonymous", "resident", "member", "deputy", "leader", "clerk", "staff", "subdistrict", "auditor", "admin",
    "other_leader", "other_staff",
)  # fmt: skip

_worlds = itertools.count(1)


def _keep(row: Any) -> Any:
    database.session.add(row)
    database.session.commit()
    return row


TASKS = (
    *("attendance.task", "attendance.report_task", "attendance.edit_task", "attendance.correct_task"),
    *("attendance.withdraw_task", "attendance.task_photo", "attendance.task_reports"),
    *("attendance.confirm_tasks", "attendance.confirm_task", "attendance.refuse_task"),
)


class World:
    """Community A with one of everything, community B next door, and one visitor of each kind."""

    def __init__(self) -> None:
        self.tag = f"{next(_worlds):04d}"  # two worlds may stand side by side
        self.street = make.subdistrict()
        self.a, self.b = make.community(self.street), make.community(self.street)
        self.team, self.other_team = make.team(self.a), make.team(self.b)
        self._visitors()
        self._things()

    def _visitors(self) -> None:
        leader = make.leader(self.team)
        deputy = make.member(self.team)
        make.grant(deputy, DEPUTY, team=self.team)
        self.people = {
            "resident": make.person(self.a),
            "member": make.member(self.team),
            "deputy": deputy,
            "leader": leader,
            "clerk": make.staff(COUNTER_CLERK, self.a),
            "staff": make.staff(COMMUNITY_STAFF, self.a),
            "subdistrict": make.staff(SUBDISTRICT_STAFF, self.street),
            "auditor": make.staff(AUDITOR, self.street),
            "admin": make.staff(SYSTEM_ADMIN, self.street),
            "other_leader": make.leader(self.other_team),
            "other_staff": make.staff(COMMUNITY_STAFF, self.b),
        }

    def _things(self) -> None:
        owner = self.people["member"]
        now = clock.now()
        make.earning_rule()
        series = make.series(self.team, person_in_charge=self.people["leader"])
        begun = make.occurrence(series, starts_at=now - dt.timedelta(hours=3))
        coming = make.occurrence(series)
        self.edited = make.occurrence(series, place="河边", edited="place")
        recorded = make.occurrence(series, starts_at=now - dt.timedelta(days=1))
        recorded.recorded_at = now
        batch = _keep(
            Batch(occurrence_id=recorded.id, recorded_at=now, recorded_by_id=self.people["leader"].id)
        )
        hours = self._credit("hours", owner.id, 120, f"service:{batch.id}:{owner.id}")
        points = self._credit("points", owner.id, 500, f"earn:{batch.id}:{owner.id}")
        _keep(
            ServiceRecord(
                batch_id=batch.id, occurrence_id=recorded.id, person_id=owner.id, attendance="present",
                source="leader", hours_transfer_id=hours, points_transfer_id=points,
            )
        )  # fmt: skip
        self.task, self.task_report = make.task_report(series, owner)
        waiting = make.person(self.a)
        membership = _keep(
            Membership(team_id=self.team.id, person_id=waiting.id, state=REQUESTED, requested_at=now)
        )
        certificate = _keep(
            Certificate(
                number=f"Z2026-00{self.tag}", check_code=f"ABCDEF{self.tag}", person_id=owner.id, area_id=self.a.id,
                from_on=clock.today(), until_on=clock.today(), certified_minutes=120, record_count=1, issued_at=now,
            )
        )  # fmt: skip
        item = _keep(
            Item(
                code=f"soap-{self.tag}", area_id=self.a.id, name="肥皂", price_points=20, available=5, held=1
            )
        )
        order = self._order(owner.id, item)
        wish, claimed = self._wish("W1", "collected"), self._wish("W2", "claimed")
        published, fulfilled = self._wish("W3", "published"), self._wish("W4", "fulfilled")
        for row, state in ((claimed, "active"), (fulfilled, "fulfilled")):
            _keep(
                Claim(
                    wish_id=row.id, person_id=owner.id, claimed_by_id=owner.id, claimed_at=now, contact_by=now,
                    state=state,
                )
            )  # fmt: skip
        follow_up = _keep(FollowUp(wish_id=fulfilled.id, due_on=clock.today()))
        delegation = _keep(  # the resident may act for the member
            Delegation(
                person_id=owner.id, helper_id=self.people["resident"].id, may_sign_up=True, may_wish=True,
                may_redeem=True, relation="neighbour", way="self", given_at=now,
            )
        )  # fmt: skip
        self.card_token = crypto.token()
        self.feed_token = feeding.make_feed(actor=make.actor(self.people["resident"]))
        _keep(
            Card(
                person_id=owner.id, token=self.card_token, token_hash=crypto.look_up_hash("card", self.card_token),
                issued_at=now, issued_by_id=self.people["clerk"].id,
            )
        )  # fmt: skip
        self.waiting_child, self.registration_token = make.waiting_child(self.a)
        intake, self.intake_token, self.receipt = make.intake(self.team)
        child = make.person(self.a, born_on=dt.date(2014, 6, 1))
        access = make.record_access(child, self.people["staff"])  # somebody else has to answer
        double = make.person(self.a)
        merge = _keep(
            Merge(
                kept_id=owner.id,
                gone_id=double.id,
                merged_at=now,
                merged_by_id=self.people["staff"].id,
                moved={},
            )
        )
        rights = _keep(
            RightsRequest(
                person_id=owner.id, kind="copy", wanted="一份", asked_at=now, due_on=clock.today(), state="waiting"
            )
        )  # fmt: skip
        passkey = _keep(
            Passkey(
                person_id=owner.id, credential_id="", credential_hash=self.tag, public_key="", sign_count=0, name="",
                created_at=now,
            )
        )  # fmt: skip
        self.own = self._own_batch(series)
        credential = make.credential(owner, state="waiting", proof=b"%PDF-1.7")
        invitation, self.invitation_token = make.invitation(self.team, self.people["leader"])
        self.ids = {
            "credential_id": credential.id,
            **self._together(series),
            **self._arranged(),
            "passkey_id": passkey.id,
            "purpose": "sign-in",
            "delegation_id": delegation.id,
            "team_id": self.team.id,
            "membership_id": membership.id,
            "series_id": series.id,
            "batch_id": batch.id,
            "certificate_id": certificate.id,
            "item_id": item.id,
            "order_id": order.id,
            "follow_up_id": follow_up.id,
            "person_id": owner.id,
            "request_id": rights.id,
            "kept_id": owner.id,
            "gone_id": self.people["resident"].id,
            "merge_id": merge.id,
            "access_id": access.id,
            "area_id": self.a.id,
            "intake_id": intake.id,
            "invitation_id": invitation.id,
            "grant_id": database.session.scalar(
                sa.select(Grant.id).where(Grant.person_id == self.people["clerk"].id)
            ),
            "key": "volunteers",
            "year": clock.today().year + 1,
        }
        self.ids |= self._doubles()
        self.begun, self.coming = begun, coming
        self._paper_and_blocks(begun)
        self.asked = make.occurrence(series, asks="holiday", state="undecided")
        self.ids |= self._presence(coming)
        self.ids |= self._duties(begun, coming)
        self.wishes = {"collected": wish, "claimed": claimed, "published": published, "fulfilled": fulfilled}

    def _duties(self, begun: Any, coming: Any) -> dict[str, int]:
        """What waits for an answer about hours, and a picture."""
        return {
            "objection_id": make.objection(begun, self.people["member"]).id,
            "proposal_id": make.proposal(begun, self.people["leader"], self.people["member"]).id,
            "photo_id": make.photo(coming, self.people["leader"]).id,
        }

    def _presence(self, occurrence: Any) -> dict[str, int]:
        """An open door, somebody who came, and a screen on the wall."""
        leader, now = self.people["leader"], clock.now()
        self.door = _keep(
            Door(occurrence_id=occurrence.id, secret="s", code="123456", made_at=now, made_by_id=leader.id)
        )
        came = _keep(
            CheckIn(
                occurrence_id=occurrence.id, person_id=self.people["member"].id, came_at=now, came_way="qr",
                came_by_id=leader.id,
            )
        )  # fmt: skip
        self.screen_token = crypto.token()
        screen = _keep(
            WallScreen(
                area_id=self.a.id, place=occurrence.place, made_at=now, made_by_id=self.people["staff"].id,
                token_hash=crypto.look_up_hash("wall-screen", self.screen_token),
            )
        )  # fmt: skip
        return {"check_in_id": came.id, "screen_id": screen.id}

    def _paper_and_blocks(self, begun: Any) -> None:
        """A printed sheet, a batch with the photo of one, and somebody whose sign-ups are stopped."""
        now, leader = clock.now(), self.people["leader"]
        sheet = _keep(Roster(occurrence_id=begun.id, printed_at=now, printed_by_id=leader.id))
        photo = files.keep(files.Prepared(b"a photo", files.JPEG), by_id=leader.id)
        self.own.photo_id = photo.id
        self.blocked = make.person(self.a)
        _keep(SignUpBlock(person_id=self.blocked.id, cause="staff", note="先谈一谈", blocked_at=now))
        self.ids["roster_id"] = sheet.id

    def _own_batch(self, series: Any) -> Batch:
        """The leader called the roll and stands on it: something to look at."""
        leader, now = self.people["leader"], clock.now()
        occurrence = make.occurrence(series, starts_at=now - dt.timedelta(days=2), recorded_at=now)
        batch = _keep(Batch(occurrence_id=occurrence.id, recorded_at=now, recorded_by_id=leader.id))
        minutes = self._credit("hours", leader.id, 60, f"service:{batch.id}:{leader.id}")
        _keep(
            ServiceRecord(
                batch_id=batch.id, occurrence_id=occurrence.id, person_id=leader.id, attendance="present",
                source="leader", hours_transfer_id=minutes,
            )
        )  # fmt: skip
        return batch

    def _together(self, series: Any) -> dict[str, int]:
        """The member has a standing sign-up, and a place of which the resident is asked to take a part or all."""
        owner, resident = self.people["member"], self.people["resident"]
        return {
            "regular_id": make.regular(series, owner).id,
            "sign_up_id": (place := make.pair(make.occurrence(series), owner, resident)).id,
            "stand_in_id": make.stand_in(place, resident).id,
        }

    def _arranged(self) -> dict[str, int]:
        """A position of a series, and a template that the leader keeps."""
        leader = make.actor(self.people["leader"])
        series = make.series(self.team)
        self.posted = make.occurrence(series)
        self.template = activities.keep_as_template(actor=leader, series_id=series.id, name="扫除").id
        position = activities.add_position(actor=leader, series_id=series.id, post=Post("引导员", 2))
        return {"position_id": position.id}

    def _doubles(self) -> dict[str, int]:
        """Two records to be merged, and two that were."""
        kept, gone, one, other = (make.person(self.a).id for _ in range(4))
        staff = make.actor(self.people["admin"])
        merge = privacy.merge(actor=staff, kept_id=one, gone_id=other, reason="核对过")
        database.session.commit()
        return {"kept_id": kept, "gone_id": gone, "merge_id": merge.id}

    def _credit(self, book: str, person_id: int, amount: int, key: str) -> int:
        issue = ledger.account(book=book, owner_kind="system", owner_id=0, purpose="issue")
        main = ledger.account(book=book, owner_kind="person", owner_id=person_id)
        kind = "service" if book == "hours" else "earn"
        movement = ledger.Movement(book, issue, main, amount, kind, key, key, clock.now())
        made = ledger.move(movement, recorded_by=None)
        database.session.commit()
        return made

    def _order(self, person_id: int, item: Item) -> Order:
        main = ledger.account(book="points", owner_kind="person", owner_id=person_id)
        held = ledger.account(book="points", owner_kind="person", owner_id=person_id, purpose="held")
        movement = ledger.Movement(
            "points", main, held, 20, "order", f"order:D{self.tag}:hold", f"order:D{self.tag}", clock.now()
        )
        hold = ledger.move(movement, recorded_by=None)
        return _keep(
            Order(
                number=f"D{self.tag}", person_id=person_id, item_id=item.id, area_id=self.a.id, quantity=1,
                price_points=20, code=f"1234{self.tag}", code_hash=crypto.look_up_hash("code", f"1234{self.tag}"),
                token="T" * 22,
                token_hash=crypto.look_up_hash("token", f"T{self.tag}"), placed_at=clock.now(), placed_by_id=person_id,
                collect_until=clock.now() + dt.timedelta(days=3), hold_transfer_id=hold,
            )
        )  # fmt: skip

    def _wish(self, number: str, state: str) -> Wish:
        return _keep(
            Wish(
                number=f"{number}-{self.tag}", area_id=self.a.id, kind="company",
                public_text="想有人陪我下棋", contact_name="某某", contact_phone="+8613900000000", address="某处",
                private_note="", consent_version="1",
                consent_at=clock.now(), collected_at=clock.now(), collected_by_id=self.people["clerk"].id, state=state,
                verified_at=None if state == "collected" else clock.now(),
                fulfilled_on=clock.today() if state == "fulfilled" else None,
            )
        )  # fmt: skip

    def values(self, endpoint: str, arguments: set[str]) -> dict[str, Any]:
        """Path values for a route: the thing in the state in which the route means something."""
        values = {name: self.ids[name] for name in arguments if name in self.ids}
        if "occurrence_id" in arguments:
            before = endpoint.startswith("hours.")
            values["occurrence_id"] = (self.begun if before else self.coming).id
        if "wish_id" in arguments:
            state = {
                "wishes.claim": "published", "wishes.wish": "published", "wishes.matches": "published",
                "wishes.assign": "published", "wishes.take_down": "published", "wishes.verify": "collected",
                "wishes.confirm": "fulfilled",
            }.get(endpoint, "claimed")  # fmt: skip
            values["wish_id"] = self.wishes[state].id
        special = self._special().get(endpoint, {})
        return values | {name: value for name, value in special.items() if name in arguments}

    def _special(self) -> dict[str, dict[str, Any]]:
        """Values that mean something to one route only."""
        return {
            "safety.reset": {"token": crypto.token()},
            "teams.invitation": {"token": self.invitation_token},
            "teams.accept_invitation": {"token": self.invitation_token},
            "teams.apply": {"token": self.intake_token},
            "teams.receipt": {"token": self.receipt},
            "teams.first_password": {"token": self.receipt},
            "hours.photo": {"batch_id": self.own.id},
            "hours.decide_block": {"person_id": self.blocked.id},
            "acting.open_card": {"token": self.card_token},
            "attendance.arrive": {"mark": codes.printed(self.door.secret, self.door.occurrence_id)},
            "attendance.wall_screen": {"token": self.screen_token},
            **dict.fromkeys(TASKS, {"occurrence_id": self.task.id, "report_id": self.task_report.id}),
            "acting.enter": {"token": self.card_token},
            "activities.archive_template": {"item_id": self.template},
            "activities.decide": {"occurrence_id": self.asked.id},
            "activities.open_position": {"deed": "close", "occurrence_id": self.posted.id},
            "activities.own_feed": {"token": self.feed_token},
            "people.registration": {"token": self.registration_token},
            "activities.reset": {"occurrence_id": self.edited.id},
            "people.reject": {"person_id": self.waiting_child.id},
            "oversight.suspicion": {"key": "own", "subject_id": self.own.id, "mark_id": 0},
            "reports.waiting_list": {"key": "unrecorded"},
            "privacy.set_consent": {"kind": "photo"},
        }
