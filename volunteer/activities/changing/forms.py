"""The form with which one date, the later ones or all are edited: fields of the date, fields of the series."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms import validators

from volunteer.activities.changing import present_rule
from volunteer.activities.changing.editing import ALL, LATER, LONGEST_NOTE, ONE
from volunteer.activities.forms import WEEKDAYS, choices_of
from volunteer.activities.models import FLEXIBLE, KEEP
from volunteer.activities.over_midnight import end_of, minutes_between, refuse_long_night
from volunteer.activities.planning import plans
from volunteer.activities.repeating import repeats
from volunteer.activities.repeating.recurrence import Shift
from volunteer.activities.repeating.repeat_fields import MonthDaysField, refuse_every
from volunteer.activities.service.changing.changes import DateWish
from volunteer.activities.service.changing.editing import NewRule, Wish
from volunteer.core import clock
from volunteer.core.formats import LAST_SECOND, weekday_name
from volunteer.core.forms import Choices, Day, Form, Row, WholeNumber, at_most
from volunteer.core.i18n import gettext as _

SAME = "same"
SCOPES: tuple[tuple[str, Any], ...] = (
    (ONE, _l("只改这一场")),
    (LATER, _l("这一场和后面的")),
    (ALL, _l("整个系列")),
)
_optional = validators.Optional


def _needed(when: Callable[[Any], bool]) -> Any:
    """Validator: must be filled in where the chosen scope asks for it, else it is not looked at."""

    def check(form: Any, field: Any) -> None:
        if not when(form):
            field.errors = []
            raise validators.StopValidation
        if not field.raw_data or not str(field.raw_data[0]).strip():
            field.errors = []
            raise validators.StopValidation(str(_l("请填写这一项。")))

    return check


def _of_date(form: Any) -> bool:
    return bool(form.is_about_date)


def _of_timed_date(form: Any) -> bool:
    return bool(form.is_about_date and form.is_timed)


def _of_window(form: Any) -> bool:
    return bool(form.is_about_date and not form.is_timed)


def _of_series(form: Any) -> bool:
    return bool(form.is_about_series)


def _of_many(form: Any) -> bool:
    return bool(form.is_about_series and not form.is_single)


def _of_windows(form: Any) -> bool:
    return _of_many(form) and not form.is_timed


def _of_rule(form: Any) -> bool:
    return _of_many(form) and form.repeat.data != SAME


def _as_shown(form: Any, field: Any) -> None:
    """With the rule as it is there is no other day to begin on: said, not left aside."""
    if _of_many(form) and form.repeat.data == SAME and field.data not in (None, form.first_shown):
        raise validators.StopValidation(_("多久一次选了“照旧”，这一天改了也不算。请先选多久一次。"))


def _time(label: Any, *checks: Any) -> wtforms.TimeField:
    return wtforms.TimeField(label, checks or [_optional()], render_kw={"step": "60"})


class TimesRow(Row):
    """When one shift begins and ends."""

    starts_time = _time(_l("几点开始"), validators.InputRequired(_l("请填时间，例如 9:00。")))
    ends_time = _time(_l("几点结束"), validators.InputRequired(_l("请填时间，例如 9:00。")))

    def validate_ends_time(self, field: wtforms.TimeField) -> None:
        refuse_long_night(self.starts_time.data, field)


class EditForm(Form):
    """What is not of the chosen scope may hold anything: it is not looked at."""

    scope = wtforms.RadioField(_l("改哪些"), choices=choices_of(SCOPES), default=ONE)
    # One date.
    on = Day(_l("哪一天"), [_needed(_of_date)])
    last_on = Day(_l("做到哪一天"), [_needed(_of_window)])
    starts_time = _time(_l("几点开始"), _needed(_of_timed_date))
    ends_time = _time(_l("几点结束"), _needed(_of_timed_date))
    date_place = wtforms.StringField(_l("地点"), [_needed(_of_date), at_most(200)])
    date_capacity = WholeNumber(_l("名额"), least=1, most=plans.MOST_PLACES, validators=[_needed(_of_date)])
    note = wtforms.TextAreaField(
        _l("这一场的说明"),
        [_optional(), at_most(LONGEST_NOTE)],
        description=_l("只写在这一场的页面上，例如：这次请带雨衣。"),
    )
    # The series.
    title = wtforms.StringField(_l("活动名称"), [_needed(_of_series), at_most(120)])
    title_en = wtforms.StringField(_l("英文名称"), [_optional(), at_most(160)])
    content = wtforms.TextAreaField(_l("做些什么"), [_needed(_of_series), at_most(2000)])
    place = wtforms.StringField(_l("地点"), [_needed(_of_many), at_most(200)])
    capacity = WholeNumber(_l("每场名额"), least=1, most=plans.MOST_PLACES, validators=[_needed(_of_many)])
    risk_statement = wtforms.TextAreaField(_l("风险说明"), [_needed(_of_series), at_most(500)])
    window_days = WholeNumber(
        _l("几天之内做完"),
        least=1,
        most=plans.LONGEST_WINDOW_DAYS,
        validators=[_needed(_of_windows)],
        description=_l("已经开始的那一场不变。要改它，请到那一场的页面去改。"),
    )
    times = wtforms.FieldList(wtforms.FormField(TimesRow), min_entries=0, max_entries=10)
    repeat = wtforms.SelectField(_l("多久一次"), choices=[], default=SAME)
    first_on = Day(
        _l("从哪天起"),
        [_as_shown, _needed(_of_rule)],
        description=_l("星期几、几号都按这一天来算。"),
    )
    weekdays = Choices(
        _l("每周的哪几天"),
        [_optional()],
        choices=choices_of(enumerate(WEEKDAYS)),
        description=_l("选了“每周”或“每两周”时用；不选就按上面那天。"),
    )
    month_days = MonthDaysField(
        _l("每月的哪几天"),
        [_optional()],
        description=_l("一个月办几天的才填，例如 5、20；不填就按上面那天。"),
    )
    every = WholeNumber(_l("每隔几周或几个月"), least=1, most=12, validators=[_optional()])
    offset = wtforms.SelectField(
        _l("在正日子的什么时候"),
        choices=choices_of(repeats.OFFSETS),
        default="",
        description=_l("选了节日、节气、每年或农历时用。"),
    )
    on_holiday = wtforms.RadioField(
        _l("碰上法定节假日"), choices=choices_of(repeats.HOLIDAY_POLICIES), default=KEEP
    )
    on_makeup = wtforms.RadioField(
        _l("碰上调休上班的周末"), choices=choices_of(repeats.MAKEUP_POLICIES), default=KEEP
    )
    # What is filled in on the page that is read before.
    words = wtforms.TextAreaField(_l("给报名的人说几句"), [_optional(), at_most(300)])

    is_single, is_timed = False, True
    begins_time = dt.time()  # of what may be done at any time: nobody sees it, it stays
    has_begun = False
    series: Any = None
    first_shown = dt.date.min  # the first day that stands in the form when it is opened
    shift_numbers: tuple[int, ...] = (0,)

    def suit(self, *, row: Any, series: Any, shifts: dict[int, Shift], is_single: bool) -> None:
        """Fit the form to the date and its series; without anything sent it shows them as they are."""
        self.is_single, self.is_timed = is_single, series.kind != FLEXIBLE
        self.shift_numbers = (0, *shifts)
        self.begins_time = clock.local(row.starts_at).time()
        self.has_begun = row.starts_at <= clock.now()
        self.series, self.first_shown = series, max(row.original_on, clock.today())
        repeat = {"": [(SAME, str(_("照旧")))], **repeats.grouped()}
        repeat[_("按日期")] = [pair for pair in repeat[_("按日期")] if pair[0] != repeats.ONCE]
        self.repeat.choices = repeat
        if not self.is_submitted():
            self._show(row, series, [series, *shifts.values()])

    def _show(self, row: Any, series: Any, shifts: Sequence[Any]) -> None:
        starts, ends = clock.local(row.starts_at), clock.local(row.ends_at)
        self.on.data, self.starts_time.data, self.ends_time.data = starts.date(), starts.time(), ends.time()
        self.last_on.data = (ends - dt.timedelta(microseconds=1)).date()
        self.date_place.data, self.date_capacity.data, self.note.data = row.place, row.capacity, row.note
        for name in (
            *("title", "title_en", "content", "place", "capacity", "risk_statement"),
            *("on_holiday", "on_makeup", "window_days"),
        ):
            self[name].data = getattr(series, name)
        self.first_on.data = self.first_shown
        for name, value in present_rule.fields_of(series, self.first_shown).items():
            self[name].data = value
        for shift in shifts if self.is_timed else ():
            ends_time = end_of(shift.start_time, shift.duration_minutes)
            self.times.append_entry({"starts_time": shift.start_time, "ends_time": ends_time})

    @property
    def is_about_date(self) -> bool:
        return self.is_single or self.scope.data == ONE

    @property
    def is_about_series(self) -> bool:
        return self.is_single or self.scope.data != ONE

    @property
    def chosen_scope(self) -> str:
        return ALL if self.is_single else str(self.scope.data)

    def validate_ends_time(self, field: wtforms.TimeField) -> None:
        refuse_long_night(self.starts_time.data, field)

    def validate_every(self, field: WholeNumber) -> None:
        shown = present_rule.fields_of(self.series, self.first_shown) if self.repeat.data == SAME else {}
        is_unused = not repeats.takes_every(self.repeat.data) and field.data != shown.get("every")
        if _of_many(self) and field.data and is_unused:
            refuse_every()

    def validate_weekdays(self, field: Choices) -> None:
        """The days of the old rule stay ticked when only the first day is changed."""
        first = self.first_on.data
        is_weekly = self.repeat.data in (repeats.WEEKLY, repeats.FORTNIGHTLY)
        if not (_of_many(self) and is_weekly and field.data and first) or first == self.first_shown:
            return
        if str(first.weekday()) not in field.data:
            name = weekday_name(first.weekday())
            raise wtforms.ValidationError(
                _("从哪天起选的是%(weekday)s，这里没有勾。请勾上%(weekday)s，或者换一天。", weekday=name)
            )

    def validate_last_on(self, field: Day) -> None:
        if field.data and self.on.data and field.data < self.on.data:
            raise wtforms.ValidationError(str(_l("最后一天不能早于第一天。")))

    def date_wish(self) -> DateWish:
        if self.is_timed:
            starts_at = clock.at_local(_day(self.on), self.starts_time.data)
            minutes = minutes_between(self.starts_time.data, self.ends_time.data)
            ends_at = starts_at + dt.timedelta(minutes=minutes)
        else:
            starts_at = clock.at_local(_day(self.on), self.begins_time)
            ends_at = clock.at_local(_day(self.last_on), LAST_SECOND)
        return DateWish(
            starts_at, ends_at, self.date_place.data, self.date_capacity.data, self.note.data or ""
        )

    def series_wish(self, starts_on: dt.date) -> Wish:
        """`starts_on` is the first day of the series as it is: what happens once may get another."""
        names = ["title", "title_en", "content", "risk_statement"]
        if self.is_single:
            values = {name: self[name].data for name in names}
            values |= {"place": self.date_place.data, "capacity": self.date_capacity.data}
            if not self.is_timed:
                values["window_days"] = (_day(self.last_on) - _day(self.on)).days + 1
            return Wish(
                values,
                self._times([(self.starts_time.data, self.ends_time.data)]),
                NewRule(_day(self.on)) if self.on.data != starts_on else None,
            )
        names += ["place", "capacity", "on_holiday", "on_makeup"]
        values = {name: self[name].data for name in [*names, *(() if self.is_timed else ("window_days",))]}
        rows = [(row.form.starts_time.data, row.form.ends_time.data) for row in self.times]
        return Wish(values, self._times(rows), self._rule())

    def _times(self, rows: Sequence[tuple[dt.time, dt.time]]) -> dict[int, tuple[dt.time, int]]:
        if not self.is_timed:
            return {}
        return {
            number: (start, minutes_between(start, end))
            for number, (start, end) in zip(self.shift_numbers, rows, strict=False)
        }

    def _rule(self) -> NewRule | None:
        if self.repeat.data == SAME:
            return None
        rule = present_rule.rule_of(self.data, _day(self.first_on))
        is_as_shown = rule.starts_on == self.first_shown and present_rule.is_same(self.series, rule)
        return None if is_as_shown else rule


def _day(field: Day) -> dt.date:
    """What a validated field that must be filled in holds."""
    assert field.data is not None
    return field.data
