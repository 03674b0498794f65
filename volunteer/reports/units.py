"""Units beside big numbers. English leaves most of them out."""

from __future__ import annotations

from flask_babel import lazy_pgettext

HOURS_UNIT = lazy_pgettext("figure unit", "小时")
MINUTES_UNIT = lazy_pgettext("figure unit", "分钟")
PLACES = lazy_pgettext("figure unit", "个")
PEOPLE = lazy_pgettext("figure unit", "人")
TEAMS = lazy_pgettext("figure unit", "支")
TIMES = lazy_pgettext("figure unit", "场")
WISHES = lazy_pgettext("figure unit", "个心愿")
POINTS = lazy_pgettext("figure unit", "分")
