"""``known_on``: what this tracker said at the end of a day, on its pages and in its API."""

from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models import Model, ProtectedError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partnerships.choices import MilestoneKind
from partnerships.errors import PublishedRecord
from partnerships.ledger import past, sealing
from partnerships.models import (
    Affiliation,
    Area,
    Claim,
    Coverage,
    Engagement,
    Milestone,
    Partner,
    Partnership,
    Question,
    Source,
)
from tests import factories
from tests.html import page

pytestmark = pytest.mark.django_db

LIST, DETAIL = "/partnerships/", "/partnerships/norway/"
PAGES = ["/", LIST, DETAIL]
API = "/api/v1/partnerships/"
STATISTICS = "/api/v1/statistics/"
ANSWERS = [API, f"{API}norway/", STATISTICS]
MARCH, APRIL = date(2026, 3, 31), date(2026, 4, 30)
NOON, FIRST, LAST = time(12), time(), time(23, 59, 59, 999_999)
INVALID = "Write the day as year-month-day, as in 2026-03-31."


@contextmanager
def on(day, at=NOON):
    """Everything inside happens at that moment, UTC; then it is sealed."""
    with time_machine.travel(datetime.combine(day, at, UTC), tick=False):
        yield
        sealing.seal()


def change(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def slugs(client, **query):
    answer = client.get(API, query)
    assert answer.status_code == 200, answer.json()
    return [row["slug"] for row in answer.json()["results"]]


def names(client, **query):
    """The partners that the list's page shows."""
    response = client.get(LIST, query)
    assert response.status_code == 200
    return [row.partner.slug for row in response.context["page"]]


def rename(row, to):
    """Give each text of the record, save for choices and keys, another word."""
    texts = {
        Partner: ["name", "official_name"],
        Partnership: ["title", "summary", "review_clause"],
        Milestone: ["place", "signatories", "reference", "note", "ruling"],
        Area: ["name"],
        Coverage: ["ruling"],
        Engagement: ["title", "note", "ruling"],
        Affiliation: ["note", "ruling"],
        Source: ["publisher", "title", "authors"],
        Claim: ["wording", "locator"],
    }
    model = type(row)._meta.model_name
    change(row, **{name: f"{to} {model} {name}" for name in texts[type(row)]})


@pytest.fixture
def renamed():
    """Norway, every text of which was another until the end of March."""
    with on(MARCH):
        norway = factories.partnership()
        signed = factories.milestone(norway)
        tie = factories.engagement(norway)
        standing = factories.affiliation(norway.partner, "nato_ally")
        cell = factories.coverage(norway, factories.area())
        claims = [factories.claim(signed, "2024-06"), factories.claim(tie, "no")]
        claims.append(factories.claim(standing, "no", by=claims[0].source))
        claims.append(factories.claim(cell, "not_included", by=claims[0].source))
        rows = [norway, norway.partner, signed, tie, standing, cell, cell.area]
        rows += [*claims, claims[0].source]
        for row in rows:
            rename(row, "Former")
    with on(APRIL):
        for row in rows:
            rename(row, "Present")
    return norway


@pytest.fixture
def moved(renamed):
    """The same, and everything that lists go by was another in April."""
    with on(APRIL):
        change(renamed.partner, region="africa")
        change(Affiliation.objects.get(), kind="eea_efta")
        change(Coverage.objects.get(), value="already_exists")
        change(Milestone.objects.get(), kind=MilestoneKind.PROPOSED, ruling="")
        change(factories.partnership("albania"), title="Former title")
    return renamed


# What was known, and when


def test_correction_is_known_from_its_day_on(client):
    with on(MARCH):
        made = factories.milestone(factories.partnership(), date="2024-05-28")
    with on(APRIL):
        change(made, date="2024-05-29")
    for day, signed in [
        (MARCH, "2024-05-28"),
        (APRIL - timedelta(1), "2024-05-28"),
        (APRIL, "2024-05-29"),
    ]:
        assert client.get(API, {"known_on": day}).json()["results"][0]["signed_on"] == (
            signed
        )


def test_correction_is_known_on_the_page_from_its_day_on(client):
    with on(MARCH):
        made = factories.milestone(factories.partnership(), date="2024-05-28")
    with on(APRIL):
        change(made, date="2024-05-29")
    for path in PAGES:
        before = page(client, path, {"known_on": MARCH}).text
        after = page(client, path, {"known_on": APRIL}).text
        after = after.partition("one line for each operation")[0]  # the log keeps both
        assert "28 May 2024" in before and "29 May 2024" not in before
        assert "29 May 2024" in after and "28 May 2024" not in after


def test_day_ends_at_midnight_utc(client):
    with on(MARCH, FIRST):
        factories.partnership("first")
    with on(MARCH, LAST):
        factories.partnership("last")
    with on(MARCH + timedelta(1), FIRST):
        factories.partnership("next")
    assert slugs(client, known_on=MARCH - timedelta(1)) == []
    assert slugs(client, known_on=MARCH) == ["first", "last"]
    assert slugs(client, known_on=MARCH + timedelta(1)) == ["first", "last", "next"]


def test_last_of_two_changes_at_one_moment_is_what_was_known(client):
    with on(MARCH, LAST):
        norway = factories.partnership(title="One")
        change(norway, title="Two")
        change(norway, title="Three")
    assert client.get(API, {"known_on": MARCH}).json()["results"][0]["title"] == "Three"


@pytest.fixture
def gone():
    """Norway, signed, was unpublished, and Japan deleted, since the end of March."""
    with on(MARCH):
        for slug in ("japan", "norway"):
            record = factories.partnership(slug)
            factories.claim(factories.milestone(record), "2024-06")
    with on(APRIL):
        for record in Partnership.objects.all():
            change(record, is_published=False)
        Partnership.objects.get(partner__slug="japan").delete()
        Partner.objects.get(slug="japan").delete()


@pytest.mark.parametrize("slug", ["japan", "norway"])
def test_what_was_deleted_or_unpublished_since_is_there_as_it_was(client, gone, slug):
    query = {"known_on": MARCH}
    assert client.get(f"{API}{slug}/", query).json()["signed_on"] == "2024-05-28"
    assert slugs(client, **query) == names(client, **query) == ["japan", "norway"]
    text = page(client, f"/partnerships/{slug}/", query).text
    assert "The partnership is signed." in text
    assert slug.title() in page(client, "/", query).text
    assert client.get(STATISTICS, query).json()["signed_total"] == 2


@pytest.mark.parametrize("slug", ["japan", "norway"])
@pytest.mark.parametrize("query", [{}, {"known_on": APRIL}])
def test_what_was_deleted_or_unpublished_is_gone_from_then_on(
    client, gone, slug, query
):
    assert slugs(client, **query) == names(client, **query) == []
    assert client.get(f"{API}{slug}/", query).status_code == 404
    assert slug.title() not in page(client, "/", query).text
    page(client, f"/partnerships/{slug}/", query, status=404)


def test_part_of_a_record_that_was_deleted_is_known_until_then(client, renamed):
    with on(APRIL + timedelta(1)):
        for model in (Claim, Milestone, Coverage, Engagement, Affiliation):
            model.objects.all().delete()
    for known, count in [(MARCH, 1), (APRIL, 1), (APRIL + timedelta(1), 0)]:
        record = client.get(f"{API}norway/", {"known_on": known}).json()
        for part in ("milestones", "engagements", "affiliations"):
            assert len(record[part]) == count, (known, part)
        assert record["areas_included"] == count
        text = page(client, DETAIL, {"known_on": known}).text
        assert ("engagement title" in text) == (count == 1)


def test_draft_of_that_day_is_not_shown_though_published_since(client):
    with on(MARCH):
        record = factories.partnership(published=False)
        factories.claim(factories.milestone(record), "2024-06")
    with on(APRIL):
        change(record, is_published=True)
    query = {"known_on": MARCH}
    assert slugs(client, **query) == names(client, **query, q="norway") == []
    assert "Norway" not in page(client, "/", query).text
    page(client, DETAIL, query, status=404)
    assert client.get(f"{API}norway/", query).status_code == 404
    counted = client.get(STATISTICS, query).json()
    assert counted["partnerships"] == counted["open_disagreements"] == 0
    assert slugs(client, known_on=APRIL) == ["norway"]


def test_known_today_is_known_now(client, renamed):
    today = {"known_on": timezone.localdate()}
    for path in ANSWERS:
        assert client.get(path, today).json() == client.get(path).json()
    factories.partnership("japan")
    assert slugs(client, **today) == names(client, **today) == ["japan", "norway"]


@pytest.mark.parametrize(("known", "edition"), [(MARCH, 24), (APRIL, 36), (None, 36)])
def test_statistics_say_which_day_and_edition_they_are_of(
    client, renamed, known, edition
):
    counted = client.get(STATISTICS, {"known_on": known} if known else {}).json()
    assert counted["known_on"] == str(known or timezone.localdate())
    assert counted["as_of"] == str(timezone.localdate())
    assert counted["edition"] == edition


def test_nothing_was_known_before_the_first_record(client, renamed):
    query = {"known_on": MARCH - timedelta(1)}
    assert slugs(client, **query) == names(client, **query) == []
    assert client.get(f"{API}norway/", query).status_code == 404
    page(client, DETAIL, query, status=404)
    assert "No partnership is recorded yet." in page(client, "/", query).text
    counted = client.get(STATISTICS, query).json()
    assert {*counted["by_status"].values()} == {0}
    assert counted["partnerships"] == counted["edition"] == 0
    assert counted["open_disagreements"] == counted["signed_total"] == 0


def test_both_clocks_combine(client):
    with on(MARCH):
        record = factories.partnership()
        made = factories.milestone(record, MilestoneKind.PROPOSED, "2023-01-10")
    with on(APRIL):
        change(made, date="2023-02-10")
    query = {"as_of": "2023-01-31"}
    assert slugs(client, **query, known_on=MARCH, status="proposed") == ["norway"]
    assert slugs(client, **query, known_on=APRIL, status="proposed") == []
    text = page(client, DETAIL, query | {"known_on": MARCH}).text
    assert "A partnership has been proposed." in text


# Wrong days


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("yesterday", INVALID),
        ("2025-02-30", INVALID),
        ("31/12/2025", INVALID),
        ("2999-12-31", "This day is yet to come"),
    ],
)
def test_wrong_day_gets_400_and_a_sentence(client, renamed, path, day, sentence):
    found = page(client, path, {"known_on": day}, status=400)
    assert found.text.count(sentence) == 1


