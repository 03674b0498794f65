"""Forms of the team pages."""

from __future__ import annotations

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from volunteer.core.forms import Form, at_most
from volunteer.teams.rules import LONGEST_REASON


class DecisionForm(Form):
    """Which button was pressed, and the reason if it was the refusal."""

    decision = wtforms.StringField(validators=[wtforms.validators.AnyOf(("accept", "refuse"))])
    reason = wtforms.TextAreaField(_l("不同意的原因"), [Optional(), at_most(LONGEST_REASON)])
