"""The way to the mail server: one connection for a run, opened when first needed."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage

from flask import current_app

TIMEOUT = 15.0  # seconds in which the server has to answer
_PERMANENT = range(500, 600)


class Unreachable(Exception):
    """The mail server cannot be used just now, whatever the letter; `began` says that one was under way."""

    def __init__(self, error: Exception, *, began: bool) -> None:
        super().__init__(type(error).__name__)
        self.began = began


class Smtp:
    """Hands letters over; closed by whoever opened it."""

    def __init__(self) -> None:
        self._connection: smtplib.SMTP | None = None

    def deliver(self, message: EmailMessage, address: str) -> None:
        """An answer about the letter is raised as it is; no answer to the first of a connection: `Unreachable`.

        Many servers end a connection after so many letters: the next one opens a new one.
        """
        is_first = self._connection is None
        connection = self._connection = self._connection or _connect()
        try:
            connection.send_message(message, to_addrs=[address])
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            if is_first and not _is_about_letter(error):
                raise Unreachable(error, began=True) from error
            raise

    def close(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            _leave(connection)


def is_final(error: Exception) -> bool:
    """The server has refused this letter for good."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code in _PERMANENT for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code in _PERMANENT


def _is_about_letter(error: Exception) -> bool:
    return isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)


def _connect() -> smtplib.SMTP:
    settings = current_app.config
    try:
        server = smtplib.SMTP(settings["SMTP_HOST"], settings["SMTP_PORT"], timeout=TIMEOUT)
    except (smtplib.SMTPException, OSError) as error:
        raise Unreachable(error, began=False) from error
    try:
        if settings["SMTP_STARTTLS"]:
            server.starttls(context=ssl.create_default_context())  # the default would trust any certificate
        server.ehlo_or_helo_if_needed()
        if settings["SMTP_USER"]:
            server.login(settings["SMTP_USER"], settings["SMTP_PASSWORD"])
    except (smtplib.SMTPException, OSError) as error:
        server.close()
        raise Unreachable(error, began=False) from error
    return server


def _leave(connection: smtplib.SMTP) -> None:
    try:
        connection.quit()
    except (smtplib.SMTPException, OSError):
        connection.close()
