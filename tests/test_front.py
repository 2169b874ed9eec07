"""The front lets bodies through, refuses them, and stops waiting; a stand-in takes the
place of the server. ``python -m tests.faults.under_attack`` tries it on the server itself."""

import asyncio
from io import BytesIO

import pytest
from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.test import RequestFactory

from sdptracker import front
from sdptracker.front import Front
from tests.asgi import run

pytestmark = pytest.mark.once

LONGEST = {"/report/": 100, "/admin/": 1000}


def echo(environ, start_response):
    """Answer with the body."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))]


@pytest.fixture
def site():
    return Front(echo, LONGEST)


class Client:
    """A client that sends a body in these pieces, and then no more until it is told."""

    def __init__(self, *pieces, path="/admin/", method="POST", **headers):
        self.pieces, self.path, self.method = list(pieces), path, method
        length = str(sum(map(len, pieces)))
        headers = {"content-length": length} | headers
        self.headers = {k: v for k, v in headers.items() if v is not None}
        self.goes_on, self.sent, self.taken = asyncio.Event(), [], 0

    async def receive(self):
        self.taken += 1
        if not self.pieces:
            return {"type": "http.disconnect"}
        if len(self.pieces) == 1:
            await self.goes_on.wait()
        piece = self.pieces.pop(0)
        is_more = bool(self.pieces)
        return {"type": "http.request", "body": piece, "more_body": is_more}

    async def send(self, message):
        self.sent.append(message)

    async def ask(self, site):
        """Return the status, the body and the headers of the answer."""
        headers = [(k.encode(), v.encode()) for k, v in self.headers.items()]
        path = {"path": self.path, "query_string": b"q=\xc3\xa9", "http_version": "1.1"}
        about = {"type": "http", "method": self.method, "headers": headers}
        await site(path | about, self.receive, self.send)
        if not self.sent:
            return None
        assert self.sent[-1].get("more_body") is False
        head, *parts = self.sent
        text = b"".join(part["body"] for part in parts).decode()
        return (
            head["status"],
            text,
            {k.decode(): v.decode() for k, v in head["headers"]},
        )


def answer(site, *pieces, **request):
    """Return what a client is answered who sends all at once."""

    async def ask():
        client = Client(*pieces, **request)
        client.goes_on.set()
        return await client.ask(site), client.taken

    return run(ask())


@pytest.mark.parametrize("pieces", [[b""], [b"a"], [b"a" * 400, b"b" * 600]])
def test_body_of_an_address_that_takes_one_is_let_through(site, pieces):
    (status, text, _), _ = answer(site, *pieces)
    assert (status, text) == (200, b"".join(pieces).decode())


@pytest.mark.parametrize(
    ("path", "method"),
    [
        *(("/about/", "POST"), ("/api/v1/partnerships/", "POST"), ("/", "DELETE")),
        *(("/admin/", "GET"), ("/report/", "PUT"), ("/data/claims.csv", "POST")),
    ],
)
def test_body_of_any_other_request_is_not_read(site, path, method):
    (status, text, _), taken = answer(site, b"a=1", path=path, method=method)
    assert (status, text, taken) == (200, "", 0)


@pytest.mark.parametrize(("path", "most"), LONGEST.items())
def test_longer_body_is_refused_unread(site, path, most):
    for length in (most + 1, 10**12, 10**30):
        more = {"content-length": str(length), "path": path}
        (status, text, headers), taken = answer(site, b"a", **more)
        assert status == 413 and "Nothing was saved: go back to your text" in text
        assert headers["content-type"] == "text/html; charset=utf-8"
        assert headers["content-length"] == str(len(text))
        assert taken == 0


@pytest.mark.parametrize("length", ["", "-1", "many", "1.5", "1,1", None])
def test_body_without_a_length_is_refused_unread(site, length):
    more = {"content-length": length, "transfer-encoding": "chunked"}
    (status, text, _), taken = answer(site, b"a", **more)
    assert (status, taken) == (411, 0) and "Send a Content-Length." in text


@pytest.mark.parametrize("length", ["2", "4"])
def test_body_that_is_cut_off_or_too_long_never_reaches_a_form(site, length):
    assert answer(site, b"a=1", **{"content-length": length})[0] is None


def test_slow_body_is_told_to_come_again(site, monkeypatch):
    monkeypatch.setattr(front, "PATIENCE", 0.05)
    status, text, _ = run(Client(b"a", b"b").ask(site))
    assert status == 408 and "Nothing was saved. Reload this page" in text


def test_body_that_keeps_pace_may_take_longer(site, monkeypatch):
    monkeypatch.setattr(front, "PATIENCE", 0.1)
    monkeypatch.setattr(front, "PACE", 100)

    async def ask():
        client = Client(b"a" * 100, b"b")
        asyncio.get_running_loop().call_later(0.3, client.goes_on.set)
        return await client.ask(site)

    assert run(ask())[0] == 200


def test_slow_bodies_hold_up_nobody_and_are_bounded(site, monkeypatch):
    monkeypatch.setattr(front, "MOST_BODIES", 40)

    async def ask():
        slow = [Client(b"a", b"b") for _ in range(40)]
        asked = [asyncio.create_task(client.ask(site)) for client in slow]
        await asyncio.sleep(0)
        reader = await Client(method="GET", path="/about/").ask(site)
        editor = await Client(b"a").ask(site)
        for client in slow:
            client.goes_on.set()
        return reader, editor, await asyncio.gather(*asked), await Client().ask(site)

    reader, (status, text, headers), slow, after = run(ask())
    assert reader[0] == after[0] == 200
    assert status == 503 and "Reload this page" in text
    assert headers["retry-after"] == "20"
    assert [text for _, text, _ in slow] == ["ab"] * 40


# Answers


class Parts(list):
    is_closed = False

    def close(self):
        self.is_closed = True


def sends(*parts):
    """Return the site that answers with these parts, and the parts."""
    parts = Parts(parts)

    def application(environ, start_response):
        start_response("200 OK", [])
        return parts

    return Front(application, {}), parts


def test_short_answer_is_taken_whole_and_closed():
    site, parts = sends(b"a", b"", b"b")

    async def ask():
        client = Client(method="GET")
        await client.ask(site)
        return client.sent

    _, only = run(ask())
    assert only["body"] == b"ab"
    assert parts.is_closed


def test_long_answer_is_sent_in_parts_and_closed_at_its_end():
    site, parts = sends(b"a" * front.WHOLE, b"b", b"", b"c")

    async def ask():
        client = Client(method="GET")
        await client.ask(site)
        return [message["body"] for message in client.sent[1:]]

    assert run(ask()) == [*parts, b""]
    assert parts.is_closed


def test_reader_who_takes_nothing_is_left_and_holds_up_nobody(monkeypatch):
    monkeypatch.setattr(front, "PATIENCE", 0.2)
    monkeypatch.setattr(front, "PACE", 10**9)
    site, parts = sends(b"a" * front.WHOLE, *[b"b"] * 10)

    async def ask():
        slow = [Client(method="GET") for _ in range(40)]
        for client in slow:
            client.send = Stalled()
        asked = [asyncio.create_task(client.ask(site)) for client in slow]
        await asyncio.sleep(0.05)
        assert (await Client(method="GET").ask(site))[0] == 200
        assert not any(task.done() for task in asked)
        await asyncio.gather(*asked)

    run(ask())
    assert parts.is_closed


class Stalled:
    """Takes the head, and then nothing."""

    async def __call__(self, message):
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()


def test_answer_that_fails_is_closed():
    def parts():
        try:
            yield b"a"
            raise ValueError
        finally:
            closed.append(True)

    def application(environ, start_response):
        start_response("200 OK", [])
        return parts()

    closed = []
    with pytest.raises(ValueError):
        answer(Front(application, {}), method="GET")
    assert closed


# What Django is told


def test_address_and_headers_reach_django_as_they_were():
    told = {}

    def application(environ, start_response):
        told.update(environ)
        return echo(environ, start_response)

    more = {"x-forwarded-for": "192.0.2.1", "x_forwarded_for": "192.0.2.9"}
    answer(Front(application, {}), method="GET", path="/partnerships/é/", **more)
    assert told["PATH_INFO"].encode("latin1").decode() == "/partnerships/é/"
    assert told["QUERY_STRING"].encode("latin1") == b"q=\xc3\xa9"
    assert told["HTTP_X_FORWARDED_FOR"] == "192.0.2.1"


def test_more_headers_of_one_name_than_can_be_read_are_refused(site):
    async def ask():
        client = Client(method="GET")
        client.headers = {}
        scope = {"type": "http", "method": "GET", "path": "/", "http_version": "1.1"}
        headers = [(b"cookie", b"a=b")] * 101
        more = {"headers": headers, "query_string": b""}
        await site(scope | more, client.receive, client.send)
        return client.sent[0]["status"]

    assert run(ask()) == 400


# The tracker's own bounds


def test_upload_stays_in_memory():
    assert max(settings.LONGEST_BODIES.values()) <= settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    file = BytesIO(b"a" * 3_000_000)
    file.name = "rows.csv"
    request = RequestFactory().post("/admin/", {"file": file})
    assert isinstance(request.FILES["file"], InMemoryUploadedFile)


def test_maker_of_a_long_answer_is_told_once_its_client_has_gone(monkeypatch):
    monkeypatch.setattr(front, "LONG", 0.01)

    def endless(environ, start_response):
        start_response("200 OK", [])
        return [b"told" if environ[front.GONE].wait(10) else b"in vain"]

    (status, text, _), taken = answer(Front(endless, LONGEST), method="GET")
    assert (status, text) == (200, "told") and taken


def test_client_of_a_short_answer_is_not_asked_after():
    def prompt(environ, start_response):
        start_response("200 OK", [])
        return [str(environ[front.GONE].is_set()).encode()]

    (_, text, _), taken = answer(Front(prompt, LONGEST), method="GET")
    assert (text, taken) == ("False", 0)
