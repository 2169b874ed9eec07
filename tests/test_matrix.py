"""The matrix: areas by partnerships, each cell with its sources."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships.choices import CoverageValue, Region
from partnerships.filters.comparison import MatrixFilter
from partnerships.models import Area, Partnership
from partnerships.selectors.matrix import RowGroup, coverage_matrix
from partnerships.selectors.overview import statistics
from partnerships.templatetags.areas import group_name
from tests import factories
from tests.html import page
from tests.strategies import on_the_database, tries, undone
from tests.two_clocks import on

MATRIX = "/matrix/"
IN, OUT, EXISTS, UNKNOWN = CoverageValue
TODAY = date(2026, 6, 1)


@pytest.fixture
def three(db):
    """Norway, Japan and Canada, assessed; Brazil, which is not; a draft."""
    areas = [factories.area(number) for number in (1, 2, 3)]
    made = {}
    for slug, signed_on, values in [
        ("norway", "2024-05-28", [IN, IN, UNKNOWN]),
        ("japan", "2024-11-01", [IN, OUT, EXISTS]),
        ("canada", "2025-06-23", [IN, IN, IN]),
    ]:
        of = factories.partner(slug)
        if slug == "japan":
            factories.edit(of, region=Region.INDO_PACIFIC)
        made[slug] = factories.partnership(of=of)
        if signed_on:
            factories.milestone(made[slug], date=signed_on)
        for area, value in zip(areas, values, strict=True):
            if value != UNKNOWN:
                factories.coverage(made[slug], area, value)
    factories.partnership("brazil")
    draft = factories.partnership("hidden", published=False)
    factories.coverage(draft, areas[2])
    return made


def signed(slug="norway"):
    partnership = factories.partnership(slug)
    factories.milestone(partnership)
    return partnership


def shown(client, **query):
    """The matrix that the page shows."""
    response = client.get(MATRIX, query)
    assert response.status_code == 200
    return response.context["matrix"]


def columns(client, **query):
    return [column.partner.slug for column in shown(client, **query).columns]


def values(matrix):
    return [[cell.value for cell in row.cells] for row in matrix.rows]


def test_cell_has_the_value_of_its_area_and_partnership(client, three):
    assert columns(client) == ["canada", "japan", "norway"]
    assert values(shown(client)) == [[IN, IN, IN], [IN, OUT, IN], [IN, EXISTS, UNKNOWN]]


def test_values_differ_by_look_and_by_word(client, three):
    html = client.get(MATRIX).content.decode()
    for value in CoverageValue:
        assert f'class="{value}">{value.label}, no source<' in html
        assert (
            f'class="swatch {value}" aria-hidden="true"></span> {value.label}' in html
        )


def test_cell_of_one_source_is_a_mark_alone(client, three):
    cell = three["canada"].coverage.first()
    factories.claim(cell, IN)
    assert 'class="included">Included</a>' in client.get(MATRIX).content.decode()


def test_keyboard_stops_at_heads_not_at_cells_and_can_pass_the_table(client, three):
    found = page(client, MATRIX)
    assert "#after-matrix" in found.links and "after-matrix" in found.ids
    html = client.get(MATRIX).content.decode()
    table = html[html.index("<table") : html.index("</table>")]
    assert table.count("<a ") - table.count('tabindex="-1"') == 3 + 3


def test_cell_leads_to_its_area_on_the_record_on_that_day(client, three):
    links = page(client, MATRIX, {"as_of": "2025-12-31"}).links
    for slug in three:
        record = f"/partnerships/{slug}/?as_of=2025-12-31"
        ids = page(client, record).ids
        for number in (1, 2, 3):
            assert f"{record}#area-{number}" in links
            assert f"area-{number}" in ids


def test_cell_says_how_many_sources_it_has_and_whether_they_disagree(client, three):
    briefing, website = factories.source("a"), factories.source("b")
    first, second, _ = three["canada"].coverage.order_by("area__number")
    for cell in (first, second):
        factories.claim(cell, IN, by=briefing)
        factories.claim(cell, IN, by=briefing, locator="page 2")
        factories.claim(cell, OUT, by=website)
    factories.edit(second, ruling="The text names it.")
    text = page(client, MATRIX).text
    assert "Included, 2 sources, 1 disagrees, not ruled on" in text
    assert "Included, 2 sources, 1 disagrees, ruled on" in text


def test_rows_and_columns_have_their_totals(client, three):
    matrix = shown(client)
    assert [row.included for row in matrix.rows] == [3, 2, 1]
    assert matrix.areas_included == [3, 1, 2]
    assert matrix.areas_already_exist == [0, 1, 0]


def test_areas_stand_in_groups_by_how_common_they_are(client, three):
    groups = shown(client).groups
    assert [[row.area.number for row in group.rows] for group in groups] == [
        *([1], [2], [3]),
    ]
    assert [(group.fewest, group.most, group.of) for group in groups] == [
        *((3, 3, 3), (2, 2, 3), (1, 1, 3)),
    ]
    found = page(client, MATRIX)
    assert "One of 3 areas is in all three partnerships" in found.text
    order = ["In all three 1 area Area 1", "In two 1 area Area 2", "In one 1 area"]
    places = [found.text.index(words) for words in order]
    assert places == sorted(places)
    assert "/areas/area-1/" in found.links


def test_groups_say_how_many_include_their_areas(client, db):
    areas = [factories.area(number) for number in range(1, 6)]
    for number, value in enumerate([4, 3, 3, 3]):
        record = signed(f"partner-{number}")
        for area in areas:
            is_in = area.number <= value
            factories.coverage(record, area, IN if is_in else OUT)
    text = page(client, MATRIX).text
    for words in ("In all four 3 areas", "In one 1 area", "In none 1 area"):
        assert words in text
    areas[3].coverage.filter(value=OUT).first().delete()
    names = [group_name(group) for group in shown(client).groups]
    assert names == ["In all four", "In one", "In none"]
    assert group_name(RowGroup(shown(client).rows[:4], 4)) == "In one to four"


def test_headline_says_that_nothing_is_common(client, three):
    three["japan"].coverage.filter(value=IN).get().delete()
    text = page(client, MATRIX).text
    assert "No area is in all three partnerships" in text
    text = page(client, MATRIX, {"q": "norway"}).text
    assert "The partnership with Norway includes 2 of 3 areas" in text


def test_headline_counts_what_is_signed_on_the_day_as_the_home_page_does(client, three):
    factories.coverage(three["norway"], Area.objects.get(number=3), OUT)
    day = {"as_of": "2025-06-01"}
    assert columns(client, **day) == ["japan", "norway"]
    found = page(client, MATRIX, day).text
    assert "One of 3 areas is in both partnerships" in found
    left_out = "Left out, since not signed on 1 June 2025: Canada (nothing recorded)."
    assert left_out in found
    twin = "/api/v1/matrix/?as_of=2025-06-01&status=signed&status=safe_associated"
    assert twin in page(client, MATRIX, day).links
    assert client.get(twin).json()["rows"][0]["included"] == 2
    home = "One area is in all two signed partnerships that are assessed"
    assert home in page(client, "/", day).text
    assert "Left out, since" not in page(client, MATRIX).text


def test_nothing_signed_on_the_day_is_said(client, three):
    found = page(client, MATRIX, {"as_of": "2024-01-01"})
    assert "No partnership that is assessed was signed by this day" in found.text
    assert "/matrix/" in found.links


def test_status_that_is_asked_for_decides_what_has_a_column(client, three):
    query = {"as_of": "2025-06-01", "status": "not_recorded"}
    assert columns(client, **query) == ["canada"]
    assert "Left out, since" not in page(client, MATRIX, query).text


def test_headline_of_a_filtered_matrix_is_of_what_is_shown(client, three):
    text = page(client, MATRIX, {"area": "area-2"}).text
    assert "Two of 3 areas are in both partnerships shown" in text
    assert "partnerships shown" not in page(client, MATRIX, {"rows": "number"}).text


def test_legend_explains_every_sign_of_a_cell(client, three):
    cells = three["canada"].coverage.order_by("area__number")
    factories.claim(cells[0], OUT)
    factories.claim(cells[1], IN)
    factories.claim(cells[1], OUT, by=factories.source("b"))
    html = client.get(MATRIX).content.decode()
    signs = set(re.findall(r"<b[^>]*>(.*?)</b>", html[html.index("<table") :]))
    assert signs == {"≠", "2 ≠", "–"}
    text = page(client, MATRIX).text
    for words in ("2 sources, where more", "≠ a source disagrees", "– no source"):
        assert words in text


@pytest.mark.parametrize("path", [MATRIX, "/compare/?p=japan&p=norway"])
def test_way_by_keyboard_to_the_sources_of_a_cell_is_said(client, three, path):
    text = page(client, path).text
    assert "By keyboard, follow an area’s name: its page opens the sources" in text


def test_number_of_queries_does_not_grow_with_what_is_not_assessed(client, three):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(MATRIX)
        return len(captured)

    few = queries()
    for number in range(5):
        factories.milestone(factories.partnership(f"partner-{number}"))
    assert queries() == few


def test_partnership_that_nobody_assessed_is_named_signed_ones_first(client, three):
    found = page(client, MATRIX)
    assert "Without a signed partnership, and not assessed: Brazil ." in found.text
    assert "/partnerships/brazil/" in found.links
    factories.milestone(factories.partnership("ghana"))
    said = (
        "One signed partnership is not counted, since nobody has assessed its areas: "
        "Ghana ."
    )
    assert said in page(client, MATRIX).text
    assert said not in page(client, MATRIX, {"as_of": "2024-01-01"}).text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"status": "signed"}, ["canada", "japan", "norway"]),
        ({"region": "indo_pacific"}, ["japan"]),
        ({"area": ["area-1", "area-2"]}, ["canada", "norway"]),
        ({"q": "nor"}, ["norway"]),
        ({"as_of": "2024-06-30", "status": "signed"}, ["norway"]),
        ({"order": "-name"}, ["norway", "japan", "canada"]),
        ({"order": "signed_on"}, ["norway", "japan", "canada"]),
        ({"order": "-coverage"}, ["canada", "norway", "japan"]),
        ({"order": "coverage"}, ["japan", "norway", "canada"]),
    ],
)
def test_parameters_of_the_list_choose_and_order_the_columns(
    client, three, query, expected
):
    assert columns(client, **query) == expected


def test_rows_come_by_number_or_most_included_first(client, three):
    factories.coverage(three["norway"], Area.objects.get(number=3))
    Area.objects.get(number=2).coverage.filter(value=IN).first().delete()

    def numbers(**query):
        return [row.area.number for row in shown(client, **query).rows]

    assert numbers() == numbers(rows="number") == [1, 2, 3]
    assert numbers(rows="coverage") == [1, 3, 2]
    assert "By number 3 areas" in page(client, MATRIX, {"rows": "number"}).text


def test_what_fits_nothing_says_so(client, db):
    assert "No partnership that is assessed" in page(client, MATRIX).text
    factories.coverage(signed(), factories.area())
    found = page(client, MATRIX, {"q": "atlantis"})
    assert "No partnership that is assessed fits all of this." in found.text


def test_few_columns_can_be_compared_at_one_click(client, three):
    links = page(client, MATRIX).links
    assert "/compare/?p=canada&p=japan&p=norway" in links
    links = page(client, MATRIX, {"q": "j"}).links
    assert not any("/compare/?p=" in link for link in links)


def test_areas_have_their_short_names(client, db):
    area = factories.area(name="(External aspects of) Economic security")
    factories.edit(area, short_name="Economic security")
    factories.coverage(signed(), area)
    _, _, table = page(client, MATRIX).text.partition("1 partnership, 1 area")
    _, _, table = table.partition("Included 1 area")
    assert table.startswith(" Economic security")
    assert "External aspects" not in table


def test_wide_table_stays_light_and_names_its_partners_below(client, db):
    areas = [factories.area(number) for number in range(1, 27)]
    for number in range(60):
        record = signed(f"partner-{number}")
        factories.coverage(record, areas[number % 26])
    html = client.get(MATRIX).content.decode()
    assert html.count("<td><a ") == 60 * 26
    assert len(re.findall("<[a-z]", html)) < 9_000
    assert 'class="matrix upright dense"' in html
    assert (
        'matrix-notes" id="after-matrix" tabindex="-1">\n  \n    <p>\n      Shown:'
        in html
    )


def test_list_leads_to_the_same_partnerships_as_a_matrix(client, three):
    found = page(client, "/partnerships/", {"status": "signed", "page": "1"})
    assert "/matrix/?status=signed" in found.links


def test_matrix_is_as_it_was_known_on_a_day(client, db):
    with on(date(2026, 3, 1)):
        cell = factories.coverage(signed(), factories.area())
    with on(date(2026, 4, 1)):
        factories.edit(cell, value=OUT)
    assert values(shown(client, known_on="2026-03-31")) == [[IN]]
    assert values(shown(client, known_on="2026-04-01")) == [[OUT]]
    assert (
        "As known on 31 March 2026"
        in page(client, MATRIX, {"known_on": "2026-03-31"}).text
    )


def test_columns_are_bounded(client, three, monkeypatch):
    monkeypatch.setattr("partnerships.pages.matrix.MOST_COLUMNS", 2)
    assert columns(client) == ["canada", "japan"]
    text = page(client, MATRIX).text
    assert "More partnerships fit than a table can show: these are the first 2." in text


rows = st.lists(
    st.sampled_from([IN, IN, OUT, EXISTS, UNKNOWN, None]), min_size=2, max_size=2
)
records = st.lists(st.tuples(st.booleans(), rows), min_size=3, max_size=3)


@pytest.fixture
def blank(db):
    areas = [factories.area(number) for number in (1, 2)]
    return areas, [factories.partnership(f"partner-{n}") for n in range(3)]


@settings(on_the_database, max_examples=tries(6))
@given(records)
def test_totals_are_those_of_list_and_statistics(blank, records):
    areas, partnerships = blank
    with undone():
        for partnership, (is_signed, row) in zip(partnerships, records, strict=True):
            if is_signed:
                factories.milestone(partnership)
            for area, value in zip(areas, row, strict=True):
                if value:
                    factories.coverage(partnership, area, value)
        published = Partnership.objects.published()
        query = {"status": ["signed", "safe_associated"], "as_of": str(TODAY)}
        counted = published.with_coverage_counts().select_related("partner")
        matrix = coverage_matrix(MatrixFilter(query, counted).qs, most=60)
        columns = matrix.columns
        assert matrix.areas_included == [c.areas_included for c in columns]
        assert matrix.areas_already_exist == [c.areas_already_exist for c in columns]
        counted = statistics(
            published.with_checked_through().as_of(TODAY),
            on=TODAY,
            known_on=TODAY,
            edition=1,
        )
        assert len(columns + matrix.not_assessed) == counted.signed_total
        cells = zip(*(row.cells for row in matrix.rows), strict=True)
        whole = [column for column in cells if all(c.value != UNKNOWN for c in column)]
        assert counted.signed_not_assessed == counted.signed_total - len(whole)
        assert counted.areas_common_to_all_signed == [
            number
            for number, values in enumerate(zip(*whole, strict=True), start=1)
            if all(cell.value == IN for cell in values)
        ]
