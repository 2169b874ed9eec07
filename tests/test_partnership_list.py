"""The list of partnerships: its counts, its search, its ways out, one answer on pages and
in the API."""

import json
from collections import Counter
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest
import time_machine
from django.utils import timezone
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from partnerships.choices import (
    AffiliationKind,
    CoverageValue,
    MilestoneKind,
    Region,
    Track,
)
from partnerships.models import Coverage
from tests import factories
from tests.html import page
from tests.stories import fill, plain_answers, plain_orders, steps_of
from tests.strategies import (
    on_the_database,
    rows_at_random,
    sorted_along_the_table,
    ties_at_random,
    tries,
    undone,
)

pytestmark = pytest.mark.django_db
LIST, API = "/partnerships/", "/api/v1/partnerships/"


def names(client, query):
    """The partners that the list shows, which the API's list shows too."""
    shown = [row.partner.slug for row in client.get(LIST, query).context["rows"]]
    answer = client.get(API, query).json()
    assert [row["slug"] for row in answer["results"]] == shown
    return shown


def counts(client, name, query=()):
    """The choices of a filter that have any, and how many."""
    facets = client.get(LIST, query).context["facets"]
    return {value: n for value, n in getattr(facets, name).items() if n}


# Counts beside the choices


@pytest.fixture
def three():
    """Norway (signed, two affiliations, areas 1 and 2), Japan (signed, area 1), Brazil
    (proposed)."""
    areas = [factories.area(n) for n in (1, 2)]
    norway = factories.partnership("norway")
    factories.milestone(norway, date="2024-05-28")
    for kind in ("nato_ally", "eea_efta"):
        factories.affiliation(norway.partner, kind, since="1994-01-01")
    japan = factories.partnership(of=factories.partner("japan", region="indo_pacific"))
    factories.milestone(japan, date="2024-11-01")
    for record, area in [(norway, 0), (norway, 1), (japan, 0)]:
        factories.coverage(record, areas[area])
    brazil = factories.partnership("brazil")
    factories.milestone(brazil, "proposed", "2025-09")
    factories.partnership("hidden", published=False)


def test_every_choice_says_how_many_there_would_be(client, three):
    assert counts(client, "status") == {"signed": 2, "proposed": 1}
    assert counts(client, "safe_status") == {
        "not_needed": 1,
        "eligible": 1,
        "not_eligible": 1,
    }
    assert counts(client, "affiliation") == {"nato_ally": 1, "eea_efta": 1}
    assert counts(client, "area") == {"area-1": 2, "area-2": 1}
    assert "Signed 2" in page(client, LIST).text


def test_list_links_files_of_what_it_shows(client, three):
    query = "?status=signed&q=&page=1&order=-name&colour=red"
    links = page(client, LIST + query).links
    for ending in ("csv", "xlsx", "json"):
        assert f"/data/partnerships.{ending}?status=signed&order=-name" in links
    file = "/data/partnerships.json?status=signed&order=-name"
    rows = json.loads(client.get(file).getvalue())["rows"]
    assert [row["slug"] for row in rows] == ["norway", "japan"]
    wrong = page(client, f"{LIST}?status=married", status=400)
    assert not [link for link in wrong.links if "/data/partnerships" in link]


def test_counts_of_a_filter_leave_its_own_choice_out(client, three):
    query = {"status": "signed", "region": "indo_pacific"}
    assert counts(client, "status", query) == {"signed": 1}
    assert counts(client, "region", query) == {"western_europe": 1, "indo_pacific": 1}
    assert counts(client, "area", query) == {"area-1": 1}


def test_count_of_an_area_is_what_would_remain_with_it_too(client, three):
    assert counts(client, "area", {"area": "area-2"}) == {"area-1": 1, "area-2": 1}


def test_counts_are_those_of_the_day(client, three):
    day = {"as_of": "2024-10-31"}
    assert counts(client, "status", day) == {"signed": 1, "not_recorded": 2}


# Filters, order, pages


