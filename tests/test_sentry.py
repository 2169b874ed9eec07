"""Reports of errors: sent to a receiver of our own, and nobody's name in them."""

import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import brotli
import pytest

from tests import scratch

pytestmark = pytest.mark.once

BROKEN = """
from unittest import mock
from django.core.wsgi import get_wsgi_application
from django.test import RequestFactory
import sentry_sdk
asking = RequestFactory(REMOTE_ADDR="203.0.113.9", SERVER_NAME="localhost")
asked = {"data": {"text": "hidden-body"}, "query_params": {"q": "hidden-query"}}
headers = {"Cookie": "sessionid=hidden-cookie", "User-Agent": "hidden-browser"}
told = {}
def start(status, headers, error=None):
    told.update({"status": status[:3], **dict(headers)})
def fail(request, **kwargs):
    hidden = "hidden" + "-variable"
    raise ValueError("It broke.")
with mock.patch("partnerships.pages.report._taken", fail):
    environ = asking.post("/report/", headers=headers, **asked).environ
    list(get_wsgi_application()(environ, start))
sentry_sdk.flush()
print(told["status"], told["X-Request-ID"])
"""


@pytest.fixture
def receiver():
    """The address (DSN) of a receiver, and what it was sent."""
    events = []

    class Receiving(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            unpack = {"gzip": gzip.decompress, "br": brotli.decompress}
            events.append(unpack[self.headers["Content-Encoding"]](body).decode())
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Receiving) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://key@127.0.0.1:{server.server_port}/1", events
        server.shutdown()


@pytest.mark.slow("starts a process")
def test_error_is_reported_with_its_number_and_nothing_of_who_asked(receiver, tmp_path):
    dsn, events = receiver
    env = scratch.environment("", tmp_path, "tests.settings") | {"SENTRY_DSN": dsn}
    status, number = scratch.manage(env, "shell", "-c", BROKEN).split()[-2:]
    assert status == "500"
    (sent,) = events
    assert "hidden" not in sent
    assert "203.0.113.9" not in sent
    event = json.loads(sent.splitlines()[-1])
    assert event["request"] == {
        "method": "POST",
        "url": "http://localhost/report/",
    }
    assert event["tags"] == {"request_id": number}
    (error,) = event["exception"]["values"]
    assert (error["type"], error["value"]) == ("ValueError", "It broke.")


@pytest.mark.slow("starts a process")
def test_nothing_is_imported_where_nothing_is_set(tmp_path):
    env = scratch.environment("", tmp_path)
    loaded = "import sys; print('sentry_sdk' in sys.modules, 'prometheus_client' in sys.modules)"
    assert scratch.manage(env, "shell", "-c", loaded).splitlines()[-1] == "False False"
