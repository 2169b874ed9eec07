"""Measures the site as it is served, by wrk: its pages beside their peers, an edit just
made, heavy files, a crawl's memory."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

from tests import scratch
from tests.scores.serving import free_port, ready

SITE, BARE = "sdptracker.asgi:application", "tests.bench.hello:application"
#: Addresses that readers ask for most, all made again after an edit.
MAIN = [
    *(
        "/",
        "/partnerships/",
        "/partnerships/norway/",
        "/partnerships/canada/",
        "/matrix/",
    ),
    *(
        "/timeline/",
        "/safe/",
        "/ties/",
        "/new/",
        "/areas/counterterrorism/",
        "/sources/",
    ),
    *("/disagreements/", "/changes/", "/data/", "/about/", "/sitemap.xml"),
    *("/changes.atom", "/milestones.atom", "/api/v1/partnerships/", "/api/v1/matrix/"),
]
#: A list that nobody asked for before, each time.
ANEW = """
local day = 0
request = function()
  day = day + 86400
  return wrk.format("GET", "/partnerships/?as_of=" .. os.date("%F", 1300000000 + day))
end
"""
UNITS = {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}
CRAWLED = 600


def site(env: dict, database: Path | None) -> dict[str, dict]:
    """Return the figures of a site of two workers, and of one where that says more;
    those of Datasette too, if the database is such a file."""
    with granian(env, BARE) as base:
        figures = {"served: hello": wrk(base)}
    began = time.monotonic()
    with granian(env, SITE, workers=1) as base:
        figures["start"] = {"seconds": round(time.monotonic() - began, 2)}
        figures["a crawl"] = crawl(base)
    with granian(env, SITE) as base:
        figures |= pages(base, Path(env["DATA_DIR"]))
        for name, path in {"home": "/", "sources": "/sources/"}.items():
            figures[f"an edit just made, {name}"] = stampede(env, base, path)
        figures |= heavy_files(base)
    if database:
        with datasette(database) as base:
            figures |= peers(base, database.stem)
    return figures


@contextmanager
def granian(env: dict, application: str, workers: int = 2) -> Iterator[str]:
    port = free_port()
    options = (
        "--interface=asginl",
        "--no-ws",
        f"--port={port}",
        f"--workers={workers}",
    )
    command = [program("granian"), *options, "--log-level=error", application]
    with started(command, env, f"http://127.0.0.1:{port}/healthz") as base:
        yield base


@contextmanager
def datasette(database: Path) -> Iterator[str]:
    port, settings = free_port(), ["sql_time_limit_ms", "facet_time_limit_ms"]
    command = [program("datasette"), "serve", str(database), f"--port={port}"]
    for name in settings:
        command += ["--setting", name, "60000"]
    command += ["--setting", "max_csv_mb", "0"]
    with started(command, None, f"http://127.0.0.1:{port}/favicon.ico") as base:
        yield base


def program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


@contextmanager
def started(command: list, env: dict | None, url: str) -> Iterator[str]:
    """Yield a server once that address of it answers."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=env, cwd=scratch.ROOT, **quiet) as process:
        try:
            yield ready(url)
        finally:
            process.terminate()


def wrk(url: str, *options: str, connections=4, seconds=4, threads=2) -> dict:
    """Return requests a second and the slowest of a hundred, in milliseconds."""
    load = (f"-c{connections}", f"-t{threads}", f"-d{seconds}s", "--timeout=60s")
    command = ["wrk", "--latency", *load, *options, url]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    value, unit = re.search(r"99%\s+([\d.]+)([a-z]+)", printed).groups()
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", printed)[1])
    figures = {"rate": round(rate), "p99": round(float(value) * UNITS[unit], 1)}
    if failed := re.search(r"Non-2xx or 3xx responses: (\d+)", printed):
        figures["failed"] = f"{failed[1]} requests"
    return figures


def pages(base: str, folder: Path) -> dict[str, dict]:
    """Return the figures of pages that are kept, and of a list that is not."""
    kept, coded = f"{base}/partnerships/", ("-H", "Accept-Encoding: gzip, br")
    with urlopen(Request(kept, headers={"Accept-Encoding": "gzip, br"})) as response:
        tag = response.headers["ETag"]
    script = folder / "anew.lua"
    script.write_text(ANEW)
    return {
        "served: bare view": wrk(f"{base}/bare/"),
        "served: kept page": wrk(kept, *coded),
        "served: 304": wrk(kept, *coded, "-H", f"If-None-Match: {tag}"),
        "served: list, made anew": wrk(base, "-s", str(script), threads=1),
        "served: API list of 50": wrk(f"{base}/api/v1/partnerships/?page_size=50"),
    }


