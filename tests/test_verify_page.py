"""/data/verify/: how anybody checks the trail; and the pages that lead there."""

import json
import re
import shutil
import subprocess
from hashlib import sha256

import pytest

from partnerships.ledger import sealing, signing, verifying
from partnerships.models import LedgerEntry
from tests import factories
from tests.changes import edit
from tests.html import page
from tests.ledger.trail import damage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_at_once")]

VERIFY = "/data/verify/"


def test_page_gives_the_commands_with_its_own_address(client):
    text = page(client, VERIFY).text
    assert "curl -O http://testserver/data/verify_ledger.py" in text
    assert text.count("python3 verify_ledger.py http://testserver/ --keep") == 2


def test_page_shows_the_last_checkpoint_with_signature_and_key(client):
    factories.area()
    taken = sealing.checkpoint()
    found = page(client, VERIFY)
    assert " ".join(taken.text.split()) in found.text
    assert taken.signature in found.text
    assert signing.fingerprint(signing.public_key()) in found.text
    files = {"/data/ledger.jsonl", "/data/checkpoints.jsonl", "/data/signing-key.pem"}
    assert {*files, "/checkpoints.atom"} <= {*found.links}


@pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl")
def test_command_on_the_page_gives_the_fingerprint_of_the_file(client, tmp_path):
    key = client.get("/data/signing-key.pem").content
    (tmp_path / "signing-key.pem").write_bytes(key)
    text = page(client, VERIFY).text
    command = re.search(r"openssl pkey .* \| sha256sum", text)[0]
    said = subprocess.check_output(["sh", "-c", command], cwd=tmp_path, text=True)
    assert f"is {said.split()[0]} ." in text


def test_chain_is_made_as_the_page_says(client):
    for n in range(1, 13):
        factories.area(n)
    lines = client.get("/data/ledger.jsonl").getvalue().splitlines()
    before, change = map(json.loads, lines[10:12])
    public = sha256(change["public"].encode()).digest()
    digest = sha256(public + bytes.fromhex(change["private_hash"])).hexdigest()
    assert change["digest"] == digest
    names = ("number", "record", "history", "digest")
    parts = [before["seal"], *(str(change[name]) for name in names)]
    text = "".join(f"{len(part.encode())}:{part}" for part in parts)
    assert change["seal"] == sha256(text.encode()).hexdigest()
    assert text.startswith("64:") and text[67:71] == "2:12"
    told = page(client, VERIFY).text
    for name in ("public", "private_hash", "digest", "seal", *names):
        assert name in told


def test_damage_that_was_stated_is_on_the_pages_about_the_trail(client):
    factories.area()
    assert "is damaged for good" not in page(client, VERIFY).text
    damage()
    sealing.seal()
    for path in (VERIFY, "/changes/"):
        found = page(client, path)
        assert "damaged for good. Change 2 says what, and why." in found.text
        assert "/changes/2/" in found.links


def test_page_says_that_nothing_is_signed(client, settings):
    settings.SIGNING_KEY = None
    factories.area()
    text = page(client, VERIFY).text
    assert "It is not signed." in text and "signs nothing" in text


def test_page_of_a_site_without_changes_says_so(client):
    assert "No checkpoint is taken." in page(client, VERIFY).text


def test_pages_that_speak_of_the_trail_lead_there(client):
    factories.area()
    verifying.note_result(1, 0)
    for path in ("/", "/data/", "/changes/", "/changes/1/", "/about/"):
        assert VERIFY in page(client, path).links, path


# A change of something that is not published


@pytest.fixture
def hidden():
    """The number of a change of a draft."""
    record = factories.partnership("atlantis", published=False, title="Atlantis")
    edit(record, summary="Deep", reason="Drowned", actor="Poseidon")
    return sealing.head().number


def test_hidden_change_shows_its_place_in_the_chain(client, hidden):
    entry = LedgerEntry.objects.get(number=hidden)
    found = page(client, f"/changes/{hidden}/")
    assert f"Change {hidden} is of something that is not published" in found.text
    before = LedgerEntry.objects.get(number=hidden - 1).seal
    for said in (entry.digest, entry.seal, before):
        assert said in found.text
    assert VERIFY in found.links


def test_hidden_change_shows_nothing_of_what_when_and_by_whom(client, hidden):
    """Two hidden changes differ in number, digest and seals alone."""
    entry = LedgerEntry.objects.get(number=hidden)
    own = client.get(f"/changes/{hidden}/").text.partition("<main")[2]
    other = client.get(f"/changes/{hidden - 1}/").text.partition("<main")[2]
    before = LedgerEntry.objects.get(number=hidden - 1)
    first = LedgerEntry.objects.get(number=hidden - 2)
    other = other.replace(f"Change {before.number} ", f"Change {entry.number} ")
    pairs = [(first.seal, before.seal), (before.digest, entry.digest)]
    for theirs, ours in [(before.seal, entry.seal), *pairs]:
        other = other.replace(theirs, ours)
    main, _, _ = own.partition("</main>")
    assert main == other.partition("</main>")[0]
    for marker in ("tlantis", "Deep", "Drowned", "Poseidon", entry.salt):
        assert marker not in own


def test_hidden_change_is_for_no_search_engine(client, hidden):
    assert (
        '<meta name="robots" content="noindex">'
        in client.get(f"/changes/{hidden}/").text
    )
    assert "/changes/" + str(hidden) not in client.get("/sitemap.xml").text


def test_number_after_the_last_is_not_found(client, hidden):
    page(client, f"/changes/{hidden + 1}/", status=404)


def test_api_has_no_hidden_change(client, hidden):
    assert client.get(f"/api/v1/changes/{hidden}/").status_code == 404
