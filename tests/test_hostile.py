"""Whatever is asked, and whatever was pasted into the record: every public address
answers with a page, or says beside the field what is wrong."""

import html
import json
import re
from unittest import mock

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import escape
from icalendar import Calendar

from partnerships import urls
from partnerships.api import urls as api_urls
from partnerships.choices import ChangeKind, LeadOrigin, LeadOutcome
from partnerships.filters.changes import ChangeFilter
from partnerships.filters.clock import ClockForm, DayField, KnownForm
from partnerships.filters.comparison import CompareForm, MatrixFilter
from partnerships.filters.milestones import MilestoneFilter
from partnerships.filters.partnerships import PartnershipFilter
from partnerships.filters.record import RecordForm
from partnerships.filters.search import SearchForm
from partnerships.filters.sources import DisagreementFilter, SourceForm
from partnerships.filters.ties import TieForm
from partnerships.filters.whole_numbers import NumberField
from partnerships.ledger import sealing
from partnerships.ledger.context import change
from partnerships.models import Lead
from partnerships.web.open_data import is_for_programs
from tests import factories, some
from tests.addresses import API_ARGS, ARGS
from tests.html import Page

pytestmark = [
    pytest.mark.slow("asks every address for every kind of input"),
    pytest.mark.filterwarnings("ignore:Invalid HTTP_HOST"),
]

SCRIPT = "<script>alert(1)</script>"
PASTED = f"=HYPERLINK(1) {SCRIPT} '\"& {{{{ x }}}} %s \u202eאب 👩‍👩‍👧 ]]> \\"

FILE_ARGS = {"export": ["milestones", "csv"], "data-package": [], "data-set": []}
FILE_ARGS |= {"data-sqlite": [], "ledger-jsonl": [], "checkpoints-jsonl": []}
FILE_ARGS |= {"deposit": []}
FILE_ARGS |= {"vocabulary": [], "context": []}
FILE_ARGS |= {n: ARGS[n] for n in ("data-cite", "partnership-cite", "catalog")}
#: Every public route by its name, with an address that answers; the TimeGate leads to
#: another.
PAGES = {
    p.name: reverse(p.name, args=ARGS.get(p.name))
    for p in urls.urlpatterns
    if p.name not in FILE_ARGS.keys() | {"timegate"}
}
FILES = {name: reverse(name, args=args) for name, args in FILE_ARGS.items()}
API = FILES | {
    f"api:{p.name}": reverse(f"api:{p.name}", args=API_ARGS.get(p.name))
    for p in api_urls.urlpatterns
    if p.name
}
ALL = PAGES | API
FEEDS = {"changes-atom", "checkpoints-atom", "milestones-atom", "milestones-ics"}
JSON_FEEDS = {"changes-json", "milestones-json"}
FEEDS |= JSON_FEEDS
#: Routes that any origin may read, and that refuse parameters that they do not know.
OPEN = API.keys() | FEEDS

#: What each of them reads, and whether it has pages.
READ = {
    "home": (ClockForm, False),
    "partnership-list": (PartnershipFilter, True),
    "partnership-detail": (RecordForm, False),
    "partnership-brief": (ClockForm, False),
    "partnership-changes": (ChangeFilter, True),
    "matrix": (MatrixFilter, False),
    "area-detail": (ClockForm, True),
    "compare": (CompareForm, False),
    "safe": (ClockForm, False),
    "ties": (TieForm, True),
    "tie-kind": (TieForm, True),
    "timeline": (MilestoneFilter, True),
    "source-list": (KnownForm, False),
    "source-detail": (SourceForm, True),
    "disagreement-list": (DisagreementFilter, True),
    "change-list": (ChangeFilter, True),
    "search": (SearchForm, False),
    "news": (ClockForm, False),
    "news-month": (ClockForm, False),
    "changes-atom": (ChangeFilter, False),
    "milestones-atom": (MilestoneFilter, False),
    "milestones-ics": (MilestoneFilter, False),
    "changes-json": (ChangeFilter, False),
    "milestones-json": (MilestoneFilter, False),
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
    "question-list": (KnownForm, False),
    "position-list": (ClockForm, False),
    "namesake-list": (ClockForm, False),
    "api:question-list": (KnownForm, True),
    "api:position-list": (ClockForm, True),
    "api:namesake-list": (ClockForm, True),
}
READ_NOTHING = {"change-detail", "data", "about", "glossary", "accessibility"}
READ_NOTHING |= {"verify", "signing-key", "verify-ledger", "checkpoints-atom"}
READ_NOTHING |= {"timemap"}
READ_NOTHING |= {"report", "report-received"}  # leaves out what it cannot read
#: What other sites show: no form is on it.
READ_NOTHING |= {n for n in PAGES if n.startswith("embed-")} | {
    n for n in PAGES if n.endswith(("-card", "-picture"))
}
READ_NOTHING |= FILES.keys() | {
    *(
        "api:index",
        "api:change-detail",
        "api:schema",
        "api:docs",
        "sitemap",
        "robots-txt",
    ),
    *("security-txt", "api-catalog", "healthz", "readyz", "favicon"),
}

