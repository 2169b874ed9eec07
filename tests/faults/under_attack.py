"""Attacks a site with what holds a server's threads, and prints how soon it still answers
``/about/``: a table in Markdown. It serves one itself, in one process with four threads
and ``--partnerships`` of sample data, or attacks the one at ``--site``, such as a proxy.
It takes about two minutes and stops by itself."""

import argparse
import os
import socket
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from tests import scratch
from tests.scores.serving import served

BIG, COSTLY, LOGIN = "/data/changes.csv", "/data/changes.xlsx", "/admin/login/"
ATTACK, LONGEST = 8, 10  # seconds
FORM = "Content-Type: application/x-www-form-urlencoded"
SLOW_BODY = f"POST {LOGIN} HTTP/1.1\r\nHost: {{}}\r\n{FORM}\r\nContent-Length: 5000\r\n"
SLOW_READER = f"GET {BIG} HTTP/1.1\r\nHost: {{}}\r\n"


def main():
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults.under_attack", description=__doc__
    )
    parser.add_argument("--site", help="http://127.0.0.1:PORT, no other machine")
    parser.add_argument("--partnerships", type=int, default=300)
    given = parser.parse_args()
    if given.site and urlsplit(given.site).hostname != "127.0.0.1":
        parser.error("attack 127.0.0.1 alone.")
    with ExitStack() as resources:
        site = given.site or resources.enter_context(grown(given.partnerships))
        for line in table(urlsplit(site).netloc):
            print(line, flush=True)


@contextmanager
def grown(partnerships: int) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder, scratch.sqlite(Path(folder)) as url:
        env = scratch.environment(url, folder)
        scratch.manage(env, "migrate", "--verbosity=0")
        grow = f"from tests.bench import growing; growing.grow({partnerships})"
        scratch.shell(env, grow, timeout=600)
        with served(url, folder) as site:
            yield site


def table(host: str) -> Iterator[str]:
    """Yield the lines, the first attack being none."""
    yield "| attack | `/about/`, median | worst | unanswered | a quick log-in | big file |"
    yield "|---|---|---|---|---|---|"
    attacks: dict[str, Callable] = {"none": ExitStack}
    for count in (4, 40):
        opening = {"slow bodies": SLOW_BODY, "slow readers": SLOW_READER}
        for name, head in opening.items():
            attacks[f"{count} {name}"] = partial(connections, host, count, head)
        attacks[f"{count} big downloads"] = partial(downloads, host, count)
    for name, attack in attacks.items():
        with attack():
            yield f"| {name} | {' | '.join(figures(host))} |"
        time.sleep(2)


@contextmanager
def connections(host: str, count: int, head: str) -> Iterator[None]:
    """Hold connections that ask, and then neither send nor read anything."""
    with ExitStack() as resources:
        for _ in range(count):
            one = resources.enter_context(socket.socket())
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            name, _, port = host.partition(":")
            one.connect((name, int(port)))
            one.sendall(f"{head}\r\nusername=a".format(host).encode())
        time.sleep(0.5)
        yield


@contextmanager
def downloads(host: str, count: int) -> Iterator[None]:
    """Take the costliest file again and again, by so many at a time."""
    until = time.monotonic() + ATTACK

    def take():
        while time.monotonic() < until:
            answered(host, "GET", COSTLY, longest=120)

    with ThreadPoolExecutor(count) as pool:
        for _ in range(count):
            pool.submit(take)
        time.sleep(0.5)
        yield


def figures(host: str) -> list[str]:
    """Return what readers and an editor get meanwhile, in words."""
    until, times, failed = time.monotonic() + ATTACK - 1, [], 0
    logins: Counter[str] = Counter()
    while time.monotonic() < until:
        began = time.perf_counter()
        status = answered(host, "GET", "/about/")
        times.append(1000 * (time.perf_counter() - began))
        failed += status != "200"
        if len(times) % 10 == 1:
            logins[answered(host, "POST", LOGIN, "username=editor")] += 1
        time.sleep(0.1)
    big = answered(host, "HEAD", BIG), answered(host, "GET", BIG, longest=30)
    return [
        *(f"{median(times):.0f} ms", f"{max(times):.0f} ms", f"{failed}/{len(times)}"),
        ", ".join(f"{status} × {number}" for status, number in logins.items()),
        f"{big[1]} (HEAD {big[0]})",
    ]


def answered(host: str, method: str, path: str, body="", longest=LONGEST) -> str:
    """Return the status once the answer is read, or what became of it."""
    connection = HTTPConnection(host, timeout=longest)
    try:
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        connection.request(method, path, body or None, kind)
        answer = connection.getresponse()
        while answer.read(1 << 20):
            pass
        return str(answer.status)
    except (OSError, HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()


if __name__ == "__main__":
    os.environ.pop("ALLOWED_HOSTS", None)
    main()
