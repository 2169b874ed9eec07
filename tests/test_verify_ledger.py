"""``tools/verify_ledger.py``: a stranger's machine, which has that file and Python alone,
tells a site whose trail is whole from one whose trail was bent."""

import ast
import base64
import re
import shutil
import subprocess
import sys
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.conf import settings as configured
from django.core.management import call_command
from django.db.models import QuerySet
from django.utils import timezone

from partnerships.exports import rows, trail
from partnerships.exports.tables import TABLES
from partnerships.ledger import canonical, context, sealing, signing, triggers
from partnerships.log.entries import public_changes
from partnerships.models import (
    Checkpoint,
    Claim,
    LedgerEntry,
    Milestone,
    Partnership,
    Redaction,
    Source,
)
from tests import factories, showcase
from tests.changes import edit, redact
from tests.ledger.trail import owner

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("sealed_at_once"),
    pytest.mark.slow("serves the tracker and starts processes"),
    pytest.mark.once,  # the tool sees no database
]

TOOL = Path(configured.BASE_DIR, "tools", "verify_ledger.py")
NO_OPENSSL = pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl")


def run(place, *options, **environment):
    """Exit status and output of the tool, on its own, with no way to import ours."""
    command = [sys.executable, "-I", "-S", TOOL, place, *map(str, options)]
    ran = subprocess.run(
        command, capture_output=True, text=True, timeout=120, env=environment or None
    )
    assert ran.stderr == "" or ran.returncode == 2, ran.stderr
    return ran.returncode, ran.stdout


#: The tables of what was recorded; the others follow from it.
RECORDED = TABLES.keys() - {"disagreements", "matrix", "statuses"}


@pytest.fixture
def norway():
    """A record that was edited, and a draft that was edited in between."""
    with context.change(reason="All of it", kind="editorial", actor="Desk"):
        record = showcase.build()
    edit(record, summary="Jane Roe came", reason="Seen there")
    edit(Partnership.objects.get(is_published=False), title="Atlantis")
    edit(record, summary="Somebody came", reason="A name that need not be there")
    edit(record, internal_notes="between us")
    return record


def whole(*arguments, **environment):
    """What the tool says of a trail that is whole."""
    status, said = run(*arguments, **environment)
    assert status == 0, said
    return said


def seen(number):
    """The entry of that number."""
    return LedgerEntry.objects.get(number=number)


def saying(words):
    """The entry in whose public text these words stand."""
    return LedgerEntry.objects.get(public__contains=words)


def write(entry, **values):
    LedgerEntry.objects.filter(pk=entry.pk).update(**values)


def last_of(row):
    """The last entry of a record."""
    entries = LedgerEntry.objects.filter(record=type(row)._meta.model_name)
    return entries.filter(object_id=row.pk).order_by("-number").first()


def reworded(entry, old, new):
    """Write another text over the entry's; return the digest that is right for it."""
    public = entry.public.replace(old, new)
    assert public != entry.public
    write(entry, public=public)
    return canonical.digest(public, entry.private, entry.salt)


def made_anew(first):
    """Seal all changes again from that number on, as whoever owns the database can."""
    previous = seen(first - 1).seal
    for entry in LedgerEntry.objects.filter(number__gte=first).order_by("number"):
        digest = canonical.digest(entry.public, entry.private, entry.salt)
        parts = (entry.number, entry.record, entry.history_id, digest)
        previous = canonical.seal(previous, *parts)
        write(entry, digest=digest, seal=previous)


def behind(row, **values):
    """Change a live row without history."""
    QuerySet(type(row)).filter(pk=row.pk).update(**values)


# A trail that is whole


def test_site_as_shipped_is_whole(site):
    call_command("seed", verbosity=0)
    status, said = run(site)
    assert status == 0, said
    assert f"The trail is whole up to {sealing.head()}" in said
    assert f"rows of {len(RECORDED)} tables compared" in said


