"""Forms of the holiday table: a whole year as text, and one day."""

from __future__ import annotations

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms import validators

from volunteer.core.forms import Day, Form, at_most, offered, required
from volunteer.workdays.rules import HOLIDAY, WORKDAY

USUAL, DROP = "usual", "drop"
KINDS = {HOLIDAY: _l("放假"), WORKDAY: _l("调休上班"), USUAL: _l("照平常")}


class PlanForm(Form):
    """The year's plan as lines; `workdays.plan_text` reads them."""

    text = wtforms.TextAreaField(
        _l("全年的放假和调休安排"),
        [validators.DataRequired(_l("请贴上全年的安排。"))],
        render_kw={"rows": "14", "spellcheck": "false"},
    )
    is_final = wtforms.BooleanField(_l("这是国务院办公厅公布的正式安排"), default=True)


class DayForm(Form):
    """What one day is: off, worked, or again what its weekday says."""

    day = Day(_l("哪一天"), [required()])
    kind = wtforms.RadioField(_l("这一天"), [required()], choices=offered(KINDS), default=HOLIDAY)
    name = wtforms.StringField(_l("为什么（比如：春节）"), [validators.Optional(), at_most(40)])


class DecideForm(Form):
    """What becomes of a date on a holiday: one of the days offered, or none."""

    choice = wtforms.RadioField(_l("这一场怎么办"), [required()], default="")
    words = wtforms.StringField(_l("给报名的人说一句"), [validators.Optional(), at_most(300)])
