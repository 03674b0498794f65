"""Rounds that take turns: each application does the same work in each, so that noise meets all alike."""

import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.load import Load, load
from bench.servers import ServerFault
from bench.subjects import Subject

LIST = "list of 50"
SIGN_UP = "sign-up"
ACCEPTED = {LIST: {"200"}, SIGN_UP: {"302", "303"}}


@dataclass
class Figures:
    """One application doing one kind of request; one entry per round."""

    processor_ms: list[float] = field(default_factory=list)
    loads: list[Load] = field(default_factory=list)

    @property
    def processor(self) -> float:
        return statistics.median(self.processor_ms)

    @property
    def rate(self) -> float:
        return statistics.median(load.rate for load in self.loads)

    @property
    def page_bytes(self) -> float:
        return statistics.median(size for load in self.loads for size in load.sizes)

    @property
    def statuses(self) -> Counter[str]:
        return sum((load.statuses for load in self.loads), Counter())

    def percentile_ms(self, percent: int) -> float:
        """The median of the rounds' percentiles."""
        return statistics.median(load.percentile_ms(percent) for load in self.loads)

    def ratio(self, anchor: "Figures") -> float:
        """The median of the rounds' ratios: both halves of each were measured side by side."""
        pairs = zip(self.processor_ms, anchor.processor_ms, strict=True)
        return statistics.median(own / other for own, other in pairs)


@dataclass
class Measured:
    """Everything one application came to."""

    start_seconds: list[float] = field(default_factory=list)
    start_processor: list[float] = field(default_factory=list)
    memory_mb: dict[str, float] = field(default_factory=dict)
    work: dict[str, Figures] = field(default_factory=lambda: {LIST: Figures(), SIGN_UP: Figures()})


def measure(
    subjects: Sequence[Subject],
    *,
    rounds: int,
    requests: int,
    clients: int,
    starts: int = 3,
    tell: Callable[[str], None] = lambda line: None,
) -> dict[str, Measured]:
    """Start all, let them take turns, and end all; a wrong answer or a lost sign-up is a fault."""
    measured = {subject.name: Measured() for subject in subjects}
    try:
        for turn in range(starts):
            for subject in subjects:
                subject.server.stop()
                seconds = subject.server.start()
                processor = subject.server.start_processor
                measured[subject.name].start_seconds.append(seconds)
                measured[subject.name].start_processor.append(processor)
                line = f"ready after {seconds:.2f} s, {processor:.2f} s processor"
                tell(f"start {turn + 1}/{starts} · {subject.name} · {line}")
        for turn in range(-1, rounds):  # the round before the first warms up and is thrown away
            for kind in (LIST, SIGN_UP):
                for subject in _turned(subjects, turn):
                    processor_ms, done = _one(
                        subject, kind, requests if turn >= 0 else requests // 5, clients
                    )
                    if turn >= 0:
                        measured[subject.name].work[kind].processor_ms.append(processor_ms)
                        measured[subject.name].work[kind].loads.append(done)
                        line = f"{processor_ms:.2f} ms processor  {done.describe()}"
                        tell(f"round {turn + 1}/{rounds} · {kind} · {subject.name} · {line}")
        for subject in subjects:
            measured[subject.name].memory_mb = subject.server.memory_mb()
    finally:
        for subject in subjects:
            subject.server.stop()
    return measured


def _turned(subjects: Sequence[Subject], turn: int) -> list[Subject]:
    """Nobody is always the first or always after the heaviest."""
    first = turn % len(subjects)
    return [*subjects[first:], *subjects[:first]]


def _one(subject: Subject, kind: str, count: int, clients: int) -> tuple[float, Load]:
    asked = subject.list_requests(count) if kind == LIST else subject.sign_up_requests(count)
    rows = subject.signed_up()
    before = subject.server.processor_seconds()
    done = load(subject.server.port, asked, clients=clients)
    processor_ms = 1000 * (subject.server.processor_seconds() - before) / count
    rows = subject.signed_up() - rows
    if set(done.statuses) - ACCEPTED[kind] or done.statuses.total() != count:
        raise ServerFault(
            f"{subject.name}, {kind}: {dict(done.statuses)} instead of {count} times {ACCEPTED[kind]}"
        )
    if rows != (count if kind == SIGN_UP else 0):
        raise ServerFault(f"{subject.name}, {kind}: {count} answers but {rows} new sign-ups in the database")
    return processor_ms, done
