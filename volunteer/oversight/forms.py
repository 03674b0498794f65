"""Forms for who watches over the whole."""

from __future__ import annotations

from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from volunteer.core.forms import Choices, Day, Form, at_most, offered, required
from volunteer.oversight import breaches
from volunteer.people import reasons


class BreachForm(Form):
    """Whom a breach hit: everybody of an area, or those whom an account has read of."""

    who = wtforms.RadioField(
        _l("泄露影响到谁"), choices=offered(breaches.WHO), validators=[required(_l("请选一种情况。"))]
    )
    area = wtforms.SelectField(_l("区域"), coerce=int)
    account = wtforms.StringField(_l("被盗用或有问题的账号"), [Optional(), at_most(60)])
    since = Day(_l("从哪天起"), [Optional()])
    until = Day(_l("到哪天止"), [Optional()])
    kinds = Choices(_l("涉及哪些信息"), choices=offered(breaches.KINDS))
    reason = wtforms.TextAreaField(
        _l("发生了什么"), [required(_l("请写明发生了什么，会留在审计日志里。")), at_most(500)]
    )

    def validate_kinds(self, field: Any) -> None:
        if not field.data:
            raise wtforms.ValidationError(_l("请至少选一种信息。"))

    def validate_until(self, field: Any) -> None:
        if field.data and self.since.data and field.data < self.since.data:
            raise wtforms.ValidationError(_l("结束日期不能早于开始日期。"))


class CheckForm(Form):
    """What came out when somebody looked at a finding."""

    reason = wtforms.TextAreaField(_l("核对的结果"), [required(), at_most(reasons.LONGEST)])
