"""Forms with a few words: why somebody is taken off a date, and a word to who is in charge."""

from __future__ import annotations

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms import validators

from volunteer.core.forms import Form, at_most, required

LONGEST = 300


class TakeOffForm(Form):
    reason = wtforms.StringField(_l("为什么取消"), [validators.Optional(), at_most(LONGEST)], id="off_reason")


class WriteForm(Form):
    text = wtforms.TextAreaField(_l("想说的话"), [required(), at_most(LONGEST)])
