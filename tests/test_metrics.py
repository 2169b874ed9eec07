"""/metrics: what it tells, to whom, and that what it tells stays small."""

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import timedelta
from importlib import import_module
from ipaddress import ip_network
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test import override_settings
from django.utils import timezone

from partnerships.ledger import sealing, verifying
from tests import factories, scratch
from tests.scores.serving import free_port

pytestmark = pytest.mark.django_db

TOKEN = "0123456789-0123456789"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
INSIDE = [ip_network("10.0.0.0/8"), ip_network("::1")]


@pytest.fixture(scope="module")
def metrics(tmp_path_factory):
    """The module, which makes its directory when it is imported."""
    with override_settings(DATA_DIR=tmp_path_factory.mktemp("data")):
        return import_module("sdptracker.metrics")


@pytest.fixture
def measured(metrics, settings):
    """A site that is measured, by the settings that make it so."""
    first, *others = settings.MIDDLEWARE
    measuring, counting = "sdptracker.metrics.Measuring", "CountDatabaseErrors"
    settings.MIDDLEWARE = [first, measuring, *others, f"sdptracker.metrics.{counting}"]
    settings.METRICS_TOKEN = TOKEN


def values(client):
    """All values, by the name with its labels."""
    answer = client.get("/metrics", headers=BEARER)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=")
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (x.rsplit(" ", 1) for x in lines)}


def new(client, before):
    """What was counted since."""
    now = values(client)
    return {name: value - before.get(name, 0) for name, value in now.items()}


# Who may ask


def test_nothing_is_there_by_default(client):
    assert client.get("/metrics", headers=BEARER).status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (BEARER, 200),
        ({"Authorization": f"bearer {TOKEN}"}, 200),
        ({}, 404),
        ({"Authorization": TOKEN}, 404),
        ({"Authorization": f"Basic {TOKEN}"}, 404),
        ({"Authorization": f"Bearer {TOKEN[:-1]}"}, 404),
        ({"Authorization": "Bearer "}, 404),
        ({"Authorization": "Bearer é"}, 404),
    ],
)
def test_token_is_asked_for(client, measured, headers, status):
    assert client.get("/metrics", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("proxies", "address", "forwarded", "status"),
    [
        (0, "10.1.2.3", None, 200),
        (0, "::1", None, 200),
        (0, "203.0.113.9", None, 404),
        (0, "10.1.2.3", "203.0.113.9", 404),  # through a proxy that nobody counted
        (1, "10.1.2.3", "203.0.113.9", 404),
        (1, "10.1.2.3", "10.0.0.1, 203.0.113.9", 404),
        (1, "10.1.2.3", "203.0.113.9, 10.0.0.1", 200),
        (1, "10.1.2.3", None, 200),
        (0, "", None, 404),
    ],
)
def test_address_is_asked_for(client, measured, settings, proxies, address, forwarded, status):  # fmt: skip
    settings.METRICS_TOKEN, settings.METRICS_ADDRESSES = "", INSIDE
    settings.PROXY_COUNT = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    answer = client.get("/metrics", headers=headers, REMOTE_ADDR=address)
    assert answer.status_code == status


def test_both_are_asked_for_where_both_are_set(client, measured, settings):
    settings.METRICS_ADDRESSES = INSIDE
    for headers, address, status in [
        (BEARER, "10.1.2.3", 200),
        (BEARER, "203.0.113.9", 404),
        ({}, "10.1.2.3", 404),
    ]:
        answer = client.get("/metrics", headers=headers, REMOTE_ADDR=address)
        assert answer.status_code == status


def test_program_asks_by_address_over_plain_http_and_writes_nothing(
    client, measured, settings
):
    settings.SECURE_SSL_REDIRECT = True
    headers = BEARER | {"Host": "10.0.0.1:8000"}
    assert client.get("/metrics", headers=headers).status_code == 200
    assert client.post("/metrics", headers=BEARER, secure=True).status_code == 404


# What is told


def test_answers_are_counted_by_route_method_and_status(client, measured):
    factories.partnership()
    before = values(client)
    client.get("/partnerships/norway/")
    client.get("/partnerships/atlantis/")
    client.head("/partnerships/norway/")
    client.post("/about/")
    counted = new(client, before)
    labels = 'tracker_requests_total{method="%s",status="%s",view="%s"}'
    assert counted[labels % ("GET", "200", "partnership-detail")] == 1
    assert counted[labels % ("GET", "404", "partnership-detail")] == 1
    assert counted[labels % ("HEAD", "200", "partnership-detail")] == 1
    assert counted[labels % ("POST", "405", "about")] == 1
    timed = 'tracker_request_seconds_count{view="partnership-detail"}'
    assert counted[timed] == 3
    assert counted['tracker_request_seconds_bucket{le="+Inf",view="about"}'] == 1


def test_no_address_and_no_word_of_a_reader_makes_a_series(client, measured):
    before = values(client)
    for number in range(3):
        client.get(f"/nowhere-{number}/?q=hush")
        client.generic(f"BREW{number}", f"/partnerships/?x={number}")
        client.get("/", headers={"Host": f"evil-{number}.example"})
    counted = {name for name, count in new(client, before).items() if count == 3}
    assert {name for name in counted if name.startswith("tracker_requests_total")} == {
        'tracker_requests_total{method="GET",status="400",view="none"}',
        'tracker_requests_total{method="GET",status="404",view="none"}',
        'tracker_requests_total{method="other",status="405",view="partnership-list"}',
    }
    assert not re.search(r"nowhere|hush|BREW|evil", "".join(values(client)))


