"""Pictures of an activity: shown to everybody, added and removed by who manages it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.activities import managed, parts, policy
from volunteer.activities.models import ActivityPhoto
from volunteer.activities.parts import Asked, Card, Link
from volunteer.activities.planning.photo_form import PhotoForm
from volunteer.activities.service.planning import photos as service
from volunteer.activities.views import pages
from volunteer.core import files, transaction, uploads
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import gettext as _

SHOWN = 6
uploads.expect(pages, {"activities.add_photo"})


@pages.get("/photos/<int:photo_id>")
def photo(photo_id: int) -> ResponseReturnValue:
    """The picture itself; a removed one is gone."""
    row = db.session.get(ActivityPhoto, photo_id)
    if row is None:
        raise NotFound
    answer = files.response(db.session.get_one(files.StoredFile, row.file_id), called=f"photo-{photo_id}")
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


@pages.get("/activities/<int:occurrence_id>/photos")
@login_required
def photos(occurrence_id: int) -> ResponseReturnValue:
    return _page(managed.date(current_user, occurrence_id), PhotoForm(formdata=None))


@pages.post("/activities/<int:occurrence_id>/photos")
@login_required
def add_photo(occurrence_id: int) -> ResponseReturnValue:
    row = managed.date(current_user, occurrence_id)
    form = PhotoForm()
    if form.validate_on_submit():
        try:
            service.add_photo(
                actor=current_user,
                occurrence_id=occurrence_id,
                prepared=uploads.sent(),
                caption=form.caption.data or "",
            )
            flash(_("照片放上去了，拍摄地点和设备信息已经去掉。"), "success")
            return redirect(url_for("activities.photos", occurrence_id=occurrence_id), 303)
        except Refused as refusal:
            form.refuse(refusal)
    transaction.give_up()
    return _page(row, form), 422


@pages.post("/activities/<int:occurrence_id>/photos/<int:photo_id>/remove")
@login_required
def remove_photo(occurrence_id: int, photo_id: int) -> ResponseReturnValue:
    managed.date(current_user, occurrence_id)
    service.remove_photo(actor=current_user, occurrence_id=occurrence_id, photo_id=photo_id)
    flash(_("照片已经删掉。"), "success")
    return redirect(url_for("activities.photos", occurrence_id=occurrence_id), 303)


def _page(row: Any, form: PhotoForm) -> str:
    return render_template(
        "activities/photos.html", occurrence=row, form=form, photos=service.photos_of(series_id=row.series_id)
    )


def gallery(asked: Asked) -> Card | None:
    shown = service.photos_of(series_id=asked.row.series_id, limit=SHOWN)
    return Card("activities/occurrence/photos.html", {"photos": shown}) if shown else None


def manage(asked: Asked) -> Link | None:
    row = asked.row
    if not policy.may_manage(asked.visitor, team_path=row.team_path, area_path=row.area_path):
        return None
    return Link(_("照片"), url_for("activities.photos", occurrence_id=row.id))


parts.add_card(gallery, order=80)
parts.add_link(manage, order=70)
