"""The first page: what changed in the record lately, and what it does not settle."""

from dataclasses import replace

import pytest

from partnerships.ledger import sealing
from partnerships.ledger.context import change
from partnerships.selectors.overview import statistics
from partnerships.templatetags import knowledge
from tests import factories
from tests.html import Page, page

pytestmark = pytest.mark.django_db

HOME = "/"


def edit(make, *, reason="The text says so.", kind="new_development"):
    """Do something in one operation, sealed at once."""
    with change(reason=reason, kind=kind, actor="Desk"):
        made = make()
    sealing.seal()
    return made


def section(client, name, query=None):
    """The words of one section of the page."""
    html = client.get(HOME, query).content.decode()
    body = html.partition(f'aria-labelledby="{name}"')[2].partition("</section>")[0]
    return Page(f"<section{body}")


@pytest.fixture
def norway():
    return edit(factories.partnership, reason="On record now.")


# The lead and the figures


def counts(**numbers):
    """Statistics with these numbers, and none of anything else."""
    empty = statistics([], on=factories.DAY, known_on=factories.DAY, edition=1)
    return replace(empty, **numbers)


@pytest.mark.parametrize(
    ("signed", "reported", "may_not_be", "may_be", "words"),
    [
        (0, 0, 0, 0, "no partnerships signed"),
        (0, 0, 0, 1, "no partnerships signed; one may be"),
        (1, 0, 0, 0, "one partnership signed"),
        (1, 1, 0, 2, "one partnership signed, by press reports alone; two more may be"),
        (1, 0, 1, 0, "one partnership signed; it may not be"),
        (2, 2, 0, 0, "two partnerships signed, both by press reports alone"),
        (3, 3, 0, 0, "three partnerships signed, all by press reports alone"),
        (7, 0, 1, 0, "seven partnerships signed; one of these may not be"),
        (
            *(9, 1, 2, 1),
            "nine partnerships signed, one by press reports alone; two of these may not "
            "be; one more may be",
        ),
        (1200, 13, 0, 0, "1,200 partnerships signed, 13 by press reports alone"),
    ],
)
def test_lead_counts_in_words(db, signed, reported, may_not_be, may_be, words):
    counted = counts(
        signed_total=signed,
        signed_reported=reported,
        signed_may_not_be=may_not_be,
        signed_may_be=may_be,
    )
    assert knowledge.signed_in_words(counted) == words


@pytest.mark.parametrize(
    ("signed", "left_out", "common", "words"),
    [
        (0, 0, [], "no signed partnership has all its areas assessed"),
        (2, 2, [], "no signed partnership has all its areas assessed"),
        (1, 0, [1], "one area is in the one signed partnership that is assessed"),
        (12, 3, [1, 2], "two areas are in all nine signed partnerships that are"),
        (12, 3, [1, 2], " assessed; three are not assessed"),
        (12, 1, [1, 2], "in all eleven signed partnerships that are assessed; one is"),
    ],
)
def test_common_areas_say_what_they_leave_out(db, signed, left_out, common, words):
    counted = counts(
        signed_total=signed,
        signed_not_assessed=left_out,
        areas_common_to_all_signed=common,
    )
    assert words in knowledge.common_areas_in_words(counted)


def test_first_day_of_all_checks_is_said_and_whom_nobody_checked(client, norway):
    japan = factories.partnership("japan")
    assert "No check is recorded." in page(client, HOME).text
    factories.check(norway, "2026-02-28")
    assert (
        "Checked through 28 February 2026; no check of Japan."
        in page(client, HOME).text
    )
    factories.check(japan, "2026-03-31")
    assert "Checked through 28 February 2026." in page(client, HOME).text
    past = page(client, HOME, {"as_of": "2026-02-28"}).text
    assert "On 28 February 2026: no partnerships signed" in past
    assert past.count("Checked through") == 1


def test_signature_of_what_ended_is_said_with_its_end_and_of_no_later_attempt(
    client, norway
):
    factories.milestone(norway, date="2024-12-18")
    factories.milestone(norway, "ended", "2025-02-03")
    opened = "negotiations_opened"
    factories.milestone(norway, opened, "2025-06-01", attempt=2)
    ended = section(client, "state", {"as_of": "2025-03-01"}).text
    assert "Ended · 1 Norway" in ended
    assert "Partnership ended, 3 February 2025; signed 18 December 2024" in ended
    begun = section(client, "state", {"as_of": "2025-07-01"}).text
    assert "Being negotiated · 1 Norway" in begun
    assert "Negotiations on a partnership begin, 1 June 2025" in begun
    assert "signed 18 December 2024" not in begun


