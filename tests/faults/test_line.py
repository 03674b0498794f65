"""Waiting lists under random races: nobody is passed by, no place is given twice, none stays empty.

Threads in several processes sign up, wait, accept, decline, let offers run out, change the
capacity, close positions, move dates, share places, stand in for each other and cancel.
Afterwards the job runs once, as after a minute, and everything is compared with a model that
reads the audit log. Each control takes one guard away and must be seen to fail.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from dataclasses import asdict

import pytest
import sqlalchemy as sa

from tests.conftest import SECRET
from tests.faults import line_truth, line_world, unguarded
from tests.faults.line_world import Outcome, World
from tests.faults.races import without_row_locks
from tests.faults.server import ROOT
from volunteer.activities.service.signing import places, waiting
from volunteer.activities.signing import standing
from volunteer.core.database import db

PATIENCE = 900.0


def in_processes(url: str, world: World, *, processes: int, deeds: int, threads: int, seed: int) -> Outcome:
    """So many deeds altogether, each process with its own threads and connections."""
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "SECRET_KEY": SECRET,
        "LOG_LEVEL": "CRITICAL",
        "WORLD": json.dumps(asdict(world)),
        "DEEDS": str(deeds // processes),
        "THREADS": str(threads),
    }
    command = [sys.executable, "-m", "tests.faults.line_world"]
    running = [
        subprocess.Popen(
            command, cwd=ROOT, env={**environment, "SEED": str(seed + n)}, stdout=subprocess.PIPE, text=True
        )
        for n in range(processes)
    ]
    outcome = Outcome()
    for process in running:
        said, _nothing = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
        outcome.add(json.loads(said.splitlines()[-1]))
    return outcome


def told(outcome: Outcome, seed: int) -> None:
    done, refused = sum(outcome.done.values()), sum(outcome.refused.values())
    print(
        f"\n{done:,} deeds done, {refused:,} refused, {len(outcome.failed)} failed on {db.engine.dialect.name}, "
        f"seed {seed}: {dict(outcome.done)} {dict(outcome.refused)}"
    )


def assert_fair(url: str, *, deeds: int) -> None:
    world, seed = line_world.build(), random.randrange(10**6)
    db.session.remove()
    outcome = in_processes(url, world, processes=3, deeds=deeds, threads=4, seed=seed)
    told(outcome, seed)
    assert outcome.failed == []
    assert {"sign_up", "join", "accept", "decline", "capacity", "move"} <= set(outcome.done)
    line_truth.a_minute_later()
    assert line_truth.faults() == []


def test_three_hundred_races_keep_the_order(house, fresh_url):
    assert_fair(fresh_url, deeds=300)


@pytest.mark.proof
@pytest.mark.timeout(3600)
def test_long_five_thousand_races(house, fresh_url):
    assert_fair(fresh_url, deeds=5000)


def _control(house, *, deeds: int = 240, tries: int = 5) -> list[str]:
    """What is wrong afterwards, in this process; a few tries, as a race may happen to go well."""
    found: list[str] = []
    for _try in range(tries):
        world, seed = line_world.build(), random.randrange(10**6)
        db.session.remove()
        outcome = line_world.run(house, world, seed=seed, deeds=deeds, threads=8, may_cancel=False)
        found = [*outcome.failed, *line_truth.faults()]
        if found:
            break
    print(f"\n{len(found)} faults, for example: {found[:3]}")
    return found


def test_the_same_without_a_guard_taken_away_has_no_fault(house):
    world = line_world.build()
    db.session.remove()
    outcome = line_world.run(house, world, seed=1, deeds=160, threads=8, may_cancel=False)
    assert outcome.failed == []
    line_truth.a_minute_later()
    assert line_truth.faults() == []


def test_control_without_locks_places_are_lost_or_the_order_is(house):
    with without_row_locks():
        assert _control(house, deeds=400)


def test_control_without_the_condition_it_oversells(house, monkeypatch):
    unguarded.strip(db.engine, {unguarded.CAPACITY})
    table = places._date
    monkeypatch.setattr(
        places, "_TAKE", places._of_date(table.c.state == "published", taken=table.c.taken + places._count)
    )
    monkeypatch.setattr(standing.rules, "_of_places", lambda *facts: None)
    assert any("places taken" in fault for fault in _control(house))


def test_control_newcomers_who_do_not_look_for_a_line_pass_by(house, monkeypatch):
    """A place is free for a moment and nobody has offered it yet."""
    monkeypatch.setattr(waiting, "fill", lambda occurrence_id: 0)
    monkeypatch.setattr(standing, "Date", lambda row, has_line: _without_line(row))
    assert any("passed by" in fault for fault in _control(house))


def _without_line(row):
    return type("Date", (), {**row._mapping, "has_line": False})


def test_control_without_filling_places_stay_empty(house, monkeypatch):
    monkeypatch.setattr(waiting, "fill", lambda occurrence_id: 0)
    assert any("free place" in fault for fault in _control(house))


def test_control_a_line_that_offers_to_the_last_first_is_seen(house, monkeypatch):
    from volunteer.activities.signing import line

    first = line.next_in_line

    def last(occurrence_id, after_id):
        row = None
        while (following := first(occurrence_id, row.id if row else after_id)) is not None:
            row = following
        return row

    monkeypatch.setattr(line, "next_in_line", last)
    assert any("was offered" in fault for fault in _control(house))


def test_control_an_offer_that_is_not_counted_is_seen(house, monkeypatch):
    monkeypatch.setattr(places, "hold", lambda occurrence_id, position_id: None)
    monkeypatch.setattr(places, "use", lambda occurrence_id, position_id: None)
    monkeypatch.setattr(places, "release", lambda occurrence_id, position_id: None)
    assert any("held for" in fault for fault in _control(house))


def test_no_row_is_left_locked(house):
    """After all that, everybody can still write."""
    db.session.execute(sa.text("UPDATE occurrence SET note = 'x'"))
    db.session.rollback()
