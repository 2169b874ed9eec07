"""The trail itself as files: every change by its seal, checkpoints, key and tool."""

import json
from hashlib import sha256

import pytest
from django.conf import settings as configured
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnerships.ledger import context, sealing, signing
from partnerships.models import Checkpoint, LedgerEntry
from tests import factories
from tests.changes import edit, log, redact

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_at_once")]

LEDGER, CHECKPOINTS = "/data/ledger.jsonl", "/data/checkpoints.jsonl"
MARKERS = ("tlantis", "rowned", "Deep", "Poseidon", "secret")


def lines(client, path=LEDGER, **query):
    answer = client.get(path, query)
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/x-ndjson"
    return [json.loads(line) for line in answer.getvalue().decode().split("\n") if line]


@pytest.fixture
def norway():
    record = factories.partnership(internal_notes="a secret")
    factories.milestone(record)
    return record


@pytest.fixture
def draft():
    """A draft in which everything is a marker, with something of every kind."""
    with context.change(reason="Drowned", kind="editorial", actor="Poseidon"):
        partner = factories.partner("atlantis", name="Atlantis")
        record = factories.partnership(of=partner, published=False, summary="Deep")
        source = factories.source("atlantis-herald", title="The Atlantis Herald")
        cell = factories.coverage(record, factories.area(26))
        for fact, says in (
            (factories.milestone(record, place="Atlantis"), "2024-05-28"),
            (factories.affiliation(partner, "nato_ally"), "yes"),
            (factories.engagement(record, title="Atlantis"), "yes"),
            (factories.subject(record, "Atlantis"), "yes"),
            (factories.position(record, "Poseidon"), "yes"),
            (cell, "included"),
        ):
            factories.claim(fact, says, by=source, wording="Atlantis")
    edit(record, summary="Deeper Atlantis", reason="Drowned again", actor="Poseidon")
    return record


def test_file_has_every_change_once_in_order(client, norway, draft):
    numbers = [line["number"] for line in lines(client)]
    assert numbers == list(range(1, sealing.head().number + 1))


def test_line_of_a_public_change_suffices_to_check_it(client, norway):
    previous = "0" * 64
    for line in lines(client):
        public = sha256(line["public"].encode()).digest()
        digest = sha256(public + bytes.fromhex(line["private_hash"])).hexdigest()
        assert digest == line["digest"]
        parts = (previous, *(line[k] for k in ("number", "record", "history")), digest)
        texts = [str(part).encode() for part in parts]
        sealed = b"".join(b"%d:%s" % (len(text), text) for text in texts)
        assert sha256(sealed).hexdigest() == line["seal"]
        previous = line["seal"]
    assert previous == sealing.head().seal


def test_changes_of_the_log_have_their_texts_and_no_others(client, norway, draft):
    edit(norway, internal_notes="another secret")
    shown = {line["number"] for line in lines(client) if line["public"]}
    assert shown == {change["number"] for change in log(client)}
    assert len(shown) < sealing.head().number


def test_line_of_a_hidden_change_has_what_its_seal_is_of_and_nothing_else(
    client, norway, draft
):
    hidden = [line for line in lines(client) if line["public"] is None]
    assert len(hidden) == LedgerEntry.objects.filter(actor="Poseidon").count() - 1
    for line in hidden:
        entry = LedgerEntry.objects.get(number=line["number"])
        assert line == {
            "number": entry.number,
            "record": entry.record,
            "history": entry.history_id,
            "digest": entry.digest,
            "seal": entry.seal,
            "public": None,
        }


def test_no_word_of_a_draft_is_in_any_file_of_the_trail(client, norway, draft):
    edit(norway, internal_notes="another secret")
    sealing.checkpoint()
    shown = {line["number"]: line for line in lines(client)}
    del shown[LedgerEntry.objects.get(record="area").number]  # is nobody's draft
    text = json.dumps(list(shown.values())) + str(lines(client, CHECKPOINTS))
    text += client.get("/checkpoints.atom").text + client.get("/data/verify/").text
    for marker in MARKERS:
        assert marker not in text, marker
    salts = LedgerEntry.objects.values_list("salt", flat=True)
    assert not [salt for salt in salts if salt in text]


def test_texts_of_a_draft_are_there_once_it_is_published(client, draft):
    edit(draft, is_published=True)
    assert [line["number"] for line in lines(client) if line["public"] is None] == []


