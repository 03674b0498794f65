"""With whom one can sign in: chosen from the plan, kept in the database, printed for the operator."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa
from rich.console import Console
from rich.table import Table

from demo.plan import ADMIN, AUDITOR, CLERK, FIREFLY, HOME, ROOT, STAFF, SUBDISTRICT, Plan
from demo.programme import PlannedSeries
from demo.world import PASSWORD, World
from volunteer.core import installation
from volunteer.core.database import db
from volunteer.core.installation import Installation
from volunteer.people.models import Person

PREFIX = "sign-in "
SECOND = "luquan"
# What there is to look at first, by the role under which an account is printed.
SHOWS = {
    "志愿者": (
        "候补到的名额、换班和搭档等答复、固定报名、今天正在签到的活动、一条异议",
        "a place offered, a swap and a partner to answer, a standing sign-up, a door open today, an objection",
    ),
    "队长": (
        "正在签到的一场、要定的假日、两班和岗位、保险、打印的签到表、没点的名",
        "a date going on, a holiday to decide, shifts and positions, insurance, a printed list, roll calls to make",
    ),
    "桔苑社区": (
        "等批准的时长、等答复的异议、被暂停报名的人、墙上的屏幕、节假日",
        "hours to approve, an objection, somebody blocked, the wall screen, the calendar",
    ),
}


def busiest(plan: Plan, programme: list[PlannedSeries]) -> int:
    """The ordinary member of the Firefly team who was there most often, and is grown up."""
    team = plan.teams[FIREFLY]
    members = {
        person
        for _day, person in team.members[2:]
        if plan.people[person].born_on.year < 2004 and plan.people[person].is_verified
    }
    counts = Counter(
        mark.person
        for series in programme
        for date in series.dates
        for mark in date.marks
        if mark.person in members
    )
    return max(sorted(members), key=lambda person: counts[person])


def newcomer(plan: Plan) -> int:
    """The last to register in the community."""
    return max(person for person, who in enumerate(plan.people) if who.community == HOME)


def choose(plan: Plan, programme: list[PlannedSeries]) -> list[tuple[str, int]]:
    """(role in both languages, person) in the order in which they are printed."""
    team = plan.teams[FIREFLY]
    chosen = [
        ("新居民 · new resident", newcomer(plan)),
        ("志愿者 · volunteer", busiest(plan, programme)),
        ("队长 · team leader", team.leader),
        ("桔苑社区 · community staff", plan.on_duty(STAFF, HOME)),
        ("桔苑柜台 · counter clerk", plan.on_duty(CLERK, HOME)),
    ]
    if SECOND in plan.size.communities:
        chosen += [
            ("麓泉社区 · community staff", plan.on_duty(STAFF, SECOND)),
            ("麓泉柜台 · counter clerk", plan.on_duty(CLERK, SECOND)),
        ]
    chosen += [
        ("街道 · sub-district staff", plan.on_duty(SUBDISTRICT, ROOT)),
        ("审计 · auditor", plan.on_duty(AUDITOR, ROOT)),
        ("管理员 · administrator", plan.on_duty(ADMIN, ROOT)),
    ]
    return chosen


def keep(world: World) -> None:
    """Note them in the database, so that every later start can print them."""
    for place, (role, person) in enumerate(choose(world.plan, world.programme), 1):
        installation.note(f"{PREFIX}{place:02d}", f"{world.people[person]}|{role}")


def show(console: Console) -> None:
    """Print the table of sign-ins."""
    table = Table(title=f"演示账号 · demo sign-ins   密码 · password: {PASSWORD}", title_justify="left")
    for heading in ("角色 · role", "姓名 · name", "手机号 · phone", "编号 · number"):
        table.add_column(heading)
    statement = (
        sa.select(Installation.value).where(Installation.name.startswith(PREFIX)).order_by(Installation.name)
    )
    for value in db.session.scalars(statement):
        person_id, role = value.split("|", 1)
        person = db.session.get_one(Person, int(person_id))
        table.add_row(role, person.name, (person.phone or "").removeprefix("+86"), person.number)
    console.print(table)
    console.print("先看什么 · what to look at")
    for role, (zh, en) in SHOWS.items():
        console.print(f"  {role}：{zh}\n    {en}", highlight=False, soft_wrap=True)