def test_edited_record_is_whole_and_its_head_is_kept(site, norway, tmp_path):
    heads = tmp_path / "heads.txt"
    first = sealing.head()
    assert whole(site, "--keep", heads)
    edit(norway, summary="Nobody came")
    said = whole(site, "--keep", heads)
    assert f"{sealing.head().number} changes, 4 of what is not published." in said
    assert heads.read_text() == f"{first}\n{sealing.head()}\n"
    said = whole(site, "--keep", heads, "--new")
    assert "0 new changes, 0 of what is not published." in said
    number = sealing.head().number
    assert f"goes on from change {number}, which you kept, up to" in said


def test_redacted_change_is_whole_and_told(site, norway):
    number = saying("Jane Roe").number
    redact(number, "summary")
    by = sealing.head().number
    assert f"Change {by} blacked out summary in change {number}." in whole(site)


def test_record_that_was_taken_away_and_deleted_is_whole(site, norway):
    Milestone.objects.filter(partnership=norway).first().delete()
    edit(norway, is_published=False)
    edit(norway, summary="Again a draft")
    assert whole(site)
    norway.delete()
    assert whole(site)


def test_files_that_were_downloaded_are_checked_alone(client, norway, tmp_path):
    for name in ("ledger.jsonl", "checkpoints.jsonl", "milestones.json"):
        (tmp_path / name).write_bytes(client.get(f"/data/{name}").getvalue())
    said = whole(tmp_path)
    assert "1 table compared" in said and "claims.json" in said
    assert "not checked" in said  # for want of the key
    edit(Milestone.objects.first(), place="Elsewhere")
    later = client.get("/data/milestones.json").getvalue()
    (tmp_path / "milestones.json").write_bytes(later)
    status, said = run(tmp_path)
    assert status == 2 and "is of edition" in said


@NO_OPENSSL
def test_signatures_are_checked_and_the_key_is_named(site, norway, tmp_path):
    sealing.checkpoint()
    count = Checkpoint.objects.count()
    said = whole(site)
    assert f"{count} checkpoints, {count} rightly signed." in said
    assert f"Key: {signing.fingerprint(signing.public_key())}" in said


def test_machine_without_openssl_says_what_it_does_not_check(site, norway):
    said = whole(site, PATH="")
    assert "1 checkpoint, signatures of 1 not checked." in said
    assert "To check signatures takes openssl 3 and a key." in said


def test_site_without_a_key_is_whole(site, settings):
    settings.SIGNING_KEY = None
    factories.area()
    assert "1 checkpoint, 0 rightly signed." in whole(site)


# A trail that was bent


def text_edited(norway, patch):
    """A value in the ledger's text."""
    reworded(saying("need not be there"), "Somebody", "The King")
    return "does not say what was sealed"


def reason_edited(norway, patch):
    """The reason of a change."""
    reworded(saying("Seen there"), "Seen there", "Seen elsewhere")
    return "does not say what was sealed"


def text_and_digest_edited(norway, patch):
    """A value in text and history, with the digest that is right for it."""
    entry = saying("Jane Roe")
    digest = reworded(entry, "Jane Roe", "John Roe")
    QuerySet(type(norway).history.model).filter(pk=entry.history_id).update(
        summary="John Roe came"
    )
    write(entry, digest=digest)
    return f"Change {entry.number} does not follow from the one before it"


def entry_removed(norway, patch):
    QuerySet(LedgerEntry).filter(number=9).delete()
    return "After change 8 comes change 10"


def entries_swapped(norway, patch):
    one, other = seen(9), seen(10)
    write(one, number=10**9)
    write(other, number=9)
    write(one, number=10)
    return "Change 9 does not follow"


def made_anew_from_a_point(norway, patch):
    """All seals from the change on, and the checkpoints after it."""
    entry = saying("Jane Roe")
    reworded(entry, "Jane Roe", "John Roe")
    made_anew(entry.number)
    return f"Checkpoint of .* change {sealing.head().number} has another seal"


def made_anew_with_its_checkpoints(norway, patch):
    """By somebody who has not the key."""
    made_anew_from_a_point(norway, patch)
    for taken in Checkpoint.objects.exclude(number=0):
        seal = seen(taken.number).seal
        QuerySet(Checkpoint).filter(pk=taken.pk).update(seal=seal)
    return "by none of the keys" if shutil.which("openssl") else "Kept: "


