"""The staff's desk of wishes: the lists, the decision, suggestions, and what is taken back."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from volunteer.core import clock, inputs, transaction
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed, NotFound, Refused, Stale
from volunteer.core.i18n import gettext as _
from volunteer.wishes import candidates, noted, policy, queries, rules, service
from volunteer.wishes.forms import VerifyForm
from volunteer.wishes.models import COLLECTED, Wish
from volunteer.wishes.views import pages, signed_in
from volunteer.wishes.views.reasons import with_reason
from volunteer.wishes.views.wall import id_argument, next_url


@pages.get("/desk/wishes")
@signed_in
def desk() -> ResponseReturnValue:
    paths = policy.desk_paths(current_user)
    if not paths:
        raise NotAllowed
    tab = request.args.get("tab", "collected")
    tab = tab if tab in rules.TABS else "collected"
    overdue = tab == "claimed" and request.args.get("overdue") == "1"
    rows = queries.desk(paths, tab, id_argument("before"), overdue=overdue)
    return render_template(
        "wishes/desk.html",
        wishes=rows[: queries.PAGE],
        next_url=next_url(rows, tab=tab, overdue="1" if overdue else None),
        tab=tab,
        tabs=list(rules.TABS),
        counts=queries.desk_counts(paths),
        overdue=overdue,
        overdue_count=queries.overdue_count(paths),
        due_count=queries.due_follow_up_count(paths),
        may_collect=policy.may_collect_for_others(current_user),
        sees_names=bool(policy.charge_paths(current_user)),
        now=clock.now(),
    )


@pages.route("/desk/wishes/<int:wish_id>", methods=["GET", "POST"])
@signed_in
def verify(wish_id: int) -> ResponseReturnValue:
    if request.method == "GET":
        return desk_page(wish_id)
    of_desk(wish_id, in_charge=True)
    form = VerifyForm()
    if not form.validate_on_submit():
        return desk_page(wish_id, form=form, status=422)
    try:
        flash(_decide(wish_id, form), "success")
        return redirect(url_for("wishes.verify", wish_id=wish_id), 303)
    except Refused as refusal:
        transaction.give_up()
        form.refuse(refusal)
        if isinstance(refusal, Stale):
            form.version.raw_data = None
            form.version.data = queries.known(wish_id).version  # type: ignore[union-attr]
        return desk_page(wish_id, form=form, status=refusal.status)


def _decide(wish_id: int, form: VerifyForm) -> str:
    """Do what the pressed button says; the sentence to show afterwards."""
    decision, version = request.form.get("decision"), form.seen_version()
    if decision == "publish":
        service.verify(
            actor=current_user, wish_id=wish_id, version=version, how=form.how.data or "", **form.words()
        )
        return _("公布了。心愿已经在心愿墙上。")
    if decision == "amend":
        service.amend(actor=current_user, wish_id=wish_id, version=version, **form.words())
        return _("公开的文字改好了。")
    reason = form.reason.data or ""
    if decision == "refer":
        service.refer(actor=current_user, wish_id=wish_id, version=version, reason=reason)
        return _("已经转介，心愿人会收到说明。")
    service.refuse(actor=current_user, wish_id=wish_id, version=version, reason=reason)
    return _("没有公布，心愿人会收到原因。")


def desk_page(
    wish_id: int,
    *,
    form: VerifyForm | None = None,
    contact: service.Contact | None = None,
    status: int = 200,
    refusal: Refused | None = None,
) -> tuple[str, int]:
    """The staff's page of one wish: private data on the left, what everybody reads on the right."""
    row = of_desk(wish_id)
    wish = db.session.get_one(Wish, wish_id)
    if form is None:
        form = VerifyForm(formdata=None)
        form.fill(wish)
    in_charge = policy.is_in_charge(current_user, row.area_path)
    drafted = row.state == COLLECTED and in_charge
    page = render_template(
        "wishes/verify.html",
        wish=row,
        form=form,
        contact=contact,
        private=wish,
        note_is_hidden=bool(wish.private_note)
        and not noted.is_agreed(wish.wisher_id, wish.note_way, wish.consent_at),
        in_charge=in_charge,
        is_own=policy.is_own(current_user.id, row.wisher_id),
        may={verb: in_charge and rules.may_follow(verb, row.state) for verb in rules.TRANSITIONS},
        draft_faults=list(service.draft_faults(wish, row.community_zh)) if drafted else [],
        other_wishes=queries.other_recent_wishes(row.wisher_id, wish_id) if row.state == COLLECTED else 0,
        history=queries.history(wish_id),
        past_claims=queries.past_claims(wish_id),
        ceiling=current_app.config["WISH_PRICE_CEILING_YUAN"],
        refusal=refusal,
        now=clock.now(),
    )
    return page, refusal.status if refusal else status


def of_desk(wish_id: int, *, in_charge: bool = False) -> Any:
    """The wish, for staff of its area; for everybody else it is not there (404)."""
    row = queries.known(wish_id)
    ask = policy.is_in_charge if in_charge else policy.may_read_desk
    if row is None or not ask(current_user, row.area_path):
        raise NotFound
    return row


@pages.post("/desk/wishes/<int:wish_id>/restore")
@signed_in
def restore(wish_id: int) -> ResponseReturnValue:
    of_desk(wish_id, in_charge=True)
    try:
        service.restore(actor=current_user, wish_id=wish_id)
    except Refused as refusal:
        transaction.give_up()
        return desk_page(wish_id, refusal=refusal)
    flash(_("退回到待核实了。"), "success")
    return redirect(url_for("wishes.verify", wish_id=wish_id), 303)


@pages.route("/desk/wishes/<int:wish_id>/revoke", methods=["GET", "POST"])
@signed_in
def revoke(wish_id: int) -> ResponseReturnValue:
    row = of_desk(wish_id, in_charge=True)
    return with_reason(
        row,
        service.revoke_claim,
        title=_("收回认领"),
        lead=_("心愿会回到心愿墙，认领的志愿者会收到您写的原因。"),
        button=_("收回，重新公布"),
        done=_("已经收回，心愿回到心愿墙。"),
        back=url_for("wishes.verify", wish_id=wish_id),
    )


@pages.get("/desk/wishes/<int:wish_id>/matches")
@signed_in
def matches(wish_id: int) -> ResponseReturnValue:
    return matches_page(wish_id)


def matches_page(wish_id: int, *, refusal: Refused | None = None) -> tuple[str, int]:
    row = of_desk(wish_id, in_charge=True)
    waits = rules.may_follow("claim", row.state)
    page = render_template(
        "wishes/matches.html",
        wish=row,
        waits=waits,
        suggestions=candidates.suggestions(wish_id) if waits else [],
        refusal=refusal,
    )
    return page, refusal.status if refusal else 200


@pages.post("/desk/wishes/<int:wish_id>/assign")
@signed_in
def assign(wish_id: int) -> ResponseReturnValue:
    """Staff have asked the person, who agreed."""
    of_desk(wish_id, in_charge=True)
    person_id = inputs.whole_number(request.form.get("person_id"), least=1, most=2**62)
    try:
        service.claim(actor=current_user, wish_id=wish_id, person_id=person_id)
    except Refused as refusal:
        transaction.give_up()
        return matches_page(wish_id, refusal=refusal)
    flash(_("记下了，我们已经告诉这位志愿者。"), "success")
    return redirect(url_for("wishes.verify", wish_id=wish_id), 303)
