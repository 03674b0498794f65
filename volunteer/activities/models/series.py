"""A series keeps a rule and makes occurrences; what it asks for, its posts, its words for each month."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core import i18n
from volunteer.core.database import Id, Model, reference

DRAFT, LIVE, ENDED = "draft", "live", "ended"
TIMED, FLEXIBLE = "timed", "flexible"
KEEP, SKIP, BEFORE, AFTER, ASK = "keep", "skip", "before", "after", "ask"
POLICIES = (KEEP, SKIP, BEFORE, AFTER, ASK)
SERVICE, TRAINING_HOURS, PREPARATION, MEETING, NO_HOURS = (
    "service",
    "training",
    "preparation",
    "meeting",
    "none",
)
HOURS_KINDS = (SERVICE, TRAINING_HOURS, PREPARATION, MEETING, NO_HOURS)  # R035, R047
FEMALE, MALE = "female", "male"


class Series(Model):
    """What is done, by whom, where and when it recurs. A single activity is a series without a rule."""

    __tablename__ = "series"
    __table_args__ = (
        sa.UniqueConstraint("code", name="uq_series_code"),
        sa.CheckConstraint("capacity BETWEEN 1 AND 100000", name="capacity"),
        sa.CheckConstraint("duration_minutes BETWEEN 1 AND 1440", name="duration"),
        sa.CheckConstraint("minimum_age BETWEEN 0 AND 120", name="minimum_age"),
        sa.CheckConstraint("state IN ('draft', 'live', 'ended')", name="state"),
        sa.CheckConstraint("kind IN ('timed', 'flexible')", name="kind"),
        sa.CheckConstraint("on_holiday IN ('keep', 'skip', 'before', 'after', 'ask')", name="on_holiday"),
        sa.CheckConstraint("on_makeup IN ('keep', 'skip', 'before', 'after', 'ask')", name="on_makeup"),
        sa.CheckConstraint("sex_needed IN ('female', 'male')", name="sex_needed"),
        sa.CheckConstraint(
            "hours_kind IN ('service', 'training', 'preparation', 'meeting', 'none')", name="hours_kind"
        ),
        sa.Index("ix_series_team", "team_id", "id"),
        sa.Index("ix_series_made_until", "state", "made_until"),
        sa.Index("ix_series_follows", "follows_id"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(40))
    team_id: Mapped[int] = reference("team.id")
    area_id: Mapped[int] = reference("area.id")
    category: Mapped[str] = mapped_column(sa.String(40))
    title: Mapped[str] = mapped_column(sa.String(120))
    title_en: Mapped[str | None] = mapped_column(sa.String(160))
    content: Mapped[str] = mapped_column(sa.String(2000), default="")
    place: Mapped[str] = mapped_column(sa.String(200))
    risk_statement: Mapped[str] = mapped_column(sa.String(500), default="")
    person_in_charge_id: Mapped[int] = reference("person.id")
    recurrence: Mapped[str | None] = mapped_column(sa.String(500))  # RFC 5545 RRULE
    lunar: Mapped[str | None] = mapped_column(
        sa.String(10)
    )  # '9-9', '12-last', with the leap month '6-1-leap'
    solar_term: Mapped[str | None] = mapped_column(sa.String(20))  # 'qingming'
    offset: Mapped[str | None] = mapped_column(sa.String(30))  # 'days:-3', 'week:SA,SU', 'nearest:SA' (R058)
    on_holiday: Mapped[str] = mapped_column(sa.String(6), default=KEEP)  # R052
    on_makeup: Mapped[str] = mapped_column(sa.String(6), default=KEEP)  # R053
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date | None]  # the organiser's own last day
    most_dates: Mapped[int | None]  # ends after so many dates
    start_time: Mapped[dt.time]  # of the first shift; further ones are series_shift
    duration_minutes: Mapped[int]  # of a flexible task: how long it usually takes
    kind: Mapped[str] = mapped_column(sa.String(10), default=TIMED)
    window_days: Mapped[int | None]  # flexible: it may be done within so many days
    capacity: Mapped[int]
    minimum_people: Mapped[int] = mapped_column(default=0)  # fewer: the receivers are warned
    warn_hours: Mapped[int] = mapped_column(default=48)  # so long before the start
    opens_days: Mapped[int | None]  # sign-up opens so many days before; none: at once
    opens_time: Mapped[dt.time | None]
    newcomers_hours: Mapped[int] = mapped_column(default=0)  # the first hours are for who never came before
    closes_hours: Mapped[int] = mapped_column(default=0)  # sign-up closes so long before the start
    regular_places: Mapped[int] = mapped_column(default=0)  # most that standing sign-ups may take; 0: none
    most_companions: Mapped[int] = mapped_column(default=0)
    takes_pairs: Mapped[bool] = mapped_column(default=False)
    rest_minutes: Mapped[int] = mapped_column(default=0)  # to another activity before and after
    minimum_age: Mapped[int] = mapped_column(default=0)
    sex_needed: Mapped[str | None] = mapped_column(sa.String(6))
    minimum_minutes: Mapped[int] = mapped_column(default=0)  # of service so far (R022)
    hours_kind: Mapped[str] = mapped_column(sa.String(12), default=SERVICE)
    counts_travel: Mapped[bool] = mapped_column(default=False)  # R034
    members_only: Mapped[bool] = mapped_column(default=False)
    is_dangerous: Mapped[bool] = mapped_column(default=False)  # R009: nobody under 18, not even by staff
    has_requirements: Mapped[bool] = mapped_column(default=False)  # rows of series_requirement must be asked
    has_positions: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(sa.String(10), default=LIVE)
    renewed_until: Mapped[dt.date]  # R062: at most a year ahead without renewal
    made_until: Mapped[dt.date | None]  # up to here its dates have been made
    calendar_mark: Mapped[str | None] = mapped_column(
        sa.String(40)
    )  # the holiday table it was last laid over
    last_number: Mapped[int] = mapped_column(default=0)  # 第n期 given last, never given again (R061)
    follows_id: Mapped[int | None] = reference("series.id", optional=True)  # split off from (R060)
    created_at: Mapped[dt.datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own protocol

    @property
    def label(self) -> str:
        """The title in the reader's language where there is one."""
        return i18n.label(self.title, self.title_en)

    @hybrid_property
    def is_repeating(self) -> bool:
        """Whether its rule gives more than one date."""
        return bool(self.recurrence or self.lunar or self.solar_term)

    @is_repeating.inplace.expression
    @classmethod
    def _is_repeating(cls) -> sa.ColumnElement[bool]:
        rules = (cls.recurrence, cls.lunar, cls.solar_term)
        return sa.or_(*(rule.is_not(None) for rule in rules))