@pytest.fixture
def various():
    """Norway (signed 2024, EEA-EFTA), Japan (signed, two areas), Brazil, India."""
    areas = [factories.area(n) for n in (1, 2)]
    norway = factories.partnership()
    signed = factories.milestone(norway)
    factories.affiliation(norway.partner, "eea_efta", since="1994-01-01")
    factories.coverage(norway, areas[0])
    factories.claim(signed, "2024-06-03")
    asian = factories.partner("japan", region=Region.INDO_PACIFIC)
    japan = factories.partnership(of=asian)
    date = factories.milestone(japan, date="2024-11-01", ruling="The text says so.")
    factories.claim(date, "2024-11-02")
    for area in areas:
        factories.coverage(japan, area)
    brazil = factories.partnership("brazil")
    factories.milestone(brazil, MilestoneKind.PROPOSED, "2025-09")
    india = factories.partnership("india")
    factories.milestone(india, date="2026-01-27")
    factories.milestone(india, MilestoneKind.REQUESTED, "2026-02", track=Track.SAFE)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["brazil", "india", "japan", "norway"]),
        ({"q": "NORW"}, ["norway"]),
        ({"q": "norway india"}, []),
        ({"status": "proposed"}, ["brazil"]),
        ({"status": ["proposed", "signed"]}, ["brazil", "india", "japan", "norway"]),
        ({"safe_status": "requested"}, ["india"]),
        ({"safe_status": "not_needed"}, ["norway"]),
        ({"region": "indo_pacific"}, ["japan"]),
        ({"affiliation": "eea_efta"}, ["norway"]),
        ({"area": "area-1"}, ["japan", "norway"]),
        ({"area": ["area-1", "area-2"]}, ["japan"]),
        ({"signed_after": "2024-11-01"}, ["india", "japan"]),
        ({"signed_before": "2024-11-01"}, ["japan", "norway"]),
        ({"disagreement": "open"}, ["norway"]),
        ({"disagreement": "ruled"}, ["japan"]),
        ({"order": "-name"}, ["norway", "japan", "india", "brazil"]),
        ({"order": "-signed_on"}, ["india", "japan", "norway", "brazil"]),
        ({"order": "status"}, ["brazil", "india", "japan", "norway"]),
    ],
)
def test_list_filters_and_orders(client, various, query, expected):
    assert names(client, query) == expected


def test_each_active_filter_has_a_link_that_drops_it(client, various):
    query = {"area": ["area-1", "area-2"], "region": "indo_pacific", "page": "1"}
    found = page(client, LIST, query)
    assert "Region: Indo-Pacific" in found.text
    assert "?area=area-1&area=area-2" in found.links
    assert "?area=area-2&region=indo_pacific" in found.links


def test_empty_result_says_so_and_offers_to_drop_filters(client, various):
    found = page(client, LIST, {"q": "atlantis"})
    assert "0 partners" in found.text
    assert "No partner fits all of this. Drop the filters" in found.text


def test_nothing_on_record_blames_no_filter(client, various):
    text = page(client, LIST, {"known_on": "2020-01-01"}).text
    assert "0 partners" in text
    assert "No partner is on record." in text
    assert "Drop the filters" not in text


def test_pages_keep_the_query(client):
    for number in range(26):
        factories.partnership(f"partner-{number:02}")
    found = page(client, LIST, {"q": "partner", "page": "2"})
    assert "26 partners" in found.text
    assert "Page 2 of 2" in found.text
    assert "?q=partner&page=1" in found.links


# Search


@pytest.fixture
def found_by_facts():
    norway = factories.partnership("norway")
    area = factories.area(1, name="Maritime security")
    factories.coverage(norway, area)
    made = factories.milestone(
        norway, place="Besançon", reference="Council Decision (EU) 2026/444"
    )
    factories.claim(made, "2024-05-28")
    japan = factories.partnership("japan")
    factories.coverage(japan, area, CoverageValue.NOT_INCLUDED)
    draft = factories.partnership("hidden", published=False)
    factories.milestone(draft, place="Besançon")


FOUND = ["maritime", "MARITIME norway", "2026/444", "besancon", "Besançon maritime"]
FOUND += ["parliamentary research", "eprs-2026-03", "eprs 2026–03", "signed"]
FOUND += ["Maritime–security"]


