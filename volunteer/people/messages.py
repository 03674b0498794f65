"""What people are told about their accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from volunteer.outbox import kinds
from volunteer.people.models import (
    AUDITOR,
    COMMUNITY_STAFF,
    COUNTER_CLERK,
    SUBDISTRICT_STAFF,
    SYSTEM_ADMIN,
)

PASSWORD_CHANGED = "password_changed"

kinds.register(
    PASSWORD_CHANGED,
    subject=_l("您的密码已经更换"),
    body=_l("密码刚刚换过，其他设备上的登录都已退出。如果不是您本人换的，请马上到社区服务台。"),
    endpoint="people.me",
)

# One kind for each role, so that the role is named in the reader's language.
ROLE_GRANTED = {
    role: f"role_granted_{role}"
    for role in (COUNTER_CLERK, COMMUNITY_STAFF, SUBDISTRICT_STAFF, AUDITOR, SYSTEM_ADMIN)
}
ROLE_REVOKED, MOVED = "role_revoked", "person_moved"
PLACES_GIVEN_BACK = "own_places_given_back"
ACCESS_APPROVED, ACCESS_REFUSED = "record_access_approved", "record_access_refused"

_GRANTED = {
    COUNTER_CLERK: _l("从现在起，您在%(area)s的兑换点值班，可以核销和代报名。要办的事都在工作台。"),
    COMMUNITY_STAFF: _l("从现在起，您是%(area)s的社区工作人员。要办的事都在工作台。"),
    SUBDISTRICT_STAFF: _l("从现在起，您是%(area)s的街道工作人员。要办的事都在工作台。"),
    AUDITOR: _l("从现在起，您是%(area)s的审计员，什么都能查，什么都不改。"),
    SYSTEM_ADMIN: _l("从现在起，您是%(area)s的系统管理员。请保管好自己的登录方式。"),
}
for _role, _body in _GRANTED.items():
    kinds.register(ROLE_GRANTED[_role], subject=_l("您有了新的工作角色"), body=_body, endpoint="reports.desk")
kinds.register(
    ROLE_REVOKED,
    subject=_l("您的一个工作角色已经收回"),
    body=_l("您在%(area)s的一个工作角色已经收回，所有设备都要重新登录。有疑问请找街道工作人员。"),
    endpoint="people.me",
)
kinds.register(
    MOVED,
    subject=_l("您的所在社区改好了"),
    body=_l("工作人员把您的所在社区改成了%(area)s。时长和积分都没有变。改错了请到社区服务台。"),
    endpoint="people.me",
)
kinds.register(
    PLACES_GIVEN_BACK,
    subject=_l("您报名的活动替您退了"),
    body=_l("您的账户停用的时候，社区把您还没开始的报名和排队都替您退了。想参加的，请重新报名。"),
    endpoint="activities.home",
)
kinds.register(
    ACCESS_APPROVED,
    subject=_l("可以打开 %(number)s 的档案了"),
    body=_l("您申请查看未成年人 %(number)s 的档案，已经同意，%(until_at)s 之前有效。每次打开都有记录。"),
    endpoint="people.record",
    link_values=("person_id",),
)
kinds.register(
    ACCESS_REFUSED,
    subject=_l("没有同意打开 %(number)s 的档案"),
    body=_l("您申请查看未成年人 %(number)s 的档案，没有得到同意。还需要的话，请把原因写清楚再申请。"),
    endpoint="people.record",
    link_values=("person_id",),
)

WELCOME, REGISTERED_AGAIN, GUARDIAN_NOT_NEEDED = "welcome", "registered_again", "guardian_not_needed"
GUARDIAN_WITHDREW, GUARDIAN_RECORDED = "guardian_withdrew", "guardian_recorded"
REGISTRATION_CONFIRMED, IDENTITY_VERIFIED, PIN_GIVEN = (
    "registration_confirmed",
    "identity_verified",
    "pin_given",
)

kinds.register(
    WELCOME,
    subject=_l("欢迎您，邻居"),
    body=_l("您的志愿者编号是 %(number)s，以后一直不变。先看看离您近的志愿服务队，或者最近的活动吧。"),
    endpoint="people.welcome",
)
kinds.register(
    REGISTERED_AGAIN,
    subject=_l("有人用您的手机号又登记了一次"),
    body=_l(
        "您的账户和密码都没有变。如果是您自己，请用原来的密码登录；如果是给家里的孩子登记，请带孩子到社区服务台；都不是，就不用理会。"
    ),
    endpoint="people.me",
)
kinds.register(
    REGISTRATION_CONFIRMED,
    subject=_l("您的登记已经确认"),
    body=_l("监护人已经同意，从现在起可以登录、参加活动了。"),
    endpoint="people.welcome",
)
kinds.register(
    GUARDIAN_WITHDREW,
    subject=_l("监护人不再同意您参加活动"),
    body=_l("还没开始的报名和排队，都替您退了。监护人以后又同意了，请他到社区服务台说一声。"),
    endpoint="people.me",
)
kinds.register(
    GUARDIAN_RECORDED,
    subject=_l("监护人同意您参加活动了"),
    body=_l("社区替您登记好了，现在可以报名。以前退掉的活动，想参加的请重新报名。"),
    endpoint="activities.home",
)
kinds.register(
    GUARDIAN_NOT_NEEDED,
    subject=_l("您的登记已经确认"),
    body=_l(
        "您已经满 14 周岁，从现在起可以登录了。18 周岁以前，监护人到社区服务台同意以后，您才能报名活动。"
    ),
    endpoint="people.welcome",
)
kinds.register(
    IDENTITY_VERIFIED,
    subject=_l("您的身份已经核验"),
    body=_l("工作人员看过证件原件，核对无误。从现在起可以出具服务证明了。"),
    endpoint="people.me",
)
kinds.register(
    PIN_GIVEN,
    subject=_l("您有了新的六位密码"),
    body=_l(
        "社区服务台刚刚给您换了编号条上的六位密码，旧的不能再用。如果不是您本人要换的，请马上到社区服务台。"
    ),
    endpoint="people.me",
)
