"""Rounds of the sources: what is kept of each, and the leads that come of it."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError

from partnerships.actions.watching import Visitor
from partnerships.actions.watching.rounds import go_round
from partnerships.models import Lead, LedgerEntry, Source, Visit
from tests import factories
from tests.watching import page, redirect

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_at_once")]

NOW = datetime(2025, 7, 7, 6, tzinfo=UTC)
WEEK, MONTH = timedelta(days=8), timedelta(days=32)
TEXT = b"<main><p>Norway and the EU signed.</p><p>It is 12:04:31.</p></main>"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as moved:
        yield moved


@pytest.fixture
def norway():
    record = factories.partnership("norway")
    return factories.milestone(record, "signed", "2024-05-28")


@pytest.fixture
def source(site, norway):
    """A source on Norway, at an address of the local site."""
    site.pages["/text"] = page(TEXT)
    source = factories.source(
        "nrk-2024", url="https://example.org/a", title="Norway signs"
    )
    factories.claim(norway, "2024-05-28", by=source)
    Source.objects.filter(pk=source.pk).update(url=site.url("/text"))
    source.refresh_from_db()
    return source


@pytest.fixture
def round_(visitor, clock):
    def go(*, later=timedelta(0), everything=False, pause=0):
        clock.shift(later)
        now = datetime.now(UTC)
        return go_round(now=now, visitor=visitor, everything=everything, pause=pause)

    return go


def test_first_visit_keeps_a_copy_and_says_nothing(round_, source):
    done = round_()
    assert (done.asked, done.unchanged, done.leads, done.problems) == (1, [], [], [])
    visit = Visit.objects.get()
    assert (visit.source, visit.status, visit.read_at) == (source, 200, NOW)
    assert gzip.decompress(bytes(visit.copy)) == TEXT
    source.refresh_from_db()
    assert source.last_checked_on is None


def test_source_that_is_unchanged_is_recorded_as_checked(site, round_, source):
    round_()
    site.pages["/text"] = page(TEXT.replace(b"12:04:31", b"18:30:07"))
    done = round_(later=MONTH)
    assert done.unchanged == [source] and not Lead.objects.exists()
    source.refresh_from_db()
    assert source.last_checked_on is None  # nobody ever compared it with the record
    Source.objects.filter(pk=source.pk).update(last_checked_on=NOW.date())
    round_(everything=True)
    source.refresh_from_db()
    assert source.last_checked_on == (NOW + MONTH).date()
    entry = LedgerEntry.objects.latest("id")
    assert (entry.record, entry.actor) == ("source", "check_sources")
    count = LedgerEntry.objects.count()
    round_(everything=True)  # once more on the day
    assert LedgerEntry.objects.count() == count


def test_source_that_changed_is_a_lead_with_what_changed(site, round_, source, norway):
    round_()
    site.pages["/text"] = page(TEXT.replace(b"signed", b"have signed"))
    (lead,) = round_(later=MONTH).leads
    assert (lead.origin, lead.news, lead.source) == ("source", "changed", source)
    assert lead.partnership == norway.partnership
    assert "Norway and the EU have signed." in lead.sentence
    assert (lead.url, lead.language) == (source.url, "en")
    source.refresh_from_db()
    assert source.last_checked_on is None  # somebody is to look
    lead.follow_up_on, lead.language = "2999-01-01", "no"
    lead.save()
    site.pages["/text"] = page(TEXT.replace(b"signed", b"will sign"))
    round_(later=MONTH)
    lead.refresh_from_db()
    assert "have signed" in lead.sentence and "will sign" in lead.sentence
    assert Lead.objects.count() == 1
    assert (lead.follow_up_on, lead.language) == (None, "no")  # due again
    Source.objects.filter(pk=source.pk).update(last_checked_on=NOW.date())
    round_(later=MONTH)  # unchanged, and nobody has read yet what changed
    source.refresh_from_db()
    assert source.last_checked_on == NOW.date()
    lead.close("rejected", answer="Words alone.")
    lead.save()
    site.pages["/text"] = page(TEXT)
    round_(later=MONTH)
    assert Lead.objects.count() == 2


def test_other_file_is_a_lead_without_words(site, round_, source):
    site.pages["/text"] = page(b"%PDF-1.7 a", type="application/pdf")
    round_()
    site.pages["/text"] = page(b"%PDF-1.7 b", type="application/pdf")
    (lead,) = round_(later=MONTH).leads
    assert lead.sentence.endswith("Another file")


def test_source_that_vanished_is_a_lead_at_once_and_its_copy_stays(
    site, round_, source
):
    round_()
    site.pages["/text"] = page(status=410)
    (lead,) = round_(later=MONTH).leads
    assert (lead.news, lead.sentence.splitlines()[-1]) == (
        "vanished",
        "It has been taken away for good (410).",
    )
    assert gzip.decompress(bytes(Visit.objects.get().copy)) == TEXT
    assert not round_(later=MONTH).leads


def test_source_that_is_not_reached_is_a_lead_the_third_time(site, round_, source):
    site.pages["/text"] = page(status=500)
    assert [bool(round_(later=MONTH).leads) for _ in range(4)] == [
        *(False, False, True, False)
    ]
    assert Lead.objects.get().news == "unreached"
    site.pages["/text"] = page(TEXT)
    round_(later=MONTH)
    assert Visit.objects.get().failures == 0


def test_source_that_failed_and_then_vanished_is_told_of_once(site, round_, source):
    found = []
    for status in (500, 404, 404, 500, 500):
        site.pages["/text"] = page(status=status)
        found.append([lead.news for lead in round_(later=MONTH).leads])
    assert found == [[], ["vanished"], [], [], []]


def test_source_with_another_address_begins_anew(site, round_, source):
    round_()
    site.pages["/right"] = page(b"<main><p>The right text.</p></main>")
    Source.objects.filter(pk=source.pk).update(url=site.url("/right"))
    assert not round_(later=MONTH).leads
    visit = Visit.objects.get()
    assert (visit.url, visit.changed_at) == (site.url("/right"), None)


def test_source_that_is_deleted_meanwhile_stops_nothing(
    site, round_, source, visitor, monkeypatch
):
    gone = factories.source("a-gone", url="https://example.org/gone")
    Source.objects.filter(pk=gone.pk).update(url=site.url("/text"))
    fetch = Visitor.fetch

    def deleting(self, url):
        Source.objects.filter(pk=gone.pk).delete()
        return fetch(self, url)

    monkeypatch.setattr(Visitor, "fetch", deleting)
    assert round_().asked == 1 and Visit.objects.get().source == source


def test_empty_file_is_not_read(site, round_, source):
    site.pages["/text"] = page(b"", type="application/pdf")
    assert round_().problems == ["nrk-2024: It is empty."]


def test_document_that_is_too_long_is_watched_by_its_beginning(
    site, visitor_to, clock, source
):
    visitor = visitor_to(site, body=1000)
    for body in (b"a" * 3000, b"b" + b"a" * 2999):
        site.pages["/text"] = page(body, type="application/pdf")
        clock.shift(MONTH)
        done = go_round(now=datetime.now(UTC), visitor=visitor, pause=0)
        assert not done.problems
    assert [lead.news for lead in done.leads] == ["changed"]


def test_source_that_moved_for_good_is_a_lead_once(site, round_, source):
    site.pages["/new"] = page(TEXT)
    site.pages["/text"] = redirect("/new", status=301)
    (lead,) = round_().leads
    assert lead.news == "moved" and site.url("/new") in lead.sentence
    assert not round_(later=MONTH).leads
    site.pages["/text"] = redirect("/new", status=302)
    assert not round_(later=MONTH).leads


def test_sources_are_asked_for_weekly_while_something_moves(
    site, round_, source, norway
):
    round_()
    assert round_(later=WEEK).asked == 0
    factories.milestone(norway.partnership, "requested", "2025-06", track="safe")
    assert round_().asked == 1
    assert round_(later=timedelta(days=6)).asked == 0
    assert round_(later=timedelta(days=2)).asked == 1


def test_page_without_words_is_not_read(site, round_, source):
    site.pages["/text"] = page(b"<main></main><script>fill()</script>")
    (problem,) = round_().problems
    assert problem == "nrk-2024: Its page has no text without a script."
    assert Visit.objects.get().digest == ""


def test_two_of_one_host_are_asked_for_with_a_pause(site, round_, source, monkeypatch):
    slept = []
    monkeypatch.setattr("partnerships.actions.watching.rounds.sleep", slept.append)
    other = factories.source("other", url="https://example.org/other")
    Source.objects.filter(pk=other.pk).update(url=site.url("/other"))
    round_(pause=5)
    assert slept[0] == 0 and 4 < slept[1] <= 5


def test_one_that_cannot_be_asked_does_not_stop_the_round(site, round_, source):
    for number in range(2):
        factories.source(f"a-{number}", url=f"https://example.org/{number}")
    Source.objects.filter(key="a-0").update(url="http://10.0.0.1/")
    Source.objects.filter(key="a-1").update(url="http://[::1]/")
    done = round_()
    assert done.asked == 3 and len(done.problems) == 2
    assert Visit.objects.get(source=source).status == 200


def test_source_that_used_to_change_is_silent_while_others_report(
    site, round_, source, norway
):
    round_()
    site.pages["/text"] = page(TEXT.replace(b"signed", b"have signed"))
    round_(later=MONTH)
    Lead.objects.all().delete()
    assert not round_(later=timedelta(days=70)).leads
    held = factories.milestone(norway.partnership, "dialogue_held", "2025-09-20")
    factories.claim(held, "2025-09-20", by=factories.source("other"))
    (lead,) = round_().leads
    assert lead.news == "silent" and "Dialogue held" in lead.sentence
    lead.close("already_right", answer="It says so on another page.")
    lead.save()
    assert not round_(later=MONTH).leads  # it was told of
    factories.claim(held, "2025-09-20", by=source)
    Lead.objects.all().delete()
    assert not round_(later=MONTH).leads


def test_command_says_what_it_found(site, visitor, source, monkeypatch, capsys):
    class OfTheTest(Visitor):
        def __init__(self, **kwargs):
            super().__init__(is_allowed=visitor.is_allowed, **kwargs)

    monkeypatch.setattr(
        "partnerships.management.commands.check_sources.Visitor", OfTheTest
    )
    call_command("check_sources")
    assert "Asked for 1 sources: 0 unchanged, 0 leads, 0 not" in capsys.readouterr().out
    call_command("check_sources")
    assert "Asked for 0 sources" in capsys.readouterr().out
    site.pages["/text"] = page(status=404)
    call_command("check_sources", all=True)
    said = capsys.readouterr()
    assert "Lead: nrk-2024: It is gone" in said.out
    assert "nrk-2024: There is nothing at this address (404)." in said.err


def test_round_without_any_network_counts_nothing(round_, source, names):
    """A failure of this machine is no news of a source."""
    names["example.invalid"] = []
    Source.objects.filter(pk=source.pk).update(url="http://example.invalid/")
    factories.source("other", url="https://example.org/other")
    Source.objects.filter(key="other").update(url="http://10.0.0.1/")
    for _ in range(4):
        done = round_(later=MONTH)
        assert done.is_cut_off and not done.leads
    assert not Visit.objects.exists() and not Lead.objects.exists()
    with pytest.raises(CommandError, match="No host of a source answered"):
        call_command("check_sources")


def test_copy_and_lead_are_on_no_public_page(client, site, round_, source):
    round_()
    site.pages["/text"] = page(TEXT.replace(b"signed", b"XYZZY"))
    round_(later=MONTH)
    assert "XYZZY" in Lead.objects.get().sentence
    paths = ["/", "/partnerships/norway/", "/sources/nrk-2024/", "/changes/"]
    paths += ["/api/v1/sources/nrk-2024/", "/changes.atom", "/data/"]
    for path in paths:
        assert "XYZZY" not in client.get(path).content.decode()
