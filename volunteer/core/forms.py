"""The base of all forms: one place for cleaning, built-in messages in three languages, and refusals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import ValidationError, validators, widgets
from wtforms.i18n import get_translations

from volunteer.core import i18n, inputs
from volunteer.core.errors import Refused

_BUILT_IN = {"zh_Hans": ["zh"], "zh_Hant": ["zh_TW"], "en": ["en"]}


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF carries no types
    """Text is cleaned before validation; a refusal by a service is shown like any other error."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def get_translations(self, form: Any) -> Any:
            return get_translations(_BUILT_IN[i18n.current()])

    def validate(self, extra_validators: Any = None) -> bool:
        clean = [_clean(field) for field in self]
        return bool(super().validate(extra_validators)) and all(clean)

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal at the field it speaks of, else on top of the form; what closes the page itself goes on."""
        if refusal.status == 403:
            raise refusal
        if refusal.field is not None and refusal.field in self:
            field = self[refusal.field]
            field.errors = [*field.errors, refusal.message]
        else:
            self.form_errors.append(refusal.message)


class Row(wtforms.Form):  # type: ignore[misc]  # WTForms carries no types
    """One of several rows inside a form: its fields are cleaned and speak like those of `Form`."""

    class Meta(wtforms.Form.Meta):  # type: ignore[misc]
        def get_translations(self, form: Any) -> Any:
            return get_translations(_BUILT_IN[i18n.current()])

    def validate(self, extra_validators: Any = None) -> bool:
        clean = [_clean(field) for field in self]
        return bool(super().validate(extra_validators)) and all(clean)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was filled in: such a row is no row."""
        return not any(any(field.raw_data or ()) or field.data for field in self)


def _clean(field: wtforms.Field) -> bool:
    if isinstance(field, wtforms.PasswordField) or not isinstance(getattr(field, "data", None), str):
        return True
    try:
        lines = isinstance(field, wtforms.TextAreaField)
        field.data = inputs.clean(field.data, longest=5000, lines=lines)
    except Refused as refusal:
        field.validators = [_fails_with(refusal.message), *field.validators]
    return True


def _fails_with(message: str) -> Any:
    def fail(form: Any, field: Any) -> None:
        raise validators.StopValidation(message)

    return fail


def offered(table: Mapping[str, Any]) -> Callable[[], dict[str, str]]:
    """The choices of a table of codes and labels, in the language being spoken."""
    return lambda: {code: str(label) for code, label in table.items()}


class Choices(wtforms.SelectMultipleField):  # type: ignore[misc]
    """Several of a list, as checkboxes; an empty one is none."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([value for value in valuelist if value])

    def pre_validate(self, form: Any) -> None:
        """What is not in the list stays refused: `Optional` forgets errors when the first value is empty."""
        try:
            super().pre_validate(form)
        except validators.ValidationError as refused:
            raise validators.StopValidation(*refused.args) from refused


class OptionalBut(validators.Optional):  # type: ignore[misc]
    """May stay empty, except in the case that the label names; there the service refuses it empty."""

    def __init__(self, label: Any) -> None:
        super().__init__()
        self.field_flags = {"optional": True, "optional_label": label}


def required(message: Any = None) -> Any:
    return validators.InputRequired(message or _l("请填写这一项。"))


def at_most(longest: int) -> Any:
    return validators.Length(max=longest)


class WholeNumber(wtforms.IntegerField):  # type: ignore[misc]
    """Whole numbers in ASCII digits within bounds; everything else is refused in words."""

    def __init__(
        self, label: Any = None, *, least: int, most: int, validators: Sequence[Any] = (), **more: Any
    ):
        super().__init__(label, validators, **more)
        self.least, self.most = least, most

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                self.data = inputs.whole_number(valuelist[0], least=self.least, most=self.most)
            except Refused as refusal:
                raise ValueError(refusal.message) from refusal


class Hours(wtforms.StringField):  # type: ignore[misc]
    """A length typed in hours ('2', '1.5') and held in whole minutes; `text` is what was typed."""

    def __init__(self, label: Any = None, *, most_minutes: int, validators: Sequence[Any] = (), **more: Any):
        super().__init__(label, validators, **more)
        self.most_minutes = most_minutes

    def process_data(self, value: Any) -> None:
        self.text = ""
        super().process_data(value)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data, self.text = None, (valuelist[0] if valuelist else "").strip()
        if self.text:
            try:
                self.data = inputs.hours_in_minutes(self.text, most_minutes=self.most_minutes)
            except Refused as refusal:
                raise ValueError(refusal.message) from refusal

    def _value(self) -> str:
        return getattr(self, "text", "") or (inputs.minutes_as_hours(self.data) if self.data else "")


class Day(wtforms.DateField):  # type: ignore[misc]
    """A date between 1900 and 2100."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                self.data = inputs.date(valuelist[0])
            except Refused as refusal:
                raise ValueError(refusal.message) from refusal


def not_after(latest: Any, message: Any) -> Any:
    """Validator: the date must not lie after `latest()`."""

    def check(form: Any, field: Any) -> None:
        if isinstance(field.data, dt.date) and field.data > latest():
            raise ValidationError(str(message))

    return check
