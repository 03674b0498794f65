"""What waits for a leader, told by the slices above: roll calls, series that end soon.

A slice registers a function from team ids to the things to do of each, so that
the leader's page knows of them without looking upwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from volunteer.core.i18n import ngettext


@dataclass(frozen=True)
class Todo:
    """One line, translated already; `href` opens the rows; kind 'urgent' is overdue, 'soon' cannot wait.

    `about` names the activity and comes first, `text` is what to do there; `amount` is the
    count with its unit, and empty where the line is about one thing.
    """

    text: str
    count: int
    href: str
    kind: str = ""
    about: str = ""
    amount: str = ""


def people(count: int) -> str:
    """An amount of people."""
    return ngettext("%(count)s 位邻居", "%(count)s 位邻居", count) % {"count": count}


Provider = Callable[[Sequence[int]], Mapping[int, Sequence[Todo]]]
May = Callable[[int, str], bool]
_PROVIDERS: list[tuple[Provider, str]] = []


def register(provider: Provider, *, right: str = "") -> Provider:
    """Make a provider known; it is asked once per page, for all teams together.

    With `right` only of those teams over which the leader holds that right.
    """
    _PROVIDERS.append((provider, right))
    return provider


def of_teams(team_ids: Sequence[int], may: May | None = None) -> dict[int, list[Todo]]:
    """All things to do, by team; every team has its list. `may(team_id, right)` says what one may do there."""
    waiting: dict[int, list[Todo]] = {team_id: [] for team_id in team_ids}
    for provider, right in _PROVIDERS if team_ids else ():
        asked = [id for id in team_ids if not right or may is None or may(id, right)]
        for team_id, found in provider(asked).items() if asked else ():
            waiting[team_id].extend(found)
    return waiting
