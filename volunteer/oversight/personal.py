"""What is held about people in the tables of oversight."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from volunteer.oversight.models import SuspicionReview
from volunteer.people.personal import declare, doer, goes, internal, owner, stays

declare(
    SuspicionReview,
    _l("核对过的记录"),
    owner("person_id"),
    stays("id kind reviewed_at"),
    internal(_l("只是内部的编号"), "subject_id mark_id"),
    goes("note"),
    doer("reviewed_by_id"),
)
