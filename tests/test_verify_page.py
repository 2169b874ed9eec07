"""/data/verify/: how anybody checks the trail; and the pages that lead there."""

import pytest

from partnerships.ledger import sealing, signing, verifying
from partnerships.models import LedgerEntry
from tests import factories
from tests.changes import edit
from tests.html import page

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
