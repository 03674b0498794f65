from __future__ import annotations

import datetime as dt

import pytest

from volunteer.points import rules


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1234 5678", "12345678"),
        ("１２３４５６７８", "12345678"),
        ("ab-c d\r\n", "ABCD"),
        ("", ""),
        ("😀", ""),
    ],
)
def test_what_a_scanner_or_a_hand_typed(typed: str, read: str) -> None:
    assert rules.as_typed(typed) == read


@pytest.mark.parametrize(
    ("balance", "available", "most"),
    [(0, 5, 0), (9, 5, 0), (10, 5, 1), (100, 5, 5), (10_000, 10_000, 100), (100, 0, 0)],
)
def test_how_many_pieces_can_be_had_for_ten_points_each(balance: int, available: int, most: int) -> None:
    assert rules.most_pieces(10, balance=balance, available=available) == most


def test_what_is_lacking_is_never_negative() -> None:
    assert (rules.lacking(10, 3), rules.lacking(10, 30)) == (7, 0)


def test_time_to_collect_ends_on_a_full_minute() -> None:
    now = dt.datetime(2026, 11, 21, 2, 30, 59, tzinfo=dt.UTC)
    assert rules.collect_until(now, 72) == dt.datetime(2026, 11, 24, 2, 30, tzinfo=dt.UTC)


def test_tree_paths() -> None:
    assert rules.tree_paths("/1/4/9/") == ["/1/", "/1/4/", "/1/4/9/"]


def test_order_numbers() -> None:
    assert rules.order_number(2026, 123) == "D2026-000123"
