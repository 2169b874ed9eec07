"""The commands of timers, started as they start them; and a failure is told."""

import re
import socket
import subprocess

import pytest

from tests.deploy.machine import DEPLOY

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once,
    pytest.mark.slow("starts each command of a timer as a process"),
]

TIMERS = sorted(path.stem for path in (DEPLOY / "systemd").glob("*@*.timer"))


@pytest.mark.parametrize("timer", [t for t in TIMERS if not t.endswith("@backup")])
def test_command_of_the_timer_does_its_work(machine, with_record, timer):
    ran = machine.unit(f"{timer}.service").run()
    if timer == "sdp-tracker@mail_editors":
        assert "No mail is set." in ran.stderr
    else:
        assert (ran.returncode, ran.stderr) == (0, "")


def test_nightly_backup_is_signed_and_for_its_owner_alone(machine, with_record):
    assert machine.unit("sdp-tracker@backup.service").run().returncode == 0
    *_, path = sorted((machine.data / "backups").glob("tracker-*.jsonl.gz"))
    assert path.with_name(f"{path.name}.sig").exists()
    assert path.stat().st_mode & 0o077 == 0


def test_failure_is_told_by_mail_and_in_the_log(machine, monkeypatch, tmp_path):
    for name, body in {
        "systemctl": 'echo "seal: status $*"',
        "sendmail": f'cat > "{tmp_path}/mail"; echo "To: $*" >> "{tmp_path}/mail"',
    }.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setattr("tests.deploy.units.PATH", f"{tmp_path}:/usr/bin")
    unit = machine.unit("sdp-tracker-failed@sdp-tracker@seal.service")
    journal, output = socket.socketpair()  # as under systemd
    with journal, output:
        command = unit.command("ExecStart")
        subprocess.run(command, env=unit.environment(), stderr=output, check=True)
        assert "status --full --lines=30 sdp-tracker@seal" in str(journal.recv(9999))
    mail = (tmp_path / "mail").read_text()
    assert re.match(r"Subject: sdp-tracker@seal.* failed on host\n\n", mail)
    assert "seal: status" in mail and "To: root" in mail


def test_failing_command_starts_the_unit_that_tells(machine):
    (told,) = machine.unit("sdp-tracker@seal.service").lines["OnFailure"]
    assert told == "sdp-tracker-failed@%n.service"
    assert (DEPLOY / "systemd/sdp-tracker-failed@.service").exists()
