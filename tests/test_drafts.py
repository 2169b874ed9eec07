"""A draft is in no public number: whatever editors put into one, no page, answer or file
changes by it but for the edition."""

import re

import pytest

from partnerships.choices import AffiliationKind, Track
from partnerships.exports.tables import TABLES
from partnerships.ledger import sealing
from partnerships.models import Partnership
from tests import factories

pytestmark = pytest.mark.django_db

API, NO_SUCH = "/api/v1/", "/partnerships/?status=ended&q=nothing"
PUBLIC = [
    *("/", "/partnerships/", "/partnerships/?status=signed", "/partnerships/norway/"),
    *("/partnerships/?area=area-1", "/partnerships/?q=norway", NO_SUCH),
    *("/matrix/", "/matrix/?rows=coverage&order=-coverage", "/sitemap.xml"),
    *("/areas/area-1/", "/areas/area-2/", "/compare/?p=norway&p=japan", "/timeline/"),
    *("/sources/", "/sources/eprs-2026-03/", "/disagreements/", "/positions/"),
    *("/safe/", "/ties/", "/ties/agreements/"),
    *(f"{API}{name}/" for name in ("partnerships", "partners", "areas", "milestones")),
    *(f"{API}{name}/" for name in ("sources", "disagreements", "matrix", "statistics")),
    f"{API}positions/",
    *(f"{API}partnerships/?area=area-1", f"{API}areas/area-1/", "/data/coverage.json"),
    *(f"/data/{name}.csv" for name in TABLES if name != "changes"),
    *("/milestones.atom", "/milestones.feed.json", "/milestones.ics"),
]


@pytest.fixture
def signed(sealed_at_once):
    """Norway and Japan, signed, both with the first of two areas."""
    areas = [factories.area(number) for number in (1, 2)]
    for slug in ("norway", "japan"):
        record = factories.partnership(slug)
        factories.claim(factories.milestone(record), "2024-05-28")
        factories.claim(factories.coverage(record, areas[0]), "included")
    return areas


def fill_draft(areas):
    """Make a draft with something of everything that is counted anywhere."""
    draft = factories.partnership("ruritania", published=False, stated_areas=2)
    factories.affiliation(draft.partner, AffiliationKind.NATO_ALLY)
    factories.check(draft, "2026-04-30")
    facts = [factories.coverage(draft, area) for area in areas]
    facts += [factories.milestone(draft), factories.engagement(draft)]
    facts.append(factories.milestone(draft, "requested", "2025-06", track=Track.SAFE))
    for fact in facts[:3]:
        factories.claim(fact, "not_included" if fact in facts[:2] else "2023")
    other = factories.source("atlas-2025")
    factories.claim(factories.subject(draft), "yes", by=other)
    factories.claim(factories.position(draft), "yes", by=other)


def answers(client) -> tuple[int, dict[str, str]]:
    """The edition, and what each public address answers, without times."""
    texts = {}
    for path in PUBLIC:
        response = client.get(path)
        assert response.status_code == 200, path
        text = response.getvalue() if response.streaming else response.content
        texts[path] = re.sub(r"\d+-\d+-\d+T[\d:.+]+|\d{8}T\d+Z", "T", text.decode())
    return sealing.head().number, texts


def changed(before, after) -> list[str]:
    """The addresses whose answers differ by more than the edition."""
    edition = re.compile(rf"\b({before[0]}|{after[0]})\b")
    before, after = (
        {path: edition.sub("N", text) for path, text in texts.items()}
        for _, texts in (before, after)
    )
    return [path for path in PUBLIC if before[path] != after[path]]


def test_draft_is_in_no_public_number(client, signed):
    before = answers(client)
    fill_draft(signed)
    assert changed(before, answers(client)) == []


def test_publishing_it_shows_in_these_numbers(client, signed):
    """So that the test above can fail at each address that counts over records."""
    fill_draft(signed)
    before = answers(client)
    Partnership.objects.update(is_published=True)
    unchanged = set(PUBLIC) - {*changed(before, answers(client))}
    assert unchanged == {
        *("/partnerships/?q=norway", NO_SUCH, "/partnerships/norway/"),
        *("/data/areas.csv", "/data/questions.csv", "/data/namesakes.csv"),
    }


OF_A_RECORD = [
    *("/partnerships/{}/", "/partnerships/{}/brief/", "/partnerships/{}/changes/"),
    *("/partnerships/{}/card.png", "/partnerships/{}/picture.svg", "/embed/{}/"),
    *("/compare/?p=norway&p={}", "/changes/?partnership={}", "/search/?q={}"),
    *(
        "/partnerships/?q={}",
        "/timeline/?partnership={}",
        "/changes.atom?partnership={}",
        "/changes.feed.json?partnership={}",
    ),
    *(f"{API}partnerships/{{}}/", f"{API}partners/{{}}/", "/sources/{}/"),
    *(f"{API}changes/?partnership={{}}", f"{API}sources/{{}}/", "/admin/{}/"),
    *("/report/?page=/partnerships/{}/", "/partnerships/{}/?known_on=2026-11-29"),
    *("/partnerships/{}/?as_of=2025-01-01", "/nothing/{}/", "/data/changes.csv?q={}"),
]


@pytest.mark.parametrize("address", OF_A_RECORD)
def test_draft_answers_as_what_is_not_there(client, signed, address):
    fill_draft(signed)
    factories.source("ruritanian", title="Ruritania")

    def answer(slug):
        response = client.get(address.format(slug))
        body = b"".join(response)
        for known in (slug, slug.title()):
            body = body.replace(known.encode(), b"NAME")
        return response.status_code, re.sub(
            rb'\d\d:\d\d:\d\d|<id>[^<]*|"request_id": ?"\w+"|"moment"\s+value="[^"]*"',
            b"",
            body,
        )

    assert answer("ruritania") == answer("gondolins")
