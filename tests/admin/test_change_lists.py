"""The lists of the admin: what is in need of work is found, rows stand in their order,
and relations are found by typing."""

import re
from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.text import slugify

from partnerships.models import Check, Claim, Coverage, Milestone, Partnership, Source
from tests import factories
from tests.admin import RECORD, count_queries, url
from tests.admin.lists import add, changelist, shown_by

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_publisher")]


# Filters


def test_records_in_need_of_work_are_found(rf, publisher):
    today = timezone.localdate()
    good = factories.partnership("norway")
    factories.claim(factories.milestone(good), "2024-05-28")
    unsourced = factories.partnership("iceland")
    factories.milestone(unsourced)
    disputed = factories.partnership("japan", stated_areas=17)
    factories.claim(disputed, "18")
    old, never = factories.partnership("albania"), factories.partnership("moldova")
    for record, days in ((good, 0), (unsourced, 31), (disputed, 0), (old, 32)):
        factories.check(record, today - timedelta(days))
    factories.check(unsourced, today - timedelta(50))
    found = {
        need: {*shown_by(rf, publisher, Partnership, f"?needs={need}")}
        for need in ("claim", "ruling", "check")
    }
    assert found == {"claim": {unsourced}, "ruling": {disputed}, "check": {old, never}}


@pytest.mark.parametrize("kind", ["milestone", "coverage", "engagement", "affiliation"])
def test_facts_in_need_of_work_are_found(rf, publisher, kind):
    bare, disputed, ruled, agreed = (
        fact_of(kind, factories.partnership(slug), number)
        for number, slug in enumerate(["norway", "iceland", "japan", "albania"], 1)
    )
    agrees, disagrees = SAID[kind]
    factories.claim(disputed, agrees)
    factories.claim(disputed, disagrees)
    factories.claim(ruled, agrees)
    factories.claim(ruled, disagrees)
    ruled.ruling = "The first is official."
    ruled.save()
    factories.claim(agreed, agrees)
    model = type(bare)
    assert shown_by(rf, publisher, model, "?needs=claim") == [bare]
    assert shown_by(rf, publisher, model, "?needs=ruling") == [disputed]


SAID = {
    "milestone": ("2024-05", "2023"),
    "coverage": ("included", "not_included"),
    "engagement": ("yes", "no"),
    "affiliation": ("yes", "no"),
}


def fact_of(kind, partnership, number):
    if kind == "coverage":
        return factories.coverage(partnership, factories.area(number))
    if kind == "affiliation":
        return factories.affiliation(partnership.partner, "nato_ally")
    return getattr(factories, kind)(partnership)


def test_cell_that_nobody_assessed_needs_no_claim(rf, publisher):
    cell = factories.coverage(
        factories.partnership(), factories.area(), "not_assessed", ruling="Unclear"
    )
    assert cell not in shown_by(rf, publisher, Coverage, "?needs=claim")


def test_claims_are_found_by_their_standing(rf, publisher):
    milestone = factories.milestone(factories.partnership())
    said = {"agrees": "2024-05-28", "compatible": "2024", "disagrees": "2023"}
    claims = {name: factories.claim(milestone, says) for name, says in said.items()}
    claims["open"] = claims["disagrees"]
    for standing, claim in claims.items():
        assert shown_by(rf, publisher, Claim, f"?standing={standing}") == [claim]


@pytest.mark.parametrize("kind", ["milestone", "coverage", "engagement", "subject"])
def test_facts_of_one_partner_are_found(rf, publisher, kind):
    records = [factories.partnership(slug) for slug in ("norway", "iceland")]
    fact, _ = (fact_of(kind, record, n) for n, record in enumerate(records, 1))
    query = f"?partnership__partner__id__exact={fact.partnership.partner_id}"
    assert shown_by(rf, publisher, type(fact), query) == [fact]
    titles = [spec.title for spec in changelist(rf, publisher, type(fact)).filter_specs]
    assert "partner" in titles


def test_no_list_has_a_column_a_query_or_a_choice_for_each_source(client):
    """Databases take some 2,000 columns: there were fewer than that of sources."""

    def asked_and_offered(model):
        with CaptureQueriesContext(connection) as queries:
            html = client.get(url(model, "changelist")).text
        choices = html[html.index("changelist-filter") :].count("<li")
        return [q["sql"].count('"') for q in queries], choices

    add(0)
    for model in (Claim, Source):
        client.get(url(model, "changelist"))  # fills Django's cache of content types
        few = asked_and_offered(model)
        for number in range(3):
            name = f"{model.__name__} {number}"
            factories.source(slugify(f"more {name}"), publisher=name)
        assert asked_and_offered(model) == few


def test_source_leads_to_its_claims_and_these_to_the_sources(client):
    for number in range(3):
        add(number)
    source = Source.objects.get(key="source-1")
    own = f"{url(Claim, 'changelist')}?source__id__exact={source.pk}"
    shown = client.get(url(Source, "changelist")).text
    assert f'<a href="{own}">{source.claims.count()}</a>' in shown
    answer = client.get(own)
    assert {*answer.context["cl"].result_list} == {*source.claims.all()}
    assert str(source) in answer.text
    assert f'href="{url(Source, "changelist")}"' in answer.text


def test_status_filter_and_column_agree(client, rf, publisher):
    signed = factories.partnership("norway")
    factories.milestone(signed)
    factories.milestone(factories.partnership("iceland"), "proposed", "2024")
    assert shown_by(rf, publisher, Partnership, "?status=signed") == [signed]
    page = client.get(url(Partnership, "changelist"), {"status": "signed"})
    assert '<td class="field-headline">Signed</td>' in page.content.decode()