@pytest.mark.parametrize("words", FOUND)
def test_search_finds_areas_milestones_and_sources(client, found_by_facts, words):
    assert names(client, {"q": words}) == ["norway"]


@pytest.mark.parametrize("words", ["maritime japan", "2026/445", "besancon japan"])
def test_search_finds_nothing_where_a_word_is_missing(client, found_by_facts, words):
    assert names(client, {"q": words}) == []


def test_search_knows_no_milestone_that_is_yet_to_come(client, found_by_facts):
    assert names(client, {"q": "besancon", "as_of": "2024-05-27"}) == []
    assert names(client, {"q": "besancon", "as_of": "2024-05-28"}) == ["norway"]


# What is wrong, what is empty, how it is ordered


def test_days_the_wrong_way_round_are_an_error_in_the_same_words(client, three):
    query = {"signed_after": "2025-01-02", "signed_before": "2025-01-01"}
    sentence = "This day is before the other, 2025-01-02."
    assert sentence in page(client, LIST, query, status=400).text
    answer = client.get(API, query)
    assert answer.status_code == 400
    assert answer.json()["errors"] == {"signed_before": [sentence]}


def test_wrong_value_is_an_error_in_the_same_words(client, three):
    one_letter = "status safe_status region affiliation area signed_after signed_before"
    one_letter += " disagreement as_of known_on order"
    for name, value in {
        **dict.fromkeys(one_letter.split(), "x"),
        "q": "x" * 201,
    }.items():
        (sentence,) = client.get(API, {name: value}).json()["errors"][name]
        assert sentence in page(client, LIST, {name: value}, status=400).text, name


def test_empty_list_says_which_filter_to_drop(client, three):
    query = {"status": "proposed", "region": "indo_pacific", "order": "status"}
    found = page(client, LIST, query)
    assert "Signed 1" in found.text
    assert "Ended 0" in found.text
    assert "Without “Status” : 1 partner" in found.text
    assert "Without “Region” : 1 partner" in found.text
    assert "?region=indo_pacific&order=status" in found.links
    assert "Order”" not in found.text


def test_list_of_what_is_signed_leads_to_what_is_signed_and_in_safe(client, db):
    factories.milestone(factories.partnership("norway"))
    canada = factories.partnership("canada")
    factories.milestone(canada)
    words = "One more is signed and takes part in SAFE: it is listed under"
    assert words not in page(client, LIST, {"status": "signed"}).text
    factories.milestone(canada, "signed", "2025-06-01", track="safe")
    factories.milestone(canada, "provisionally_applied", "2025-07-01", track="safe")
    found = page(client, LIST, {"status": "signed", "q": "a", "page": "1"})
    assert "1 partner" in found.text and words in found.text
    assert "?status=signed&status=safe_associated&q=a" in found.links
    for query in ({}, {"status": ["signed", "safe_associated"]}, {"status": "ended"}):
        assert words not in page(client, LIST, query).text
    assert words not in page(client, LIST, {"status": "signed", "q": "norway"}).text


def test_those_that_may_match_are_named_and_linked(client, db):
    for slug, day in [("norway", "2025-06/2025-09"), ("japan", "../2025-12")]:
        record = factories.partnership(slug)
        factories.milestone(record, "negotiations_opened", day)
    query = {"as_of": "2025-07-01", "status": "negotiating"}
    named = "May match, their days are not certain: Japan , Norway ."
    found = page(client, LIST, query)
    assert "0 partners; 2 more may match" in found.text
    assert "No partner is certain to fit all of this." in found.text
    assert named in found.text
    for slug in ("japan", "norway"):
        assert f"/partnerships/{slug}/?as_of=2025-07-01" in found.links
    factories.milestone(factories.partnership("india"), "negotiations_opened", "2025")
    found = page(client, LIST, query | {"as_of": "2026-01-01"})
    assert "3 partners" in found.text and "May match" not in found.text
    found = page(client, LIST, query | {"as_of": "2025-12-30"})
    assert "1 partner; 2 more may match" in found.text