def test_kept_pages_are_counted(client, measured, memory_cache, sealed_at_once):
    factories.partnership()
    before = values(client)
    tag = client.get("/about/")["ETag"]
    client.get("/about/")
    client.get("/about/")
    client.get("/about/", headers={"If-None-Match": tag})
    counted = new(client, before)
    results = ("miss", "hit", "unchanged")
    assert [counted[f'tracker_kept_pages_total{{result="{r}"}}'] for r in results] == [
        *(1, 2, 1)
    ]


def test_refused_log_ins_are_counted(client, measured, editor):
    before = values(client)
    client.post("/admin/login/", {"username": "editor", "password": "wrong"})
    assert new(client, before)["tracker_logins_refused_total"] == 1


def test_database_that_is_gone_is_told(client, measured):
    def refuse(*args):
        raise OperationalError("The server closed the connection.")

    client.raise_request_exception = False
    before = values(client)
    with connection.execute_wrapper(refuse):
        client.get("/")
        told = new(client, before)
    assert told["tracker_database_errors_total"] == 1
    assert before["tracker_database_up"] == 1
    assert told["tracker_database_up"] == -1
    assert "tracker_edition" not in told


def test_trail_is_told(client, measured):
    factories.partnership()
    now = timezone.now()
    with time_machine.travel(now + timedelta(minutes=10), tick=False):
        told = values(client)
    assert 600 <= told["tracker_unsealed_seconds"] < 660
    assert "tracker_proof_age_seconds" not in told
    sealing.seal()
    verifying.note_result(2, 0)
    with time_machine.travel(now + timedelta(days=1), tick=False):
        told = values(client)
    assert told["tracker_edition"] == 2
    assert told["tracker_unsealed_seconds"] == 0
    assert told["tracker_proof_age_seconds"] // 3600 in (23, 24)
    assert told["tracker_proof_problems"] == 0
    verifying.note_result(2, 0, problems=3)
    told = values(client)
    assert told["tracker_proof_problems"] == 3
    assert told["tracker_proof_age_seconds"] < 3600


def test_memory_of_this_process_is_told(client, measured):
    told = values(client)
    assert told[f'tracker_worker_memory_bytes{{pid="{os.getpid()}"}}'] > 10_000_000


# Rules


def test_alerts_ask_for_metrics_that_there_are(client, measured, memory_cache):
    rules = Path(__file__).parent.parent / "deploy/prometheus/rules.yml"
    asked = set(re.findall(r"tracker_[a-z_]+", rules.read_text()))
    factories.partnership()
    sealing.seal()
    verifying.note_result(2, 0)
    client.get("/about/")
    told = {name.partition("{")[0] for name in values(client)}
    assert len(asked) >= 8
    assert asked <= told


# Workers


def served(env, port, *options):
    server = Path(sys.executable).with_name("granian")
    command = [
        server,
        "--interface=asginl",
        "--no-ws",
        "--host=127.0.0.1",
        f"--port={port}",
    ]
    more = ["--log-level=warning", *options, "sdptracker.asgi:application"]
    return subprocess.Popen([*command, *more], env=env)


def told_by(port):
    request = Request(f"http://127.0.0.1:{port}/metrics", headers=BEARER)
    for _ in range(300):
        try:
            with urlopen(request, timeout=5) as answer:
                return answer.read().decode()
        except (URLError, ConnectionError):
            time.sleep(0.1)
    raise TimeoutError("It does not answer.")


def number_of(told, pattern):
    return sum(
        float(value) for value in re.findall(pattern + r".* ([\d.e+]+)$", told, re.M)
    )


@pytest.mark.once
@pytest.mark.slow("starts a server of two workers")
def test_workers_are_added_up_and_one_that_dies_takes_no_count_with_it(tmp_path):
    """Its memory is told no longer; what it counted is, until the server ends."""
    env = scratch.environment(f"sqlite:///{tmp_path / 'db.sqlite3'}", tmp_path)
    env |= {"METRICS_TOKEN": TOKEN}
    place, port = tmp_path / "metrics", free_port()
    (place / "1-0").mkdir(parents=True)  # of a server that ended
    robots = r'tracker_requests_total\{.*view="robots.txt"'
    with served(env, port, "--workers=2", "--respawn-failed-workers") as server:
        try:
            told_by(port)
            for _ in range(20):
                with urlopen(f"http://127.0.0.1:{port}/robots.txt", timeout=5):
                    pass
            told = told_by(port)
            assert number_of(told, robots) == 20
            assert "tracker_database_up 0.0" in told  # nobody migrated it
            pids = set(re.findall(r'pid="(\d+)"', told))
            assert len(pids) == 2
            os.kill(int(min(pids)), signal.SIGKILL)
            for _ in range(100):
                told = told_by(port)
                running = set(re.findall(r'pid="(\d+)"', told))
                if len(running) == 2 and running != pids:
                    break
                time.sleep(0.1)
            assert min(pids) not in running
            assert len(running) == 2
            assert number_of(told, robots) == 20
            assert [path.name.partition("-")[0] for path in place.iterdir()] == [
                str(server.pid)
            ]
        finally:
            server.kill()
            for pid in re.findall(r'pid="(\d+)"', told):
                with suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)


@pytest.mark.once
@pytest.mark.slow("starts a process")
def test_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "metrics").touch()
    env = scratch.environment("", tmp_path) | {"METRICS_TOKEN": TOKEN}
    ran = subprocess.run(
        [sys.executable, "-m", "sdptracker.wsgi"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    (line,) = ran.stderr.splitlines()
    assert line.startswith("Settings: Metrics cannot be kept in ")
