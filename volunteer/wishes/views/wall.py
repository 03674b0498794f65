"""The wall, one wish, and my wishes."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from volunteer.core import clock, formats, inputs
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.wishes import policy, queries, rules, service
from volunteer.wishes.models import CLAIM_ACTIVE, KINDS, Wish
from volunteer.wishes.views import pages, signed_in


@pages.get("/wishes")
def wall() -> ResponseReturnValue:
    kind = request.args.get("kind")
    kind = kind if kind in KINDS else None
    rows = queries.wall(kind, before=id_argument("before"), viewer_id=current_user.id)
    collected, fulfilled = queries.year_figures(clock.today())
    return render_template(
        "wishes/wall.html",
        wishes=rows[: queries.PAGE],
        next_url=next_url(rows, kind=kind),
        kind=kind,
        kinds=KINDS,
        collected=formats.number(collected),
        fulfilled=formats.number(fulfilled),
        claim_days=claim_days(),
    )


@pages.get("/wishes/<int:wish_id>")
def wish(wish_id: int) -> ResponseReturnValue:
    return wish_page(wish_id)


def wish_page(
    wish_id: int, *, refusal: Refused | None = None, contact: service.Contact | None = None
) -> tuple[str, int]:
    """The page of one wish, with what this visitor may see and do."""
    row = visible(wish_id)
    is_own = policy.is_own(current_user.id, row.wisher_id)
    is_claimer = row.claimer_id is not None and row.claimer_id == current_user.id
    page = render_template(
        "wishes/wish.html",
        wish=row,
        is_own=is_own,
        has_note=is_own and bool(db.session.get_one(Wish, wish_id).private_note),
        is_claimer=is_claimer,
        is_active_claimer=is_claimer and row.claim_state == CLAIM_ACTIVE,
        in_charge=policy.is_in_charge(current_user, row.area_path),
        may_claim=rules.may_follow("claim", row.state) and not is_own,
        may_take_down=rules.may_follow("take_down", row.state),
        refusal=refusal,
        contact=contact,
        claim_days=claim_days(),
    )
    return page, refusal.status if refusal else 200


def visible(wish_id: int) -> Any:
    """The wish, unless it is not public and the visitor has nothing to do with it (404)."""
    row = queries.known(wish_id)
    if row is None:
        raise NotFound
    if row.state not in rules.PUBLIC_STATES and not (
        policy.is_own(current_user.id, row.wisher_id) or policy.may_read_desk(current_user, row.area_path)
    ):
        raise NotFound
    return row


def claim_days() -> int:
    return int(current_app.config["WISH_CLAIM_DAYS"])


@pages.get("/my-wishes")
@signed_in
def mine() -> ResponseReturnValue:
    return render_template(
        "wishes/mine.html",
        wishes=queries.of_wisher(current_user.id),
        claims=queries.of_claimer(current_user.id),
        now=clock.now(),
    )


def id_argument(name: str) -> int | None:
    """An id in the query for the next page; anything strange is refused in words."""
    text = request.args.get(name)
    return inputs.whole_number(text, least=1, most=2**62) if text else None


def next_url(rows: list[Any], **values: Any) -> str | None:
    """Where the next page is, when the list has one row more than a page."""
    if len(rows) <= queries.PAGE:
        return None
    return url_for(str(request.endpoint), before=rows[queries.PAGE - 1].id, **values)