def test_redacted_change_comes_to_the_digest_in_its_redaction(client, norway):
    edit(norway, summary="Jane Roe was there")
    number = sealing.head().number
    edit(norway, summary="")
    redact(number, "summary")
    *_, redaction = lines(client)
    line = lines(client)[number - 1]
    public = sha256(line["public"].encode()).digest()
    left = sha256(public + bytes.fromhex(line["private_hash"])).hexdigest()
    assert left != line["digest"]
    assert json.loads(redaction["public"])["values"]["digest"] == left
    assert "Jane Roe" not in str(lines(client))


def test_redaction_is_shown_wherever_the_change_is(client, norway):
    """Of a record that is public no more: else its changes could not be checked."""
    edit(norway, summary="Jane Roe was there")
    number = sealing.head().number
    edit(norway, summary="")
    edit(norway, is_published=False)
    redact(number, "summary")
    *_, redaction = lines(client)
    assert lines(client)[number - 1]["public"] and redaction["public"]
    assert log(client)[0]["record"]["model"] == "redaction"


def test_since_leaves_out_what_a_reader_has(client, norway):
    head = sealing.head().number
    assert lines(client, since=0) == lines(client)
    assert lines(client, since=head - 1) == lines(client)[-1:]
    assert lines(client, since=head) == []


@pytest.mark.parametrize("since", ["-1", "x", "1.5", "9" * 20])
def test_wrong_number_is_refused_with_a_sentence(client, since):
    answer = client.get(LEDGER, {"since": since})
    assert answer.status_code == 400
    assert answer.json()["errors"]["since"] == [
        "Write a whole number from 0 to 1000000000000000000."
    ]


def test_parameter_that_there_is_not_is_refused(client):
    for path in (LEDGER, CHECKPOINTS):
        assert client.get(path, {"as_of": "2025-01-01"}).status_code == 400


def test_change_that_waits_for_its_seal_is_in_no_file(client, norway, monkeypatch):
    before = lines(client)
    monkeypatch.setattr(sealing, "after_commit", lambda using: None)
    factories.milestone(norway, "proposed", "2023")
    assert lines(client) == before


def test_file_takes_few_queries_however_long(client, norway):
    counts = []
    for number in (1, 2):
        for kind in range(30):
            factories.area(30 * number + kind)
        with CaptureQueriesContext(connection) as captured:
            lines(client)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 5


# Checkpoints


def test_checkpoints_are_told_as_they_were_signed(client, norway):
    sealing.checkpoint()
    taken = lines(client, CHECKPOINTS)
    assert [one["text"] for one in taken] == [
        checkpoint.text for checkpoint in Checkpoint.objects.order_by("id")
    ]
    key = client.get("/data/signing-key.pem").content.decode()
    for one in taken:
        assert signing.is_signed(one["text"].encode(), one["signature"], key)
        assert not signing.is_signed(one["text"][:-1].encode(), one["signature"], key)


def test_checkpoint_is_told_at_once(client, norway, memory_cache):
    """No change comes with it that would be another edition."""
    paths = [CHECKPOINTS, "/checkpoints.atom", "/data/verify/", "/changes/"]
    tags = {path: client.get(path)["ETag"] for path in paths}
    sealing.checkpoint()
    for path in paths:
        answer = client.get(path, headers={"If-None-Match": tags[path]})
        assert answer.status_code == 200, path


def test_feed_tells_checkpoints_with_signatures(client, norway):
    taken = sealing.checkpoint()
    feed = client.get("/checkpoints.atom")
    assert feed["Content-Type"].startswith("application/atom+xml")
    assert str(taken) in feed.text and taken.signature in feed.text
    ids = [part.split("<")[0] for part in feed.text.split("<id>")[2:]]
    assert len({*ids}) == len(ids) == Checkpoint.objects.count()
    assert client.get("/checkpoints.atom?x=1").status_code == 400


def test_feed_says_that_a_checkpoint_is_not_signed(client, settings, norway):
    settings.SIGNING_KEY = None
    sealing.checkpoint()
    assert "not signed" in client.get("/checkpoints.atom").text


# The key and the tool


def test_keys_are_the_public_halves(client, settings, tmp_path):
    settings.FORMER_KEYS = tmp_path / "former.pem"
    settings.FORMER_KEYS.write_text(signing.public_key().replace("MCow", "MCoW"))
    keys = client.get("/data/signing-key.pem").content.decode()
    assert keys == "".join(signing.public_keys())
    assert keys.count("PUBLIC KEY") == 4 and "PRIVATE" not in keys


def test_site_without_a_key_has_none(client, settings):
    settings.SIGNING_KEY = None
    assert client.get("/data/signing-key.pem").status_code == 404


def test_tool_is_that_of_the_repository(client):
    answer = client.get("/data/verify_ledger.py")
    tool = configured.BASE_DIR / "tools" / "verify_ledger.py"
    assert answer.content == tool.read_bytes()
