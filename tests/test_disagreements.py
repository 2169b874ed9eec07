"""Where sources disagree, what was ruled, why, and when."""

from datetime import UTC, datetime

import pytest
import time_machine

from partnerships.ledger import sealing
from partnerships.ledger.context import change
from partnerships.models import LedgerEntry
from tests import factories
from tests.html import page

pytestmark = pytest.mark.django_db

LIST = "/disagreements/"


@pytest.fixture
def disputed():
    """Norway's day of signature is ruled on; Japan's number of areas and a question
    are open; of Albania nobody disagrees."""
    signed = factories.milestone(
        factories.partnership(), ruling="The text itself says so."
    )
    factories.claim(signed, "2024-05-28", wording="signed")
    factories.claim(signed, "2024-06-03", wording="concluded", locator="section Norway")
    japan = factories.partnership("japan", stated_areas=9)
    factories.claim(japan, "10")
    factories.claim(factories.question(answer="2022-03"), "2022-02")
    agreed = factories.milestone(factories.partnership("albania"))
    factories.claim(agreed, "2024-05")
    return signed


def shown(client, **query):
    listed = client.get(LIST, query).context["disagreements"]
    return [found.fact.id.rpartition("-")[0] for found in listed]


def test_open_ones_come_first_then_by_partner(client, disputed):
    assert shown(client) == ["stated_areas", "question", "milestone"]


def test_disagreement_says_who_says_what_and_what_was_ruled(client, disputed):
    found = page(client, LIST)
    assert "3 disputed facts" in found.text
    assert "Norway: Signed (SDP) ≠ 1 source disagrees, ruled on" in found.text
    publisher = "European Parliamentary Research Service"
    assert f"28 May 2024 in the record {publisher} : signed" in found.text
    assert f"3 June 2024 {publisher} : concluded Our ruling" in found.text
    assert "Our ruling The text itself says so." in found.text
    assert "Open The editors have not ruled on this." in found.text
    assert "≠ disagrees 3 June 2024 , in the words concluded" in found.text
    assert "section Norway" in found.text
    assert "Japan: Stated number of areas" in found.text
    assert "March 2022 in the record No document gives it" in found.text
    assert f"/partnerships/norway/#milestone-{disputed.pk}" in found.links


def test_sides_are_of_what_is_disputed_alone(client):
    signed = factories.milestone(factories.partnership(), place="Brussels")
    factories.claim(signed, "2024-05-28")
    factories.claim(signed, "2024-05")
    factories.claim(signed, "Oslo", aspect="place", wording="at Oslo")
    found = page(client, LIST).text
    assert "Place: Brussels in the record No document gives it in so many" in found
    assert "Place: Oslo" in found and "at Oslo" in found
    assert "28 May 2024 in the record" not in found


@pytest.fixture
def rejected():
    """Talks with Norway that one source tells of and another denies."""
    talks = factories.milestone(
        factories.partnership(), "exploratory_talks", "2025-06", certainty="rejected"
    )
    factories.claim(talks, "2025-06", by=factories.source("paper"))
    factories.claim(talks, "2025-10-24/..", by=factories.source("daily"))
    return talks


def test_what_did_not_happen_is_not_said_to_be_in_the_record(client, rejected):
    text = page(client, LIST).text
    assert "June 2025 did not happen, by our ruling" in text
    assert "in the record" not in text.replace("value in the record stands", "")


@pytest.mark.parametrize("path", [LIST, "/partnerships/norway/", "/sources/paper/"])
def test_no_source_agrees_on_what_did_not_happen(client, rejected, path):
    text = page(client, path).text
    assert "= says it happened; by our ruling it did not" in text
    assert "= agrees" not in text


@pytest.mark.parametrize(
    ("query", "facts"),
    [
        ({"disagreement": "open"}, ["stated_areas", "question"]),
        ({"disagreement": "ruled"}, ["milestone"]),
        ({"partnership": "norway"}, ["milestone"]),
        ({"partnership": "albania"}, []),
    ],
)
def test_disagreements_are_filtered(client, disputed, query, facts):
    assert shown(client, **query) == facts


def test_none_says_so(client):
    assert "Sources do not disagree on any fact here." in page(client, LIST).text


def test_partnership_that_is_none_or_a_draft_is_refused(client, disputed):
    factories.partnership("hidden", published=False)
    for slug in ("atlantis", "hidden"):
        page(client, LIST, {"partnership": slug}, status=400)


# When it was ruled


def on(day):
    return time_machine.travel(datetime(2026, 3, day, 12, tzinfo=UTC), tick=False)


@pytest.fixture
def story():
    """Open on 1 March, ruled on 3 March, reworded on 5 March, then another field."""
    with on(1):
        signed = factories.milestone(factories.partnership())
        factories.claim(signed, "2024-06-03")
        sealing.seal()
    for day, values in [
        (3, {"ruling": "First words."}),
        (5, {"ruling": "Last words."}),
        (7, {"place": "Brussels"}),
    ]:
        with on(day), change(reason="Test", kind="editorial", actor="Desk"):
            for name, value in values.items():
                setattr(signed, name, value)
            signed.save()
            sealing.seal()
    return signed


def test_ruling_says_since_which_change_it_has_its_words(client, story):
    rewording = LedgerEntry.objects.get(at__date="2026-03-05")
    found = page(client, LIST)
    assert (
        "Ruled by the tracker’s editors, 5 March 2026, in "
        f"change № {rewording.number}" in found.text
    )
    assert f"/changes/{rewording.number}/" in found.links


@pytest.mark.parametrize(
    ("day", "said"),
    [("2026-03-04", "editors, 3 March 2026"), ("2026-03-02", "not ruled on")],
)
def test_ruling_is_shown_as_it_was_known(client, story, day, said):
    found = page(client, LIST, {"known_on": day})
    assert said in found.text
    assert "Last words." not in found.text
    assert f"/partnerships/norway/?known_on={day}#milestone-{story.pk}" in found.links


def test_ruling_on_a_stated_number_has_its_change_too(client):
    with on(2):
        japan = factories.partnership(
            "japan", stated_areas=9, stated_areas_ruling="So."
        )
        factories.claim(japan, "10")
        sealing.seal()
    assert "Ruled by the tracker’s editors, 2 March 2026" in page(client, LIST).text


def test_ruling_that_is_not_sealed_yet_names_no_change(client, disputed):
    assert "in change №" not in page(client, LIST).text
