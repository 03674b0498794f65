"""Publish a new activity: from the menu or from nothing, filled in, read once more, published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import wtforms
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.activities import details, rules, service
from volunteer.activities.models import FLEXIBLE
from volunteer.activities.planning import menu, outlook, plan_words, publishing, requirements, who_parts
from volunteer.activities.planning.plans import Plan
from volunteer.activities.planning.refusals import NothingHeld
from volunteer.activities.planning.series_form import GROUPS, UNITS, SeriesForm
from volunteer.activities.repeating import recurrence
from volunteer.activities.service.planning.series import check, managed_team
from volunteer.activities.views import pages
from volunteer.areas.models import Area
from volunteer.core import formats, transaction
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _
from volunteer.credentials import queries as credentials
from volunteer.teams.models import Team

_MORE = {"more_positions": (2, 0), "more_shifts": (0, 1)}
_NOT_TYPED = {"csrf_token", "form_key", "step"}


@pages.route("/teams/<int:team_id>/series/new", methods=["GET", "POST"])
@login_required
def new_series(team_id: int) -> ResponseReturnValue:
    """Fill in, look at the rule in words with its next dates, publish. Nothing is kept before that."""
    team = managed_team(current_user, team_id)
    people = {current_user.id: current_user.name}
    people |= {row.id: row.name for row in details.people_to_take_charge(team.id)}
    form = _form(team, people)
    step = request.form.get("step", "")
    if step in _MORE:
        form.grow(*_MORE[step])
        transaction.give_up()
        return _fill_in(form, team, step)
    if form.validate_on_submit():
        try:
            plan = publishing.plan_of(form)
            if step == "publish":
                series = service.create_series(actor=current_user, team_id=team_id, plan=plan)
                flash(_("活动已经发布，大家可以报名了。"), "success")
                return redirect(url_for("activities.series", series_id=series.id), 303)
            if step != "edit":
                return _preview(plan, team, people)
        except Refused as refusal:
            form.refuse(refusal)
    if form.is_submitted():
        transaction.give_up()
    return _fill_in(form, team, step), 422 if form.errors else 200


def _form(team: Team, people: dict[int, str]) -> SeriesForm:
    started: dict[str, Any] = {}
    if request.method == "GET":
        started = menu.started(request.args, area_id=team.area_id)
    form = SeriesForm(data={"person_in_charge_id": current_user.id, **started})
    form.offer(
        people=people,
        known=credentials.known_names(db.session.get_one(Area, team.area_id).path),
        asked=menu.asked_for(team.area_id),
    )
    return form


def _fill_in(form: SeriesForm, team: Team, step: str = "") -> str:
    groups = [_group(form, key, title, names, step) for key, title, names in GROUPS]
    return render_template(
        "activities/new_series.html",
        form=form,
        team=team,
        groups=groups,
        who_parts=who_parts.parts(form),
        units=UNITS,
    )


@dataclass(frozen=True, slots=True)
class Group:
    """A folded part of the form, as the page shows it."""

    key: str
    title: Any
    fields: list[wtforms.Field]
    has_errors: bool
    is_open: bool
    note: str
    own_errors: list[str]  # of the rows as a whole


def _group(form: SeriesForm, key: str, title: Any, names: tuple[str, ...], step: str) -> Group:
    fields = [form[name] for name in names]
    has_errors = any(field.errors for field in fields)
    note = _("请看这里") if has_errors else _("已填") if _is_filled(fields) else ""
    own = [
        error
        for field in fields
        if isinstance(field, wtforms.FieldList)
        for error in field.errors
        if not isinstance(error, dict)
    ]
    is_open = has_errors or step == f"more_{key}"
    return Group(key, title, fields, has_errors, is_open, note, own)


def _is_filled(fields: list[wtforms.Field]) -> bool:
    return any(_differs(field) for field in fields if field.short_name != "person_in_charge_id")


def _differs(field: wtforms.Field) -> bool:
    if isinstance(field, wtforms.FieldList):
        return any(not row.form.is_empty for row in field)
    default = field.default() if callable(field.default) else field.default
    return bool(field.data) and field.data != default


def _preview(plan: Plan, team: Team, people: dict[int, str]) -> str:
    check(plan, team=team, actor=current_user)
    expected = outlook.outlook(plan)
    transaction.give_up()
    return render_template(
        "activities/preview_series.html",
        team=team,
        plan=plan,
        repeats=recurrence.words(plan.rule),
        outlook=expected,
        warnings=publishing.warnings(plan, expected),
        why_not="" if expected.count else NothingHeld().message,
        facts_of_plan=_facts(plan, team, people),
        positions=[
            (post.name, plan_words.post(post, post.requirements), post.capacity) for post in plan.positions
        ],
        typed=[pair for pair in request.form.items(multi=True) if pair[0] not in _NOT_TYPED],
    )


def _facts(plan: Plan, team: Team, people: dict[int, str]) -> list[tuple[str, Any]]:
    rule = plan.rule
    shifts = [(shift.start_time, shift.duration_minutes) for shift in rule.shifts]
    return [
        (_("队伍"), team.label),
        (_("类别"), rules.CATEGORIES[plan.category]),
        (_("英文名称"), plan.title_en),
        (_("地点"), plan.place),
        (
            _("时间"),
            publishing.span(rule.start_time, rule.duration_minutes)
            if plan.kind != FLEXIBLE and not shifts
            else "",
        ),
        (_("时长"), formats.minutes(rule.duration_minutes)),
        (_("几天之内做完"), plan.window_days),
        (
            _("班次"),
            plan_words.listed(
                publishing.span(start, minutes)
                for start, minutes in [(rule.start_time, rule.duration_minutes), *shifts]
            )
            if shifts
            else "",
        ),
        (_("需要多少人"), formats.number(plan.capacity)),
        (_("谁能参加"), plan_words.people(plan)),
        (_("危险"), _("有危险，满 18 周岁才能参加") if plan.is_dangerous else ""),
        (_("先要有"), requirements.words(plan.requirements)),
        (_("报名时间"), plan_words.opening(plan) or _("发布以后随时能报")),
        (_("人手"), plan_words.staffing(plan)),
        (_("提醒谁"), plan_words.listed(people[id] for id in plan.receivers)),
        (_("同伴"), plan_words.together(plan)),
        (_("固定名额"), plan_words.regulars(plan)),
        (
            _("休息"),
            _("和别的活动至少隔 %(time)s", time=formats.minutes(plan.rest_minutes))
            if plan.rest_minutes
            else "",
        ),
        (_("时长怎么算"), plan_words.hours(plan)),
        (_("负责人"), people[plan.person_in_charge_id] if plan.person_in_charge_id else ""),
        (_("风险说明"), plan.risk_statement),
    ]
