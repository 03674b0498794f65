"""What people are told about wishes: the number and the public words, never who the wisher is."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer.outbox import kinds
from volunteer.outbox import service as outbox
from volunteer.outbox.service import Note
from volunteer.wishes import queries
from volunteer.wishes.models import REFERRED, Claim, Wish

_TO_WISH: dict[str, Any] = {"endpoint": "wishes.wish", "link_values": ("wish_id",)}
_TO_MINE: dict[str, Any] = {"endpoint": "wishes.mine"}
_TO_DESK: dict[str, Any] = {"endpoint": "wishes.verify", "link_values": ("wish_id",)}

kinds.register(
    "wish_published",
    subject=_l("您的心愿 %(number)s 上心愿墙了"),
    body=_l("您的心愿“%(text)s”已经公布。公开的内容里没有您的姓名、电话和住址。有人认领，我们马上告诉您。"),
    **_TO_WISH,
)
kinds.register(
    "wish_refused",
    subject=_l("您的心愿 %(number)s 这次没有公布"),
    body=_l("工作人员的说明：%(reason)s 有不清楚的地方，请到社区服务台问一问。"),
    **_TO_MINE,
)
kinds.register(
    "wish_referred",
    subject=_l("您的心愿 %(number)s 转到别的渠道办理"),
    body=_l("这个心愿不适合放在心愿墙上，我们没有放下它：%(reason)s"),
    **_TO_MINE,
)
kinds.register(
    "wish_claimed",
    subject=_l("有邻居认领了您的心愿 %(number)s"),
    body=_l("“%(text)s”有人来圆了，认领的邻居会在 %(contact_by_at)s 前联系您。"),
    **_TO_WISH,
)
kinds.register(
    "wish_claimed_staff",
    subject=_l("心愿 %(number)s 有人认领了"),
    body=_l("“%(text)s”已被认领，请留意 %(contact_by_at)s 前是否联系上。"),
    **_TO_DESK,
)
kinds.register(
    "wish_assigned",
    subject=_l("谢谢您答应来圆心愿 %(number)s"),
    body=_l("“%(text)s”已经记在您名下，请在 %(contact_by_at)s 前联系心愿人。联系方式在心愿页面里。"),
    **_TO_WISH,
)
kinds.register(
    "wish_claim_ended",
    subject=_l("心愿 %(number)s 不用您跑了"),
    body=_l("工作人员的说明：%(reason)s 谢谢您的心意，心愿墙上还有别的心愿。"),
    **_TO_MINE,
)
kinds.register(
    "wish_returned",
    subject=_l("您的心愿 %(number)s 回到了心愿墙"),
    body=_l("原来认领的邻居有事来不了。“%(text)s”已经重新公布，我们继续帮您找人。"),
    **_TO_WISH,
)
kinds.register(
    "wish_returned_staff",
    subject=_l("心愿 %(number)s 的认领取消了"),
    body=_l("认领人的说明：%(reason)s 心愿已经回到心愿墙，可以帮它另找一位志愿者。"),
    **_TO_DESK,
)
kinds.register(
    "wish_fulfilled",
    subject=_l("您的心愿 %(number)s 实现了吗？"),
    body=_l("志愿者说在 %(fulfilled_on)s 帮您实现了“%(text)s”。收到了，请点一下确认；还没有，也请告诉我们。"),
    endpoint="wishes.confirm",
    link_values=("wish_id",),
)
kinds.register(
    "wish_to_confirm",
    subject=_l("请问问心愿人：心愿 %(number)s 实现了吗？"),
    body=_l("志愿者说在 %(fulfilled_on)s 实现了“%(text)s”。心愿人没有账号，请打电话或上门确认。"),
    endpoint="wishes.confirm",
    link_values=("wish_id",),
)
kinds.register(
    "wish_not_received",
    subject=_l("心愿 %(number)s 还差一步"),
    body=_l("心愿人那边还没有办好：%(reason)s 请您再联系一次，谢谢。"),
    **_TO_WISH,
)
kinds.register(
    "wish_confirmed",
    subject=_l("心愿 %(number)s 确认收到，谢谢您"),
    body=_l("“%(text)s”实现了，心愿人已经确认。因为有您，这件小事有了着落。"),
    **_TO_WISH,
)
kinds.register(
    "wish_contact_overdue",
    subject=_l("心愿 %(number)s 超期还没联系"),
    body=_l("“%(text)s”的认领人没有在 %(contact_by_at)s 前联系心愿人。请问一问，需要的话收回重新公布。"),
    **_TO_DESK,
)
kinds.register(
    "wish_contact_reminder",
    subject=_l("心愿 %(number)s 在等您的电话"),
    body=_l("您认领的“%(text)s”约好 %(contact_by_at)s 前联系。联系过了请点“已经联系上”；来不了请取消认领。"),
    **_TO_WISH,
)
kinds.register(
    "wish_follow_up_due",
    subject=_l("心愿 %(number)s 该回访了"),
    body=_l("请在 %(due_on)s 回访“%(text)s”的心愿人，问问还满意吗。"),
    endpoint="wishes.follow_up",
    link_values=("follow_up_id",),
)


def published(wish: Wish) -> None:
    _tell_wisher(wish, "wish_published")


def put_aside(wish: Wish) -> None:
    kind = "wish_referred" if wish.state == REFERRED else "wish_refused"
    _tell_wisher(wish, kind, reason=wish.decision_reason)


def claimed(wish: Wish, claim: Claim, area_path: str, *, assigned: bool) -> None:
    by_when: dict[str, Any] = {"contact_by_at": claim.contact_by.isoformat()}
    _tell_wisher(wish, "wish_claimed", **by_when)
    _tell_staff(wish, "wish_claimed_staff", area_path, but=claim.claimed_by_id, **by_when)
    if assigned:
        _tell(wish, "wish_assigned", claim.person_id, **by_when)


def claim_ended(wish: Wish, claim: Claim, reason: str) -> None:
    _tell(wish, "wish_claim_ended", claim.person_id, reason=reason)


def returned(wish: Wish, claim: Claim, area_path: str) -> None:
    _tell_wisher(wish, "wish_returned")
    _tell_staff(wish, "wish_returned_staff", area_path, but=claim.person_id, reason=claim.reason)


def fulfilled(wish: Wish, area_path: str) -> None:
    on: dict[str, Any] = {"fulfilled_on": wish.fulfilled_on.isoformat() if wish.fulfilled_on else ""}
    if wish.wisher_id is not None:
        _tell_wisher(wish, "wish_fulfilled", **on)
    else:
        _tell_staff(wish, "wish_to_confirm", area_path, **on)


def not_received(wish: Wish, claim: Claim, reason: str) -> None:
    _tell(wish, "wish_not_received", claim.person_id, reason=reason)


def confirmed(wish: Wish, claim: Claim) -> None:
    _tell(wish, "wish_confirmed", claim.person_id)


def contacts_overdue(rows: list[Any]) -> int:
    """For each overdue claim its claimer and the staff in charge; returns how many messages are new."""
    staff = queries.staff_in_charge(row.path for row in rows)
    notes = []
    for row in rows:
        payload = {**_words(row.id, row.number, row.public_text), "contact_by_at": row.contact_by.isoformat()}
        key = f"wish-overdue:{row.claim_id}"
        notes.append(
            Note(f"{key}:{row.person_id}", "wish_contact_reminder", row.person_id, payload, by_email=True)
        )
        notes += [
            Note(f"{key}:staff:{person_id}", "wish_contact_overdue", person_id, payload)
            for person_id in staff[row.path]
        ]
    return outbox.tell_new(notes)


def follow_ups_due(rows: list[Any]) -> int:
    """For each due follow-up the staff in charge; returns how many messages are new."""
    staff = queries.staff_in_charge(row.path for row in rows)
    notes = [
        Note(
            f"wish-follow-up:{row.id}:{person_id}",
            "wish_follow_up_due",
            person_id,
            {
                **_words(row.wish_id, row.number, row.public_text),
                "follow_up_id": row.id,
                "due_on": row.due_on.isoformat(),
            },
        )
        for row in rows
        for person_id in staff[row.path]
    ]
    return outbox.tell_new(notes)


def _tell_wisher(wish: Wish, kind: str, **values: Any) -> None:
    if wish.wisher_id is not None:
        _tell(wish, kind, wish.wisher_id, **values)


def _tell_staff(wish: Wish, kind: str, area_path: str, but: int | None = None, **values: Any) -> None:
    for person_id in queries.staff_in_charge([area_path])[area_path]:
        if person_id != but:
            _tell(wish, kind, person_id, by_email=False, **values)


def _tell(wish: Wish, kind: str, person_id: int, *, by_email: bool = True, **values: Any) -> None:
    """The wish's version makes the key: what happens again later is told again."""
    key = f"{kind}:{wish.id}:{wish.version}:{person_id}"
    payload = {**_words(wish.id, wish.number, wish.public_text), **values}
    outbox.tell(Note(key, kind, person_id, payload, by_email=by_email))


def _words(wish_id: int, number: str, text: str) -> dict[str, Any]:
    return {"wish_id": wish_id, "number": number, "text": text}
