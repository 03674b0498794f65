"""Who comes for the live places: the holder of each, and the partner who has agreed to share it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import AGREED, SIGNED_UP, SignUp
from volunteer.core.database import constant


def people(*which: Any) -> Any:
    """(sign_up_id, occurrence_id, person_id, is_partner) of the live places that meet these conditions.

    Whoever shares one place and holds another of the same date is in it twice.
    """
    live = (SignUp.state == constant(SIGNED_UP), *which)
    holders = sa.select(
        SignUp.id.label("sign_up_id"), SignUp.occurrence_id, SignUp.person_id, sa.false().label("is_partner")
    ).where(*live)
    partners = sa.select(SignUp.id, SignUp.occurrence_id, SignUp.partner_id, sa.true()).where(
        *live, SignUp.partner_id.is_not(None), SignUp.partner_state == constant(AGREED)
    )
    return sa.union_all(holders, partners).subquery("seats")
