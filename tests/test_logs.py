"""The log: one line for what happened, with the number that its reader was told."""

import io
import json
import logging
import logging.config
import re
from ipaddress import ip_address
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.contrib.auth import authenticate

from partnerships.web import request_ids
from sdptracker import logs
from tests import factories

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:Invalid HTTP_HOST"),
]

GIVEN = "of-the-proxy.1"
MADE = re.compile(r"[0-9a-f]{16}")
PASSWORD = "long enough, and wrong"


@pytest.fixture(params=["plain", "json"])
def log(request, monkeypatch):
    """What the log holds, line by line, in either form."""
    given = logs.to_console(form=request.param, level="info")
    made = logging.config.DictConfigurator(given)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(made.configure_formatter(given["formatters"][request.param]))
    handler.addFilter(logs.Told())
    for name in ("", "django"):
        logger = logging.getLogger(name)
        monkeypatch.setattr(logger, "handlers", [handler])
        monkeypatch.setattr(logger, "level", logging.INFO)
        logger.manager._clear_cache()
    yield lambda: stream.getvalue().splitlines()
    logging.root.manager._clear_cache()


@pytest.fixture
def broken(monkeypatch):
    """A site whose pages all fail."""

    def fail():
        raise ValueError("It broke.")

    monkeypatch.setattr("partnerships.web.caching._trail", fail)


# The number


def test_every_answer_has_a_number_of_its_own(client):
    answers = [client.get(path) for path in ("/healthz", "/about/", "/nowhere/")]
    numbers = {answer["X-Request-ID"] for answer in answers}
    assert len(numbers) == 3
    assert all(map(MADE.fullmatch, numbers))


@pytest.mark.parametrize(
    ("proxies", "given", "is_taken"),
    [
        (1, GIVEN, True),
        (1, "0" * 64, True),
        (0, GIVEN, False),
        *((1, number, False) for number in ("", "short", "0" * 65, "a b c d e", "äöüßäöüß")),
        (1, 'abcdefgh"}\n{"level', False),
    ],
)  # fmt: skip
def test_number_is_taken_from_a_trusted_proxy_where_it_is_well_formed(
    client, settings, proxies, given, is_taken
):
    settings.PROXY_COUNT = proxies
    answer = client.get("/healthz", headers={"X-Request-ID": given})
    assert (answer["X-Request-ID"] == given) == is_taken
    assert is_taken or MADE.fullmatch(answer["X-Request-ID"])


def test_number_is_no_part_of_what_is_kept(client, memory_cache, sealed_at_once):
    factories.partnership()
    first, again = client.get("/about/"), client.get("/about/")
    assert first["ETag"] == again["ETag"]
    assert first["X-Request-ID"] != again["X-Request-ID"]
    unchanged = client.get("/about/", headers={"If-None-Match": first["ETag"]})
    assert unchanged.status_code == 304
    assert MADE.fullmatch(unchanged["X-Request-ID"])
    for page in (first, again):
        assert page["X-Request-ID"] not in page.text


def test_reader_of_an_error_is_told_its_number(client, broken, log):
    client.raise_request_exception = False
    answer = client.get("/about/?q=hush")
    number = answer["X-Request-ID"]
    assert answer.status_code == 500
    assert "tell us this number" in answer.text
    assert f"<code>{number}</code>" in answer.text
    (first, *_) = (line for line in log() if "Internal Server Error" in line)
    assert number in first
    assert "hush" not in "".join(log())


@pytest.mark.parametrize(
    ("path", "status"), [("/api/v1/partnerships/", 500), ("/api/v1/nowhere/", 404)]
)
def test_program_is_told_the_number_of_an_error(client, broken, path, status):
    client.raise_request_exception = False
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.json()["request_id"] == answer["X-Request-ID"]


# Lines