LONG, NO_UTF8, HUGE = "x" * 7_000, b"\xff\xfe\xed\xa0\x80", "9" * 5_000
NO_DAYS = ["soon", "31/12/2025", "-1", "2026-02-30", "0000-00-00", "99999-01-01"]
WRONG = {
    "text": [LONG],
    "choice": [LONG, NO_UTF8, HUGE, "-1", SCRIPT, "\u202e👩‍👩‍👧"],
    "day": [LONG, NO_UTF8, HUGE, SCRIPT, *NO_DAYS, "9999-12-31"],
    "number": [LONG, NO_UTF8, HUGE, "-1", SCRIPT, "1.5", "1e3", "٣", "0x10"],
}
RIGHT = {
    "text": [
        *(NO_UTF8, "-1", SCRIPT, "=1+1", "\u202e👩‍👩‍👧", "\ufffe", "a " * 50),
        "%_\\'\";--",
    ],
    "choice": [""],
    "day": ["", "0001-01-01", "0999-12-31"],
    "number": ["", "1", "01"],
}
NO_PAGES = [LONG, NO_UTF8, HUGE, SCRIPT, "0", "-1", "99999", "1.5", "1e3"]


def kind_of(asked):
    """What a parameter takes, by the class of its field."""
    of = getattr(asked, "field_class", type(asked))
    if issubclass(of, DayField):
        return "day"
    if issubclass(of, NumberField):
        return "number"
    return "text" if of.__name__ == "CharField" else "choice"


def _parameters():
    for name, (form, _) in READ.items():
        asked = getattr(form, "base_filters", None) or form.base_fields
        for parameter, field in asked.items():
            yield name, parameter, kind_of(field)


PARAMETERS = list(_parameters())


def asked_with(values, kind):
    """Each parameter of that kind, by its route and name, with each of the values."""
    for name, parameter, takes in PARAMETERS:
        if takes == kind:
            yield from ((name, parameter, value) for value in values[kind])


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
            (factories.subject(record, PASTED, note=PASTED), "yes"),
            (factories.position(record, PASTED, text=PASTED), "yes"),
            (factories.namesake(PASTED, parties=PASTED, reason=PASTED), "yes"),
        ]
        for fact, says in facts:
            factories.claim(fact, says, **said)
    report = Lead(number="ABCD-EFGH-JKMN", origin=LeadOrigin.REPORT, sentence=PASTED)
    report.close(LeadOutcome.REJECTED, answer=PASTED)
    report.save()
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


def ask(client, name, *statuses, **query):
    """The answer, which has one of these statuses, is never an accident, never carries a
    cookie and repeats no markup; under /api/ it is JSON. ``asked`` says what it answers."""
    response = read(client.get(ALL.get(name, name), query))
    response.asked = f"{ALL.get(name, name)[:99]} {ascii(query)[:200]}"
    assert response.status_code in statuses, response.asked
    assert not response.cookies, response.asked
    assert "Cookie" not in response.headers.get("Vary", ""), response.asked
    if response["Content-Type"].startswith("text/html"):
        assert SCRIPT not in response.text, response.asked
    if response.request["PATH_INFO"].startswith("/api/") and name != "api:docs":
        is_json = response["Content-Type"] in JSON[response.status_code]
        assert is_json, response.asked
    return response


def test_every_route_is_tried():
    assert READ.keys() | READ_NOTHING == ALL.keys()


# What was pasted into the record


