"""Staff found teams, change them, move them in the tree and close them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.areas import queries as areas
from volunteer.areas.models import Area
from volunteer.core import transaction
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed, Refused
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import ngettext
from volunteer.teams import closing, policy, queries, rules, service, tree
from volunteer.teams.forms import CloseForm, FoundForm, MoveForm, WordsForm, team_choices
from volunteer.teams.models import Team
from volunteer.teams.views import loading, pages

LEVEL = "\u2003"  # before the name of a team below another, in a select


@pages.route("/teams/new", methods=["GET", "POST"])
@login_required
def new() -> ResponseReturnValue:
    paths = policy.founding_paths(current_user)
    if not paths:
        raise NotAllowed
    form = FoundForm()
    form.area.choices = {area.id: _area_line(area, paths) for area in areas.within_paths(paths)}
    form.parent.choices = team_choices(_("没有上级"), _lines(tree.possible_parents(paths)))
    if request.method == "GET":
        _preselect(form)
    if form.validate_on_submit():
        try:
            team = service.found(
                actor=current_user,
                code=form.code.data,
                area_id=form.area.data,
                kind=form.kind.data,
                name=form.name.data,
                name_en=form.name_en.data,
                focus=form.focus.data or "",
                parent_id=form.parent_id,
            )
            flash(_("队伍建好了。下一步：请队员加入，再请一位做队长。"), "success")
            return redirect(url_for("teams.team", team_id=team.id), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
    return render_template("teams/new.html", form=form), 422 if form.is_submitted() else 200


@pages.route("/teams/<int:team_id>/edit", methods=["GET", "POST"])
@login_required
def edit(team_id: int) -> ResponseReturnValue:
    team, _area = loading.load_to_run(team_id)
    form = WordsForm(obj=team)
    if form.validate_on_submit():
        try:
            service.edit(
                actor=current_user,
                team_id=team_id,
                kind=form.kind.data,
                name=form.name.data,
                name_en=form.name_en.data,
                focus=form.focus.data or "",
            )
            flash(_("已经保存。"), "success")
            return redirect(url_for("teams.team", team_id=team_id), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
    return _edit_page(team_id, words=form), 422 if form.is_submitted() else 200


@pages.post("/teams/<int:team_id>/move")
@login_required
def move(team_id: int) -> ResponseReturnValue:
    team, area = loading.load_to_run(team_id)
    form = MoveForm()
    form.parent.choices = _parents(team, area)
    if form.validate_on_submit():
        try:
            service.move(actor=current_user, team_id=team_id, parent_id=form.parent_id)
            flash(_("位置已经改好，下面的队伍跟着一起走。"), "success")
            return redirect(url_for("teams.team", team_id=team_id), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
    return _edit_page(team_id, place=form), 422


@pages.route("/teams/<int:team_id>/close", methods=["GET", "POST"])
@login_required
def close(team_id: int) -> ResponseReturnValue:
    team, _area = loading.load_to_run(team_id)
    form = CloseForm()
    successors = tree.possible_successors(policy.founding_paths(current_user), but=team)
    form.successor.choices = team_choices(_("没有接手的队伍"), _lines(successors))
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            done = service.close(
                actor=current_user,
                team_id=team_id,
                reason=form.reason.data,
                successor_id=form.successor_id,
                hand_over=form.hand_over.data,
                carry_members=form.carry_members.data,
            )
            flash(
                ngettext(
                    "队伍已经关闭，通知了 %(count)s 个人。",
                    "队伍已经关闭，通知了 %(count)s 个人。",
                    done.told,
                )
                % {"count": done.told},
                "success",
            )
            return redirect(url_for("teams.team", team_id=team_id), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
    team, area = loading.load(team_id)
    page = render_template(
        "teams/close.html",
        team=team,
        area=area,
        form=form,
        unfinished=closing.unfinished(team_id),
        member_count=queries.member_count(team_id),
    )
    return page, status


def _edit_page(team_id: int, *, words: WordsForm | None = None, place: MoveForm | None = None) -> str:
    team, area = loading.load(team_id)
    if place is None:
        place = MoveForm(formdata=None, data={"parent": team.parent_id or 0})
        place.parent.choices = _parents(team, area)
    words = words or WordsForm(formdata=None, obj=team)
    return render_template("teams/edit.html", team=team, area=area, words=words, position=place)


def _parents(team: Team, area: Area) -> dict[int, str]:
    """The teams under which this one can stand: those of its area or of one around it."""
    found = [
        pair for pair in tree.possible_parents([area.path], but=team) if area.path.startswith(pair[1].path)
    ]
    return team_choices(_("没有上级"), _lines(found))


def _lines(teams: list[tuple[Team, Area]]) -> dict[int, str]:
    """Teams with their areas, each set in under the one above it."""
    indents = rules.indents([team.path for team, _area in teams])
    return {
        team.id: f"{LEVEL * indent}{team.label} · {area.label}"
        for (team, area), indent in zip(teams, indents, strict=True)
    }


def _area_line(area: Area, paths: tuple[str, ...]) -> str:
    """An area, set in by how far it lies below the one that the reader is in charge of."""
    top = max((path for path in paths if area.path.startswith(path)), key=len)
    depth = area.path.count("/") - top.count("/")
    return f"{LEVEL * depth}{area.label}"


def _preselect(form: FoundForm) -> None:
    """The team page leads here with itself as the one above."""
    parent = request.args.get("parent", "")
    if parent.isascii() and parent.isdigit() and int(parent) in form.parent.choices:
        form.parent.data = int(parent)
        if (above := db.session.get(Team, int(parent))) and above.area_id in form.area.choices:
            form.area.data = above.area_id
