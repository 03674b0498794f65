"""Forms of the shop; what is possible stands in rules."""

from __future__ import annotations

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms import validators

from volunteer.core import forms
from volunteer.points import rules


class OrderForm(forms.Form):
    quantity = forms.WholeNumber(
        _l("要几份"), least=1, most=rules.MOST_PIECES, default=1, validators=[forms.required()]
    )
    pin = wtforms.PasswordField(_l("本人的六位密码"), [validators.Optional(), forms.at_most(20)])


class CodeForm(forms.Form):
    code = wtforms.StringField(
        _l("取货码"), [forms.required(_l("请扫码，或者输入 8 位取货码。")), forms.at_most(200)]
    )


class StockForm(forms.Form):
    quantity = forms.WholeNumber(_l("入库几份"), least=1, most=100_000, validators=[forms.required()])
    note = wtforms.StringField(_l("来源或说明"), [validators.Optional(), forms.at_most(200)])


class ItemForm(forms.Form):
    area_id = wtforms.SelectField(_l("在哪个爱心超市兑换"), coerce=int)
    name = wtforms.StringField(_l("物品名称"), [forms.required(), forms.at_most(80)])
    name_en = wtforms.StringField(_l("英文名称"), [validators.Optional(), forms.at_most(80)])
    code = wtforms.StringField(_l("编码"), [forms.required(), forms.at_most(40)])
    price_points = forms.WholeNumber(
        _l("兑换需要多少分"), least=1, most=rules.DEAREST, validators=[forms.required()]
    )
    quantity = forms.WholeNumber(
        _l("现在有几份"), least=0, most=100_000, default=0, validators=[forms.required()]
    )


class OfferedForm(forms.Form):
    offered = wtforms.HiddenField(validators=[validators.AnyOf(["0", "1"])])
