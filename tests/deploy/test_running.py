"""The site as ``deploy/`` runs it: found whole from outside, and not ended by a fault."""

import os
import re
import signal
import subprocess
import sys
from threading import Event, Thread

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from tests.deploy.machine import DEPLOY, eventually

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once,
    pytest.mark.slow("starts the site, Redis, nginx and Caddy"),
]


MANIFEST = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"


def collect_static_files(folder):
    """As ``collectstatic`` does, but packs none, which takes ten seconds."""
    storages = settings.STORAGES | {"staticfiles": {"BACKEND": MANIFEST}}
    ignored = {"ignore_patterns": ["drf_spectacular_sidecar"]}
    with override_settings(STORAGES=storages, STATIC_ROOT=folder):
        call_command("collectstatic", interactive=False, verbosity=0, **ignored)


@pytest.fixture(scope="module")
def site(machine, with_record):
    """The site with its cache."""
    collect_static_files(machine.data / "static")
    with machine.redis(), machine.site() as site:
        yield site


@pytest.fixture(params=["nginx", "caddy"])
def proxied(request, needs, machine, site):
    """The address of the site through each proxy."""
    needs("redis-server", request.param)
    with getattr(machine, request.param)() as url:
        yield url


def smoke(machine, url):
    return subprocess.run(
        [sys.executable, DEPLOY / "smoke", url, "--ca", machine.certificate],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_site_keeps_every_promise_through_the_proxy(machine, proxied):
    found = smoke(machine, proxied)
    assert (found.returncode, found.stderr) == (0, ""), found.stdout
    assert re.search(r"^kept    styles are there$", found.stdout, flags=re.M)


class Readers:
    """Two at each proxy who ask for one page after the other."""

    def __init__(self, machine, urls):
        self.machine, self.answers = machine, {url: [] for url in urls}
        self._leaving = Event()
        self._threads = [
            Thread(target=self._read, args=[url]) for url in (*urls, *urls)
        ]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self._leaving.set()
        for thread in self._threads:
            thread.join()

    def statuses(self):
        return {status for said in self.answers.values() for status in said}

    def _read(self, url):
        while not self._leaving.wait(0.05):
            try:
                self.answers[url].append(self.machine.get(f"{url}/about/"))
            except OSError as error:
                self.answers[url].append(error)


@pytest.fixture
def readers(needs, machine, site):
    needs("nginx", "caddy", "redis-server")
    with (
        machine.nginx() as nginx,
        machine.caddy() as caddy,
        Readers(machine, [nginx, caddy]) as readers,
    ):
        eventually(lambda: min(map(len, readers.answers.values())) > 5)
        yield readers


def test_dead_worker_is_replaced_and_its_readers_are_told_in_words(readers, site):
    server, killed = site.process.pid, min(site.workers())
    os.kill(killed, signal.SIGKILL)
    eventually(lambda: len(site.workers() - {killed}) == 2)
    eventually(lambda: all(said[-1] == 200 for said in readers.answers.values()))
    assert readers.statuses() <= {200, 503}
    assert site.process.pid == server


def test_readers_do_not_notice_a_reload(readers, site):
    before = site.workers()
    site.reload()
    eventually(lambda: len(site.workers() - before) == 2 == len(site.workers()))
    assert readers.statuses() == {200}


def test_site_is_back_after_its_server_was_killed(machine, site):
    killed = site.process.pid
    os.kill(killed, signal.SIGKILL)
    eventually(lambda: site.process.pid != killed)
    machine.answers(f"http://127.0.0.1:{machine.port}/healthz")


def test_second_site_on_the_port_is_refused(site):
    refused = site.unit.run("ExecStartPre")
    assert refused.returncode == 1
    assert "Address already in use" in refused.stderr


def test_smoke_names_what_is_broken(machine, site):
    over_http = smoke(machine, f"http://127.0.0.1:{machine.port}")
    assert over_http.returncode == 1
    assert "BROKEN" in over_http.stdout
    assert "promises are broken" in over_http.stderr