def stampede(env: dict, base: str, path: str) -> dict:
    """Return the figures of 32 readers at once of a page that an edit has just made
    old, and the milliseconds until the first of them has it."""
    scratch.shell(env, "from tests.bench import measuring; measuring.edit()")
    with ThreadPoolExecutor() as threads:
        first = threads.submit(timed, base + path)
        figures = wrk(base + path, connections=32)
    return figures | {"first": first.result()}


def heavy_files(base: str) -> dict[str, dict]:
    """Return the figures of a light page while eight heavy files are read, and after
    they are abandoned."""
    figures = {}
    for name in ("datapackage.json?as_of", "changes.xlsx?from"):
        files = [f"{base}/data/{name}=2026-11-1{number}" for number in range(8)]
        command = ["curl", "--silent", "--output", "/dev/null"]
        readers = [subprocess.Popen([*command, file]) for file in files]
        time.sleep(1)
        figures[f"eight of {name}"] = lightly(base)
        for reader in readers:
            reader.kill()
            reader.wait()
        time.sleep(1)
        figures[f"eight of {name}, abandoned"] = lightly(base)
    return figures


def lightly(base: str) -> dict:
    """Return the slowest of a hundred answers, or of as many as came in ten seconds."""
    until, took = time.monotonic() + 10, []
    while len(took) < 100 and time.monotonic() < until:
        took.append(timed(f"{base}/about/"))
    return {"p99": sorted(took)[-1 - len(took) // 100]}


def timed(url: str) -> float:
    """Return the milliseconds of an answer; of none, those of half a minute."""
    began = time.monotonic()
    try:
        with urlopen(url, timeout=30) as response:
            response.read()
    except OSError:
        return 30_000
    return round(1000 * (time.monotonic() - began), 1)


def crawl(base: str) -> dict:
    """Return the memory of a worker before and after all kinds of pages were read."""
    before = memory()
    with urlopen(f"{base}/sitemap.xml") as response:
        paths = re.findall(r"<loc>https?://[^/]+(/.*?)</loc>", response.read().decode())
    step = max(1, len(paths) // CRAWLED)
    for path in [*MAIN, *paths[::step]]:
        timed(base + path)
    return {"idle": before, "MB": memory()}


def memory() -> int:
    """Return the MB of the largest worker that this process has started."""
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text()
    return max(_resident(pid) for pid in children.split())


def _resident(pid: str) -> int:
    """Return the MB of a process or of its largest child."""
    process = Path("/proc", pid)
    children = (process / "task" / pid / "children").read_text().split()
    found = re.search(r"VmRSS:\s+(\d+)", (process / "status").read_text())
    own = int(found[1]) // 1024 if found else 0
    return max(map(_resident, children)) if children else own


def peers(base: str, name: str) -> dict[str, dict]:
    """Return the figures of Datasette with the rows that our pages show."""
    tables = f"{base}/{name}/partnerships_"
    ways = {
        "list, 1 facet": "partner?_facet=region",
        "milestones, 2 facets": "milestone?_facet=track&_facet=kind",
        "claims, 2 facets": "claim?_facet=source_id&_facet=says",
        "list of 50 as JSON": "partner.json?_size=50",
        "row": "partnership/1",
    }
    figures = {f"Datasette: {way}": wrk(tables + path) for way, path in ways.items()}
    for table, name in {"claim": "claims", "ledgerentry": "changes"}.items():
        figures[f"Datasette: {name}.csv"] = rows(f"{tables}{table}.csv?_stream=on")
    return figures


def rows(url: str, seconds: int = 10) -> dict:
    """Return the rows a second of a file, until it ends or some seconds are over."""
    began, count = time.monotonic(), 0
    with urlopen(url) as response:
        while (part := response.read(1 << 16)) and time.monotonic() < began + seconds:
            count += part.count(b"\n")
    return {"speed": round(count / (time.monotonic() - began))}
