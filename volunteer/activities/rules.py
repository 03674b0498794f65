"""Arithmetic and choices of activities on plain values: no database, no request, no clock."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import lazy_gettext as _l

LONGEST_AHEAD = dt.timedelta(days=365)  # R062
RENEW_BEFORE = dt.timedelta(days=60)  # from here on the series' page asks to renew
LONGEST_OCCURRENCE = dt.timedelta(hours=24)

# The word is what is stored; the reader sees it in their language.
CATEGORIES: dict[str, Any] = {
    "便民服务": _l("便民服务"),
    "环境保护": _l("环境保护"),
    "环境整治": _l("环境整治"),
    "垃圾分类": _l("垃圾分类"),
    "文明劝导": _l("文明劝导"),
    "交通劝导": _l("交通劝导"),
    "文明祭扫": _l("文明祭扫"),
    "文体活动": _l("文体活动"),
    "我们的节日": _l("我们的节日"),
    "学雷锋": _l("学雷锋"),
    "理论宣讲": _l("理论宣讲"),
    "道德讲堂": _l("道德讲堂"),
    "道德实践": _l("道德实践"),
    "网格服务": _l("网格服务"),
    "无偿献血": _l("无偿献血"),
    "综合服务": _l("综合服务"),
}


def is_repeating(series: Any) -> bool:
    """Whether a series, or a row with its columns, gives more than one date."""
    return bool(series.recurrence or series.lunar or series.solar_term)


def is_late(now: dt.datetime, starts_at: dt.datetime, hours: int) -> bool:
    """R026: a sign-off within the last hours before the start is late."""
    return now > starts_at - dt.timedelta(hours=hours)