def test_those_that_may_match_are_named_up_to_a_number(client, db, monkeypatch):
    monkeypatch.setattr("partnerships.pages.partnership_list.MOST_NAMED", 1)
    for slug in ("norway", "japan", "india"):
        record = factories.partnership(slug)
        factories.milestone(record, "negotiations_opened", "2025-06/2025-09")
    query = {"as_of": "2025-07-01", "status": "negotiating"}
    assert "India , and 2 more." in page(client, LIST, query).text


def test_day_of_checking_that_all_rows_share_is_said_once(client, db):
    for slug in ("norway", "japan"):
        factories.check(factories.partnership(slug), "2026-02-28")
    words = "hecked through 28 February 2026"
    assert page(client, LIST).text.count(words) == 1
    factories.check(factories.partnership("india"), "2026-03-31")
    text = page(client, LIST).text
    assert text.count(words) == 3
    assert text.count("Checked through 31 March 2026") == 1


def test_links_order_the_list_one_way_and_the_other(client, three):
    links = page(client, LIST, {"region": "western_europe", "page": "1"}).links
    for order in ("-signed_on", "-changed", "-status", "-name"):
        assert f"?region=western_europe&order={order}" in links
    found = page(client, LIST, {"order": "-signed_on"})
    assert "?order=signed_on" in found.links
    assert "?order=name" in found.links


# Names


@pytest.fixture
def accented():
    """Partners whose names sort apart from their letters on one database or another."""
    for slug, name in NAMES.items():
        factories.partnership(of=factories.partner(slug, name=name))


NAMES = {
    "zambia": "Zambia",
    "turkiye": "Türkiye",
    "aland": "Åland",
    "togo": "Togo",
    "cote": "Côte d’Ivoire",
    "cuba": "Cuba",
    "nigeria": "Nigeria",
    "niger": "Niger",
    "albania": "Albania",
    "iles": "île Verte",
    "uk": "United Kingdom",
}
BY_NAME = ["aland", "albania", "cote", "cuba", "iles", "niger", "nigeria", "togo"]
BY_NAME += ["turkiye", "uk", "zambia"]


def test_names_sort_by_their_letters_whatever_the_accents(client, accented):
    assert names(client, {}) == BY_NAME
    assert names(client, {"order": "-name"}) == BY_NAME[::-1]
    assert names(client, {"order": "-signed_on"}) == BY_NAME
    partners = client.get("/api/v1/partners/").json()["results"]
    assert [row["slug"] for row in partners] == BY_NAME


@pytest.mark.parametrize("path", ["/", "/matrix/", "/compare/"])
def test_names_sort_alike_on_every_page(client, accented, path):
    shown = page(client, path).text
    places = [shown.rindex(NAMES[slug]) for slug in BY_NAME]
    assert places == sorted(places)


def test_names_as_they_were_known_sort_alike(client, accented):
    tomorrow = timezone.now() + timedelta(1)
    known_on = timezone.localdate().isoformat()
    with time_machine.travel(tomorrow):
        assert names(client, {"known_on": known_on}) == BY_NAME


# Lines


def test_line_can_be_quoted(client, three):
    text = page(client, LIST).text
    sentence = "signed its Security and Defence Partnership with the EU on"
    assert f"Norway {sentence} 28 May 2024." in text
    assert f"Japan {sentence} 1 November 2024." in text
    assert "There was a proposal for a Security and Defence Partnership" in text


def test_line_of_a_partner_without_a_step_tells_what_was_said(client, db):
    record = factories.partnership("india")
    assert (
        "No step towards a partnership with India is known." in page(client, LIST).text
    )
    said = {"description": "leaders speak of a partnership"}
    factories.milestone(record, "statement", "2025-02-01", **said)
    text = page(client, LIST).text
    assert "India: leaders speak of a partnership, 1 February 2025." in text
    assert "No further step towards a partnership with India is known." in text
    text = page(client, LIST, {"as_of": "2025-01-01"}).text
    assert (
        "By 1 January 2025 no step towards a partnership with India was known." in text
    )


def test_line_tells_the_last_change_by_the_day_and_leads_to_it(client, three):
    norway = Coverage.objects.filter(area__number=2).get().partnership
    later = factories.milestone(norway, "dialogue_held", "2025-03-04")
    found = page(client, LIST)
    assert "4 March 2025: dialogue" in found.text
    assert f"/partnerships/norway/#milestone-{later.pk}" in found.links
    found = page(client, LIST, {"as_of": "2025-03-03"})
    assert "dialogue" not in found.text


