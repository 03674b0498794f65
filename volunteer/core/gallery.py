"""What the gallery shows: a form with every kind of field, whole and broken. Invented words only."""

from __future__ import annotations

import datetime as dt
from typing import Any

import wtforms
from flask import Flask, abort, current_app, render_template
from werkzeug.datastructures import MultiDict
from wtforms import validators

from volunteer.core import clock, forms


class SampleForm(forms.Form):
    """Every kind of field the product uses."""

    class Meta(forms.Form.Meta):
        csrf = False

    name = wtforms.StringField("姓名", [forms.required(), forms.at_most(20)])
    phone = wtforms.TelField("手机号", [validators.Regexp(r"1\d{10}\Z", message="请填 11 位手机号。")])
    password = wtforms.PasswordField("密码", [forms.required()])
    born_on = forms.Day("出生日期", [forms.required()])
    minutes = forms.WholeNumber("服务多长时间", least=15, most=720)
    area = wtforms.SelectField("住在哪个社区", choices={"1": "桔苑社区", "2": "麓泉社区"})
    note = wtforms.TextAreaField("还想告诉我们什么", [validators.Optional(), forms.at_most(200)])
    way = wtforms.RadioField("怎样通知您", choices={"inbox": "站内消息", "sms": "短信", "call": "打电话"})
    skills = forms.Choices(
        "您会什么",
        choices={"repair": "修家电", "hair": "理发", "chat": "陪人聊天"},
    )
    agree = wtforms.BooleanField("我读过并同意怎样使用我的信息", [forms.required()])
    photo = wtforms.FileField("照片", [validators.Optional()])


def init(app: Flask) -> None:
    """Serve the gallery where invented people live or the product is being made; elsewhere it does not exist."""

    @app.get("/gallery")
    def gallery() -> str:
        if not (current_app.debug or current_app.config["DEMO"]):
            abort(404)
        return render_template("gallery.html", **context())


def context() -> dict[str, Any]:
    """Variables of `gallery.html`."""
    whole = SampleForm(formdata=None, prefix="whole-", data={"name": "陈桂芳", "way": "inbox", "area": "2"})
    broken = SampleForm(formdata=MultiDict({"phone": "1380000", "minutes": "9999"}))
    broken.validate()
    broken.form_errors.append("这场活动刚刚报满了，您可以排队候补。")
    today = clock.today()
    return {
        "whole": whole,
        "broken": broken,
        "today": today,
        "days": [today + dt.timedelta(days=ahead) for ahead in (1, 8, -7)],
    }