def test_statuses_that_some_may_have_are_counted_and_lead_to_them(client, norway):
    factories.milestone(norway, date="2024-05-28")
    factories.milestone(norway, "suspended", "2025-06/2025-08")
    asked, day = factories.partnership("japan"), "2025-06/2025-09"
    factories.milestone(asked, "negotiations_opened", day)
    query = {"as_of": "2025-07-01"}
    found = section(client, "state", query)
    assert "Being negotiated · 0 · 1 may be" in found.text
    assert "Suspended · 0 · 1 may be" in found.text
    assert "/partnerships/?status=suspended&as_of=2025-07-01" in found.links
    assert "Ended" not in found.text
    text = page(client, HOME, query).text
    assert "one partnership signed; it may not be" in text
    counted = client.get("/api/v1/statistics/", query).json()
    assert counted["by_status_may_be"]["negotiating"] == 1
    assert counted["by_status_may_be"]["suspended"] == 1
    assert counted["signed_may_not_be"] == 1


# One edition after another


def test_next_edition_is_counted_anew(client, norway):
    """What an edition counts is remembered for that edition alone."""
    milestone = edit(lambda: factories.milestone(norway))
    for _ in range(2):
        statistics = client.get(HOME).context["statistics"]
        assert statistics.open_disagreements == 0
    edit(lambda: factories.claim(milestone, "2024-06-03"), reason="Another day.")
    assert client.get(HOME).context["statistics"].open_disagreements == 1


def test_second_home_page_of_an_edition_asks_less(
    client, norway, django_assert_num_queries
):
    edit(lambda: factories.milestone(norway))
    client.get(HOME)
    with django_assert_num_queries(4):
        client.get(HOME)


# Open questions


def test_open_disagreements_are_counted_and_lead_on(client, norway):
    factories.claim(factories.milestone(norway), "2024-06-03")
    found = section(client, "short")
    assert (
        "Where do sources disagree? On one fact that the editors have not ruled"
        in found.text
    )
    assert "/partnerships/?disagreement=open" in found.links


def test_nothing_open_leads_to_what_was_ruled_on(client, norway):
    found = section(client, "short")
    assert "The editors have ruled on each fact that sources dispute;" in found.text
    assert "/disagreements/" in found.links


def test_readers_questions_are_answered_from_the_record(client, norway):
    assert "Is it binding?" not in section(client, "short").text
    binding = factories.question("legally-binding", answer="no")
    factories.question("safe-component-limit", answer="35 %")
    found = section(client, "short")
    assert "Is it binding? No: what each source says ." in found.text
    assert f"/questions/#question-{binding.pk}" in found.links
    assert "Up to 35 % of a product’s component cost; no partner may go" in found.text
    assert "Where is the text? No partnership is signed." in found.text
    factories.milestone(norway, date="2024-05-28")
    factories.affiliation(norway.partner, "eea_efta", since="1994-01-01")
    found = section(client, "short").text
    assert "one partner may go further" in found
    assert "Where is the text? No address of a signed text is recorded." in found


def test_milestone_that_may_have_happened_is_named(client, norway):
    milestone = factories.milestone(norway, date="2024-05/2024-07")
    found = section(client, "latest", {"as_of": "2024-06-15"})
    assert "1 more step may have happened by 15 June 2024" in found.text
    assert f"#milestone-{milestone.pk}" in "".join(found.links)
    assert "may have happened" not in section(client, "latest").text


def test_more_that_may_have_happened_than_are_named(client, norway):
    for number in range(10):
        factories.milestone(norway, "statement", f"../2024-07-{number + 10}")
    text = section(client, "latest", {"as_of": "2024-06-15"}).text
    assert "10 more steps may have happened" in text
    assert "The first 8:" in text


def test_partner_that_asked_for_an_agreement_goes_beyond_by_its_standing(
    client, norway
):
    factories.question("safe-component-limit", answer="35 %")
    factories.affiliation(norway.partner, "eea_efta", since="1994-01-01")
    factories.milestone(norway, "requested", "2025-09-11", track="safe")
    assert "one partner may go further" in section(client, "short").text


def test_last_signatures_are_named_with_how_sure_they_are(client, norway):
    factories.milestone(norway, date="2024-05-28")
    lead = page(client, HOME).text
    assert "Norway signed last, on 28 May 2024." in lead
    for slug, certainty in [("ghana", "confirmed"), ("japan", "reported")]:
        record = factories.partnership(slug)
        factories.milestone(record, date="2025-03-24", certainty=certainty)
    lead = page(client, HOME).text
    assert "Ghana and, reportedly, Japan signed last, on 24 March 2025." in lead


def test_news_after_the_last_check_is_said_to_be_incomplete(client, norway):
    factories.milestone(norway, date="2024-05-28")
    factories.check(norway, "2024-05-28")
    assert "Editors have looked" not in section(client, "latest").text
    factories.milestone(norway, "statement", "2024-06-03")
    found = section(client, "latest").text
    assert "Editors have looked for all news through 28 May 2024." in found


def test_before_the_tracker_began_nothing_is_counted(client, norway):
    text = page(client, HOME, {"known_on": "2020-01-01"}).text
    assert "Nothing was on record on 1 January 2020" in text
    assert "No partnerships signed" not in text