def test_no_view_reads_a_body_that_the_front_keeps_from_it(client, db):
    paths = [*ALL.values(), "/nothing/"]
    for path in set(paths) - set(settings.LONGEST_BODIES):
        answer = client.post(path, b"a=1", "application/x-www-form-urlencoded")
        assert answer.status_code in (404, 405), path
        assert not answer.wsgi_request._read_started, path


def test_every_address_answers_on_what_was_pasted(client, pasted):
    for name in ALL:
        ask(client, name, 200)
        assert client.head(ALL[name]).status_code == 200, name


def test_pasted_text_is_whole(client, pasted):
    for name in READ.keys() - {
        "api:statistics",
        "compare",
        "search",
        "checkpoints-atom",
    }:
        text = ask(client, name, 200).text
        if name in API:
            assert json.dumps(PASTED, ensure_ascii=False) in text, name
        elif name == "milestones-ics":
            (event,) = Calendar.from_ical(text).walk("VEVENT")
            assert PASTED in event["description"]
        elif name in JSON_FEEDS:
            said = "".join(item["content_html"] for item in json.loads(text)["items"])
            assert PASTED in html.unescape(said), name
        elif name in FEEDS:
            assert escape(PASTED) in "".join(html.unescape(text).split("\n")), name
        else:
            assert PASTED in Page(text).text, name


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


#: Pages that leave out their list where a parameter is wrong; the others stay.
LISTS = {"partnership-list", "matrix", "timeline", "source-detail", "disagreement-list"}
LISTS |= {"change-list", "partnership-changes"}
NOTHING = "Nothing is shown|We could not read your choice"
NO_CHOICE = (
    r"” is no \w|Select a valid choice|This names no edit"
    "|There is no partnership “"
)


def sentence(kind, value):
    """What is said of a wrong value, as a pattern."""
    if kind == "day":
        is_to_come = value == "9999-12-31"
        wrong = "Write the day as year-month-day, as in 2026-03-31."
        return "This day is yet to come" if is_to_come else re.escape(wrong)
    if kind == "number":
        return r"Write a whole number from \d+ to \d+\."
    return NO_CHOICE if kind == "choice" else r"at most \d+ char"


@pytest.mark.once
@pytest.mark.parametrize("kind", WRONG)
def test_wrong_value_gets_400_and_a_sentence_beside_its_field(client, pasted, kind):
    for name, parameter, value in asked_with(WRONG, kind):
        response = ask(client, name, 400, **{parameter: value})
        if name in API:
            ((wrong, (said,)),) = response.json()["errors"].items()
            assert wrong == parameter, response.asked
        elif name in FEEDS:
            assert response["Content-Type"] == "text/plain; charset=utf-8", name
            said = response.text
            assert said.startswith(f"{parameter}: "), response.asked
        else:
            page = Page(response.text)
            assert f"id_{parameter}_error" in page.ids, response.asked
            is_left_out = re.search(NOTHING, page.text) is not None
            assert is_left_out == (name in LISTS), name
            said = page.text
        assert re.search(sentence(kind, value), said), response.asked


@pytest.mark.parametrize("kind", RIGHT)
def test_strange_value_is_answered(client, pasted, kind):
    for name, parameter, value in asked_with(RIGHT, kind):
        may_be_gone = "-detail" in name or name in ("news-month", "partnership-brief")
        status = 404 if kind != "text" and may_be_gone and value else 200
        ask(client, name, 200, status, **{parameter: value})


@pytest.mark.once
def test_unknown_parameter_is_refused_where_programs_read(client, pasted):
    sentence = "There is no such parameter; there are "
    for name in OPEN - {"api:docs"}:
        response = ask(client, name, 400, colour="<b>")
        if name in FEEDS:
            assert response.text.startswith(f"colour: {sentence}"), name
            assert name == "checkpoints-atom" or "partnership" in response.text, name
        else:
            assert sentence[:26] in response.json()["errors"]["colour"][0], name


PAGED = [name for name, (_, has_pages) in READ.items() if has_pages]


@pytest.mark.once
@pytest.mark.parametrize("number", NO_PAGES, ids=lambda number: ascii(number)[:9])
def test_page_that_is_not_there_is_404(client, pasted, number):
    for name in PAGED:
        response = ask(client, name, 404 if name in PAGES else 400, 404, page=number)
        if name in PAGES:
            assert "There is no such page of this list" in response.text, name
        elif number == "99999":
            detail = response.json()["detail"]
            assert "There is no page 99999; there are" in detail, name
        else:
            wrong = {"page": ["Write a whole number from 1 to 1000000000."]}
            assert response.json()["errors"] == wrong, name


