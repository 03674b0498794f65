"""What people are told about their data."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from volunteer.outbox import kinds
from volunteer.privacy import rules

REQUEST_DONE, REQUEST_REFUSED = "rights_request_done", "rights_request_refused"
MERGED, PARTED = "people_merged", "people_parted"
CORRECTED = "record_corrected"
PHONE_CHANGED = "phone_changed"
CONSENT_GIVEN, CONSENT_WITHDRAWN = "consent_given_for_you", "consent_withdrawn_for_you"
# Which switch it is, in the reader's language: the payload holds its code.
_WHICH = tuple(
    (kind, _l("这一项是“%(label)s”。", label=switch.label)) for kind, switch in rules.SWITCHES.items()
)

kinds.register(
    REQUEST_DONE,
    subject=_l("您的信息权利申请办好了"),
    body=_l("您申请办理的事，社区已经办好。打开“我的信息和隐私”可以看到结果。"),
    endpoint="privacy.mine",
)
kinds.register(
    REQUEST_REFUSED,
    subject=_l("您的信息权利申请没有办成"),
    body=_l("理由：“%(reason)s”。您可以再申请，也可以到社区服务台当面说明，或者向街道反映。"),
    endpoint="privacy.mine",
)
kinds.register(
    CORRECTED,
    subject=_l("您登记的信息更正了"),
    body=_l(
        "社区工作人员刚刚更正了您登记的信息。打开“我的信息和隐私”可以看一看；不是您的意思，请马上到社区服务台。"
    ),
    endpoint="privacy.mine",
)
kinds.register(
    PHONE_CHANGED,
    subject=_l("您的手机号已经更换"),
    body=_l("登记的手机号刚刚换过，其他设备上的登录都已退出。如果不是您本人换的，请马上到社区服务台。"),
    endpoint="privacy.mine",
)
kinds.register(
    CONSENT_GIVEN,
    subject=_l("替您记下了一项同意"),
    body=_l(
        "%(who)s（%(who_number)s）替您记下：您同意使用一项信息。"
        "打开“我的信息和隐私”随时可以收回；您没有同意过的，请告诉社区。"
    ),
    endpoint="privacy.mine",
    also=_WHICH,
)
kinds.register(
    CONSENT_WITHDRAWN,
    subject=_l("替您收回了一项同意"),
    body=_l(
        "%(who)s（%(who_number)s）替您收回了一项同意，从现在起不再使用。打开“我的信息和隐私”可以看一看。"
    ),
    endpoint="privacy.mine",
    also=_WHICH,
)
kinds.register(
    MERGED,
    subject=_l("您的两份登记合并成了一份"),
    body=_l(
        "社区核对后，把您的两份登记合在了一起，时长、积分和记录都在这里。"
        "如果不对，请在 30 天内告诉社区，可以恢复原样。"
    ),
    endpoint="hours.my_time",
)
kinds.register(
    PARTED,
    subject=_l("您的登记恢复了原样"),
    body=_l("社区撤销了上次的合并，两份登记又分开了，各自的时长、积分和记录都回到原处。"),
    endpoint="hours.my_time",
)
