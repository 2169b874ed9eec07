"""The page of one record: its lifecycle, what may come next, its log, how to cite it."""

import json
import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.utils import timezone

from partnerships.choices import ChangeKind, MilestoneKind, Track
from partnerships.ledger import sealing
from partnerships.ledger.context import change
from tests import factories
from tests.html import Page, page

pytestmark = pytest.mark.django_db

CANADA, NORWAY = "/partnerships/canada/", "/partnerships/norway/"
K = MilestoneKind


@pytest.fixture
def canada():
    """Signed, and on the way with SAFE; what is there in March 2026."""
    of = factories.partner("canada", iso_code="CA")
    record = factories.partnership(of=of)
    factories.milestone(record, date="2025-06-23")
    for kind, day in [
        (K.ENDORSED, "2025-12"),
        (K.PUBLISHED, "../2026-03-05"),
        (K.PROVISIONALLY_APPLIED, "../2026-03-05"),
    ]:
        factories.milestone(record, kind, day, track=Track.SAFE)
    return record


def section(client, path, name, **query):
    """The words of one section of a page."""
    html = client.get(path, query).content.decode()
    start = html.index(f'<section class="section" aria-labelledby="{name}"')
    return Page(html[start : html.index("</section>", start)]).text


# Lifecycle


def test_every_step_is_shown_recorded_or_not(client, canada):
    text = section(client, CANADA, "course")
    assert "Signed 23 June 2025 decides the status Not recorded: a proposal" in text
    assert "the opening of negotiations, agreement on the text. What" in text
    assert (
        "Endorsed by the Council December 2025 Provisionally applied no later than "
        "5 March 2026 decides the status Not recorded: a request"
    ) in text
    assert "authority to sign, signature. What may come next" in text


def test_steps_link_the_milestones_that_they_come_from(client, canada):
    links = page(client, CANADA).links
    for milestone in canada.milestones.exclude(kind=K.PUBLISHED):
        assert links.count(f"#milestone-{milestone.pk}") >= 2  # itself, and its step


def test_record_says_what_is_left_before_safe_is_in_force(client, canada):
    text = section(client, CANADA, "course", as_of="2026-03-15")
    assert (
        "Waiting since 5 March 2026 or earlier. What is left: the European Parliament’s "
        "consent, the Council’s conclusion, entry into force. What else may come Beside "
        "it, changing no status: an announcement, a statement."
    ) in text


def test_waiting_is_counted_to_the_day_through_which_the_record_is_known(
    client, canada
):
    factories.check(canada, "2026-03-12")
    text = section(client, CANADA, "course", as_of="2025-06-24")
    assert "It has stood so since 23 June 2025: 1 day by 24 June 2025." in text
    for as_of in ("2026-03-12", "2026-03-31"):
        text = section(client, CANADA, "course", as_of=as_of)
        assert "5 March 2026 or earlier: at least 7 days by 12 March 2026." in text
    factories.milestone(canada, K.STATEMENT, "2026-03-20", track=Track.SAFE)
    text = section(client, CANADA, "course", as_of="2026-03-31")
    assert "5 March 2026 or earlier: at least 15 days by 20 March 2026." in text


def test_second_attempt_is_a_second_line(client, canada):
    factories.milestone(canada, K.TERMINATED, "2026-04-01", track=Track.SAFE)
    assert "Only a new attempt may follow." in section(client, CANADA, "course")
    again = {"track": Track.SAFE, "attempt": 2}
    factories.milestone(canada, K.REQUESTED, "2026-05-01", **again)
    text = section(client, CANADA, "course")
    assert "Attempt 1 Endorsed by the Council December 2025" in text
    assert "Attempt 2 Requested 1 May 2026 decides the status What may" in text


def test_day_before_the_first_milestone_reads_sensibly(client, canada):
    text = section(client, CANADA, "course", as_of="2020-01-01")
    assert "No step towards a partnership is known" in text
    assert "SAFE did not exist yet on this day." in text
    said = "SAFE did not exist yet on 1 January 2020"
    assert said in section(client, CANADA, "standing", as_of="2020-01-01")
    assert page(client, CANADA, {"as_of": "2020-01-01"}).text.count(said) == 2


