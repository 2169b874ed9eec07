"""The keys of each resource, frozen: clients rely on them. Adding one is fine; to take
one away, or to give it another name, takes /api/v2/ (docs/api.md)."""

import pytest

from partnerships.ledger import sealing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed")]

API = "/api/v1/"
SHORT = {"slug", "url", "html_url", "title"}
CLAIM = {"source", "says", "wording", "locator", "standing"}
PARTNERSHIP = SHORT | {
    *("partner", "status", "status_label", "sdp_status", "safe_status", "signed_on"),
    *("areas_included", "areas_already_exist", "areas_stated", "open_disagreements"),
}
MILESTONE = {
    *("id", "track", "kind", "kind_label", "date", "earliest", "latest", "place"),
    *("signatories", "reference", "note", "ruling", "claims"),
}
CHANGE = {
    *("number", "at", "by", "reason", "kind", "action", "record", "partnership"),
    "fields",
}
#: By address, and by the way to a part of the answer: keys, and ``0`` for the first of
#: several.
KEYS = {
    ("partnerships/", ""): {"count", "next", "previous", "results"},
    ("partnerships/", "results.0"): PARTNERSHIP,
    ("partnerships/", "results.0.partner"): {"slug", "name", "iso_code", "region"},
    ("partnerships/canada/", ""): PARTNERSHIP
    | {
        *("summary", "official_text_url", "affiliations", "status_because"),
        *("milestones", "coverage", "engagements", "stated_areas_claims"),
        *("stated_areas_ruling", "review_clause", "review_clause_ruling"),
        *("review_clause_claims", "reviewed_on"),
    },
    ("partnerships/canada/", "affiliations.0"): {
        *("kind", "since", "until", "note", "ruling", "claims")
    },
    ("partnerships/canada/", "status_because.0"): {"track", "milestone"},
    ("partnerships/canada/", "milestones.0"): MILESTONE,
    ("partnerships/canada/", "milestones.0.claims.0"): CLAIM,
    ("partnerships/canada/", "coverage.0"): {
        *("area", "number", "name", "value", "ruling", "claims")
    },
    ("partnerships/canada/", "engagements.0"): {
        *("id", "kind", "kind_label", "title", "since", "until", "level", "frequency"),
        *("amount", "currency", "amount_eur", "amount_is_total", "note", "ruling"),
        "claims",
    },
    ("partners/", "results.0"): {
        *("slug", "url", "html_url", "name", "official_name", "iso_code", "region"),
        *("affiliations", "partnership"),
    },
    ("partners/", "results.0.partnership"): SHORT,
    ("areas/", "results.0"): {
        *("slug", "url", "html_url", "number", "name", "included", "not_included"),
        *("already_exists", "not_assessed"),
    },
    ("milestones/", "results.0"): MILESTONE | {"url", "html_url", "partnership"},
    ("milestones/", "results.0.partnership"): SHORT,
    ("sources/", "results.0"): {
        *("key", "url", "html_url", "publisher", "title", "authors", "published_on"),
        *("knowledge_as_of", "document_url", "language", "last_checked_on", "note"),
        *("claims", "agrees", "compatible", "disagrees"),
    },
    ("disagreements/", "results.0"): {
        *("id", "html_url", "partnership", "fact", "adopted", "disagreement"),
        *("ruling", "ruled_at", "ruled_by_change", "claims"),
    },
    ("changes/", "results.0"): CHANGE,
    ("changes/1/", ""): CHANGE,
    ("changes/", "results.0.record"): {"model", "key", "label"},
    ("changes/", "results.0.fields.0"): {"name", "label", "old", "new"},
    ("matrix/", ""): {"partnerships", "has_more", "not_assessed", "rows"},
    ("matrix/", "partnerships.0"): SHORT
    | {"status", "areas_included", "areas_already_exist"},
    ("matrix/", "rows.0"): {
        *("area", "number", "name", "included", "is_common", "cells")
    },
    ("matrix/", "rows.0.cells.0"): {"partnership", "value", "sources", "disagreeing"},
    ("statistics/", ""): {
        *("as_of", "known_on", "partnerships", "by_status", "signed_total"),
        *("areas_common_to_all_signed", "open_disagreements", "edition"),
    },
}


@pytest.fixture(scope="module")
def sealed(dataset, django_db_blocker):
    with django_db_blocker.unblock():
        sealing.seal()


@pytest.mark.parametrize(("address", "way"), KEYS)
def test_keys_stay(client, address, way):
    part = client.get(API + address).json()
    for step in filter(None, way.split(".")):
        part = part[int(step) if step == "0" else step]
    assert KEYS[address, way] <= part.keys()
