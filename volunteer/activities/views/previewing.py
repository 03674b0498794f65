"""The page on which an edit is looked at before it is carried out, and what it sends along to be carried out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from flask import render_template, request

from volunteer.activities import details, differences, service
from volunteer.activities.changing.editing import CAPACITY, CHOICES, KEEP, MOVE, PLACE, TIME, Outcome
from volunteer.activities.changing.forms import EditForm
from volunteer.activities.planning.publishing import span
from volunteer.activities.repeating import recurrence
from volunteer.activities.service.changing.editing import Rehearsal
from volunteer.core import transaction
from volunteer.core.i18n import gettext as _

_NOT_CARRIED = ("csrf_token", "form_key", "step", "shown", "words", "fits")
EACH = "each"  # one choice for each date that loses its day
_WORDS = ("title", "title_en", "content", "risk_statement", "on_holiday", "on_makeup", "note")
_SHOWN_OF_DATES = ("place", "capacity", "times", "window_days")


class Rewritten(NamedTuple):
    """A field that an edit writes anew: the lines that go and those that come."""

    label: str
    gone: list[str]
    come: list[str]


def preview(
    form: EditForm,
    row: Any,
    outcome: Outcome,
    *,
    action: str,
    back: str,
    shown: str | None = None,
    changed: Mapping[str, list[Any]] = MappingProxyType({}),
    repeats: str | None = None,
    is_split: bool = False,
    is_reset: bool = False,
    is_stale: bool = False,
) -> str:
    """A rehearsed edit, given up and shown: whom it hits, and what to choose.

    `row` has the titles, `shown` is sent back with the decision; `changed` is what stands in the series
    now and then, `repeats` the new rule in words.
    """
    transaction.give_up()
    return render_template(
        "activities/edit_preview.html",
        form=form,
        date=row,
        outcome=outcome,
        action=action,
        back=back,
        shown=shown or outcome.shown,
        rewritten=list(_rewritten(form, changed, has_dates=bool(outcome.changes))),
        repeats=repeats,
        is_split=is_split,
        is_reset=is_reset,
        is_stale=is_stale,
        carried=_carried(),
        busy=_names_of(outcome),
        own_words=_own_words(outcome),
        **_fate_choices(outcome),
    )


def _rewritten(form: EditForm, changed: Mapping[str, list[Any]], *, has_dates: bool) -> Iterator[Rewritten]:
    """What no date of the preview shows of itself."""
    for name in (*_WORDS, *(() if has_dates else _SHOWN_OF_DATES)):
        if name in changed:
            old, new = (_said(form[name], value) for value in changed[name])
            label = _("时间") if name == "times" else form[name].label.text
            found = Rewritten(label, *differences.lines(old, new))
            if found.gone or found.come:
                yield found


def _said(field: Any, value: Any) -> str:
    """A choice by its name, the times of shifts as lines."""
    if isinstance(value, list):
        return "\n".join(span(dt.time.fromisoformat(start), minutes) for start, minutes in value)
    names = {choice.value: choice.label for choice in getattr(field, "choices", ())}
    return str(names.get(value, value) or "")


def new_rule(done: Rehearsal) -> str | None:
    """In words, where the edit changes it; before the edit is given up."""
    if done.before.keys().isdisjoint(("rule", "window_days")):
        return None
    return recurrence.words(service.whole_rule(done.series, done.series.id))


def fates() -> dict[str, Any]:
    """What was chosen for the dates that lose their day: one thing for all, or each its own."""
    for_all = request.form.get("fits", "")
    return {"rest": for_all} if for_all in CHOICES else {"choices": _choices()}


def _fate_choices(outcome: Outcome) -> dict[str, Any]:
    """The same for the page: at first all that can be moved are."""
    usual = {change.date.id: MOVE if change.offer else KEEP for change in outcome.lost}
    best = MOVE if MOVE in usual.values() else KEEP
    sent = request.form.get("fits", "")
    return {"fits": sent if sent in (*CHOICES, EACH) else best, "choices": usual | _choices()}


def _choices() -> dict[int, str]:
    """'fit-12' is 'move'."""
    return {
        int(name[4:]): value
        for name, value in request.form.items()
        if name.startswith("fit-") and name[4:].isascii() and name[4:].isdigit() and value in CHOICES
    }


def own_fields(edited: str) -> list[str]:
    """The fields that a date has of its own, in words."""
    names = {TIME: _("时间"), PLACE: _("地点"), CAPACITY: _("名额")}
    return [names[name] for name in edited.split(",") if name in names]


def _own_words(outcome: Outcome) -> dict[int, str]:
    return {
        change.date.id: _("、").join(own_fields(",".join(sorted(change.date.own)))) for change in outcome.own
    }


def _carried() -> list[tuple[str, str]]:
    """What was filled in, to be sent again with the page that asks."""
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in _NOT_CARRIED and not name.startswith("fit-")
    ]


def _names_of(outcome: Outcome) -> dict[int, list[str]]:
    """Name and number of those who have something else at the new time of a date; one statement."""
    known = details.names_of({person_id for those in outcome.busy.values() for person_id in those})
    return {
        occurrence_id: [known[person_id] for person_id in those if person_id in known]
        for occurrence_id, those in outcome.busy.items()
    }
