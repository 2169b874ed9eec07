"""Whatever is asked, and whatever was pasted into the record: every public address
answers with a page, or says beside the field what is wrong."""

import html
import json

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import escape
from icalendar import Calendar

from partnerships import urls
from partnerships.api import urls as api_urls
from partnerships.choices import ChangeKind
from partnerships.filters.changes import ChangeFilter
from partnerships.filters.clock import ClockForm, DayField, KnownForm
from partnerships.filters.comparison import CompareForm, MatrixFilter
from partnerships.filters.milestones import MilestoneFilter
from partnerships.filters.partnerships import PartnershipFilter
from partnerships.filters.sources import DisagreementFilter, SourceForm
from partnerships.ledger import sealing
from partnerships.ledger.context import change
from tests import factories
from tests.html import Page

pytestmark = pytest.mark.filterwarnings("ignore:Invalid HTTP_HOST")

SCRIPT = "<script>alert(1)</script>"
PASTED = f"=HYPERLINK(1) {SCRIPT} '\"& {{{{ x }}}} %s \u202eאب 👩‍👩‍👧 ]]> \\"

ARGS = {
    "partnership-detail": ["norway"],
    "partnership-changes": ["norway"],
    "area-detail": ["area-1"],
    "source-detail": ["eprs-2026-03"],
    "change-detail": [1],
}
API_ARGS = {
    "partnership-detail": ["norway"],
    "partner-detail": ["norway"],
    "area-detail": ["area-1"],
    "milestone-detail": [1],  # until ``built`` knows better
    "source-detail": ["eprs-2026-03"],
    "change-detail": [1],
}
FILE_ARGS = {"export": ["milestones", "csv"], "data-package": [], "data-set": []}
#: Every public route by its name, with an address that answers.
PAGES = {
    p.name: reverse(p.name, args=ARGS.get(p.name))
    for p in urls.urlpatterns
    if p.name not in FILE_ARGS
}
FILES = {name: reverse(name, args=args) for name, args in FILE_ARGS.items()}
API = FILES | {
    f"api:{p.name}": reverse(f"api:{p.name}", args=API_ARGS.get(p.name))
    for p in api_urls.urlpatterns
    if p.name
}
ALL = PAGES | API
FEEDS = {"changes-atom", "milestones-atom", "milestones-ics"}
#: Routes that any origin may read, and that refuse parameters that they do not know.
OPEN = API.keys() | FEEDS

#: What each of them reads, and whether it has pages.
READ = {
    "home": (ClockForm, False),
    "partnership-list": (PartnershipFilter, True),
    "partnership-detail": (ClockForm, False),
    "partnership-changes": (ChangeFilter, True),
    "matrix": (MatrixFilter, False),
    "area-detail": (ClockForm, True),
    "compare": (CompareForm, False),
    "timeline": (MilestoneFilter, True),
    "source-list": (KnownForm, False),
    "source-detail": (SourceForm, True),
    "disagreement-list": (DisagreementFilter, True),
    "change-list": (ChangeFilter, True),
    "changes-atom": (ChangeFilter, False),
    "milestones-atom": (MilestoneFilter, False),
    "milestones-ics": (MilestoneFilter, False),
    "api:partnership-list": (PartnershipFilter, True),
    "api:partnership-detail": (ClockForm, False),
    "api:partner-list": (ClockForm, True),
    "api:partner-detail": (ClockForm, False),
    "api:area-list": (ClockForm, True),
    "api:area-detail": (ClockForm, False),
    "api:milestone-list": (MilestoneFilter, True),
    "api:milestone-detail": (ClockForm, False),
    "api:source-list": (KnownForm, True),
    "api:source-detail": (KnownForm, False),
    "api:disagreement-list": (DisagreementFilter, True),
    "api:matrix": (MatrixFilter, False),
    "api:change-list": (ChangeFilter, True),
    "api:statistics": (ClockForm, False),
}
READ_NOTHING = {"change-detail", "data", "about", "glossary", "accessibility"}
READ_NOTHING |= FILES.keys() | {
    "api:change-detail",
    "api:schema",
    "api:docs",
    "sitemap",
    "robots-txt",
    "security-txt",
    "healthz",
    "readyz",
}

LONG, NUL, NO_UTF8, HUGE = "x" * 60_000, "a\x00b", b"\xff\xfe\xed\xa0\x80", "9" * 5_000
NO_DAYS = ["-1", "2026-02-30", "0000-00-00", "99999-01-01", "9999-12-31"]
WRONG = {
    "text": [LONG, NUL],
    "choice": [LONG, NUL, NO_UTF8, HUGE, "-1", SCRIPT, "\u202e👩‍👩‍👧"],
    "day": [LONG, NUL, NO_UTF8, HUGE, SCRIPT, *NO_DAYS],
}
RIGHT = {
    "text": [
        NO_UTF8,
        "-1",
        SCRIPT,
        "=1+1",
        "\u202e👩‍👩‍👧",
        "\ufffe",
        "a " * 50,
        "%_\\'\";--",
    ],
    "choice": [""],
    "day": ["", "0001-01-01", "0999-12-31"],
}
NO_PAGES = [LONG, NUL, NO_UTF8, HUGE, SCRIPT, "0", "-1", "99999", "1.5", "1e3"]


