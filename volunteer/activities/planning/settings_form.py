"""What was settled when a series was published, to be changed: the same fields as in the form of a new activity."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer.activities.forms import choices_of
from volunteer.activities.planning import plans
from volunteer.activities.planning.series_form import GROUPS, SeriesForm
from volunteer.activities.service.changing.settings import ENDING, Settings
from volunteer.core.forms import Form

_IN_FOLDS = ("opening", "short", "regulars", "hours")
PARTS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("ending", _l("办到什么时候"), ENDING),
    *(group for group in GROUPS if group[0] in _IN_FOLDS),
)
NOTES: dict[str, Any] = {
    "ending": _l("往后延，新的日子会接着排出来；往前收，没有人报名的日子就去掉。"),
    "opening": _l("已经开放报名的场次不受影响，还没开放的按新的来。"),
    "hours": _l("还没有登记时长的场次都按新的算，登记过的不变。"),
}


class SettingsForm(Form):
    """Its fields are those of the form of a new activity: one label, one hint, one check for each."""

    person_in_charge_id = SeriesForm.person_in_charge_id
    category = SeriesForm.category
    ends_on = SeriesForm.ends_on
    most_dates = SeriesForm.most_dates
    opens_days = SeriesForm.opens_days
    opens_time = SeriesForm.opens_time
    newcomers_hours = SeriesForm.newcomers_hours
    closes_hours = SeriesForm.closes_hours
    minimum_people = SeriesForm.minimum_people
    warn_hours = SeriesForm.warn_hours
    receivers = SeriesForm.receivers
    regular_places = SeriesForm.regular_places
    most_companions = SeriesForm.most_companions
    takes_pairs = SeriesForm.takes_pairs
    hours_kind = SeriesForm.hours_kind
    counts_travel = SeriesForm.counts_travel
    rest_minutes = SeriesForm.rest_minutes

    def offer(self, people: dict[int, str]) -> None:
        """Who can be in charge or told."""
        self.person_in_charge_id.choices = choices_of(people.items())
        self.receivers.choices = choices_of(people.items())

    def settings(self) -> Settings:
        """What was filled in; what is left empty is as in a new activity."""
        data = self.data
        counted = ("newcomers_hours", "closes_hours", "minimum_people", "regular_places", "most_companions")
        same = ("category", "person_in_charge_id", "opens_days", "takes_pairs", "hours_kind", "counts_travel")
        opens_time = data["opens_time"] or plans.USUAL_OPENS_TIME
        values: dict[str, Any] = {name: data[name] for name in (*same, *ENDING)}
        values |= {name: data[name] or 0 for name in (*counted, "rest_minutes")}
        return Settings(
            **values,
            opens_time=None if data["opens_days"] is None else opens_time,
            warn_hours=data["warn_hours"] or plans.USUAL_WARN_HOURS,
            receivers=tuple(sorted(data["receivers"] or ())),
        )


def shown(settings: Settings) -> dict[str, Any]:
    """The settings as the form shows them: what counts for nothing is an empty field."""
    values = {name: getattr(settings, name) for name in settings.__slots__}
    return {name: value if value or name == "opens_days" else None for name, value in values.items()}
