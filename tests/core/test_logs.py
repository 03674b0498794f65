"""Nothing that names a person reaches a log, not even by way of an exception."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
import structlog

from tests import make
from volunteer.people.models import Person


def test_an_exception_of_the_database_does_not_quote_what_was_typed(db):
    make.person(name="欧阳若兰")
    with pytest.raises(sa.exc.DBAPIError) as failure:
        db.session.execute(sa.update(Person).values(language="Klingon-欧阳若兰"))
    assert "Klingon" not in str(failure.value).split("[parameters", 1)[-1].replace(
        str(failure.value.orig), ""
    )
    assert "hidden" in str(failure.value)
    db.session.rollback()


def test_a_mail_address_in_a_traceback_is_masked(app, capsys):
    from volunteer.core.logs import _mask

    line = _mask(None, "", {"exception": "SMTPRecipientsRefused: {'ruolan.ouyang@example.cn': (550, b'no')}"})
    assert "ruolan" not in json.dumps(line)
    assert "550" in json.dumps(line)
    assert _mask(None, "", {"event": "at /work/x@2 line 3"}) == {"event": "at /work/x@2 line 3"}
    assert structlog.is_configured()
