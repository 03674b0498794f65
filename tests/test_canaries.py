"""A hundred planted canaries: names, phones, ID numbers and addresses show up nowhere but in the allowed cells.

Every page that can be opened is opened as every kind of visitor; the text of the answer, its
addresses and headers, the log and the mails are searched for what was planted.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import make
from tests.test_routes import routes
from tests.world import VISITORS, World
from volunteer.areas.models import Area
from volunteer.core import clock, crypto, formats
from volunteer.core.database import Secret
from volunteer.core.database import db as database
from volunteer.people import finding
from volunteer.people.models import Guardian, Person
from volunteer.teams.models import REQUESTED

pytestmark = [pytest.mark.portable, pytest.mark.thorough]

NAME, PHONE, DOCUMENT, ADDRESS = "name", "phone", "document", "address"
# Endpoint → kinds of data of OTHERS that it may show in full, and to whom. The own data a person may always see.
STAFF = {"staff", "subdistrict", "admin"}
LEADING = STAFF | {"leader", "deputy"}
SIGNED_IN = LEADING | {"resident", "member", "clerk", "auditor", "other_leader", "other_staff"}
ALLOWED: dict[str, dict[str, set[str]]] = {
    "activities.occurrence": {
        NAME: SIGNED_IN
    },  # whom to look for: the person in charge; participants to leaders
    "activities.series": {NAME: SIGNED_IN},
    "activities.new_series": {NAME: LEADING},  # who may take charge
    "activities.settings": {NAME: LEADING},
    "activities.take_off": {NAME: LEADING},  # a participant
    "activities.write_to_charge": {NAME: SIGNED_IN},  # as the page of the date
    "activities.insure": {NAME: LEADING},  # a policy is made out in the whole name
    "activities.series_regulars": {NAME: LEADING},  # who always comes, as participants
    "attendance.scan_cards": {NAME: LEADING},  # whose card was read just now
    "attendance.task_reports": {NAME: LEADING},  # whose work it is
    "hours.proposal": {NAME: STAFF},  # whose hours are approved, and who proposed them
    "hours.roll_call": {NAME: LEADING},  # one calls people by their names
    "hours.batch": {NAME: LEADING},
    "hours.certificate": {NAME: STAFF | {"auditor"}},  # paper that names the person
    "people.slip": {NAME: STAFF},
    "teams.people": {NAME: LEADING},  # one's own members
    "teams.rights": {NAME: STAFF | {"leader"}},
    "teams.training": {NAME: LEADING},
    "teams.requests": {NAME: LEADING},  # who wants to join
    "wishes.follow_up": {NAME: STAFF},  # whom to visit
    "wishes.follow_ups": {NAME: STAFF},
    "wishes.matches": {NAME: STAFF},  # whom to ask
}
_RARE = "龘靐齉爩麤彠戆驫鱻羴骉飝淼焱"
_pairs = ["".join(pair) for pair in itertools.permutations(_RARE, 2)]


@dataclass(frozen=True)
class Canary:
    kind: str
    owner_id: int
    text: str


def plant() -> list[Canary]:
    """Give every person of the database values that occur nowhere else."""
    planted = []
    for n, person in enumerate(database.session.query(Person).order_by(Person.id)):
        person.name = "袁" + _pairs[n]
        person.phone = f"+8613{700000000 + 7919 * (n + 1)}"
        person.phone_hash = crypto.look_up_hash("phone", person.phone)
        person.document_kind, person.document = "id_card", f"4403081{n:03d}0{1010 + n}{n % 10}X"
        person.document_hash = crypto.look_up_hash("document", person.document)
        person.address = f"金丝雀路{n + 1}号{_pairs[-1 - n]}栋"
        finding.renew_keys(person, database.session.get_one(Area, person.area_id).path)
        values = {
            NAME: person.name,
            PHONE: person.phone[3:],
            DOCUMENT: person.document,
            ADDRESS: person.address,
        }
        planted += [Canary(kind, person.id, text) for kind, text in values.items()]
    database.session.commit()
    return planted


def found_in(text: str, canaries: list[Canary]) -> list[Canary]:
    plain = re.sub(r"[\s\u2009]", "", unquote(text))
    return [canary for canary in canaries if canary.text in plain]


def crawl(app: Flask, client_for: Any, world: World, canaries: list[Canary]) -> tuple[list[str], list[str]]:
    """(what was shown where it may not be, what stood in an address)."""
    leaks, addresses = [], []
    for endpoint, method in routes(app):
        if method != "GET":
            continue
        rule = next(r for r in app.url_map.iter_rules(endpoint) if "GET" in (r.methods or set()))
        with app.test_request_context():
            path = app.url_for(endpoint, **world.values(endpoint, set(rule.arguments)))
        for visitor in VISITORS:
            person = None if visitor == "anonymous" else world.people[visitor]
            browser = app.test_client() if person is None else client_for(person)
            answer = browser.get(path)
            for canary in found_in(answer.get_data(as_text=True), canaries):
                own = person is not None and canary.owner_id == person.id
                if not own and visitor not in ALLOWED.get(endpoint, {}).get(canary.kind, set()):
                    leaks.append(f"{endpoint} shows {visitor} the {canary.kind} of {canary.owner_id}")
            links = " ".join(re.findall(r'(?:href|action|src)="([^"]*)"', answer.get_data(as_text=True)))
            for canary in found_in(f"{path} {links} {answer.location or ''}", canaries):
                addresses.append(f"{endpoint} as {visitor}: {canary.kind}")
    return sorted(set(leaks)), addresses


def plant_more(world: World, start: int) -> list[Canary]:
    """The same for guardians and for whom wishes are; they belong to nobody who visits."""
    planted = []
    guardian = Guardian(
        ward_id=world.people["member"].id, relation="parent", recorded_at=clock.now(),
        recorded_by_id=world.people["staff"].id, name="欧" + _pairs[start], phone=f"+8613{811000000 + start}",
    )  # fmt: skip
    database.session.add(guardian)
    planted += [Canary(NAME, 0, guardian.name), Canary(PHONE, 0, guardian.phone[3:])]
    for n, wish in enumerate(world.wishes.values(), start + 1):
        wish.contact_name, wish.contact_phone = "司" + _pairs[n], f"13{822000000 + n}"
        wish.address, wish.private_note = f"画眉路{n}号{_pairs[-1 - n]}", f"门铃{_pairs[-30 - n]}"
        texts = {
            NAME: wish.contact_name,
            PHONE: wish.contact_phone,
            ADDRESS: wish.address,
            "note": wish.private_note,
        }
        planted += [Canary(kind, 0, text) for kind, text in texts.items()]
    for person in (world.people["member"], world.people["resident"]):
        make.sign_up(world.begun, person)
        make.sign_up(world.coming, person)
    database.session.commit()
    return planted


@pytest.fixture
def planted(app) -> tuple[World, list[Canary]]:
    world = World()
    for _ in range(8):  # neighbours who wait for an answer of the leader's, and are in the lists of the desk
        make.member(world.team, make.person(world.a), state=REQUESTED)
    canaries = plant()
    return world, canaries + plant_more(world, len(canaries))


def test_nothing_planted_is_shown_where_it_may_not_be(app, client_for, planted, capfd):
    world, canaries = planted
    assert len(canaries) >= 100
    leaks, addresses = crawl(app, client_for, world, canaries)
    assert not leaks, "\n".join(leaks)
    assert addresses == []
    written = "".join(capfd.readouterr())
    assert found_in(written, canaries) == []


def test_what_is_exported_names_nobody_else(app, client_for, planted):
    """The own data as a file hold nobody else's; the log as a table holds nobody's."""
    world, canaries = planted
    member = world.people["member"]
    own = client_for(member).post("/me/privacy/download")
    assert own.status_code == 200
    found = found_in(own.get_data(as_text=True), canaries)
    assert {canary.owner_id for canary in found} <= {member.id, 0}  # 0: the own guardian stands in it
    assert {canary.kind for canary in found if canary.owner_id == member.id} == {
        NAME,
        PHONE,
        DOCUMENT,
        ADDRESS,
    }
    assert {canary.kind for canary in found if canary.owner_id == 0} <= {NAME, PHONE}
    table = client_for(world.people["auditor"]).post("/desk/audit/export")
    assert table.status_code == 200
    assert found_in(table.get_data(as_text=True), canaries) == []


def test_neither_the_log_of_acts_nor_any_message_holds_what_was_planted(app, client_for, planted):
    """After every button was pressed once by everybody, with what the person itself would type."""
    world, canaries = planted
    owner = world.people["resident"]
    typed = {
        "who": owner.name,
        "account": owner.phone,
        "q": owner.phone,
        "reason": "核对",
    }
    for endpoint, method in routes(app):
        if method != "POST" or endpoint in {"privacy.close", "people.sign_out"}:
            continue
        rule = next(r for r in app.url_map.iter_rules(endpoint) if "POST" in (r.methods or set()))
        with app.test_request_context():
            path = app.url_for(endpoint, **world.values(endpoint, set(rule.arguments)))
        for visitor in ("resident", "leader", "staff", "admin"):
            client_for(world.people[visitor]).post(path, data=typed)
    for table in ("audit_entry", "message", "receipt", "form_key", "attempt"):
        if table in database.metadata.tables:
            for row in database.session.execute(sa.select(database.metadata.tables[table])):
                assert found_in(str(tuple(row)), canaries) == [], f"{table}: {tuple(row)}"


def test_the_database_holds_none_of_it_readable(app, planted, database_kind):
    """Names, phones, documents and addresses are encrypted at rest (R141): the raw columns are searched."""
    _, canaries = planted
    for name, table in database.metadata.tables.items():
        texts = [
            column.name for column in table.columns if isinstance(column.type, sa.Text | sa.String | Secret)
        ]
        if texts:
            columns = ", ".join(f'"{text}"' for text in texts)
            for row in database.session.execute(sa.text(f'SELECT {columns} FROM "{name}"')):
                assert found_in(" ".join(map(str, row)), canaries) == [], name


def test_a_page_that_forgets_to_mask_is_found_out(app, client_for, planted, monkeypatch):
    """The control."""
    world, canaries = planted
    monkeypatch.setattr(formats, "masked_name", lambda name: name)
    monkeypatch.setattr(formats, "masked_phone", lambda phone: phone or "")
    browser = client_for(world.people["staff"])
    shown = found_in(browser.get("/desk/people").get_data(as_text=True), canaries)
    assert {canary.kind for canary in shown} == {NAME, PHONE}
