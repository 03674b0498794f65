"""Who may take part, as the forms ask for it: few short parts, each with a word on what is chosen in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from volunteer.activities.models import FEMALE, MALE
from volunteer.activities.planning import plan_words
from volunteer.activities.planning.requirements import SKILL, from_code
from volunteer.core import formats
from volunteer.core.i18n import gettext as _
from volunteer.credentials.models import QUALIFICATION, TRAINING
from volunteer.credentials.rules import KIND_LABELS
from volunteer.people.rules import SKILLS


@dataclass(frozen=True, slots=True)
class Part:
    """Folded until somebody wants it: fields to fill in, and ticks with their names."""

    key: str
    title: str
    note: str  # what is chosen, in words; empty when nothing
    has_errors: bool
    fields: list[Any]
    ticks: list[tuple[Any, str]]


def parts(form: Any) -> list[Part]:
    """Of a form with some of the fields of `who_form`; what the form does not ask for is left out."""
    found = [
        _part(form, "age", _("年龄和性别"), ("minimum_age", "sex_needed", "sex_reason"), _age_and_sex),
        *(
            _part(form, kind, str(title), (f"needs_{kind}",), _needs)
            for kind, title in (
                (TRAINING, KIND_LABELS[TRAINING]),
                (QUALIFICATION, KIND_LABELS[QUALIFICATION]),
            )
        ),
        _part(form, SKILL, _("特长"), (), _needs),
        _part(form, "other", _("别的条件"), ("minimum_minutes", "members_only", "is_dangerous"), _other),
    ]
    return [part for part in found if part.fields or part.ticks]


def _part(
    form: Any, key: str, title: str, names: tuple[str, ...], said: Callable[[Any, str], Iterator[str]]
) -> Part:
    fields = [form[name] for name in names if name in form]
    ticks = list(_ticks(form, key))
    has_errors = any(field.errors for field in fields) or bool(ticks and form.needs.errors)
    return Part(key, title, plan_words.listed(said(form, key)), has_errors, fields, ticks)


def _ticks(form: Any, kind: str) -> Iterator[tuple[Any, str]]:
    for option in form.needs:
        wanted = from_code(option.data)
        if wanted.kind == kind:
            yield option, str(SKILLS.get(wanted.name, wanted.name)) if kind == SKILL else wanted.name


def _needs(form: Any, kind: str) -> Iterator[str]:
    yield from (name for option, name in _ticks(form, kind) if option.checked)
    typed = form[f"needs_{kind}"].data if f"needs_{kind}" in form else None
    if typed:
        yield typed


def _age_and_sex(form: Any, _key: str) -> Iterator[str]:
    if form.minimum_age.data:
        yield _("活动当天年满 %(age)s 岁", age=form.minimum_age.data)
    if form.sex_needed.data in (FEMALE, MALE):
        yield plan_words.sex(form.sex_needed.data)


def _other(form: Any, _key: str) -> Iterator[str]:
    if "minimum_minutes" in form and form.minimum_minutes.data:
        yield _("服务过 %(time)s", time=formats.minutes(form.minimum_minutes.data))
    if form.members_only.data:
        yield _("本队队员")
    if "is_dangerous" in form and form.is_dangerous.data:
        yield _("有危险")
