"""The commands ``seal`` and ``verify_audit``: what they print, note and refuse."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import QuerySet

from partnerships.ledger import sealing, signing, verifying
from partnerships.ledger.models import Checkpoint, LedgerEntry, Verification
from partnerships.models import Area
from tests import factories
from tests.factories import edit
from tests.ledger.databases import sql
from tests.ledger.trail import owner, problem_texts

pytestmark = pytest.mark.django_db


def run(command, *args):
    """What the command prints."""
    out = StringIO()
    call_command(command, *args, stdout=out, stderr=StringIO())
    return out.getvalue()


def verify(*args):
    return run("verify_audit", *args)


def refusal(*args):
    """What ``verify_audit`` prints, and why it fails."""
    out = StringIO()
    with pytest.raises(CommandError) as failure:
        call_command("verify_audit", *args, stdout=out, stderr=StringIO())
    assert failure.value.returncode == 1
    return f"{out.getvalue()}{failure.value}"


# manage.py seal


def test_command_seals_what_waits():
    factories.area()
    assert run("seal") == ""
    assert LedgerEntry.objects.get().number == 1


def test_command_prints_a_checkpoint_to_be_published(sealed):
    factories.source()
    printed = run("seal", "--checkpoint")
    first, chain, taken, rows, _ = printed.splitlines()
    assert first == "SDP tracker checkpoint"
    assert chain == str(sealing.head()) == f"5:{sealed.last().seal}"
    assert re.fullmatch(r"taken at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", taken)
    assert rows.startswith("rows: affiliation 0, area 4, ")
    assert ", source 1, " in rows
    checkpoint = Checkpoint.objects.first()
    assert checkpoint.number == 5
    text, signature = printed.split("signature: ")
    assert (text, signature) == (checkpoint.text, f"{checkpoint.signature}\n")
    assert signing.is_signed(text.encode(), signature.strip(), signing.public_key())


def test_checkpoint_without_a_key_says_that_it_is_not_signed(sealed, settings):
    settings.SIGNING_KEY = None
    assert run("seal", "--checkpoint").endswith("\nnot signed\n")


def test_key_that_cannot_be_read_keeps_no_checkpoint_from_being_taken(
    sealed, settings, tmp_path, caplog
):
    settings.SIGNING_KEY = tmp_path / "key.pem"
    settings.SIGNING_KEY.write_text("no key")
    assert "not signed" in run("seal", "--checkpoint")
    assert "SIGNING_KEY" in caplog.text


def test_command_takes_a_checkpoint_each_time_it_is_asked(sealed):
    run("seal", "--checkpoint")
    run("seal", "--checkpoint")
    assert Checkpoint.objects.count() == 3


# manage.py verify_audit


def test_whole_trail_is_verified_and_that_is_noted(sealed):
    assert verify() == f"The audit trail is whole up to {sealing.head()}.\n"
    assert [(v.number, v.since) for v in Verification.objects.all()] == [(4, 0)]


def test_empty_trail_is_whole(db):
    assert verify() == "Nothing is wrong, and nothing is recorded yet.\n"


def test_what_waits_is_sealed_and_verified_too(sealed):
    factories.source()
    assert "whole up to 5:" in verify()
    assert Verification.objects.get().number == 5


def test_trail_that_is_not_whole_fails_and_that_is_noted(area):
    with owner():
        Area.history.filter(name="Area 1").update(history_actor="Jane")
    report = refusal()
    assert report.startswith("edited: change 1 (area ")
    assert report.endswith("One problem in the audit trail.")
    assert Verification.objects.get().problems == 1


def test_unrecorded_change_fails_the_command(area):
    with owner():
        sql("UPDATE partnerships_area SET name = 'x' WHERE number = 1")
    assert "unrecorded: area" in refusal()


def test_good_anchors_are_agreed_with(sealed):
    anchors = [f"--anchor={entry.number}:{entry.seal}" for entry in sealed]
    assert "whole up to 4:" in verify(*anchors)
    assert "whole up to 4:" in verify("--anchor", f" {sealing.head()} \n")


def test_anchor_is_what_the_checkpoint_printed(area):
    anchor = run("seal", "--checkpoint").splitlines()[1]
    edit(area, name="Other")
    assert "whole up to 5:" in verify("--anchor", anchor)


def test_each_bad_anchor_is_named_and_that_is_noted(sealed):
    bad = [f"2:{'a' * 64}", f"9:{'b' * 64}"]
    report = refusal("--anchor", bad[0], "--anchor", bad[1])
    assert f"anchor: {bad[0]}: the chain has {sealed[1].seal} there" in report
    assert f"truncated: {bad[1]}: there is no such change any more" in report
    assert "2 problems" in report
    assert Verification.objects.get().problems == 2


@pytest.mark.parametrize(
    "anchor",
    ["", "3", "x", f":{'a' * 64}", f"3:{'a' * 63}", f"3:{'A' * 64}", f"-1:{'a' * 64}"],
)
def test_malformed_anchor_is_refused_with_its_form(sealed, anchor):
    report = refusal(f"--anchor={anchor}")
    assert "write an anchor as its number, a colon and its 64 hexadecimal" in report
    assert not Verification.objects.exists()


def test_chain_is_followed_from_a_number_and_that_is_noted(sealed):
    assert "whole from change 2 on up to 4:" in verify("--since", "2")
    assert [(v.number, v.since) for v in Verification.objects.all()] == [(4, 2)]


def test_problem_after_the_number_given_fails_the_command(area):
    with owner():
        Area.history.filter(name="Maritime security").update(history_actor="Jane")
    assert "edited: change 4 " in refusal("--since", "3")


def test_number_beyond_the_end_is_refused(sealed):
    assert refusal("--since", "5") == "There is no change 5; the last is 4."
    assert not Verification.objects.exists()


@pytest.mark.parametrize("since", ["", "x", "-1", "1.5", "²", "9" * 5000])
def test_malformed_number_is_refused(sealed, since):
    assert "argument --since" in refusal(f"--since={since}")


def test_verification_of_changes_that_are_gone_is_told_from_a_forged_one(area):
    verifying.note_result(sealing.head().number, 0)
    with owner():
        QuerySet(LedgerEntry).filter(number__gt=2).delete()
        QuerySet(Checkpoint).delete()
    said = [text for text in problem_texts() if text.startswith("verification: ")]
    assert len(said) == 1
    assert said[0].endswith("counts changes that are gone: the chain ends at change 2")
