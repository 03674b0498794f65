"""What can I join: the list, its filters, its pages and its price."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import make
from volunteer.activities import mine, queries
from volunteer.activities.models import Waiting
from volunteer.activities.paging import PAGE, SPARE, Cursor, Page
from volunteer.core import clock
from volunteer.core.errors import NotFound

HOUR = dt.timedelta(hours=1)
SignIn = Callable[[Any], FlaskClient]
CARD = '<section class="card slot">'


def ids(page: Page) -> list[int]:
    return [row.id for row in page.rows]


def test_soonest_first_without_what_is_over_or_cancelled(db: Any) -> None:
    series = make.series()
    later = make.occurrence(series, starts_at=clock.now() + 9 * HOUR)
    sooner = make.occurrence(series, starts_at=clock.now() + HOUR)
    make.occurrence(series, starts_at=clock.now())
    make.occurrence(series, starts_at=clock.now() + 2 * HOUR, state="cancelled")
    assert ids(queries.upcoming(now=clock.now())) == [sooner.id, later.id]


def test_what_one_can_never_join_is_not_in_ones_list_but_in_the_whole_one(db: Any) -> None:
    team = make.team()
    person = make.member(team, make.person(born_on=dt.date(2014, 1, 1)))
    own = make.occurrence(make.series(team, members_only=True))
    foreign = make.occurrence(make.series(members_only=True))
    adults = make.occurrence(make.series(minimum_age=18))
    soon_old_enough = make.occurrence(make.series(minimum_age=13))
    anybody = make.occurrence()

    def listed(show: str) -> list[int]:
        found = queries.upcoming(now=clock.now(), person_id=person.id, age=12, show=show)
        return sorted(ids(found))

    assert listed(queries.OPEN) == [own.id, soon_old_enough.id, anybody.id]
    assert listed(queries.ALL) == [own.id, foreign.id, adults.id, soon_old_enough.id, anybody.id]
    assert listed(queries.OF_MY_TEAMS) == [own.id]


@pytest.mark.portable
@pytest.mark.parametrize(
    ("born", "hours", "is_too_much"), [(1945, 7, True), (1945, 6, False), (1985, 7, False)]
)
def test_a_long_date_alone_is_too_much_for_older_people_in_the_list_too(
    db: Any, client_for: SignIn, born: int, hours: int, is_too_much: bool
) -> None:
    start = clock.now() + 30 * HOUR
    make.occurrence(starts_at=start, ends_at=start + hours * HOUR)
    seen = client_for(make.person(born_on=dt.date(born, 1, 1))).get("/?show=all").text
    assert ("当天够多了" in seen) == is_too_much


def test_pages_follow_each_other_without_gap_or_repetition(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    series = make.series()
    rows = [make.occurrence(series, starts_at=clock.now() + (n // 60 + 1) * HOUR) for n in range(130)]
    seen: list[int] = []
    after = None
    while True:
        page = queries.upcoming(now=clock.now(), after=after)
        seen += ids(page)
        if page.after is None:
            break
        after = Cursor.parse(str(page.after))
    assert seen == [row.id for row in rows]


@pytest.mark.parametrize("text", ["x", "1", "1-", "-1-2", "1-2-3", "１-2", "9" * 17 + "-1", "1-" + "9" * 19])
def test_strange_cursors_are_not_found(text: str) -> None:
    with pytest.raises(NotFound):
        Cursor.parse(text)


def test_the_public_list(client: FlaskClient) -> None:
    make.occurrence(make.series(title="义诊理发", recurrence="FREQ=WEEKLY"))
    page = client.get("/").text
    assert "义诊理发" in page
    assert "登录后报名" in page
    assert "还有 20 个名额" in page
    assert ">明天 11月22日 周日</h2>" in page
    assert ">15:00–\u206017:00 <" in page
    assert 'name="form_key"' not in page.split("<main")[1]


def test_every_refusal_on_the_list_has_its_words(client_for: SignIn) -> None:
    person = make.person()
    at = clock.now() + 24 * HOUR
    make.sign_up(make.occurrence(make.series(title="已报的"), starts_at=at), person)
    make.occurrence(make.series(title="重叠的"), starts_at=at + HOUR)
    make.occurrence(make.series(title="满的"), starts_at=at + 9 * HOUR, capacity=1, taken=1)
    make.occurrence(
        make.series(make.team(name="萤火虫队"), title="别队的", members_only=True), starts_at=at + 12 * HOUR
    )
    make.occurrence(make.series(title="要九十岁", minimum_age=90), starts_at=at + 15 * HOUR)
    make.occurrence(make.series(title="能去的"), starts_at=at + 18 * HOUR)
    page = client_for(person).get("/?show=all").text
    cards = {
        match[1]: re.sub("<[^>]+>", " ", match[0])
        for match in re.finditer(
            r'<section class="card slot">.*?>([^<]+)</a></h3>.*?</section>', page, re.DOTALL
        )
    }
    assert "您已报名" in cards["已报的"]
    assert "这个时间您已经报了“已报的”" in cards["重叠的"]
    assert "名额已满" in cards["满的"]
    assert "只有“萤火虫队”的队员能参加" in cards["别队的"]
    assert "满 90 岁" in cards["要九十岁"]
    assert "报名参加" in cards["能去的"]
    assert page.count("报名参加</button>") == 1


def test_the_own_list_leaves_out_what_one_cannot_join(client_for: SignIn) -> None:
    person = make.person(born_on=dt.date(1960, 1, 1), sex="male")
    at = clock.now() + 24 * HOUR
    make.sign_up(make.occurrence(make.series(title="已报的"), starts_at=at), person)
    make.occurrence(make.series(title="重叠的"), starts_at=at + HOUR)
    make.occurrence(make.series(title="限女性的", sex_needed="female"), starts_at=at + 5 * HOUR)
    make.occurrence(make.series(title="满的"), starts_at=at + 9 * HOUR, capacity=1, taken=1)
    make.occurrence(make.series(title="能去的"), starts_at=at + 18 * HOUR)
    visitor = client_for(person)
    listed = re.findall(r">([^<]+)</a></h3>", visitor.get("/").text)
    assert listed == ["已报的", "满的", "能去的"]
    everything = re.findall(r">([^<]+)</a></h3>", visitor.get("/?show=all").text)
    assert len(everything) == 5


def test_where_nothing_can_be_joined_the_own_list_says_why(client_for: SignIn) -> None:
    person = make.person()
    at = clock.now() + dt.timedelta(hours=30)
    series = make.series()
    make.occurrence(series, starts_at=at, closes_at=clock.now() - HOUR)
    page = client_for(person).get("/").text
    assert "多半是时间冲突" in page
    assert "看全部活动" in page
    assert CARD not in page


def test_the_list_costs_the_same_statements_however_long(
    client_for: SignIn, count_statements: Callable[[], list[str]]
) -> None:
    person = make.person()
    visitor = client_for(person)

    def statements() -> int:
        before = len(count_statements())
        assert visitor.get("/").status_code == 200
        return len(count_statements()) - before

    for _ in range(2):
        make.occurrence(make.series(make.team()))
    few = statements()
    for _ in range(60):
        make.occurrence(make.series(make.team()))
    make.sign_up(make.occurrence(), person)
    assert statements() == few <= 6


def test_few_at_first_and_more_when_asked(client: FlaskClient) -> None:
    for n in range(queries.FIRST_PAGE + PAGE + SPARE + 1):
        make.occurrence(starts_at=clock.now() + (n + 1) * dt.timedelta(minutes=1))
    first = client.get("/").text
    link = re.search(r'rel="next" href="([^"]+)"', first)
    assert link is not None
    second = client.get(link[1].replace("&amp;", "&")).text
    assert first.count(CARD) == queries.FIRST_PAGE
    assert second.count(CARD) == PAGE
    assert "回到最近的日期" in second
    assert "回到最近的日期" not in first


def test_a_page_ends_with_a_day_where_one_ends_in_time(db: Any) -> None:
    series, first = make.series(), clock.start_of(clock.today() + dt.timedelta(days=1))
    starts = [first + dt.timedelta(days=n // 4) + (n % 4) * HOUR for n in range(40)]
    rows = [make.occurrence(series, starts_at=at).id for at in starts]
    page = queries.upcoming(now=clock.now(), size=15)
    assert ids(page) == rows[:16]
    assert ids(queries.upcoming(now=clock.now(), size=15, after=page.after)) == rows[16:32]
    assert queries.upcoming(now=clock.now(), size=40 - SPARE).after is None


def test_the_days_have_headings_and_a_days_shifts_one_card(client_for: SignIn) -> None:
    person, series = make.person(), make.series(title="两班")
    tomorrow = clock.start_of(clock.today() + dt.timedelta(days=1))
    early = make.occurrence(series, starts_at=tomorrow + 9 * HOUR)
    make.sign_up(early, person)
    make.occurrence(make.series(title="中间"), starts_at=tomorrow + 12 * HOUR)
    late = make.occurrence(series, starts_at=tomorrow + 14 * HOUR, capacity=1, taken=1)
    late.place = "二楼"
    make.occurrence(series, starts_at=tomorrow + 33 * HOUR)
    main = client_for(person).get("/").text.split("<main")[1]
    assert re.findall('day-name">([^<]+)<', main) == ["明天 11月22日 周日", "11月23日 周一"]
    cards = main.split(CARD)[1:]
    assert re.findall(r">([^<]+)</a></h3>", main) == ["两班", "中间", "两班"]
    for words in ("9:00", "您已报名", "查看或取消", "14:00", "二楼", "名额已满", "排队等候"):
        assert words in re.sub("<[^>]+>", " ", cards[0])


@pytest.mark.parametrize("address", ["/?after=x", "/?show=nothing", "/my-activities?before=1"])
def test_strange_addresses_are_not_found(client_for: SignIn, address: str) -> None:
    assert client_for(make.person()).get(address).status_code == 404


def test_elder_mode_begins_with_three_doors(client_for: SignIn) -> None:
    person = make.person(elder_mode=True)
    make.sign_up(make.occurrence(), person)
    page = client_for(person).get("/").text
    doors = page.split('class="big-links"')[1].split("</ul>")[0]
    assert doors.count("<li>") == 3
    assert "下一场：11月22日 周日 15:00" in doors
    assert CARD not in page
    assert 'href="/?show=open"' in doors
    assert CARD in client_for(person).get("/?show=open").text


def test_english_readers_see_english_titles(client_for: SignIn) -> None:
    make.occurrence()
    page = client_for(make.person(language="en")).get("/").text
    assert "Friday clean-up" in page
    assert "Tomorrow Sun 22 Nov" in page


def test_my_activities(client_for: SignIn) -> None:
    person = make.person()
    make.sign_up(make.occurrence(make.series(title="将来的")), person)
    cancelled = make.occurrence(make.series(title="取消的"), state="cancelled", cancelled_reason="下雨")
    make.sign_up(cancelled, person)
    make.sign_up(make.occurrence(make.series(title="从前的"), starts_at=clock.now() - 24 * HOUR), person)
    make.sign_up(make.occurrence(make.series(title="别人的")))
    page = client_for(person).get("/my-activities").text
    assert page.index("将来的") < page.index("从前的")
    assert "原因：下雨" in page
    assert "别人的" not in page


def test_an_activity_stands_once_with_its_next_date_and_those_after_it(client_for: SignIn) -> None:
    person, series = make.person(), make.series(title="每周", recurrence="FREQ=WEEKLY", regular_places=5)
    make.regular(series, person)
    dates = [make.occurrence(series, starts_at=clock.now() + n * 7 * 24 * HOUR) for n in range(1, 5)]
    off = make.occurrence(series, starts_at=clock.now() + 99 * HOUR, state="cancelled", cancelled_reason="雨")
    for date in (*dates, off):
        make.sign_up(date, person)
    make.sign_up(make.occurrence(make.series(title="一次"), starts_at=clock.now() + HOUR), person)
    page = client_for(person).get("/my-activities").text
    titles = re.findall(r'class="card-title"><a href="[^"]+">([^<]+)<', page)
    assert titles == ["一次", "每周", "每周"]
    assert "原因：雨" in page
    assert "后面还有 3 场" in page
    assert page.count(f'href="/series/{series.id}/regular"') == 1


def test_a_standing_sign_up_without_dates_has_a_card_of_its_own(client_for: SignIn) -> None:
    person, series = make.person(), make.series(title="每周", recurrence="FREQ=WEEKLY", regular_places=5)
    make.regular(series, person)
    page = client_for(person).get("/my-activities").text
    assert page.count(f'href="/series/{series.id}/regular"') == 1


def test_what_goes_on_is_called_so_and_leads_to_checking_in(client_for: SignIn) -> None:
    person = make.person()
    now_on = make.occurrence(starts_at=clock.now() - HOUR)
    make.sign_up(now_on, person)
    client = client_for(person)
    assert "正在进行，到 11:00 结束" in client.get("/").text
    page = client.get("/my-activities").text
    assert f'href="/check-in/{now_on.id}"' in page
    assert "查看或取消" not in page


def test_an_offer_stands_on_the_first_page_however_far_away_the_date_is(db: Any, client_for: SignIn) -> None:
    series, person = make.series(title="很久以后"), make.person()
    far = make.occurrence(series, starts_at=clock.now() + 60 * 24 * HOUR, held=1)
    make.occurrence(starts_at=clock.now() + HOUR)
    now = clock.now()
    db.session.add(
        Waiting(
            occurrence_id=far.id,
            person_id=person.id,
            joined_at=now,
            joined_by_id=person.id,
            state="offered",
            offered_at=now,
            offer_until=now + HOUR,
        )
    )
    db.session.commit()
    own = mine.own(person_id=person.id, first=now, last=now + HOUR)
    assert [row.id for row in own] == [far.id]
    assert "轮到您了：很久以后" in client_for(person).get("/").text


def test_the_past_is_paged(client_for: SignIn) -> None:
    person, series = make.person(), make.series()
    for n in range(53):
        make.sign_up(make.occurrence(series, starts_at=clock.now() - (n + 5) * 24 * HOUR), person)
    visitor = client_for(person)
    first = visitor.get("/my-activities").text
    link = re.search(r'rel="next" href="([^"]+)"', first)
    assert link is not None
    assert first.count('<li class="rows-item') == 50
    assert visitor.get(link[1]).text.count('<li class="rows-item') == 3


def test_my_activities_needs_a_sign_in(client: FlaskClient) -> None:
    answer = client.get("/my-activities")
    assert answer.status_code == 302
    assert "/sign-in" in answer.location
