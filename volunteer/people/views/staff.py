"""Who works where: roles over areas, giving one, taking one back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.areas import queries as areas
from volunteer.areas.models import Area
from volunteer.core import inputs, transaction
from volunteer.core.errors import NotAllowed, NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.people import phones, policy, queries, rules, service, staff_queries, words
from volunteer.people.desk_forms import GrantForm, ReasonForm, places
from volunteer.people.views import pages


@pages.get("/desk/staff")
@login_required
def staff_list() -> ResponseReturnValue:
    paths = policy.staff_paths(current_user)
    if not paths:
        raise NotAllowed
    mark = request.args.get("after")
    after = inputs.whole_number(mark, least=1, most=2**62) if mark else None
    found = staff_queries.posts(current_user, paths, after=after)
    posts, more = found[: staff_queries.PAGE], found[staff_queries.PAGE :]
    return render_template(
        "people/staff_list.html",
        posts=posts,
        may_grant=bool(policy.grantable(current_user)),
        next_url=url_for("people.staff_list", after=posts[-1].id) if more else None,
    )


@pages.route("/desk/staff/new", methods=["GET", "POST"])
@login_required
def grant_role() -> ResponseReturnValue:
    """Whom and what first; then the page shows who was found, masked, and asks once more."""
    roles = policy.grantable(current_user)
    if not roles:
        raise NotAllowed
    form = GrantForm()
    form.role.choices = {role: words.role(role) for role in roles}
    form.area.choices = places(_areas())
    if not form.validate_on_submit():
        return _grant_page(form), 422 if form.is_submitted() else 200
    found = _find(form.account.data)
    if found is None:
        form.account.errors = [_("在您负责的区域里没有找到，请核对编号或手机号。")]
        return _grant_page(form), 422
    if form.confirmed.data != found.number:
        form.confirmed.data = found.number
        return _grant_page(form, found)
    try:
        service.grant_role(
            actor=current_user, person_id=found.id, role=form.role.data, area_id=form.area.data
        )
        flash(_("角色给好了，对方会收到消息，下次打开页面就生效。"), "success")
        return redirect(url_for("people.staff_list"), 303)
    except Refused as refusal:
        transaction.give_up()
        form.refuse(refusal)
        return _grant_page(form), refusal.status


@pages.route("/desk/staff/<int:grant_id>/revoke", methods=["GET", "POST"])
@login_required
def revoke_role(grant_id: int) -> ResponseReturnValue:
    post = staff_queries.post(current_user, grant_id)
    if post is None or not post.may_revoke:
        raise NotFound
    form = ReasonForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            service.revoke_role(
                actor=current_user,
                person_id=post.person_id,
                role=post.role_code,
                area_id=post.area.id,
                reason=form.reason.data,
            )
            flash(_("角色已经收回，对方在所有设备上都退出了。"), "success")
            return redirect(url_for("people.staff_list"), 303)
        except Refused as refusal:
            transaction.give_up()
            form.refuse(refusal)
            status = refusal.status
            post = staff_queries.post(current_user, grant_id)
    return render_template("people/staff_revoke.html", post=post, form=form), status


def _grant_page(form: GrantForm, found: queries.Found | None = None) -> str:
    chosen = dict(form.area.choices).get(form.area.data, "")
    return render_template(
        "people/staff_grant.html",
        form=form,
        found=found,
        role=words.role(form.role.data or ""),
        area_label=chosen.strip(),
    )


def _find(account: str) -> queries.Found | None:
    """The one person with exactly this number or phone within the reader's areas; a name is not enough."""
    text = rules.as_volunteer_number(account) or phones.normalised_or_none(account)
    if text is None:
        return None
    found = queries.find(text, area_paths=policy.working_paths(current_user), exact=True, limit=2)
    return found[0] if len(found) == 1 else None


def _areas() -> list[Area]:
    paths = {
        path for role in policy.grantable(current_user) for path in policy.grant_paths(current_user, role)
    }
    return areas.within_paths(sorted(paths))
