"""How kinds, states and deeds are called on pages."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

from volunteer.core import formats
from volunteer.core.i18n import gettext as _
from volunteer.wishes import models as m
from volunteer.wishes import queries, rules

KINDS: dict[str, Any] = {
    m.GOODS: _lp("kind of wish", "物品"),
    m.SERVICE: _lp("kind of wish", "服务"),
    m.COMPANY: _lp("kind of wish", "陪伴"),
}
STATES: dict[str, Any] = {
    m.COLLECTED: _lp("state of a wish", "待核实"),
    m.REFUSED: _lp("state of a wish", "没有公布"),
    m.REFERRED: _lp("state of a wish", "已转介"),
    m.PUBLISHED: _lp("state of a wish", "等人认领"),
    m.CLAIMED: _lp("state of a wish", "已认领"),
    m.FULFILLED: _lp("state of a wish", "待确认"),
    m.CONFIRMED: _lp("state of a wish", "待回访"),
    m.CLOSED: _lp("state of a wish", "已办结"),
    m.TAKEN_DOWN: _lp("state of a wish", "已撤下"),
}
STATE_KINDS = {
    m.COLLECTED: "warn", m.REFUSED: "plain", m.REFERRED: "plain", m.PUBLISHED: "hot", m.CLAIMED: "info",
    m.FULFILLED: "warn", m.CONFIRMED: "good", m.CLOSED: "good", m.TAKEN_DOWN: "plain",
}  # fmt: skip
TABS: dict[str, Any] = {
    "collected": _lp("state of a wish", "待核实"),
    "published": _lp("state of a wish", "等人认领"),
    "claimed": _lp("state of a wish", "已认领"),
    "fulfilled": _lp("state of a wish", "待确认"),
    "confirmed": _lp("state of a wish", "待回访"),
    "closed": _lp("state of a wish", "已办结"),
    "aside": _lp("state of a wish", "没有公布的"),
}
ACTS: dict[str, Any] = {
    "wish_collect": _l("登记了心愿"),
    "wish_publish": _l("核实后公布"),
    "wish_refuse": _l("没有通过核实"),
    "wish_refer": _l("转介到别的渠道"),
    "wish_amend": _l("改了公开的文字"),
    "wish_claim": _l("认领"),
    "wish_get_in_touch": _l("联系上了心愿人"),
    "wish_cancel_claim": _l("取消认领，回到心愿墙"),
    "wish_revoke_claim": _l("收回认领，回到心愿墙"),
    "wish_fulfil": _l("报告已经实现"),
    "wish_deny": _l("心愿人说还没有收到"),
    "wish_confirm": _l("确认收到"),
    "wish_close": _l("回访满意，办结"),
    "wish_resume": _l("回访发现问题，请原来的志愿者继续"),
    "wish_reopen": _l("回访发现问题，重新公布"),
    "wish_take_down": _lp("deed", "撤下"),
    "wish_restore": _lp("deed", "退回到待核实"),
    "wish_contact_seen": _l("查看了联系方式"),
    "wish_note_taken_back": _l("删掉了不公开的话"),
}
CONFIRM_WAYS: dict[str, Any] = {
    "phone": _l("打电话问过"),
    "visit": _l("上门看过"),
    "counter": _l("心愿人来服务台说的"),
}
STEPS: tuple[Any, ...] = (
    _lp("step of a wish", "登记"),
    _lp("step of a wish", "核实"),
    _lp("step of a wish", "认领"),
    _lp("step of a wish", "实现"),
    _lp("step of a wish", "确认"),
)
_STEP_OF = {m.COLLECTED: 2, m.PUBLISHED: 3, m.CLAIMED: 4, m.FULFILLED: 5, m.CONFIRMED: 6, m.CLOSED: 6}


def person(name: str | None, *, is_whole: bool) -> str:
    """Who did something about a wish: whole for who is in charge, masked for auditors."""
    return (name if is_whole else formats.masked_name(name)) if name else ""


def step(state: str) -> int | None:
    """The step a wish stands at now, for the row of steps; None when it was put aside."""
    return _STEP_OF.get(state)


def act(name: str) -> str:
    """What an entry of the audit log says about a wish."""
    return str(ACTS.get(name, name))


def community(row: Any) -> str:
    return queries.community(row)


def place(row: Any) -> str:
    """'桔苑社区 · 编号 0071'."""
    return f"{queries.community(row)} · " + _("编号 %(number)s", number=row.number)


def about(row: Any) -> str:
    """'一位独居老人 · 约 120 元 · 周三下午有空': only what is there."""
    price = _("约 %(price)s 元", price=formats.number(row.price_yuan)) if row.price_yuan else ""
    free = rules.free_time(row.wanted_weekday, row.wanted_part)
    return " · ".join(part for part in (row.wisher_words, price, free) if part)
