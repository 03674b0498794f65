"""What a position asks of who takes it, beyond its activity: the same fields when it is added and when it changes."""

from __future__ import annotations

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms import validators

from volunteer.activities.planning import plans
from volunteer.activities.planning.fitting import Limits
from volunteer.activities.planning.requirements import Requirement, from_code
from volunteer.activities.planning.who_form import WhoFields, number
from volunteer.core.forms import Choices, Form, WholeNumber, at_most, required


class PostFields:
    """Mixed into a form; why it asks for women or men is written into what everybody reads."""

    sex_before: str | None = None
    minimum_age = number(_l("最小年龄"), 0, 120)
    sex_needed = WhoFields.sex_needed
    sex_reason = WhoFields.sex_reason
    minimum_minutes = WhoFields.minimum_minutes
    members_only = wtforms.BooleanField(_l("只让本队队员担任"))
    needs = Choices(_l("要先有哪些培训、资格或特长"), [validators.Optional()], choices=[])

    def limits(self) -> Limits:
        return Limits(
            minimum_age=self.minimum_age.data or 0,
            sex_needed=self.sex_needed.data or None,
            minimum_minutes=self.minimum_minutes.data or 0,
            members_only=self.members_only.data,
        )

    def requirements(self) -> tuple[Requirement, ...]:
        return tuple(from_code(value) for value in self.needs.data or ())


class PositionForm(PostFields, Form):
    """A position added later."""

    name = wtforms.StringField(_l("岗位名称"), [required(), at_most(40)])
    capacity = WholeNumber(_l("要几个人"), least=1, most=plans.MOST_PLACES, validators=[required()])


class PostLimitsForm(PostFields, Form):
    """One that is there."""
