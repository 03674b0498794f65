"""Reason of a reversal, period of a certificate."""

from __future__ import annotations

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