def test_first_page_is_there_and_any_other_wrong_value_goes_before_the_page(
    client, pasted
):
    for name in PAGED:
        ask(client, name, 200, page=1)
        ask(client, name, 200, page="")
        form, _ = READ[name]
        fields = getattr(form, "base_filters", None) or form.base_fields
        day = next(name for name, field in fields.items() if kind_of(field) == "day")
        ask(client, name, 400, page="9", **{day: "soon"})


@pytest.mark.once
def test_wrong_size_of_a_page_is_refused_by_name(client, pasted):
    wrong = {"page_size": ["Write a whole number from 1 to 200."]}
    for size in ["0", "-1", "201", "x", HUGE]:
        for name in ("api:partnership-list", "api:change-list"):
            response = ask(client, name, 400, page_size=size)
            assert response.json()["errors"] == wrong, response.asked


def test_value_given_five_hundred_times_is_one(client, pasted):
    for name in ("partnership-list", "matrix", "timeline", "api:partnership-list"):
        for parameter, value in [("area", "area-1"), ("status", "signed")]:
            ask(client, name, 200, **{parameter: [value] * 500})
    response = ask(client, "compare", 400, p=["norway"] * 500)
    assert "Choose at most 4 partnerships; 500 were chosen." in response.text


def said(response, parameter=None):
    """The sentence of an answer of 400: of its parameter, else of the whole."""
    text, kind = response.text, response["Content-Type"]
    if kind == PROBLEM:
        problem = response.json()
        return problem["errors"][parameter][0] if parameter else problem["detail"]
    if kind.startswith("text/plain"):
        return text.removeprefix(f"{parameter}: ")
    return Page(text).text


INVISIBLE = {
    "\x00": "a control character, which nobody sees; remove it.",
    "\x1b": "a control character, which nobody sees; remove it.",
    "\x85": "a control character, which nobody sees; remove it.",
    "\n": "a line break. Write it in one line.",
    "\u2028": "a line break. Write it in one line.",
}
EVERYWHERE = [*ALL, "/admin/", "/admin/autocomplete/", "/admin/login/", "/nowhere/"]


@pytest.mark.once
@pytest.mark.parametrize("sign", some([*INVISIBLE], of=3))
def test_sign_that_no_field_sends_is_refused_everywhere(client, pasted, sign):
    for name in EVERYWHERE if "character" in INVISIBLE[sign] else [*ALL, "/nowhere/"]:
        for parameter in ("q", "partnership"):
            response = ask(client, name, 400, **{parameter: f"a{sign}b"})
            assert INVISIBLE[sign] in said(response, parameter), name


@pytest.mark.once
def test_address_longer_than_anybody_writes_is_refused_and_not_repeated(client, pasted):
    for name in EVERYWHERE:
        response = ask(client, name, 400, q="x" * 60_000)
        assert "The address has 60,002 characters after" in said(response), name
        assert len(response.content) < 4_000, name


@pytest.mark.once
def test_other_values_of_what_has_one_value_are_refused_and_not_repeated(
    client, pasted
):
    for name, parameter, kind in PARAMETERS:
        if kind == "choice":
            continue
        values = [f"2026-01-{n % 28 + 1:02}" for n in range(300)]
        response = ask(client, name, 400, **{parameter: values})
        assert "it has one value, and 300 were given" in said(response, parameter)
        assert len(response.content) < 4_000, response.asked
    ask(client, "partnership-list", 200, q=["norway", "norway", ""])


@pytest.mark.once
def test_page_that_is_not_of_these_parameters_is_not_kept(client, pasted):
    for name in PAGES.keys() - FEEDS:
        with mock.patch.object(cache, "set") as kept:
            ask(client, name, 200, colour="red")
        assert not kept.called, name


@pytest.mark.once
def test_page_is_kept_for_the_parameters_that_it_reads(client, pasted):
    for name, (form, has_pages) in READ.items():
        fields = getattr(form, "base_filters", None) or form.base_fields
        given = dict.fromkeys(fields, "") | ({"page": 1} if has_pages else {})
        with mock.patch.object(cache, "set") as kept:
            ask(client, name, 200, **given)
        pages = [call for call in kept.mock_calls if call.args[0].startswith("page:")]
        assert len(pages) == 1, name