def kind_of(asked):
    """What a parameter takes, by the class of its field."""
    of = getattr(asked, "field_class", type(asked))
    if issubclass(of, DayField):
        return "day"
    return "text" if of.__name__ == "CharField" else "choice"


def _parameters():
    for name, (form, _) in READ.items():
        asked = getattr(form, "base_filters", None) or form.base_fields
        for parameter, field in asked.items():
            yield name, parameter, kind_of(field)


PARAMETERS = list(_parameters())


@pytest.fixture(scope="module")
def built(for_module):
    """A record all of whose texts were pasted from anywhere."""
    with change(reason=PASTED, kind=ChangeKind.EDITORIAL):
        norway = factories.partner(iso_code="NO", name=PASTED, official_name=PASTED)
        record = factories.partnership(
            of=norway, title=PASTED, summary=PASTED, review_clause=PASTED
        )
        source = factories.source(title=PASTED, publisher=PASTED, authors=PASTED)
        area, asked = factories.area(name=PASTED), factories.question(text=PASTED)
        said = {"by": source, "wording": PASTED, "locator": PASTED}
        texts = ("place", "signatories", "reference", "note")
        made = factories.milestone(record, **dict.fromkeys(texts, PASTED))
        ALL["api:milestone-detail"] = reverse("api:milestone-detail", args=[made.pk])
        facts = [
            (made, "2024-06-03"),
            (factories.coverage(record, area, ruling=PASTED), "not_included"),
            (factories.engagement(record, title=PASTED, note=PASTED), "no"),
            (factories.affiliation(norway, "nato_ally"), "yes"),
            (asked, "yes"),
        ]
        for fact, says in facts:
            factories.claim(fact, says, **said)
    sealing.seal()


@pytest.fixture
def pasted(built, db, settings):
    settings.CONTACT = "mailto:tracker@example.org"


PROBLEM = "application/problem+json"
JSON = {
    200: ["application/json", "application/vnd.oai.openapi+json"],
    400: [PROBLEM],
    404: [PROBLEM],
}


def read(response):
    """The answer, whole: a file is closed when it has been read."""
    if response.streaming:
        b"".join(response)
    return response


def ask(client, name, **query):
    """The answer, which is never an accident, never carries a cookie, and repeats no
    markup; under /api/ it is JSON."""
    response = read(client.get(ALL.get(name, name), query))
    assert response.status_code in {200, 400, 404}
    assert not response.cookies
    if response["Content-Type"].startswith("text/html"):
        assert SCRIPT not in response.text
    if response.request["PATH_INFO"].startswith("/api/") and name != "api:docs":
        assert response["Content-Type"] in JSON[response.status_code]
    return response


def test_every_route_is_tried():
    assert READ.keys() | READ_NOTHING == ALL.keys()


# What was pasted into the record


@pytest.mark.parametrize("name", ALL)
def test_page_shows_what_was_pasted_as_it_is(client, pasted, name):
    assert ask(client, name).status_code == 200


@pytest.mark.parametrize(
    "name", [name for name in READ if name not in {"api:statistics", "compare"}]
)
def test_pasted_text_is_whole(client, pasted, name):
    text = ask(client, name).text
    if name in API:
        assert json.dumps(PASTED, ensure_ascii=False) in text
    elif name == "milestones-ics":
        (event,) = Calendar.from_ical(text).walk("VEVENT")
        assert PASTED in event["description"]
    elif name in FEEDS:
        assert escape(PASTED) in "".join(html.unescape(text).split("\n"))
    else:
        assert PASTED in Page(text).text


@pytest.mark.parametrize("sign", ["\x00", "\x01", "\x1b", "\x7f", "\x85"])
def test_control_character_is_refused_beside_its_field(db, sign):
    with pytest.raises(ValidationError) as refused:
        factories.source("another", title=f"a{sign}b")
    assert refused.value.message_dict["title"] == [
        "It has a control character, which nobody sees; remove it."
    ]


def test_lines_and_tabs_are_kept(db):
    assert factories.source("another", title="a\tb\r\nc").title == "a\tb\r\nc"


# What is asked for


@pytest.mark.parametrize(("name", "parameter", "kind"), PARAMETERS)
def test_wrong_value_gets_400_and_words_beside_its_field(
    client, pasted, name, parameter, kind
):
    for value in WRONG[kind]:
        response = ask(client, name, **{parameter: value})
        assert response.status_code == 400
        if name in API:
            assert list(response.json()["errors"]) == [parameter]
        elif name in FEEDS:
            assert response["Content-Type"] == "text/plain; charset=utf-8"
            assert response.text.startswith(f"{parameter}: ")
        else:
            assert f"id_{parameter}_error" in Page(response.text).ids


