"""Who keeps a copy by the log and by modified_after has what the API says."""

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.api import API, pages
from tests.strategies import on_the_database, tries
from tests.two_clocks.edits import CREATE, begin, make

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.usefixtures("sealed_at_once"),
]

EDITS = st.tuples(
    st.sampled_from(["create", "change", "change", "delete"]),
    st.sampled_from(list(CREATE)),
    st.integers(0, 40),
)
OF_RECORDS = ("milestones", "disagreements")
SHARED = {"areas": "slug", "sources": "key"}


def slug_of(row):
    return row["partnership"] and row["partnership"]["slug"]


class Copy:
    """What a client keeps, and how it goes on from there."""

    def __init__(self, client):
        self.client, self.edition = client, 0
        self.records, self.partners = {}, {}
        self.rows = {name: [] for name in OF_RECORDS}
        self.shared = {name: {} for name in SHARED}

    def follow(self):
        changes = pages(self.client, "changes", after=self.edition)
        if not changes:
            return
        since = {"modified_after": self.edition}
        slugs = {change["partnership"] for change in changes}
        self._take_records(slugs, since)
        self._take_rows(slugs, since)
        for name, key in SHARED.items():
            for change in changes:
                if change["action"] == "deleted":
                    self.shared[name].pop(change["record"]["key"], None)
            modified = pages(self.client, name, **since)
            self.shared[name] |= {row[key]: row for row in modified}
        self._drop_uncited_sources()
        self.edition = changes[-1]["number"]

    def _drop_uncited_sources(self):
        """Drop what answers 404: a source stands only while a public claim cites it."""
        sources = self.shared["sources"]
        for key in list(sources):
            if self.client.get(f"{API}sources/{key}/").status_code == 404:
                del sources[key]

    def _take_records(self, slugs, since):
        modified = {row["slug"] for row in pages(self.client, "partnerships", **since)}
        for slug in (slugs | modified) - {None}:
            for kept, name in (
                (self.records, "partnerships"),
                (self.partners, "partners"),
            ):
                answer = self.client.get(f"{API}{name}/{slug}/")
                kept.pop(slug, None)
                if answer.status_code == 200:
                    kept[slug] = answer.json()

    def _take_rows(self, slugs, since):
        for name in OF_RECORDS:
            modified = pages(self.client, name, **since)
            stale = slugs | {slug_of(row) for row in modified}
            kept = [row for row in self.rows[name] if slug_of(row) not in stale]
            self.rows[name] = kept + modified


def fresh_copy(client):
    """A copy made anew of all that the API says now."""
    fresh = Copy(client)
    for row in pages(client, "partnerships"):
        address = f"{API}partnerships/{row['slug']}/"
        fresh.records[row["slug"]] = client.get(address).json()
    fresh.partners = {row["slug"]: row for row in pages(client, "partners")}
    fresh.rows = {name: pages(client, name) for name in OF_RECORDS}
    for name, key in SHARED.items():
        fresh.shared[name] = {row[key]: row for row in pages(client, name)}
    return fresh


@settings(
    on_the_database,
    max_examples=tries(8),
    phases=[Phase.reuse, Phase.generate],  # to shrink a failure takes minutes
)
@given(st.lists(st.lists(EDITS, min_size=1, max_size=5), min_size=1, max_size=3))
def test_copy_that_follows_is_what_the_api_says(rounds):
    client = Client()
    with transaction.atomic():
        begin()
        copy = Copy(client)
        copy.follow()
        for edits in rounds:
            for edit in edits:
                make(*edit)
            copy.follow()
        fresh = fresh_copy(client)
        assert copy.records == fresh.records
        assert copy.partners == fresh.partners
        assert copy.shared == fresh.shared
        for name in OF_RECORDS:
            in_order = [sorted(each.rows[name], key=str) for each in (copy, fresh)]
            assert in_order[0] == in_order[1]
        transaction.set_rollback(True)
