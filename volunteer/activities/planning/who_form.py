"""Who may take part: the fields of the form of a new activity and of the page that changes them later."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms import validators
from wtforms.fields.choices import SelectChoice

from volunteer.activities.forms import choices_of
from volunteer.activities.models import FEMALE, MALE
from volunteer.activities.planning import requirements
from volunteer.activities.planning.fitting import LIMITS, Limits
from volunteer.activities.planning.requirements import SKILL, Requirement, from_code
from volunteer.core.forms import Choices, Form, Hours, WholeNumber, at_most
from volunteer.core.i18n import gettext as _
from volunteer.credentials.models import QUALIFICATION, TRAINING
from volunteer.credentials.rules import KIND_LABELS, LONGEST_NAME
from volunteer.people.rules import SKILLS

_optional = validators.Optional
SEXES: tuple[tuple[str, Any], ...] = (("", _l("不限")), (FEMALE, _l("女")), (MALE, _l("男")))


def needed_if(condition: Callable[[Any], bool], message: Any) -> Any:
    """Validator: may stay empty unless the condition about the form holds."""

    def check(form: Any, field: Any) -> None:
        if field.raw_data and str(field.raw_data[0]).strip():
            return
        field.errors = []
        raise validators.StopValidation(str(message) if condition(form) else "")

    return check


def number(label: Any, least: int, most: int, **more: Any) -> WholeNumber:
    return WholeNumber(label, least=least, most=most, validators=[_optional()], **more)


def _is_for_one_sex(form: Any) -> bool:
    """Asked for now: what was asked for before has its reason already."""
    return bool(form.sex_needed.data) and form.sex_needed.data != form.sex_before


class WhoFields:
    """Mixed into a form, which offers what can be asked for."""

    sex_before: str | None = None
    minimum_age = number(_l("最小年龄"), 0, 120, description=_l("按活动当天算，不限就不填。"))
    sex_needed = wtforms.SelectField(_l("性别"), choices=choices_of(SEXES), default="")
    sex_reason = wtforms.StringField(
        _l("为什么限性别"),
        [needed_if(_is_for_one_sex, _l("限性别要有理由，请写一句。")), at_most(100)],
        description=_l("例如：给女性老人洗头擦身。会写在活动内容里，大家都看得到。"),
    )
    minimum_minutes = Hours(_l("至少服务过几个小时"), most_minutes=10_000 * 60, validators=[_optional()])
    members_only = wtforms.BooleanField(_l("只让本队队员参加"))
    is_dangerous = wtforms.BooleanField(
        _l("有危险，或者是抢险救灾"),
        description=_l(
            "勾上以后，未满 18 周岁的谁都不能报名，工作人员也不能代报；开始前要给每个人登记保险。"
        ),
    )
    needs = Choices(_l("要先有哪些培训、资格或特长"), [_optional()], choices=[])
    needs_training = wtforms.StringField(
        _l("别的培训"),
        [_optional(), at_most(LONGEST_NAME)],
        description=_l("照登记的名称写，例如：急救培训"),
    )
    needs_qualification = wtforms.StringField(
        _l("别的资格"),
        [_optional(), at_most(LONGEST_NAME)],
        description=_l("照证书的名称写，例如：红十字救护员证"),
    )

    def requirements(self) -> tuple[Requirement, ...]:
        ticked = [from_code(value) for value in self.needs.data or ()]
        typed = ((TRAINING, self.needs_training.data), (QUALIFICATION, self.needs_qualification.data))
        return tuple(sorted({*ticked, *(Requirement(kind, name) for kind, name in typed if name)}))


class LimitsForm(WhoFields, Form):
    """The limits of a live series."""

    def limits(self) -> Limits:
        return Limits(
            minimum_age=self.minimum_age.data or 0,
            sex_needed=self.sex_needed.data or None,
            minimum_minutes=self.minimum_minutes.data or 0,
            members_only=self.members_only.data,
            is_dangerous=self.is_dangerous.data,
        )


def shown(row: Any, asked: Iterable[Requirement]) -> dict[str, Any]:
    """The limits of a series or a position as its form holds them: what asks for nothing is empty."""
    values = {name: getattr(row, name) or None for name in LIMITS if hasattr(row, name)}
    return values | {"sex_needed": row.sex_needed or "", "needs": [one.code for one in asked]}


def needs_choices(known: Iterable[tuple[str, str]], asked: Iterable[Requirement] = ()) -> list[SelectChoice]:
    """What is asked for and nobody holds, trainings and qualifications that people hold, then the skills."""
    held = {Requirement(*one).code: f"{KIND_LABELS[one[0]]} · {one[1]}" for one in known}
    skill = _("特长")
    skills = {Requirement(SKILL, code).code: f"{skill} · {name}" for code, name in SKILLS.items()}
    own = {one.code: requirements.words([one]) for one in asked if one.code not in held | skills}
    return [SelectChoice(*choice) for choice in (own | held | skills).items()]