@pytest.mark.parametrize("query", ["needs=x", "status=x", "standing=x", "nonsense=1"])
def test_filter_that_does_not_exist_is_no_failure(client, query):
    add(0)
    for model in (Partnership, Claim, Milestone):
        page = client.get(f"{url(model, 'changelist')}?{query}")
        assert page.status_code in (200, 302)


# Actions


def ticked(answer):
    """The boxes of a list that are ticked, and what its form of actions holds."""
    boxes = re.findall(r'<input[^>]*name="_selected_action"[^>]*>', answer.text)
    keys = [re.search(r'value="(\d+)"', box)[1] for box in boxes if "checked" in box]
    form = answer.context["action_form"]
    return {*keys}, {name: form[name].value() for name in ("action", "reason")}


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"action": "unpublish", "reason": "x" * 501}, "at most 500 characters"),
        ({"action": "publish", "reason": " "}, "This needs a reason"),
        ({"action": "", "reason": "Read"}, "No action selected"),
    ],
)
def test_action_that_is_refused_keeps_what_was_chosen_and_typed(client, sent, said):
    chosen = {str(factories.partnership(slug).pk) for slug in ("norway", "japan")}
    factories.partnership("moldova")
    address = f"{url(Partnership, 'changelist')}?is_published__exact=1"
    answer = client.post(address, sent | {"_selected_action": [*chosen], "index": 0})
    assert ticked(answer) == (chosen, sent)
    assert said in answer.text
    assert Partnership.objects.filter(is_published=True).count() == 3


def test_reason_stays_where_no_row_was_chosen(client):
    factories.partnership()
    sent = {"action": "publish", "reason": "Read"}
    answer = client.post(url(Partnership, "changelist"), sent | {"index": 0})
    assert ticked(answer) == (set(), sent)
    assert "Items must be selected" in answer.text


def test_action_that_is_done_leads_back_to_the_list(client):
    record = factories.partnership(published=False)
    sent = {"action": "looked", "_selected_action": [record.pk], "index": 0}
    answer = client.post(url(Partnership, "changelist"), sent, follow=True)
    assert answer.redirect_chain and ticked(answer)[0] == set()


# Search, order, dates


def test_records_are_sorted_by_what_their_columns_show(rf, publisher):
    early, late = factories.partnership("norway"), factories.partnership("albania")
    factories.milestone(early, date="2024-05")
    factories.milestone(late, date="2025-05")
    columns = changelist(rf, publisher, Partnership).list_display
    signed = columns.index("signed")
    assert shown_by(rf, publisher, Partnership, f"?o={signed}") == [early, late]
    assert shown_by(rf, publisher, Partnership, f"?o=-{signed}") == [late, early]


def test_list_says_through_which_day_each_record_was_checked(rf, publisher):
    early, late = factories.partnership("norway"), factories.partnership("albania")
    never = factories.partnership("moldova")
    for record, through in ((early, "2026-03-05"), (late, "2026-04-30")):
        factories.check(record, through)
        factories.check(record, "2025-12-31")
    column = changelist(rf, publisher, Partnership).list_display.index(
        "checked_through"
    )
    rows = shown_by(rf, publisher, Partnership, f"?o={column}")
    assert {row: str(row.checked_through) for row in rows} == {
        never: "None",
        early: "2026-03-05",
        late: "2026-04-30",
    }
    assert [row for row in rows if row != never] == [early, late]


def test_newest_milestones_come_first(rf, publisher):
    partnership = factories.partnership()
    old = factories.milestone(partnership, "proposed", "2023")
    new = factories.milestone(partnership, "signed", "2024")
    assert shown_by(rf, publisher, Milestone, "") == [new, old]


@pytest.mark.parametrize(
    "model, field",
    [(Milestone, "latest"), (Check, "through"), (Source, "last_checked_on")],
)
def test_dates_lead_to_years_and_months(client, model, field):
    partnership = factories.partnership()
    factories.milestone(partnership)
    factories.check(partnership, "2024-05-28")
    factories.check(partnership, "2023-05-28")
    factories.source(last_checked_on="2024-05-28")
    factories.source("other", last_checked_on="2023-05-28")
    factories.milestone(partnership, "proposed", "2023")
    page = client.get(url(model, "changelist"))
    assert f"?{field}__year=2024" in page.content.decode()
    day = {f"{field}__year": 2024, f"{field}__month": 5, f"{field}__day": 28}
    page = client.get(url(model, "changelist"), day)
    assert page.context["cl"].result_count == 1


# Autocomplete


RELATIONS = [
    (model, name)
    for model in RECORD
    for name in admin.site._registry[model].autocomplete_fields
]


@pytest.mark.parametrize("model, name", RELATIONS)
def test_autocomplete_answers_without_a_query_per_row(client, model, name):
    add(0)
    asked = {"app_label": "partnerships", "model_name": model._meta.model_name}
    asked |= {"field_name": name, "term": ""}
    client.get("/admin/autocomplete/", asked)
    with count_queries() as few:
        (result,) = client.get("/admin/autocomplete/", asked).json()["results"]
    assert result["text"]
    for number in range(1, 4):
        add(number)
    with count_queries() as many:
        answer = client.get("/admin/autocomplete/", asked).json()
    assert len(answer["results"]) == 4
    assert len(many) == len(few)
