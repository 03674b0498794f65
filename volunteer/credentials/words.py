"""Entries in the order and the words of the pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from volunteer.core import formats
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import ngettext
from volunteer.credentials import rules
from volunteer.credentials.models import KINDS, REFUSED, VALID, WAITING, Credential


@dataclass(frozen=True)
class Line:
    """An entry with the tag that tells how it stands; kinds of tags as in components/tag.html."""

    entry: Credential
    tag: str
    tag_kind: str


@dataclass
class Shelves:
    """What counts by kind, what waits, and what does not count (any more)."""

    counting: dict[str, list[Line]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    waiting: list[Line] = field(default_factory=list)
    past: list[Line] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.waiting or self.past or any(self.counting.values()))


def shelves(entries: Iterable[Credential], today: dt.date) -> Shelves:
    found = Shelves()
    for entry in entries:
        line = _line(entry, today)
        if entry.state == WAITING:
            found.waiting.append(line)
        elif entry.state == VALID and not _is_over(entry, today):
            found.counting[entry.kind].append(line)
        else:
            found.past.append(line)
    return found


def _is_over(entry: Credential, today: dt.date) -> bool:
    return entry.expires_on is not None and entry.expires_on < today


def _line(entry: Credential, today: dt.date) -> Line:
    if entry.state == WAITING:
        return Line(entry, _("等确认"), "info")
    if entry.state == REFUSED:
        return Line(entry, _("没有通过"), "plain")
    if entry.state != VALID:
        return Line(entry, _("已收回"), "plain")
    if entry.expires_on is None:
        return Line(entry, "", "")
    return _with_end(entry, entry.expires_on, today)


def _with_end(entry: Credential, last: dt.date, today: dt.date) -> Line:
    if last < today:
        return Line(entry, _("已过期"), "plain")
    if last > today + rules.EXPIRES_SOON:
        return Line(entry, _("有效到 %(day)s", day=formats.full_day(last)), "good")
    left = (last - today).days
    if not left:
        return Line(entry, _("今天到期"), "warn")
    return Line(
        entry, ngettext("还有 %(days)s 天到期", "还有 %(days)s 天到期", left) % {"days": left}, "warn"
    )