@pytest.mark.parametrize(("name", "parameter", "kind"), PARAMETERS)
def test_strange_value_is_answered(client, pasted, name, parameter, kind):
    for value in RIGHT[kind]:
        status = 404 if kind == "day" and "-detail" in name and value else 200
        assert ask(client, name, **{parameter: value}).status_code in {200, status}


@pytest.mark.parametrize("name", [name for name, (_, paged) in READ.items() if paged])
def test_page_that_is_not_there_is_404(client, pasted, name):
    for number in NO_PAGES:
        response = ask(client, name, page=number)
        if name in PAGES:
            assert response.status_code == 404
            assert "There is no such page of this list" in response.text
        elif number == "99999":
            assert "There is no page 99999; there are" in response.json()["detail"]
        else:
            wrong = ["Write a whole number from 1 to 1000000000."]
            assert response.json()["errors"] == {"page": wrong}
    assert ask(client, name, page=1).status_code == 200
    assert ask(client, name, page="").status_code == 200


@pytest.mark.parametrize("name", [name for name in READ if READ[name][1]])
def test_other_wrong_value_goes_before_the_page(client, pasted, name):
    form, _ = READ[name]
    asked = getattr(form, "base_filters", None) or form.base_fields
    day = next(name for name, field in asked.items() if kind_of(field) == "day")
    assert ask(client, name, page="9", **{day: "soon"}).status_code == 400


@pytest.mark.parametrize("size", ["0", "-1", "201", "x", HUGE, NUL])
def test_wrong_size_of_a_page_is_refused_by_name(client, pasted, size):
    for name in ("api:partnership-list", "api:change-list"):
        response = ask(client, name, page_size=size)
        assert response.status_code == 400
        assert response.json()["errors"] == {
            "page_size": ["Write a whole number from 1 to 200."]
        }


def test_value_given_a_thousand_times_is_one(client, pasted):
    for name in ("partnership-list", "matrix", "timeline", "api:partnership-list"):
        for parameter, value in [("area", "area-1"), ("status", "signed")]:
            query = {parameter: [value] * 999}
            assert ask(client, name, **query).status_code == 200
    response = ask(client, "compare", p=["norway"] * 999)
    assert "Choose at most 4 partnerships; 999 were chosen." in response.text


@pytest.mark.parametrize("name", ALL)
def test_query_that_is_none_is_answered(client, pasted, name):
    for raw in ["%ff=%ff", "&&=&", ";=;", "?" * 1000, "%00=%00"]:
        response = read(client.get(ALL[name], QUERY_STRING=raw))
        assert response.status_code in ({200, 400} if name in OPEN else {200})
        assert not response.cookies


# Requests that no reader makes


@pytest.mark.parametrize("name", READ)
def test_too_many_parameters_are_refused_in_words(client, pasted, name):
    response = ask(client, name, **{f"a{number}": "" for number in range(1001)})
    assert response.status_code == 400
    assert "The request cannot be read" in response.text


@pytest.mark.parametrize("host", ["evil.example", "[::1", "a" * 5_000, "a, b", "a@b"])
def test_foreign_host_is_refused_in_words(client, host):
    for name in [*ALL, "/api/nowhere/", "/nowhere/"]:
        response = client.get(ALL.get(name, name), headers={"host": host})
        assert response.status_code == 400
        assert "The request cannot be read" in response.text
        is_json = response["Content-Type"] == PROBLEM
        assert is_json == response.request["PATH_INFO"].startswith("/api/")


@pytest.mark.parametrize("name", ALL)
def test_other_methods_are_refused(client, pasted, name):
    methods = ["POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"]
    for method in methods if name in OPEN else [*methods, "OPTIONS"]:
        response = client.generic(method, ALL[name], "{")
        assert response.status_code == 405
        assert not response.cookies


SLUGS = ["%00", "%ff", "-", "a" * 60_000, "..%2f", "n%6Frway\u202e", "%E2%80%AE", "a/b"]
NUMBERS = ["0", "-1", "9" * 18, "9" * 19, "1" + "0" * 30, "01", "1.0", "%D9%A1", "1%00"]


@pytest.mark.parametrize("slug", SLUGS, ids=lambda slug: slug[:9])
@pytest.mark.parametrize(
    "within", ["/partnerships/", "/areas/", "/sources/", "/api/v1/partnerships/", "/"]
)
def test_slug_of_nothing_is_404(client, pasted, within, slug):
    assert ask(client, f"{within}{slug}/").status_code == 404


@pytest.mark.parametrize("number", NUMBERS)
def test_number_of_no_change_is_404(client, pasted, number):
    assert ask(client, f"/changes/{number}/").status_code == 404
