"""Standing sign-ups: begin one, pause it, go on, stop; who leads sees the list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.activities import details, policy, service
from volunteer.activities.models import Regular, Series
from volunteer.activities.repeating import recurrence
from volunteer.activities.together import regulars, words
from volunteer.activities.together.forms import PauseForm, PositionForm, RegularForm, StopForm
from volunteer.activities.together.refusals import NoRegularPlaces
from volunteer.activities.views import pages
from volunteer.core import clock, i18n, transaction
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import ngettext
from volunteer.people import naming


@pages.route("/series/<int:series_id>/regular", methods=["GET", "POST"])
@login_required
def regular(series_id: int) -> ResponseReturnValue:
    """What it means, the days to choose from, and, once it runs, pausing and stopping."""
    form = RegularForm()
    series, own = _series(series_id), regulars.offer(series_id, current_user.id)
    if own.part_id != series_id:
        return redirect(url_for("activities.regular", series_id=own.part_id), 303)
    if not form.is_submitted():
        return _page(series, own)
    form.offer(regulars.choices(series))
    if form.validate():
        try:
            service.begin_regular(actor=current_user, series_id=series_id, **form.chosen())
            flash(_("固定报名好了。已经排出的场次，一两分钟内替您报上。"), "success")
            return redirect(url_for("activities.regular", series_id=series_id), 303)
        except Refused as refusal:
            form.refuse(refusal)
            transaction.give_up()
            return _page_again(series_id, regular=form), refusal.status
    transaction.give_up()
    return _page_again(series_id, regular=form), 422


@pages.post("/regulars/<int:regular_id>/pause")
@login_required
def pause_regular(regular_id: int) -> ResponseReturnValue:
    own = _own(regular_id)
    form = PauseForm()
    if not form.validate_on_submit():
        transaction.give_up()
        return _page_again(own.series_id, pause=form), 422

    def deed() -> None:
        given, kept = service.pause_regular(
            actor=current_user, regular_id=regular_id, until=form.until.data, gives_back=form.gives_back.data
        )
        flash(_said(_("已经暂停。"), given, kept), "success")

    return _do(own.series_id, deed, form, "pause")


@pages.post("/regulars/<int:regular_id>/resume")
@login_required
def resume_regular(regular_id: int) -> ResponseReturnValue:
    own = _own(regular_id)

    def deed() -> None:
        service.resume_regular(actor=current_user, regular_id=regular_id)
        flash(_("欢迎回来。已经排出的场次，一两分钟内替您报上。"), "success")

    return _do(own.series_id, deed)


@pages.post("/regulars/<int:regular_id>/day")
@login_required
def take_regular_day(regular_id: int) -> ResponseReturnValue:
    """One button: that day of the rule instead of those that it no longer has."""
    own = _own(regular_id)

    def deed() -> None:
        service.take_regular_day(actor=current_user, regular_id=regular_id, day=request.form.get("day", ""))
        flash(_("改好了。已经排出的场次，一两分钟内替您报上。"), "success")

    return _do(own.series_id, deed)


@pages.post("/regulars/<int:regular_id>/position")
@login_required
def choose_position(regular_id: int) -> ResponseReturnValue:
    own = _own(regular_id)
    form = PositionForm()
    form.offer(regulars.choices(_series(own.series_id)))
    if not form.validate_on_submit():
        transaction.give_up()
        return _page_again(own.series_id, position=form), 422

    def deed() -> None:
        service.take_regular_position(actor=current_user, regular_id=regular_id, position_id=form.position_id)
        flash(_("岗位选好了。以后的场次按这个岗位替您报，已经报好的不变。"), "success")

    return _do(own.series_id, deed, form, "position")


@pages.post("/regulars/<int:regular_id>/stop")
@login_required
def stop_regular(regular_id: int) -> ResponseReturnValue:
    own = _own(regular_id)
    form = StopForm()
    if not form.validate_on_submit():
        transaction.give_up()
        return _page_again(own.series_id, stop=form), 422

    def deed() -> None:
        given, kept = service.stop_regular(
            actor=current_user, regular_id=regular_id, gives_back=form.gives_back.data
        )
        flash(_said(_("固定报名停掉了，谢谢您一直来。"), given, kept), "success")

    return _do(own.series_id, deed)


@pages.get("/series/<int:series_id>/regulars")
@login_required
def series_regulars(series_id: int) -> ResponseReturnValue:
    """For who sees the participants of its dates."""
    row = details.series(series_id)
    if not policy.may_see_participants(current_user, team_path=row.team_path, area_path=row.area_path):
        raise NotFound
    part_id = regulars.offer(series_id, None).part_id
    if part_id != series_id:
        return redirect(url_for("activities.series_regulars", series_id=part_id), 303)
    series = db.session.get_one(Series, series_id)
    lines = [(line, words.days(line), words.state(line, series)) for line in regulars.of_series(series_id)]
    names = naming.for_reader(current_user, team_path=row.team_path, area_path=row.area_path)
    return render_template("activities/together/regulars.html", series=series, lines=lines, names=names)


def _said(begin: str, given: int, kept: int) -> str:
    """Followed by how many dates were given back, and which is left to be given back by hand."""
    sentences = [begin]
    if given:
        count = ngettext("取消了 %(num)s 场，名额让给了别人。", "取消了 %(num)s 场，名额让给了别人。", given)
        sentences.append(count % {"num": given})
    if kept:
        sentences.append(_("马上要开始的那一场还在，来不了请打开它取消，写一句原因。"))
    return (" " if i18n.current() == "en" else "").join(sentences)


def _do(series_id: int, deed: Callable[[], None], form: Any = None, name: str = "") -> ResponseReturnValue:
    try:
        deed()
    except Refused as refusal:
        transaction.give_up()
        if form is None or refusal.field is None:
            return _page_again(series_id, problem=refusal.message), refusal.status
        form.refuse(refusal)
        return _page_again(series_id, **{name: form}), refusal.status
    return redirect(url_for("activities.regular", series_id=series_id), 303)


def _series(series_id: int) -> Series:
    series = db.session.get(Series, series_id)
    if series is None:
        raise NotFound
    return series


def _own(regular_id: int) -> Regular:
    found = db.session.get(Regular, regular_id)
    if found is None or found.person_id != current_user.id:
        raise NotFound
    return found


def _page_again(series_id: int, **shown: Any) -> str:
    return _page(_series(series_id), regulars.offer(series_id, current_user.id), **shown)


def _page(series: Series, found: Any, problem: str | None = None, **forms: Any) -> str:
    """With what `regulars.offer` found of the reader."""
    own = None if found.id is None else found
    offered = regulars.choices(series)
    form = forms.get("regular") or RegularForm(formdata=None)
    form.offer(offered)
    position_form = forms.get("position") or PositionForm(
        formdata=None, data={"position": str(own.position_id) if own else None}
    )
    position_form.offer(offered)
    if own is None and not series.regular_places:
        raise NoRegularPlaces
    return render_template(
        "activities/together/regular.html",
        series=series,
        problem=problem,
        repeats=recurrence.words(service.whole_rule(series, series.id)),
        own=own,
        own_days=words.days(own) if own else "",
        own_state=words.state(own, series) if own else "",
        lost=words.names(regulars.lost_days(own, series)) if own else "",
        is_left=own is not None and regulars.lost_days(own, series) != regulars.own_days(own),
        new_days=[(day, words.names([day])) for day in regulars.new_days(own, series)] if own else [],
        is_paused=own is not None and regulars.is_paused(own, clock.today()),
        in_line=regulars.count_running(series.id),
        form=form,
        offered=offered,
        position_form=position_form,
        pause_form=forms.get("pause") or PauseForm(formdata=None),
        stop_form=forms.get("stop") or StopForm(formdata=None),
    )
