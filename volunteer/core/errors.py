"""Refusals: what a person asked for cannot be done, said in one sentence that helps."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l


class Refused(Exception):
    """Base of all refusals. `sentence` is translated when shown; `values` fill its placeholders."""

    sentence: Any = _l("这件事现在办不了，请联系社区工作人员。")
    status = 409
    field: str | None = None

    def __init__(self, **values: Any) -> None:
        super().__init__(type(self).__name__)
        self.values = values

    @property
    def message(self) -> str:
        text = str(self.sentence)
        return text % self.values if self.values else text


class NotAllowed(Refused):
    """The person may know of it, but may not do it."""

    sentence = _l("您没有办理这件事的权限。需要的话，请联系社区工作人员。")
    status = 403


class NotFound(Refused):
    """It does not exist, or the person may not know that it does."""

    sentence = _l("没有找到您要的内容。")
    status = 404


class Stale(Refused):
    sentence = _l("别人刚刚改过这里。请看一眼现在的内容，再提交一次。")


class TooManyAttempts(Refused):
    sentence = _l("尝试次数太多了，请过 15 分钟再试，或到社区服务台办理。")
    status = 429
