"""Kinds of teams and lengths of texts."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

KIND_LABELS: dict[str, Any] = {
    "volunteer": _l("志愿服务队"),
    "party_branch": _l("党支部"),
    "unit": _l("单位"),
    "school": _l("学校"),
}
LONGEST_REASON = 300
REQUESTED_WAY, RECRUITMENT, IMPORT = "request", "recruitment", "import"
