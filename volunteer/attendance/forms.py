"""What is typed at the door and at the desk."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import Regexp

from volunteer.activities.forms import choices_of
from volunteer.core import i18n
from volunteer.core.forms import Form, at_most, required


class CodeForm(Form):
    code = StringField(
        _l("现场的六位数字"),
        [required(), Regexp(r"[0-9]{6}\Z", message=_l("请填六位数字。"))],
        filters=[lambda text: "".join((text or "").split())],
    )


class CardForm(Form):
    who = StringField(_l("扫邻里卡，或输入编号、手机号、姓名"), [required(), at_most(200)])


class ScreenForm(Form):
    place = SelectField(_l("地点"), validate_choice=False)
    language = SelectField(
        _l("看板上的语言"), choices=choices_of(i18n.LANGUAGES.items()), validate_choice=False
    )
    shows_code = BooleanField(
        _l("看板上显示签到码"),
        description=_l("负责人开门以后才有，每 30 秒换一次。有这个地址的人都看得到，放在现场才合适。"),
    )
