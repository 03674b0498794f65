"""Why only women or only men are asked for: said where everybody reads it, or not asked at all."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from volunteer.activities.models import Series
from volunteer.activities.planning import plan_words
from volunteer.activities.service import feeding
from volunteer.core.errors import Refused

LONGEST_CONTENT = 2000


class SexReasonNeeded(Refused):
    sentence = _l("限性别要有理由，请写一句。")
    status = 422
    field = "sex_reason"


def say_why(series: Series, sex: str, reason: str, *, post: str = "") -> None:
    """Add the reason to the content of the activity, of a position with its name."""
    if not reason.strip():
        raise SexReasonNeeded
    said = plan_words.sex_reason(sex, reason.strip(), post=post)
    series.content = f"{series.content[: LONGEST_CONTENT - len(said) - 1]}\n{said}"
    feeding.note_new_words(series.id)
