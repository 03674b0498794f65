"""The way to the mail server: only to the right one, and none of its failures loses a letter or holds up the jobs."""

from __future__ import annotations

import datetime as dt
import smtplib

import pytest
import sqlalchemy as sa

from tests.outbox.servers import certificate, post_office, silence
from tests.postgres import free_port
from volunteer.core import clock
from volunteer.core.transaction import transaction
from volunteer.outbox import carrier, dispatch, kinds, service
from volunteer.outbox.models import EMAIL, EXPIRED, FAILED, PENDING, SENT, Message

KIND = "carrier_probe"
THREE_DAYS = dt.timedelta(days=3)


@pytest.fixture(autouse=True)
def probe():
    kinds.register(KIND, subject="信", body="信")
    yield
    del kinds.KINDS[KIND]


@pytest.fixture
def smtp(app, monkeypatch):
    """Settings of the mail server."""

    def set_(port, **more):
        for name, value in {"HOST": "127.0.0.1", "PORT": port, **more}.items():
            monkeypatch.setitem(app.config, f"SMTP_{name}", value)

    monkeypatch.setattr(carrier, "TIMEOUT", 0.2)
    return set_


def write(count=1, **more):
    notes = [service.Note(f"p:{n}", KIND, n, only_email=True, **more) for n in range(1, count + 1)]
    with transaction():
        service.tell(*notes)


def send(deliver=None):
    return dispatch.send_due(
        lambda ids: dict.fromkeys(ids, dispatch.Recipient("a@b.cn", "en")), deliver=deliver
    )


def letters(db):
    """(state, attempts) of each, in the order they were written."""
    db.session.expire_all()
    columns = (Message.state, Message.attempts)
    return [tuple(row) for row in db.session.execute(sa.select(*columns).order_by(Message.id))]


def test_a_server_with_the_right_certificate_gets_password_and_letter(smtp, db, tmp_path, monkeypatch):
    file = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with post_office(file) as (post, port):
        smtp(port, STARTTLS=True, USER="linli", PASSWORD="geheim")
        write()
        send()
    assert post.passwords == [b"geheim"]
    assert letters(db) == [(SENT, 1)]


@pytest.mark.parametrize(("address", "is_known"), [("127.0.0.1", False), ("127.0.0.2", True)])
def test_a_stranger_gets_neither(smtp, db, tmp_path, monkeypatch, address, is_known):
    file = certificate(tmp_path, address)
    if is_known:  # a good certificate, of another server
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with post_office(file) as (post, port):
        smtp(port, STARTTLS=True, USER="linli", PASSWORD="geheim")
        write()
        send()
    assert (post.passwords, post.letters) == ([], [])
    assert letters(db) == [(PENDING, 0)]


@pytest.mark.parametrize("greeting", [b"", b"220 here\r\n"])
def test_a_silent_server_is_called_once_a_run_however_much_waits(smtp, db, greeting):
    with silence(greeting) as (calls, port):
        smtp(port)
        write(dispatch.BATCH + 10)
        assert send() == {"postponed": dispatch.BATCH + 10}
        assert len(calls) == 1
    assert set(letters(db)) == {(PENDING, 0)}


def test_one_that_falls_silent_in_the_middle_of_a_letter_too_and_that_letter_is_not_first_again(smtp, db):
    taken = []

    class Stalls(carrier.Smtp):
        def deliver(self, message, address):
            taken.append(message["Message-ID"])
            raise carrier.Unreachable(TimeoutError(), began=True)

    write(3)
    send(Stalls().deliver)
    assert letters(db) == [(PENDING, 1), (PENDING, 0), (PENDING, 0)]
    with clock.fixed(clock.now() + dispatch.SERVER_PAUSE):
        send(Stalls().deliver)
    assert len(set(taken)) == 2


def test_a_letter_is_not_lost_to_a_long_outage_and_new_ones_wait_as_well(smtp, db):
    smtp(free_port())
    write()
    for minute in range(1, 61):
        with clock.fixed(clock.now() + dt.timedelta(minutes=minute)):
            send()
    assert letters(db) == [(PENDING, 0)]
    with post_office() as (post, port):
        smtp(port)
        with clock.fixed(clock.now() + dt.timedelta(hours=2)):
            assert send() == {SENT: 1}
    assert letters(db) == [(SENT, 1)]


def test_while_the_server_is_away_a_new_letter_does_not_call_it_again(smtp, db):
    with silence() as (calls, port):
        smtp(port)
        write(1)
        send()
        write(2)
        send()
        assert len(calls) == 1
        with clock.fixed(clock.now() + dispatch.SERVER_PAUSE):
            send()
        assert len(calls) == 2


def test_what_is_too_late_to_be_useful_expires_in_an_outage(smtp, db):
    smtp(free_port())
    write(useful_until=clock.now() + dt.timedelta(minutes=30))
    send()
    with clock.fixed(clock.now() + dt.timedelta(minutes=31)):
        assert send() == {EXPIRED: 1}


@pytest.mark.parametrize(("answer", "state"), [("451 later", PENDING), ("554 never", FAILED)])
def test_an_answer_about_a_letter_counts_for_it_alone(smtp, db, answer, state):
    with post_office() as (post, port):
        smtp(port)
        post.answer = answer
        write(2)
        send()
        assert len(post.letters) == 2
    assert letters(db) == [(state, 1)] * 2


def test_a_letter_put_off_again_and_again_fails_after_three_days(smtp, db):
    def later(message, address):
        raise smtplib.SMTPDataError(451, b"later")

    write()
    now = began = clock.now()
    while letters(db)[0][0] == PENDING:
        now += dt.timedelta(minutes=30)
        with clock.fixed(now):
            send(later)
    assert letters(db) == [(FAILED, dispatch.TRIES)]
    assert THREE_DAYS * 0.8 < now - began < THREE_DAYS * 1.7


def test_a_connection_that_ends_after_some_letters_is_opened_anew(smtp, db, monkeypatch):
    with post_office() as (post, port):
        smtp(port)
        write(3)
        real, sent = smtplib.SMTP.send_message, []

        def hangs_up_at_the_second(self, *args, **kwargs):
            sent.append(self)
            if len(sent) == 2:
                raise smtplib.SMTPServerDisconnected
            return real(self, *args, **kwargs)

        monkeypatch.setattr(smtplib.SMTP, "send_message", hangs_up_at_the_second)
        assert send() == {SENT: 2, "postponed": 1}
    assert len(set(map(id, sent))) == 2


def test_the_command_sends_anew_what_failed_and_what_waits_and_is_still_useful(smtp, db, application):
    write(3)
    states = {1: (FAILED, None), 2: (PENDING, None), 3: (FAILED, clock.now() - THREE_DAYS)}
    for person_id, (state, until) in states.items():
        values = {"state": state, "attempts": 4, "useful_until": until, "problem": "server: TimeoutError"}
        db.session.execute(
            sa.update(Message)
            .where(Message.person_id == person_id)
            .values(not_before=clock.now() + dt.timedelta(minutes=5), **values)
        )
    assert dispatch.retry() == 2
    assert letters(db) == [(PENDING, 0), (PENDING, 0), (FAILED, 4)]
    due = db.session.scalars(
        sa.select(Message.not_before).where(Message.channel == EMAIL).order_by(Message.id)
    )
    assert list(due)[:2] == [clock.now()] * 2
