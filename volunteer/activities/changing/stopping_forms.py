"""The forms with which a series is ended, and a whole day cancelled."""

from __future__ import annotations

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms import validators

from volunteer.core.forms import Day, Form, at_most


class EndForm(Form):
    """From when on a series has no dates any more, and why."""

    on = Day(_l("从哪天起不再办"), [validators.InputRequired(_l("请填写这一项。"))])
    reason = wtforms.StringField(
        _l("为什么结束"), [validators.InputRequired(_l("请填写这一项。")), at_most(300)]
    )
    with_later = wtforms.BooleanField(_l("后面接着办的也一起结束"))


class StormForm(Form):
    """Cancel a whole day."""

    reason = wtforms.StringField(
        _l("为什么取消"),
        [validators.InputRequired(_l("请填写这一项。")), at_most(300)],
        description=_l("会一字不差地发给每个报名的人，例如：暴雨红色预警，请大家在家注意安全。"),
    )
