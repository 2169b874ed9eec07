"""The site as it runs in production: its own server, packed static files, no debug."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from tests import scratch


@contextmanager
def served(url: str, folder: str) -> Iterator[str]:
    """Yield the address of the shipped data set, served from this database."""
    env = scratch.environment(url, folder)
    for command in ("migrate", "seed", "seal", "verify_audit", "collectstatic"):
        more = ["--noinput"] if command == "collectstatic" else []
        scratch.manage(env, command, "--verbosity=0", *more)
    port = free_port()
    server = Path(sys.executable).with_name("granian")
    options = ("--interface=asginl", "--host=127.0.0.1", f"--port={port}")
    command = [server, *options, "--log-level=warning", "sdptracker.asgi:application"]
    with subprocess.Popen(command, env=env) as process:
        try:
            yield ready(f"http://127.0.0.1:{port}/healthz")
        finally:
            process.terminate()


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def ready(url: str) -> str:
    """Return the site of the address once it answers.

    Raises TimeoutError where it does not within half a minute.
    """
    for _ in range(300):
        try:
            with urlopen(url, timeout=5):
                return url.rpartition("/")[0]
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"{url} does not answer.")
