"""What stands on the printed certificate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from volunteer.areas.models import Area
from volunteer.core import i18n, scanned
from volunteer.core.database import db
from volunteer.core.i18n import gettext as _
from volunteer.hours import queries
from volunteer.hours.models import Certificate
from volunteer.hours.service.certify import State, state_of
from volunteer.people.models import CLOSED

LINES = 6  # fit on the framed sheet; more records go to a second one


@dataclass(frozen=True)
class Line:
    """One activity of the period with all its dates together."""

    title: str
    team: str
    times: int
    minutes: int


@dataclass(frozen=True)
class Sheet:
    certificate: Certificate
    holder: Any
    area: Area
    state: State
    lines: Sequence[Line]
    left_out: Line | None  # the sum of the activities that do not fit
    records: Sequence[Any]  # each service by its date, for the second sheet

    @property
    def holder_name(self) -> str:
        """In full; of somebody who closed the account only that."""
        return _("本人已注销") if self.holder.status == CLOSED else self.holder.name

    @property
    def check_url(self) -> str:
        return scanned.outside_address("hours.check_certificate", code=self.certificate.check_code)

    @property
    def check_address(self) -> str:
        """The page to open by hand, without the code."""
        return scanned.outside_address("hours.check_certificate")

    @property
    def qr(self) -> str:
        """The address of the check as a picture that needs no other request."""
        return scanned.picture(self.check_url, scale=4)

    @property
    def check_code(self) -> str:
        """In two halves, to be read aloud and typed."""
        code = self.certificate.check_code
        return f"{code[:5]} {code[5:]}"

    @property
    def seal(self) -> str:
        """The beginning of the newest day seal: a later edit of the books would not match it."""
        digest = (self.certificate.seal_digest or "")[:16]
        return " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))


def sheet(certificate_id: int) -> Sheet | None:
    certificate = db.session.get(Certificate, certificate_id)
    if certificate is None:
        return None
    records = queries.services(certificate)
    lines = _lines(records)
    shown = lines if len(lines) <= LINES else lines[: LINES - 1]
    return Sheet(
        certificate=certificate,
        holder=queries.holder(certificate.person_id),
        area=db.session.get_one(Area, certificate.area_id),
        state=state_of(certificate),
        lines=shown,
        left_out=_sum(lines[len(shown) :]),
        records=records if len(records) > len(lines) or len(lines) > LINES else (),
    )


def _lines(records: Sequence[Any]) -> list[Line]:
    """One line for each activity and the team that recorded it (R015), the longest service first."""
    groups: dict[tuple[int, str], list[Any]] = {}
    for row in records:
        groups.setdefault((row.series_id, row.team_name), []).append(row)
    lines = [
        Line(
            title=_label(rows[0], "title"),
            team=_label(rows[0], "team_name"),
            times=len(rows),
            minutes=sum(row.minutes for row in rows),
        )
        for rows in groups.values()
    ]
    return sorted(lines, key=lambda line: -line.minutes)


def _sum(lines: Sequence[Line]) -> Line | None:
    if not lines:
        return None
    return Line("", "", sum(line.times for line in lines), sum(line.minutes for line in lines))


def _label(row: Any, name: str) -> str:
    return i18n.label(getattr(row, name), getattr(row, f"{name}_en"))
