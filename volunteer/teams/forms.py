"""Forms of the team pages; the rules they ask stand in rules.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from volunteer.core.forms import Choices, Day, Form, Hours, WholeNumber, at_most, offered, required
from volunteer.credentials import rules as credentials
from volunteer.credentials.models import TRAINING
from volunteer.teams import rules

NONE = 0  # of a select: no team above, no successor


class DecisionForm(Form):
    """Which button was pressed, and the reason if it was the refusal."""

    decision = wtforms.StringField(validators=[wtforms.validators.AnyOf(("accept", "refuse"))])
    reason = wtforms.TextAreaField(_l("不同意的原因"), [Optional(), at_most(rules.LONGEST_REASON)])


def _select(label: Any, message: Any) -> Any:
    """A select of ids; the view says which."""
    return wtforms.SelectField(
        label, coerce=int, invalid_value_message=message, invalid_choice_message=message
    )


def team_choices(nobody: Any, teams: Mapping[int, str]) -> dict[int, str]:
    return {NONE: str(nobody), **teams}


class WordsForm(Form):
    """What is written about a team."""

    kind = wtforms.SelectField(
        _l("类型"), choices=offered(rules.KIND_LABELS), invalid_choice_message=_l("请从列出的队伍类型里选。")
    )
    name = wtforms.StringField(_l("名称"), [required(), at_most(rules.LONGEST_NAME)])
    name_en = wtforms.StringField(_l("英文名称"), [Optional(), at_most(rules.LONGEST_ENGLISH_NAME)])
    focus = wtforms.StringField(_l("主要做什么"), [Optional(), at_most(rules.LONGEST_FOCUS)])


class FoundForm(WordsForm):
    area = _select(_l("所在区域"), _l("请从列出的区域里选。"))
    parent = _select(_l("上级队伍"), _l("请从列出的队伍里选。"))
    code = wtforms.StringField(_l("代码"), [Optional(), at_most(rules.LONGEST_CODE)])

    @property
    def parent_id(self) -> int | None:
        return self.parent.data or None


class MoveForm(Form):
    parent = _select(_l("上级队伍"), _l("请从列出的队伍里选。"))

    @property
    def parent_id(self) -> int | None:
        return self.parent.data or None


class RightsForm(Form):
    """The view offers the roles and rights that one may give."""

    role = wtforms.RadioField(_l("请这位做什么"), validators=[required(_l("请选一个角色。"))])
    rights = Choices(_l("这位可以做"))


class AnnounceForm(Form):
    to = wtforms.RadioField(_l("发给谁"), validators=[required(_l("请选一下发给谁。"))])
    text = wtforms.TextAreaField(
        _l("要通知的话"), [required(_l("请写下要通知的话，1 到 500 个字。")), at_most(rules.LONGEST_MESSAGE)]
    )


class InviteForm(Form):
    days = WholeNumber(
        _l("几天内有效"),
        least=1,
        most=rules.LONGEST_INVITATION_DAYS,
        validators=[required()],
        default=rules.INVITATION_DAYS,
    )


class CloseForm(Form):
    reason = wtforms.TextAreaField(
        _l("关闭的原因"),
        [required(_l("请写明关闭的原因，队员会看到。最多 300 字。")), at_most(rules.LONGEST_REASON)],
    )
    successor = _select(_l("接手的队伍"), _l("请从列出的队伍里选。"))
    hand_over = wtforms.BooleanField(_l("把后面的活动移交给接手的队伍"))
    carry_members = wtforms.BooleanField(_l("队员一起转到接手的队伍"))

    @property
    def successor_id(self) -> int | None:
        return self.successor.data or None


class TrainingForm(Form):
    """A training and who was there; the view offers the members."""

    name = wtforms.StringField(_l("培训名称"), [required(), at_most(credentials.LONGEST_NAME)])
    learning_minutes = Hours(
        _l("学了几小时"), most_minutes=credentials.MOST_LEARNING_MINUTES, validators=[required()]
    )
    happened_on = Day(_l("哪一天"), [required()])
    unit = wtforms.StringField(_l("组织方"), [required(), at_most(credentials.LONGEST_UNIT)])
    content = wtforms.TextAreaField(_l("内容"), [Optional(), at_most(credentials.LONGEST_CONTENT)])
    expires_on = Day(_l("有效到"), [Optional()])
    people = Choices(_l("到场的人"), coerce=int)

    def entry(self) -> credentials.Entry:
        data = self.data
        return credentials.Entry(
            kind=TRAINING,
            name=data["name"],
            unit=data["unit"],
            happened_on=data["happened_on"],
            content=data["content"] or "",
            learning_minutes=data["learning_minutes"],
            expires_on=data["expires_on"],
        )
