"""All that ``deploy/`` ships is well formed, by the programs that read it."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.machine import DEPLOY
from tests.deploy.units import Unit
from tests.scratch import ROOT

pytestmark = pytest.mark.once

OPERATING = (ROOT / "docs/operating.md").read_text()
BIN = Path(sys.executable).parent


def printed(*command):
    return run(*command).stdout


def complaints(*command):
    ran = run(*command)
    return ran.stdout if ran.returncode else ""


def run(*command):
    return subprocess.run(
        list(map(str, command)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )


def test_units_are_well_formed(needs, machine):
    needs("systemd-analyze")
    units = sorted(path for path in machine.units.iterdir() if path.is_file())
    assert len(units) > 8
    assert printed("systemd-analyze", "verify", "--man=no", *units) == ""


def test_units_may_do_little(needs, machine):
    """By systemd's own score, 0 is nothing and 100 everything."""
    needs("systemd-analyze")
    command = ["systemd-analyze", "security", "--offline=yes", "--threshold=20"]
    for name in ("sdp-tracker.service", "sdp-tracker@.service"):
        assert complaints(*command, machine.units / name) == ""


def test_caddyfile_is_well_formed(needs):
    needs("caddy")
    path = DEPLOY / "caddy/Caddyfile"
    assert complaints("caddy", "validate", "--config", path) == ""
    assert "\n-" not in complaints("caddy", "fmt", "--diff", path)


def test_containers_are_well_formed():
    containers = DEPLOY / "containers"
    assert complaints(BIN / "hadolint", containers / "Containerfile") == ""
    schema = "--builtin-schema=vendor.compose-spec"
    check = BIN / "check-jsonschema"
    assert complaints(check, schema, containers / "compose.yaml") == ""


def test_container_starts_the_site_as_the_unit_does():
    start = Unit(DEPLOY / "systemd", "sdp-tracker.service").command("ExecStart")
    image = (DEPLOY / "containers/Containerfile").read_text().replace("\\\n", "")
    in_image = re.search(r"exec +granian ([^\"]+)\"\]", image)[1].split()
    assert in_image == [
        "0.0.0.0" if word == "127.0.0.1" else word for word in start[1:]
    ]


def test_command_by_hand_runs_as_a_unit_does():
    unit = Unit(DEPLOY / "systemd", "sdp-tracker@seal.service")
    by_hand = (DEPLOY / "manage").read_text()
    assert complaints("sh", "-n", DEPLOY / "manage") == ""
    by_hand = by_hand.replace('"$database_url"', "/etc/sdp-tracker/database_url")
    given = re.findall(r"--property (\w+)=(\S+)", by_hand)
    assert len(given) > 5
    assert [(k, v) for k, v in given if v not in unit.lines[k]] == []
    assert " ".join(unit.command("ExecStart")[:-1]) in by_hand


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ([], "/etc/sdp-tracker/database_url"),
        (["--owner"], "/etc/sdp-tracker/owner_database_url"),
        (["--database-url-file", "/dev/null"], "/dev/null"),
    ],
)
def test_command_by_hand_takes_the_database_that_is_named(tmp_path, given, named):
    (tmp_path / "systemd-run").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    (tmp_path / "systemd-run").chmod(0o755)
    path = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    command = [DEPLOY / "manage", *given, "restore", "a file"]
    ran = subprocess.check_output(command, env=path, text=True).splitlines()
    assert f"LoadCredential=DATABASE_URL:{named}" in ran
    assert ran[-4:-1] == [
        "/srv/sdp-tracker/.venv/bin/python",
        "manage.py",
        "restore",
    ]
    assert ran[-1] == "a file" and ran[-5].startswith("StateDirectoryMode=")
    env = path | {"READ_ONLY": "off"}
    ran = subprocess.check_output(command, env=env, text=True).splitlines()
    assert ran[-6:-4] == ["/usr/bin/env", "READ_ONLY=off"]


def test_smoke_asks_a_site_that_is_read_only_for_no_login(capsys):
    class Site:
        is_read_only = True

        def get(self, path, status=200):
            assert (path, status) == ("/admin/login/", 503)

    runpy.run_path(str(DEPLOY / "smoke"))["editors_can_log_in"](Site())
    assert "READ_ONLY is on" in capsys.readouterr().out


def test_postgresql_knows_every_setting(tmp_path):
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not found:
        pytest.skip("PostgreSQL is not installed: see .ci/run")
    conf = DEPLOY / "postgresql/tracker.conf"
    ask = ["-C", "max_connections", "-D", tmp_path, f"--config-file={conf}"]
    assert complaints(found[-1], *ask) == ""


def test_template_names_every_setting_but_those_that_systemd_hands_over(machine):
    template = (DEPLOY / "env").read_text()
    named = set(re.findall(r"^#?([A-Z_]+)=", template, flags=re.M))
    credentials = machine.unit("sdp-tracker.service").lines["LoadCredential"]
    handed_over = {given.partition(":")[0] for given in credentials}
    documented = set(re.findall(r"^\| `([A-Z_]+)`", OPERATING, flags=re.M))
    assert named | handed_over == documented