def test_what_did_not_happen_is_shown_apart_and_moves_nothing(client, canada):
    values = {"certainty": "rejected", "ruling": "Both texts deny it."}
    factories.milestone(canada, K.ENDED, "2026-01-05", **values)
    text = section(client, CANADA, "milestones")
    assert "Did not happen, by the editors’ ruling" in text
    assert "Ended" not in section(client, CANADA, "course")


def test_announcement_says_what_became_of_it(client, canada):
    values = {"announces": K.REVIEWED, "expected": "2026-03"}
    factories.milestone(canada, K.ANNOUNCED, "2026-01-05", **values)
    factories.check(canada, "2026-04-30")
    query = {"as_of": "2026-05-15"}
    assert (
        "Expected by 31 March 2026; nothing recorded; checked through 30 April 2026."
    ) in section(client, CANADA, "milestones", **query)
    factories.milestone(canada, K.REVIEWED, "2026-05-03")
    text = section(client, CANADA, "milestones", **query)
    assert "Announced; reviewed on 3 May 2026." in text


# Sources


def test_claim_leads_to_its_source_here_and_to_the_document(client, canada):
    source = factories.source("eprs", url="https://example.org/briefing.pdf")
    claim = factories.claim(canada.milestones.first(), "2025-06-23", by=source)
    today = str(timezone.localdate())
    for query, here in [
        ({}, "/sources/eprs/"),
        ({"as_of": today}, "/sources/eprs/"),  # a source's page has no such clock
        ({"as_of": today, "known_on": today}, f"/sources/eprs/?known_on={today}"),
    ]:
        links = page(client, CANADA, query).links
        assert here in links and source.url in links
    assert f"claim-{claim.pk}" in page(client, "/sources/eprs/").ids


# Standing with SAFE


@pytest.mark.parametrize(
    ("kind", "iso_code", "sentence"),
    [
        ("eea_efta", "", "may join common purchases on Member States’ terms"),
        ("eu_candidate", "", "may join common purchases as an EU candidate"),
        (
            "eu_potential_candidate",
            "",
            "may join common purchases as a potential EU candidate",
        ),
        ("nato_ally", "", "may not join common purchases"),
        ("nato_ally", "UA", "may join common purchases on Member States’ terms"),
    ],
)
def test_standing_with_safe_names_its_rule_and_what_decides_it(
    client, kind, iso_code, sentence
):
    record = factories.partnership(of=factories.partner(iso_code=iso_code))
    tie = factories.affiliation(record.partner, kind, since="2020")
    text = section(client, NORWAY, "standing")
    assert (
        f"Council Regulation (EU) 2025/1106 of 27 May 2025: Norway {sentence}" in text
    )
    decides = kind != "nato_ally"
    assert ("Decided by" in text) == decides
    links = page(client, NORWAY).links
    assert links.count(f"#affiliation-{tie.pk}") == 1 + decides
    assert ("the Regulation names it" in text) == (iso_code == "UA")
    assert ("it belongs to the EEA and EFTA" in text) == (kind == "eea_efta")


def test_signature_decides_the_standing_with_safe(client, canada):
    text = section(client, CANADA, "standing", as_of="2025-06-30")
    assert "Decided by: partnership signed, 23 June 2025" in text
    text = section(client, CANADA, "standing", as_of="2025-06-22")
    assert "Canada could not join common purchases" in text


def test_standing_that_is_over_decides_nothing(client, canada):
    factories.affiliation(canada.partner, "eea_efta", since="1960", until="1970")
    text = section(client, CANADA, "standing", as_of="2025-06-30")
    assert "Decided by: partnership signed" in text


def test_partner_with_its_own_agreement_has_no_standing_without_one(client, canada):
    assert "common purchases" in section(client, CANADA, "standing", as_of="2025-12-31")
    assert "common purchases" not in section(client, CANADA, "standing")