@pytest.mark.parametrize("path", PAGES)
def test_tomorrow_is_yet_to_come(client, renamed, path):
    tomorrow = timezone.localdate() + timedelta(1)
    found = page(client, path, {"known_on": tomorrow}, status=400)
    assert "This day is yet to come" in found.text
    assert "As known on" not in found.text


@pytest.mark.parametrize("path", ANSWERS)
@pytest.mark.parametrize("day", ["yesterday", "2025-02-30", "2999-12-31", "\x00"])
def test_wrong_day_is_refused_by_name_in_api(client, renamed, path, day):
    answer = client.get(path, {"known_on": day})
    assert answer.status_code == 400
    (sentence,) = answer.json()["errors"]["known_on"]
    assert sentence.endswith(".")


@pytest.mark.parametrize("path", [*PAGES, *ANSWERS])
@pytest.mark.parametrize("day", ["0001-01-01", "1970-01-01", "9999-12-31"])
def test_first_and_last_day_of_the_calendar_break_nothing(client, renamed, path, day):
    assert client.get(path, {"known_on": day}).status_code in {200, 400, 404}


# Names and labels


@pytest.mark.parametrize("path", [*PAGES, *ANSWERS])
def test_nothing_of_the_present_shows_in_the_past(client, renamed, path):
    html = client.get(path, {"known_on": MARCH}).content.decode()
    assert "Present" not in html
    assert path == STATISTICS or "Former" in html


