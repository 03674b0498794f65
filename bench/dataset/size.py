"""How much of everything."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Rows = Iterator[dict[str, Any]]


@dataclass(frozen=True)
class Size:
    volunteers: int = 5_000
    teams: int = 200
    series: int = 250
    weeks_ahead: int = 8  # 2,000 upcoming occurrences
    weeks_past: int = 20  # 5,000 past ones
    sign_ups: int = 10  # of each past occurrence: 50,000
    crowd: int = 40  # who is signed up for one coming occurrence of the first team, or wants to join it
    orders: int = 150
    wishes: int = 200

    @property
    def first_plain(self) -> int:
        """People before this one lead a team, those at the end are staff."""
        return self.teams + 1


FULL = Size()
SMALL = Size(
    volunteers=40, teams=3, series=14, weeks_ahead=2, weeks_past=1, sign_ups=2, crowd=2, orders=1, wishes=4
)


def past(size: Size) -> int:
    """The number of past occurrences, which have the ids from 1."""
    return size.series * size.weeks_past


def crowd(size: Size) -> range:
    """Who is signed up for the first team's next activity, and wants to join the team."""
    return range(size.volunteers - 10 - size.crowd, size.volunteers - 10)