class SeriesRequirement(Model):
    """A training, qualification or skill without which nobody signs up; a skill by its code."""

    __tablename__ = "series_requirement"
    __table_args__ = (sa.CheckConstraint("kind IN ('training', 'qualification', 'skill')", name="kind"),)

    series_id: Mapped[int] = reference("series.id", primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(15), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80), primary_key=True)


class SeriesShift(Model):
    """A second or later shift of the same day; the first one's time stands in the series."""

    __tablename__ = "series_shift"
    __table_args__ = (
        sa.CheckConstraint("number BETWEEN 1 AND 9", name="number"),
        sa.CheckConstraint("duration_minutes BETWEEN 1 AND 1440", name="duration"),
    )

    series_id: Mapped[int] = reference("series.id", primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    start_time: Mapped[dt.time]
    duration_minutes: Mapped[int]


class Position(Model):
    """A post of an activity (岗位) with its own quota and requirements."""

    __tablename__ = "position"
    __table_args__ = (
        sa.CheckConstraint("capacity BETWEEN 1 AND 100000", name="capacity"),
        sa.CheckConstraint("minimum_age BETWEEN 0 AND 120", name="minimum_age"),
        sa.CheckConstraint("sex_needed IN ('female', 'male')", name="sex_needed"),
        sa.Index("ix_position_series", "series_id", "id"),
    )

    id: Mapped[Id]
    series_id: Mapped[int] = reference("series.id")
    name: Mapped[str] = mapped_column(sa.String(40))
    name_en: Mapped[str | None] = mapped_column(sa.String(60))
    capacity: Mapped[int]
    minimum_age: Mapped[int] = mapped_column(default=0)
    sex_needed: Mapped[str | None] = mapped_column(sa.String(6))
    minimum_minutes: Mapped[int] = mapped_column(default=0)
    members_only: Mapped[bool] = mapped_column(default=False)
    has_requirements: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[dt.datetime | None]  # no new dates have it; who holds it keeps it

    @property
    def label(self) -> str:
        return i18n.label(self.name, self.name_en)


class PositionRequirement(Model):
    """What a position asks for beyond its activity."""

    __tablename__ = "position_requirement"
    __table_args__ = (sa.CheckConstraint("kind IN ('training', 'qualification', 'skill')", name="kind"),)

    position_id: Mapped[int] = reference("position.id", primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(15), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80), primary_key=True)


class StaffingReceiver(Model):
    """Who is told when too few have signed up; without any, the team's leaders are."""

    __tablename__ = "staffing_receiver"
    __table_args__ = (sa.UniqueConstraint("series_id", "person_id", name="uq_staffing_receiver"),)

    id: Mapped[Id]
    series_id: Mapped[int] = reference("series.id")
    person_id: Mapped[int] = reference("person.id", index=True)


class SeriesTheme(Model):
    """The words of one month, '本月主题：…' (R063)."""

    __tablename__ = "series_theme"

    series_id: Mapped[int] = reference("series.id", primary_key=True)
    month: Mapped[dt.date] = mapped_column(primary_key=True)  # its first day
    text: Mapped[str] = mapped_column(sa.String(120))
    text_en: Mapped[str | None] = mapped_column(sa.String(160))


class MenuItem(Model):
    """A ready plan that staff and leaders start from (活动菜单)."""

    __tablename__ = "menu_item"
    __table_args__ = (sa.Index("ix_menu_item_area", "area_id", "id"),)

    id: Mapped[Id]
    area_id: Mapped[int] = reference("area.id")
    name: Mapped[str] = mapped_column(sa.String(80))
    plan: Mapped[dict[str, object]] = mapped_column(sa.JSON)
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int] = reference("person.id")
    archived_at: Mapped[dt.datetime | None]


class ActivityPhoto(Model):
    """A picture of an activity, its metadata removed; of one date or of the whole series."""

    __tablename__ = "activity_photo"
    __table_args__ = (sa.Index("ix_activity_photo_series", "series_id", "id"),)

    id: Mapped[Id]
    series_id: Mapped[int] = reference("series.id")
    occurrence_id: Mapped[int | None] = reference("occurrence.id", optional=True)
    file_id: Mapped[int] = reference("stored_file.id")
    caption: Mapped[str] = mapped_column(sa.String(120), default="")
    added_at: Mapped[dt.datetime]
    added_by_id: Mapped[int] = reference("person.id")
