"""A site on this machine that is visited, and answers as it is told."""

import ssl
import threading
from collections.abc import Callable
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from partnerships.actions.watching import Answer

#: Of tracker.test, which it signs itself, until 2126.
CERTIFICATE = Path(__file__).parent / "tracker.test.pem"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.close_connection = True
        self.server.asked.append(self.path)
        self.server.headers.append(self.headers)
        self.server.pages.get(self.path, page(status=404))(self)

    def log_message(self, *args):
        pass


class Site(ThreadingHTTPServer):
    """Its pages by their path; who was there, in ``asked`` and ``headers``."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages: dict[str, Callable[[Handler], None]] = {}
        self.asked, self.headers = [], []
        self.over = threading.Event()

    @property
    def port(self) -> int:
        return self.server_address[1]

    def url(self, path="/", host="127.0.0.1", scheme="http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    def handle_error(self, request, client_address):
        """Visitors may go away in the middle of an answer."""


@contextmanager
def serving(*, tls=False):
    with Site() as site:
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE)
            site.socket = context.wrap_socket(site.socket, server_side=True)
        thread = threading.Thread(target=site.serve_forever, args=[0.01])
        thread.start()
        yield site
        site.over.set()
        site.shutdown()
        thread.join()


def page(body=b"", status=200, type="text/html; charset=utf-8", **headers):
    """Answer with this body; a header is written content_length=5."""

    def answer(handler):
        handler.send_response(status)
        named = {"Content-Type": type, "Content-Length": str(len(body))}
        named |= {
            name.title().replace("_", "-"): value for name, value in headers.items()
        }
        for name, value in named.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def redirect(to, status=302):
    return page(status=status, location=to.encode().decode("latin-1"))


def raw(data):
    """Answer with these bytes and nothing else."""
    return lambda handler: handler.wfile.write(data)


def silent(handler):
    """Answer nothing until the test is over."""
    handler.server.over.wait(5)


def dripping(start):
    """Answer the start, and then a byte now and then until the test is over."""

    def answer(handler):
        handler.wfile.write(start)
        while not handler.server.over.wait(0.02):
            handler.wfile.write(b"a")
            handler.wfile.flush()

    return answer


def html(body, type="text/html; charset=utf-8") -> Answer:
    """An answer with that page."""
    body = body.encode() if isinstance(body, str) else body
    return Answer(200, "", "https://example.org/", content_type=type, body=body)
