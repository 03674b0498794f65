"""The form of a new activity: what R019 asks for stands on top, everything else in folded groups."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from wtforms import validators

from volunteer.activities import rules
from volunteer.activities.forms import WEEKDAYS, choices_of
from volunteer.activities.models import FLEXIBLE, KEEP, SERVICE, TIMED
from volunteer.activities.over_midnight import refuse_long_night
from volunteer.activities.planning import plans
from volunteer.activities.planning.plan_words import HOURS_KIND_LABELS
from volunteer.activities.planning.post_form import PostFields
from volunteer.activities.planning.requirements import Requirement
from volunteer.activities.planning.who_form import WhoFields, needed_if, needs_choices, number
from volunteer.activities.repeating import repeats
from volunteer.activities.repeating.repeat_fields import MonthDaysField, RepeatField, refuse_every
from volunteer.core.forms import Choices, Day, Form, Hours, Row, WholeNumber, at_most, required
from volunteer.core.i18n import gettext as _

KINDS: tuple[tuple[str, Any], ...] = (
    (TIMED, _l("大家同一个时间来")),
    (FLEXIBLE, _l("自己安排时间，几天之内做完就行")),
)
LONGEST_TITLE, LONGEST_CONTENT, LONGEST_PLACE, LONGEST_RISK = 120, 2000, 200, 500
EMPTY_POSITIONS, EMPTY_SHIFTS = 2, 1
_optional = validators.Optional


def _time(label: Any, *checks: Any, **more: Any) -> wtforms.TimeField:
    return wtforms.TimeField(label, checks or [_optional()], render_kw={"step": "60"}, **more)


def _is_filled(row: Any) -> bool:
    return not row.is_empty


def _is_timed(form: Any) -> bool:
    return bool(form.kind.data != FLEXIBLE)


def _is_flexible(form: Any) -> bool:
    return not _is_timed(form)


class ShiftRow(Row):
    """A further shift of the same day."""

    starts_time = _time(_l("几点开始"), needed_if(_is_filled, _l("请填时间，例如 9:00。")))
    ends_time = _time(_l("几点结束"), needed_if(_is_filled, _l("请填时间，例如 9:00。")))

    def validate_ends_time(self, field: wtforms.TimeField) -> None:
        refuse_long_night(self.starts_time.data, field)


class PositionRow(PostFields, Row):
    """A position."""

    name = wtforms.StringField(
        _l("岗位名称"), [needed_if(_is_filled, _l("请给岗位起个名字，例如：引导员。")), at_most(40)]
    )
    capacity = WholeNumber(
        _l("要几个人"),
        least=1,
        most=plans.MOST_PLACES,
        validators=[needed_if(_is_filled, _l("请填这个岗位要几个人。"))],
    )


class SeriesForm(WhoFields, Form):
    """A new activity. The rule is read off the choice and the first day (`publishing.plan_of`)."""

    title = wtforms.StringField(_l("活动名称"), [required(), at_most(LONGEST_TITLE)])
    category = wtforms.SelectField(_l("类别"), choices=choices_of(rules.CATEGORIES.items()))
    content = wtforms.TextAreaField(
        _l("做些什么"),
        [required(), at_most(LONGEST_CONTENT)],
        description=_l("来了做什么、要带什么、找谁集合。"),
    )
    place = wtforms.StringField(_l("地点"), [required(), at_most(LONGEST_PLACE)])
    starts_on = Day(_l("第一次是哪天"), [required()])
    starts_time = _time(_l("几点开始"), needed_if(_is_timed, _l("请填时间，例如 9:00。")))
    ends_time = _time(_l("几点结束"), needed_if(_is_timed, _l("请填时间，例如 9:00。")))
    repeat = RepeatField(_l("多久一次"), description=_l("星期几、几号，都按第一次那天来算。"))
    weekdays = Choices(
        _l("每周的哪几天"),
        [_optional()],
        choices=choices_of(enumerate(WEEKDAYS)),
        description=_l("一周办几天的才选；不选就按第一次那天。"),
    )
    month_days = MonthDaysField(
        _l("每月的哪几天"),
        [_optional()],
        description=_l("一个月办几天的才填，例如 5、20；不填就按第一次那天。"),
    )
    offset = wtforms.SelectField(
        _l("在正日子的什么时候"),
        choices=choices_of(repeats.OFFSETS),
        default="",
        description=_l("选了节日、节气、每年或农历时用。"),
    )
    capacity = WholeNumber(_l("需要多少人"), least=1, most=plans.MOST_PLACES, validators=[required()])
    risk_statement = wtforms.TextAreaField(
        _l("风险说明"),
        [required(), at_most(LONGEST_RISK)],
        description=_l("可能有什么危险、怎样防范；没有就写“无”。"),
    )
    # Repeats and holidays.
    every = number(
        _l("每隔几周或几个月"), 1, 12, description=_l("例如每三周、每两个月一次；按上面选的，就不用填。")
    )
    ends_on = Day(_l("办到哪天为止"), [_optional()], description=_l("不填就一直办，每年续期一次。"))
    most_dates = number(_l("一共办几次"), 1, plans.MOST_DATES)
    on_holiday = wtforms.RadioField(
        _l("碰上法定节假日"), choices=choices_of(repeats.HOLIDAY_POLICIES), default=KEEP
    )
    on_makeup = wtforms.RadioField(
        _l("碰上调休上班的周末"), choices=choices_of(repeats.MAKEUP_POLICIES), default=KEEP
    )
    # Shifts.
    kind = wtforms.RadioField(_l("时间怎么安排"), choices=choices_of(KINDS), default=TIMED)
    window_days = WholeNumber(
        _l("几天之内做完"),
        description=_l("自己安排时间的才填，下面一项也是。"),
        least=1,
        most=plans.LONGEST_WINDOW_DAYS,
        validators=[needed_if(_is_flexible, _l("请填几天之内做完，例如 7。"))],
    )
    usual_minutes = Hours(
        _l("大约要几个小时"),
        most_minutes=24 * 60,
        validators=[needed_if(_is_flexible, _l("请填大约要几个小时，例如 1.5。"))],
    )
    shifts = wtforms.FieldList(wtforms.FormField(ShiftRow), label=_l("班次"), min_entries=0, max_entries=20)
    # Positions.
    positions = wtforms.FieldList(
        wtforms.FormField(PositionRow), label=_l("岗位"), min_entries=0, max_entries=40
    )
    # When to sign up.
    opens_days = number(
        _l("提前几天开放报名"), 0, plans.MOST_OPENS_DAYS, description=_l("不填就是发布以后随时能报。")
    )
    opens_time = _time(_l("那天几点开放"), description=_l("不填就是早上 8 点。"))
    newcomers_hours = number(
        _l("头几个小时先留给新人"),
        0,
        14 * 24,
        description=_l("没参加过这项活动的邻居先报，免得名额总被老面孔抢走。"),
    )
    closes_hours = number(_l("开始前几小时截止报名"), 0, 30 * 24)
    # Too few people.
    minimum_people = number(
        _l("最少要几个人"),
        0,
        plans.MOST_PLACES,
        description=_l("到时候还不够，会提前告诉下面的人，活动页上也会写还差几个。"),
    )
    warn_hours = number(_l("提前几小时提醒"), 1, plans.MOST_WARN_HOURS, description=_l("不填就是 48 小时。"))
    receivers = Choices(
        _l("提醒谁"),
        [_optional()],
        choices=[],
        coerce=int,
        description=_l("都不勾，就提醒这支队伍能发布活动的队长和副队长。"),
    )
    # Regulars and companions.
    regular_places = number(
        _l("最多留几个名额给固定报名"),
        0,
        plans.MOST_PLACES,
        description=_l("“每周都来”的人不用每次报名。剩下的名额留给别人。"),
    )
    most_companions = number(_l("一个人最多带几个同伴"), 0, plans.MOST_COMPANIONS)
    takes_pairs = wtforms.BooleanField(_l("可以两人结对，来一个就行"))
    # Hours.
    hours_kind = wtforms.SelectField(
        _l("这是什么时长"), choices=choices_of(HOURS_KIND_LABELS.items()), default=SERVICE
    )
    counts_travel = wtforms.BooleanField(_l("路上的时间也算"))
    rest_minutes = Hours(
        _l("和别的活动至少隔几个小时"), most_minutes=plans.LONGEST_REST_MINUTES, validators=[_optional()]
    )
    # The rest.
    person_in_charge_id = wtforms.SelectField(_l("负责人"), coerce=int)
    title_en = wtforms.StringField(_l("英文名称"), [_optional(), at_most(160)])

    def validate_ends_time(self, field: wtforms.TimeField) -> None:
        if _is_timed(self):
            refuse_long_night(self.starts_time.data, field)

    def validate_every(self, field: WholeNumber) -> None:
        if field.data and not repeats.takes_every(self.repeat.data):
            refuse_every()

    def validate_ends_on(self, field: Day) -> None:
        self._refuse_of_once(field)

    def validate_most_dates(self, field: WholeNumber) -> None:
        self._refuse_of_once(field)

    def validate_regular_places(self, field: WholeNumber) -> None:
        self._refuse_of_once(field)

    def _refuse_of_once(self, field: wtforms.Field) -> None:
        if field.data and self.repeat.data == repeats.ONCE:
            raise wtforms.ValidationError(
                _("上面选了“只办一次”，这一格就用不上。请清空，或者上面改选多久一次。")
            )

    def offer(
        self,
        *,
        people: dict[int, str],
        known: Iterable[tuple[str, str]],
        asked: Iterable[Requirement] = (),
    ) -> None:
        """What can be chosen: who is in charge or warned, and what can be asked for."""
        self.person_in_charge_id.choices = choices_of(people.items())
        self.receivers.choices = choices_of(people.items())
        self.needs.choices = needs_choices(known, asked)
        self.grow(EMPTY_POSITIONS - len(self.positions), EMPTY_SHIFTS - len(self.shifts))

    def grow(self, positions: int, shifts: int) -> None:
        """So many more empty rows to fill in; every row gets what it can ask for."""
        for rows, count in ((self.positions, positions), (self.shifts, shifts)):
            for _row in range(min(count, rows.max_entries - len(rows))):
                rows.append_entry()
        for row in self.positions:
            row.form.needs.choices = self.needs.choices


GROUPS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("repeats", _l("重复和节假日"), ("every", "ends_on", "most_dates", "on_holiday", "on_makeup")),
    ("shifts", _l("班次"), ("shifts", "kind", "window_days", "usual_minutes")),
    ("positions", _l("岗位"), ("positions",)),
    (
        "who",
        _l("谁能参加"),
        (
            *("minimum_age", "members_only", "is_dangerous", "sex_needed", "sex_reason"),
            *("minimum_minutes", "needs", "needs_training", "needs_qualification"),
        ),
    ),
    ("opening", _l("报名时间"), ("opens_days", "opens_time", "newcomers_hours", "closes_hours")),
    ("short", _l("人手不够时"), ("minimum_people", "warn_hours", "receivers")),
    ("regulars", _l("固定报名和同伴"), ("regular_places", "most_companions", "takes_pairs")),
    ("hours", _l("时长怎么算"), ("hours_kind", "counts_travel", "rest_minutes")),
    ("rest", _l("负责人和英文名称"), ("person_in_charge_id", "title_en")),
)
_HOURS = lazy_pgettext("figure unit", "小时")
UNITS: dict[str, Any] = {
    "capacity": _l("人"),
    "minimum_people": _l("人"),
    "minimum_age": _l("岁"),
    "every": _l("周或月"),
    "most_dates": _l("次"),
    "window_days": _l("天"),
    "usual_minutes": _HOURS,
    "minimum_minutes": _HOURS,
    "rest_minutes": _HOURS,
    "opens_days": _l("天"),
    "newcomers_hours": _HOURS,
    "closes_hours": _HOURS,
    "warn_hours": _HOURS,
    "regular_places": _l("个名额"),
    "most_companions": _l("位同伴"),
}
