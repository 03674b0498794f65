"""The log in words: what an act is called, and what changed."""

from __future__ import annotations

import json
from typing import Any

from flask_babel import lazy_gettext as _l

# One sentence for each act; tests/oversight/test_words.py finds every act in the code and wants it here.
ACTS: dict[str, Any] = {
    "application_accepted": _l("同意了招募报名"),
    "application_received": _l("收到招募报名"),
    "application_refused": _l("没有同意招募报名"),
    "application_repeated": _l("同一个手机号重复报名"),
    "applications_forgotten": _l("删除了过期的招募报名信息"),
    "area_added": _l("新增了区域"),
    "area_renamed": _l("改了区域名称"),
    "breach_exported": _l("导出了信息泄露通知名单"),
    "calendar_feed_made": _l("做了日历订阅地址"),
    "calendar_feed_revoked": _l("作废了日历订阅地址"),
    "card_ended": _l("作废了居民卡"),
    "card_issued": _l("办了居民卡"),
    "card_printed": _l("打印了居民卡"),
    "certificate_issued": _l("开具了服务证明"),
    "consent_given": _l("记下了单项同意"),
    "consent_withdrawn": _l("收回了单项同意"),
    "credential_confirmed": _l("确认了培训或资格"),
    "credential_handed_in": _l("提交了培训或资格"),
    "credential_recorded": _l("登记了培训、资格或表彰"),
    "credential_refused": _l("没有确认培训或资格"),
    "credential_taken_back": _l("撤回了提交的培训或资格"),
    "credential_withdrawn": _l("撤销了培训、资格或表彰"),
    "data_downloaded": _l("下载了自己的信息"),
    "document_entered": _l("填写了证件"),
    "earning_rule_set": _l("设定了积分规则"),
    "email_changed": _l("改了邮箱"),
    "erasure_decided": _l("决定删除信息"),
    "first_password_set": _l("设了第一个密码"),
    "guardian_recorded": _l("登记了监护人"),
    "guardian_withdrew": _l("收回了监护人的同意"),
    "helper_ended": _l("去掉了帮办人"),
    "helper_named": _l("请了帮办人"),
    "helper_recorded": _l("替居民记下了帮办人"),
    "hours_recorded": _l("记了服务时长"),
    "hours_reversed": _l("冲正了服务时长"),
    "identity_verified": _l("核对了身份证件"),
    "intake_closed": _l("关闭了招募"),
    "intake_opened": _l("开始了招募"),
    "item_added": _l("上架了物品"),
    "item_offered": _l("改了物品的兑换状态"),
    "log_exported": _l("导出了审计日志"),
    "minor_record_opened": _l("打开了未成年人的档案"),
    "occurrence_cancelled": _l("取消了一次活动"),
    "occurrence_changed": _l("改了一次活动"),
    "occurrences_made": _l("生成了后面几周的活动"),
    "order_cancelled": _l("取消了兑换单"),
    "order_expired": _l("兑换单过期退回"),
    "order_handed_over": _l("交付了兑换的物品"),
    "order_placed": _l("下了兑换单"),
    "password_changed": _l("换了密码"),
    "password_reset": _l("重设了密码"),
    "people_distinct": _l("认定是两个人"),
    "people_imported": _l("成批登记了居民"),
    "people_merged": _l("合并了两份登记"),
    "people_parted": _l("撤销了合并"),
    "person_corrected": _l("更正了自己的信息"),
    "person_disabled": _l("停用了账户"),
    "person_enabled": _l("恢复了账户"),
    "person_erased": _l("注销并删除了个人信息"),
    "person_in_charge_changed": _l("换了活动负责人"),
    "person_moved": _l("改了所在社区"),
    "person_registered": _l("登记了居民"),
    "person_revealed": _l("查看了完整信息"),
    "pin_given": _l("给了新的卡密码"),
    "pin_made": _l("生成了卡密码"),
    "profile_saved": _l("改了特长和空闲时间"),
    "proof_opened": _l("打开了证明材料"),
    "record_corrected": _l("更正了居民的信息"),
    "record_access_approved": _l("同意查看未成年人档案"),
    "record_access_asked": _l("申请查看未成年人档案"),
    "record_access_refused": _l("没有同意查看未成年人档案"),
    "recovery_code_used": _l("用了备用码登录"),
    "recovery_codes_renewed": _l("换了一套备用码"),
    "registration_confirmed": _l("确认了登记"),
    "registration_rejected": _l("没有通过登记"),
    "registration_repeated": _l("用登记过的手机号又登记了一次"),
    "reset_code_given": _l("给了重设密码的一次性代码"),
    "reset_link_sent": _l("寄出了重设密码的链接"),
    "rights_asked": _l("提出了信息权利申请"),
    "rights_granted": _l("办结了信息权利申请"),
    "rights_refused": _l("没有同意信息权利申请"),
    "role_granted": _l("给了角色"),
    "role_revoked": _l("收回了角色"),
    "role_rights_changed": _l("改了队长的权限"),
    "second_factor_added": _l("开启了二次验证"),
    "second_factor_removed": _l("关闭了二次验证"),
    "series_created": _l("发布了活动"),
    "series_ended": _l("结束了系列活动"),
    "series_handed_over": _l("把活动交给了接替的队伍"),
    "series_renewed": _l("续期了系列活动"),
    "session_ended": _l("退出了一处登录"),
    "sessions_ended": _l("退出了其他登录"),
    "signed_off": _l("退出了报名"),
    "signed_up": _l("报了名"),
    "stock_in": _l("登记了入库"),
    "suspicion_checked": _l("核对了一条记录"),
    "team_changed": _l("改了队伍信息"),
    "team_closed": _l("关闭了队伍"),
    "team_founded": _l("成立了队伍"),
    "team_join_accepted": _l("同意了入队申请"),
    "team_join_refused": _l("没有同意入队申请"),
    "team_join_requested": _l("申请入队"),
    "team_left": _l("退出了队伍"),
    "team_members_added": _l("批量加入了队员"),
    "team_message_sent": _l("给队员发了通知"),
    "team_moved": _l("改了队伍的上级"),
    "training_recorded": _l("给队员登记了培训"),
    "type_size_set": _l("替人开关了大字版"),
    "wish_amend": _l("改了心愿的公开文字"),
    "wish_close": _l("办结了心愿"),
    "wish_deny": _l("心愿人说没有收到"),
    "wish_reopen": _l("回访后重新公开心愿"),
    "wish_restore": _l("把心愿放回待核实"),
    "wish_resume": _l("回访后请认领人再办"),
    "wish_cancel_claim": _l("放弃了认领"),
    "wish_claim": _l("认领了心愿"),
    "wish_collect": _l("收集了心愿"),
    "wish_confirm": _l("确认心愿完成"),
    "wish_contact_seen": _l("看了心愿的联系方式"),
    "wish_fulfil": _l("报告心愿已实现"),
    "wish_get_in_touch": _l("联系上了心愿人"),
    "wish_publish": _l("公开了心愿"),
    "wish_refer": _l("转办了心愿"),
    "wish_refuse": _l("退回了心愿"),
    "wish_revoke_claim": _l("收回了认领"),
    "wish_take_down": _l("下架了心愿"),
}


def of(act: str) -> str:
    """The act in words; one that was renamed since keeps its old name."""
    return str(ACTS.get(act, act))


def changes(details: dict[str, Any]) -> list[tuple[str, str]]:
    """The details as pairs; before and after of the same field stand side by side."""
    before, after = details.get("before"), details.get("after")
    pairs = []
    if isinstance(before, dict) or isinstance(after, dict):
        before, after = before or {}, after or {}
        for name in sorted({*before, *after}):
            pairs.append((name, f"{_text(before.get(name))} → {_text(after.get(name))}"))
        details = {name: value for name, value in details.items() if name not in {"before", "after"}}
    return pairs + [
        (name, _text(value)) for name, value in sorted(details.items()) if value not in (None, "")
    ]


def _text(value: Any) -> str:
    if value is None:
        return "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
