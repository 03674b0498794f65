"""The shape of every check of the stored data: how many of what were looked at, and what is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Check:
    """Counts by the name of the thing, and faults in words for the operator."""

    counts: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def add(self, other: Check) -> None:
        self.counts |= other.counts
        self.faults += other.faults
