"""Forms of the wishes' pages; the rules they ask stand in rules.py and in the services."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from volunteer.core import clock
from volunteer.core.forms import Day, Form, OptionalBut, WholeNumber, at_most, not_after, offered, required
from volunteer.people.rules import COUNTER_WAYS, PARTS, SELF, SKILLS
from volunteer.wishes import rules, words
from volunteer.wishes.models import GUARDIAN, WISHER
from volunteer.wishes.service import PublicWords


def choices(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    return [SelectChoice(str(value), label) for value, label in pairs]


_WEEKDAYS = [("", _l("哪天都行")), *((str(day), text) for day, text in enumerate(rules.WEEKDAYS))]
_PARTS = [("", _l("全天都行")), *PARTS.items()]
_SKILLS = [("", _l("不需要特别的技能")), *SKILLS.items()]
_PHONE = r"\+?[0-9][0-9 \-]{5,18}[0-9]\Z"


class PublicForm(Form):
    """What everybody will be able to read."""

    public_text = wtforms.TextAreaField(
        _l("心愿"),
        [required(_l("请写下心愿，一两句话就好。")), at_most(150)],
        description=_l("一两句话就好。"),
    )
    kind = wtforms.RadioField(_l("哪一类"), choices=choices(words.KINDS.items()), default="service")
    price_yuan = WholeNumber(_l("大约多少钱"), least=0, most=100_000, validators=[Optional()])
    weekday = wtforms.SelectField(_l("星期几有空"), choices=choices(_WEEKDAYS), default="")
    part = wtforms.SelectField(_l("什么时候有空"), choices=choices(_PARTS), default="")

    def words(self) -> PublicWords:
        """The fields as the services take them."""
        return PublicWords(
            public_text=self.public_text.data,
            kind=self.kind.data,
            price_yuan=self.price_yuan.data,
            wanted_weekday=int(self.weekday.data) if self.weekday.data else None,
            wanted_part=self.part.data or None,
        )


class WishForm(PublicForm):
    """A resident's own wish."""

    contact_name = wtforms.StringField(_l("怎么称呼"), [required(), at_most(60)])
    contact_phone = wtforms.TelField(
        _l("联系电话"),
        [required(), wtforms.validators.Regexp(_PHONE, message=_l("请填一个能打通的电话号码。"))],
    )
    address = wtforms.StringField(_l("住址"), [required(), at_most(200)])
    private_note = wtforms.TextAreaField(_l("还想告诉志愿者什么"), [Optional(), at_most(500)])
    note_consent = wtforms.BooleanField(
        _l("上面这些话里写到的健康或家庭困难，我单独同意给核实的工作人员和认领的志愿者看")
    )
    consent = wtforms.BooleanField(_l("我同意公布上面的心愿，不公布我是谁"))

    def note_way(self) -> str | None:
        """How the consent to the private note was given, None where it was not (R144)."""
        return SELF if self.note_consent.data else None


class _ForAnother(WishForm):
    """Who writes for somebody says how that person agreed to the note."""

    note_consent = wtforms.RadioField(
        _l("这些话里写到的健康或家庭困难，他另外同意给工作人员和认领的志愿者看吗"),
        choices=lambda: [("", str(_l("没有写，或者没有同意"))), *offered(COUNTER_WAYS)().items()],
        default="",
    )

    def note_way(self) -> str | None:
        return self.note_consent.data or None


class WardWishForm(_ForAnother):
    """For somebody who asked one to: what is registered of them need not be typed, and is not shown."""

    contact_name = wtforms.StringField(_l("怎么称呼对方"), [Optional(), at_most(60)])
    contact_phone = wtforms.TelField(
        _l("对方的联系电话"),
        [Optional(), wtforms.validators.Regexp(_PHONE, message=_l("请填一个能打通的电话号码。"))],
    )
    address = wtforms.StringField(_l("对方的住址"), [Optional(), at_most(200)])
    consent = wtforms.BooleanField(_l("我问过他本人，他同意公布上面的心愿，不公布他是谁"))


class CardWishForm(WishForm):
    """By card, on a borrowed phone: what is registered need not be typed, and is not shown."""

    contact_name = wtforms.StringField(_l("怎么称呼"), [Optional(), at_most(60)])
    contact_phone = wtforms.TelField(
        _l("联系电话"),
        [Optional(), wtforms.validators.Regexp(_PHONE, message=_l("请填一个能打通的电话号码。"))],
    )
    address = wtforms.StringField(_l("住址"), [Optional(), at_most(200)])


