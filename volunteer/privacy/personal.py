"""What is held about people in the tables of privacy itself."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from volunteer.people.personal import STAY, declare, doer, goes, internal, nothing_personal, owner, stays
from volunteer.people.personal_tables import BOOKKEEPING
from volunteer.privacy.models import DistinctPair, Erasure, Merge, RetentionRun, RightsRequest

_TWO_PEOPLE = _l("另一份登记是别人的。")

declare(
    RightsRequest,
    _l("向社区提出的申请"),
    owner("person_id"),
    stays("id kind asked_at due_on state decided_at"),
    goes("wanted reason"),
    doer("decided_by_id"),
)
declare(
    Erasure,
    _l("注销记录"),
    owner("person_id"),
    stays("erased_at journalled_at"),
    doer("erased_by_id"),
    merge=STAY,
)
declare(
    Merge,
    _l("登记合并的记录"),
    owner("kept_id gone_id"),
    stays("id merged_at undone_at"),
    doer("merged_by_id undone_by_id"),
    internal(BOOKKEEPING, "moved"),
    merge=STAY,
)
declare(
    DistinctPair,
    _l("社区核对过：和另一份登记不是同一个人"),
    owner("first_id second_id", left_out=_TWO_PEOPLE),
    stays("said_at"),
    doer("said_by_id"),
    merge=STAY,
)
nothing_personal("how many rows the retention job handled", RetentionRun)
