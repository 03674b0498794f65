"""A picture and its caption."""

from __future__ import annotations

import wtforms
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField

from volunteer.core.forms import Form, at_most


class PhotoForm(Form):
    file = FileField(_l("照片"))
    caption = wtforms.StringField(_l("照片说明"), [at_most(120)])