@pytest.mark.parametrize("path", [*PAGES, *ANSWERS])
def test_nothing_of_the_past_shows_in_the_present(client, renamed, path):
    html = client.get(path).content.decode()
    assert "Former" not in html
    assert path == STATISTICS or "Present" in html


def test_record_of_the_past_shows_areas_ties_and_sources_as_they_were(client, renamed):
    text = page(client, DETAIL, {"known_on": MARCH}).text
    for words in (
        "Former partner name",
        "Former partnership title",
        "Former area name",
        "Former engagement title",
        "Former milestone place",
        "Former source publisher",
        "Former source title",
        "Former claim wording",
        "Former affiliation note",
        "Former coverage ruling",
    ):
        assert words in text


def test_list_of_the_past_offers_the_areas_of_then(client, renamed):
    with on(APRIL):
        factories.area(2, name="Present area two")
    text = page(client, LIST, {"known_on": MARCH}).text
    assert "Former area name" in text and "Present area two" not in text
    unknown = {"known_on": MARCH, "area": "area-2"}
    assert client.get(API, unknown).status_code == 400
    assert slugs(client, known_on=APRIL, area="area-2") == []


@pytest.mark.parametrize(
    ("query", "then", "since"),
    [
        ({"q": "former"}, ["norway"], ["albania"]),
        ({"q": "present"}, [], ["norway"]),
        ({"status": "signed"}, ["norway"], []),
        ({"status": "proposed"}, [], ["norway"]),
        ({"safe_status": "eligible"}, ["norway"], []),
        ({"safe_status": "not_needed"}, [], ["norway"]),
        ({"region": "western_europe"}, ["norway"], ["albania"]),
        ({"affiliation": "nato_ally"}, ["norway"], []),
        ({"affiliation": "eea_efta"}, [], ["norway"]),
        ({"area": "area-1"}, ["norway"], []),
        ({"signed_after": "2024-01-01"}, ["norway"], []),
        ({"signed_before": "2024-12-31"}, ["norway"], []),
        ({"disagreement": "open"}, [], ["norway"]),
        ({"disagreement": "ruled"}, ["norway"], ["norway"]),
        ({"order": "-name"}, ["norway"], ["norway", "albania"]),
        ({"order": "status"}, ["norway"], ["albania", "norway"]),
    ],
)
def test_list_filters_and_orders_as_of_then(client, moved, query, then, since):
    assert slugs(client, known_on=MARCH, **query) == then
    assert names(client, known_on=MARCH, **query) == then
    assert slugs(client, **query) == slugs(client, known_on=APRIL, **query) == since


