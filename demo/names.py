"""Invented people: names, phones and birth dates from a seeded generator. Nobody of them exists."""

from __future__ import annotations

import datetime as dt
import random
from functools import lru_cache

from demo import facts

# Given names are put together from two signs as each generation liked them: (until birth year, women, men).
_SIGNS: tuple[tuple[int, tuple[str, str], tuple[str, str]], ...] = (
    (
        1958,
        ("淑玉桂秀月凤素兰翠冬", "珍英华芝莲娥云梅清芳"),
        ("德长福国正义光树云启", "生成明元发清林贵和全"),
    ),
    (
        1972,
        ("建爱丽小红友淑新玉春", "平英群霞芬辉华兰香玲"),
        ("建国志新卫永爱立红跃", "军平强华民兵祥文辉武"),
    ),
    (
        1985,
        ("海晓丽艳春雪美红燕秋", "燕红霞娟琴萍梅玲芳云"),
        ("志海建文伟永小晓俊立", "勇辉斌刚军峰涛华雄波"),
    ),
    (
        1997,
        ("思雅晓佳静诗雨梦婷嘉", "琪敏怡颖洁莹倩丹露雯"),
        ("俊浩子志宇鹏嘉泽文天", "杰宇翔鹏凯超帆豪晨磊"),
    ),
    (
        2010,
        ("子欣梓雨诗可语芷若思", "涵怡萱彤琪妍悦晴瑶宁"),
        ("子浩宇梓俊轩睿奕泽明", "轩涵辰睿宇博航然哲霖"),
    ),
)
PHONE_PREFIX = "1990000"  # a block that is valid in form and belongs to no region


def phone(n: int) -> str:
    """The n-th invented number."""
    assert 0 <= n <= 9999
    return f"{PHONE_PREFIX}{n:04d}"


def birth_date(rng: random.Random) -> dt.date:
    """Between 1940 and 2008; most volunteers are of working age or just retired."""
    year = round(min(max(rng.gauss(1976, 15), 1940), 2008))
    return dt.date(year, rng.randint(1, 12), rng.randint(1, 28))


@lru_cache(maxsize=1)
def families() -> tuple[list[str], list[int]]:
    """The commonest family names, and how many of a thousand people bear each."""
    table = facts.rows("words/families.csv")
    return [row["name"] for row in table], [int(row["per_mille"]) for row in table]


def name(rng: random.Random, born_on: dt.date) -> str:
    """A family name by frequency and a given name of the generation."""
    _until, women, men = next(row for row in _SIGNS if born_on.year <= row[0])
    first, second = women if rng.random() < 0.58 else men
    given = rng.choice(first) + rng.choice(second)
    choices, weights = families()
    family = rng.choices(choices, weights)[0]
    return family + (given[1] if rng.random() < 0.06 and len(family) == 1 else given)
