"""A form over what is settled already: what somebody else has settled since it was shown is not undone unseen."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import wtforms
from flask import request

from volunteer.activities.planning import plan_words
from volunteer.core import formats
from volunteer.core.errors import Stale
from volunteer.core.forms import Form, Hours
from volunteer.core.i18n import gettext as _


def mark(form: Form) -> str:
    """What stands there now, field by field, to be sent back as `shown`: 'minimum_age:1f0c2a …'."""
    return " ".join(f"{field.name}:{_digest(field.object_data)}" for field in _fields(form))


def is_stale(form: Form) -> bool:
    """Whether something is no longer as it was shown; then it is said at each such field.

    What the reader has not touched shows what is settled now; what was typed stays.
    """
    seen = dict(part.rsplit(":", 1) for part in request.form.get("shown", "").split() if ":" in part)
    changed = [
        field
        for field in _fields(form)
        if field.name in seen and seen[field.name] != _digest(field.object_data)
    ]
    for field in changed:
        if _digest(field.data) == seen[field.name]:
            field.raw_data = None
            field.process(None, field.object_data)
        field.errors = [_("别人刚才改成了：%(value)s", value=_said(field))]
    if changed:
        form.form_errors.append(Stale().message)
    return bool(changed)


def status(form: Form, is_stale: bool) -> int:
    """Of the page that shows the form again."""
    return 409 if is_stale else 422 if form.errors else 200


def _fields(form: Form) -> list[Any]:
    return [field for field in form if not isinstance(field, wtforms.HiddenField)]


def _digest(value: Any) -> str:
    """The same for what is stored and for what the form sends back of it untouched."""
    if isinstance(value, list | tuple):
        value = sorted(str(each) for each in value)
    text = "" if value is None or value is False or value == [] else str(value)
    return hashlib.sha256(text.encode()).hexdigest()[:6]


def _said(field: Any) -> str:
    value = field.object_data
    if isinstance(field, wtforms.BooleanField):
        return _("勾上") if value else _("不勾")
    chosen = {str(each) for each in (value if isinstance(value, list | tuple) else [value])}
    if names := [
        str(choice.label) for choice in getattr(field, "choices", ()) if str(choice.value) in chosen
    ]:
        return plan_words.listed(names)
    if value is None or value in ("", [], ()):
        return _("空着")
    if isinstance(field, Hours):
        return formats.minutes(value)
    if isinstance(value, dt.date):
        return formats.full_day(value)
    return f"{value:%H:%M}" if isinstance(value, dt.time) else str(value)
