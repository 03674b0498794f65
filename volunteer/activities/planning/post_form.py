"""What a position asks of who takes it, beyond its activity: the same fields when it is added and when it changes."""

from __future__ import annotations

from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms import validators

from volunteer.activities.forms import choices_of
from volunteer.activities.planning.fitting import Limits
from volunteer.activities.planning.requirements import Requirement
from volunteer.activities.planning.who_form import SEXES, WhoFields, number, requirement
from volunteer.core.forms import Choices, Form, Hours, WholeNumber, at_most, required


class PostFields:
    """Mixed into a form; why it asks for women or men is written into what everybody reads."""

    sex_before: str | None = None
    minimum_age = number(_l("最小年龄"), 0, 120)
    sex_needed = wtforms.SelectField(_l("性别"), choices=choices_of(SEXES), default="")
    sex_reason = WhoFields.sex_reason
    minimum_minutes = Hours(
        _l("至少服务过几个小时"), most_minutes=10_000 * 60, validators=[validators.Optional()]
    )
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
        return tuple(requirement(value) for value in self.needs.data or ())


class PositionForm(PostFields, Form):
    """A position added later."""

    name = wtforms.StringField(_l("岗位名称"), [required(), at_most(40)])
    capacity = WholeNumber(_l("要几个人"), least=1, most=100_000, validators=[required()])


class PostLimitsForm(PostFields, Form):
    """One that is there."""


def shown(position: Any, wanted: list[Requirement]) -> dict[str, Any]:
    """What it asks for now, as the form holds it."""
    return {
        "minimum_age": position.minimum_age or None,
        "sex_needed": position.sex_needed or "",
        "minimum_minutes": position.minimum_minutes or None,
        "members_only": position.members_only,
        "needs": [f"{one.kind}:{one.name}" for one in wanted],
    }
