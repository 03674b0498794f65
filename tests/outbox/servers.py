"""Mail servers on loopback: one with a certificate, one that takes calls and never says a word."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.postgres import free_port


def certificate(folder: Path, address: str) -> Path:
    """A self-signed certificate for that address, with its key, in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    text = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file = folder / "mail.pem"
    file.write_bytes(text + made.public_bytes(serialization.Encoding.PEM))
    return file


class Post:
    """What came in: letters, and passwords."""

    def __init__(self) -> None:
        self.letters: list[Any] = []
        self.passwords: list[bytes] = []
        self.answer = "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.letters.append(envelope)
        return self.answer

    def authenticate(
        self, server: Any, session: Any, envelope: Any, mechanism: str, given: Any
    ) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.passwords.append(given.password)
        return AuthResult(success=True)


@contextmanager
def post_office(certificate: Path | None = None) -> Iterator[tuple[Post, int]]:
    post, more = Post(), dict[str, Any]()
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        more = {"tls_context": context, "require_starttls": True, "authenticator": post.authenticate}
    controller = Controller(post, hostname="127.0.0.1", port=free_port(), **more)
    controller.start()
    try:
        yield post, controller.port
    finally:
        controller.stop()


@contextmanager
def silence(greeting: bytes = b"") -> Iterator[tuple[list[socket.socket], int]]:
    """Answers the telephone and says nothing (but a greeting): the calls, and the port."""
    calls: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    call, _ = server.accept()
                except OSError:
                    return
                calls.append(call)
                call.sendall(greeting)

        listener = threading.Thread(target=listen)
        listener.start()
        try:
            yield calls, server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)
            listener.join()
            for call in calls:
                call.close()
