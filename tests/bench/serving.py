"""Pages and API over HTTP, one worker with two threads, each against a bare Django view
of the same size on the same server, in rounds with every case in it."""

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

from django.utils import timezone

from partnerships.ledger import sealing
from partnerships.models import Partnership
from tests.bench import building, scratch
from tests.bench.table import Row

SIZES = (15, 10_000)
THREADS = 2
SECONDS = 1.0  # for each case in each round
PAGES = {
    "bare": "/bare/",
    "304": "/partnerships/",
    "kept page": "/partnerships/",
    "list": "/anew/partnerships/",
    "list, a day never asked": "/anew/partnerships/?as_of=",
    "record": "/anew/partnerships/{slug}/",
    "matrix": "/anew/matrix/",
    "API list": "/anew/api/v1/partnerships/",
    "API record": "/anew/api/v1/partnerships/{slug}/",
}
TARGETS = {
    (15, "304"): "0.65",
    (15, "kept page"): "0.7",
    (15, "list"): "0.10",
    (10_000, "list"): "0.012",
    (15, "record"): "0.046",
}


def rows(options) -> Iterator[Row]:
    sizes = [size for size in SIZES if size <= max(options.partnerships, SIZES[0])]
    for size in sizes:
        building.sample(size - Partnership.objects.count())
        sealing.seal()
        building.settled()
        slug = Partnership.objects.published().values_list("partner__slug", flat=True)
        with server() as address:
            yield from measured(address, size, slug.first(), options.rounds)


def measured(address, size: int, slug: str, rounds: int) -> Iterator[Row]:
    cases = {
        name: Case(address, path.format(slug=slug)) for name, path in PAGES.items()
    }
    cases["304"].tag = cases["304"].answer().getheader("ETag")
    speeds = {name: [] for name in cases}
    for number in range(rounds + 1):
        for name, case in cases.items():
            speed = case.requests_a_second()
            if number:
                speeds[name].append(speed)
    for name, found in speeds.items():
        against = [one / bare for one, bare in zip(found, speeds["bare"], strict=True)]
        slowest = 1000 * quantiles(cases[name].times, n=100)[-1]
        figure = f"{median(found):.0f}/s, p99 {slowest:.1f} ms"
        target = TARGETS.get((size, name), "")
        yield Row(f"{size:,}: {name}", figure, median(against), target)


class Case:
    """One address that is asked again and again, by two readers at once."""

    def __init__(self, address: tuple[str, int], path: str):
        self.address, self.path, self.tag, self.times = address, path, None, []
        self.days = iter(range(10**6))

    def requests_a_second(self) -> float:
        ends = time.perf_counter() + SECONDS
        with ThreadPoolExecutor(THREADS) as readers:
            counts = list(readers.map(self._read, [ends] * THREADS))
        return sum(counts) / SECONDS

    def _read(self, ends: float) -> int:
        session, count = http.client.HTTPConnection(*self.address), 0
        while (began := time.perf_counter()) < ends:
            self.answer(session)
            self.times.append(time.perf_counter() - began)
            count += 1
        session.close()
        return count

    def answer(self, session=None):
        session = session or http.client.HTTPConnection(*self.address)
        path = self.path
        if path.endswith("as_of="):  # another day each time
            day = timezone.localdate().toordinal() - next(self.days) % 3000
            path += timezone.datetime.fromordinal(day).strftime("%Y-%m-%d")
        headers = {"If-None-Match": self.tag} if self.tag else {}
        session.request("GET", path, headers=headers)
        answer = session.getresponse()
        answer.read()
        expected = 304 if self.tag else 200
        if answer.status != expected:
            raise RuntimeError(f"{path} answers {answer.status}, not {expected}.")
        return answer


@contextmanager
def server() -> Iterator[tuple[str, int]]:
    """The site under granian, on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = free.getsockname()
    url = os.environ["DATABASE_URL"]
    with tempfile.TemporaryDirectory() as directory:
        settings = "tests.bench.served_settings"
        env = scratch.environment(url, Path(directory), settings=settings)
        scratch.manage(env, "collectstatic", "--noinput", "--verbosity=0")
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "granian", "--interface", "wsgi"),
                *("--host", address[0], "--port", str(address[1]), "--workers", "1"),
                *("--blocking-threads", str(THREADS), "--log-level", "warning"),
                *("--workers-kill-timeout", "5", "sdptracker.wsgi:application"),
            ],
            cwd=scratch.ROOT,
            env=env,
        )
        try:
            wait(address)
            yield address
        finally:
            process.terminate()
            process.wait(15)


def wait(address):
    ends = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(address, 1).close()
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.1)
        else:
            return
