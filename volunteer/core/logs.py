"""Logs: one JSON line per event, no personal data (phones, long numbers and mail addresses are masked)."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_LONG_NUMBER = re.compile(r"(?<!\d)(\d{3})\d{4,11}(\d{4})(?!\d)")
_ADDRESS = re.compile(r"[^\s<>'\"@]+@(?=[A-Za-z0-9-]+\.)")  # a mail server names whom it refused


def _mask(logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Mask phone and document numbers and mail addresses, and keep one event on one line."""
    for key, value in event.items():
        if isinstance(value, str) and key != "timestamp":
            event[key] = _ADDRESS.sub("****@", _LONG_NUMBER.sub(r"\1****\2", value))
    return event


def init(level: str) -> None:
    level = level.upper()
    logging.basicConfig(level=level, format="%(message)s")
    for chatty in ("apscheduler", "alembic"):
        logging.getLogger(chatty).setLevel("WARNING")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _mask,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=True,
    )


def say(text: str) -> None:
    """Speak to the operator at the terminal."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
