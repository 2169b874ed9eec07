"""The page of one record: its state, what comes next, its log, how to cite it."""

import json
import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.utils import timezone

from partnerships.choices import ChangeKind, MilestoneKind, Track
from partnerships.ledger import sealing
from partnerships.ledger.context import change
from partnerships.web import record_words
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
    found = re.search(
        rf'<section class="\w+" aria-labelledby="{name}".*?</section>', html, re.S
    )
    return Page(found[0]).text


def head(client, path, **query):
    """The words at the head of the page."""
    html = client.get(path, query).content.decode()
    start = html.index('<header class="record-head"')
    return Page(html[start : html.index("</header>", start)]).text


# State


def test_headline_is_the_state_and_its_sentence_has_day_and_sources(client, canada):
    factories.claim(canada.milestones.get(kind=K.SIGNED), "2025-06-23")
    found = page(client, CANADA)
    assert (
        "Canada: signed, and taking part in SAFE under its own agreement" in found.text
    )
    told = head(client, CANADA)
    assert (
        "signed their Security and Defence Partnership on 23 June 2025. 1 source"
        in told
    )
    assert "applied provisionally by 5 March 2026" in told


@pytest.mark.parametrize(
    ("milestones", "said"),
    [
        ([], "no step towards a partnership known"),
        ([("sdp", K.NEGOTIATIONS_OPENED)], "partnership being negotiated"),
        ([("sdp", K.SIGNED)], "partnership signed"),
        ([("sdp", K.SIGNED), ("safe", K.REQUESTED)], "signed; has asked to take part in SAFE"),
        (
            [("sdp", K.SIGNED), ("safe", K.NEGOTIATIONS_FAILED)],
            "signed; talks on SAFE ended without agreement",
        ),
        ([("sdp", K.SIGNED), ("sdp", K.ENDED)], "partnership ended"),
    ],
)  # fmt: skip
def test_headline_of_each_state(client, milestones, said):
    record = factories.partnership()
    for month, (track, kind) in enumerate(milestones, 6):
        factories.milestone(record, kind, f"2025-{month:02}-01", track=track)
    html = client.get(NORWAY).content.decode()
    assert f"<h1>Norway: {said}</h1>" in html


def test_headline_says_what_the_press_alone_says(client):
    record = factories.partnership()
    factories.milestone(record, date="2025-06-23", certainty="reported")
    assert "<h1>Norway: partnership reportedly signed" in client.get(NORWAY).text


# What comes next


def test_who_must_act_next_is_said_and_what_is_left_after_that(client, canada):
    text = section(client, CANADA, "course")
    assert "The European Parliament votes on its consent." in text
    assert "Then: the Council’s conclusion, entry into force." in text
    assert "to come The European Parliament’s consent" in section(
        client, CANADA, "milestones"
    )


def test_nothing_is_foretold_of_a_proposal(client):
    factories.milestone(factories.partnership(), K.PROPOSED, "2026-02-11")
    text = section(client, NORWAY, "course")
    assert "No talks on a partnership are recorded." in text
    assert "Then:" not in text


def test_committee_authorises_talks_on_a_partnership_and_the_council_its_signature(
    client,
):
    record = factories.partnership()
    factories.milestone(record, K.EXPLORATORY_TALKS, "2026-02-11")
    text = section(client, NORWAY, "course")
    assert (
        "The Political and Security Committee authorises negotiations. "
        "Then: the opening of negotiations"
    ) in text
    factories.milestone(record, K.TEXT_AGREED, "2026-03-11")
    text = section(client, NORWAY, "course")
    assert "The two sides sign, once the Council has authorised it." in text


def test_areas_that_nobody_assessed_are_folded(client, canada):
    factories.area(7)
    assert "Nobody has assessed its areas" in section(client, CANADA, "areas")
    assert "Areas not assessed" in head(client, CANADA)


def test_last_step_stands_beside_what_comes_next(client, canada):
    factories.milestone(canada, K.PARLIAMENT_CONSENTED, "2026-05-20", track=Track.SAFE)
    text = section(client, CANADA, "course")
    assert "The Council concludes the agreement. Then: entry into force." in text
    assert "Last: European Parliament consents to SAFE agreement, 20 May 2026." in text


