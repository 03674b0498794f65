"""What people are told about their hours."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer.hours import earning
from volunteer.hours.models import Certificate, Objection, Proposal
from volunteer.hours.planned import Planned
from volunteer.outbox.kinds import register
from volunteer.outbox.service import Note

_SUBJECT = _l("记上了：%(title)s，%(credited_minutes)s")

register(
    "hours_recorded",
    subject=_SUBJECT,
    body=_l(
        "%(served_on)s的“%(title)s”，给您记了 %(credited_minutes)s，积分 %(points)s 分。"
        "算法：%(minutes)s 分钟 × %(rate)s 分/小时 = %(full)s 分。"
    ),
    endpoint="hours.my_time",
)
register(
    "hours_recorded_rounded",
    subject=_SUBJECT,
    body=_l(
        "%(served_on)s的“%(title)s”，给您记了 %(credited_minutes)s，积分 %(points)s 分。"
        "算法：%(minutes)s 分钟 × %(rate)s 分/小时 = %(full)s 分，不足 1 分的不计。"
    ),
    endpoint="hours.my_time",
)
register(
    "hours_recorded_capped",
    subject=_SUBJECT,
    body=_l(
        "%(served_on)s的“%(title)s”，给您记了 %(credited_minutes)s，积分 %(points)s 分。"
        "算法：%(minutes)s 分钟 × %(rate)s 分/小时 = %(full)s 分，按每次活动的上限记 %(points)s 分。"
    ),
    endpoint="hours.my_time",
)
register(
    "hours_recorded_without_points",
    subject=_SUBJECT,
    body=_l("%(served_on)s的“%(title)s”，给您记了 %(credited_minutes)s。这次的时间没有换成积分。"),
    endpoint="hours.my_time",
)
register(
    "hours_reversed",
    subject=_l("更正：%(title)s 的记录收回了"),
    body=_l(
        "%(served_on)s的“%(title)s”记错了，先收回 %(credited_minutes)s 和 %(points)s 分。"
        "原因：%(reason)s。重新点名后会再告诉您；有疑问请找队长或社区服务台。"
    ),
    endpoint="hours.my_time",
)


register(
    "objection_upheld",
    subject=_l("您的异议成立：%(title)s"),
    body=_l("%(served_on)s的“%(title)s”，您说的情况属实。社区的答复：%(answer)s。记录会更正，原来的也留着。"),
    endpoint="hours.object_to",
    link_values=("occurrence_id",),
)
register(
    "objection_rejected",
    subject=_l("您的异议有了答复：%(title)s"),
    body=_l(
        "%(served_on)s的“%(title)s”，核对以后记录不变。社区的答复：%(answer)s。还有疑问，请到社区服务台。"
    ),
    endpoint="hours.object_to",
    link_values=("occurrence_id",),
)


def objection_note(objection: Objection, plan: Planned) -> Note:
    """The answer to an objection, with its reason (R045)."""
    return Note(
        key=f"objection:{objection.id}",
        kind=f"objection_{objection.state}",
        person_id=objection.person_id,
        payload={**_activity(plan), "occurrence_id": plan.id, "answer": objection.answer},
        by_email=True,
    )


register(
    "certificate_revoked",
    subject=_l("您的服务证明 %(number)s 作废了"),
    body=_l("社区把编号 %(number)s 的服务证明作废了。原因：%(reason)s。您的时长没有变，可以重新出具一张。"),
    endpoint="hours.certificates",
)


def revoked_note(certificate: Certificate, reason: str) -> Note:
    return Note(
        key=f"certificate_revoked:{certificate.id}",
        kind="certificate_revoked",
        person_id=certificate.person_id,
        payload={"number": certificate.number, "reason": reason},
    )


register(
    "proposal_approved",
    subject=_l("批准了：%(title)s 的时长"),
    body=_l("您提交的“%(title)s”（%(served_on)s）的时长批准了，已经记上。"),
    endpoint="activities.occurrence",
    link_values=("occurrence_id",),
)
register(
    "proposal_refused",
    subject=_l("没有批准：%(title)s 的时长"),
    body=_l("您提交的“%(title)s”（%(served_on)s）的时长没有批准。理由：%(answer)s。改好以后可以再提交。"),
    endpoint="hours.roll_call",
    link_values=("occurrence_id",),
)


def proposal_note(proposal: Proposal, plan: Planned) -> Note:
    """The answer to who proposed the hours."""
    return Note(
        key=f"proposal:{proposal.id}",
        kind=f"proposal_{proposal.state}",
        person_id=proposal.proposed_by_id,
        payload={**_activity(plan), "occurrence_id": plan.id, "answer": proposal.answer or ""},
    )


def recorded_note(
    *, batch_id: int, person_id: int, plan: Planned, minutes: int, points: int, points_per_hour: int
) -> Note:
    """The news for one person, with the arithmetic that gave the points."""
    full = earning.points_for(minutes, points_per_hour)
    payload = {"minutes": minutes, "points": points, "rate": points_per_hour, "full": full}
    return Note(
        key=f"hours_recorded:{batch_id}:{person_id}",
        kind=_kind(minutes, points, points_per_hour, full),
        person_id=person_id,
        payload={**_activity(plan), "credited_minutes": minutes, **payload},
    )


def reversed_note(
    *, batch_id: int, person_id: int, plan: Planned, minutes: int, points: int, reason: str
) -> Note:
    payload = {"credited_minutes": minutes, "points": points, "reason": reason}
    return Note(
        key=f"hours_reversed:{batch_id}:{person_id}",
        kind="hours_reversed",
        person_id=person_id,
        payload={**_activity(plan), **payload},
    )


def _kind(minutes: int, points: int, points_per_hour: int, full: int) -> str:
    if not points:
        return "hours_recorded_without_points"
    if points < full:
        return "hours_recorded_capped"
    return "hours_recorded_rounded" if minutes * points_per_hour % 60 else "hours_recorded"


def _activity(plan: Planned) -> dict[str, Any]:
    return {"title": plan.title, "title_en": plan.title_en, "served_on": plan.day.isoformat()}
