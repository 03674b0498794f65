"""What every answer carries: security headers, error pages, static addresses, safe redirects."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, current_app, g, render_template, request, url_for
from flask_login import current_user
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException

from volunteer.core import mode, transaction
from volunteer.core.errors import NotDone
from volunteer.core.i18n import gettext as _

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; worker-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
log = structlog.get_logger()


def init(app: Flask) -> None:
    app.after_request(_headers)
    app.url_defaults(_version_static)
    app.register_error_handler(NotDone, _not_done)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(InterfaceError, _database_away)
    app.register_error_handler(DataError, lambda error: _page(422))
    app.register_error_handler(IntegrityError, _conflict)
    app.register_error_handler(Exception, _unexpected)


def _headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
    if current_app.config["HTTPS"]:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
        headers.add("Vary", "Accept-Language")
    return response


@lru_cache(maxsize=256)
def _digest(path: str) -> str:
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10]
    except OSError:
        return "0"


def _version_static(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" and "filename" in values:
        values["v"] = _digest(f"{current_app.static_folder}/{values['filename']}")


def address(endpoint: str, **values: Any) -> str:
    """`url_for` for templates, remembered: a page asks thirty times and building one takes 12 µs."""
    if "_external" in values or endpoint.startswith("."):
        return url_for(endpoint, **values)
    app = id(current_app._get_current_object())  # type: ignore[attr-defined]
    try:
        return _address(app, request.script_root, endpoint, tuple(values.items()))
    except TypeError:  # a list among the values cannot be remembered
        return url_for(endpoint, **values)


@lru_cache(maxsize=4096)
def _address(app: int, root: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
    return url_for(endpoint, **dict(values))


def safe_next(target: str | None) -> str | None:
    """An address to go on to, only within this site; anything else is None."""
    if not target or len(target) > 500 or not target.startswith("/"):
        return None
    if target[1:2] in {"/", "\\"} or any(ord(character) < 33 or character == "\\" for character in target):
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None


def openable(target: str | None) -> str | None:
    """The address, when it is one of ours and can be opened by a link (not only by a button)."""
    path = safe_next(target)
    adapter = current_app.create_url_adapter(request)
    if path is None or adapter is None:
        return None
    try:
        adapter.match(path.partition("?")[0], method="GET")
    except HTTPException:
        return None
    return path


def _words(status: int) -> tuple[str, str]:
    return {
        400: (_("这个页面放得太久了"), _("请返回上一页，刷新后再提交一次；填写的内容通常还在。")),
        401: (_("请先登录"), _("登录后就能继续。")),
        403: (_("这件事需要别的权限"), _("您没有办理这件事的权限。需要的话，请联系社区工作人员。")),
        404: (_("没有找到这一页"), _("地址可能写错了，或者内容已经收起。")),
        405: (_("不能这样打开"), _("请从页面上的按钮进入。")),
        409: (_("现在办不了"), _("情况刚刚有变化，请返回看一眼最新的内容。")),
        413: (_("内容太大了"), _("请缩小文件或减少文字后再试。")),
        422: (_("有一项填得不对"), _("请返回检查填写的内容。")),
        429: (_("请稍等一会儿"), _("尝试次数太多了，请过 15 分钟再试，或到社区服务台办理。")),
        503: (_("系统正忙"), _("什么都没有丢，请过一分钟再试。")),
    }.get(status, (_("出了点问题"), _("我们已经记下了这个错误，您的数据没有变。请稍后再试。")))


def _page(status: int, message: str | None = None) -> tuple[str, int, dict[str, str]]:
    transaction.end()
    mode.set_reading(True)
    if status >= 500:  # the database may be away: ask it nothing more, not even who is reading
        g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]
    heading, advice = _words(status)
    page = render_template("errors/error.html", status=status, heading=heading, message=message or advice)
    return page, status, {"Retry-After": "30"} if status == 503 else {}


def _not_done(answer: NotDone) -> Any:
    if answer.status in {403, 404}:
        log.info("refused", reason=type(answer).__name__, endpoint=request.endpoint, person=_person())
    return _page(answer.status, answer.message)


def _http_error(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    page, status, headers = _page(error.code)
    if error.code == 405:
        headers["Allow"] = ", ".join(getattr(error, "valid_methods", None) or ())
    return page, status, headers


def _database_away(error: Exception) -> Any:
    log.error("database", problem=str(getattr(error, "orig", error))[:200], endpoint=request.endpoint)
    return _page(503)


def _conflict(error: IntegrityError) -> Any:
    log.warning("conflict", problem=str(error.orig)[:200], endpoint=request.endpoint)
    return _page(409)


def _unexpected(error: Exception) -> Any:
    log.exception("unexpected", endpoint=request.endpoint, person=_person())
    return _page(500)


def _person() -> int | None:
    try:
        return getattr(current_user, "id", None)
    except Exception:  # the identity may be what failed
        return None