def test_past_day_says_what_was_left_then(client, canada):
    text = section(client, CANADA, "course", as_of="2026-03-15")
    assert text.startswith(
        "What was left The European Parliament’s consent, the Council"
    )


def test_waiting_is_counted_to_the_day_through_which_the_record_is_known(
    client, canada
):
    factories.check(canada, "2026-03-12")
    for as_of in ("2026-03-12", "2026-03-31"):
        text = section(client, CANADA, "course", as_of=as_of)
        assert "5 March 2026 or earlier: at least 7 days by 12 March 2026." in text


def test_only_a_new_attempt_follows_what_is_over_and_it_is_numbered(client, canada):
    factories.milestone(canada, K.TERMINATED, "2026-04-01", track=Track.SAFE)
    assert "On SAFE, only a new attempt may follow." in section(
        client, CANADA, "course"
    )
    again = {"track": Track.SAFE, "attempt": 2}
    factories.milestone(canada, K.REQUESTED, "2026-05-01", **again)
    text = section(client, CANADA, "milestones")
    assert "1 May 2026 Attempt 2 Asks to take part in SAFE" in text
    assert "Attempt 1" not in text


def test_nothing_is_left_where_nothing_is_awaited(client):
    record = factories.partnership()
    factories.affiliation(record.partner, "eea_efta", since="1994")
    factories.milestone(record, date="2024-05-28")
    said = "No step is left that this tracker follows."
    assert said in section(client, NORWAY, "course")


# Milestones


def test_milestones_are_one_list_and_steps_not_recorded_are_one_line(client, canada):
    text = section(client, CANADA, "milestones")
    assert text.count("not recorded") == 0 and text.count("Not recorded:") == 1
    assert "Earlier steps of the partnership that may not be public: a proposal" in text
    assert "Earlier steps of the SAFE agreement that may not be public: a req" in text


def test_day_before_the_first_milestone_reads_sensibly(client, canada):
    text = head(client, CANADA, as_of="2020-01-01")
    assert "Canada: no step towards a partnership known" in text
    assert text.count("did not exist yet on 1 January 2020") == 1
    canada.milestones.all().delete()
    text = section(client, CANADA, "milestones", as_of="2020-01-01")
    assert "No milestone is recorded by this day." in text


def test_what_did_not_happen_is_shown_as_such_and_moves_nothing(client, canada):
    values = {"certainty": "rejected", "ruling": "Both texts deny it."}
    factories.milestone(canada, K.ENDED, "2026-01-05", **values)
    text = section(client, CANADA, "milestones")
    assert "a source says so; did not happen, by the editors’ ruling" in text
    days = [text.index(day) for day in ("December 2025", "5 January 2026", "5 March")]
    assert days == sorted(days)
    assert "ended" not in head(client, CANADA)


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


def test_long_note_opens_after_its_first_sentence(client, canada):
    rest = "It was a long summer evening. " * 8
    factories.edit(canada.milestones.first(), note=f"At the summit of 2025. {rest}")
    html = client.get(CANADA).content.decode()
    summary = re.search(r'<details class="note">\s*<summary>(.*?)</summary>', html)[1]
    assert summary == "At the summit of 2025. <span>more</span>"


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


def test_page_shows_no_more_claims_than_it_bears_and_leads_to_all(
    client, canada, monkeypatch
):
    monkeypatch.setattr(record_words, "MOST_CLAIMS", 2)
    signed, other = canada.milestones.order_by("pk")[:2]
    for key, says in [("a", "2025-06-23"), ("b", "2025-06-23"), ("c", "2024")]:
        factories.claim(signed, says, by=factories.source(key, title=f"By {key}"))
    factories.claim(other, "2025-12", by=factories.source("d", title="By d"))
    found = page(client, CANADA, {"as_of": "2026-03-10"})
    in_popovers = [path for path in found.links if path.startswith("/sources/")][:2]
    assert in_popovers == ["/sources/c/", "/sources/d/"]
    everything = f"{CANADA}?as_of=2026-03-10&claims=all"
    assert f"{everything}#milestone-{signed.pk}" in found.links
    assert "Of each fact, one claim is shown" in found.text
    whole = page(client, everything)
    assert "claim is shown" not in whole.text
    assert len([link for link in whole.links if link == "/sources/a/"]) == 2


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
    factories.claim(tie, "yes")
    text = head(client, NORWAY)
    assert f"Norway {sentence}" in text
    decides = kind != "nato_ally"
    html = client.get(NORWAY).content.decode()
    opens = f'popovertarget="said-affiliation-{tie.pk}" data-keys'
    assert html.count(opens) == 1 + decides
    assert ("the Regulation names it" in text) == (iso_code == "UA")
    assert ("it belongs to the EEA and EFTA" in text) == (kind == "eea_efta")


