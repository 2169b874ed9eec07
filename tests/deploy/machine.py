"""A machine on which the tracker is installed, below one folder."""

import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from tests.deploy.units import Running, Unit
from tests.scratch import ROOT

DEPLOY = ROOT / "deploy"
NAME = "localhost"


class Machine:
    def __init__(self, folder: Path):
        self.folder = folder
        self.etc, self.data, self.units = (
            folder / part for part in ("etc", "data", "units")
        )
        self.certificate, self.key = self.etc / "site.crt", self.etc / "site.key"
        self.port, self.nginx_port, self.caddy_port = (free_port() for _ in range(3))
        self.redis_socket = folder / "redis.sock"

    def adapted(self, text: str) -> str:
        """Names, paths and ports as they are here. Nothing else differs from a server."""
        for old, new in {
            "/srv/sdp-tracker/.venv/bin": Path(sys.executable).parent,
            "/srv/sdp-tracker": ROOT,
            "/etc/sdp-tracker": self.etc,
            "/var/lib/sdp-tracker": self.data,
            "/run/redis/tracker.sock": self.redis_socket,
            "/etc/letsencrypt/live/tracker.example.org/fullchain.pem": self.certificate,
            "/etc/letsencrypt/live/tracker.example.org/privkey.pem": self.key,
            "tracker.example.org": NAME,
        }.items():
            text = text.replace(old, str(new))
        return re.sub(r"\b8000\b", str(self.port), text)

    def install(self):
        """Put files where docs/operating.md puts them, and make keys."""
        self.etc.mkdir()
        self.data.mkdir()
        shutil.copytree(DEPLOY / "systemd", self.units)
        for path in self.units.rglob("*.*"):
            if path.is_file():
                path.write_text(self.adapted(path.read_text()))
        openssl(
            *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "1", "-subj", f"/CN={NAME}"),
            *("-addext", f"subjectAltName=DNS:{NAME}"),
            *("-keyout", self.key, "-out", self.certificate),
        )
        openssl(
            "genpkey", "-algorithm", "ed25519", "-out", self.etc / "signing_key.pem"
        )
        (self.units / "credentials").mkdir()
        (self.etc / "env").write_text(self.adapted((DEPLOY / "env").read_text()))
        (self.etc / "secret_key").write_text(openssl("rand", "-hex", "40"))
        (self.etc / "database_url").write_text(f"sqlite:///{self.data}/db.sqlite3")

    def unit(self, name: str) -> Unit:
        return Unit(self.units, name)

    @contextmanager
    def site(self) -> Iterator[Running]:
        with Running(
            self.unit("sdp-tracker.service"), self.folder / "site.log"
        ) as site:
            self.answers(f"http://127.0.0.1:{self.port}/healthz")
            yield site

    @contextmanager
    def redis(self) -> Iterator[None]:
        conf = self.folder / "redis.conf"
        conf.write_text(self.adapted((DEPLOY / "redis/sdp-tracker.conf").read_text()))
        with ended(["redis-server", conf], self.folder / "redis.log"):
            eventually(self.redis_socket.exists)
            yield

    @contextmanager
    def nginx(self) -> Iterator[str]:
        """The address of the site through nginx, with the configuration as it is."""
        conf = self.adapted((DEPLOY / "nginx/sdp-tracker.conf").read_text())
        conf = re.sub(r" *listen \[::\].*\n", "", conf)  # not every machine has IPv6
        conf = conf.replace("listen 80;", f"listen {free_port()};")
        conf = conf.replace("listen 443 ", f"listen {self.nginx_port} ")
        (self.folder / "site.conf").write_text(conf)
        (self.folder / "nginx.conf").write_text(
            f"user root; pid {self.folder}/nginx.pid; daemon off;"
            " error_log stderr warn; worker_processes 1; events {}"
            " http { access_log off; include /etc/nginx/mime.types;"
            f" client_body_temp_path {self.folder}/body;"
            f" proxy_temp_path {self.folder}/proxy;"
            f" fastcgi_temp_path {self.folder}/f; uwsgi_temp_path {self.folder}/u;"
            f" scgi_temp_path {self.folder}/s; include {self.folder}/site.conf; }}"
        )
        command = ["nginx", "-e", "stderr", "-c", self.folder / "nginx.conf"]
        with ended(command, self.folder / "nginx.log"):
            url = f"https://{NAME}:{self.nginx_port}"
            self.answers(f"{url}/healthz")
            yield url

    @contextmanager
    def caddy(self) -> Iterator[str]:
        """The address of the site through Caddy, with the certificate made here."""
        url = f"https://{NAME}:{self.caddy_port}"
        conf = self.adapted((DEPLOY / "caddy/Caddyfile").read_text())
        conf = conf.replace(
            f"\n{NAME} {{", f"\n{url} {{\n\ttls {self.certificate} {self.key}"
        )
        conf = conf.replace(
            "\n{\n", "\n{\n\tadmin off\n\tauto_https disable_redirects\n", 1
        )
        path = self.folder / "Caddyfile"
        path.write_text(conf)
        command = ["caddy", "run", "--adapter", "caddyfile", "--config", path]
        with ended(command, self.folder / "caddy.log", HOME=str(self.folder)):
            self.answers(f"{url}/healthz")
            yield url

    def get(self, url: str) -> int:
        """The status of an answer. Raises OSError where there is none."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        try:
            with urlopen(url, timeout=20, context=context) as answer:
                answer.read()
                return answer.status
        except HTTPError as error:
            return error.code

    def answers(self, url: str):
        def is_answered():
            try:
                return self.get(url) < 500
            except OSError:
                return False

        eventually(is_answered)


def eventually(is_so):
    """Wait until it is so. Raises TimeoutError after a minute."""
    for _ in range(600):
        if is_so():
            return
        time.sleep(0.1)
    raise TimeoutError(is_so)


@contextmanager
def ended(command: list, log: Path, **env: str) -> Iterator[None]:
    """Run a server and end it."""
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"
    with (
        log.open("ab") as file,
        subprocess.Popen(
            list(map(str, command)), stdout=file, stderr=file, env={"PATH": path} | env
        ) as process,
    ):
        try:
            yield
        finally:
            process.terminate()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def openssl(*arguments) -> str:
    return subprocess.run(
        ["openssl", *map(str, arguments)], capture_output=True, text=True, check=True
    ).stdout.strip()
