"""Reason of a reversal, period of a certificate, objections and their answers, ratings."""

from __future__ import annotations

from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l

from volunteer.core import forms
from volunteer.hours.service.reverse import LONGEST_REASON


class ReverseForm(forms.Form):
    reason = wtforms.TextAreaField(
        _l("为什么收回"), [forms.required(_l("请写明为什么收回。")), forms.at_most(LONGEST_REASON)]
    )


class CertificateForm(forms.Form):
    from_on = forms.Day(_l("从哪一天"), [forms.required()])
    until_on = forms.Day(_l("到哪一天"), [forms.required()])


class RevokeForm(forms.Form):
    reason = wtforms.TextAreaField(
        _l("为什么作废"), [forms.required(_l("请写一句为什么作废，本人会看到。")), forms.at_most(300)]
    )


class ObjectionForm(forms.Form):
    text = wtforms.TextAreaField(
        _l("哪里不对"), [forms.required(_l("请写一句哪里不对。")), forms.at_most(500)]
    )


class AnswerForm(forms.Form):
    answer = wtforms.TextAreaField(
        _l("理由"), [forms.required(_l("请写一句理由，本人会看到。")), forms.at_most(500)]
    )


STARS: dict[str, Any] = {
    "5": _l("五颗星，很好"),
    "4": _l("四颗星，不错"),
    "3": _l("三颗星，一般"),
    "2": _l("两颗星，不太好"),
    "1": _l("一颗星，不好"),
}


class RatingForm(forms.Form):
    stars = wtforms.RadioField(
        _l("您给几颗星"), [forms.required(_l("请选一到五颗星。"))], choices=forms.offered(STARS)
    )
    words = wtforms.TextAreaField(_l("想对负责人说的话"), [forms.at_most(300)])


class BlockForm(forms.Form):
    number = wtforms.StringField(
        _l("志愿者编号"), [forms.required(_l("请填志愿者编号。")), forms.at_most(40)]
    )
    reason = wtforms.TextAreaField(
        _l("为什么暂停"), [forms.required(_l("请写一句原因，本人会看到。")), forms.at_most(300)]
    )


class DecideBlockForm(forms.Form):
    reason = wtforms.TextAreaField(
        _l("写给本人的话"), [forms.required(_l("请写一句原因，本人会看到。")), forms.at_most(300)]
    )


class RefusalForm(forms.Form):
    answer = wtforms.TextAreaField(_l("不批准的理由"), [forms.at_most(300)])


class RateForm(forms.Form):
    points_per_hour = forms.WholeNumber(_l("每小时得几分"), least=0, most=1000, validators=[forms.required()])
    most = forms.Hours(
        _l("一次活动最多算几小时"), most_minutes=24 * 60, validators=[wtforms.validators.Optional()]
    )
    valid_from = forms.Day(_l("从哪天起"), [forms.required()])
