"""Drafts, what is not public and what was withdrawn are nowhere in the log."""

import re

import pytest

from partnerships.ledger import context, recorder
from partnerships.models import LedgerEntry, Partner
from tests import factories
from tests.admin import one_of_each
from tests.changes import (
    API,
    LOG,
    NOT_PUBLIC,
    OF_NORWAY,
    detail,
    edit,
    everywhere,
    log,
    newest,
)
from tests.html import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_at_once")]


def is_there_and_hidden(client, number):
    """The page says that there is such a change, which the API does not have."""
    shown = page(client, f"{LOG}{number}/").text
    is_hidden = client.get(f"{API}{number}/").status_code == 404
    return is_hidden and f"Change {number} is of something that is not" in shown


# What is not public


def test_notes_that_were_entered_for_a_reason_of_old_show_as_such(
    client, norway, monkeypatch
):
    of_old = recorder.copy_to_history
    monkeypatch.setattr(recorder, "copy_to_history", lambda *args: of_old(*args[:5]))
    edit(norway, internal_notes="another secret")
    change = newest(client)
    assert (change["action"], change["fields"]) == ("changed", [])
    for path in (LOG, OF_NORWAY, detail(change)):
        assert page(client, path).text.count(NOT_PUBLIC) == 1


def test_notes_are_nowhere_in_the_log(client, norway):
    before = log(client)
    edit(norway, internal_notes="another secret")
    assert log(client) == before
    assert log(client, partnership="norway") == before
    edit(norway, is_published=False)
    edit(norway, internal_notes="a third secret")
    assert NOT_PUBLIC not in everywhere(client)


def test_what_is_not_public_is_nowhere_in_the_log(client, norway):
    edit(norway, internal_notes="another secret", summary="SÚMMARY")
    edit(norway, is_published=False)
    norway.delete()
    seen = everywhere(client)
    assert "SÚMMARY" in seen
    for private in ("secret", "internal_notes", "search_text", "summary norway"):
        assert private not in seen
    assert not re.search(r"\bsummary eu|internal", seen)


def test_log_names_public_fields_alone(client):
    rows = one_of_each(published=True)
    public = {type(row)._meta.model_name: type(row).PUBLIC for row in rows}
    assert {change["record"]["model"] for change in log(client)} == {*public}
    for change in log(client):
        names = [field["name"] for field in change["fields"]]
        allowed = public[change["record"]["model"]]
        assert names and {*names} <= {*allowed}


def test_markup_in_the_log_is_escaped(client, signed):
    bad = "<script>alert(1)</script>"
    edit(signed.partnership, title=bad, summary=bad, reason=bad, actor=bad)
    edit(signed.partnership.partner, name=bad)
    edit(signed, place=bad, note=bad, reason=bad)
    source = factories.source(title=bad, publisher=bad)
    factories.claim(signed, "2024", by=source, wording=bad, locator=bad)
    paths = [LOG, OF_NORWAY, *(detail(change) for change in log(client))]
    for path in paths:
        html = client.get(path).content.decode()
        assert "<script>alert" not in html
        assert path == detail(log(client)[-1]) or "&lt;script&gt;alert" in html


# Drafts


@pytest.fixture
def draft():
    """Atlantis, with something of every kind beneath it."""
    record = factories.partnership("atlantis", published=False, summary="Deep")
    with context.change(reason="Drowned", kind="editorial"):
        signed = factories.milestone(record)
        standing = factories.affiliation(record.partner, "nato_ally")
        tie = factories.engagement(record)
        cell = factories.coverage(record, factories.area())
        source = factories.source()
        says = {cell: "included", record: "17"}
        for fact in (signed, standing, tie, cell, record):
            factories.claim(fact, says.get(fact, "2024-05-28"), by=source)
    return record


def of_draft():
    own = LedgerEntry.objects.exclude(record__in=["area", "question"])
    return list(own.order_by("-number").values_list("number", flat=True))


def test_changes_of_a_draft_are_nowhere(client, draft):
    assert [c["record"]["model"] for c in log(client)] == ["area"]
    assert log(client, partnership="atlantis") == []
    page(client, "/partnerships/atlantis/changes/", status=404)
    assert len(of_draft()) == 12
    for number in of_draft():
        assert is_there_and_hidden(client, number)
    public = [LOG, *(detail(change) for change in log(client))]
    for path in public:
        assert "tlantis" not in client.get(path).content.decode()
    operation = LedgerEntry.objects.filter(reason="Drowned").first().operation
    assert len(log(client, operation=operation)) == 1


def test_changes_of_a_draft_are_all_there_once_it_is_published(client, draft):
    before = of_draft()
    edit(draft, is_published=True)
    shown = [c["number"] for c in log(client)]
    assert {*before} < {*shown}
    for number in before:
        page(client, f"{LOG}{number}/")
    text = page(client, "/partnerships/atlantis/changes/").text
    assert "12 changes" in text


