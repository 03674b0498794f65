"""Forms of standing sign-ups, pairs, stand-ins and swaps."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms import validators
from wtforms.fields.choices import SelectChoice

from volunteer.activities.together.regulars import WEEKDAYS, Choices
from volunteer.activities.together.teammates import labels
from volunteer.core import formats
from volunteer.core.forms import Choices as Ticks
from volunteer.core.forms import Day, Form, at_most, required
from volunteer.core.i18n import label

_NOBODY = ""


def _choices(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    return [SelectChoice(str(value), text) for value, text in pairs]


class RegularForm(Form):
    """Which days, shift and post; a field without a choice is left out of the page."""

    weekdays = Ticks(_l("哪几天来"), [validators.Optional()], choices=[])
    shift = wtforms.RadioField(_l("哪个班次"), [validators.Optional()], choices=[])
    position = wtforms.RadioField(_l("哪个岗位"), [validators.Optional()], choices=[])

    def offer(self, offered: Choices) -> None:
        self.weekdays.choices = _choices(
            (day, formats.weekday_name(WEEKDAYS.index(day))) for day in offered.weekdays
        )
        self.shift.choices = _choices(
            (number, f"{time.hour}:{time.minute:02d}") for number, time in offered.shifts
        )
        self.position.choices = _choices((row.id, label(row.name, row.name_en)) for row in offered.positions)

    def chosen(self) -> dict[str, Any]:
        return {
            "weekdays": self.weekdays.data or (),
            "shift": int(self.shift.data) if self.shift.data else None,
            "position_id": int(self.position.data) if self.position.data else None,
        }


class PositionForm(Form):
    """Another post of the same standing sign-up."""

    position = wtforms.RadioField(_l("哪个岗位"), [validators.Optional()], choices=[])

    def offer(self, offered: Choices) -> None:
        self.position.choices = _choices((row.id, label(row.name, row.name_en)) for row in offered.positions)

    @property
    def position_id(self) -> int | None:
        return int(self.position.data) if self.position.data else None


class PauseForm(Form):
    until = Day(_l("哪天再开始来"), [validators.Optional()])
    gives_back = wtforms.BooleanField(_l("这段时间已经报好的场次，也一起取消"), default=True)


class StopForm(Form):
    gives_back = wtforms.BooleanField(_l("已经报好的场次，也一起取消"), default=True, id="stop_gives_back")


class _SomebodyForm(Form):
    """One person: a teammate out of a list where there is one, or by number or phone."""

    needs_somebody = True

    teammate = wtforms.SelectField(_l("选一位队友"), [validators.Optional()], choices=[])
    who = wtforms.StringField(_l("志愿者编号或手机号，也可以扫邻里卡"), [validators.Optional(), at_most(200)])

    def offer(self, teammates: Collection[Any]) -> None:
        rows = labels(teammates)
        self.teammate.choices = _choices([(_NOBODY, _l("请选择")), *rows]) if rows else []
        self.who.flags.optional = bool(rows) or not self.needs_somebody

    @property
    def is_empty(self) -> bool:
        return not (self.teammate.data or (self.who.data or "").strip())


class StandInForm(_SomebodyForm):
    """Nobody named: whoever may sign up."""

    needs_somebody = False

    note = wtforms.StringField(_l("想说的话"), [validators.Optional(), at_most(200)])


class PartnerForm(_SomebodyForm):
    teammate = wtforms.SelectField(
        _l("选一位队友"), [validators.Optional()], choices=[], id="partner_teammate"
    )
    who = wtforms.StringField(
        _l("志愿者编号或手机号，也可以扫邻里卡"), [validators.Optional(), at_most(200)], id="partner_who"
    )


class TeammateForm(_SomebodyForm):
    """Whom to sign up, and for which post."""

    position = wtforms.RadioField(_l("哪个岗位"), [validators.Optional()], choices=[])

    def offer_positions(self, rows: Iterable[Any]) -> None:
        self.position.choices = _choices((row.id, label(row.name, row.name_en)) for row in rows)

    @property
    def position_id(self) -> int | None:
        return int(self.position.data) if self.position.data else None


class SwapForm(Form):
    theirs = wtforms.SelectField(_l("换谁的哪一场"), [required()], choices=[])

    def offer(self, rows: Iterable[Any]) -> None:
        found = [(row.id, _swap_words(row)) for row in rows]
        self.theirs.choices = _choices([(_NOBODY, _l("请选择")), *found]) if found else []


def _swap_words(row: Any) -> str:
    when = formats.span(row.starts_at, row.ends_at)
    return f"{when} · {label(row.title, row.title_en)} · {formats.masked_name(row.name)} {row.number[-4:]}"
