"""What leaders, applicants and members are told."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from volunteer.outbox import kinds
from volunteer.people.models import ACCEPT, DEPUTY, LEADER, MESSAGE, PUBLISH, RECORD, REGISTER

REQUEST, ACCEPTED, REFUSED = "team_request", "team_accepted", "team_refused"
ANNOUNCEMENT = "team_announcement"
CLOSED, REPLACED, CARRIED_OVER = "team_closed", "team_replaced", "team_carried_over"
MADE = {LEADER: "team_leader_made", DEPUTY: "team_deputy_made"}
DISMISSED = {LEADER: "team_leader_dismissed", DEPUTY: "team_deputy_dismissed"}
RIGHTS_CHANGED, NO_RIGHTS = "team_rights_changed", "no_rights"
# What each right lets its holder do, said one after the other.
MAY = {
    ACCEPT: _l("您可以答复入队申请、发入队二维码。"),
    PUBLISH: _l("您可以发布和改动活动。"),
    RECORD: _l("您可以点名、记时长。"),
    MESSAGE: _l("您可以给队员发通知。"),
    REGISTER: _l("您可以为本社区居民登记注册。"),
}
_MAY = (*MAY.items(), (NO_RIGHTS, _l("您可以看队员名单，别的事要另外给权限。")))

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

_MADE_WORDS = {
    LEADER: (_l("您是%(team)s的队长了"), _l("谢谢您愿意带大家。从现在起，在%(team)s和它下面的队伍里：")),
    DEPUTY: (_l("您是%(team)s的副队长了"), _l("谢谢您愿意帮忙。从现在起，在%(team)s和它下面的队伍里：")),
}
_DISMISSED_WORDS = {
    LEADER: _l("您不再是%(team)s的队长了"),
    DEPUTY: _l("您不再是%(team)s的副队长了"),
}
for _role, (_subject, _body) in _MADE_WORDS.items():
    kinds.register(
        MADE[_role], subject=_subject, body=_body, also=_MAY, endpoint="teams.team", link_values=("team_id",)
    )
kinds.register(
    RIGHTS_CHANGED,
    subject=_l("您在%(team)s能办的事改了"),
    body=_l("从现在起，在%(team)s和它下面的队伍里："),
    also=_MAY,
    endpoint="teams.team",
    link_values=("team_id",),
)
for _role, _subject in _DISMISSED_WORDS.items():
    kinds.register(
        DISMISSED[_role],
        subject=_subject,
        body=_l(
            "您还是队员，时长和记录都还在，谢谢您一直费心。所有设备都要重新登录。有疑问请找社区工作人员。"
        ),
        endpoint="teams.team",
        link_values=("team_id",),
    )