def test_claim_on_a_partner_is_there_once_its_partnership_is_published(client):
    partner = factories.partner("atlantis")
    standing = factories.affiliation(partner, "nato_ally")
    factories.claim(standing, "yes", wording="sank")
    assert log(client) == []
    assert "sank" not in client.get(LOG).content.decode()
    factories.partnership(of=partner)
    claims = [c for c in log(client) if c["record"]["model"] == "claim"]
    assert [c["action"] for c in claims][-1] == "created"
    assert {c["partnership"] for c in claims} == {"atlantis"}


def test_areas_and_questions_are_public_at_once_and_sources_once_cited(client):
    source = factories.source()
    assert log(client) == []
    factories.area()
    factories.claim(factories.question(), "yes", by=source)
    shown = [c["record"]["model"] for c in log(client)]
    assert shown == ["claim", "question", "area", "source"]
    assert {c["partnership"] for c in log(client)} == {None}


# Unpublished records


@pytest.fixture
def withdrawn(signed):
    """Norway, unpublished, then edited as a draft again."""
    edit(signed.partnership, is_published=False, reason="Taken away")
    edit(signed.partnership, title="Hidden title", summary="Hidden words")
    edit(signed.partnership.partner, name="Hidden name")
    edit(signed, place="Hidden place")
    factories.claim(
        factories.affiliation(signed.partnership.partner, "nato_ally"), "no"
    )
    return signed.partnership


def test_log_of_an_unpublished_record_stays_up_to_that_change(client, withdrawn):
    shown = log(client, partnership="norway")
    assert [c["reason"] for c in shown] == ["Taken away", "Test", "Test", "Test"]
    text = page(client, OF_NORWAY).text
    assert "4 changes" in text and "Taken away" in text
    for change in shown:
        page(client, detail(change))


def test_later_edits_of_an_unpublished_record_are_hidden(client, withdrawn):
    shown = {change["number"] for change in log(client)}
    hidden = {*LedgerEntry.objects.values_list("number", flat=True)} - shown
    assert len(hidden) == 6  # with the source that was cited since
    for number in hidden:
        assert is_there_and_hidden(client, number)
    # Nor do earlier changes name what the record became.
    assert "Hidden" not in everywhere(client)


def test_deleted_draft_that_was_public_once_keeps_its_public_log(client, withdrawn):
    before = log(client, partnership="norway")
    partner = withdrawn.partner
    withdrawn.delete()
    partner.delete()
    after = log(client, partnership="norway")
    assert [c["number"] for c in after] == [c["number"] for c in before]
    assert "Taken away" in page(client, OF_NORWAY).text


def test_record_published_again_shows_all_in_between(client, withdrawn):
    edit(withdrawn, is_published=True)
    assert "Hidden place" in page(client, OF_NORWAY).text
    total = LedgerEntry.objects.exclude(record="source").count()
    assert len(log(client, partnership="norway")) == total
    edit(withdrawn, is_published=False)
    edit(withdrawn, title="Hidden again")
    assert len(log(client, partnership="norway")) == total + 1


def test_draft_with_a_partner_that_had_a_public_record_stays_hidden(client, signed):
    partner = signed.partnership.partner
    edit(signed.partnership, is_published=False)
    before = log(client)
    signed.partnership.delete()
    anew = factories.partnership(
        of=Partner.objects.get(pk=partner.pk), published=False, title="Hidden"
    )
    factories.milestone(anew)
    assert log(client) == before
    edit(anew, is_published=True)
    assert "Hidden" in page(client, OF_NORWAY).text


# The log of one record


def test_log_of_a_record_is_its_own_and_of_all_beneath_it(client):
    rows = one_of_each(published=True)
    other = factories.partnership("japan")
    factories.claim(factories.milestone(other), "2024")
    shown = log(client, partnership="norway")
    assert {c["partnership"] for c in shown} == {"norway"}
    models = {type(row)._meta.model_name for row in rows}
    assert {c["record"]["model"] for c in shown} == (
        models - {"area", "question", "source", "namesake"}
    )
    assert len(shown) == LedgerEntry.objects.count() - 6 - 4
    text = page(client, OF_NORWAY).text
    assert "Japan" not in text and f"{len(shown)} changes" in text


def test_log_of_a_record_follows_its_partner(client, norway):
    edit(norway.partner, official_name="Kingdom of Norway")
    change = newest(client)
    assert change["partnership"] == "norway"
    assert "Kingdom of Norway" in page(client, OF_NORWAY).text


@pytest.mark.parametrize("slug", ["unknown", "x" * 300])
def test_log_of_an_unknown_record_is_not_found(client, norway, slug):
    page(client, f"/partnerships/{slug}/changes/", status=404)
    if len(slug) < 100:
        assert log(client, partnership=slug) == []
