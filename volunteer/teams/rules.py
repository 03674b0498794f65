"""Kinds of teams, the rights of those who lead them, terms, and the paths of the tree."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer.people.models import ACCEPT, DEPUTY, LEADER, MESSAGE, PUBLISH, RECORD, REGISTER

KIND_LABELS: dict[str, Any] = {
    "volunteer": _l("志愿服务队"),
    "party_branch": _l("党支部"),
    "unit": _l("企业或单位"),
    "school": _l("学校"),
}
ROLE_LABELS: dict[str, Any] = {LEADER: _l("队长"), DEPUTY: _l("副队长")}
RIGHT_LABELS: dict[str, Any] = {
    ACCEPT: _l("答复入队申请、发入队二维码"),
    PUBLISH: _l("发布和改动活动"),
    RECORD: _l("点名、记时长"),
    MESSAGE: _l("给队员发通知"),
    REGISTER: _l("为本社区居民登记注册"),
}
LONGEST_NAME, LONGEST_ENGLISH_NAME, LONGEST_FOCUS, LONGEST_CODE = 80, 120, 200, 40
LONGEST_REASON = 300
LONGEST_MESSAGE = 500
MOST_LEVELS = 6  # a path has to fit into its column, and a tree into a phone
INVITATION_DAYS, LONGEST_INVITATION_DAYS = 7, 30
# How somebody came into a team.
REQUESTED_WAY, RECRUITMENT, IMPORT = "request", "recruitment", "import"
INVITED, SUCCEEDED = "invitation", "successor"


def path_below(parent_path: str, team_id: int) -> str:
    """The path of a team under another; '' is above the tops."""
    return f"{parent_path or '/'}{team_id}/"


def path_ids(path: str) -> list[int]:
    """The ids from the top of the tree down to the team itself."""
    return [int(part) for part in path.strip("/").split("/") if part]


def levels(path: str) -> int:
    """1 for a team at the top."""
    return len(path_ids(path))


def indents(paths: list[str]) -> list[int]:
    """How far to indent each team of a list in the tree's order: the number of listed teams above it.

    Only those count whose rows stand in one piece above it, so that an indented
    team is always read under the one it belongs to.
    """
    open_above: list[str] = []
    found = []
    for path in paths:
        while open_above and not path.startswith(open_above[-1]):
            open_above.pop()
        found.append(len(open_above))
        open_above.append(path)
    return found
