"""Several worker processes, each handling one request at a time: measured to be the fastest for this product.

A process's first request must not pay for imports: the application is loaded
in the master; database connections are made by each worker (never inherited).
"""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
from typing import Any

bind = os.environ.get("BIND", "127.0.0.1:5000")
workers = int(os.environ.get("WEB_CONCURRENCY", max(2, multiprocessing.cpu_count())))
worker_class = "sync"
preload_app = True
timeout = 60
graceful_timeout = 20
keepalive = 5
max_requests = 20000
max_requests_jitter = 2000
control_socket_disable = True
accesslog = None
loglevel = os.environ.get("LOG_LEVEL", "warning").lower()


def _give_back_large_blocks() -> None:
    """Before the application is loaded, for all workers: to check a password takes 19 MB for a moment.

    glibc hands the first such block back to the system, and keeps every later one for good: 19 MB in each worker.
    Told where "large" begins, it hands back all of them. A C library without `mallopt` has its own ways.
    """
    mmap_threshold, one_megabyte = -3, 2**20  # M_MMAP_THRESHOLD of malloc.h
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(mmap_threshold, one_megabyte)


_give_back_large_blocks()


def when_ready(server: Any) -> None:
    """What is loaded by now stays for good: left alone by the garbage collector, workers can share its memory."""
    gc.collect()
    gc.freeze()


def post_fork(server: Any, worker: Any) -> None:
    """Drop any connection the master may have opened; sharing one would mix two workers' answers."""
    from volunteer.core.database import db

    app = server.app.wsgi()
    with app.app_context():
        db.engine.dispose(close=False)
