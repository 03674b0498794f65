"""Why somebody cannot act for another, each in one sentence that helps."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from volunteer.core.errors import NotAllowed, Refused


class NoSuchHelper(Refused):
    """One sentence for an unknown number, a closed account, a minor and oneself."""

    sentence = _l("没有找到可以请的人，请核对编号。帮忙的人要是已经注册、年满 18 岁的另一位居民。")
    status = 422
    field = "who"


class NoRight(Refused):
    sentence = _l("请至少选一件可以帮您办的事。")
    status = 422
    field = "rights"


class TooManyHelpers(Refused):
    sentence = _l("最多请 %(most)s 位。请先去掉一位不再需要的。")


class TooYoungToAsk(Refused):
    sentence = _l("未满 18 岁，请和监护人一起到社区服务台，由工作人员登记。")


class OwnEntry(Refused):
    """R150: nobody records an own right over another's points."""

    sentence = _l("不能把自己登记成帮办人，请另一位同事来登记。")
    status = 403
    field = "who"


class StaffHaveNoCard(Refused):
    sentence = _l("工作人员的账户权限多，不能用邻里卡打开。请用密码登录。")


class NoCard(Refused):
    sentence = _l("这位居民现在没有可用的邻里卡。请先做一张。")


class NotWithTheCard(NotAllowed):
    """A sign-in by card was asked for something that is not in `access.WITH_CARD`."""

    sentence = _l("用邻里卡打开的页面办不了这件事。请退出后用密码登录，或者到社区服务台。")
