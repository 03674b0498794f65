"""What people on a waiting list are told."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities import messages
from volunteer.activities.messages import OF_THE_DATE
from volunteer.activities.models import OFFERED, WAITING, Occurrence, Waiting
from volunteer.core.database import db
from volunteer.outbox.kinds import register


def is_offered(payload: dict[str, Any], person_id: int) -> bool:
    """And the date is when the message says; who it moved under hears of that in another one."""
    return _is(payload, person_id, OFFERED, messages.is_then(payload))


def is_waiting(payload: dict[str, Any], person_id: int) -> bool:
    return _is(payload, person_id, WAITING)


def _is(payload: dict[str, Any], person_id: int, state: str, *more: Any) -> bool:
    statement = (
        sa.select(Waiting.id)
        .join(Occurrence, Occurrence.id == Waiting.occurrence_id)
        .where(
            Waiting.occurrence_id == payload["occurrence_id"],
            Waiting.person_id == person_id,
            Waiting.state == state,
            *more,
        )
    )
    return db.session.scalar(statement) is not None


register(
    "place_offered",
    subject=_l("轮到您了，请在 %(until_at)s 之前答复：%(title)s"),
    body=_l(
        "“%(title)s”（%(starts_at)s，在%(place)s）空出一个名额，给您留到 %(until_at)s。"
        "要来，请打开点“我要来”；不来，点“让给下一位”。到时候没有答复，就问下一位了。"
    ),
    still_wanted=is_offered,
    **OF_THE_DATE,
)
register(
    "offer_lapsed",
    subject=_l("名额问了下一位：%(title)s"),
    body=_l(
        "给您留的“%(title)s”（%(starts_at)s）的名额，时间到了没有等到答复，已经问了下一位。还想来的话，可以重新排队。"
    ),
    **OF_THE_DATE,
)
register(
    "line_passed_over",
    subject=_l("这次先问了下一位：%(title)s"),
    body=_l(
        "“%(title)s”（%(starts_at)s）有了空名额，可是您现在还不能参加，这次先问了下一位。"
        "您排的位置还在。是什么原因、怎么办，打开就看得到。"
    ),
    still_wanted=is_waiting,
    **OF_THE_DATE,
)
register(
    "line_ended",
    subject=_l("不用再等了，活动取消：%(title)s"),
    body=_l("您在排队等的“%(title)s”（%(starts_at)s）取消了。谢谢您的热心，请看看别的活动。"),
    also=(("reason", _l("取消的原因：%(reason)s")),),
    **OF_THE_DATE,
)
register(
    "line_position_closed",
    subject=_l("您等的岗位不再收人：%(title)s"),
    body=_l("“%(title)s”（%(starts_at)s）里您在等的岗位不再收人了。您排的位置还在；也可以换一个岗位。"),
    still_wanted=is_waiting,
    **OF_THE_DATE,
)
