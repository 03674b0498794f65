"""Forms of an intake: opening one, the short form for everybody, answering the list."""

from __future__ import annotations

import datetime as dt
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms.validators import Length, Optional

from volunteer.core import clock, i18n
from volunteer.core.forms import Choices, Day, Form, at_most, offered, required
from volunteer.people import phones
from volunteer.people import rules as people
from volunteer.people.forms import area_field, asks, sex_field
from volunteer.teams import intake_rules
from volunteer.teams.intake_rules import GuardianWords
from volunteer.teams.rules import LONGEST_REASON
from volunteer.teams.service import intake as service

_TOGETHER = _l("监护人的姓名、手机号和同意要一起填。")


class IntakeForm(Form):
    title = wtforms.StringField(
        _l("这次招募叫什么"),
        [required(), at_most(intake_rules.LONGEST_TITLE)],
        description=_l("例如：春季招募会"),
    )
    length = wtforms.SelectField(
        _l("开放多久"), choices=offered(intake_rules.LENGTHS), default=intake_rules.USUAL_LENGTH
    )


class ApplicationForm(Form):
    """One screen on a cheap phone: what a volunteer record needs and nothing more."""

    name = wtforms.StringField(_l("姓名"), [required(), asks(people.name)])
    phone = wtforms.TelField(_l("手机号"), [Optional(), at_most(30), asks(phones.normalise)])
    born_on = Day(_l("出生日期"), [required(), asks(lambda day: people.birth_date(day, clock.today()))])
    sex = sex_field(_l("不填"))
    area = area_field()
    skills = Choices(
        _l("我会什么"),
        [Optional()],
        choices=offered({code: people.SKILLS[code] for code in intake_rules.SKILLS}),
    )
    guardian_name = wtforms.StringField(_l("监护人姓名"), [Optional(), asks(people.name)])
    guardian_relation = wtforms.SelectField(
        _l("与孩子的关系"), choices=offered(people.RELATIONS), default="parent"
    )
    guardian_phone = wtforms.TelField(_l("监护人手机号"), [Optional(), at_most(30), asks(phones.normalise)])
    guardian_consent = wtforms.BooleanField(_l("我是孩子的监护人，看过信息保护说明，同意他参加"))
    consent = wtforms.BooleanField(_l("我看过信息保护说明，同意按它使用我的信息"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Of a minor's guardian everything or nothing; below an adult's name the part is not looked at."""
        whole = super().validate(extra_validators)
        born_on = self.born_on.data
        if not isinstance(born_on, dt.date) or not people.is_minor(born_on, clock.today()):
            return whole
        parts = (self.guardian_name, self.guardian_phone, self.guardian_consent)
        missing = [part for part in parts if not part.data]
        if 0 < len(missing) < len(parts):
            for part in missing:
                part.errors = [*part.errors, str(_TOGETHER)]
            return False
        return whole

    def filled(self) -> service.Form:
        """What was written, for the service."""
        assert self.born_on.data is not None, "the form requires it"
        words = None
        if self.guardian_name.data and self.guardian_phone.data:
            words = GuardianWords(
                self.guardian_name.data, self.guardian_relation.data, self.guardian_phone.data
            )
        return service.Form(
            name=self.name.data,
            born_on=self.born_on.data,
            area_id=self.area.data,
            phone=self.phone.data or None,
            sex=self.sex.data or None,
            skills=tuple(self.skills.data or ()),
            guardian=words,
            language=i18n.current(),
        )


class PaperForm(ApplicationForm):
    """The same, typed by a leader from a form filled in by hand."""

    guardian_consent = wtforms.BooleanField(_l("监护人在表上签了字，同意孩子参加"))
    consent = wtforms.BooleanField(_l("他看过信息保护说明，在表上签了字"))


class AnswerForm(Form):
    """The buttons under the list. The ticks are read by the view: their number has no limit here."""

    decision = wtforms.StringField(validators=[wtforms.validators.AnyOf(("all", "accept", "refuse"))])
    reason = wtforms.TextAreaField(_l("不同意的原因"), [Length(max=LONGEST_REASON)])


class FirstPasswordForm(Form):
    password = wtforms.PasswordField(_l("给自己设一个密码"), [required()])
