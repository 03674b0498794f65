"""The details of an entry of the log in words: what each name means, and how its values are said.

What only a machine can use (the ids of rows, mostly) is left out of the page; the export keeps everything.
tests/oversight/test_words.py finds every name in the code and wants it here.
"""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

from volunteer.acting import rules as acting
from volunteer.activities import rules as activities
from volunteer.activities.planning.plan_words import HOURS_KIND_LABELS
from volunteer.activities.repeating import repeats
from volunteer.credentials import rules as credentials
from volunteer.hours import words as hours
from volunteer.oversight import breaches, suspicion_words
from volunteer.people import documents
from volunteer.people import rules as people_rules
from volunteer.people import words as people
from volunteer.people.reasons import REVEAL
from volunteer.people.service import REVEALABLE
from volunteer.privacy import rules as privacy
from volunteer.teams import rules as teams
from volunteer.wishes import words as wishes

# Values that are ids, said by number and masked name, or by name.
PEOPLE: dict[str, Any] = {
    "asked": _l("请的是"),
    "asked_by": _l("申请人"),
    "gone": _l("并进来的登记"),
    "helper": _l("帮办人"),
    "other": _l("另一位"),
    "partner": _l("搭档"),
    "person": _l("居民"),
    "person_id": _l("居民"),
    "person_in_charge_id": _l("负责人"),
    "receivers": _l("提醒谁"),
    "ward": _l("代谁提的"),
}
AREAS: dict[str, Any] = {"area": _l("社区")}
TEAMS: dict[str, Any] = {
    "parent": _l("上级队伍"),
    "successor": _l("接替的队伍"),
    "team": _l("队伍"),
}
# Values that say themselves what they are: what was typed, masked where it must be, days, and amounts.
PLAIN: dict[str, Any] = {
    "address": _l("住址"),
    "asks": _l("要求的条数"),
    "born_on": _l("出生日期"),
    "cancelled": _l("取消的场次"),
    "capacity": _l("名额"),
    "carried_over": _l("转过去的队员"),
    "closes_at": _l("截止时间"),
    "closes_hours": _l("开始前几小时截止报名"),
    "code": _l("代码"),
    "content": _l("内容"),
    "count": _l("数量"),
    "dates": _l("场次"),
    "day": _l("日期"),
    "days": _l("有效天数"),
    "did_on": _l("哪天做的"),
    "document": _l("证件"),
    "ends_at": _l("结束时间"),
    "ends_on": _l("到哪天止"),
    "focus": _l("做什么"),
    "fulfilled_on": _l("实现的日期"),
    "handed_over": _l("交接的活动"),
    "left": _l("剩下的恢复码"),
    "left_out": _l("去掉的场次"),
    "length": _l("字数"),
    "made": _l("新增的场次"),
    "members": _l("队员人数"),
    "minimum_age": _l("最小年龄"),
    "minimum_people": _l("最少要几个人"),
    "months": _l("月份"),
    "most_companions": _l("一个人最多带几个同伴"),
    "most_dates": _l("一共办几次"),
    "moved": _l("改了时间的场次"),
    "name": _l("名称或姓名"),
    "name_en": _l("英文名称"),
    "newcomers_hours": _l("头几个小时先留给新人"),
    "no_longer_fit": _l("不再符合的人"),
    "number": _l("编号"),
    "on": _l("日期"),
    "opens_days": _l("提前几天开放报名"),
    "opens_time": _l("那天几点开放"),
    "people": _l("人数"),
    "phone": _l("手机号"),
    "place": _l("地点"),
    "places": _l("名额"),
    "points": _l("积分"),
    "points_per_hour": _l("每小时积分"),
    "most_minutes_per_activity": _l("一次活动最多算"),
    "price_points": _l("要几分"),
    "quantity": _l("数量"),
    "records": _l("登记份数"),
    "regular_places": _l("最多留几个名额给固定报名"),
    "risk_statement": _l("安全提醒"),
    "rows": _l("行数"),
    "school": _l("学校"),
    "series": _l("系列数"),
    "skills": _l("特长"),
    "slots": _l("空闲时间"),
    "starts_at": _l("开始时间"),
    "times": _l("时间"),
    "title": _l("名称"),
    "title_en": _l("英文名称"),
    "told": _l("通知的人数"),
    "until": _l("到什么时候"),
    "valid_from": _l("从哪天起"),
    "warn_hours": _l("提前几小时提醒"),
    "whole_day": _l("整天取消的日期"),
    "window_days": _l("几天内办完"),
    "words": _l("说明"),
}
MINUTES: dict[str, Any] = {
    "ended_early_minutes": _l("提前结束"),
    "extra_minutes": _l("准备和收尾的时间"),
    "minimum_minutes": _l("最少服务时长"),
    "minutes": _l("时长"),
    "rest_minutes": _l("和别的活动至少隔多久"),
}
MARKS: dict[str, Any] = {  # yes or no
    "by_pin": _l("用了本人的密码"),
    "by_wisher": _l("心愿人要求的"),
    "counts_travel": _l("路上的时间也算"),
    "for_other": _l("替别人提的"),
    "guardian": _l("登记了监护人"),
    "has_email": _l("有邮箱"),
    "is_dangerous": _l("有危险"),
    "is_final": _l("正式安排"),
    "is_new": _l("新登记的"),
    "large": _l("大字"),
    "late": _l("临时取消"),
    "members_only": _l("只收队员"),
    "new_pin": _l("给了新密码"),
    "offered": _l("可以兑换"),
    "overridden": _l("放宽了限制"),
    "own": _l("本人的记录"),
    "pin": _l("给了密码"),
    "replaced": _l("换掉了原来的"),
    "shows_code": _l("显示签到码"),
    "takes_pairs": _l("可以两人结对，来一个就行"),
    "verified": _l("核对过证件"),
    "walk_in": _l("没有报名，现场来的"),
    "with_dates": _l("已有的场次一起改"),
}
_PAGES: dict[str, Any] = {
    "card": _l("邻里卡和六位密码"),
    "consents": _l("同意的事"),
    "correct": _l("更正信息"),
    "credential": _l("一条证书"),
    "credentials": _l("培训和资格"),
    "guardian": _l("监护人"),
    "helpers": _l("帮办人"),
    "identity": _l("身份证件"),
    "merge": _l("合并登记"),
    "move": _l("换社区"),
    "proof": _l("证明材料"),
    "record": _l("档案"),
    "reject": _l("退回登记"),
    "reveal": _l("完整信息"),
    "serve": _l("服务台"),
}
_WAYS: dict[str, Any] = {
    **people.WAYS,
    "all": _l("全部方式"),
    "app": _l("动态口令"),
    "card": _l("用邻里卡"),
    "code": _l("输入签到码"),
    "door": _l("扫门口的码"),
    "invitation": _l("扫码入队"),
    "leader": _l("负责人记的"),
    "link": _l("邮件里的链接"),
    "offer": _l("接了留的名额"),
    "offline": _l("没有网络时记的"),
    "passkey": _l("通行密钥"),
    "qr": _l("扫码"),
    "recruitment": _l("招募"),
    "regular": _l("固定报名"),
    "request": _l("申请入队"),
    "slip": _l("工作人员给的代码"),
    "stand_in": _l("顶班"),
    "swap": _l("换班"),
    "successor": _l("原来的队伍转来"),
}
# Values that are codes; a code without words is left out.
CODES: dict[str, tuple[Any, dict[str, Any]]] = {
    "about": (_l("关于"), hours.PROPOSALS | hours.OBJECTIONS),
    "category": (_l("类别"), activities.CATEGORIES),
    "cause": (_l("原因"), {"no_shows": _l("多次缺席"), "staff": _l("工作人员决定")}),
    "consent": (_l("同意"), people.CONSENTS),
    "consent_by": (
        _l("谁同意的"),
        {"self": _l("心愿人本人"), "wisher": _l("心愿人本人"), "guardian": _l("监护人")},
    ),
    "day_kind": (_l("当天"), {"holiday": _lp("day", "放假"), "workday": _lp("day", "上班")}),
    "deed": (
        _l("结果"),
        {
            "asked": _l("等负责人决定"),
            "dropped": _l("不办"),
            "moved": _l("改期"),
            "settled": _l("照常"),
            "undecided": _l("等负责人决定"),
        },
    ),
    "fields": (_l("看了"), REVEALABLE),
    "hours_kind": (_l("这是什么时长"), HOURS_KIND_LABELS),
    "how": (_l("怎样确认的"), wishes.CONFIRM_WAYS | {"self": _l("心愿人本人")}),
    "kind": (_l("类型"), teams.KIND_LABELS | documents.KINDS),
    "kinds": (_l("哪些信息"), breaches.KINDS),
    "level": (
        _l("级别"),
        {"subdistrict": _lp("area", "街道"), "community": _lp("area", "社区"), "grid": _lp("area", "网格")},
    ),
    "of_kind": (_l("类型"), credentials.KIND_LABELS | suspicion_words.TITLES),
    "on_holiday": (_l("碰上法定节假日"), dict(repeats.HOLIDAY_POLICIES)),
    "on_makeup": (_l("碰上调休上班的周末"), dict(repeats.MAKEUP_POLICIES)),
    "page": (_l("打开的页面"), _PAGES),
    "relation": (_l("关系"), people_rules.RELATIONS | acting.RELATIONS),
    "result": (
        _l("结果"),
        {
            "upheld": _l("同意更正"),
            "rejected": _l("没有同意"),
            "satisfied": _l("满意"),
            "problem": _l("有问题"),
        },
    ),
    "rights": (_l("权限"), teams.RIGHT_LABELS | acting.RIGHTS),
    "role": (_l("角色"), people.ROLES),
    "sex": (_l("性别"), documents.SEXES),
    "sex_needed": (_l("只要"), documents.SEXES),
    "source": (_l("时长来源"), hours.SOURCES),
    "state": (_l("状态"), wishes.STATES),
    "status": (_l("账户"), people.STATUSES),
    "to": (_l("给谁"), {"all": _l("全体队员"), "next": _l("下一场报了名的队员")}),  # or a person's id
    "wants": (_l("要求"), privacy.REQUESTS),
    "way": (_l("方式"), _WAYS),
    "note_way": (_l("不公开的话，怎样同意的"), _WAYS),
    "who": (_l("名单范围"), breaches.WHO),
}
# One that is either words that somebody wrote or a code of these.
REASONS: dict[str, Any] = {"reason": _l("原因")}
REASON_CODES = REVEAL
# Said together, or by what hangs below: `before` and `after`, `changed` (both in one), the scope of a role.
NESTED = frozenset({"before", "after", "changed"})
SCOPE = frozenset({"scope_kind", "scope_id"})
# For machines alone.
HIDDEN = frozenset(
    {
        "access", "card", "check_in", "claim_id", "first_id", "follow_up_id", "intake", "into", "invitation",
        "item_id", "mark", "membership", "merge", "new", "objection", "occurrence", "other_sign_up", "photo",
        "position", "proposal", "regular", "report", "request", "roster", "rule", "sign_up", "stand_in", "subject",
        "waiting", "wanted",
    }
)  # fmt: skip
POSITION = "position "  # the places of one post stand under its id
# What `before` and `after` are where they hold a single value, or several without names.
BARE: dict[str, str] = {
    "companions_changed": "places",
    "person_in_charge_changed": "person",
    "position_changed": "places",
    "series_renewed": "until",
    "stand_in_found": "person",
}
BARE_OF_WISHES = "state"
IN_A_ROW = ("starts_at", "ends_at", "place", "capacity")
# What an entry is about.
THINGS: dict[str, Any] = {
    "application": _l("招募报名"),
    "area": _l("区域"),
    "audit": _l("审计日志"),
    "batch": _l("点名单"),
    "calendar_year": _l("节假日安排"),
    "credential": _l("证书"),
    "earning_rule": _l("积分规则"),
    "intake": _l("招募"),
    "item": _l("物品"),
    "menu_item": _l("活动模板"),
    "occurrence": _l("活动"),
    "order": _l("兑换单"),
    "person": _l("居民"),
    "certificate": _l("服务证明"),
    "series": _l("系列活动"),
    "team": _l("队伍"),
    "wall_screen": _l("现场看板"),
    "wish": _l("心愿"),
}


def is_known(name: str) -> bool:
    known = PEOPLE, AREAS, TEAMS, PLAIN, MINUTES, MARKS, CODES, REASONS, NESTED, SCOPE, HIDDEN
    return any(name in names for names in known)
