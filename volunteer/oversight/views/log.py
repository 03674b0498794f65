"""The log of acts, for auditors."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required

from volunteer.audit import queries
from volunteer.audit import service as audit
from volunteer.core import clock, csv_export, inputs
from volunteer.core.errors import NotAllowed, Refused
from volunteer.core.i18n import gettext as _
from volunteer.oversight import policy, saying, scope, words
from volunteer.oversight.views import pages
from volunteer.people import phones, sessions
from volunteer.people import queries as people

PAGE = 50
MOST_EXPORTED = 100_000


@dataclasses.dataclass(frozen=True)
class Asked:
    """What was typed into the search, kept for showing it again; `problem` when it cannot be read."""

    who: str = ""
    act: str = ""
    about: str = ""
    since: str = ""
    until: str = ""
    problem: str | None = None


@pages.get("/desk/audit")
@login_required
def log() -> ResponseReturnValue:
    asked, search = _read()
    below = request.args.get("below")
    found: list[Any] = []
    if asked.problem is None:
        mark = inputs.whole_number(below, least=1, most=2**62) if below else None
        found = queries.entries(search, below=mark, limit=PAGE + 1)
    shown, more = found[:PAGE], found[PAGE:]
    typed = {key: value for key, value in dataclasses.asdict(asked).items() if value and key != "problem"}
    page = render_template(
        "oversight/log.html",
        entries=_lines(shown),
        asked=asked,
        acts=sorted(words.ACTS.items(), key=lambda act: str(act[1])),
        next_url=url_for("oversight.log", **typed, below=shown[-1].id) if more else None,
        typed=typed,
    )
    return page, 422 if asked.problem else 200


@pages.post("/desk/audit/export")
@login_required
def export_log() -> ResponseReturnValue:
    """What the search finds as a table, 100,000 rows at most; the export is an entry of the log itself."""
    asked, search = _read()
    if (answer := sessions.require_confirmed()) is not None:
        return answer
    if asked.problem:
        return redirect(url_for("oversight.log"), 303)
    audit.record(actor_id=current_user.id, act="log_exported", kind="audit", wanted=_without_people(asked))
    head = [_("序号"), _("时间"), _("操作人"), _("做了什么"), _("对象"), _("对象编号"), _("内容"), _("来源")]
    return csv_export.response(head, _rows(search), file_name=f"audit-{clock.today():%Y%m%d}.csv")


def _rows(search: queries.Search) -> Iterable[list[object]]:
    for place, entry in enumerate(queries.each(search)):
        if place >= MOST_EXPORTED:
            return
        details = json.dumps(entry.details, ensure_ascii=False, sort_keys=True)
        at = clock.local(entry.happened_at).isoformat(" ", "seconds")
        yield [
            entry.id,
            at,
            entry.actor_id,
            entry.act,
            entry.object_kind,
            entry.object_id,
            details,
            entry.origin,
        ]


def _read() -> tuple[Asked, queries.Search]:
    """The search in the address, within what the reader may see; refused for who may not."""
    paths = policy.log_paths(current_user)
    if not paths:
        raise NotAllowed
    names = ("who", "act", "about", "since", "until")
    asked = Asked(**{name: inputs.clean(request.values.get(name, ""), longest=60) for name in names})
    search = queries.Search(visible=scope.visible(paths))
    try:
        return asked, dataclasses.replace(search, **_wanted(asked))
    except Refused as refusal:
        return dataclasses.replace(asked, problem=refusal.message, **_numbers(asked)), search


def _numbers(asked: Asked) -> dict[str, str]:
    """A phone is not shown again, so that it stands in no further address."""
    typed = {name: getattr(asked, name) for name in ("who", "about")}
    return {name: "" if phones.normalised_or_none(text) else text for name, text in typed.items()}


def _wanted(asked: Asked) -> dict[str, Any]:
    wanted: dict[str, Any] = {"act": asked.act}
    if asked.who:
        wanted["actor_id"] = _person(asked.who)
    if asked.about:
        wanted |= {"object_kind": "person", "object_id": _person(asked.about)}
    if asked.since:
        wanted["since"] = clock.start_of(inputs.date(asked.since))
    if asked.until:
        wanted["before"] = clock.start_of(inputs.date(asked.until) + dt.timedelta(days=1))
    return wanted


class NumberNeeded(Refused):
    """The search stands in the address, where no phone belongs."""

    sentence = _l("请填志愿者编号，例如 V00000012。不要填手机号。")


def _person(text: str) -> int:
    """By number; nobody is 0, of whom there are no entries."""
    if phones.normalised_or_none(text) is not None:
        raise NumberNeeded
    found = people.credentials(text)
    return found.person_id if found else 0


def _without_people(asked: Asked) -> dict[str, str]:
    """What was asked, without the phone that somebody may have typed."""
    return {"act": asked.act, "since": asked.since, "until": asked.until}


def _lines(entries: list[Any]) -> list[dict[str, Any]]:
    """The entries in words, with people in the masked form."""
    names = saying.read_names(entries)
    return [
        {
            "at": entry.happened_at,
            "what": words.of(entry.act),
            "who": names[saying.PERSON].get(entry.actor_id, _("系统")),
            "about": saying.thing(entry, names),
            "details": saying.lines(entry, names),
            "origin": saying.origin(entry.origin),
        }
        for entry in entries
    ]