def test_disagreements_are_counted_as_of_then(client):
    with on(MARCH):
        made = factories.milestone(factories.partnership())
        factories.claim(made, "2024-06")
        factories.claim(factories.question(), "yes")
    with on(APRIL):
        change(made, ruling="The text says so.")
    for day, of_norway in [(MARCH, 1), (APRIL, 0)]:
        row = client.get(API, {"known_on": day}).json()["results"][0]
        assert row["open_disagreements"] == of_norway
        counted = client.get(STATISTICS, {"known_on": day}).json()
        assert counted["open_disagreements"] == of_norway + 1


def test_areas_common_to_all_are_counted_as_of_then(client, renamed):
    with on(APRIL):
        change(Coverage.objects.get(), value="not_included")
    common = "areas_common_to_all_signed"
    assert client.get(STATISTICS, {"known_on": MARCH}).json()[common] == [1]
    assert client.get(STATISTICS).json()[common] == []


# The page says so


@pytest.mark.parametrize("path", PAGES)
def test_page_of_the_past_says_so_and_offers_a_way_back(client, renamed, path):
    found = page(client, path, {"known_on": MARCH})
    assert "As known on 31 March 2026" in found.text
    assert "what this tracker said at the end of that day (UTC)" in found.text
    assert "Back to now" in found.text
    back = found.links[found.links.index("#content") :]
    assert "?" in back or "." in back or path in back


def test_way_back_keeps_the_filters(client, renamed):
    query = {"known_on": MARCH, "as_of": "2025-01-01", "q": "norway", "page": "1"}
    assert "?q=norway" in page(client, LIST, query).links


@pytest.mark.parametrize("path", PAGES)
def test_page_of_now_has_no_banner(client, renamed, path):
    text = page(client, path).text
    assert "Back to now" not in text and "As known on" not in text


@pytest.mark.parametrize("path", PAGES)
def test_page_offers_the_second_clock(client, renamed, path):
    for query in ({}, {"known_on": MARCH}):
        html = client.get(path, query).content.decode()
        assert 'name="known_on"' in html
    assert 'value="2026-03-31"' in html


