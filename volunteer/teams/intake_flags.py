"""What a leader should look at before accepting somebody: the flags of the list, with their words."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

OWN, REGISTERED, AT_DESK, DOUBLE = "own", "registered", "at_desk", "double"
GUARDIAN_AT_DESK = "guardian_at_desk"
PHONE_TAKEN, PHONE_SHARED = "phone_taken", "phone_shared"
MINOR, NO_GUARDIAN, PAPER, OVERDUE = "minor", "no_guardian", "paper", "overdue"
# Flag → (words, kind of tag); what stands in the way first.
FLAGS: dict[str, tuple[Any, str]] = {
    OVERDUE: (_l("过了答复期限"), "fault"),
    OWN: (_l("您本人或您的孩子，请别人答复"), "fault"),
    AT_DESK: (_l("账户停用，要到社区办"), "fault"),
    GUARDIAN_AT_DESK: (_l("监护人要先到社区服务台确认"), "fault"),
    NO_GUARDIAN: (_l("还缺监护人同意"), "warn"),
    DOUBLE: (_l("和前面一份像是同一个人"), "warn"),
    PHONE_TAKEN: (_l("手机号登记在别人名下"), "warn"),
    PHONE_SHARED: (_l("和前面一位同一个手机号，以后用编号登录"), "warn"),
    REGISTERED: (_l("已经登记过，只入队"), "info"),
    MINOR: (_l("未成年"), "info"),
    PAPER: (_l("纸质表"), "plain"),
}
