"""What the product is held to: ratios to the anchors, and a few plain limits."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.rounds import LIST, SIGN_UP, Measured
from bench.subjects import BARE, ORM, PRODUCT


@dataclass(frozen=True)
class Aim:
    what: str
    figure: float
    at_most: float
    unit: str = ""

    @property
    def reached(self) -> bool:
        return self.figure <= self.at_most


def aims(
    measured: Mapping[str, Measured], queries: Mapping[str, int], growth: Mapping[str, int]
) -> list[Aim]:
    """`queries` holds each page's number of statements, `growth` how many of them come with more rows."""
    bare, orm, product = (measured[name] for name in (BARE, ORM, PRODUCT))
    heaviest = max(queries, key=lambda page: queries[page])
    growing = max(growth, key=lambda page: growth[page])
    return [
        Aim("sign-up, processor time ÷ bare ORM", product.work[SIGN_UP].ratio(orm.work[SIGN_UP]), 2, "×"),
        Aim(
            "sign-up, processor time ÷ bare sqlite3", product.work[SIGN_UP].ratio(bare.work[SIGN_UP]), 8, "×"
        ),
        Aim(
            "list of 50, processor time ÷ bare Jinja page", product.work[LIST].ratio(bare.work[LIST]), 3, "×"
        ),
        Aim(f"queries of the heaviest page ({heaviest})", queries[heaviest], 8),
        Aim(f"queries that come with more rows (most: {growing})", growth[growing], 0),
        Aim("memory of the largest worker, resident", product.memory_mb["Rss"], 110, "MB"),
        Aim("ready to answer after", sorted(product.start_seconds)[len(product.start_seconds) // 2], 3, "s"),
    ]
