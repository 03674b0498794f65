"""Form keys: a form that is sent twice has one effect and one answer.

Each form carries a random key. It is stored, unique, in the same transaction
as the effect, with the person, the endpoint and a keyed hash of the body. A
second POST with the same body gets the first answer; another body under the
same key is refused. Several forms on one page share the random part and add
their own suffix; in a form around a list the button that is pressed adds it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Response, current_app, g, make_response, redirect, request
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.exceptions import BadRequest

from volunteer.core import clock, crypto
from volunteer.core.database import COUNT_ROWS, Model, db, insert_if_new
from volunteer.core.errors import Refused

FIELD = "form_key"
_SHAPE = re.compile(r"[A-Za-z0-9_-]{22}(\.[a-z0-9-]{1,40})?\Z")
KEEP_DAYS = 30
View = TypeVar("View", bound=Callable[..., Any])


class FormKey(Model):
    """One successfully handled form."""

    __tablename__ = "form_key"

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    endpoint: Mapped[str] = mapped_column(sa.String(80))
    person_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    body_hash: Mapped[str] = mapped_column(sa.String(64))
    location: Mapped[str | None] = mapped_column(sa.String(500))
    created_at: Mapped[dt.datetime] = mapped_column(index=True)


# Of the bare table and built once: every form that is handled pays for these.
_TABLE: Any = FormKey.__table__
_ANSWERED = sa.update(_TABLE).where(_TABLE.c.key == sa.bindparam("of")).values(location=sa.bindparam("to"))


class FormKeyReused(Refused):
    sentence = _l("这张表单已经提交过，内容却不一样。请刷新页面后重新填写。")


@dataclass
class Claim:
    """The current form's key: either answered `earlier`, or to be kept with this answer."""

    key: str | None
    earlier: Response | None = None

    def keep(self, response: Response) -> None:
        if self.key is not None and response.location:
            db.session.execute(_ANSWERED, {"of": self.key, "to": response.location[:500]})


def without_form_key(view: View) -> View:
    """Mark a view whose repetition is harmless (signing in and out, language)."""
    view.without_form_key = True  # type: ignore[attr-defined]
    return view


def new_key(suffix: str | int | None = None) -> str:
    """A key for a form on the page being rendered; forms of one page differ by `suffix`."""
    if "form_key" not in g:
        g.form_key = crypto.token()
    return f"{g.form_key}.{suffix}" if suffix is not None else g.form_key


def claim_current() -> Claim:
    """Claim the key of the current POST inside its transaction; see the module's words."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or getattr(view, "without_form_key", False):
        return Claim(None)
    key = "".join(request.form.getlist(FIELD))
    if not _SHAPE.match(key):
        raise BadRequest
    person_id = getattr(current_user, "id", None)
    body_hash = _body_hash()
    row = {"key": key, "endpoint": request.endpoint, "person_id": person_id, "body_hash": body_hash}
    row["created_at"] = clock.now()
    result: Any = db.session.execute(insert_if_new(_TABLE), row, execution_options=COUNT_ROWS)
    if result.rowcount == 1:
        return Claim(key)
    first = db.session.execute(sa.select(FormKey).where(FormKey.key == key)).scalar_one()
    if (first.endpoint, first.person_id, first.body_hash) != (request.endpoint, person_id, body_hash):
        raise FormKeyReused
    return Claim(key, make_response(redirect(first.location or request.path, 303)))


def forget_old(now: dt.datetime) -> int:
    """Delete keys older than KEEP_DAYS; a page left open longer must be loaded anew."""
    result: Any = db.session.execute(
        sa.delete(FormKey).where(FormKey.created_at < now - dt.timedelta(days=KEEP_DAYS))
    )
    return int(result.rowcount)


def _body_hash() -> str:
    """Keyed, since the body may hold a password; the CSRF token and the key itself are left out."""
    digest = hmac.new(str(current_app.config["SECRET_KEY"]).encode(), digestmod=hashlib.sha256)
    digest.update(request.path.encode())
    for name in sorted(request.form):
        if name not in {"csrf_token", FIELD}:
            for value in request.form.getlist(name):
                digest.update(f"\0{len(name)}:{name}={len(value)}:{value}".encode("utf-8", "surrogatepass"))
    for name in sorted(request.files):
        digest.update(f"\0file:{name}:{request.files[name].filename}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
