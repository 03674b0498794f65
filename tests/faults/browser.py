"""Many people at once: a small HTTP client over asyncio, with cookies and form tokens made directly.

Signing in by password is slow on purpose, so a person's sign-in row and cookie
are made here the way the product makes them; everything else is the real thing.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from volunteer.core import clock, crypto
from volunteer.core.database import db
from volunteer.people.models import Person, SignInSession
from volunteer.people.sessions import hash_token

TIMEOUT = 60.0
_SENTENCE = re.compile(rb"<(?:main|body)\b.*", re.DOTALL)
_VARYING = re.compile(rb'(?:name="(?:form_key|csrf_token)"[^>]*|content="[^"]*")')


@dataclass(frozen=True)
class Answer:
    """What came back: the status, where to, and the page without its random tokens."""

    status: int
    location: str
    page: bytes

    @property
    def essence(self) -> tuple[int, str, str]:
        """What makes two answers the same to the person: status, address, visible page."""
        found = _SENTENCE.search(self.page)
        shown = _VARYING.sub(b"", found.group(0) if found else b"")
        return self.status, self.location, hashlib.sha256(shown).hexdigest()


class NoAnswer(Exception):
    """The connection ended before an answer was complete: the sender cannot know what happened."""


@dataclass(frozen=True)
class Visitor:
    """A signed-in person's browser."""

    person_id: int
    cookie: str
    csrf_token: str

    def body(self, key: str, fields: Mapping[str, Any] | None = None) -> bytes:
        return urlencode({"csrf_token": self.csrf_token, "form_key": key, **(fields or {})}).encode()


def sign_in(app: Flask, people: list[Person]) -> list[Visitor]:
    """Browsers for these people, with one commit."""
    now = clock.now()
    tokens = [crypto.token() for _ in people]
    db.session.add_all(
        SignInSession(
            token_hash=hash_token(token), person_id=person.id, created_at=now, last_seen_at=now,
            second_factor_at=now,
        )
        for token, person in zip(tokens, people, strict=True)
    )  # fmt: skip
    db.session.commit()
    return [_visitor(app, person.id, token) for token, person in zip(tokens, people, strict=True)]


def _visitor(app: Flask, person_id: int, token: str) -> Visitor:
    assert isinstance(app.session_interface, SecureCookieSessionInterface)
    serializer = app.session_interface.get_signing_serializer(app)
    assert serializer is not None
    raw = hashlib.sha1(crypto.token().encode()).hexdigest()
    cookie = serializer.dumps({"_user_id": token, "_fresh": True, "csrf_token": raw})
    signed = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token").dumps(raw)
    return Visitor(person_id, f"{app.config['SESSION_COOKIE_NAME']}={cookie}", str(signed))


async def post(port: int, visitor: Visitor, path: str, body: bytes, *, hang_up: bool = False) -> Answer:
    """One POST over a connection of its own; `hang_up` sends it and does not wait for the answer."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nCookie: {visitor.cookie}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    try:
        async with asyncio.timeout(TIMEOUT):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(head.encode() + body)
                await writer.drain()
                if hang_up:
                    raise NoAnswer
                return _parse(await reader.read())
            finally:
                writer.close()
    except (OSError, TimeoutError) as error:
        raise NoAnswer from error


def _parse(raw: bytes) -> Answer:
    head, separator, page = raw.partition(b"\r\n\r\n")
    if not separator:
        raise NoAnswer
    lines = head.split(b"\r\n")
    fields = dict(line.split(b": ", 1) for line in lines[1:])
    if len(page) != int(fields.get(b"Content-Length", len(page))):
        raise NoAnswer
    return Answer(int(lines[0].split()[1]), fields.get(b"Location", b"").decode(), page)
