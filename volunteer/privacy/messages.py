"""What people are told about their data."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from volunteer.outbox import kinds

REQUEST_DONE, REQUEST_REFUSED = "rights_request_done", "rights_request_refused"
MERGED, PARTED = "people_merged", "people_parted"
CORRECTED = "record_corrected"

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
