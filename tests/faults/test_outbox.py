"""Messages under faults: none lost, duplicates only by crashes and recognisable, broken ones parked.

A real mail server on loopback, two dispatchers as processes, kill -9 of one of
them again and again.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from tests.faults import mail
from tests.faults.programs import PATIENCE, end, start, states
from tests.faults.worker import TEST_KIND
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.transaction import transaction
from volunteer.jobs import tasks
from volunteer.outbox import dispatch, service
from volunteer.outbox.models import EMAIL, FAILED, INBOX, PENDING, SENT, Message

pytestmark = pytest.mark.thorough


class Dispatchers:
    """Two of them; whoever is killed is started again."""

    def __init__(self, url: str, port: int) -> None:
        self.arguments = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(port), "LEASE_SECONDS": "3"}
        self.url = url
        self.running = [start("send", url, **self.arguments) for _ in range(2)]

    def kill_one(self, chance: random.Random) -> None:
        number = chance.randrange(len(self.running))
        end(self.running[number])
        self.running[number] = start("send", self.url, **self.arguments)

    def end_all(self) -> None:
        for process in self.running:
            end(process)


@contextlib.contextmanager
def dispatchers(url: str, port: int) -> Iterator[Dispatchers]:
    both = Dispatchers(url, port)
    try:
        yield both
    finally:
        both.end_all()


def wait(condition: Any, what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"waited {PATIENCE:.0f} seconds for {what}"
        time.sleep(0.05)


def write_twice(count: int) -> dict[str, str]:
    """`count` good messages, 3 poisonous and 3 to an address that is gone; Message-ID by body of the good ones."""
    area = make.community()
    people = [make.person(area, email=f"p{number}@example.org").id for number in range(20)]
    gone = make.person(area, email=mail.GONE).id
    notes = [
        service.Note(f"proof:{number}", TEST_KIND, people[number % 20], {"number": number}, by_email=True)
        for number in range(count)
    ]
    early = clock.now() - dt.timedelta(hours=1)  # the broken ones stand at the head of the queue
    notes += [
        service.Note(f"poison:{number}", TEST_KIND, people[0], {}, by_email=True, not_before=early)
        for number in range(3)
    ]
    notes += [
        service.Note(f"gone:{number}", TEST_KIND, gone, {"number": 0}, by_email=True, not_before=early)
        for number in range(3)
    ]
    with transaction():
        assert service.tell(*notes) == 2 * len(notes)
    with transaction():
        assert service.tell(*notes) == 0
    return {dispatch.message_id(f"proof:{number}:{EMAIL}"): str(number) for number in range(count)}


def deliver_with_kills(url: str, count: int, kills: int, every: int) -> None:
    wanted = write_twice(count)
    chance, began = random.Random(), time.monotonic()
    with mail.sink(slow=0.002) as (sink, port), dispatchers(url, port) as both:
        for number in range(1, kills + 1):
            wait(lambda number=number: len(sink.taken) >= number * every, "mail to flow")
            both.kill_one(chance)
        wait(lambda: states()[PENDING] == 0, "the last message")
    times = Counter(sink.taken)
    duplicates = times.total() - len(times)
    print(
        f"\n{count:,} messages on {db.engine.dialect.name}: {kills} kills, {sink.refused.total()} refused for a while, "
        f"{len(wanted.keys() - times.keys())} lost, {duplicates} duplicates, {time.monotonic() - began:.1f} s"
    )
    assert times.keys() == wanted.keys()
    assert duplicates <= kills
    assert {len(texts) for texts in sink.bodies.values()} == {1}  # a duplicate is the same message
    assert sink.refused.total() > count // 20
    assert states() == {SENT: count, FAILED: 6}
    assert states(INBOX) == {SENT: count + 6}
    problems = Counter(db.session.scalars(sa.select(Message.problem).where(Message.state == FAILED)))
    assert problems == {"KeyError: 'number'": 3, "SMTPRecipientsRefused": 3}


def test_a_thousand_messages_survive_kills_and_refusals(house, fresh_url):
    deliver_with_kills(fresh_url, count=1000, kills=6, every=120)


@pytest.mark.proof
@pytest.mark.timeout(3600)
def test_long_five_thousand_messages(house, fresh_url):
    deliver_with_kills(fresh_url, count=5000, kills=50, every=95)


def test_control_without_the_unique_key_messages_written_twice_are_sent_twice(house, fresh_url, monkeypatch):
    number = iter(range(10**6))
    row = service._row
    monkeypatch.setattr(
        service,
        "_row",
        lambda note, *rest: {**(written := row(note, *rest)), "key": f"{written['key']}#{next(number)}"},
    )
    person = make.person(email="p@example.org").id
    note = service.Note("proof", TEST_KIND, person, {"number": 1}, by_email=True)
    for _ in range(2):
        with transaction():
            service.tell(note)
    with mail.sink() as (sink, port), dispatchers(fresh_url, port):
        wait(lambda: states()[PENDING] == 0, "both messages")
    assert len(sink.taken) == 2


def test_control_without_claims_two_dispatchers_send_everything_twice(house, monkeypatch):
    """Both look before either marks: what the claim prevents."""
    monkeypatch.setattr(dispatch, "LEASE", dt.timedelta(seconds=-1))
    person = make.person(email="p@example.org")
    with transaction():
        service.tell(service.Note("proof", TEST_KIND, person.id, {"number": 1}, by_email=True))
    taken: list[str] = []
    db.session.remove()
    both = threading.Barrier(2)

    def deliver(message: Any, address: str) -> None:
        taken.append(message["Message-ID"])
        both.wait(timeout=30)

    def run() -> None:
        end = time.monotonic() + PATIENCE
        while len(taken) < 2 and time.monotonic() < end:
            dispatch.send_due(tasks.recipients, deliver=deliver)

    _in_threads(house, run, times=2)
    assert len(taken) > 1
    assert len(set(taken)) == 1


def test_a_slow_mail_server_does_not_outlive_the_claim(house, monkeypatch):
    """Thirty messages of a tenth of a second under a lease of two: nobody else may take them meanwhile."""
    monkeypatch.setattr(dispatch, "LEASE", dt.timedelta(seconds=2))
    person = make.person(email="p@example.org")
    with transaction():
        for number in range(30):
            service.tell(service.Note(f"n{number}", TEST_KIND, person.id, {"number": number}, by_email=True))
    taken: list[str] = []
    db.session.remove()

    def deliver(message: Any, address: str) -> None:
        taken.append(message["Message-ID"])
        time.sleep(0.1)

    def run() -> None:
        end = time.monotonic() + PATIENCE
        while states()[PENDING] and time.monotonic() < end:
            dispatch.send_due(tasks.recipients, deliver=deliver)
            time.sleep(0.02)

    _in_threads(house, run, times=2)
    assert Counter(Counter(taken).values()) == {1: 30}


def _in_threads(app: Any, deed: Any, times: int) -> None:
    failures: list[BaseException] = []

    def run() -> None:
        with app.app_context():
            try:
                deed()
            except BaseException as failure:
                failures.append(failure)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert failures == []
