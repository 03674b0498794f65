"""The page that shows whether dates are being made."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.activities import policy
from volunteer.activities.repeating import health as series_health
from volunteer.activities.views import pages
from volunteer.core import clock, inputs
from volunteer.core.errors import NotAllowed


@pages.get("/desk/series-health")
@login_required
def health() -> ResponseReturnValue:
    paths = policy.health_paths(current_user)
    if not paths:
        raise NotAllowed
    text = request.args.get("after")
    after = inputs.whole_number(text, least=0, most=10**17) if text else None
    counts = series_health.counts(paths)
    show = request.args.get("show") or ("doubtful" if counts.doubtful else "all")
    found = series_health.lines(paths, only_doubtful=show == "doubtful", after=after)
    shown = found[: series_health.PAGE]
    more = len(found) > series_health.PAGE
    ran_at = series_health.last_run()
    return render_template(
        "activities/health.html",
        counts=counts,
        show=show,
        lines=shown,
        next_url=url_for("activities.health", show=show, after=shown[-1].id) if more else None,
        ran_at=ran_at,
        is_stopped=series_health.is_stopped(ran_at, clock.now()),
        may_see_calendar=policy.may_see_calendar(current_user),
    )