class StaffWishForm(_ForAnother):
    """Staff may also file for somebody else."""

    for_whom = wtforms.RadioField(
        _l("这是谁的心愿"),
        choices=choices([("other", _l("帮居民登记")), ("self", _l("我自己的"))]),
        default="other",
    )
    area = wtforms.SelectField(_l("心愿人住在哪里"), coerce=int)
    wisher_number = wtforms.StringField(_l("心愿人的志愿者编号"), [Optional(), at_most(12)])
    wisher_words = wtforms.StringField(_l("怎样介绍心愿人"), [Optional(), at_most(60)])
    consent_by = wtforms.RadioField(
        _l("谁同意公布的"),
        choices=choices([(WISHER, _l("心愿人本人")), (GUARDIAN, _l("监护人（心愿人未满 18 岁）"))]),
        default=WISHER,
    )
    consent = wtforms.BooleanField(_l("已经当面说清楚哪些会公布，并征得同意"))

    def note_way(self) -> str | None:
        """Whoever files an own wish agrees by oneself, whichever way was ticked."""
        way = super().note_way()
        return SELF if way and self.for_whom.data == "self" else way


class VerifyForm(PublicForm):
    """What staff make of a wish before it goes to the wall."""

    version = wtforms.HiddenField()
    wisher_words = wtforms.StringField(_l("怎样介绍心愿人"), [Optional(), at_most(60)])
    skill = wtforms.SelectField(_l("需要会什么"), choices=choices(_SKILLS), default="")
    how = wtforms.StringField(_l("怎样核实的"), [Optional(), at_most(200)])
    reason = wtforms.TextAreaField(
        _l("不公布的原因，或转到哪里"), [OptionalBut(_l("公布时不用填")), at_most(300)]
    )

    def words(self) -> PublicWords:
        return {
            **super().words(),
            "wisher_words": self.wisher_words.data or "",
            "wanted_skill": self.skill.data or None,
        }

    def seen_version(self) -> int:
        """The version that the page showed; anything strange is no version at all."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1

    def fill(self, wish: Any) -> None:
        self.public_text.data, self.kind.data, self.price_yuan.data = (
            wish.public_text,
            wish.kind,
            wish.price_yuan,
        )
        self.weekday.data = "" if wish.wanted_weekday is None else str(wish.wanted_weekday)
        self.part.data, self.skill.data = wish.wanted_part or "", wish.wanted_skill or ""
        self.wisher_words.data, self.how.data = wish.wisher_words, wish.verified_how
        self.version.data = wish.version


class ReasonForm(Form):
    reason = wtforms.TextAreaField(_l("原因"), [required(_l("请写上原因，对方会看到。")), at_most(300)])


class FulfilForm(Form):
    fulfilled_on = Day(
        _l("哪天实现的"),
        [required(), not_after(clock.today, _l("实现的日期不能晚于今天。"))],
        default=clock.today,
    )
    note = wtforms.TextAreaField(_l("怎样实现的"), [Optional(), at_most(500)])


class ConfirmForm(Form):
    answer = wtforms.RadioField(
        _l("心愿实现了吗"),
        choices=choices([("yes", _l("实现了，谢谢")), ("no", _l("还没有"))]),
        validators=[required(_l("请选一项。"))],
    )
    how = wtforms.RadioField(_l("怎样问到的"), choices=choices(words.CONFIRM_WAYS.items()), default="phone")
    reason = wtforms.TextAreaField(_l("还差什么"), [OptionalBut(_l("没有办好时要写")), at_most(300)])


class FollowUpForm(Form):
    result = wtforms.RadioField(
        _l("回访结果"),
        choices=choices(
            [
                ("satisfied", _l("满意，办结")),
                ("resume", _l("有问题，请原来的志愿者继续")),
                ("reopen", _l("有问题，重新公布另找人")),
            ]
        ),
        validators=[required(_l("请选一项。"))],
    )
    reason = wtforms.TextAreaField(_l("心愿人怎么说"), [OptionalBut(_l("有问题时要写")), at_most(500)])
