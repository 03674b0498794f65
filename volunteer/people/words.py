"""Codes of people's records in words, and how people are named where they are masked."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

from volunteer.core import formats
from volunteer.people import documents, rules
from volunteer.people.models import (
    ACTIVE,
    AUDITOR,
    CLOSED,
    COMMUNITY_STAFF,
    COUNTER_CLERK,
    DEPUTY,
    DISABLED,
    LEADER,
    MERGED,
    SUBDISTRICT_STAFF,
    SYSTEM_ADMIN,
    WAITING,
    Person,
)

ROLES: dict[str, Any] = {
    "member": _lp("role", "队员"),
    LEADER: _l("队长"),
    DEPUTY: _l("副队长"),
    COUNTER_CLERK: _l("兑换点值班员"),
    COMMUNITY_STAFF: _l("社区工作人员"),
    SUBDISTRICT_STAFF: _l("街道工作人员"),
    AUDITOR: _l("审计员"),
    SYSTEM_ADMIN: _l("系统管理员"),
}
STATUSES: dict[str, Any] = {
    WAITING: _l("等监护人同意"),
    ACTIVE: _lp("account", "正常"),
    DISABLED: _lp("account", "已停用"),
    CLOSED: _l("已注销"),
    MERGED: _l("已并入另一份登记"),
}
CONSENTS: dict[str, Any] = {
    rules.PRIVACY: _l("信息保护说明"),
    rules.GUARDIAN: _l("监护人同意"),
    "health": _l("健康情况"),
    "hardship": _l("家庭困难情况"),
    "location": _l("手机位置"),
    "photo": _l("活动照片"),
    "publication": _l("公开表扬"),
}
WAYS: dict[str, Any] = {
    rules.SELF: _l("本人在手机上同意"),
    rules.IN_PERSON: _l("当面口头同意"),
    rules.ON_PAPER: _l("签了纸质同意书"),
    rules.IMPORTED: _l("随名单录入"),
    "command": _l("由系统录入"),
}


def role(code: str) -> str:
    return str(ROLES.get(code, code))


def status(code: str) -> str:
    return str(STATUSES.get(code, code))


def sex(code: str | None) -> str:
    return str(documents.SEXES.get(code or "", ""))


def consent(kind: str) -> str:
    return str(CONSENTS.get(kind, kind))


def way(code: str) -> str:
    return str(WAYS.get(code, code))


def colleague(name: str, number: str) -> str:
    """Somebody of the staff on a page: '周* V90000012'."""
    return f"{formats.masked_name(name)} {number}"


def document(person: Person) -> str:
    """The kind and the masked number of the document; empty when none is registered."""
    if not person.document:
        return ""
    kind = documents.KINDS.get(person.document_kind or "", "")
    return f"{kind} {formats.masked_document(person.document)}".strip()