@pytest.mark.parametrize("path", PAGES)
def test_links_keep_both_days(client, renamed, path):
    found = page(client, path, {"as_of": "2026-01-31", "known_on": MARCH})
    of_record = (f"{LIST}?", f"{DETAIL}?", "/?")
    kept = {link for link in found.links if link.startswith(of_record)}
    assert len(kept) >= 2
    assert all("as_of=2026-01-31" in link for link in kept)
    assert all("known_on=2026-03-31" in link for link in kept)
    internal = {link for link in found.links if link.startswith("/partnerships/")}
    log = f"{DETAIL}changes/"
    assert internal - kept <= {LIST, log, f"{log}?from=2026-04-01"}  # "Clear all", log


@pytest.mark.parametrize(
    ("path", "twin"),
    [("/", STATISTICS), (LIST, API), (DETAIL, f"{API}norway/")],
)
def test_json_twin_keeps_both_days(client, renamed, path, twin):
    found = page(client, path, {"as_of": "2026-01-31", "known_on": MARCH})
    (link,) = (link for link in found.links if link.startswith("/api/"))
    assert link == f"{twin}?as_of=2026-01-31&known_on=2026-03-31"
    assert client.get(link).status_code == 200


# Queries, and nothing but queries


def queries(client, path, **query):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path, query).status_code == 200
    return len(captured)


@pytest.mark.parametrize("path", [*PAGES, *ANSWERS])
def test_past_asks_as_many_queries_as_the_present(client, renamed, path):
    now, then = queries(client, path), queries(client, path, known_on=MARCH)
    assert now == then
    with on(APRIL + timedelta(1)):
        for number in range(20):
            for row in (renamed, renamed.partner, Claim.objects.first()):
                rename(row, f"Version {number}")
    assert queries(client, path, known_on=APRIL + timedelta(1)) == then
    assert queries(client, path, known_on=MARCH) == then


def saved():
    row = Partner.objects.get()
    row.name = "Changed"
    row.save()


