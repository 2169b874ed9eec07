"""examples/: each reads a tracker, where its tool is installed."""

import os
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import duckdb
import pytest
from django.conf import settings
from pytest_django.live_server_helper import LiveServer

pytestmark = [
    pytest.mark.slow("serves the tracker and starts processes"),
    pytest.mark.once,  # the server of the test sees what the test sees on SQLite alone
    pytest.mark.django_db,
]

EXAMPLES = Path(settings.BASE_DIR, "examples")
TYPESCRIPT = EXAMPLES / "typescript"


@pytest.fixture(scope="module")
def site(dataset):
    """The address of a server for all tests here, which empties no table."""
    server = LiveServer("localhost")
    yield server.url
    server.stop()


@pytest.fixture
def run(site, tmp_path):
    """Run a program on the tracker, in a folder of its own, and return what it prints."""

    def run(*command, cwd=tmp_path):
        if shutil.which(command[0]) is None:
            pytest.skip(f"{command[0]} is not installed.")
        ran = subprocess.run(
            command,
            cwd=cwd,
            env=os.environ | {"TRACKER": site},
            capture_output=True,
            text=True,
            check=False,
        )
        if "there is no package called" in ran.stderr:
            pytest.skip(ran.stderr)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    return run


def test_pandas(run):
    assert "norway" in run(sys.executable, EXAMPLES / "read.py")


def test_shell(run, tmp_path):
    assert "norway" in run("sh", EXAMPLES / "read.sh")
    (archive,) = tmp_path.glob("*.zip")
    assert "milestones.csv" in ZipFile(archive).namelist()


@pytest.mark.parametrize("name", ["read.R", "read_tidyverse.R"])
def test_r(run, name):
    assert "2024-05-28" in run("Rscript", EXAMPLES / name)


def test_typescript(run, tmp_path):
    """It compiles where every key is one that an answer has, of a known type."""
    if not (TYPESCRIPT / "node_modules").exists():
        pytest.skip("Run npm ci in examples/typescript first.")
    for name in ("package.json", "tsconfig.json", "read.ts"):
        shutil.copy(TYPESCRIPT / name, tmp_path)
    (tmp_path / "node_modules").symlink_to(TYPESCRIPT / "node_modules")
    run("npm", "run", "types")
    assert "Norway: Signed, 2024-05-28" in run("npm", "start")
    code = tmp_path / "read.ts"
    code.write_text(code.read_text().replace("status_label", "state_label"))
    with pytest.raises(AssertionError, match="'state_label' does not exist"):
        run("npm", "start")


def test_duckdb(dataset, client, tmp_path, monkeypatch):
    answer = client.get("/data/sdp-tracker.zip")
    ZipFile(BytesIO(answer.getvalue())).extractall(tmp_path)
    monkeypatch.chdir(tmp_path)
    rows = duckdb.sql((EXAMPLES / "read.sql").read_text()).fetchall()
    signed = {(code, track): rest for _, code, track, *rest in rows}
    day, documents = signed["NOR", "SDP"]
    assert str(day) == "2024-05-28"
    assert any("regjeringen.no" in address for address in documents)
    assert signed.keys() >= {("CAN", "SDP"), ("CAN", "SAFE")}
