"""What was done of a flexible task, and what the leader answers."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import StringField, TextAreaField
from wtforms.validators import Optional

from volunteer.attendance.service.task_answers import LONGEST_ANSWER
from volunteer.attendance.service.tasks import LONGEST_NOTE, MOST_MINUTES
from volunteer.core.forms import Day, Form, WholeNumber, at_most, required


class TaskForm(Form):
    did_on = Day(_l("哪一天做的"), [required()])
    minutes = WholeNumber(_l("用了多少分钟"), least=1, most=MOST_MINUTES, validators=[required()])
    note = TextAreaField(_l("做了些什么"), [Optional(), at_most(LONGEST_NOTE)])
    file = FileField(_l("照片"), [Optional()])


class ConfirmForm(Form):
    minutes = WholeNumber(_l("确认多少分钟"), least=1, most=MOST_MINUTES, validators=[required()])
    words = StringField(_l("少记了的话，为什么"), [Optional(), at_most(LONGEST_ANSWER)])


class RefuseForm(Form):
    reason = StringField(_l("为什么退回"), [at_most(LONGEST_ANSWER)])
