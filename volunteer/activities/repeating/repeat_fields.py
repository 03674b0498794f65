"""How often, as a form asks it: the common ways as big buttons, the rest in a list behind the last of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import Choice

from volunteer.activities.forms import choices_of
from volunteer.activities.repeating import repeats
from volunteer.core.i18n import gettext as _

OTHER = "other"
_COMMON = {value for value, _label in repeats.COMMON}


def refuse_every() -> None:
    """What is filled in and would say nothing is not left aside in silence."""
    raise wtforms.ValidationError(_("只有每周、每月、每季度的才能填每隔几周或几个月，请把这一格清空。"))


class RepeatField(wtforms.RadioField):  # type: ignore[misc]  # WTForms carries no types
    """One of `repeats.grouped()`. The list has the name of the buttons and counts when the last one is pressed."""

    def __init__(self, label: Any = None, **more: Any) -> None:
        ways = (*repeats.COMMON, (OTHER, _l("别的：节日、节气、农历、每季度、每年……")))
        super().__init__(label, choices=choices_of(ways), default=repeats.ONCE, **more)

    @property
    def is_rare(self) -> bool:
        return self.data not in _COMMON

    def process_formdata(self, valuelist: list[str]) -> None:
        chosen = [value for value in valuelist if value]
        if chosen:
            self.data = chosen[1] if chosen[0] == OTHER and len(chosen) > 1 else chosen[0]

    def pre_validate(self, form: Any) -> None:
        if self.data == OTHER:
            raise wtforms.ValidationError(_("请在下面的单子里选一种。"))
        if all(self.data != value for pairs in repeats.grouped().values() for value, _label in pairs):
            raise wtforms.ValidationError(_("请选多久一次。"))

    def iter_choices(self) -> Iterator[Choice]:
        """The buttons."""
        for value, label in ((choice.value, choice.label) for choice in self.choices):
            yield Choice(value, label, self.is_rare if value == OTHER else value == self.data, {})

    def groups(self) -> dict[str, list[tuple[str, str]]]:
        """The list behind the last button."""
        return repeats.rare()


class MonthDaysField(wtforms.StringField):  # type: ignore[misc]  # WTForms carries no types
    """Days of the month as people write them, '5、20' or '5日和20日'; `data` are their numbers."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data, text = [], (valuelist[0] if valuelist else "").strip()
        if not text:
            return
        numbers = re.findall("[0-9]+", text)
        left = re.sub("[0-9]|[日号和与、，,.;；\\s]", "", text)
        if left or not numbers or len(numbers) > 31 or not all(1 <= int(day[:3]) <= 31 for day in numbers):
            self.typed = text[:60]
            raise ValueError(_("请写 1 到 31 之间的数，中间用顿号隔开，例如 5、20。"))
        self.data = sorted({int(day) for day in numbers})

    def _value(self) -> str:
        return getattr(self, "typed", "") or "、".join(str(day) for day in self.data or ())