# Facts


def test_every_fact_has_a_place_of_its_own_with_a_link(client, canada):
    cell = factories.coverage(canada, factories.area(7))
    factories.claim(cell, "included")
    facts = [
        *canada.milestones.all(),
        factories.engagement(canada),
        factories.affiliation(canada.partner, "nato_ally"),
    ]
    names = [f"{fact._meta.model_name}-{fact.pk}" for fact in facts]
    own = ["stated_areas", "review_clause", "official_text"]
    names += ["area-7", *(f"{name}-{canada.pk}" for name in own)]
    found = page(client, CANADA)
    for name in names:
        assert found.ids.count(name) == 1
        assert f"#{name}" in found.links
    assert f"coverage-{cell.pk}" in found.ids


def test_stated_and_counted_areas_are_said_to_differ(client, canada):
    said = "The two count different things"
    factories.edit(canada, stated_areas=20)
    assert said not in section(client, CANADA, "areas")
    factories.coverage(canada, factories.area())
    assert said in section(client, CANADA, "areas")
    factories.edit(canada, stated_areas=None)
    assert said not in section(client, CANADA, "areas")


def test_text_says_through_which_day_it_was_checked_and_what_was_found(client, canada):
    assert "Checked through no check is recorded" in section(client, CANADA, "text")
    factories.check(canada, "2026-04-30")
    factories.check(canada, "2026-03-31", found="Consent is put off.")
    text = section(client, CANADA, "text")
    assert "Checked through 30 April 2026: nothing new" in text
    factories.check(canada, "2026-05-31", found="Consent is put off.")
    text = section(client, CANADA, "text")
    assert "Checked through 31 May 2026: Consent is put off." in text


def test_open_disagreement_is_one_without_a_ruling(client, canada):
    factories.claim(canada.milestones.first(), "2025-06-24")
    text = page(client, CANADA).text
    assert "Sources disagree on 1 fact of this record, without a ruling." in text


# Log


@pytest.fixture
def edited(canada, sealed_at_once):
    """Six operations after the import of all that was there."""
    sealing.seal()
    for number in range(6):
        with change(reason=f"Reason {number}", kind=ChangeKind.CORRECTION):
            factories.edit(canada, summary=f"Summary {number}")
            factories.edit(canada.partner, official_name=f"Canada {number}")
        sealing.seal()
    return canada


def test_log_shows_the_newest_five_operations(client, edited):
    text = section(client, CANADA, "log")
    found = re.findall(r"Reason \d", text)
    assert found == [f"Reason {number}" for number in (5, 4, 3, 2, 1)]
    assert text.count("Correction") == 5
    assert text.count("and 1 more in the same operation") == 5
    assert f"{CANADA}changes/" in page(client, CANADA).links


def test_log_names_what_is_no_more_in_the_record(client, sealed_at_once):
    claim = factories.claim(
        factories.milestone(factories.partnership("canada")), "2024"
    )
    key = claim.source.key
    claim.delete()
    assert f"({key})" in section(client, CANADA, "log")


def test_import_is_one_line_however_much_it_brought(client, sealed_at_once):
    with change(reason="Initial load", kind=ChangeKind.IMPORT):
        record = factories.partnership()
        for number in range(1, 9):
            factories.coverage(record, factories.area(number))
    sealing.seal()
    text = section(client, NORWAY, "log")
    assert text.count("Initial load") == 1
    assert "and 9 more in the same operation" in text


def test_log_has_nothing_of_a_draft_that_the_partner_had_before(client):
    draft = factories.partnership("canada", published=False)
    with change(reason="Away with it", kind=ChangeKind.EDITORIAL):
        draft.delete()
    factories.partnership(of=draft.partner)
    sealing.seal()
    assert "Away with it" not in section(client, CANADA, "log")


