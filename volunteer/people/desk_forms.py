"""Forms of the staff's pages about one person, about roles and about areas."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from volunteer.areas.models import Area
from volunteer.core.errors import Refused
from volunteer.core.forms import Choices, Form, at_most, offered, required
from volunteer.core.i18n import gettext as _
from volunteer.people import reasons

NOWHERE = 0
GIVE_BACK = "give_back"


def _sound(form: Any, field: Any) -> None:
    """Validator: a reason that may stand in the log."""
    try:
        field.data = reasons.check(field.data or "")
    except Refused as refusal:
        raise wtforms.ValidationError(refusal.message) from refusal


def _place(label: Any) -> Any:
    """A select of areas that begins with none: what is given or moved by mistake goes far."""
    message = _l("请从列出的区域里选。")

    def chosen(form: Any, field: Any) -> None:
        if field.data == NOWHERE:
            raise wtforms.ValidationError(str(message))

    return wtforms.SelectField(
        label, [chosen], coerce=int, invalid_value_message=message, invalid_choice_message=message
    )


def places(areas: Iterable[Area]) -> dict[int, str]:
    """The choices of such a select, each set in below what it belongs to."""
    shown = {area.id: "\u2003" * (area.path.count("/") - 2) + area.label for area in areas}
    return {NOWHERE: _("请选一个")} | shown


class ReasonForm(Form):
    """For acts that need nothing but a reason."""

    reason = wtforms.TextAreaField(_l("原因"), [required(_l("请写明原因。")), _sound])


class DisableForm(ReasonForm):
    """The places are asked about only where there are any; neither answer is given in advance."""

    coming = wtforms.RadioField(
        _l("空出的名额怎么办"),
        choices=offered(
            {
                "keep": _l("先留着：比如手机丢了，过几天就重新启用"),
                GIVE_BACK: _l("让出来：候补的人先补上，负责人会收到消息"),
            }
        ),
        validators=[required(_l("请选一项。"))],
    )


class RevealForm(Form):
    fields = Choices(_l("要看哪几项"), [required(_l("请选要看哪几项。"))])
    reason = wtforms.RadioField(
        _l("为什么要看"), choices=offered(reasons.REVEAL), validators=[required(_l("请选一个原因。"))]
    )
    words = wtforms.StringField(_l("补充说明"), [Optional(), _sound])

    def validate_reason(self, field: Any) -> None:
        if field.data == reasons.OTHER and not (self.words.data or "").strip():
            raise wtforms.ValidationError(str(_l("选“其他”时，请在下面写明原因。")))


class DecisionForm(Form):
    decision = wtforms.RadioField(
        _l("答复"),
        choices=offered({"approve": _l("同意打开"), "refuse": _l("不同意打开")}),
        validators=[required(_l("请选同意或不同意。"))],
    )


class MoveForm(Form):
    area = _place(_l("搬到哪里"))


class GrantForm(Form):
    account = wtforms.StringField(_l("对方的志愿者编号或手机号"), [required(), at_most(60)])
    role = wtforms.RadioField(_l("角色"), validators=[required(_l("请选一个角色。"))])
    area = _place(_l("负责的区域"))
    confirmed = wtforms.HiddenField(validators=[at_most(12)])


class AreaForm(Form):
    name = wtforms.StringField(_l("名称"), [required(), at_most(80)])
    name_en = wtforms.StringField(_l("英文名称"), [Optional(), at_most(80)])


class NewAreaForm(AreaForm):
    code = wtforms.StringField(_l("代码"), [Optional(), at_most(40)])
