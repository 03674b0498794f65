"""Which figures are public, and what each of them counts."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

from volunteer.areas.models import COMMUNITY, GRID
from volunteer.core import formats
from volunteer.ledger.models import HOURS, POINTS
from volunteer.reports import units
from volunteer.reports.figures import MINUTES, Figure, register
from volunteer.reports.sources.books import SPENT, issued_by_community, issued_total, spent_by_item
from volunteer.reports.sources.community import (
    VOLUNTEERS,
    areas,
    by_community,
    ids,
    open_teams,
    people,
    recruited,
    recruited_by_team,
)
from volunteer.reports.sources.deeds import DONORS, FESTIVAL, LEI_FENG, held, wishes
from volunteer.wishes.models import Wish
from volunteer.wishes.rules import DONE_STATES

register(
    (
        Figure("volunteers", _lp("figure", "志愿者"), units.PEOPLE, _l("已经注册、账户没有停用的人。"),
               entries=people(ids(VOLUNTEERS)), groups=by_community(VOLUNTEERS), is_personal=True),
        Figure("service_minutes", _l("累计志愿服务"), units.HOURS_UNIT,
               _l("时长账上发出的全部分钟数，已经减去冲正的部分。"), kind=MINUTES,
               total=issued_total(HOURS), groups=issued_by_community(HOURS, formats.minutes)),
        Figure("activities_held", _l("志愿服务活动"), units.TIMES, _l("已经办完、记下了时长的场次。"),
               entries=held()),
        Figure("wishes_fulfilled", _l("实现微心愿"), units.WISHES,
               _l("有实现日期的心愿；认领了还没办到的不算。"),
               entries=wishes(sa.and_(Wish.state.in_(DONE_STATES), Wish.fulfilled_on.is_not(None)),
                               Wish.fulfilled_on)),
        Figure("wishes_collected", _l("征集微心愿"), units.WISHES, _l("居民说出来、登记下来的全部心愿。"),
               entries=wishes(sa.true(), Wish.collected_at)),
        Figure("communities", _lp("figure", "社区"), units.PLACES, _l("街道下的社区。"), entries=areas(COMMUNITY)),
        Figure("grids", _l("网格"), units.PLACES, _l("各社区下的网格。"), entries=areas(GRID)),
        Figure("teams", _l("志愿服务组织"), units.TEAMS, _l("现在开着的队伍、支部、单位和学校。"),
               entries=open_teams()),
        Figure("festival_activities", _l("“我们的节日”活动"), units.TIMES,
               _l("类别是“我们的节日”、已经办完的场次。"), entries=held(FESTIVAL)),
        Figure("leifeng_activities", _l("学雷锋志愿活动"), units.TIMES,
               _l("类别是“学雷锋”、已经办完的场次。"), entries=held(LEI_FENG)),
        Figure("blood_donors", _l("无偿献血的志愿者"), units.PEOPLE,
               _l("到过无偿献血活动现场的人，一个人只算一次。"),
               entries=people(ids(DONORS)), groups=by_community(DONORS), is_personal=True),
        Figure("recruited", _l("招募会新纳志愿者"), units.PEOPLE,
               _l("在招募会上当场入队的人，按队伍分。"),
               entries=recruited(), groups=recruited_by_team(), is_personal=True),
        Figure("points_issued", _l("发出积分"), units.POINTS,
               _l("积分账上发出的全部积分，已经减去冲正的部分。"),
               total=issued_total(POINTS), groups=issued_by_community(POINTS)),
        Figure("points_redeemed", _l("兑换积分"), units.POINTS, _l("在爱心超市取走东西用掉的积分。"),
               total=sa.select(sa.func.coalesce(sa.func.sum(SPENT.subquery().c.amount), 0)),
               groups=spent_by_item()),
    )
)  # fmt: skip