def test_list_orders_by_the_last_change(client, three):
    assert names(client, {"order": "-changed"}) == ["brazil", "japan", "norway"]
    assert names(client, {"order": "changed"}) == ["norway", "japan", "brazil"]
    india = factories.partnership("india")
    day = {"as_of": "2024-12-31"}
    assert names(client, day | {"order": "-changed"}) == [
        *("japan", "norway", "brazil", "india")
    ]
    rejected = {"certainty": "rejected"}
    factories.milestone(india, "reviewed", "2025-12-01", **rejected)
    assert names(client, {"order": "changed"})[-1] == "india"


def test_line_says_how_many_sources_there_are_to_compare(client, db):
    record = factories.partnership("norway")
    signed = factories.milestone(record, ruling="The text says so.")
    assert "No source recorded" in page(client, LIST).text
    factories.claim(signed, "2024-05-28")
    assert "One source: nothing to compare" in page(client, LIST).text
    other = factories.source("another")
    factories.claim(signed, "2024-05", by=other)
    assert "2 sources; no fact disputed" in page(client, LIST).text
    factories.claim(signed, "2024-06-01", by=factories.source("third"))
    found = page(client, LIST)
    assert "3 sources; 1 fact disputed, ruled on" in found.text
    assert "/disagreements/?partnership=norway" in found.links
    engagement = factories.engagement(record)
    factories.claim(engagement, "no", by=other)
    text = page(client, LIST).text
    assert "3 sources; 2 facts disputed, 1 without a ruling" in text


def test_line_says_whose_count_of_areas_is_whose(client, three):
    norway = Coverage.objects.filter(area__number=2).get().partnership
    factories.edit(norway, stated_areas=13)
    text = page(client, LIST).text
    assert "2 of our 2 areas (13 by its source’s own count)" in text
    assert "Areas not assessed" in text


class Focus(HTMLParser):
    """What the tabulator key reaches in the content, but for what is folded away."""

    def __init__(self, html):
        super().__init__()
        self.folded, self.stops = [], []
        self.feed(html[html.index("<main") :])

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "details":
            self.folded.append("open" not in attrs)
        is_folded = any(self.folded[: len(self.folded) - (tag == "summary")])
        reached = tag in ("a", "button", "select", "summary", "input")
        if reached and attrs.get("type") != "hidden" and not is_folded:
            self.stops.append(attrs)

    def handle_endtag(self, tag):
        if tag == "details":
            self.folded.pop()


@pytest.mark.parametrize("query", [{}, {"status": "signed", "region": "indo_pacific"}])
def test_first_line_is_within_ten_stops(client, three, query):
    stops = Focus(client.get(LIST, query).content.decode()).stops
    first = next(n for n, stop in enumerate(stops) if stop.get("name") == "p")
    assert first < 10


def test_lines_are_ticked_to_be_compared_on_the_day_of_the_page(client, three):
    html = client.get(LIST, {"as_of": "2025-12-31"}).content.decode()
    form = html[html.index('<form action="/compare/"') :].partition("</form>")[0]
    for slug in ("norway", "japan", "brazil"):
        assert f'name="p" value="{slug}"' in " ".join(form.split())
    assert 'name="as_of" value="2025-12-31"' in " ".join(form.split())
    assert "Compare Norway" in page(client, LIST).text


def test_choices_that_find_nothing_are_behind_all(client, three):
    text = page(client, LIST).text
    assert "Proposed 1 Signed 2 All 9 Nothing recorded 0" in text


def test_filters_keep_the_days_and_the_order(client, three):
    query = {"as_of": "2025-12-31", "order": "-changed"}
    html = " ".join(client.get(LIST, query).content.decode().split())
    form = html[html.index('aria-label="Filter the list"') :].partition("</form>")[0]
    assert '<input type="hidden" name="as_of" value="2025-12-31">' in form
    assert '<input type="hidden" name="order" value="-changed">' in form


