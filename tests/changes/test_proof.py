"""One change: what was done with it, the proof of it, and what was redacted."""

from hashlib import sha256
from html.parser import HTMLParser

import pytest

from partnerships.ledger import context, sealing
from partnerships.models import LedgerEntry
from tests import factories
from tests.changes import (
    API,
    LOG,
    OF_NORWAY,
    category,
    detail,
    differences,
    edit,
    everywhere,
    log,
    newest,
    redact,
)
from tests.html import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_at_once")]


# One change


def test_change_shows_the_others_of_its_operation(client, norway):
    with context.change(reason="All at once", kind="editorial"):
        made = [factories.milestone(norway, "statement", "2024") for _ in range(30)]
    factories.milestone(norway, "proposed", "2023")
    change = log(client)[1]
    found = page(client, detail(change))
    assert "29 more, at once and for one reason" in found.text
    others = {f"{LOG}{c['number']}/" for c in log(client)[2:7]}
    assert others <= {*found.links}
    assert detail(log(client)[0]) not in found.links
    operation = LedgerEntry.objects.get(number=change["number"]).operation
    assert len(log(client, operation=operation)) == len(made)


def test_change_alone_in_its_operation_shows_no_others(client, signed):
    text = page(client, detail(newest(client))).text
    assert "at once and for one reason" not in text and "Done together" not in text


@pytest.mark.parametrize(
    "number", ["0", "00", "-1", "2", "999", "9" * 18, "9" * 19, "9" * 400, "1.0", "٣"]
)
def test_number_of_no_change_is_not_found(client, number):
    factories.source()
    found = page(client, f"{LOG}{number}/", status=404)
    assert "There is no such page" in found.text


# The proof


class Proof(HTMLParser):
    """What stands in the page's <pre> and <code>, in order."""

    def __init__(self, html):
        super().__init__()
        self.texts, self._is_inside = [], False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag in {"pre", "code"}:
            self._is_inside = True
            self.texts.append("")

    def handle_endtag(self, tag):
        self._is_inside = self._is_inside and tag not in {"pre", "code"}

    def handle_data(self, data):
        if self._is_inside:
            self.texts[-1] += data


def digest_of(public, private):
    """By what the page says of it, with nothing of the tracker's own."""
    return sha256(sha256(public.encode()).digest() + bytes.fromhex(private)).hexdigest()


def seal_of(*parts):
    return sha256(
        b"".join(f"{len(p.encode())}:{p}".encode() for p in parts)
    ).hexdigest()


def test_page_suffices_to_check_each_digest_and_seal(client, signed):
    edit(signed, note="<b>Ünïcødé</b> & “quotes” \\ / \n line", reason="Så <i>")
    edit(signed.partnership, internal_notes="another secret", title="Another")
    previous = "0" * 64
    for change in reversed(log(client)):
        html = client.get(detail(change)).content.decode()
        public, private, digest, before, row, seal = Proof(html).texts
        assert digest == digest_of(public, private)
        assert seal == seal_of(before, *row.split(", "), digest)
        assert before == previous
        assert row.split(", ")[0] == str(change["number"])
        previous = seal
    assert previous == sealing.head().seal


def test_another_word_in_the_public_text_breaks_the_proof(client, signed):
    html = client.get(detail(newest(client))).content.decode()
    public, private, digest, *_ = Proof(html).texts
    assert "2024-05-28" in public
    assert digest_of(public.replace("28", "29"), private) != digest


def test_log_shows_where_the_chain_stood(client, norway):
    sealing.checkpoint()
    assert str(sealing.head()) in page(client, LOG).text


# Redactions


@pytest.fixture
def redacted(signed):
    """The number of a change in which a name was blacked out."""
    edit(signed, note="Jane Roe was there")
    number = sealing.head().number
    edit(signed, note="")
    redact(number, "note")
    return number


def test_redaction_is_a_change_itself_and_names_the_other(client, redacted):
    change = newest(client)
    assert (change["by"], change["reason"]) == ("Desk", "A private name")
    record = change["record"]
    assert record == {
        "model": "redaction",
        "key": str(redacted),
        "label": f"change {redacted}: note",
    }
    shown = page(client, detail(change)).text
    assert shown.count("A private name") == 2  # once more in its text


def test_redaction_in_the_log_breaks_no_page_and_opens_no_session(client, redacted):
    for path in (LOG, OF_NORWAY, API):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "Cookie" not in answer.headers.get("Vary", ""), path


def test_redaction_is_told_apart_from_corrections(client, redacted):
    assert category(client) == "redaction"
    assert "Redaction" in page(client, f"{LOG}{sealing.head().number}/").text


def test_redacted_value_is_gone_from_the_log(client, redacted):
    change = next(c for c in log(client) if c["number"] == redacted)
    assert differences(change)["note"] == (None, "[redacted]")
    assert "Jane Roe" not in everywhere(client)
    assert "after: [redacted]" in page(client, detail(change)).text


def test_page_of_a_redacted_change_shows_a_digest_that_fits_its_words(client, redacted):
    html = client.get(f"{LOG}{redacted}/").content.decode()
    proof = Proof(html)
    public, private, *_ = proof.texts
    assert digest_of(public, private) in html


def test_redaction_of_a_draft_is_hidden_like_the_draft(client):
    draft = factories.partnership("atlantis", published=False, summary="Jane Roe")
    edit(draft, summary="")
    redact(LedgerEntry.objects.get(record="partnership", action="+").number, "summary")
    text = page(client, LOG).text
    assert "0 changes" in text and "A private name" not in text
