"""Forms of people's pages; the rules they ask stand in rules.py, phones.py and passwords.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from volunteer.core import clock, i18n
from volunteer.core.errors import Refused
from volunteer.core.forms import Choices, Day, Form, OptionalBut, at_most, offered, required
from volunteer.people import documents, passwords, phones, rules


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


def area_field() -> Any:
    """A select of areas; the view says which."""
    message = _l("请从列出的社区里选。")
    return wtforms.SelectField(
        _l("所在社区"), coerce=int, invalid_value_message=message, invalid_choice_message=message
    )


def sex_field(unknown: Any) -> Any:
    """Two choices, and `unknown` for none of them: an empty text."""
    return wtforms.RadioField(
        _l("性别"),
        choices=lambda: {code: str(label) for code, label in documents.SEXES.items()} | {"": str(unknown)},
        default="",
    )


def _document_number(label: Any, *validators: Any) -> Any:
    return wtforms.StringField(
        label,
        [*validators, at_most(documents.LONGEST)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


def _consented(day: Any) -> object:
    return rules.consent_date(day, clock.today())


def _consent_day() -> Any:
    return Day(_l("哪一天同意的"), [required(), asks(_consented)], default=clock.today)


def _consent_way() -> Any:
    return wtforms.RadioField(
        _l("怎样同意的"),
        choices=offered(rules.COUNTER_WAYS),
        validators=[required(_l("请选一种同意方式。"))],
    )


class SignInForm(Form):
    account = wtforms.StringField(_l("手机号或志愿者编号"), [required(), at_most(60)])
    password = wtforms.PasswordField(_l("密码"), [required(), at_most(1000)])


class RegisterForm(Form):
    name = wtforms.StringField(_l("姓名"), [required(), asks(rules.name)])
    phone = wtforms.TelField(
        _l("手机号"), [OptionalBut(_l("未满 14 周岁可不填")), at_most(30), asks(phones.normalise)]
    )
    password = wtforms.PasswordField(_l("密码"), [required()])
    area = area_field()
    born_on = Day(_l("出生日期"), [required(), asks(_alive)])
    sex = sex_field(_l("不填"))
    consent = wtforms.BooleanField(_l("我看过信息保护说明，同意按它使用我的信息"))


class CounterForm(Form):
    """Somebody at the counter, with staff typing."""

    name = wtforms.StringField(_l("姓名"), [required(), asks(rules.name)])
    sex = sex_field(_l("不填"))
    born_on = Day(_l("出生日期"), [required(), asks(_alive)])
    area = area_field()
    phone = wtforms.TelField(_l("手机号"), [Optional(), at_most(30), asks(phones.normalise)])
    address = wtforms.StringField(_l("住址"), [Optional(), at_most(200)])
    school = wtforms.StringField(_l("学校"), [Optional(), at_most(100)])
    document_kind = wtforms.SelectField(_l("证件种类"), choices=offered(documents.KINDS))
    document = _document_number(_l("证件号码"), Optional())
    document_seen = wtforms.BooleanField(_l("我看过原件，和本人一致"))
    password = wtforms.PasswordField(_l("密码"), [Optional()])
    language = wtforms.SelectField(
        _l("居民用哪种语言"), choices=offered(i18n.LANGUAGES), default=i18n.DEFAULT
    )
    elder_mode = wtforms.BooleanField(_l("用大字"))
    consent = wtforms.BooleanField(_l("居民已经同意"), [required(_l("请先征得居民同意，再打勾。"))])
    consent_way = _consent_way()
    consent_on = _consent_day()
    guardian_name = wtforms.StringField(_l("监护人姓名"), [Optional(), asks(rules.name)])
    guardian_relation = wtforms.SelectField(
        _l("与孩子的关系"), choices=offered(rules.RELATIONS), default="parent"
    )
    guardian_phone = wtforms.TelField(_l("监护人手机号"), [Optional(), at_most(30), asks(phones.normalise)])

    def validate_document_seen(self, field: Any) -> None:
        if field.data and not self.document.data:
            raise wtforms.ValidationError(_l("看过原件的，请把证件号码也填上。"))

    def validate_guardian_name(self, field: Any) -> None:
        """A guardian is written down whole or not at all (an empty field asks no questions of its own)."""
        if not self.guardian_phone.data:
            raise wtforms.ValidationError(_l("监护人的姓名和手机号要一起填。"))

    def validate_guardian_phone(self, field: Any) -> None:
        if not self.guardian_name.data:
            raise wtforms.ValidationError(_l("监护人的姓名和手机号要一起填。"))


class DocumentForm(Form):
    """The own document, to be compared with the original later."""

    document_kind = wtforms.SelectField(_l("证件种类"), choices=offered(documents.KINDS))
    document = _document_number(_l("证件号码"), required())


class VerifyForm(DocumentForm):
    """Typed by staff from the original."""

    born_on = Day(_l("证件上的出生日期"), [required(), asks(_alive)])
    sex = sex_field(_l("证件上没有"))


class GuardianForm(Form):
    guardian_name = wtforms.StringField(_l("监护人姓名"), [required(), asks(rules.name)])
    guardian_relation = wtforms.SelectField(
        _l("与孩子的关系"), choices=offered(rules.RELATIONS), default="parent"
    )
    guardian_phone = wtforms.TelField(_l("监护人手机号"), [required(), at_most(30), asks(phones.normalise)])
    consent_way = _consent_way()
    consent_on = _consent_day()


class RejectForm(Form):
    reason = wtforms.TextAreaField(_l("为什么退回"), [required(), at_most(300)])


class ProfileForm(Form):
    display_name = wtforms.StringField(_l("公示时怎样称呼您"), [Optional(), at_most(30)])
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