def test_standing_with_safe_is_that_of_the_day(client, canada):
    text = head(client, CANADA, as_of="2025-06-30")
    assert "could join common purchases as a signed partner" in text
    text = head(client, CANADA, as_of="2025-06-22")
    assert "Canada could not join common purchases" in text


def test_standing_that_is_over_decides_nothing(client, canada):
    factories.affiliation(canada.partner, "eea_efta", since="1960", until="1970")
    text = head(client, CANADA, as_of="2025-06-30")
    assert "as a signed partner" in text and "Member States’ terms" not in text


def test_partner_with_its_own_agreement_has_no_standing_without_one(client, canada):
    assert "common purchases" in head(client, CANADA, as_of="2025-12-31")
    assert "common purchases" not in head(client, CANADA)


# Facts


def test_every_fact_has_a_place_of_its_own(client, canada):
    cell = factories.coverage(canada, factories.area(7))
    factories.claim(cell, "included")
    factories.edit(
        canada, official_text_url="https://example.org/t", review_clause="yes"
    )
    facts = [
        *canada.milestones.all(),
        factories.engagement(canada),
        factories.affiliation(canada.partner, "nato_ally"),
    ]
    names = [f"{fact._meta.model_name}-{fact.pk}" for fact in facts]
    own = ["stated_areas", "review_clause", "official_text"]
    names += ["area-7", *(f"{name}-{canada.pk}" for name in own)]
    found = page(client, CANADA)
    for name in [*names, f"coverage-{cell.pk}"]:
        assert found.ids.count(name) == 1, name
    for milestone in canada.milestones.all():
        assert f"#milestone-{milestone.pk}" in found.links
    assert "#area-7" in found.links


@pytest.mark.parametrize(
    "name",
    [
        *("status", "summary", "course", "milestones", "areas", "evidence", "log"),
        *("cite", "standing", "safe", "text"),
    ],
)
def test_every_part_has_its_anchor(client, canada, name):
    assert page(client, CANADA).ids.count(name) == 1


def test_area_opens_its_official_name_and_what_sources_say(client, canada):
    area = factories.area(7, name="STRATCOM and/or FIMI", short_name="FIMI")
    factories.claim(factories.coverage(canada, area), "included")
    text = section(client, CANADA, "areas")
    assert "FIMI × STRATCOM and/or FIMI : included. Area 7 of Table 1. = agrees" in text
    assert "This area in all partnerships Link to this" in text


def test_stated_and_counted_areas_are_said_to_differ(client, canada):
    said = "The two count different things"
    factories.edit(canada, stated_areas=20)
    factories.claim(canada, "20")
    factories.coverage(canada, factories.area())
    text = head(client, CANADA)
    assert "1 of 1 areas counted; 20 by its source’s own count" in text and said in text
    factories.edit(canada, stated_areas=None)
    assert said not in head(client, CANADA)


def test_head_says_through_which_day_it_was_checked(client, canada):
    assert "No check is recorded" in head(client, CANADA)
    factories.check(canada, "2026-04-30")
    assert "Checked through 30 April 2026" in head(client, CANADA)


def test_sources_of_the_record_are_counted(client, canada):
    for milestone in canada.milestones.all()[:2]:
        factories.claim(milestone, str(milestone.date))
    text = section(client, CANADA, "evidence")
    assert "1 source says something of this record" in text and "2 facts" in text


