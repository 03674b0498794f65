"""Forms for requests and corrections."""

from __future__ import annotations

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from volunteer.core.forms import Choices, Day, Form, OptionalBut, at_most, offered, required
from volunteer.people import reasons
from volunteer.people.models import Person
from volunteer.privacy import rules
from volunteer.privacy.service import correcting, correcting_for, requests

SEXES = {"": _l("不填"), "female": _l("女"), "male": _l("男")}
OUTCOMES = {requests.DONE: _l("办好了"), requests.REFUSED: _l("不能办")}


class RequestForm(Form):
    kind = wtforms.RadioField(
        _l("您想办什么"), choices=offered(rules.REQUESTS), validators=[required(_l("请选一种。"))]
    )
    wanted = wtforms.TextAreaField(_l("具体说一说"), [required(_l("请写清楚您想办什么。")), at_most(500)])


class AnswerForm(Form):
    outcome = wtforms.RadioField(
        _l("办得怎样"), choices=offered(OUTCOMES), validators=[required(_l("请选办理结果。"))]
    )
    reason = wtforms.TextAreaField(_l("给居民的说明"), [OptionalBut(_l("不能办时必须写理由")), at_most(500)])


class CorrectForm(Form):
    name = wtforms.StringField(_l("姓名"), [required(), at_most(60)])
    sex = wtforms.SelectField(_l("性别"), choices=offered(SEXES))
    born_on = Day(_l("出生日期"), [required()])
    phone = wtforms.TelField(_l("手机号"), [Optional(), at_most(30)])
    address = wtforms.StringField(_l("住址"), [Optional(), at_most(correcting.LONGEST_ADDRESS)])
    school = wtforms.StringField(_l("学校"), [Optional(), at_most(correcting.LONGEST_SCHOOL)])

    def correction(self, person: Person) -> correcting.Correction:
        """What was typed; an empty phone leaves the one there is, because it is how one signs in."""
        assert self.born_on.data is not None, "the form requires it"
        return correcting.Correction(
            name=self.name.data,
            sex=self.sex.data or None,
            born_on=self.born_on.data,
            phone=self.phone.data or person.phone or "",
            address=self.address.data or "",
            school=self.school.data or "",
        )


class CorrectForForm(Form):
    """By staff for somebody else: an empty field leaves what is there."""

    name = wtforms.StringField(_l("姓名"), [Optional(), at_most(60)])
    sex = wtforms.SelectField(
        _l("性别"), choices=offered({"": _l("不变"), "female": _l("女"), "male": _l("男")})
    )
    born_on = Day(_l("出生日期"), [Optional()])
    phone = wtforms.TelField(_l("手机号"), [Optional(), at_most(30)])
    address = wtforms.StringField(_l("住址"), [Optional(), at_most(correcting.LONGEST_ADDRESS)])
    school = wtforms.StringField(_l("学校"), [Optional(), at_most(correcting.LONGEST_SCHOOL)])
    removed = Choices(
        _l("去掉，不再登记"),
        choices=offered({"phone": _l("手机号"), "address": _l("住址"), "school": _l("学校")}),
    )
    reason = wtforms.TextAreaField(_l("为什么更正"), [required(), at_most(reasons.LONGEST)])

    def corrected(self) -> correcting_for.Corrected:
        """What was typed."""
        return correcting_for.Corrected(
            name=self.name.data or None,
            born_on=self.born_on.data,
            sex=self.sex.data or None,
            phone=self.phone.data or None,
            address=self.address.data or None,
            school=self.school.data or None,
            removed=tuple(self.removed.data or ()),
        )
