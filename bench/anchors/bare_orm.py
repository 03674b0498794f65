"""Bare Flask-SQLAlchemy: the same pages as bare_sqlite3, on the same tables, through the session."""

import datetime as dt
import os

import sqlalchemy as sa
from flask import Flask, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_sqlalchemy import SQLAlchemy
from jinja2 import DictLoader
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bench.anchors.bare_sqlite3 import PRAGMAS

PAGE = """<!doctype html>
<html lang="zh-Hans"><head><meta charset="utf-8"><title>活动</title></head><body><h1>活动</h1><ul>
{% for activity in activities %}<li id="activity-{{ activity.id }}"><h2>{{ activity.title }}</h2>
<p>{{ activity.starts_at.strftime("%Y-%m-%d %H:%M") }} · {{ activity.place }}
· 还有 {{ activity.capacity - activity.taken }} 个名额</p>
<button name="activity" value="{{ activity.id }}">报名</button></li>
{% endfor %}</ul></body></html>
"""


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)


class Activity(db.Model):  # type: ignore[name-defined, misc]  # Flask-SQLAlchemy makes this class at run time
    __tablename__ = "activity"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    place: Mapped[str]
    starts_at: Mapped[dt.datetime]
    capacity: Mapped[int]
    taken: Mapped[int]


class Person(db.Model):  # type: ignore[name-defined, misc]  # as above
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class SignUp(db.Model):  # type: ignore[name-defined, misc]  # as above
    __tablename__ = "sign_up"
    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[dt.datetime]


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


def set_up_sqlite(engine: sa.Engine) -> None:
    """Let SQLAlchemy, not the driver, begin: IMMEDIATE wherever the request may write."""

    @sa.event.listens_for(engine, "connect")
    def connect(connection, _record) -> None:  # type: ignore[no-untyped-def]  # the driver's own class
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        only_reads = connection.get_execution_options().get("only_reads")
        connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")


def create_app() -> Flask:
    app = Flask(__name__)
    app.jinja_loader = DictLoader({"list.html": PAGE})
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{os.environ['BENCH_DATABASE']}"
    db.init_app(app)
    with app.app_context():
        set_up_sqlite(db.engine)

    @app.get("/ready")
    def ready() -> str:
        return str(db.session.scalar(sa.select(1)))

    @app.get("/list")
    def upcoming() -> str:
        db.session.connection(execution_options={"only_reads": True})
        query = sa.select(Activity).where(Activity.starts_at > now())
        activities = db.session.scalars(query.order_by(Activity.starts_at, Activity.id).limit(50)).all()
        return render_template("list.html", activities=activities)

    @app.post("/sign-up")
    def sign_up() -> ResponseReturnValue:
        activity = db.get_or_404(Activity, int(request.form["activity"]), with_for_update=True)
        if activity.taken >= activity.capacity:
            return "full", 409
        activity.taken += 1
        person = int(request.form["person"])
        db.session.add(SignUp(activity_id=activity.id, person_id=person, created_at=now()))
        db.session.commit()
        return redirect("/list", 303)

    return app