def test_record_leads_to_its_brief_and_to_a_comparison(client, canada):
    links = page(client, CANADA, {"as_of": "2026-03-15"}).links
    assert f"{CANADA}brief/?as_of=2026-03-15" in links
    assert "/compare/?p=canada&as_of=2026-03-15" in links


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
    claim.delete()
    said = "Source taken back for: Canada, Signed (SDP)"
    assert said in section(client, CANADA, "log")


def test_import_is_one_line_however_much_it_brought(client, sealed_at_once):
    with change(reason="Initial load", kind=ChangeKind.IMPORT):
        record = factories.partnership()
        for number in range(1, 9):
            factories.coverage(record, factories.area(number))
    sealing.seal()
    text = section(client, NORWAY, "log")
    assert text.count("10 entries of this record were loaded at once") == 1


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
        assert not cited(client, NORWAY).is_final  # it has no number yet
        sealing.seal()
        first = cited(client, NORWAY)
        assert (first.known_on, first.is_final) == (date(2026, 3, 1), True)
        assert first.url.endswith(f"?as_of=2026-03-01&edition={first.edition}")
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
    for said in (first, link):
        then = client.get(said.url)
        assert "As cited" in then.text
        assert then.context["citation"].url == said.url
        assert then.context["citation"].edition == said.edition


def test_citations_are_there_to_be_copied(client, canada):
    response = client.get(CANADA, {"as_of": "2026-03-15"})
    texts = re.findall(
        r"<pre[^>]* data-copy=\"Copy the citation\">(.*?)</pre>",
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


# Chips, popovers, past days


def test_chips_and_what_they_open_say_of_what(client, canada):
    signed = canada.milestones.get(kind=K.SIGNED)
    factories.claim(signed, "2025-06-23")
    html = client.get(CANADA).content.decode()
    assert 'aria-label="1 source of: partnership signed"' in html
    assert 'role="group" aria-label="Sources of: partnership signed"' in html


def test_sources_that_disagree_stand_next_to_the_ruling(client, canada):
    signed = canada.milestones.get(kind=K.SIGNED)
    factories.claim(signed, "2025-06-23")
    factories.claim(signed, "2025-06-24", by=factories.source("other"))
    text = head(client, CANADA)
    assert text.index("≠ disagrees") < text.index("= agrees")


def test_claims_say_on_which_site_their_document_is(client, canada):
    source = factories.source(url="https://www.example.org/text")
    factories.claim(canada.milestones.get(kind=K.SIGNED), "2025-06-23", by=source)
    assert "document at example.org" in head(client, CANADA)
    factories.edit(source, url="", no_address="No address of it was found.")
    assert "; no address of it was found)" in head(client, CANADA)


def test_standing_of_no_kind_is_told_by_its_note(client, canada):
    note = "EFTA state, not in the European Economic Area"
    tie = factories.affiliation(canada.partner, "other", since="1960-05-03", note=note)
    factories.claim(tie, "yes")
    text = head(client, CANADA)
    assert "EFTA state since 3 May 1960" in text and "Other" not in text


def test_title_after_an_announcement_speaks_of_a_further_step(client, canada):
    values = {"announces": K.SIGNED, "actor": "The Commission"}
    factories.milestone(canada, K.ANNOUNCED, "2025-02-05", **values)
    text = head(client, CANADA, as_of="2025-03-01")
    assert "Canada: no further step towards a partnership known" in text


def test_day_on_which_nothing_had_begun_does_not_say_that_nothing_is_left(
    client, canada
):
    text = section(client, CANADA, "course", as_of="2025-06-01")
    assert "No step towards an agreement is recorded by 1 June 2025." in text


def test_summary_of_a_past_day_is_marked(client, canada):
    factories.edit(canada, summary="The agreement was signed.")
    said = "Written of the present, not of this day."
    assert said not in head(client, CANADA)
    assert said in head(client, CANADA, as_of="2025-06-30")


def test_nothing_about_safe_may_have_happened_before_there_was_safe(client, canada):
    published = canada.milestones.get(kind=K.PUBLISHED)
    for day, may_be in [("2025-05-26", False), ("2025-05-27", True)]:
        begun = canada.milestones.begun(on=date.fromisoformat(day))
        assert (published in begun) == may_be
        text = section(client, CANADA, "milestones", as_of=day)
        assert ("Official Journal" in text) == may_be