def test_line_of_json_is_one_object_without_the_request(client, broken, log):
    client.raise_request_exception = False
    client.get("/about/?q=hush")
    (line,) = [line for line in log() if "Internal Server Error" in line]
    if line.startswith("{"):
        told = json.loads(line)
        wanted = {"time", "level", "logger", "request_id", "message", "traceback"}
        assert told.keys() == wanted
        assert told["traceback"].endswith("ValueError: It broke.")
        assert told["level"] == "ERROR"
        assert told["logger"] == "django.request"
    else:
        assert re.search(r" ERROR django\.request [0-9a-f]{16}: Internal ", line)


def test_what_no_request_says_has_no_number(log, monkeypatch):
    request_ids._current.set("")
    logging.getLogger("partnerships").warning("A line\nand a half.")
    told = log()
    if told[0].startswith("{"):
        assert json.loads(told[0])["request_id"] == "-"
        assert json.loads(told[0])["message"] == "A line\nand a half."
        assert len(told) == 1
    else:
        assert told[0].endswith(" WARNING partnerships -: A line")


@pytest.mark.parametrize("path", ["/", "/nowhere/", "/api/v1/partnerships/"])
def test_wrong_host_is_one_warning_without_traceback(client, log, path):
    assert client.get(path, headers={"Host": "evil.example"}).status_code == 400
    (line,) = log()
    assert "evil.example" in line
    assert "WARNING" in line
    assert "ERROR" not in line


# Log-ins


def log_in(client, name="editor", password=PASSWORD, **kwargs):
    typed = {"username": name, "password": password}
    return client.post("/admin/login/", typed, **kwargs)


def test_refused_log_in_is_one_line_with_the_address_and_no_name(client, editor, log):
    log_in(client, REMOTE_ADDR="203.0.113.9")
    (line,) = [line for line in log() if "og-in" in line or "ogin" in line.lower()]
    assert "Log-in refused: 203.0.113.9" in line
    assert "editor" not in line


def test_lock_out_and_success_are_lines_too(client, editor, log):
    for _ in range(7):
        log_in(client, REMOTE_ADDR="203.0.113.9")
    editor.set_password("right enough, and long")
    editor.save()
    log_in(client, password="right enough, and long", REMOTE_ADDR="2001:db8::1")
    told = [re.search(r"Log-in [^\"]+", line) for line in log()]
    assert [found[0] for found in told if found] == [
        *["Log-in refused: 203.0.113.9"] * 4,
        *["Log-in locked out: 203.0.113.9"] * 3,
        "Log-in accepted: 2001:db8::1",
    ]
    assert "editor" not in "".join(log())


def test_log_in_without_a_request_has_no_line(log, settings, db):
    """As in the shell."""
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
    settings.AXES_ENABLED = False
    authenticate(username="nobody", password=PASSWORD)
    assert log() == []


# What fail2ban makes of them

FILTER = Path(configured.BASE_DIR) / "deploy/fail2ban/sdp-tracker.conf"
ADDRESS = r"(?P<address>[0-9a-fA-F:.]+)"
JOURNAL = "host granian[42]: "


def found_by_fail2ban(line):
    """The address that the shipped filter finds; fail2ban takes the time out first."""
    text = FILTER.read_text().split("failregex = ")[1]
    expressions = [one.strip().replace("<ADDR>", ADDRESS) for one in text.splitlines()]
    line = re.sub(r"\d{4}-\d\d-\d\d[ T][\d:.,]+(?:\+00:00)?", "", line)
    matches = [re.search(expression, line) for expression in expressions if expression]
    return [str(ip_address(match["address"])) for match in matches if match]


@pytest.mark.parametrize("before", ["", JOURNAL])
def test_fail2ban_finds_the_address_in_lines_of_refused_log_ins_alone(
    client, editor, log, before
):
    for address in ("203.0.113.9", "2001:db8::1"):
        log_in(client, REMOTE_ADDR=address)
    client.get("/WARNING sdptracker.logins x: Log-in refused: 192.0.2.1")
    client.get(
        "/", headers={"Host": "WARNING sdptracker.logins x: Log-in refused: 192.0.2.2"}
    )
    found = [address for line in log() for address in found_by_fail2ban(before + line)]
    assert found == ["203.0.113.9", "2001:db8::1"]
