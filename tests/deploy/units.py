"""Units of systemd, run without it: what they start, with nothing but their environment."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import time
from pathlib import Path
from threading import Event, Thread

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"


class Unit:
    """A unit with its drop-ins; ``lines`` are the values of each name, in order."""

    def __init__(self, folder: Path, name: str):
        self.name = name
        self.instance = name.partition("@")[2].removesuffix(".service")
        template = re.sub("@.*", "@.service", name)
        texts = [folder / template, *sorted((folder / f"{template}.d").glob("*.conf"))]
        self._credentials = folder / "credentials"
        self.lines: dict[str, list[str]] = {}
        for path in texts:
            text = path.read_text().replace("\\\n", " ")
            for key, value in re.findall(r"^(\w+)=(.*)$", text, flags=re.M):
                self.lines.setdefault(key, []).append(value)

    def command(self, key: str, **variables: str) -> list[str]:
        (line,) = self.lines[key]
        for name, value in {
            "%i": self.instance,
            "%H": "host",
            "%n": self.name,
            "%%": "%",
        }.items():
            line = line.replace(name, value)
        return [
            re.sub(r"^\$(\w+)$", lambda m: variables[m[1]], word)
            for word in shlex.split(line)
        ]

    def environment(self) -> dict[str, str]:
        """The variables of its files and its credentials, as systemd gives them."""
        env = {"PATH": PATH}
        for given in self.lines.get("LoadCredential", []):
            name, _, path = given.partition(":")
            env["CREDENTIALS_DIRECTORY"] = str(self._credentials)
            shutil.copy(path, self._credentials / name)
        for name in self.lines.get("EnvironmentFile", []):
            for line in Path(name).read_text().splitlines():
                if line and not line.startswith("#"):
                    key, _, value = line.partition("=")
                    env[key] = "".join(shlex.split(value))
        return env

    def run(self, key: str = "ExecStart", **variables: str):
        return subprocess.run(
            self.command(key, **variables),
            env=self.environment(),
            cwd=self.lines.get("WorkingDirectory", ["/"])[0],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


class Running:
    """A service that is started, and again whenever it ends (Restart=always)."""

    def __init__(self, unit: Unit, log: Path):
        assert unit.lines["Restart"] == ["always"]
        self.unit = unit
        self._log = log.open("ab")
        self._stopping = Event()
        self.process: subprocess.Popen | None = None

    def __enter__(self):
        self._start()
        self._watch = Thread(target=self._restart)
        self._watch.start()
        return self

    def __exit__(self, *error):
        self._stopping.set()
        while self._watch.is_alive():
            self.process.terminate()
            self._watch.join(0.2)
        self._log.close()

    def reload(self):
        done = self.unit.run("ExecReload", MAINPID=str(self.process.pid))
        assert done.returncode == 0, done.stderr

    def workers(self) -> set[int]:
        """The processes that the server started to answer."""
        pid = self.process.pid
        return set(
            map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        )

    def _start(self):
        checked = self.unit.run("ExecStartPre")
        assert checked.returncode == 0, checked.stderr
        self.process = subprocess.Popen(
            self.unit.command("ExecStart"),
            env=self.unit.environment(),
            cwd=self.unit.lines["WorkingDirectory"][0],
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )

    def _restart(self):
        while True:
            self.process.wait()
            _end_group(self.process.pid)
            if self._stopping.is_set():
                return
            if not self._stopping.wait(float(self.unit.lines["RestartSec"][0])):
                self._start()


def _end_group(group: int):
    """End what a service left behind, as systemd ends its control group."""
    try:
        os.killpg(group, signal.SIGKILL)
        while True:
            os.killpg(group, 0)
            time.sleep(0.05)
    except ProcessLookupError:
        pass
