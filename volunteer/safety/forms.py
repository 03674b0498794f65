"""Forms of the pages about signing in safely."""

from __future__ import annotations

from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from volunteer.core.forms import Form, at_most, required


class FirstCodeForm(Form):
    one_time_code = wtforms.StringField(_l("验证器上现在的 6 位数"), [required(), at_most(20)])


class SecondStepForm(Form):
    one_time_code = wtforms.StringField(_l("验证器上的 6 位数，或者一个恢复码"), [required(), at_most(40)])


class ConfirmForm(Form):
    """By password or by code; the page shows two small forms that post to one address."""

    password = wtforms.PasswordField(_l("密码"), [at_most(1000)])
    one_time_code = wtforms.StringField(_l("验证器上的 6 位数，或者一个恢复码"), [at_most(40)])

    def validate_password(self, field: Any) -> None:
        if not field.data and not self.one_time_code.data:
            raise wtforms.ValidationError(_l("请填写这一项。"))


class PasskeyNameForm(Form):
    name = wtforms.StringField(_l("给它起个名字"), [Optional(), at_most(60)])


class ForgotForm(Form):
    account = wtforms.StringField(_l("手机号或志愿者编号"), [required(), at_most(60)])


class NewPasswordForm(Form):
    new_password = wtforms.PasswordField(_l("新密码"), [required()])
    again = wtforms.PasswordField(_l("新密码再输一次"), [required()])

    def validate_again(self, field: Any) -> None:
        if field.data != self.new_password.data:
            raise wtforms.ValidationError(_l("两次输入的新密码不一样。"))


class SlipForm(NewPasswordForm):
    account = wtforms.StringField(_l("手机号或志愿者编号"), [required(), at_most(60)])
    slip_code = wtforms.StringField(_l("单子上的一次性码"), [required(), at_most(40)])
