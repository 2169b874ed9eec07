"""The lists of the admin: every filter, column and search answers, counts are right,
and no list asks the database more often for more rows."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.utils import timezone

from partnerships.models import (
    Affiliation,
    Claim,
    Coverage,
    Engagement,
    Milestone,
    Partner,
    Partnership,
    Question,
    Source,
    User,
)
from tests import factories
from tests.admin import RECORD, count_queries, url

pytestmark = pytest.mark.django_db

PLACES = ["Norway", "Türkiye", "Côte d’Ivoire"]


@pytest.fixture(autouse=True)
def logged_in(client, publisher):
    client.force_login(publisher)


@pytest.fixture(scope="module")
def added(for_module):
    for number in range(3):
        add(number)


@pytest.fixture
def three(added, db):
    """Three partnerships with all that belongs to them."""


def add(number):
    """A partnership with one fact of each kind, and what they refer to."""
    slug = f"partner-{number}"
    name = PLACES[number] if number < len(PLACES) else None
    partner = factories.partner(slug, name=name)
    partnership = factories.partnership(of=partner, stated_areas=17)
    source = factories.source(f"source-{number}", publisher=f"Publisher {number}")
    area = factories.area(number + 1)
    for fact, says in {
        factories.milestone(partnership, date=f"2024-{number % 12 + 1:02}"): "2024",
        factories.coverage(partnership, area): "not_included",
        factories.engagement(partnership): "yes",
        factories.affiliation(partner, "nato_ally"): "no",
        partnership: "18",
        factories.question(f"question-{number}"): "no",
    }.items():
        factories.claim(fact, says, by=source)
    factories.user(f"person-{number}")


def changelist(rf, user, model, query=""):
    """The list as the admin computes it, without the page around it."""
    request = rf.get(url(model, "changelist") + query)
    request.user = user
    return admin.site._registry[model].get_changelist_instance(request)


def queries_of_lists(client):
    counts = {}
    for model in [*RECORD, User]:
        with count_queries() as queries:
            assert client.get(url(model, "changelist")).status_code == 200
        counts[model.__name__] = len(queries)
    return counts


def test_no_list_asks_more_often_for_more_rows(client, publisher, three):
    publisher.is_superuser = True
    publisher.save()
    queries_of_lists(client)  # fills Django's cache of content types
    few = queries_of_lists(client)
    for number in range(3, 10):
        add(number)
    assert queries_of_lists(client) == few
    assert max(few.values()) <= 16, few


# Filters


def choices(changes):
    """(title, label, query, count) of every choice of every filter."""
    for spec in changes.filter_specs:
        for choice in spec.choices(changes):
            label, _, count = str(choice["display"]).rpartition(" (")
            if label:
                yield spec.title, label, choice["query_string"], count.rstrip(")")


@pytest.mark.parametrize("model", RECORD)
def test_every_filter_gives_as_many_rows_as_it_says(rf, publisher, model, three):
    Milestone.objects.first().claims.all().delete()
    Coverage.objects.update(ruling="Table 1 counts")
    wrong = [
        (title, label, count, found)
        for title, label, query, count in choices(changelist(rf, publisher, model))
        if (found := changelist(rf, publisher, model, query).result_count) != int(count)
    ]
    assert not wrong


def shown_by(rf, user, model, query):
    return list(changelist(rf, user, model, query).result_list)


def test_records_in_need_of_work_are_found(rf, publisher):
    today = timezone.localdate()
    good = factories.partnership("norway", reviewed_on=today)
    factories.claim(factories.milestone(good), "2024-05-28")
    unsourced = factories.partnership("iceland", reviewed_on=today - timedelta(364))
    factories.milestone(unsourced)
    disputed = factories.partnership("japan", stated_areas=17, reviewed_on=today)
    factories.claim(disputed, "18")
    old = factories.partnership("albania", reviewed_on=today - timedelta(366))
    never = factories.partnership("moldova")
    found = {
        need: {*shown_by(rf, publisher, Partnership, f"?needs={need}")}
        for need in ("claim", "ruling", "review")
    }
    assert found == {"claim": {unsourced}, "ruling": {disputed}, "review": {old, never}}


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
    agrees = factories.claim(milestone, "2024-05-28")
    compatible = factories.claim(milestone, "2024")
    disagrees = factories.claim(milestone, "2023")
    for standing, claim in {
        "agrees": agrees,
        "compatible": compatible,
        "disagrees": disagrees,
        "open": disagrees,
    }.items():
        assert shown_by(rf, publisher, Claim, f"?standing={standing}") == [claim]


def test_status_filter_and_column_agree(client, rf, publisher):
    signed = factories.partnership("norway")
    factories.milestone(signed)
    factories.milestone(factories.partnership("iceland"), "proposed", "2024")
    assert shown_by(rf, publisher, Partnership, "?status=signed") == [signed]
    page = client.get(url(Partnership, "changelist"), {"status": "signed"})
    assert '<td class="field-headline">Signed</td>' in page.content.decode()


def test_filters_combine(rf, publisher, three):
    query = "?status=signed&needs=ruling&is_published__exact=1&q=nor"
    assert len(shown_by(rf, publisher, Partnership, query)) == 1


@pytest.mark.parametrize("query", ["needs=x", "status=x", "standing=x", "nonsense=1"])
def test_filter_that_does_not_exist_is_no_failure(client, query):
    add(0)
    for model in (Partnership, Claim, Milestone):
        page = client.get(f"{url(model, 'changelist')}?{query}")
        assert page.status_code in (200, 302)


# Search, order, dates


@pytest.mark.parametrize(
    "model, words, found",
    [
        (Partner, "norway", 1),
        (Partner, "turkiye", 1),
        (Partner, "ivoire", 1),
        (Partnership, "turkiye", 1),
        (Partnership, "norway", 1),
        (Partnership, "security", 3),
        (Milestone, "norway", 1),
        (Coverage, "area 2", 1),
        (Engagement, "framework", 3),
        (Affiliation, "norway", 1),
        (Claim, "source-1", 6),
        (Source, "publisher 2", 1),
        (Question, "binding", 3),
        (User, "person-2", 1),
    ],
)
def test_search_finds(rf, publisher, model, words, found, three):
    assert len(shown_by(rf, publisher, model, f"?q={words}")) == found


@pytest.mark.parametrize("model", [*RECORD, User])
def test_every_column_sorts_both_ways(rf, publisher, model, three):
    columns = len(changelist(rf, publisher, model).list_display)
    everything = {*shown_by(rf, publisher, model, "")}
    for column in range(columns):
        for order in (f"?o={column}", f"?o=-{column}"):
            assert {*shown_by(rf, publisher, model, order)} == everything


def test_records_are_sorted_by_what_their_columns_show(rf, publisher):
    early, late = factories.partnership("norway"), factories.partnership("albania")
    factories.milestone(early, date="2024-05")
    factories.milestone(late, date="2025-05")
    columns = changelist(rf, publisher, Partnership).list_display
    signed = columns.index("signed")
    assert shown_by(rf, publisher, Partnership, f"?o={signed}") == [early, late]
    assert shown_by(rf, publisher, Partnership, f"?o=-{signed}") == [late, early]


def test_newest_milestones_come_first(rf, publisher):
    partnership = factories.partnership()
    old = factories.milestone(partnership, "proposed", "2023")
    new = factories.milestone(partnership, "signed", "2024")
    assert shown_by(rf, publisher, Milestone, "") == [new, old]


@pytest.mark.parametrize(
    "model, field",
    [
        (Milestone, "latest"),
        (Partnership, "reviewed_on"),
        (Source, "last_checked_on"),
    ],
)
def test_dates_lead_to_years_and_months(client, model, field):
    partnership = factories.partnership(reviewed_on="2024-05-28")
    factories.milestone(partnership)
    factories.source(last_checked_on="2024-05-28")
    factories.source("other", last_checked_on="2023-05-28")
    factories.partnership("iceland", reviewed_on="2023-05-28")
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


def test_autocomplete_finds_by_name(client, three):
    asked = {"app_label": "partnerships", "model_name": "milestone"}
    asked |= {"field_name": "partnership", "term": "turkiye"}
    (result,) = client.get("/admin/autocomplete/", asked).json()["results"]
    assert result["text"] == "EU–Türkiye Security and Defence Partnership"
