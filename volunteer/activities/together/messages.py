"""What people are told about standing sign-ups, pairs, stand-ins and swaps, and whether it still has a point."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities.messages import OF_THE_DATE, is_then
from volunteer.activities.models import OPEN, PUBLISHED, SIGNED_UP, Occurrence, SignUp, StandIn
from volunteer.core.database import db
from volunteer.outbox.kinds import register


def is_coming(payload: dict[str, Any], person_id: int) -> bool:
    """The date still takes place at the time that the message names."""
    statement = sa.select(Occurrence.id).where(
        Occurrence.id == payload["occurrence_id"],
        Occurrence.state == PUBLISHED,
        is_then(payload),
    )
    return db.session.scalar(statement) is not None


def is_still_asked(payload: dict[str, Any], person_id: int) -> bool:
    """Nobody has answered the question about the place, or taken it back."""
    statement = (
        sa.select(SignUp.id)
        .outerjoin(StandIn, StandIn.sign_up_id == SignUp.id)
        .where(SignUp.id == payload["sign_up_id"], SignUp.state == SIGNED_UP)
        .where(sa.or_(SignUp.partner_state == "asked", StandIn.state == OPEN))
    )
    return is_coming(payload, person_id) and db.session.scalar(statement.limit(1)) is not None


register(
    "regular_signed_up",
    subject=_l("替您报好了：%(title)s"),
    body=_l(
        "按您的固定报名，“%(title)s”替您报好了：%(starts_at)s，在%(place)s。来不了就取消这一场，固定报名不受影响。"
    ),
    still_wanted=is_coming,
    **OF_THE_DATE,
)
register(
    "regular_not_signed_up",
    subject=_l("这一场没能替您报上：%(title)s"),
    body=_l("“%(title)s”（%(starts_at)s）没能按固定报名替您报上，原因打开就看得到。后面的场次照常替您报。"),
    still_wanted=is_coming,
    **OF_THE_DATE,
)
register(
    "regular_cannot_sign_up",
    subject=_l("固定报名现在报不上：%(title)s"),
    body=_l(
        "“%(title)s”从%(starts_at)s那一场起，没能按固定报名替您报上，原因打开就看得到。等您能报名了，会接着替您报。"
    ),
    still_wanted=is_coming,
    **OF_THE_DATE,
)
register(
    "pair_asked",
    subject=_l("%(who)s想和您搭档：%(title)s"),
    body=_l(
        "%(who)s（%(who_number)s）想和您搭档参加“%(title)s”，%(starts_at)s，在%(place)s：你们俩谁来都行，时长记给来的人。请打开答复一声。"
    ),
    still_wanted=is_still_asked,
    **OF_THE_DATE,
)
register(
    "pair_agreed",
    subject=_l("搭档说好了：%(title)s"),
    body=_l("%(who)s（%(who_number)s）答应和您搭档参加“%(title)s”（%(starts_at)s）。谁来，你们俩自己商量。"),
    still_wanted=is_coming,
    **OF_THE_DATE,
)
register(
    "pair_declined",
    subject=_l("搭档没说成：%(title)s"),
    body=_l(
        "%(who)s（%(who_number)s）这次不方便搭档参加“%(title)s”（%(starts_at)s）。您的名额还在，也可以另找一位。"
    ),
    still_wanted=is_coming,
    **OF_THE_DATE,
)
register(
    "pair_ended",
    subject=_l("搭档取消了：%(title)s"),
    body=_l(
        "“%(title)s”（%(starts_at)s），%(who)s（%(who_number)s）不再和您搭档了。打开看看您现在有没有名额。"
    ),
    still_wanted=is_coming,
    **OF_THE_DATE,
)
register(
    "pair_place_gone",
    subject=_l("搭档的名额取消了：%(title)s"),
    body=_l(
        "“%(title)s”（%(starts_at)s）的报名取消了，您和搭档都不用来了。您自己想来的话，打开看看还有没有名额。"
    ),
    **OF_THE_DATE,
)
register(
    "pair_question_gone",
    subject=_l("搭档的事不用答复了：%(title)s"),
    body=_l(
        "先前有人想和您搭档参加“%(title)s”（%(starts_at)s），那个名额已经取消或者转给了别人，不用再答复。您自己想来的话，打开看看还有没有名额。"
    ),
    still_wanted=is_coming,
    **OF_THE_DATE,
)
register(
    "stand_in_asked",
    subject=_l("%(who)s想请您顶一班：%(title)s"),
    body=_l(
        "%(who)s（%(who_number)s）来不了“%(title)s”，%(starts_at)s，在%(place)s，想请您顶一班。请打开答复一声。"
    ),
    still_wanted=is_still_asked,
    also=(("note", _l("他说：“%(note)s”")),),
    **OF_THE_DATE,
)
register(
    "stand_in_wanted",
    subject=_l("队里有人找顶班：%(title)s"),
    body=_l("“%(title)s”%(starts_at)s这一场，队里有人来不了，在找人顶班。您以前来过，有空的话打开看看。"),
    still_wanted=is_still_asked,
    **OF_THE_DATE,
)
register(
    "stand_in_found",
    subject=_l("有人接了您的班：%(title)s"),
    body=_l("%(who)s（%(who_number)s）接了您“%(title)s”（%(starts_at)s）的班。您不用来了，有空谢谢他。"),
    **OF_THE_DATE,
)
register(
    "stand_in_declined",
    subject=_l("顶班没说成：%(title)s"),
    body=_l(
        "%(who)s（%(who_number)s）这次不方便顶“%(title)s”（%(starts_at)s）。您的报名还在，可以再找别人。"
    ),
    still_wanted=is_coming,
    **OF_THE_DATE,
)
register(
    "swap_asked",
    subject=_l("%(who)s想和您换班：%(title)s"),
    body=_l(
        "%(who)s（%(who_number)s）想和您换班：他的“%(title)s”%(starts_at)s给您，您的%(yours_at)s给他。请打开答复一声。"
    ),
    still_wanted=is_still_asked,
    **OF_THE_DATE,
)
register(
    "swap_done",
    subject=_l("换班办好了：%(title)s"),
    body=_l(
        "和%(who)s（%(who_number)s）换班办好了。您现在来的是“%(title)s”，%(starts_at)s，在%(place)s；原来%(yours_at)s那一场归他。"
    ),
    **OF_THE_DATE,
)
register(
    "swap_declined",
    subject=_l("换班没说成：%(title)s"),
    body=_l("%(who)s（%(who_number)s）这次不方便换班。您“%(title)s”（%(starts_at)s）的报名还在。"),
    still_wanted=is_coming,
    **OF_THE_DATE,
)