def made_anew_without_signatures(norway, patch):
    """Found by whoever kept a head."""
    made_anew_with_its_checkpoints(norway, patch)
    QuerySet(Checkpoint).update(signature="")
    return f"Kept: .*change {sealing.head().number} has another seal"


def end_cut_off(norway, patch):
    """With the checkpoints, so that nobody but the keeper of a head sees it."""
    last = sealing.head().number
    QuerySet(LedgerEntry).filter(number__gt=last - 5).delete()
    QuerySet(Checkpoint).filter(number__gt=last - 5).delete()
    return f"Kept: .*the chain has no change {last} any more"


def row_changed(norway, patch):
    """A live row behind the trail."""
    behind(norway, title="The King’s partnership")
    return "title of partnership norway is “The King’s partnership”"


def row_deleted(norway, patch):
    """A live row behind the trail."""
    claim = Claim.objects.filter(milestone__partnership=norway).first()
    QuerySet(Claim).filter(pk=claim.pk).delete()
    return f"claims.json lacks claim {claim.pk}"


def row_slipped_in(norway, patch):
    """A live row behind the trail."""
    with context.change(reason="Test", kind="editorial"):
        cell = factories.subject(norway, "Beekeeping")
    for model in (LedgerEntry, type(cell).history.model):
        QuerySet(model).latest("pk").delete()
    QuerySet(Checkpoint).filter(number__gt=sealing.head().number).delete()
    return f"no public change made subject {cell.pk}"


def row_moved_to_another(norway, patch):
    """A source's words under another source."""
    claim = Claim.objects.filter(milestone__partnership=norway).first()
    other = Source.objects.exclude(pk=claim.source_id).first()
    behind(claim, source=other)
    return f"source of claim {claim.pk} is “{other.key}”"


def redaction_forged(norway, patch):
    """A value rewritten under cover of a redaction of another."""
    entry = saying("need not be there")
    digest = reworded(entry, "Somebody", "The King")
    behind(norway, summary="The King came")
    triggers.of().install()
    Redaction.objects.create(
        id=entry.number,
        partnership_id=entry.partnership_id,
        partner_id=entry.partner_id,
        field="title",
        digest=digest,
        history_date=timezone.now(),
        history_change_reason="Personal data",
    )
    sealing.seal()
    return f"Change {entry.number} has title; change .* blacked it out"


def redaction_that_does_not_fit(norway, patch):
    number = saying("Jane Roe").number
    triggers.of().install()
    redact(number, "summary")
    triggers.of().uninstall()
    reworded(seen(number), "[redacted]", "Nobody came")
    return f"Change {number} does not say what was sealed"


def signature_forged(norway, patch):
    forged = base64.b64encode(bytes(64)).decode()
    QuerySet(Checkpoint).update(signature=forged)
    return "is by none of the keys"


def signature_left_out(norway, patch):
    sealing.checkpoint()
    newest = Checkpoint.objects.first()
    QuerySet(Checkpoint).filter(pk=newest.pk).update(signature="")
    return "is not signed; one before it is"


def draft_shown(norway, patch):
    """By a site that does not keep its drafts to itself."""
    patch.setattr(trail, "public_changes", LedgerEntry.objects.all)
    return "is of a draft: partnership"


def author_edited_in_the_ledger(norway, patch):
    """In the ledger's own copy, which the log shows."""
    entry = saying("Seen there")
    write(entry, actor="Mata Hari")
    return f"by of change {entry.number} is “Mata Hari”; what was sealed says"


def reason_edited_in_the_ledger(norway, patch):
    """In the ledger's own copy, which the log shows."""
    entry = saying("Seen there")
    write(entry, reason="Ordered by the palace")
    return f"reason of change {entry.number} is “Ordered by the palace”"


def log_cut_short(norway, patch):
    """By a site whose log leaves changes out."""
    patch.setattr(rows, "public_changes", lambda: public_changes().exclude(number=9))
    return "changes.json lacks change 9"


