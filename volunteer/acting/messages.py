"""What people are told about helpers, and the sentence of each receipt.

A receipt is shown in the person's history and told as a message, in the same words.
`who` is the masked name and `who_number` the volunteer number of the one who acted.
"""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer.outbox.kinds import register

HELPER_NAMED, HELPER_ENDED, HELPER_DECLINED = "helper_named", "helper_ended", "helper_declined"
SIGNED_UP, SIGNED_OFF, WISH_FILED = "signed_up", "signed_off", "wish_filed"
WAITS, WAITS_NO_LONGER = "waits", "waits_no_longer"
ORDERED_BY_PIN, ORDERED_TO_WAIT, ORDER_CANCELLED = "ordered_by_pin", "ordered_to_wait", "order_cancelled"
HELPER_RECORDED, HELPER_REMOVED = "helper_recorded", "helper_removed"
LARGE_TYPE, USUAL_TYPE = "large_type", "usual_type"
CARD_ISSUED, CARD_ENDED, PIN_MADE = "card_issued", "card_ended", "pin_made"
CARD_NOT_MERGED = "card_not_merged"

register(
    CARD_NOT_MERGED,
    subject=_l("您的旧邻里卡不能用了"),
    body=_l("您的两份登记合在了一起，其中一份的旧卡打不开了。请到社区服务台换一张。"),
    endpoint="people.me",
)
register(
    HELPER_NAMED,
    subject=_l("%(who)s请您帮忙办事"),
    body=_l("%(who)s（%(who_number)s）请您以后替他办几件事。能办哪些，打开就看得到；不方便的话，可以婉拒。"),
    endpoint="acting.wards",
)
register(
    HELPER_ENDED,
    subject=_l("%(who)s不再请您帮忙办事"),
    body=_l("%(who)s（%(who_number)s）那里，以后不用您替他办事了。谢谢您一直帮忙。"),
    endpoint="acting.wards",
)
register(
    HELPER_DECLINED,
    subject=_l("%(who)s不能再帮您办事"),
    body=_l("%(who)s（%(who_number)s）不方便再替您办事了。需要的话，可以另请一位。"),
    endpoint="acting.my_helpers",
)

_SUBJECT = _l("有人替您办了一件事")
_OCCURRENCE: dict[str, Any] = {"endpoint": "activities.occurrence", "link_values": ("occurrence_id",)}
_ORDER: dict[str, Any] = {"endpoint": "points.my_order", "link_values": ("order_id",)}
_RECEIPTS: dict[str, Any] = {
    WISH_FILED: _l("%(who)s（%(who_number)s）替您提了一个心愿，编号 %(number)s。"),
    ORDER_CANCELLED: _l(
        "%(who)s（%(who_number)s）替您取消了兑换：%(item)s × %(quantity)s，订单号 %(number)s。"
    ),
    HELPER_RECORDED: _l(
        "%(who)s（%(who_number)s）替您登记：以后 %(helper)s（%(helper_number)s）可以帮您办事。"
    ),
    HELPER_REMOVED: _l("%(who)s（%(who_number)s）替您登记：%(helper)s（%(helper_number)s）不再帮您办事。"),
    LARGE_TYPE: _l("%(who)s（%(who_number)s）替您换成了大字。"),
    USUAL_TYPE: _l("%(who)s（%(who_number)s）替您换回了标准字。"),
    CARD_ISSUED: _l("%(who)s（%(who_number)s）给您做了一张邻里卡。以前有的，旧卡不能用了。"),
    CARD_ENDED: _l("%(who)s（%(who_number)s）替您挂失了邻里卡，它不能用了。"),
    PIN_MADE: _l("%(who)s（%(who_number)s）给您换了新的六位密码，以前的不能用了。"),
}
_SIGN_UPS: dict[str, Any] = {
    SIGNED_UP: _l("%(who)s（%(who_number)s）替您报名参加“%(title)s”，%(starts_at)s，在%(place)s。"),
    SIGNED_OFF: _l("%(who)s（%(who_number)s）替您取消了“%(title)s”的报名，%(starts_at)s。"),
    WAITS: _l("%(who)s（%(who_number)s）替您排队等“%(title)s”的名额，%(starts_at)s。有名额时会问您。"),
    WAITS_NO_LONGER: _l("%(who)s（%(who_number)s）替您退出了“%(title)s”的排队，%(starts_at)s。"),
}
_WHY = (("reason_sealed", _l("原因：%(reason)s")),)
_ORDERS: dict[str, Any] = {
    ORDERED_BY_PIN: _l(
        "%(who)s（%(who_number)s）用您的六位密码替您兑换了%(item)s × %(quantity)s，"
        "用了 %(points)s 分，订单号 %(number)s。请在 %(until_at)s 之前到%(place)s爱心超市领取。"
    ),
    ORDERED_TO_WAIT: _l(
        "%(who)s（%(who_number)s）替您兑换了%(item)s × %(quantity)s，用了 %(points)s 分，订单号 %(number)s。"
        "%(from_at)s 以后才能到%(place)s爱心超市领取。不是您的意思，请打开这里取消，积分马上退还。"
    ),
}

for _act, _body in _RECEIPTS.items():
    register(f"receipt_{_act}", subject=_SUBJECT, body=_body, endpoint="acting.my_receipts")
for _act, _body in _SIGN_UPS.items():
    register(f"receipt_{_act}", subject=_SUBJECT, body=_body, also=_WHY, **_OCCURRENCE)
for _act, _body in _ORDERS.items():
    register(f"receipt_{_act}", subject=_SUBJECT, body=_body, **_ORDER)