WRITES = {
    "save": saved,
    "create": lambda: factories.area(2),
    "bulk_create": lambda: Area.objects.bulk_create([Area(number=9, slug="a9")]),
    "update": lambda: Partner.objects.update(region="africa"),
    "delete": lambda: Milestone.objects.get().delete(),
    "delete of many": lambda: Milestone.objects.all().delete(),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_past_cannot_be_written(renamed, write):
    before = sealing.head(), Milestone.history.count()
    with (
        pytest.raises((RuntimeError, DatabaseError)),
        transaction.atomic(),
        past.known_on(MARCH),
    ):
        write()
    assert Partner.objects.get().region == "western_europe"
    assert (sealing.head(), Milestone.history.count()) == before
    assert Milestone.objects.count() == Area.objects.count() == 1


def test_present_is_back_after_the_past(renamed):
    with past.known_on(MARCH):
        assert Partner.objects.get().name == "Former partner name"
    assert Partner.objects.get().name == "Present partner name"


def test_present_is_back_after_an_error_in_the_past(renamed):
    with pytest.raises(Partner.DoesNotExist), past.known_on(MARCH):
        Partner.objects.get(name="Present partner name")
    assert Partner.objects.get().name == "Present partner name"


# Whatever was edited: the past is what was answered then

START = date(2026, 2, 1)
REFUSED = (ValidationError, DatabaseError, ProtectedError, PublishedRecord)
KINDS = ["proposed", "negotiations_opened", "text_agreed", "signed", "statement"]
DATES = ["2023", "2024-05", "2025-01-31", "../2025-06-30", "2024-01-01/2024-03-31"]
VALUES = ["included", "not_included", "already_exists", "not_assessed"]
SAID = ["yes", "no", "2024-05", "2025-01-31", "included", "not_included", "17"]
DAY = date(2024, 5, 28)
QUERIES = [
    {},
    {"q": "name"},
    {"status": "signed"},
    {"disagreement": "open"},
    {"affiliation": "nato_ally"},
    {"area": "area-1"},
    {"order": "-status"},
    {"order": "-signed_on"},
]


def one(model, number):
    """One of its rows; a row must be there."""
    rows = list(model.objects.order_by("pk"))
    if not rows:
        raise ValidationError("There is none.")
    return rows[number % len(rows)]


def at(values, number):
    return values[number % len(values)]


def fact(number):
    kinds = [Milestone, Coverage, Engagement, Affiliation, Partnership, Question]
    return one(at(kinds, number), number // len(kinds))


CREATE = {
    Partnership: lambda n: factories.partnership(f"partner-{n}", published=n % 3 > 0),
    Milestone: lambda n: factories.milestone(
        one(Partnership, n), at(KINDS, n), at(DATES, n)
    ),
    Coverage: lambda n: factories.coverage(
        one(Partnership, n), one(Area, n // 2), at(VALUES, n)
    ),
    Engagement: lambda n: factories.engagement(one(Partnership, n), title=f"Tie {n}"),
    Affiliation: lambda n: factories.affiliation(
        one(Partner, n), at(["nato_ally", "eu_candidate", "eea_efta"], n)
    ),
    Claim: lambda n: factories.claim(fact(n), at(SAID, n), by=one(Source, n)),
    Source: lambda n: factories.source(f"source-{n}"),
    Area: lambda n: factories.area(n + 1),
    Partner: lambda n: factories.partner(f"partner-{n}"),
    Question: lambda n: factories.question(f"question-{n}"),
}
CHANGE = {
    Partnership: lambda n: {"is_published": n % 2 > 0, "stated_areas": n % 4 or None},
    Milestone: lambda n: {"date": at(DATES, n), "ruling": f"Ruled {n}" * (n % 2)},
    Coverage: lambda n: {"value": at(VALUES, n)},
    Engagement: lambda n: {"since": at([*DATES, None], n)},
    Affiliation: lambda n: {"until": at([*DATES, None], n)},
    Claim: lambda n: {"says": at(SAID, n), "wording": f"words {n}"},
    Source: lambda n: {"title": f"Title {n}"},
    Area: lambda n: {"name": f"Named {n}"},
    Partner: lambda n: {
        "name": f"Name {n}",
        "region": at(["africa", "north_america"], n),
    },
    Question: lambda n: {"answer": at(["yes", "no"], n)},
}


@st.composite
def edits(draw):
    """Some edits of one day, each as (moment, what is done, to which model, number)."""
    moments = st.times() | st.sampled_from([FIRST, LAST])
    made = st.tuples(
        moments,
        st.sampled_from(["create", "create", "change", "change", "change", "delete"]),
        st.sampled_from(list(CREATE)),
        st.integers(0, 40),
    )
    return sorted(draw(st.lists(made, min_size=2, max_size=6)), key=lambda e: e[0])


def make(done: str, model: type[Model], number: int):
    """Make one edit, unless the tracker refuses it."""
    try:
        with transaction.atomic():
            if done == "create":
                CREATE[model](number)
            elif done == "change":
                change(one(model, number // 3), **CHANGE[model](number))
            else:
                one(model, number).delete()
    except REFUSED:
        pass


def ask(client, questions, **query):
    """Status and JSON of the answer to each question, a path with its parameters."""
    answers = {
        (path, own): client.get(path, dict(own) | query) for path, own in questions
    }
    return {asked: (a.status_code, a.json()) for asked, a in answers.items()}


def questions(query):
    """The list, filtered, the statistics, and some records."""
    slugs = Partner.objects.values_list("slug", flat=True)[:4]
    records = [(f"{API}{slug}/", ()) for slug in slugs]
    return [(API, tuple(query.items())), (STATISTICS, ()), *records]


def begin():
    """Two records, so that there is something to edit."""
    factories.source(), factories.question(), factories.area()
    for number in range(2):
        record = factories.partnership(f"partner-{90 + number}")
        factories.claim(factories.milestone(record), "2024-06")
        factories.coverage(record, Area.objects.first())


@settings(
    max_examples=10,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(edits(), min_size=2, max_size=3), st.sampled_from(QUERIES))
def test_known_on_answers_what_was_answered_then(days, query):
    client, said = Client(), {}
    with transaction.atomic():
        with on(START, FIRST):
            begin()
        for number, edited in enumerate(days):
            today = START + timedelta(number)
            for moment, *edit in edited:
                with on(today, moment):
                    make(*edit)
            with on(today, LAST):
                asked = questions(query)
                for day in (today, DAY):
                    said[today, day] = ask(client, asked, as_of=day)
        for (known, day), answers in said.items():
            assert ask(client, answers, as_of=day, known_on=known) == answers
        transaction.set_rollback(True)
