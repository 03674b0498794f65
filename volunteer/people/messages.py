"""What people are told about their accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from volunteer.outbox import kinds

PASSWORD_CHANGED = "password_changed"

kinds.register(
    PASSWORD_CHANGED,
    subject=_l("您的密码已经更换"),
    body=_l("密码刚刚换过，其他设备上的登录都已退出。如果不是您本人换的，请马上到社区服务台。"),
    endpoint="people.me",
)
