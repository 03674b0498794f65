"""Encryption at rest, keyed look-up hashes, codes and tokens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from cryptography.fernet import Fernet, InvalidToken

_fernet: Fernet | None = None
_index_key = b""


class Unreadable(Exception):
    """Stored text was changed, or the key is another one."""


def set_key(material: str) -> None:
    """Derive the encryption key and the look-up key from one secret, at start-up."""
    global _fernet, _index_key
    root = hashlib.sha256(b"linli:data:" + material.encode()).digest()
    _fernet = Fernet(base64.urlsafe_b64encode(hmac.digest(root, b"encrypt", "sha256")))
    _index_key = hmac.digest(root, b"index", "sha256")


def encrypt(text: str) -> str:
    assert _fernet is not None, "set_key comes first"
    return _fernet.encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    assert _fernet is not None, "set_key comes first"
    try:
        return _fernet.decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise Unreadable from error


def encrypt_bytes(data: bytes) -> bytes:
    """For files: a third longer than what goes in."""
    assert _fernet is not None, "set_key comes first"
    return _fernet.encrypt(data)


def decrypt_bytes(token: bytes) -> bytes:
    assert _fernet is not None, "set_key comes first"
    try:
        return _fernet.decrypt(token)
    except InvalidToken as error:
        raise Unreadable from error


def look_up_hash(purpose: str, text: str) -> str:
    """A keyed hash by which an encrypted value can be found (R141); the same text gives the same hash."""
    return hmac.digest(_index_key, f"{purpose}:{text}".encode(), "sha256").hex()[:40]


def same(one: str, other: str) -> bool:
    """Compare secrets in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def token() -> str:
    """128 random bits, safe in an address."""
    return secrets.token_urlsafe(16)


def digits(count: int) -> str:
    return "".join(secrets.choice("0123456789") for _ in range(count))


# No 0/O, 1/I/L: the code is read aloud and typed from paper.
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def letters(count: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(count))
