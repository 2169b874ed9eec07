"""Rows that no road of the tracker's leaves behind are there all the same: no page fails
for them. And what the public side and the editors' forms must not give away."""

import pytest
from django.urls import reverse

from partnerships.ledger import context
from partnerships.models import Partnership, Source, User
from tests import factories
from tests.admin import as_shown, form_url
from tests.ledger.databases import is_sqlite, sql
from tests.ledger.tampering.hands import enter, the_one, unwatched, verified

pytestmark = pytest.mark.slow("builds databases")

MILESTONE, CLAIM = "partnerships_milestone", "partnerships_claim"
LEDGER = "partnerships_ledgerentry"
PAGES = [
    *("/", "/partnerships/", "/partnerships/norway/", "/partnerships/norway/changes/"),
    *("/changes/", "/changes.atom", "/sources/", "/timeline/", "/matrix/"),
    *("/api/v1/partnerships/", "/api/v1/partnerships/norway/", "/api/v1/changes/"),
    *("/api/v1/statistics/", "/data/changes.csv", "/data/milestones.csv", "/readyz"),
]

#: Odd rows, each by a statement and the record that it is about.
ODD = {
    "a claim of no record": (CLAIM, "record_id = NULL"),
    "a claim to no source": (CLAIM, "source_id = 987"),
    "a claim about no milestone": (CLAIM, "milestone_id = 987"),
    "a kind that there is not": (MILESTONE, "kind = 'annexed'"),
    "a track that there is not": (MILESTONE, "track = 'x'"),
    "a date that there is not": (MILESTONE, "date = '2024-99'"),
    "a milestone of no record": (MILESTONE, "partnership_id = 987"),
    "a partnership of no partner": ("partnerships_partnership", "partner_id = 987"),
}
if is_sqlite:
    ODD |= {
        "a day that there is not": (MILESTONE, "latest = 'garbage'"),
        "no UTF-8": (MILESTONE, "place = CAST(x'4fc328' AS TEXT)"),
        "bytes": (MILESTONE, "place = x'4f'"),
    }
else:
    ODD |= {
        "a day beyond the calendar": (MILESTONE, "latest = 'infinity'"),
        "a day before it": (MILESTONE, "earliest = '4000-01-01 BC'"),
    }


@pytest.mark.parametrize("with_history", [True, False])
@pytest.mark.parametrize("odd", ODD)
def test_odd_row_takes_no_page_down(tracker, client, odd, with_history):
    table, values = ODD[odd]
    key = the_one(table, "milestone_id IS NOT NULL" if table == CLAIM else "true")
    with unwatched(table):
        sql(f"UPDATE {table} SET {values} WHERE id = {key}")
        if with_history:
            enter(table, key)
    for page in PAGES:
        answer = client.get(page)
        list(answer)
        # A record that is odd itself may be there no more.
        assert answer.status_code in (200, 404), page


@pytest.mark.parametrize("column", ["at", "recorded_at"])
def test_odd_entry_takes_no_page_down(tracker, client, column):
    day = "'garbage'" if is_sqlite else "'infinity'"
    with unwatched(LEDGER):
        sql(f"UPDATE {LEDGER} SET {column} = {day} WHERE number = 3")
    for page in PAGES:
        answer = client.get(page)
        list(answer)
        assert answer.status_code == 200, page


@pytest.fixture
def damaged(tracker):
    """A trail of which verification has found that it is not whole."""
    with unwatched():
        sql(f"UPDATE {MILESTONE} SET place = 'Rome' WHERE id = 1")
    assert not verified()[0]


def test_readers_are_told_that_the_trail_is_not_whole(damaged, client):
    assert "not whole" in str(client.get("/readyz").json()["warnings"])
    assert "problem" in client.get("/about/").text


def test_damage_is_not_forgotten_with_the_next_edit(damaged, client):
    with context.change(actor="Editor", reason="A later note", kind="editorial"):
        factories.save(Source.objects.get(key="source-1"))
    assert not verified()[0]
    assert "not whole" in str(client.get("/readyz").json()["warnings"])


# Drafts


def test_source_of_a_draft_alone_gives_it_away_nowhere(tracker, client):
    """Or its form says to whoever enters it that readers see it at once."""
    title = "Joint press release on the partnership with Ruritania"
    draft = Partnership.objects.get(is_published=False)
    with context.change(actor="Editor", reason="For the draft", kind="editorial"):
        source = factories.source("ruritania-2026", title=title, note="Not yet out")
        factories.claim(draft.milestones.all()[0], "2024-05-28", by=source)
    pages = ["/", "/sources/", "/changes/", "/changes.atom", "/sitemap.xml"]
    pages += ["/data/sources.csv", "/api/v1/sources/", "/search/?q=Ruritania"]
    is_seen = [page for page in pages if title in _text(client.get(page))]
    client.force_login(User.objects.get(username="boss"))
    form = client.get(reverse("admin:partnerships_source_add")).text
    assert not is_seen or "at once" in form, is_seen


def _text(answer) -> str:
    parts = answer.streaming_content if answer.streaming else [answer.content]
    return b"".join(parts).decode()


def test_change_is_saved_over_another_by_a_form_that_leaves_out_what_it_saw(
    tracker, client
):
    record = Partnership.objects.get(partner__slug="norway")
    client.force_login(User.objects.get(username="boss"))
    sent = as_shown(client.get(form_url(record)))
    with context.change(actor="Another", reason="Read anew", kind="correction"):
        factories.edit(record, summary="By another.")
    del sent["seen"]
    sent |= {"change_kind": "correction", "change_reason": "Typo", "summary": "Mine."}
    client.post(form_url(record), sent)
    record.refresh_from_db()
    assert record.summary == "By another."
