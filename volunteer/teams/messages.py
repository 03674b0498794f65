"""What leaders, applicants and members are told."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from volunteer.outbox import kinds

REQUEST, ACCEPTED, REFUSED = "team_request", "team_accepted", "team_refused"
ANNOUNCEMENT = "team_announcement"
CLOSED, REPLACED, CARRIED_OVER = "team_closed", "team_replaced", "team_carried_over"

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
kinds.register(
    ANNOUNCEMENT,
    subject=_l("%(team)s的通知"),
    body=_l(
        "%(text)s\n\n这是%(team)s发给队员的通知。不想再收，可以打开队伍的页面，按“退出这支队伍”；从前的时长和记录都还在。"
    ),
    endpoint="teams.team",
    link_values=("team_id",),
)
kinds.register(
    CLOSED,
    subject=_l("%(team)s关闭了"),
    body=_l("原因：“%(reason)s”。您在队里的服务时长和记录都还在，证明照样可以打印。欢迎看看别的志愿服务队。"),
    endpoint="teams.team",
    link_values=("team_id",),
)
kinds.register(
    REPLACED,
    subject=_l("%(team)s关闭了，由%(to)s接着做"),
    body=_l("原因：“%(reason)s”。您的服务时长和记录都还在。想接着参加，可以申请加入%(to)s。"),
    endpoint="teams.team",
    link_values=("team_id",),
)
kinds.register(
    CARRIED_OVER,
    subject=_l("%(team)s并入了%(to)s"),
    body=_l(
        "原因：“%(reason)s”。您现在是%(to)s的队员，从前的服务时长和记录都还在。不想留在新队伍，可以随时在队伍的页面退出。"
    ),
    endpoint="teams.team",
    link_values=("team_id",),
)
