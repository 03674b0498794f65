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
from volunteer.activities.requirements import Requirement
from volunteer.core import clock
from volunteer.core.forms import Choices, Day, Form, WholeNumber, at_most, required
from volunteer.credentials.models import QUALIFICATION, TRAINING
from volunteer.credentials.rules import KIND_LABELS, LONGEST_NAME

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
    weekdays = Choices(
        _l("每周的哪几天"),
        [validators.Optional()],
        choices=choices_of(enumerate(_WEEKDAYS)),
    )
    capacity = WholeNumber(_l("需要多少人"), least=1, most=100_000, validators=[required()])
    minimum_age = WholeNumber(_l("最小年龄"), least=0, most=120, validators=[validators.Optional()])
    members_only = wtforms.BooleanField(_l("只让本队队员参加"))
    is_dangerous = wtforms.BooleanField(_l("有危险，或者是抢险救灾"))
    needs = Choices(_l("要先有哪些培训或资格"), [validators.Optional()], choices=[])
    needs_training = wtforms.StringField(_l("别的培训"), [validators.Optional(), at_most(LONGEST_NAME)])
    needs_qualification = wtforms.StringField(_l("别的资格"), [validators.Optional(), at_most(LONGEST_NAME)])
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
            is_dangerous=data["is_dangerous"],
            requirements=self._requirements(),
        )

    def offer_needs(self, known: Iterable[tuple[str, str]]) -> None:
        """The trainings and qualifications that people hold, as kind and name, to be ticked."""
        self.needs.choices = [
            SelectChoice(f"{kind}:{name}", f"{KIND_LABELS[kind]} · {name}") for kind, name in known
        ]

    def _requirements(self) -> tuple[Requirement, ...]:
        ticked = [Requirement(*value.split(":", 1)) for value in self.needs.data or ()]
        typed = ((TRAINING, self.needs_training.data), (QUALIFICATION, self.needs_qualification.data))
        return tuple(sorted({*ticked, *(Requirement(kind, name) for kind, name in typed if name)}))


class SignOffForm(Form):
    reason = wtforms.StringField(_l("不能来的原因"), [validators.Optional(), at_most(300)])


class WardSignOffForm(Form):
    ward_reason = wtforms.StringField(_l("他不能来的原因"), [validators.Optional(), at_most(300)])


class SignUpAnotherForm(Form):
    who = wtforms.StringField(_l("志愿者编号、手机号或全名，也可以扫卡"), [required(), at_most(200)])


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
