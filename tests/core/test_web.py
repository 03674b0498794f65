"""What every answer carries, and what is refused at the door."""

from __future__ import annotations

import re
from http.cookies import SimpleCookie

import pytest

from tests import make
from tests.conftest import SECRET
from volunteer import create_app
from volunteer.core import crypto
from volunteer.core.web import safe_next

PAGES = ["/", "/sign-in", "/register", "/wishes", "/figures", "/check", "/privacy", "/nowhere", "/desk"]


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_security_headers(client, path):
    headers = client.get(path).headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_inline_script_or_style_or_another_host(client, path):
    html = client.get(path).get_data(as_text=True)
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=", html)
    assert not re.search(r"(?:src|href|action)=[\"'](?:https?:)?//", html)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["zh-CN", "zh-TW", "en"])
def test_every_page_has_one_heading_and_its_language(client, path, language):
    html = client.get(path, headers={"Accept-Language": language}, follow_redirects=True).get_data(
        as_text=True
    )
    heading = re.findall(r"<h1[^>]*>(.*?)</h1>", html, re.S)
    title = re.search(r"<title>(.*?)</title>", html, re.S)
    assert len(heading) == 1
    assert title
    assert title[1].strip().startswith(heading[0].strip())
    tag = {"zh-CN": "zh-Hans", "zh-TW": "zh-Hant", "en": "en"}[language]
    assert f'<html lang="{tag}"' in html


def test_markup_in_what_people_type_stays_text_even_in_the_title(client):
    title = "</title><script src=/x></script>"
    occurrence = make.occurrence(make.series(title=title))
    assert title not in client.get("/").get_data(as_text=True)
    assert title not in client.get(f"/activities/{occurrence.id}").get_data(as_text=True)


@pytest.fixture(scope="session")
def served_over_https(template_url):
    app = create_app(
        {"DATABASE_URL": template_url, "SECRET_KEY": SECRET, "HTTPS": True, "LOG_LEVEL": "ERROR"}
    )
    yield app
    from volunteer.core.database import db

    with app.app_context():
        db.engine.dispose()


def test_cookies_are_locked_down_over_https(served_over_https):
    answer = served_over_https.test_client().get("/sign-in", base_url="https://linli.example.org")
    cookie = SimpleCookie(answer.headers["Set-Cookie"])
    [name] = cookie.keys()
    morsel = cookie[name]
    assert name.startswith("__Host-")
    assert (morsel["secure"], morsel["httponly"], morsel["samesite"], morsel["path"]) == (
        True,
        True,
        "Lax",
        "/",
    )
    assert not morsel["domain"]
    assert int(re.search(r"max-age=(\d+)", answer.headers["Strict-Transport-Security"])[1]) >= 31536000


def test_every_post_route_refuses_without_a_csrf_token(served_over_https):
    client = served_over_https.test_client()
    tried = 0
    for rule in served_over_https.url_map.iter_rules():
        if "POST" in rule.methods and rule.endpoint != "static":
            path = re.sub(r"<int:[a-z_]+>", "1", rule.rule)
            path = re.sub(r"<any\(([a-z_]+)[^>]*>", r"\1", path)
            path = re.sub(r"<[a-z_:]+>", "x", path)
            answer = client.post(
                path, base_url="https://linli.example.org", data={"form_key": crypto.token()}
            )
            assert answer.status_code == 400, path
            tried += 1
    assert tried > 20


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil",
        "https://evil.example",
        "javascript:alert(1)",
        "/\tx",
        "/ x",
        "x" * 600,
        "",
        None,
        "\\\\e",
    ],
)
def test_one_is_never_sent_to_another_site(target):
    assert safe_next(target) is None


def test_one_is_sent_on_within_the_site():
    assert safe_next("/shop?page=2") == "/shop?page=2"


def test_a_failure_is_a_calm_page_without_details(client, application, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("secret detail 13812345678")

    monkeypatch.setitem(application.view_functions, "people.sign_in", fail)
    answer = client.get("/sign-in")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert "secret detail" not in text
    assert "Traceback" not in text
    assert "<h1" in text


def test_a_database_that_is_away_is_a_503_page(client, application, monkeypatch):
    import sqlalchemy as sa

    def fail(*args, **kwargs):
        raise sa.exc.OperationalError("SELECT 1", {}, Exception("database is locked"))

    monkeypatch.setitem(application.view_functions, "people.sign_in", fail)
    answer = client.get("/sign-in")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_too_large_a_body_is_refused_in_words(client):
    answer = client.post("/sign-in", data={"phone": "x" * (9 * 1024 * 1024)})
    assert answer.status_code == 413
    assert "<h1" in answer.get_data(as_text=True)


def test_the_log_masks_long_numbers():
    from volunteer.core.logs import _mask

    event = _mask(
        None, "info", {"event": "call 13812345678", "id": "440308199001011234", "count": 12345678901}
    )
    assert event == {"event": "call 138****5678", "id": "440****1234", "count": 12345678901}
