"""Forms of people's pages; the rules they ask stand in rules.py, phones.py and passwords.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms import widgets
from wtforms.validators import Optional

from volunteer.core import clock, i18n
from volunteer.core.errors import Refused
from volunteer.core.forms import Day, Form, at_most, required
from volunteer.people import passwords, phones, rules


def asks(rule: Callable[[Any], object]) -> Any:
    """Validator: what a rule refuses is shown at the field."""

    def check(form: Any, field: Any) -> None:
        if field.data is None:  # unreadable, and said so already
            return
        try:
            rule(field.data)
        except Refused as refusal:
            raise wtforms.ValidationError(refusal.message) from refusal

    return check


def _alive(born_on: Any) -> object:
    return rules.birth_date(born_on, clock.today())


def offered(table: Mapping[str, Any]) -> Callable[[], dict[str, str]]:
    """The choices of a table of codes and labels, in the language being spoken."""
    return lambda: {code: str(label) for code, label in table.items()}


def area_field() -> Any:
    """A select of areas; the view says which."""
    message = _l("请从列出的社区里选。")
    return wtforms.SelectField(
        _l("所在社区"), coerce=int, invalid_value_message=message, invalid_choice_message=message
    )


class Choices(wtforms.SelectMultipleField):  # type: ignore[misc]
    """Several of a list, as checkboxes."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class SignInForm(Form):
    account = wtforms.StringField(_l("手机号或志愿者编号"), [required(), at_most(60)])
    password = wtforms.PasswordField(_l("密码"), [required(), at_most(1000)])


class RegisterForm(Form):
    name = wtforms.StringField(_l("姓名"), [required(), asks(rules.name)])
    phone = wtforms.TelField(_l("手机号"), [required(), at_most(30), asks(phones.normalise)])
    password = wtforms.PasswordField(_l("密码"), [required()])
    area = area_field()
    born_on = Day(_l("出生日期"), [required(), asks(_alive)])
    consent = wtforms.BooleanField(_l("我看过信息保护说明，同意按它使用我的信息"))


class CounterForm(Form):
    """Somebody at the counter, with staff typing."""

    name = wtforms.StringField(_l("姓名"), [required(), asks(rules.name)])
    born_on = Day(_l("出生日期"), [required(), asks(_alive)])
    area = area_field()
    phone = wtforms.TelField(_l("手机号"), [Optional(), at_most(30), asks(phones.normalise)])
    password = wtforms.PasswordField(_l("密码"), [Optional()])
    language = wtforms.SelectField(_l("他用哪种语言"), choices=offered(i18n.LANGUAGES), default=i18n.DEFAULT)
    elder_mode = wtforms.BooleanField(_l("用大字"))
    consent_way = wtforms.RadioField(
        _l("他怎样同意的"),
        choices=offered(rules.COUNTER_WAYS),
        validators=[required(_l("请选一种同意方式。"))],
    )
    guardian_name = wtforms.StringField(_l("监护人姓名"), [Optional(), asks(rules.name)])
    guardian_relation = wtforms.SelectField(
        _l("与孩子的关系"), choices=offered(rules.RELATIONS), default="parent"
    )
    guardian_phone = wtforms.TelField(_l("监护人手机号"), [Optional(), at_most(30), asks(phones.normalise)])

    def validate_guardian_name(self, field: Any) -> None:
        """A guardian is written down whole or not at all (an empty field asks no questions of its own)."""
        if not self.guardian_phone.data:
            raise wtforms.ValidationError(_l("监护人的姓名和手机号要一起填。"))

    def validate_guardian_phone(self, field: Any) -> None:
        if not self.guardian_name.data:
            raise wtforms.ValidationError(_l("监护人的姓名和手机号要一起填。"))


class ProfileForm(Form):
    skills = Choices(_l("我会什么"), choices=offered(rules.SKILLS))
    slots = Choices(
        _l("一般什么时候有空"),
        choices=offered({f"{day}-{part}": label for day in range(7) for part, label in rules.PARTS.items()}),
    )

    def chosen_slots(self) -> list[tuple[int, str]]:
        return [(int(choice[0]), choice[2:]) for choice in self.slots.data or []]


class EmailForm(Form):
    email = wtforms.EmailField(_l("邮箱"), [Optional(), asks(rules.email)])


class PasswordForm(Form):
    password = wtforms.PasswordField(_l("现在的密码"), [required()])
    new_password = wtforms.PasswordField(_l("新密码"), [required()])
    again = wtforms.PasswordField(_l("新密码再输一次"), [required()])

    def validate_again(self, field: Any) -> None:
        if field.data != self.new_password.data:
            raise wtforms.ValidationError(_l("两次输入的新密码不一样。"))


PASSWORD_HINT = _l("至少 %(count)s 位，不要用手机号或生日。")


def password_hint() -> str:
    return str(PASSWORD_HINT) % {"count": passwords.SHORTEST}
