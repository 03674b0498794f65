"""Forms of trainings, qualifications and commendations."""

from __future__ import annotations

from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms.validators import AnyOf, Optional

from volunteer.core.forms import Day, Form, Hours, at_most, offered, required
from volunteer.credentials import rules
from volunteer.credentials.rules import Entry


class EntryForm(Form):
    """What somebody has learnt, is qualified for or was commended for, with its proof."""

    kind = wtforms.RadioField(_l("是哪一类"), [required()], choices=offered(rules.KIND_LABELS))
    name = wtforms.StringField(_l("名称"), [required(), at_most(rules.LONGEST_NAME)])
    unit = wtforms.StringField(_l("哪个单位"), [required(), at_most(rules.LONGEST_UNIT)])
    happened_on = Day(_l("哪一天"), [required()])
    expires_on = Day(_l("有效到"), [Optional()])
    learning_minutes = Hours(
        _l("学了几小时"), most_minutes=rules.MOST_LEARNING_MINUTES, validators=[Optional()]
    )
    content = wtforms.TextAreaField(_l("内容"), [Optional(), at_most(rules.LONGEST_CONTENT)])
    file = FileField(_l("证书或奖状"))

    def entry(self, **more: Any) -> Entry:
        data = self.data
        return Entry(
            kind=data["kind"],
            name=data["name"],
            unit=data["unit"],
            happened_on=data["happened_on"],
            content=data["content"] or "",
            learning_minutes=data["learning_minutes"],
            expires_on=data["expires_on"],
            **more,
        )


class StaffEntryForm(EntryForm):
    """The same by staff: only what comes from outside needs its proof."""

    file = FileField(_l("证书或奖状"), [Optional()])
    is_from_outside = wtforms.BooleanField(_l("是外单位给的表彰"))


class DecisionForm(Form):
    """Which button was pressed, and the reason if it was the refusal."""

    decision = wtforms.StringField(validators=[AnyOf(("accept", "refuse"))])
    reason = wtforms.TextAreaField(_l("不通过的原因"), [at_most(rules.LONGEST_REASON)])


class WithdrawForm(Form):
    reason = wtforms.StringField(
        _l("收回的原因"), [required(_l("请写明原因，本人会看到。")), at_most(rules.LONGEST_REASON)]
    )
