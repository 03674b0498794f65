"""An occurrence with what the roll call must know of it, read in one statement."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from volunteer.activities.models import CANCELLED, SERVICE, UNDECIDED, Occurrence, Series
from volunteer.activities.planning.plan_words import counted_kinds
from volunteer.areas.models import Area
from volunteer.core import clock, formats, i18n
from volunteer.core.database import db
from volunteer.core.i18n import gettext as _
from volunteer.hours import rules
from volunteer.hours.spans import Attended
from volunteer.hours.unfinished import IS_PROPOSED
from volunteer.teams.models import Team


@dataclass(frozen=True)
class Planned:
    """What was planned, and by whom."""

    id: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str
    state: str
    recorded_at: dt.datetime | None
    title: str
    title_en: str | None
    team_id: int
    team_path: str
    team_name: str
    team_name_en: str | None
    area_path: str
    hours_kind: str = SERVICE
    is_dangerous: bool = False
    is_flexible: bool = False
    usual_minutes: int = 0  # of a flexible task: how long it usually takes
    is_proposed: bool = False  # its hours wait for the approval of others
    extra_minutes: int = 0  # it went on longer, or below zero: ended early (hours/extension.py)

    @property
    def label(self) -> str:
        return i18n.label(self.title, self.title_en)

    @property
    def team_label(self) -> str:
        return i18n.label(self.team_name, self.team_name_en)

    @property
    def counts(self) -> bool:
        """Whether its kind of time counts as service, by the setting (R035)."""
        return self.hours_kind in counted_kinds()

    @property
    def minutes(self) -> int:
        """Of the plan, with its extension; of a flexible task what it usually takes, never its whole window."""
        return rules.planned_minutes(self.starts_at, self._until) + self.extra_minutes

    @property
    def latest(self) -> dt.datetime:
        """The end of the plan, with its extension."""
        return self.ends_at + dt.timedelta(minutes=self.extra_minutes)

    @property
    def most_minutes(self) -> int:
        """More nobody can have: of a flexible task its window, which confirmed reports may fill."""
        if self.is_flexible:
            return rules.planned_minutes(self.starts_at, self.ends_at) + 1
        return self.minutes

    @property
    def _until(self) -> dt.datetime:
        if self.is_flexible:
            return self.starts_at + dt.timedelta(minutes=self.usual_minutes)
        return self.ends_at

    @property
    def when(self) -> str:
        return formats.span(self.starts_at, self.ends_at)

    @property
    def day(self) -> dt.date:
        return clock.local(self.starts_at).date()

    @property
    def has_started(self) -> bool:
        return self.starts_at <= clock.now()

    @property
    def is_over(self) -> bool:
        return self.ends_at <= clock.now()

    @property
    def is_recordable(self) -> bool:
        """Nobody is credited with time that has not passed; a flexible task may be closed before its last day."""
        return self.has_started and (self.is_flexible or self.latest <= clock.now())

    @property
    def recorded_from(self) -> str:
        """When it is over, in words: the time alone where that is today."""
        is_today = clock.local(self.latest).date() == clock.today()
        return formats.time(self.latest) if is_today else formats.moment(self.latest)

    @property
    def is_cancelled(self) -> bool:
        return self.state == CANCELLED

    def credited(self, attendance: rules.Attendance, off_minutes: int) -> int:
        """A person's minutes by the roll call; none where its kind of time does not count."""
        if not self.counts:
            return 0
        off = _off(attendance, off_minutes)
        return rules.credited_minutes(
            self.starts_at, self._until, attendance, **off, extra_minutes=self.extra_minutes
        )

    def attended(self, attendance: str, off_minutes: int, minutes: int) -> Attended:
        """A person's minutes here, to be asked when they were."""
        return Attended(self.starts_at, self.latest, attendance, off_minutes, minutes)

    def explain(self, attendance: rules.Attendance, off_minutes: int) -> str:
        """Why this number, in words."""
        if not self.counts:
            return _("这类活动的时间只登记，不计入服务时长。")
        off = _off(attendance, off_minutes)
        return rules.explain_minutes(
            self.starts_at, self._until, attendance, **off, extra_minutes=self.extra_minutes
        )


def _off(attendance: rules.Attendance, minutes: int) -> dict[str, int]:
    if attendance == "late":
        return {"late_minutes": minutes}
    return {"early_minutes": minutes} if attendance == "left_early" else {}


# Built once: putting a statement together costs more here than running it.
_ONE = (
    sa.select(
        Occurrence.id,
        Occurrence.starts_at,
        Occurrence.ends_at,
        Occurrence.place,
        Occurrence.state,
        Occurrence.recorded_at,
        Occurrence.is_flexible,
        Series.duration_minutes.label("usual_minutes"),
        Series.title,
        Series.title_en,
        Team.id.label("team_id"),
        Team.path.label("team_path"),
        Team.name.label("team_name"),
        Team.name_en.label("team_name_en"),
        Area.path.label("area_path"),
        Series.hours_kind,
        Series.is_dangerous,
        IS_PROPOSED.label("is_proposed"),
    )
    .join(Series, Series.id == Occurrence.series_id)
    .join(Team, Team.id == Series.team_id)
    .join(Area, Area.id == Team.area_id)
    .where(Occurrence.id == sa.bindparam("occurrence_id"))
)
_ONE_LOCKED = _ONE.with_for_update(of=Occurrence)


def load(occurrence_id: int, *, lock: bool = False) -> Planned | None:
    """The occurrence as it is now; with `lock` nobody else records it until we are done."""
    row = db.session.execute(_ONE_LOCKED if lock else _ONE, {"occurrence_id": occurrence_id}).first()
    if row is None or row.state == UNDECIDED:  # of what nobody has decided about there is no roll
        return None
    return Planned(**row._mapping)
