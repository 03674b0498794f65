"""The few things of the data set that are quicker made by the services than understood as rows."""

import datetime as dt

import sqlalchemy as sa

from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.transaction import reading, transaction
from volunteer.hours import service as hours
from volunteer.people import identity
from volunteer.people.identity import Actor
from volunteer.people.models import SUBDISTRICT_STAFF, Grant
from volunteer.points import service as points
from volunteer.wishes import service as wishes
from volunteer.wishes.rules import CONSENT_VERSION

SUBDISTRICT = 1
COMMUNITIES = 13
ITEMS = 12
EACH_ORDERS = 10  # of one point each


def fill(first_person: int, *, orders: int, wishes: int) -> None:
    """Items and wishes; orders, claims and certificates belong to the people from `first_person` on."""
    with reading():
        grants = sa.select(sa.func.min(Grant.person_id)).where(Grant.role == SUBDISTRICT_STAFF)
        staff = identity.load(db.session.scalars(grants).one())
    with transaction():
        _shelf(staff)
    with transaction():
        for n in range(orders):
            person = identity.load(first_person + n // EACH_ORDERS)
            points.order(actor=person, item_id=1 + n % ITEMS)
    with transaction():
        for n in range(wishes):
            _wish(staff, n, claimer=first_person + n // 8)
    with transaction():
        person = identity.load(first_person)
        today = clock.today()
        since = today - dt.timedelta(days=300)
        hours.issue_certificate(actor=person, person_id=person.id, from_on=since, until_on=today)


def _shelf(staff: Actor) -> None:
    for n in range(ITEMS):
        points.add_item(
            actor=staff,
            area_id=SUBDISTRICT,
            code=f"item-{n}",
            name=f"洗衣液 {n} 号",
            price_points=1,
            quantity=1_000,
        )


def _wish(staff: Actor, n: int, *, claimer: int) -> None:
    """One in four waits for verification, one in four is claimed, some are fulfilled, the others are free."""
    wish = wishes.collect(
        actor=staff,
        kind="service",
        public_text="想请人帮忙换一盏灯，再陪着说说话。",
        wisher_words="独居长者",
        contact_name="何某某",
        contact_phone="+8613900000000",
        address="某小区某栋",
        consent_version=CONSENT_VERSION,
        for_other=True,
        area_id=2 + n % COMMUNITIES,
    )
    if n % 4:
        wishes.verify(actor=staff, wish_id=wish.id, how="上门看过")
    if n % 4 == 1:
        wishes.claim(actor=staff, wish_id=wish.id, person_id=claimer)
    if n % 8 == 1:
        wishes.fulfil(actor=staff, wish_id=wish.id, fulfilled_on=clock.today())
        wishes.confirm(actor=staff, wish_id=wish.id)