def test_log_goes_as_far_as_was_known(client):
    with time_machine.travel(datetime(2026, 3, 31, 12, tzinfo=UTC), tick=False):
        record = factories.partnership()
        sealing.seal()
    with change(reason="Later", kind=ChangeKind.EDITORIAL):
        factories.edit(record, summary="Later")
    sealing.seal()
    text = section(client, NORWAY, "log", known_on="2026-03-31")
    assert "Later" not in text
    assert "What has changed since 31 March 2026" in text
    since = f"{NORWAY}changes/?from=2026-04-01"
    assert since in page(client, NORWAY, {"known_on": "2026-03-31"}).links
    assert "Later" in page(client, since).text


def test_two_days_can_be_asked_of_the_log(client, canada):
    html = client.get(CANADA).content.decode()
    form = html[html.index(f'action="{CANADA}changes/"') :]
    assert {"from", "to"} <= set(
        re.findall(r'name="(\w+)"', form[: form.index("</form>")])
    )


# How to cite


def cited(client, path, **query):
    return client.get(path, query).context["citation"]


def test_permanent_link_keeps_showing_what_was_cited(client):
    with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False):
        record = factories.partnership(summary="As cited")
        sealing.seal()
        assert cited(client, NORWAY).known_on == date(2026, 3, 1)
        assert not cited(client, NORWAY).is_final
    with time_machine.travel(datetime(2026, 3, 31, 12, tzinfo=UTC), tick=False):
        link = cited(client, NORWAY)
        assert link.is_final
        assert (
            link.url
            == f"http://testserver{NORWAY}?as_of=2026-03-31&known_on=2026-03-30"
        )
        factories.edit(record, summary="Changed since")
        sealing.seal()
        assert cited(client, NORWAY).known_on == date(2026, 3, 31)
        assert cited(client, NORWAY).edition == link.edition + 1
    then = client.get(link.url)
    assert "As cited" in then.content.decode()
    assert then.context["citation"].url == link.url
    assert then.context["citation"].edition == link.edition


def test_citations_are_there_to_be_copied(client, canada):
    response = client.get(CANADA, {"as_of": "2026-03-15"})
    texts = re.findall(
        r"<pre[^>]* data-copy=[^>]*>(.*?)</pre>",
        response.content.decode(),
        re.DOTALL,
    )
    citation = response.context["citation"]
    assert [Page(text).words[0] for text in texts] == [
        citation.apa.replace("&", "&"),
        citation.bibtex,
        citation.ris,
    ]
    assert "as_of=2026-03-15" in citation.url


# For machines


def linked_data(client, path, **query):
    html = client.get(path, query).content.decode()
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    return json.loads(block)


def test_record_describes_itself_in_linked_data(client, canada):
    source = factories.source(title="Treaties", url="https://example.org/a")
    factories.claim(canada.milestones.first(), "2025-06-23", by=source)
    found = linked_data(client, CANADA, as_of="2026-03-15")
    assert found["@type"] == "CreativeWork"
    assert found["@id"] == f"http://testserver{CANADA}"
    assert found["isPartOf"]["@type"] == "Dataset"
    assert found["encoding"]["contentUrl"].endswith("/canada/?as_of=2026-03-15")
    assert [source["name"] for source in found["citation"]] == ["Treaties"]


def test_no_word_of_the_record_ends_its_linked_data(client):
    bad = """</script><script>alert("1")</script> <!-- ' & \\"""
    factories.partnership(title=bad, summary=bad)
    assert linked_data(client, NORWAY)["description"] == bad


def test_shared_address_shows_title_and_standing(client, canada):
    html = client.get(CANADA, {"as_of": "2025-07-01", "x": "1"}).content.decode()
    found = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)"', html))
    assert found["title"] == "Canada: EU Security and Defence Partnership"
    assert found["description"] == (
        "Signed with Canada on 23 June 2025. No check is recorded."
    )
    assert found["url"] == f"http://testserver{CANADA}?as_of=2025-07-01"
    assert f'<link rel="canonical" href="{found["url"]}">' in html