def log_made_longer(norway, patch):
    """By a site whose log tells of what its chain keeps to itself."""
    shown = LedgerEntry.objects.exclude(number=9)
    patch.setattr(trail, "public_changes", lambda: public_changes() & shown)
    return "changes.json has change 9, which the chain does not show"


def line_unreadable(norway, patch):
    write(seen(9), public="no JSON")
    return "The line after change 9 cannot be read"


BENT = [
    *(text_edited, reason_edited, text_and_digest_edited, entry_removed),
    *(entries_swapped, made_anew_from_a_point, made_anew_with_its_checkpoints),
    *(made_anew_without_signatures, end_cut_off, row_changed, row_deleted),
    *(row_slipped_in, row_moved_to_another, redaction_forged, draft_shown),
    *(redaction_that_does_not_fit, line_unreadable, author_edited_in_the_ledger),
    *(reason_edited_in_the_ledger, log_cut_short, log_made_longer),
    *(pytest.param(bent, marks=NO_OPENSSL) for bent in (signature_forged,)),
    signature_left_out,
]


@pytest.mark.parametrize("bend", BENT, ids=lambda bend: bend.__name__)
def test_bent_trail_is_named(site, norway, tmp_path, monkeypatch, bend):
    sealing.checkpoint()
    heads = tmp_path / "heads.txt"
    whole(site, "--keep", heads)
    kept = heads.read_text()
    with owner():
        expected = bend(norway, monkeypatch)
    status, said = run(site, "--keep", heads)
    assert (status, re.findall(expected, said) != []) == (1, True), said
    assert heads.read_text() == kept
    known = tmp_path / "known.txt"
    known.write_text(said)
    said = whole(site, "--keep", heads, "--known", known)
    assert re.search(r"But for \d+ problems? that you know, the trail is whole", said)


def test_problem_that_is_known_counts_again_once_something_else_is_there(
    site, norway, tmp_path
):
    known = tmp_path / "known.txt"
    with owner():
        text_edited(norway, None)
    known.write_text(run(site)[1])
    assert "Known: Change" in whole(site, "--known", known)
    with owner():
        reworded(saying("The King"), "The King", "The Queen")
    status, said = run(site, "--known", known)
    assert status == 1 and "2 problems.\n" in said


def test_stated_damage_is_quoted_and_counts_until_the_reader_knows_it(
    site, norway, tmp_path
):
    changed, slipped_in = tmp_path / "known.txt", "no public change made"
    with owner():
        text_edited(norway, None)
    number = saying("The King").number
    call_command("state_damage", "--reason", "A disk failed.", verbosity=0)
    by = sealing.head().number
    status, said = run(site)
    assert f"Change {by} states damage to the trail: " in said
    assert f"  Stated in change {by}: entry: change {number} (partnership" in said
    assert status == 1 and "2 problems." in said
    changed.write_text(said)
    assert "But for 2 problems that you know" in whole(site, "--known", changed)
    with owner():
        row_slipped_in(norway, None)
    status, said = run(site, "--known", changed)
    assert status == 1 and slipped_in in said
    assert "1 problem that you do not know." in said


def test_files_are_kept_as_the_site_sent_them(site, norway, tmp_path):
    saved = tmp_path / "evidence" / "today"
    with owner():
        row_changed(norway, None)
    status, said = run(site)
    assert status == 1 and "run this again with --save FOLDER" in said
    found = [line for line in said.split("\n") if "title of" in line]
    assert run(site, "--save", saved)[0] == 1
    status, said = run(saved)
    assert status == 1 and found[0] in said


def test_kept_head_is_enough_to_see_the_end_cut_off(site, norway, tmp_path):
    heads = tmp_path / "heads.txt"
    whole(site, "--keep", heads)
    with owner():
        end_cut_off(norway, None)
    status, said = run(site, "--keep", heads, "--new")
    assert status == 1 and "any more" in said


def test_anchor_of_somebody_else_is_compared(site, norway):
    head = sealing.head()
    assert whole(site, "--anchor", head, "--anchor", f"1:{seen(1).seal}")
    status, said = run(site, "--anchor", f"{head.number}:{'0' * 64}")
    assert status == 1 and "has another seal" in said


