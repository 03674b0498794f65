"""What a person asked for is not done: refused or not there, said in one sentence that helps.

A view catches `Refused` and shows the page again; `NotFound` it lets pass, so that nobody
learns from a form what the address already keeps to itself.
"""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l


class NotDone(Exception):
    """Base of both kinds. `sentence` is translated when shown; `values` fill its placeholders."""

    sentence: Any
    status: int

    def __init__(self, **values: Any) -> None:
        super().__init__(type(self).__name__)
        self.values = values

    @property
    def message(self) -> str:
        text = str(self.sentence)
        return text % self.values if self.values else text


class Refused(NotDone):
    """Said at the form (at `field`, when it speaks of one) or on the page, with what was typed still there."""

    sentence = _l("这件事现在办不了，请联系社区工作人员。")
    status = 409
    field: str | None = None


class NotAllowed(Refused):
    """The person may know of it, but may not do it."""

    sentence = _l("您没有办理这件事的权限。需要的话，请联系社区工作人员。")
    status = 403


class NotFound(NotDone):
    """It does not exist, or the person may not know that it does: always the page that says so.

    A number or a code that somebody typed is answered where it was typed, with a `Refused`.
    """

    sentence = _l("没有找到您要的内容。")
    status = 404


class Stale(Refused):
    sentence = _l("别人刚刚改过这里。请看一眼现在的内容，再提交一次。")


class TooManyAttempts(Refused):
    sentence = _l("尝试次数太多了，请过 15 分钟再试，或到社区服务台办理。")
    status = 429
