"""What people are told about how they sign in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from volunteer.outbox import kinds

FACTOR_ADDED = "second_factor_added"
FACTOR_REMOVED = "second_factor_removed"
RECOVERY_CODE_USED = "recovery_code_used"
RESET_LINK = "password_reset_link"
RESET_CODE = "password_reset_code"

kinds.register(
    FACTOR_ADDED,
    subject=_l("您的登录验证更牢靠了"),
    body=_l(
        "您的账户刚刚加上或换过一种登录验证，其他设备上的登录都已退出。如果不是您本人办的，请马上到社区服务台。"
    ),
    endpoint="safety.set_up",
)
kinds.register(
    FACTOR_REMOVED,
    subject=_l("您的一种登录验证已经取消"),
    body=_l(
        "您账户的一种登录验证刚刚取消，其他设备上的登录都已退出。如果您没有办过，也没有请工作人员办，请马上到社区服务台。"
    ),
    endpoint="safety.set_up",
)
kinds.register(
    RECOVERY_CODE_USED,
    subject=_l("用掉了一个恢复码"),
    body=_l(
        "刚刚有人用恢复码登录了您的账户，还剩 %(left)s 个。如果不是您本人，请马上换密码，再到社区服务台。"
    ),
    endpoint="safety.set_up",
)
kinds.register(
    RESET_LINK,
    subject=_l("重设密码"),
    body=_l(
        "有人申请为您的账户重设密码。如果是您本人，请在一小时内打开下面的地址，设一个新密码，地址只能用一次：\n\n"
        "%(link)s\n\n如果不是您本人，不用理会，您的密码没有变。"
    ),
)
kinds.register(
    RESET_CODE,
    subject=_l("社区服务台给您开了重设密码的单子"),
    body=_l("凭单子上的一次性码，24 小时内可以设一个新密码。如果您没有去办过，请马上到社区服务台说一声。"),
)
