"""Ready plans of a community's usual activities: data for the menu. The words are ours to publish as they are.

`summary` is what the menu says of it; the content and the risks go into the form, where the leader changes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer.activities.models import BEFORE, SKIP
from volunteer.activities.repeating import repeats


@dataclass(frozen=True, slots=True)
class ReadyPlan:
    """One entry; `more` are further fields of the form, by name."""

    key: str
    title: str
    title_en: str
    summary: Any
    category: str
    content: str
    risk: str
    capacity: int
    starts: str
    ends: str
    repeat: str = repeats.ONCE
    positions: tuple[tuple[str, int], ...] = ()
    more: tuple[tuple[str, Any], ...] = ()

    def fields(self) -> dict[str, Any]:
        """As the form is filled in; times are text, as a template keeps them."""
        return {
            "title": self.title,
            "title_en": self.title_en,
            "category": self.category,
            "content": self.content,
            "risk_statement": self.risk,
            "capacity": self.capacity,
            "starts_time": self.starts,
            "ends_time": self.ends,
            "repeat": self.repeat,
            "positions": [{"name": name, "capacity": places} for name, places in self.positions],
            **dict(self.more),
        }


READY: tuple[ReadyPlan, ...] = (
    ReadyPlan(
        key="clean-up",
        title="周五卫生大扫除",
        title_en="Friday clean-up",
        summary=_l("每周五下午，扫楼道、清小广告，两个小时"),
        category="环境整治",
        content="大家分楼栋清扫楼道，清理楼道里的杂物和小广告，把花坛和停车棚边上的垃圾捡干净。\n"
        "扫帚、火钳、手套和垃圾袋由社区准备，穿方便干活的旧衣服和防滑的鞋。\n"
        "在社区广场集合签到，按楼栋分组，最后一起把工具归还。",
        risk="上下楼梯注意脚下，雨天楼道湿滑；不爬高，不搬超过自己力气的东西；捡碎玻璃和尖的东西一定戴手套、用火钳。",
        capacity=20,
        starts="15:00",
        ends="17:00",
        repeat=repeats.WEEKLY,
        more=(("minimum_people", 5), ("weekdays", ["4"]), ("on_holiday", SKIP), ("most_companions", 2)),
    ),
    ReadyPlan(
        key="river",
        title="护河巡查",
        title_en="River patrol",
        summary=_l("每月两次上午，沿河捡垃圾、看水质、劝导钓鱼"),
        category="环境保护",
        content="沿河步道走一遍，捡拾岸边和草丛里的垃圾，看看有没有排污口冒水、水面有没有油花和死鱼，拍照发到群里登记。\n"
        "遇到下河游泳、电鱼、在禁钓区钓鱼的，好好劝一劝，不争执；劝不住就打河长公示牌上的电话。\n"
        "请带水和帽子，火钳、手套、垃圾袋由队里准备。",
        risk="走步道，不下河堤的斜坡，不踩水边的青苔石；两人一组，不单独行动；雨后涨水和雷雨天不巡。"
        "见到有人落水先喊人、打 110 和 120，递竹竿、扔救生圈，不要自己下水。",
        capacity=10,
        starts="08:30",
        ends="10:30",
        repeat=repeats.FORTNIGHTLY,
        positions=(("领队", 1), ("巡查员", 8), ("拍照记录", 1)),
        more=(("minimum_age", 18), ("minimum_people", 4)),
    ),
    ReadyPlan(
        key="service-day",
        title="便民服务日",
        title_en="Neighbourhood service day",
        summary=_l("每月 28 日上午，磨刀、理发、义诊、修小家电"),
        category="便民服务",
        content="在社区广场摆摊，免费磨刀、理发、量血压测血糖、修小家电、缝补衣服。\n"
        "有手艺的请自带顺手的工具；没有手艺也欢迎，帮着维持秩序、登记排号、扶一扶走路不便的老人。\n"
        "提前半小时到，一起搭桌子、接电源。",
        risk="磨刀和剪刀不离人，小朋友不进摊位里面；插线板架高防水，修电器前先断电；测血糖的针头用一次丢一次，放进专用盒。",
        capacity=18,
        starts="08:30",
        ends="11:30",
        repeat=repeats.MONTHLY_DATE,
        positions=(("理发", 4), ("磨刀", 2), ("义诊", 4), ("修小家电", 2), ("排号和秩序", 6)),
        more=(("on_holiday", BEFORE), ("opens_days", 14), ("minimum_people", 8), ("warn_hours", 72)),
    ),
    ReadyPlan(
        key="respect-day",
        title="月月敬老日",
        title_en="Monthly elders' day",
        summary=_l("每月 9 日上午，上门看望独居老人，陪聊天、搞卫生"),
        category="道德实践",
        content="两人一组，到名单上的独居和高龄老人家里坐一坐：听他们说说话，帮着擦窗、换灯泡、剪指甲、读一读信。\n"
        "顺便看看药吃了没有、煤气关好没有、家里缺什么，回来记在走访本上交给社区。\n"
        "不收老人的东西，不替老人管钱，不推销任何东西。",
        risk="两人同行，进门先亮志愿者证；不替老人搬重物、不爬高；"
        "发现老人身体不舒服，马上打 120 并通知社区，不自己处理。老人的情况不往外说，不拍照发朋友圈。",
        capacity=16,
        starts="09:00",
        ends="11:00",
        repeat=repeats.MONTHLY_DATE,
        more=(("minimum_age", 16), ("takes_pairs", True), ("regular_places", 8), ("on_holiday", BEFORE)),
    ),
    ReadyPlan(
        key="birthday",
        title="当月老人生日会",
        title_en="Monthly birthday party",
        summary=_l("每月一次下午，给当月过生日的老人切蛋糕、唱歌"),
        category="文体活动",
        content="给这个月过生日的老人一起过生日：布置会场、接老人、切蛋糕、下长寿面、唱歌，给每位老人照一张相。\n"
        "会唱歌、会乐器、会拍照的请来露一手；也要人接送腿脚不便的老人。\n"
        "下午一点半到，先布置会场。",
        risk="蛋糕和面先问清糖尿病、忌口和假牙；蜡烛点着时有人守着，吹灭后马上收走；接送老人走平路，坐轮椅的扣好安全带。",
        capacity=12,
        starts="14:00",
        ends="16:00",
        repeat=repeats.MONTHLY_LAST,
        positions=(("布置和收尾", 4), ("接送老人", 4), ("表演", 3), ("拍照", 1)),
        more=(("on_holiday", BEFORE),),
    ),
    ReadyPlan(
        key="traffic",
        title="交通文明劝导",
        title_en="Traffic guidance",
        summary=_l("工作日早上七点半，路口劝导电动车和行人"),
        category="交通劝导",
        content="在路口协助交警：请电动车停在线内、戴好头盔，请行人走斑马线、不闯红灯，扶老人和小朋友过马路。\n"
        "穿反光背心，拿小红旗，站在人行道和安全岛里，听带队的安排。\n"
        "提前十分钟到路口领背心和哨子。",
        risk="只站人行道和安全岛，不站车道，不拦机动车；劝导用语温和，不争执、不拉扯；起雾、下雪、暴雨停办，通知会发到手机上。",
        capacity=8,
        starts="07:30",
        ends="08:30",
        repeat=repeats.WEEKLY,
        more=(
            ("weekdays", ["0", "2", "4"]),
            ("minimum_age", 18),
            ("minimum_people", 4),
            ("on_holiday", SKIP),
        ),
    ),
    ReadyPlan(
        key="waste-sorting",
        title="垃圾分类桶边督导",
        title_en="Waste sorting at the bins",
        summary=_l("每天早晚两班，在桶边帮邻居分一分"),
        category="垃圾分类",
        content="在投放时间守在桶边，看一看、说一说、帮一把：厨余要破袋，电池和灯管单独放，分错了帮着挑出来。\n"
        "第一次来的邻居讲清楚怎么分，老人手里的袋子接过来帮着倒。\n"
        "下班前把桶盖盖好、地面冲干净，在登记本上记下当天的情况。",
        risk="全程戴手套和口罩，破袋用钩子不用手；碎玻璃、针头用夹子夹到专用桶；夏天早晚班带水防暑，回家先洗手。",
        capacity=4,
        starts="07:00",
        ends="09:00",
        repeat=repeats.WEEKLY,
        more=(
            ("weekdays", ["0", "1", "2", "3", "4", "5", "6"]),
            ("shifts", [{"starts_time": "18:30", "ends_time": "20:30"}]),
            ("minimum_people", 2),
            ("regular_places", 3),
        ),
    ),
    ReadyPlan(
        key="after-school",
        title="四点半课堂",
        title_en="After-school class",
        summary=_l("上学的日子下午四点半，陪孩子写作业、看书、下棋"),
        category="综合服务",
        content="放学后到家长下班前，陪社区里的孩子写作业、看书、下棋、做手工。\n"
        "先做完学校的作业，不抢着给答案，讲一讲思路；做完了再玩。\n"
        "孩子由家长或登记过的接送人签字接走，不认识的人来接，先打家长电话。",
        risk="至少两名成年志愿者同时在场，不和孩子单独待在关着门的房间；不给孩子吃东西，除非家长说过不过敏；"
        "孩子走丢、受伤先通知家长和社区，不发孩子的照片。",
        capacity=6,
        starts="16:30",
        ends="18:00",
        repeat=repeats.WEEKLY,
        positions=(("辅导作业", 4), ("接送登记", 2)),
        more=(
            ("weekdays", ["0", "1", "2", "3", "4"]),
            ("minimum_age", 18),
            ("minimum_people", 2),
            ("on_holiday", SKIP),
            ("rest_minutes", 30),
        ),
    ),
    ReadyPlan(
        key="meals",
        title="助老送餐",
        title_en="Meals for elders",
        summary=_l("工作日中午，从社区食堂把饭送到老人手里"),
        category="便民服务",
        content="十一点到社区食堂领饭，按名单分成几条线路，半小时内送到老人家里，趁热吃。\n"
        "交给老人时说一声里面有什么，收回上一顿的饭盒；没人应门，等五分钟再打电话给老人和社区，不把饭放在门口。\n"
        "回来在送餐单上签字。",
        risk="饭盒盖好提稳，不追着赶时间，骑车的遵守红绿灯、戴头盔；电梯坏了先联系社区，不硬爬高层；"
        "老人不应门又联系不上，马上告诉社区。",
        capacity=6,
        starts="11:00",
        ends="12:30",
        repeat=repeats.WEEKLY,
        more=(
            ("weekdays", ["0", "1", "2", "3", "4"]),
            ("minimum_age", 16),
            ("minimum_people", 4),
            ("warn_hours", 24),
            ("regular_places", 4),
        ),
    ),
    ReadyPlan(
        key="anti-fraud",
        title="反诈宣传进小区",
        title_en="Scam awareness in the estate",
        summary=_l("每季度一次，摆台讲案例，帮老人装反诈软件"),
        category="综合服务",
        content="在小区门口和菜场边摆台：讲两三个身边的真案例，教大家认冒充公检法、刷单返利、保健品讲座和“亲友急用钱”。\n"
        "帮老人在手机上装国家反诈中心应用、关掉陌生来电，愿意的一起把亲情号码设好。\n"
        "发资料要讲给人听，不往信箱里一塞了事。",
        risk="不问、不看、不记老人的密码和验证码，不替人操作转账；有人正在被骗，马上打 96110 或 110，并叫民警来。",
        capacity=8,
        starts="09:00",
        ends="11:00",
        repeat=repeats.QUARTERLY,
        positions=(("讲解", 4), ("教手机", 4)),
        more=(("on_holiday", BEFORE),),
    ),
    ReadyPlan(
        key="dragon-boat",
        title="包粽子，送老人",
        title_en="Rice dumplings for elders",
        summary=_l("端午节前三天，一起包粽子，送到老人家里"),
        category="我们的节日",
        content="上午一起洗粽叶、包粽子、下锅煮；下午两人一组，把粽子和香包送到独居老人和困难家庭。\n"
        "不会包的有人教，孩子可以跟着大人来做香包。\n"
        "来之前洗手、剪指甲，长头发请扎好，感冒咳嗽的改天再来。",
        risk="煮锅边只站负责的人，孩子不靠近灶台；糯米不好消化，送的时候提醒老人少吃、慢吃，有吞咽困难和糖尿病的不送；"
        "做好的当天送完。",
        capacity=24,
        starts="09:00",
        ends="12:00",
        repeat="festival:5-5",
        positions=(("包粽子", 14), ("煮粽子", 3), ("上门送", 6), ("拍照", 1)),
        more=(("offset", "days:-3"), ("most_companions", 2)),
    ),
    ReadyPlan(
        key="double-ninth",
        title="重阳敬老",
        title_en="Double Ninth for elders",
        summary=_l("重阳节前的星期六，敬老宴、体检、陪老人登高"),
        category="我们的节日",
        content="请社区里七十岁以上的老人来坐一坐：量血压、听听心肺、照张合影，一起吃重阳糕。\n"
        "腿脚好的老人，由年轻志愿者一对一陪着到公园慢走，走不动就歇。\n"
        "要人布置会场、端茶倒水、搀扶、照相，还要人把到不了的老人的糕点送上门。",
        risk="一位老人身边始终有一名志愿者；上下台阶扶好，随身带水、帽子和急救包；"
        "胸闷、头晕马上坐下，打 120，通知家人。",
        capacity=30,
        starts="08:30",
        ends="11:30",
        repeat="festival:9-9",
        positions=(("陪护", 15), ("会场和茶水", 8), ("量血压", 3), ("上门送糕", 3), ("拍照", 1)),
        more=(("offset", "week:SA"), ("minimum_people", 15), ("warn_hours", 120)),
    ),
    ReadyPlan(
        key="lei-feng",
        title="学雷锋志愿服务日",
        title_en="Lei Feng service day",
        summary=_l("3 月 5 日那一周的星期六，广场综合服务"),
        category="学雷锋",
        content="在社区广场集中服务：便民理发、修伞修表、法律咨询、义诊、旧书交换、教用手机，同时招募新的志愿者。\n"
        "每个摊位留一名老志愿者带一名新人。\n"
        "结束后一起打扫场地，不留一片纸。",
        risk="人多的时候看好孩子和钱物，通道留出来；摊位用电有专人管；雨天改到社区活动室，前一天晚上通知。",
        capacity=40,
        starts="09:00",
        ends="11:30",
        repeat=repeats.YEARLY,
        positions=(("便民摊位", 24), ("招募和登记", 6), ("秩序和收尾", 8), ("拍照", 2)),
        more=(("offset", "week:SA"), ("minimum_people", 20), ("warn_hours", 168)),
    ),
    ReadyPlan(
        key="blood",
        title="无偿献血",
        title_en="Blood donation",
        summary=_l("每年两三次，献血车到社区，也要人服务"),
        category="无偿献血",
        content="献血车到社区广场。要献血的请带身份证，前一天早睡、别喝酒，当天吃清淡的早饭。\n"
        "不能献血也欢迎：帮着引导、登记、看包、给献完血的人递糖水，陪他们坐满十五分钟。\n"
        "献血前有医生体检和问询，不合适的不勉强。",
        risk="献血的要 18 到 55 周岁、身体健康（多次献血的可到 60 周岁），由医务人员判断；献完坐满十五分钟再走，"
        "当天不干重活、不开长途车。头晕马上坐下叫医生。",
        capacity=60,
        starts="09:00",
        ends="15:00",
        positions=(("献血", 50), ("引导和登记", 6), ("陪护和茶水", 4)),
        more=(("minimum_age", 18), ("opens_days", 14)),
    ),
    ReadyPlan(
        key="snow",
        title="扫雪铲冰",
        title_en="Snow clearing",
        summary=_l("下雪那天早上，先把楼门口和坡道扫出来"),
        category="环境整治",
        content="先扫楼门口、坡道、公交站和学校门口，再清小路；扫出来的雪堆在树坑里，不堆在路边和下水口上。\n"
        "铁锹、扫帚、融雪剂在社区领，手套和帽子请自备，穿防滑的鞋。\n"
        "身体不舒服、有心脏病高血压的，请在家帮着通知邻居，不上路。",
        risk="有危险：路滑、有人在楼下走动，铲雪时看前后左右，不站在滴水檐和树下；不爬屋顶、不敲楼上的冰凌，要敲请物业和消防。"
        "六十岁以上的只做轻活，半小时歇一次。",
        capacity=30,
        starts="07:00",
        ends="09:00",
        positions=(("铲雪", 20), ("撒融雪剂", 6), ("提醒行人", 4)),
        more=(("is_dangerous", True), ("minimum_people", 10), ("warn_hours", 12)),
    ),
)

# The menu shows them in the reader's language; what is published is the title itself.
NAMES = (
    _l("周五卫生大扫除"),
    _l("护河巡查"),
    _l("便民服务日"),
    _l("月月敬老日"),
    _l("当月老人生日会"),
    _l("交通文明劝导"),
    _l("垃圾分类桶边督导"),
    _l("四点半课堂"),
    _l("助老送餐"),
    _l("反诈宣传进小区"),
    _l("包粽子，送老人"),
    _l("重阳敬老"),
    _l("学雷锋志愿服务日"),
    _l("无偿献血"),
    _l("扫雪铲冰"),
)
