"""Forms for closing an account and for merging records."""

from __future__ import annotations

import wtforms
from flask_babel import lazy_gettext as _l

from volunteer.core.forms import Form, at_most, required
from volunteer.privacy.service import closing, merging


class CloseForm(Form):
    secret = wtforms.PasswordField(_l("您的登录密码或六位密码"), [required(), at_most(1000)])
    word = wtforms.StringField(_l("确认注销"), [required(), at_most(20)])


class CloseForForm(Form):
    reason = wtforms.TextAreaField(_l("为什么注销"), [required(), at_most(closing.LONGEST_REASON)])


class MergeForm(Form):
    reason = wtforms.TextAreaField(_l("怎样确认是同一个人"), [required(), at_most(merging.LONGEST_REASON)])


class UndoForm(Form):
    """A button alone."""
