"""Bare Flask and the standard library's sqlite3: as little as the same work can cost.

No session, no translation, no form protection: this is what the product is divided by.
"""

import datetime as dt
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from flask import Flask, redirect, render_template, request
from flask.typing import ResponseReturnValue
from jinja2 import DictLoader

ACTIVITIES = 2_000
PEOPLE = 5_000
CAPACITY = 60

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000")

SCHEMA = """
CREATE TABLE activity (
    id INTEGER PRIMARY KEY, title TEXT NOT NULL, place TEXT NOT NULL, starts_at TEXT NOT NULL,
    capacity INTEGER NOT NULL, taken INTEGER NOT NULL, CHECK (taken <= capacity));
CREATE INDEX activity_by_start ON activity (starts_at, id);
CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE sign_up (
    id INTEGER PRIMARY KEY, activity_id INTEGER NOT NULL REFERENCES activity (id),
    person_id INTEGER NOT NULL REFERENCES person (id), created_at TEXT NOT NULL,
    UNIQUE (activity_id, person_id));
"""

PAGE = """<!doctype html>
<html lang="zh-Hans"><head><meta charset="utf-8"><title>活动</title></head><body><h1>活动</h1><ul>
{% for activity in activities %}<li id="activity-{{ activity.id }}"><h2>{{ activity.title }}</h2>
<p>{{ activity.starts_at[:16] }} · {{ activity.place }}
· 还有 {{ activity.capacity - activity.taken }} 个名额</p>
<button name="activity" value="{{ activity.id }}">报名</button></li>
{% endfor %}</ul></body></html>
"""


def now() -> str:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


def fill(path: Path) -> None:
    """Create the tables and rows; the other anchor runs on the same file format."""
    start = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=1) + dt.timedelta(days=1)
    starts = [start + dt.timedelta(minutes=30 * n) for n in range(ACTIVITIES)]
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(SCHEMA)
        connection.executemany(
            "INSERT INTO activity VALUES (?, ?, ?, ?, ?, 0)",
            [
                (n, f"社区志愿服务活动 {n}", "泸沽路居委会活动室", at.isoformat(sep=" "), CAPACITY)
                for n, at in enumerate(starts, 1)
            ],
        )
        people = [(n, f"志愿者 {n}") for n in range(1, PEOPLE + 1)]
        connection.executemany("INSERT INTO person VALUES (?, ?)", people)


def open_database(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.row_factory = sqlite3.Row
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def create_app() -> Flask:
    app = Flask(__name__)
    app.jinja_loader = DictLoader({"list.html": PAGE})
    connection = open_database(os.environ["BENCH_DATABASE"])

    @app.get("/ready")
    def ready() -> str:
        return str(connection.execute("SELECT 1").fetchone()[0])

    @app.get("/list")
    def upcoming() -> str:
        query = "SELECT * FROM activity WHERE starts_at > ? ORDER BY starts_at, id LIMIT 50"
        return render_template("list.html", activities=connection.execute(query, (now(),)).fetchall())

    @app.post("/sign-up")
    def sign_up() -> ResponseReturnValue:
        activity, person = int(request.form["activity"]), int(request.form["person"])
        with writing(connection):
            claim = "UPDATE activity SET taken = taken + 1 WHERE id = ? AND taken < capacity"
            if connection.execute(claim, (activity,)).rowcount == 0:
                return "full", 409
            row = "INSERT INTO sign_up (activity_id, person_id, created_at) VALUES (?, ?, ?)"
            connection.execute(row, (activity, person, now()))
        return redirect("/list", 303)

    return app
