"""Nothing strange reaches a service."""

from __future__ import annotations

import pytest

from volunteer.core import inputs


@pytest.mark.parametrize(
    "text", ["1_0", "１２", "٣", "", " ", "NaN", "1e3", "9" * 19, "9" * 5000, "0x10", "--1", "1.0"]
)
def test_only_plain_digits_are_a_whole_number(app, text):
    with pytest.raises(inputs.BadNumber):
        inputs.whole_number(text, least=-(10**18), most=10**18)


@pytest.mark.parametrize(("text", "value"), [("0", 0), (" 42 ", 42), ("-7", -7), ("+7", 7)])
def test_whole_numbers_are_read(text, value):
    assert inputs.whole_number(text, least=-10, most=100) == value


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31", "2027-02-29", "2026-13-01", "tomorrow", ""])
def test_impossible_dates_are_refused(app, text):
    with pytest.raises(inputs.BadDate):
        inputs.date(text)


@pytest.mark.parametrize("text", ["a\x00b", "\u202egnp.exe", "\ud800", "x" * 2001, "\u2028"])
def test_strange_text_is_refused(app, text):
    with pytest.raises(inputs.BadText):
        inputs.clean(text)


def test_text_is_tidied():
    assert inputs.clean("  陈\u3000 明 ") == "陈 明"
    assert inputs.clean("\u200b\u200d ") == ""
    assert inputs.clean("e\u0301") == "é"


@pytest.mark.parametrize("path", ["/activities/" + "9" * 30, "/teams/-1", "/teams/１２"])
def test_huge_and_odd_ids_in_a_path_are_not_found(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("query", ["?after=%00", "?after=%E2%80%AE", "?after=" + "x" * 3000])
def test_strange_queries_are_refused(client, query):
    assert client.get("/" + query).status_code in {400, 422}