@NO_OPENSSL
def test_key_that_somebody_kept_is_used_and_not_the_sites(site, norway, tmp_path):
    other = tmp_path / "other.pem"
    made = ["openssl", "genpkey", "-algorithm", "ed25519"]
    key = subprocess.run(made, check=True, capture_output=True).stdout
    public = ["openssl", "pkey", "-pubout", "-out", other]
    subprocess.run(public, input=key, check=True)
    status, said = run(site, "--key", other)
    assert status == 1 and "by none of the keys" in said


# What cannot be checked


@pytest.mark.parametrize("kept", ["no head", "7:abc", "0:" + "0" * 64])
def test_file_of_heads_that_cannot_be_read_is_named(tmp_path, kept):
    heads = tmp_path / "heads.txt"
    heads.write_text(kept)
    status, said = run(tmp_path, "--keep", heads)
    assert status == 2 and "is no NUMBER:SEAL" in said


def test_folder_or_site_without_the_ledger_proves_nothing(tmp_path):
    status, said = run(tmp_path)
    assert status == 2 and said.startswith("Not checked. There is no file:///")
    status, said = run("http://127.0.0.1:9")
    assert status == 2
    assert (
        said == "Not checked. http://127.0.0.1:9 cannot be read: Connection refused.\n"
    )


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            ["--keep", "none/heads.txt"],
            "none/heads.txt cannot be written: No such file",
        ),
        (["--key", "none.pem"], "none.pem cannot be read: No such file or directory."),
        (
            ["--known", "none.txt"],
            "none.txt cannot be read: No such file or directory.",
        ),
    ],
)
def test_file_of_the_readers_own_that_is_not_there_is_named(
    tmp_path, options, sentence
):
    status, said = run(tmp_path, *options)
    assert (status, said[: len(sentence) + 13]) == (2, f"Not checked. {sentence}")


def test_address_without_its_scheme_is_told_apart_from_a_folder():
    status, said = run("127.0.0.1:9")
    assert status == 2 and "with its https:// or http://." in said


@pytest.mark.parametrize("page", ["", "/data/", "/data/verify/"])
def test_address_of_a_page_about_the_trail_will_do(site, norway, page):
    assert whole(f"{site}{page}")


class Elsewhere(BaseHTTPRequestHandler):
    """A site that answers first with the statuses and headers given, and then not."""

    def __init__(self, answers, asked, *args):
        self.answers, self.asked = answers, asked
        super().__init__(*args)

    def do_GET(self):
        self.asked.append(self)
        status, headers = self.answers[min(len(self.asked), len(self.answers)) - 1]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def answering():
    """A function that starts such a site and returns its address and what it is asked."""
    servers = []

    def start(*answers):
        asked = []
        server = HTTPServer(("127.0.0.1", 0), partial(Elsewhere, answers, asked))
        servers.append(server)
        Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}", asked

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("where", ["http://localhost:9/", "file:///etc/hostname"])
def test_redirect_to_another_host_is_not_followed(answering, where):
    address, _ = answering((302, {"Location": where}))
    status, said = run(address)
    assert status == 2 and ("leads to another host" in said or "answers 302" in said)


def test_site_that_asks_to_wait_is_asked_again_and_says_who_asks(answering):
    address, asked = answering((429, {"Retry-After": "0"}), (500, {}))
    status, said = run(address)
    assert status == 2 and "answers 500" in said
    assert len(asked) == 2
    assert asked[0].headers["User-Agent"] == "verify_ledger (sdp-tracker)"


# The file itself


def test_tool_is_one_file_for_python_3_9_and_imports_the_standard_library_alone():
    tree = ast.parse(TOOL.read_text(), feature_version=(3, 9))
    names = {
        (getattr(node, "module", None) or alias.name).partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert names <= sys.stdlib_module_names


def test_tool_knows_every_table():
    namespace = {"__name__": "tool"}
    exec(compile(TOOL.read_text(), TOOL, "exec"), namespace)
    files = {f"{name}.json" for name in RECORDED}
    assert {*namespace["TABLES"].values()} == files
