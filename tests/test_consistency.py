"""Whatever is recorded, asked and on whatever day: home, list, facets, matrix,
disagreements, statistics and API say the same of it."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships.choices import (
    AffiliationKind,
    CoverageValue,
    Region,
    SafeStatus,
    Status,
)
from partnerships.models import Coverage, Milestone, Source
from tests import factories
from tests.factories import edit
from tests.stories import TODAY, Row, fill
from tests.strategies import (
    on_the_database,
    stories_that_can_be,
    ties_at_random,
    tries,
    undone,
)
from tests.two_clocks import API, LIST, STATISTICS, on

pytestmark = [
    pytest.mark.slow("asks every page of records at random"),
    pytest.mark.django_db,
]

FACETS = {
    "status": Status.values,
    "safe_status": SafeStatus.values,
    "region": Region.values[:2],
    "affiliation": AffiliationKind.values,
    "area": ["area-1", "area-2", "area-3"],
}
SIGNED = {"status": ["signed", "safe_associated"]}
NEXT_DAY = date(2025, 11, 23)
AREAS = (1, 2, 3)

#: Of each area: its value, whether a source disputes it, whether the editors ruled.
cells = st.tuples(
    st.sampled_from([*CoverageValue.values[:3], "included"]),
    st.booleans(),
    st.booleans(),
)
records = st.lists(
    st.tuples(
        st.just([Row("sdp", "signed", "2024-05")]) | stories_that_can_be,
        ties_at_random,
        st.sampled_from(Region.values[:2]),
        st.dictionaries(st.sampled_from(AREAS), cells),
        st.booleans(),
    ),
    min_size=5,
    max_size=5,
)
queries = st.fixed_dictionaries(
    {},
    optional={
        "q": st.sampled_from(["norway", "p", "area"]),
        "status": st.just(["signed"])
        | st.lists(st.sampled_from(Status.values), min_size=1),
        "safe_status": st.just(["eligible", "requested"]),
        "region": st.lists(st.sampled_from(Region.values[:2]), min_size=1),
        "affiliation": st.lists(st.sampled_from(AffiliationKind.values), min_size=1),
        "area": st.lists(st.sampled_from(["area-1", "area-2"]), min_size=1),
        "disagreement": st.sampled_from(["open", "ruled"]),
        "signed_before": st.just("2025-06-01"),
    },
)
days = st.fixed_dictionaries(
    {"as_of": st.dates(date(2024, 1, 1), date(2026, 1, 1))},
    optional={"known_on": st.just(TODAY)},
)


@pytest.fixture
def five(monkeypatch):
    """Four partnerships and a draft, three areas, an open question; small pages."""
    monkeypatch.setattr("partnerships.pages.partnership_list.ROWS_PER_PAGE", 2)
    with on(TODAY):
        made = [factories.partnership(f"p{n}", published=n > 0) for n in range(5)]
        areas = {number: factories.area(number) for number in AREAS}
        factories.claim(factories.question(), "yes")
        factories.source("another")
    return made, areas


def store(five, told):
    """Record what is told on one day, and dispute some of it on the next."""
    made, areas = five
    disputed = []
    with on(TODAY):
        fill(made, [(rows, ties) for rows, ties, *_ in told])
        for record, (rows, _, region, covered, late) in zip(made, told, strict=True):
            edit(record.partner, region=region)
            Coverage.objects.bulk_create(
                Coverage(
                    partnership=record,
                    area=areas[number],
                    value=value,
                    ruling="The text says so." if ruled else "",
                )
                for number, (value, _, ruled) in covered.items()
            )
            found = record.coverage.select_related("area")
            disputed += [cell for cell in found if covered[cell.area.number][1]]
            if late and rows:
                disputed.append(record.milestones.first())
    with on(NEXT_DAY):
        for fact in disputed:
            for source in Source.objects.all():
                factories.claim(fact, another_than(fact), by=source)


def another_than(fact):
    if isinstance(fact, Milestone):
        return "1999"
    return "included" if fact.value != "included" else "not_included"


def get(client, path, query):
    response = client.get(path, query)
    assert response.status_code == 200
    return response


def listed(client, query):
    """The rows of the list over all its pages, by slug, with its facets; the API lists
    the same."""
    context = get(client, LIST, query).context
    page, facets, rows = context["page"], context["facets"], [*context["rows"]]
    while page.has_next():
        number = page.next_page_number()
        context = get(client, LIST, query | {"page": number}).context
        page, rows = context["page"], [*rows, *context["rows"]]
    answer = get(client, API, query | {"page_size": 200}).json()
    assert len(rows) == page.paginator.count == facets.total == answer["count"]
    assert [row.partner.slug for row in rows] == [r["slug"] for r in answer["results"]]
    return {row["slug"]: row for row in answer["results"]}, facets


def of_each(rows, key):
    return {slug: row[key] for slug, row in rows.items()}


@pytest.fixture
def consistent(client, five):
    return client, five


@settings(on_the_database, max_examples=tries(10))
@given(records, queries, days)
def test_all_say_the_same(consistent, told, query, day):
    client, five = consistent
    with undone():
        store(five, told)
        rows, facets = listed(client, query | day)
        facets_count_what_the_list_gives(client, query, day, facets)
        matrix_has_the_rows_of_the_list(client, rows, query | day)
        everything = listed(client, day)
        records_are_those_of_the_list(client, everything[0], day)
        statistics_are_those_of_the_list(client, *everything, day)


def is_signed(row):
    return row["status"] in SIGNED["status"]


def may_be_signed_only(row):
    return not is_signed(row) and {*row["status_may_be"]} & {*SIGNED["status"]}


def assessed_of(client, day):
    """The cells of each signed partnership that has a value in every area."""
    found = []
    for slug in listed(client, SIGNED | day)[0]:
        cells = get(client, f"{API}{slug}/", day).json()["coverage"]
        if cells and all(cell["value"] != "not_assessed" for cell in cells):
            found.append(cells)
    return found


def areas_common_to(*assessed):
    included = [
        {cell["number"] for cell in cells if cell["value"] == "included"}
        for cells in assessed
    ]
    return sorted(set.intersection(*included)) if included else []


def facets_count_what_the_list_gives(client, query, day, facets):
    for name, values in FACETS.items():
        for value in values:
            chosen = [*query.get(name, []), value] if name == "area" else [value]
            asked = query | day | {name: chosen, "page_size": 1}
            found = get(client, API, asked).json()["count"]
            assert found == getattr(facets, name).get(value, 0)


def matrix_has_the_rows_of_the_list(client, rows, query):
    # By itself the page keeps to what is signed.
    asked = {"status": Status.values} | query
    matrix = get(client, "/matrix/", asked).context["matrix"]
    columns = [column.partner.slug for column in matrix.columns]
    others = [partner["slug"] for partner in matrix.not_assessed]
    assert sorted([*columns, *others]) == sorted(rows)
    for name in ("areas_included", "areas_already_exist"):
        counted = dict.fromkeys(others, 0)
        counted |= zip(columns, getattr(matrix, name), strict=True)
        assert counted == of_each(rows, name)


def records_are_those_of_the_list(client, rows, day):
    for slug, row in rows.items():
        record = get(client, f"{API}{slug}/", day).json()
        assert {key: record[key] for key in row} == row
        values = [cell["value"] for cell in record["coverage"]]
        assert values.count("included") == row["areas_included"]
        assert values.count("already_exists") == row["areas_already_exist"]


def statistics_are_those_of_the_list(client, rows, facets, day):
    home = get(client, "/", day).context
    said = get(client, STATISTICS, day).json()
    counted = {status: n for status, n in said["by_status"].items() if n}
    assert counted == {status: n for status, n in facets.status.items() if n}
    assert home["statistics"].by_status == said["by_status"]
    assert said["partnerships"] == len(rows) == len(home["partnerships"])
    signed = get(client, "/matrix/", SIGNED | day).context["matrix"]
    shown = len(signed.columns) + len(signed.not_assessed)
    assert said["signed_total"] == shown
    assert said["areas_common_to_all_signed"] == areas_common_to(
        *assessed_of(client, day)
    )
    assert said["signed_not_assessed"] == shown - len(assessed_of(client, day))
    may_be_signed = [row for row in rows.values() if may_be_signed_only(row)]
    assert said["signed_may_be"] == len(may_be_signed)
    assert said["signed_may_not_be"] == sum(
        is_signed(row) and bool({*row["status_may_be"]} - {*SIGNED["status"]})
        for row in rows.values()
    )
    for name, choices in (("status", Status), ("safe_status", SafeStatus)):
        more = {
            s: sum(s in r[f"{name}_may_be"] for r in rows.values()) for s in choices
        }
        assert said[f"by_{name}_may_be"] == more
    reported = [
        row for row in rows.values() if is_signed(row) and row["status_reported"]
    ]
    assert said["signed_reported"] == len(reported)
    by_safe = {status: n for status, n in said["by_safe_status"].items() if n}
    assert by_safe == {status: n for status, n in facets.safe_status.items() if n}
    in_dispute, _ = listed(client, day | {"disagreement": "open"})
    open_facts = of_each(rows, "open_disagreements")
    assert {slug for slug, n in open_facts.items() if n} == in_dispute.keys()
    known = {key: value for key, value in day.items() if key == "known_on"}
    page = get(client, "/disagreements/", known | {"disagreement": "open"})
    on_the_instrument = len(home["statistics"].open_questions)
    assert said["open_disagreements"] == page.context["page"].paginator.count
    assert said["open_disagreements"] == sum(open_facts.values()) + on_the_instrument