def test_wrong_choice_is_told_by_labels(client, three):
    text = page(client, LIST, {"status": "bogus"}, status=400).text
    assert "“Bogus” is no status. Choose Nothing recorded, Proposed, " in text
    text = page(client, LIST, {"order": "x", "region": "moon"}, status=400).text
    assert "“X” is no order. Choose Name, Name, from Z to A, " in text
    assert "“Moon” is no region. Choose Western Balkans, " in text


# Against a plain reading

DAY = st.dates(date(2023, 1, 1), date(2026, 1, 1))
ROWS = rows_at_random.map(sorted_along_the_table).filter(
    lambda rows: all(plain_orders(steps_of(rows, track)) for track in Track)
)
RECORDS = st.lists(
    st.tuples(
        ROWS,
        ties_at_random,
        st.sampled_from(Region.values[:2]),
        st.sets(st.sampled_from([0, 1])),
    ),
    min_size=4,
    max_size=4,
)
QUERIES = st.fixed_dictionaries(
    {},
    optional={
        "status": st.lists(st.sampled_from(["signed", "negotiating"]), min_size=1),
        "safe_status": st.lists(st.sampled_from(["eligible", "requested"]), min_size=1),
        "region": st.lists(st.sampled_from(Region.values[:2]), min_size=1),
        "affiliation": st.lists(st.sampled_from(AffiliationKind.values), min_size=1),
        "area": st.lists(st.sampled_from(["area-1", "area-2"]), min_size=1),
    },
)


@pytest.fixture
def four():
    areas = [factories.area(1), factories.area(2)]
    return [factories.partnership(f"p{n}") for n in range(4)], areas


def store(four, records):
    partnerships, areas = four
    fill(partnerships, [(rows, ties) for rows, ties, *_ in records])
    for partnership, (*_, region, covered) in zip(partnerships, records, strict=True):
        Coverage.objects.bulk_create(
            Coverage(partnership=partnership, area=areas[n], value="included")
            for n in covered
        )
        factories.edit(partnership.partner, region=region)


def plain_values(record, on):
    """The values that one record has in each filter, certainly and perhaps."""
    rows, ties, region, covered = record
    _, (safe, safe_may), (status, may) = plain_answers(rows, ties, "", on)
    assume(len(safe) == len(status) == 1)
    held = [tie for tie in ties if (tie.since or on) <= on < (tie.until or date.max)]
    same = {"region": {region}, "area": {f"area-{n + 1}" for n in covered}}
    certain = {tie.kind for tie in held if tie.since}
    return (
        {"status": status, "safe_status": safe, "affiliation": certain, **same},
        {
            "status": may | status,
            "safe_status": safe_may | safe,
            "affiliation": {tie.kind for tie in held},
            **same,
        },
    )


def fits(values, query, without=None):
    return all(
        set(wanted) <= values[name] if name == "area" else values[name] & set(wanted)
        for name, wanted in query.items()
        if name != without
    )


@pytest.mark.slow("asks it of records at random")
@settings(on_the_database, max_examples=tries(12))
@given(RECORDS, QUERIES, DAY)
def test_list_counts_and_api_agree_with_a_plain_reading(
    client, four, records, query, on
):
    plain, perhaps = zip(*(plain_values(record, on) for record in records), strict=True)
    with undone():
        store(four, records)
        dated = query | {"as_of": on.isoformat()}
        found = [f"p{n}" for n, values in enumerate(plain) if fits(values, query)]
        assert names(client, dated) == found
        may_match = sum(fits(values, query) for values in perhaps) - len(found)
        assert client.get(API, dated).json()["may_match"] == may_match
        for name in ("status", "safe_status", "region", "affiliation", "area"):
            without = None if name == "area" else name
            expected = Counter(
                value
                for values in plain
                if fits(values, query, without)
                for value in values[name]
            )
            assert counts(client, name, dated) == expected


# Queries


@pytest.mark.parametrize(
    ("query", "number"), [({}, 17), ({"status": "signed", "area": "area-1"}, 19)]
)
def test_list_without_an_edition_is_few_queries_with_all_counts(
    client, three, django_assert_num_queries, query, number
):
    with django_assert_num_queries(number):
        client.get(LIST, query)
