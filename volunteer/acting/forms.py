"""Forms of helpers, cards and PINs; the rules they ask stand in rules.py."""

from __future__ import annotations

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms.validators import AnyOf

from volunteer.acting import rules
from volunteer.core.forms import Choices, Form, at_most, offered, required
from volunteer.people.rules import COUNTER_WAYS


class HelperForm(Form):
    who = wtforms.StringField(_l("对方的志愿者编号或手机号"), [required(), at_most(30)])
    relation = wtforms.RadioField(
        _l("对方是您的什么人"),
        choices=offered(rules.RELATIONS),
        validators=[required(_l("请选一项。"))],
    )
    rights = Choices(_l("可以帮您办什么"), choices=offered(rules.RIGHTS))


class DeskHelperForm(HelperForm):
    relation = wtforms.RadioField(
        _l("和居民是什么关系"),
        choices=offered(rules.RELATIONS),
        validators=[required(_l("请选一项。"))],
    )
    rights = Choices(_l("可以帮居民办什么"), choices=offered(rules.RIGHTS))
    way = wtforms.RadioField(
        _l("居民怎样同意的"),
        choices=offered(COUNTER_WAYS),
        validators=[required(_l("请选一种同意方式。"))],
    )


class TypeSizeForm(Form):
    large = wtforms.HiddenField(validators=[AnyOf(["0", "1"])])


class CardForm(Form):
    do = wtforms.HiddenField(validators=[AnyOf(["issue", "print", "end", "pin"])])


class PinForm(Form):
    pin = wtforms.PasswordField(_l("六位密码"), [required(_l("请输入六位密码。")), at_most(20)])
