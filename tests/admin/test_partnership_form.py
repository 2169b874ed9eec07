"""The page on which a partnership is kept: milestones in order, areas as one table,
and a source for each value that is entered."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from partnerships.admin.partnership.inlines import SOURCE_IS_MISSING
from partnerships.models import (
    Claim,
    Coverage,
    Engagement,
    Milestone,
    Partnership,
    Source,
)
from partnerships.web.status_words import label
from tests import factories
from tests.admin import (
    PUBLIC,
    as_shown,
    change_url,
    errors,
    part_url,
    row_errors,
    stored,
    submit,
    url,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def logged_in(client, publisher):
    client.force_login(publisher)


def step(kind, date, track="sdp"):
    said = {"description": "joint statement"} if kind == "statement" else {}
    return ("milestones", {"track": track, "kind": kind, "date": date, **said})


def tie(kind, **fields):
    return ("engagements", {"kind": kind, "title": "A tie", **fields})


def dates():
    return [str(milestone.date) for milestone in Milestone.objects.all()]


def text(response):
    page = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(page.split())


# A new record


def test_draft_is_added_with_its_first_milestone(client):
    factories.area(1)
    sent = {"partner": factories.partner().pk, "title": "EU–Norway"}
    row = step("proposed", "2024-01")
    answer = submit(client, url(Partnership, "add"), sent, rows=[row])
    assert answer.status_code == 302, errors(answer)
    partnership = Partnership.objects.get()
    assert not partnership.is_published
    assert partnership.milestones.get().kind == "proposed"
    assert not partnership.coverage.exists()


def test_record_is_not_added_as_published_with_a_fact_that_has_no_source(client, cited):
    sent = {"partner": factories.partner().pk, "title": "EU–Norway"}
    sent |= {"is_published": "on", "summary": "Proposed."}
    rows = [step("proposed", "2024-01")]
    answer = submit(client, url(Partnership, "add"), sent, rows=rows)
    assert "Every fact of a published record needs a source" in errors(answer)
    assert not Partnership.objects.exists()
    submit(client, url(Partnership, "add"), sent | cited, rows=rows)
    assert not Partnership.objects.get().unsourced_facts()


def test_wrong_order_is_refused_on_a_new_record_too(client):
    sent = {"partner": factories.partner().pk, "title": "EU–Norway"}
    rows = [step("signed", "2024-01"), step("text_agreed", "2024-03")]
    answer = submit(client, url(Partnership, "add"), sent, rows=rows)
    assert "“Text agreed” (March 2024) would come after" in errors(answer)
    assert not Partnership.objects.exists()


def test_form_without_a_partner_is_an_error_not_a_failure(client):
    rows = [step("signed", "2024-01"), step("text_agreed", "2024-03")]
    answer = submit(client, url(Partnership, "add"), title="EU–Norway", rows=rows)
    assert "This field is required" in errors(answer)


def test_second_partnership_with_a_partner_is_refused(client):
    sent = {"partner": factories.partnership().partner.pk, "title": "Again"}
    answer = submit(client, url(Partnership, "add"), sent)
    assert "already exists" in errors(answer)


# Areas of cooperation


def areas(count):
    return [factories.area(number) for number in range(1, count + 1)]


def test_page_has_a_row_for_every_area_in_order(client):
    partnership, all_areas = factories.partnership(), areas(5)
    factories.coverage(partnership, all_areas[2])
    factories.coverage(partnership, all_areas[4], "not_included")
    page = text(client.get(change_url(partnership)))
    for area in all_areas:
        assert page.count(f"{area.number}. {area.name}") == 1


def test_no_script_takes_the_row_of_an_area_away(client):
    factories.area()
    record = draft(("signed", "2024-05-28"))
    scripted = 'class="js-inline-admin-formset inline-group"'
    assert scripted not in client.get(part_url(record, "areas")).text
    for part in ("milestones", "ties", "checks", "text"):
        assert scripted in client.get(part_url(record, part)).text


def test_cells_that_are_not_touched_are_not_stored(client):
    partnership, all_areas = factories.partnership(published=False), areas(5)
    submit(client, change_url(partnership), {"coverage-3-value": "already_exists"})
    cell = Coverage.objects.get()
    assert (cell.area, cell.value) == (all_areas[3], "already_exists")
    assert Coverage.history.count() == 1


def test_ruling_alone_is_kept(client):
    partnership, _ = factories.partnership(published=False), areas(2)
    submit(
        client, change_url(partnership), {"coverage-1-ruling": "No source is clear."}
    )
    cell = Coverage.objects.get()
    assert (cell.value, cell.ruling) == ("not_assessed", "No source is clear.")


def test_changed_cell_gets_a_claim_of_the_source_and_others_get_none(client, cited):
    partnership, all_areas = factories.partnership(), areas(4)
    factories.coverage(partnership, all_areas[0])
    factories.coverage(partnership, all_areas[1])
    sent = cited | {"coverage-1-value": "not_included", "coverage-3-value": "included"}
    answer = submit(client, change_url(partnership), sent, wording="listed")
    assert answer.status_code == 302, errors(answer)
    claims = Claim.objects.order_by("coverage__area__number")
    assert [(c.coverage.area.number, c.says) for c in claims] == [
        (2, "not_included"),
        (4, "included"),
    ]
    assert {(c.source.key, c.locator, c.wording) for c in claims} == {
        ("eeas-2024", "page 3", "listed")
    }


def test_each_entered_fact_gets_a_claim_in_the_notation_of_claims(client, cited):
    partnership = factories.partnership()
    ties = [
        tie("agreement"),
        tie("dialogue", frequency="annual"),
        tie("epf_contribution", amount="150", currency="NOK"),
    ]
    for rows in ([step("signed", "2024-05-28")], ties):
        answer = submit(client, change_url(partnership), cited, rows=rows)
        assert answer.status_code == 302, errors(answer)
    said = {claim.says for claim in Claim.objects.all()}
    assert said == {"2024-05-28", "yes", "annual", "150 NOK"}
    assert not Claim.objects.disagreeing().exists()


def test_cell_may_go_back_to_not_assessed_without_a_source(client):
    partnership, (area,) = factories.partnership(), areas(1)
    factories.coverage(partnership, area)
    sent = PUBLIC | {"coverage-0-value": "not_assessed"}
    answer = submit(client, change_url(partnership), sent)
    assert answer.status_code == 302, errors(answer)
    assert Coverage.objects.get().value == "not_assessed"
    assert not Claim.objects.exists()


def test_area_that_came_after_the_page_was_shown_shifts_no_cell(client):
    partnership = factories.partnership(published=False)
    later, first, second = factories.area(5), factories.area(10), factories.area(20)
    later.delete()
    to = part_url(partnership, "areas")
    form = as_shown(client.get(to))
    factories.area(3), factories.area(15)
    client.post(to, form | {"coverage-1-value": "included"})
    assert [(c.area, c.value) for c in Coverage.objects.all()] == [(second, "included")]
    assert first.coverage.count() == 0


def test_area_that_came_meanwhile_shifts_no_name_in_a_form_that_comes_back(client):
    partnership = factories.partnership(published=False)
    factories.area(10), factories.area(20)
    to = part_url(partnership, "areas")
    form = as_shown(client.get(to))
    factories.area(3)
    answer = client.post(to, form | {"change_reason": "x" * 501})
    shown = re.findall(r"\d+\. Area \d+", text(answer))
    assert shown == ["10. Area 10", "20. Area 20"]


def test_cell_that_another_editor_stored_meanwhile_is_replaced_knowingly(client):
    partnership, all_areas = factories.partnership(published=False), areas(3)
    to = part_url(partnership, "areas")
    form = as_shown(client.get(to))
    factories.coverage(partnership, all_areas[1], "not_included", ruling="Theirs")
    form |= {"coverage-1-value": "included"}
    answer = client.post(to, form)
    (found,) = filter(None, row_errors(answer, "coverage"))
    assert "(“Not assessed” → “Not included”) while you had it open" in found
    assert Coverage.objects.get().value == "not_included"
    again = client.post(to, as_shown(answer))
    assert again.status_code == 302, errors(again)
    cell = Coverage.objects.get()
    assert (cell.area, cell.value) == (all_areas[1], "included")
    assert cell.ruling == "Theirs"


def test_cell_that_both_editors_set_alike_is_stored_once(client):
    partnership, all_areas = factories.partnership(published=False), areas(3)
    to = part_url(partnership, "areas")
    form = as_shown(client.get(to))
    factories.coverage(partnership, all_areas[1], "included")
    form |= {"coverage-1-value": "included", "coverage-2-value": "included"}
    answer = client.post(to, form)
    assert answer.status_code == 302, errors(answer)
    assert Coverage.objects.count() == 2
    assert Coverage.history.count() == 2


def test_area_of_a_stored_cell_does_not_change(client):
    partnership, (first, second) = factories.partnership(published=False), areas(2)
    factories.coverage(partnership, first)
    sent = {"coverage-0-area": second.pk, "coverage-0-value": "not_included"}
    answer = submit(client, change_url(partnership), sent)
    assert "The area is permanent" in errors(answer)
    assert Coverage.objects.get().area == first


def test_area_that_does_not_exist_is_an_error(client):
    partnership, _ = factories.partnership(published=False), areas(1)
    sent = {"coverage-0-area": "999", "coverage-0-value": "included"}
    assert "valid choice" in errors(submit(client, change_url(partnership), sent))
    assert not Coverage.objects.exists()


# Sources


def test_source_needs_its_place(client, cited):
    partnership = factories.partnership()
    before = stored()
    answer = submit(
        client, change_url(partnership), cited | {"locator": " "}, title="New"
    )
    assert "Say where in the source it stands." in errors(answer)
    assert stored() == before


@pytest.mark.parametrize(
    "row, name",
    [
        (step("signed", "2024-05-28"), "milestones"),
        (("engagements", {"kind": "agreement", "title": "Framework"}), "engagements"),
    ],
)
def test_published_fact_without_a_source_says_what_to_do(client, row, name):
    partnership = factories.partnership()
    before = stored()
    answer = submit(client, change_url(partnership), PUBLIC, rows=[row])
    assert row_errors(answer, name) == [
        "Every fact of a published record needs a source: choose it under “This change”."
    ]
    assert stored() == before


def test_published_cell_without_a_source_says_what_to_do(client):
    partnership, _ = factories.partnership(), areas(2)
    sent = PUBLIC | {"coverage-1-value": "included"}
    answer = submit(client, change_url(partnership), sent)
    assert "needs a source" in row_errors(answer, "coverage")[1]
    assert not Coverage.objects.exists()


def test_value_that_a_claim_already_gives_needs_no_source_again(client):
    milestone = factories.milestone(factories.partnership(), date="2024-05")
    factories.claim(milestone, "2024-05-28")
    sent = PUBLIC | {"milestones-0-date": "2024-05-28"}
    assert submit(client, change_url(milestone.partnership), sent).status_code == 302
    assert dates() == ["2024-05-28"]


def test_place_of_a_published_milestone_needs_a_source_and_gets_its_claim(
    client, cited
):
    milestone = factories.milestone(factories.partnership())
    sent = {"milestones-0-place": "Brussels", "milestones-0-reference": "A/1"}
    address = change_url(milestone.partnership)
    assert SOURCE_IS_MISSING in errors(submit(client, address, PUBLIC | sent))
    submit(client, address, cited | sent)
    milestone.refresh_from_db()
    assert milestone.place == "Brussels"
    said = {(claim.aspect, claim.says) for claim in milestone.claims.all()}
    assert said == {("place", "Brussels"), ("reference", "A/1")}
    submit(client, address, PUBLIC | {"milestones-0-note": "In the margins."})
    milestone.refresh_from_db()
    assert milestone.note == "In the margins."


def test_corrected_entry_replaces_what_its_source_was_said_to_say(client, cited):
    partnership = factories.partnership()
    submit(client, change_url(partnership), cited, rows=[step("signed", "2024-05-28")])
    sent = cited | {"milestones-0-date": "2024-05-27", "locator": "page 4"}
    submit(client, change_url(partnership), sent, wording="signed on 27 May")
    claim = Claim.objects.get()
    assert (claim.says, claim.locator, claim.wording) == (
        *("2024-05-27", "page 4", "signed on 27 May"),
    )
    assert {c.standing for c in Claim.objects.with_standing()} == {"agrees"}
    said = [row.says for row in claim.history.order_by("history_id")]
    assert said == ["2024-05-28", "2024-05-27"]


def test_corrected_cell_and_tie_replace_their_claims(client, cited):
    partnership, _ = factories.partnership(), areas(1)
    row = tie("dialogue", frequency="annual")
    submit(client, change_url(partnership), cited, rows=[row])
    for sent in (
        {"coverage-0-value": "included"},
        {"coverage-0-value": "not_included"},
        {"engagements-0-frequency": "regular"},
    ):
        answer = submit(client, change_url(partnership), cited | sent)
        assert answer.status_code == 302, errors(answer)
    assert {c.says for c in Claim.objects.all()} == {"not_included", "regular"}


def test_rivals_and_less_precise_claims_stay_when_another_source_is_cited(
    client, cited
):
    milestone = factories.milestone(factories.partnership())
    factories.claim(milestone, "2024-05-28", by=factories.source("a"))
    same = Source.objects.get(key="eeas-2024")
    factories.claim(milestone, "2024-05", by=same)
    sent = cited | {"milestones-0-date": "2024-05-27"}
    assert submit(client, change_url(milestone.partnership), sent).status_code == 302
    said = {(c.source.key, c.says) for c in Claim.objects.all()}
    assert said == {
        *(("a", "2024-05-28"), ("eeas-2024", "2024-05"), ("eeas-2024", "2024-05-27")),
    }


@pytest.mark.parametrize("sent", [{}, {"milestones-0-note": "Late"}])
def test_citation_that_cites_nothing_is_said_to(client, cited, sent):
    milestone = factories.milestone(factories.partnership())
    factories.claim(milestone, "2024-05", by=factories.source("a"))
    address = change_url(milestone.partnership)
    answer = submit(client, address, cited | sent)
    told = text(client.get(answer.url))
    assert "The source that you chose was not recorded" in told
    assert Claim.objects.count() == 1
    answer = submit(client, address, cited | sent | {"milestones-0-date": "2024-05-27"})
    assert "was not recorded" not in text(client.get(answer.url))
    assert Claim.objects.count() == 2


def test_source_is_not_cited_for_what_is_deleted(client, cited):
    milestone = factories.milestone(factories.partnership())
    sent = cited | {"milestones-0-DELETE": "on", "milestones-0-date": "2024-05-27"}
    submit(client, change_url(milestone.partnership), sent)
    assert not Milestone.objects.exists()
    assert not Claim.objects.exists()


@pytest.mark.parametrize("model", [Milestone, Coverage])
def test_published_fact_is_not_added_on_its_own_page_without_a_source(client, model):
    sent = PUBLIC | {"partnership": factories.partnership().pk}
    if model is Milestone:
        sent |= {"track": "sdp", "kind": "signed", "date": "2024-05-28"}
    else:
        sent |= {"area": factories.area().pk, "value": "included"}
    answer = submit(client, url(model, "add"), sent)
    assert "needs a source that agrees" in errors(answer)
    assert not model.objects.exists()


def test_last_claim_of_a_published_fact_is_not_taken_away(client):
    milestone = factories.milestone(factories.partnership())
    factories.claim(milestone, "2024-05")
    factories.claim(milestone, "2023")
    sent = PUBLIC | {"claims-0-DELETE": "on"}
    assert "needs a source that agrees" in errors(
        submit(client, change_url(milestone), sent)
    )
    assert milestone.claims.count() == 2
    sent = PUBLIC | {"claims-1-DELETE": "on"}
    assert submit(client, change_url(milestone), sent).status_code == 302


def test_published_date_does_not_leave_its_sources_behind(client):
    milestone = factories.milestone(factories.partnership())
    factories.claim(milestone, "2024-05")
    answer = submit(client, change_url(milestone), PUBLIC, date="2024-06-01")
    assert "needs a source that agrees" in errors(answer)
    assert dates() == ["2024-05-28"]


# The order of milestones


def draft(*events):
    partnership = factories.partnership(published=False)
    for kind, date in events:
        factories.milestone(partnership, kind, date)
    return partnership


def test_wrong_order_is_told_at_its_row(client):
    partnership = draft(("signed", "2024-05-28"))
    before = stored()
    rows = [step("statement", "2024-06-01"), step("text_agreed", "2024-06-02")]
    answer = submit(client, change_url(partnership), rows=rows, title="New")
    signed, statement, agreed = row_errors(answer, "milestones")
    assert not signed and not statement
    assert agreed.startswith(
        "“Text agreed” (2 June 2024) would come after “Signed” (28 May 2024), which is a "
        "later step."
    )
    assert agreed in text(answer).replace("&quot;", '"')
    assert stored() == before


def test_every_wrong_row_has_its_own_sentence(client):
    partnership = draft(("signed", "2024-05-28"))
    rows = [
        step("proposed", "2024-06-01"),
        step("resumed", "2024-06-02"),
        step("requested", "2025-06-03", "safe"),
    ]
    found = row_errors(submit(client, change_url(partnership), rows=rows), "milestones")
    assert not found[0] and not found[3]
    assert "would come after" in found[1]
    assert "resumes what was not suspended" in found[2]


def test_milestone_to_come_is_refused_at_its_row(client):
    rows = [step("proposed", "2024"), step("signed", "2099")]
    found = row_errors(submit(client, change_url(draft()), rows=rows), "milestones")
    assert not found[0]
    assert "Record a milestone once it has happened" in found[1]


@pytest.mark.parametrize("moved", [("2024-03", "2024-02"), ("2024-05", "2024-06")])
def test_dates_of_two_rows_may_be_exchanged_or_move_together(client, moved):
    partnership = draft(("reviewed", "2024-02"), ("dialogue_held", "2024-03"))
    sent = {f"milestones-{row}-date": date for row, date in enumerate(moved)}
    answer = submit(client, change_url(partnership), sent)
    assert answer.status_code == 302, errors(answer)
    found = {m.kind: str(m.date) for m in partnership.milestones.all()}
    assert found == dict(zip(("reviewed", "dialogue_held"), moved, strict=True))
    assert dates() == sorted(moved)


def test_rows_that_take_each_others_place_are_an_error_not_a_failure(client):
    partnership = draft(("negotiations_opened", "2024-02"), ("text_agreed", "2024-03"))
    sent = {"milestones-0-kind": "text_agreed", "milestones-0-date": "2024-03"}
    sent |= {"milestones-1-kind": "negotiations_opened", "milestones-1-date": "2024-02"}
    answer = submit(client, change_url(partnership), sent)
    assert "already recorded" in row_errors(answer, "milestones")[0]


def test_suspension_is_not_deleted_from_under_its_end(client):
    partnership = draft(
        ("signed", "2024-01"), ("suspended", "2024-02"), ("resumed", "2024-03")
    )
    sent = {"milestones-1-DELETE": "on"}
    answer = submit(client, change_url(partnership), sent)
    assert "resumes what was not suspended" in row_errors(answer, "milestones")[2]
    assert Milestone.objects.count() == 3
    sent["milestones-2-DELETE"] = "on"
    assert submit(client, change_url(partnership), sent).status_code == 302
    assert dates() == ["2024-01"]


@pytest.mark.parametrize("stored_before", [True, False])
def test_milestone_is_recorded_once(client, stored_before):
    partnership = draft(*[("signed", "2024-05-28")] if stored_before else ())
    rows = [step("signed", "2024-05-28")] * (1 if stored_before else 2)
    answer = submit(client, change_url(partnership), rows=rows)
    assert answer.status_code == 200
    assert re.search("already recorded|entered twice", errors(answer))
    assert Milestone.objects.count() == stored_before


@pytest.mark.parametrize(
    "date", ["2024-05-01", "2024-06-01", "2024-05-28", "../2024-05-27"]
)
def test_second_signature_is_told_to_add_its_source_to_the_first(client, date):
    partnership = draft(("proposed", "2024-01"), ("signed", "2024-05-28"))
    before = stored()
    rows = [step("statement", "2024-06"), step("signed", date)]
    answer = submit(client, change_url(partnership), rows=rows, title="New")
    *others, second = row_errors(answer, "milestones")
    assert not any(others)
    assert "already recorded" in second and "add your source to it" in second
    assert stored() == before


def test_two_statements_on_a_day_may_be_recorded(client):
    rows = [step("statement", "2024-05-28")] * 2
    assert submit(client, change_url(draft()), rows=rows).status_code == 302
    assert Milestone.objects.count() == 2


@pytest.mark.parametrize("date", ["31.2.2024", "2024-13", "2024-02-30", "soon"])
def test_bad_date_is_an_error_at_its_row(client, date):
    rows = [step("signed", date)]
    answer = submit(client, change_url(draft()), rows=rows)
    (message,) = row_errors(answer, "milestones")
    assert "Write 2025, 2025-09, 2025-09-05" in message
    assert f'value="{date}"' in answer.content.decode()


def test_kind_of_the_other_track_is_an_error_at_its_row(client):
    rows = [step("endorsed", "2024-05")]
    (message,) = row_errors(
        submit(client, change_url(draft()), rows=rows), "milestones"
    )
    assert "does not exist on this track" in message


def test_what_was_wrong_before_does_not_block_a_correction(client):
    partnership = draft(("signed", "2024-05-28"))
    Milestone(
        partnership=partnership, track="sdp", kind="text_agreed", date="2024-06"
    ).save()
    sent = {"milestones-0-place": "Brussels"}
    assert submit(client, change_url(partnership), sent).status_code == 302


# The record itself


def test_partner_of_a_record_is_permanent(client):
    partnership = factories.partnership()
    sent = PUBLIC | {"partner": factories.partner("iceland").pk, "title": "New"}
    submit(client, change_url(partnership), sent)
    assert Partnership.objects.get().partner.slug == "norway"
    partnership.partner = factories.partner("japan")
    with pytest.raises(ValidationError, match="The partner is permanent"):
        partnership.full_clean()


def test_slug_of_a_partner_is_permanent(client):
    norway = factories.partner()
    answer = submit(client, change_url(norway), PUBLIC, slug="norge")
    assert "The slug is permanent" in errors(answer)


def test_publishing_by_the_form_names_the_facts_without_a_source(client):
    partnership = draft(("signed", "2024-05-28"))
    answer = submit(client, change_url(partnership), is_published="on")
    assert errors(answer) == (
        "These facts have no source that agrees: Norway: Signed, 28 May 2024 (SDP). "
        "Choose their source on the form “Publish” of the record, under “This change”, "
        "and tick “Also for what is here without a source”."
    )
    partnership.refresh_from_db()
    assert not partnership.is_published


def test_record_is_published_with_a_source_for_all_that_has_none(client, cited):
    partnership = draft(("negotiations_opened", "2024"), ("signed", "2024-05-28"))
    factories.edit(partnership, summary="Signed in Brussels.")
    to, sent = change_url(partnership), cited | {"is_published": "on"}
    refused = errors(submit(client, to, sent))
    assert "These facts have no source that agrees" in refused
    submit(client, to, sent, cite_earlier="on")
    partnership.refresh_from_db()
    assert partnership.is_published
    assert {c.says for c in Claim.objects.all()} == {"2024", "2024-05-28"}
    assert not partnership.unsourced_facts()


def test_digest_alone_publishes_no_step(client, cited):
    partnership = draft(("signed", "2024-05-28"))
    digest = factories.source("digest", kind="digest")
    sent = cited | {"source": digest.pk, "is_published": "on", "cite_earlier": "on"}
    answer = submit(client, change_url(partnership), sent, summary="Signed.")
    assert "choose another source for Norway: Signed, 28 May 2024" in errors(answer)
    assert not Claim.objects.exists()


def test_status_and_what_decided_it_are_shown(client):
    partnership = draft(("signed", "2024-05-28"))
    for kind, date in (("endorsed", "2025-12"), ("provisionally_applied", "2026-01")):
        factories.milestone(partnership, kind, date, track="safe")
    assert (
        "Partnership Signed by Norway: partnership signed, 28 May 2024 "
        "SAFE Associated by Norway: SAFE agreement applied provisionally, "
        "January 2026 Checked through never"
    ) in text(client.get(change_url(partnership)))


def test_status_of_an_empty_record_is_shown(client):
    page = text(client.get(change_url(draft())))
    assert "Partnership Nothing recorded SAFE Not eligible Checked" in page


def test_claim_about_the_stated_number_is_entered_on_the_page(client):
    partnership = factories.partnership(stated_areas=17)
    claim = {"partnership_fact": "stated_areas", "source": factories.source().pk}
    claim |= {"says": "18", "locator": "page 2"}
    answer = submit(client, change_url(partnership), PUBLIC, rows=[("claims", claim)])
    assert answer.status_code == 302, errors(answer)
    assert Claim.objects.open().get().says == "18"
    assert "disagrees" in text(client.get(change_url(partnership)))
    assert "Disagrees" in text(client.get(part_url(partnership, "text")))


def test_claim_about_the_partnership_names_its_fact(client):
    claim = {"source": factories.source().pk, "says": "18", "locator": "page 2"}
    partnership = factories.partnership()
    answer = submit(client, change_url(partnership), PUBLIC, rows=[("claims", claim)])
    assert row_errors(answer, "claims") == ["This field is required."]


def test_engagement_of_a_wrong_shape_is_an_error_at_its_row(client):
    rows = [tie("dialogue"), tie("agreement", amount="5")]
    answer = submit(client, change_url(draft()), rows=rows)
    first, second = row_errors(answer, "engagements")
    assert "Say how often the dialogue meets" in first
    assert "Only a European Peace Facility contribution has an amount." in second
    assert not Engagement.objects.exists()


# How sure it is


def test_rejected_milestone_is_entered_with_its_ruling(client):
    partnership = draft()
    prefix, row = step("signed", "2024-05-28")
    row["certainty"] = "rejected"
    answer = submit(client, change_url(partnership), rows=[(prefix, row)])
    (message,) = row_errors(answer, "milestones")
    assert "say why you hold that this did not happen" in message
    row["ruling"] = "Both texts deny it."
    answer = submit(client, change_url(partnership), rows=[(prefix, row)])
    assert answer.status_code == 302, errors(answer)
    assert partnership.milestones.get().ruling == "Both texts deny it."


def test_today_and_the_list_say_what_may_be_is_reported_and_was_checked(client):
    ghana = factories.partnership("ghana")
    factories.milestone(ghana, date="2024-05-28", certainty="reported")
    for kind, date in (
        ("signed", "2025-06-14"),
        ("in_force", "2025-07/2025-11"),
        ("suspended", "2025-08/2025-10"),
    ):
        factories.milestone(ghana, kind, date, track="safe")
    (row,) = Partnership.objects.as_of(timezone.localdate())
    status, safe = label(row), label(row, "safe_status")
    assert status.startswith("Reportedly") and "may be" in safe
    today = text(client.get(change_url(ghana)))
    assert f"Partnership {label(row, 'sdp_status')} by Ghana: " in today
    assert f"SAFE {safe} by Ghana: " in today
    assert "Checked through never" in today
    factories.check(ghana, "2025-07-31")
    assert "Checked through 31 July 2025" in text(client.get(change_url(ghana)))
    listed = client.get(url(Partnership, "changelist")).content.decode()
    assert f'<td class="field-headline">{status}</td>' in listed
    assert f'<td class="field-safe">{safe}</td>' in listed
