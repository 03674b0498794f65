"""A small load client, bounded in count and time, for servers on this machine only.

    python -m bench.load http://127.0.0.1:5000/list --requests 500 --clients 8

Requests are bytes made beforehand and answers are read no further than needed, so that the client takes
little of the processor it measures on. A connection is kept as long as the server keeps it (gunicorn's
sync worker closes each one).
"""

import argparse
import ipaddress
import itertools
import math
import socket
import statistics
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

MOST_REQUESTS = 200_000
MOST_SECONDS = 600
MOST_CLIENTS = 64
ANSWER_SECONDS = 30


class NoAnswer(Exception):
    """The server closed the connection before the answer was whole."""


@dataclass(frozen=True)
class Answer:
    status: int
    head: str
    body: bytes

    def headers(self, name: str) -> list[str]:
        """Every value of a header, in order."""
        lines = (line.partition(":") for line in self.head.split("\r\n")[1:])
        return [value.strip() for key, _, value in lines if key.lower() == name.lower()]


@dataclass(frozen=True)
class Load:
    """What a run of requests came to; seconds are from sending to the whole answer."""

    seconds: float
    latencies: list[float]
    statuses: Counter[str]
    sizes: list[int] = field(repr=False)

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def percentile_ms(self, percent: int) -> float:
        """Nearest rank, in milliseconds."""
        if not self.latencies:
            return math.nan
        ranked = sorted(self.latencies)
        return 1000 * ranked[max(0, math.ceil(len(ranked) * percent / 100) - 1)]

    def describe(self) -> str:
        points = " ".join(f"p{p} {self.percentile_ms(p):.1f} ms" for p in (50, 95, 99))
        statuses = " ".join(f"{status}×{count}" for status, count in sorted(self.statuses.items()))
        size = statistics.median(self.sizes) if self.sizes else 0
        return f"{self.rate:.0f}/s  {points}  {statuses}  {size:.0f} bytes"


# A name may come twice, as in a browser.
Fields = Mapping[str, str] | Sequence[tuple[str, str]]


def build(
    method: str, path: str, *, form: Fields | None = None, headers: Mapping[str, str] | None = None
) -> bytes:
    """One whole HTTP/1.1 request."""
    body = urlencode(form).encode() if form is not None else b""
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        *(f"{k}: {v}" for k, v in (headers or {}).items()),
    ]
    if form is not None:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Connection:
    """One client's connection, opened again whenever the server has closed it."""

    def __init__(self, port: int, source: str = "127.0.0.1") -> None:
        self.port = port
        self.source = source
        self._socket: socket.socket | None = None

    def send(self, request: bytes) -> Answer:
        if self._socket is None:
            address = ("127.0.0.1", self.port)
            self._socket = socket.create_connection(address, ANSWER_SECONDS, source_address=(self.source, 0))
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._socket.sendall(request)
            answer, is_kept = self._receive(self._socket)
        except BaseException:
            self.close()
            raise
        if not is_kept:
            self.close()
        return answer

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    @staticmethod
    def _receive(source: socket.socket) -> tuple[Answer, bool]:
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += _some(source)
        head, body = data[:end].decode("latin-1"), data[end + 4 :]
        answer = Answer(int(head[9:12]), head, b"")
        length = next(iter(answer.headers("Content-Length")), None)
        is_kept = "close" not in ",".join(answer.headers("Connection")).lower()
        if length is None:
            while chunk := source.recv(65536):
                body += chunk
            return Answer(answer.status, head, body), False
        while len(body) < int(length):
            body += _some(source)
        return Answer(answer.status, head, body), is_kept


def _some(source: socket.socket) -> bytes:
    if not (chunk := source.recv(65536)):
        raise NoAnswer
    return chunk


def load(port: int, requests: Sequence[bytes], *, clients: int = 8, seconds: float = 120) -> Load:
    """Send each request once, by `clients` threads, for at most `seconds`."""
    if len(requests) > MOST_REQUESTS or clients > MOST_CLIENTS or seconds > MOST_SECONDS:
        raise ValueError(f"at most {MOST_REQUESTS} requests, {MOST_CLIENTS} clients, {MOST_SECONDS} seconds")
    turn, until = itertools.count(), time.perf_counter() + seconds
    seen: list[list[tuple[float, str, int]]] = [[] for _ in range(clients)]

    def client(rows: list[tuple[float, str, int]]) -> None:
        connection = Connection(port)
        while (n := next(turn)) < len(requests) and (begun := time.perf_counter()) < until:
            try:
                answer = connection.send(requests[n])
                rows.append((time.perf_counter() - begun, str(answer.status), len(answer.body)))
            except (OSError, NoAnswer, ValueError) as error:
                rows.append((time.perf_counter() - begun, type(error).__name__, 0))
        connection.close()

    threads = [threading.Thread(target=client, args=(rows,)) for rows in seen]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = time.perf_counter() - begun
    rows = [row for rows in seen for row in rows]
    return Load(taken, [row[0] for row in rows], Counter(row[1] for row in rows), [row[2] for row in rows])


def main() -> None:
    parser = argparse.ArgumentParser(description="Load one page of a server on this machine.")
    parser.add_argument("address", help="http://127.0.0.1:PORT/path")
    parser.add_argument("--requests", type=int, default=500)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=60)
    asked = parser.parse_args()
    address = urlsplit(asked.address)
    host = (address.hostname or "").replace("localhost", "127.0.0.1")
    if address.scheme != "http" or not host[:1].isdigit() or not ipaddress.ip_address(host).is_loopback:
        parser.error("only http:// addresses of this machine (127.0.0.1) can be loaded")
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    requests = [build("GET", path)] * min(asked.requests, MOST_REQUESTS)
    print(load(address.port or 80, requests, clients=asked.clients, seconds=asked.seconds).describe())


if __name__ == "__main__":
    main()
