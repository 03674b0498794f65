"""What leaders and applicants are told."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from volunteer.outbox import kinds

REQUEST, ACCEPTED, REFUSED = "team_request", "team_accepted", "team_refused"

kinds.register(
    REQUEST,
    subject=_l("有人申请加入%(team)s"),
    body=_l("一位邻居想加入%(team)s，请看一看，同意或说明原因。"),
    endpoint="teams.requests",
    link_values=("team_id",),
)
kinds.register(
    ACCEPTED,
    subject=_l("您已加入%(team)s"),
    body=_l("%(team)s同意了您的入队申请，欢迎您。可以看看队里最近有什么活动。"),
    endpoint="teams.team",
    link_values=("team_id",),
)
kinds.register(
    REFUSED,
    subject=_l("%(team)s没有同意您的入队申请"),
    body=_l("原因：“%(reason)s”。您可以再次申请，也可以看看别的志愿服务队。"),
    endpoint="teams.team",
    link_values=("team_id",),
)
