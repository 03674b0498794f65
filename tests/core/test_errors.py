"""Refused or not there: two answers that no handler takes for one another."""

from __future__ import annotations

from typing import Any

import pytest

from volunteer.core.errors import NotAllowed, NotDone, NotFound, Refused
from volunteer.core.forms import Form


class UnknownNumber(Refused):
    status = 404


def test_what_catches_refusals_lets_pass_what_is_not_there() -> None:
    assert not issubclass(NotFound, Refused)
    assert not issubclass(Refused, NotFound)
    with pytest.raises(NotFound):
        _like_a_view()


def _like_a_view() -> str:
    try:
        raise NotFound
    except Refused as refusal:
        return refusal.message


@pytest.mark.parametrize("kind", [NotFound, NotAllowed, Refused])
def test_each_has_its_page_when_nothing_else_answers(
    app: Any, kind: type[NotDone], monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer() -> None:
        raise kind

    monkeypatch.setitem(app.view_functions, "people.sign_in", answer)
    page = app.test_client().get("/sign-in")
    assert page.status_code == kind.status
    assert str(kind.sentence) in page.text


def test_what_was_typed_and_is_unknown_is_said_at_the_form(app: Any) -> None:
    with app.test_request_context():
        form = Form(meta={"csrf": False})
        form.refuse(UnknownNumber())
        assert form.form_errors == [UnknownNumber().message]
        with pytest.raises(NotAllowed):
            form.refuse(NotAllowed())
