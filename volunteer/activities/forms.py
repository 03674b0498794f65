"""Forms of activities; what they may hold is said here, what it means in the services."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms import validators
from wtforms.fields.choices import SelectChoice

from volunteer.core.forms import Form, at_most, required

WEEKDAYS = (_l("周一"), _l("周二"), _l("周三"), _l("周四"), _l("周五"), _l("周六"), _l("周日"))


def choices_of(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    return [SelectChoice(str(value), label) for value, label in pairs]


class SignOffForm(Form):
    """Shown only where the reason is asked for, so that it is not called optional."""

    reason = wtforms.StringField(_l("不能来的原因"), [at_most(300)])


class WardSignOffForm(Form):
    ward_reason = wtforms.StringField(_l("这位居民不能来的原因"), [validators.Optional(), at_most(300)])


class SignUpAnotherForm(Form):
    who = wtforms.StringField(_l("志愿者编号、手机号或全名，也可以扫邻里卡"), [required(), at_most(200)])
    position_id = wtforms.SelectField(
        _l("哪个岗位"), choices=[], validate_choice=False, id="another_position"
    )
    override_reason = wtforms.StringField(_l("为什么要破例"), [at_most(300)])  # shown when it is asked for
    waits = wtforms.SubmitField(_l("代排队"))
    leaves = wtforms.SubmitField(_l("代取消"))

    def offer_positions(self, posts: Iterable[Any]) -> None:
        """Positions of the date, none when it has none."""
        self.position_id.choices = choices_of((post.id, post.label) for post in posts)

    @property
    def position(self) -> int | None:
        """The one that was chosen, of those that were offered."""
        offered = {choice.value for choice in self.position_id.choices}
        return int(self.position_id.data) if self.position_id.data in offered else None


class CancelForm(Form):
    """Cancel the activity for everybody: who has people on it says that they will be told."""

    reason = wtforms.StringField(_l("取消的原因"), [required(), at_most(300)], id="cancel_reason")
    agreed = wtforms.BooleanField(_l("我知道：所有报名的人都会收到通知"))

    def is_agreed(self, people: int) -> bool:
        if people and not self.agreed.data:
            self.agreed.errors = [str(_l("请勾上这一项：取消的是整场活动，不是您自己的名额。"))]
        return not self.agreed.errors
