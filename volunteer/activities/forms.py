"""Forms of activities; what they may hold is said here, what it means in the services."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms import validators
from wtforms.fields.choices import SelectChoice

from volunteer.activities import repeats, rules
from volunteer.activities.recurrence import Rule
from volunteer.core import clock
from volunteer.core.forms import Day, Form, WholeNumber, at_most, required

_WEEKDAYS = (_l("周一"), _l("周二"), _l("周三"), _l("周四"), _l("周五"), _l("周六"), _l("周日"))


def choices_of(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    return [SelectChoice(str(value), label) for value, label in pairs]


def _time(label: Any, **more: Any) -> wtforms.TimeField:
    return wtforms.TimeField(label, [required()], render_kw={"step": "60"}, **more)


class SeriesForm(Form):
    """A new activity. The rule is read off the choice and the first day."""

    title = wtforms.StringField(_l("活动名称"), [required(), at_most(120)])
    title_en = wtforms.StringField(_l("英文名称"), [validators.Optional(), at_most(160)])
    category = wtforms.SelectField(_l("类别"), choices=choices_of(rules.CATEGORIES.items()))
    content = wtforms.TextAreaField(_l("做些什么"), [required(), at_most(2000)])
    place = wtforms.StringField(_l("地点"), [required(), at_most(200)])
    starts_on = Day(_l("第一次是哪天"), [required()])
    starts_time = _time(_l("几点开始"))
    ends_time = _time(_l("几点结束"))
    repeat = wtforms.RadioField(_l("怎样重复"), choices=choices_of(repeats.CHOICES), default=repeats.ONCE)
    weekdays = wtforms.SelectMultipleField(
        _l("每周的哪几天"),
        [validators.Optional()],
        choices=choices_of(enumerate(_WEEKDAYS)),
        widget=wtforms.widgets.ListWidget(prefix_label=False),
        option_widget=wtforms.widgets.CheckboxInput(),
    )
    capacity = WholeNumber(_l("需要多少人"), least=1, most=100_000, validators=[required()])
    minimum_age = WholeNumber(_l("最小年龄"), least=0, most=120, validators=[validators.Optional()])
    members_only = wtforms.BooleanField(_l("只让本队队员参加"))
    person_in_charge_id = wtforms.SelectField(_l("负责人"), coerce=int)
    risk_statement = wtforms.TextAreaField(_l("风险说明"), [required(), at_most(500)])

    def validate_ends_time(self, field: wtforms.TimeField) -> None:
        if self.starts_time.data and field.data and field.data <= self.starts_time.data:
            raise wtforms.ValidationError(str(_l("结束要晚于开始。")))

    def plan(self) -> rules.Plan:
        """What was filled in; a choice that does not fit the first day is refused."""
        data = self.data
        weekdays = [int(number) for number in data["weekdays"] or ()]
        rrule, lunar = repeats.from_first_day(data["repeat"], data["starts_on"], weekdays)
        return rules.Plan(
            title=data["title"],
            title_en=data["title_en"],
            category=data["category"],
            content=data["content"],
            place=data["place"],
            risk_statement=data["risk_statement"],
            person_in_charge_id=data["person_in_charge_id"],
            rule=Rule(
                starts_on=data["starts_on"],
                start_time=data["starts_time"],
                duration_minutes=_minutes_between(data["starts_time"], data["ends_time"]),
                rrule=rrule,
                lunar=lunar,
            ),
            capacity=data["capacity"],
            minimum_age=data["minimum_age"] or 0,
            members_only=data["members_only"],
        )


class SignOffForm(Form):
    reason = wtforms.StringField(_l("不能来的原因"), [validators.Optional(), at_most(300)])


class SignUpAnotherForm(Form):
    who = wtforms.StringField(_l("志愿者编号、手机号或全名"), [required(), at_most(60)])


class CancelForm(Form):
    reason = wtforms.StringField(_l("取消的原因"), [required(), at_most(300)], id="cancel_reason")


class ChangeForm(Form):
    """One occurrence at another time or place, all within one local day."""

    on = Day(_l("哪一天"), [required()])
    starts_time = _time(_l("几点开始"))
    ends_time = _time(_l("几点结束"))
    place = wtforms.StringField(_l("地点"), [required(), at_most(200)])

    @classmethod
    def of(cls, occurrence: Any) -> ChangeForm:
        starts, ends = clock.local(occurrence.starts_at), clock.local(occurrence.ends_at)
        return cls(
            formdata=None,
            data={
                "on": starts.date(),
                "starts_time": starts.time(),
                "ends_time": ends.time(),
                "place": occurrence.place,
            },
        )

    @property
    def starts_at(self) -> dt.datetime:
        return _moment(self.on, self.starts_time)

    @property
    def ends_at(self) -> dt.datetime:
        return _moment(self.on, self.ends_time)


def _moment(day: wtforms.Field, time: wtforms.Field) -> dt.datetime:
    return clock.at_local(day.data, time.data)


def _minutes_between(start: dt.time, end: dt.time) -> int:
    return (end.hour - start.hour) * 60 + end.minute - start.minute