@pytest.mark.once
def test_what_others_add_to_follow_readers_is_passed_over(client, pasted):
    added = {"utm_source": "a", "fbclid": "b", "gclid": "c", "mc_eid": "d"}
    for name in ALL:
        clean, followed = ask(client, name, 200), ask(client, name, 200, **added)
        assert clean.get("ETag") == followed.get("ETag"), name
        assert followed.streaming or b"fbclid" not in followed.content, name


@pytest.mark.once
@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "latin-1"])
def test_query_is_utf8_whatever_is_claimed(client, pasted, charset):
    """+2AA- is half of a character in UTF-7, which no answer can hold."""
    kind = f"text/plain; charset={charset}"
    asked = "/partnerships/?q=%2B2AA-é"
    plain = client.get(asked)
    claimed = client.get(asked, headers={"content-type": kind})
    assert claimed.status_code == plain.status_code == 200
    assert claimed["ETag"] == plain["ETag"]
    assert claimed.content == plain.content


@pytest.mark.parametrize("raw", ["%ff=%ff", "&&=&", ";=;", "?" * 1000, "%00=%00"])
def test_query_that_is_none_is_answered(client, pasted, raw):
    for name in ALL:
        response = read(client.get(ALL[name], QUERY_STRING=raw))
        may_be_refused = name in OPEN or "%00" in raw
        assert response.status_code in ({200, 400} if may_be_refused else {200}), name
        assert not response.cookies, name


# What browsers may do with an answer


@pytest.mark.once
def test_pages_are_for_this_site_and_data_pictures_and_frames_for_all(client, pasted):
    for name in [*ALL, "/admin/login/", "/nowhere/", "/static/partnerships/site.css"]:
        response = read(client.get(ALL.get(name, name)))
        is_shown = name.endswith(("-card", "-picture")) or name.startswith("embed-")
        whose = "cross-origin" if is_shown or name in OPEN else "same-origin"
        assert response["Cross-Origin-Resource-Policy"] == whose, name
        assert "geolocation=()" in response["Permissions-Policy"], name


# Requests that no reader makes


@pytest.mark.once
def test_too_many_parameters_are_refused_in_words(client, pasted):
    for name in READ:
        response = ask(client, name, 400, **{f"a{n}": "" for n in range(1001)})
        assert "has more parameters than are read at once" in said(response), name


@pytest.mark.once
@pytest.mark.parametrize("host", ["evil.example", "[::1", "a" * 5_000, "a, b", "a@b"])
def test_foreign_host_is_refused_in_words(client, host):
    for name in [*ALL, "/api/nowhere/", "/nowhere/"]:
        response = client.get(ALL.get(name, name), headers={"host": host})
        assert response.status_code == 400, name
        assert "The request cannot be read" in response.text, name
        is_json = response["Content-Type"] == PROBLEM
        assert is_json == is_for_programs(response.request["PATH_INFO"]), name


METHODS = ["POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW", "OPTIONS"]


@pytest.mark.once
@pytest.mark.parametrize("method", METHODS)
def test_other_methods_are_refused(client, pasted, method):
    for name in ALL.keys() - (OPEN if method == "OPTIONS" else set()):
        response = client.generic(method, ALL[name], "{")
        is_form = name == "report" and method == "POST"
        assert response.status_code == (400 if is_form else 405), name
        if is_for_programs(response.request["PATH_INFO"]):
            assert response["Content-Type"] == PROBLEM, name
        assert not response.cookies, name


SLUGS = ["%00", "%ff", "-", "a" * 60_000, "..%2f", "n%6Frway\u202e", "%E2%80%AE", "a/b"]
NUMBERS = ["0", "-1", "9" * 18, "9" * 19, "1" + "0" * 30, "01", "1.0", "%D9%A1", "1%00"]
WITHIN = ["/partnerships/", "/areas/", "/sources/", "/api/v1/partnerships/", "/"]


def test_slug_of_nothing_and_number_of_no_change_are_404(client, pasted):
    for within in WITHIN:
        for slug in SLUGS:
            ask(client, f"{within}{slug}/", 404)
    for number in NUMBERS:
        ask(client, f"/changes/{number}/", 404)
