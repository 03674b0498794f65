"""A mail server on loopback that keeps what it took and can be told to refuse."""

from __future__ import annotations

import asyncio
import email
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zlib import crc32

from aiosmtpd.controller import Controller

from tests.postgres import free_port

GONE = "gone@example.org"


class Sink:
    """aiosmtpd's handler: every tenth message is refused with 451 the first time, one address for good."""

    def __init__(self, *, slow: float = 0.0) -> None:
        self.taken: list[str] = []  # Message-IDs in the order of their arrival
        self.bodies: dict[str, set[str]] = {}
        self.refused: Counter[str] = Counter()
        self.slow = slow

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address == GONE:
            return "550 5.1.1 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = email.message_from_bytes(envelope.content)
        id_ = str(message["Message-ID"])
        if crc32(id_.encode()) % 10 == 0 and not self.refused[id_]:
            self.refused[id_] += 1
            return "451 4.3.0 try again later"
        self.taken.append(id_)
        self.bodies.setdefault(id_, set()).add(str(message.get_payload()))
        await asyncio.sleep(self.slow)  # taken, but the sender does not know yet
        return "250 OK"


@contextmanager
def sink(*, slow: float = 0.0) -> Iterator[tuple[Sink, int]]:
    """The handler and the port of a running server."""
    handler = Sink(slow=slow)
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield handler, controller.port
    finally:
        controller.stop()
