"""Every page of the shipped data set read as a reader meets it: no sentence that was put
better comes back, none shows our code, each says how far it is known."""

import re

import pytest

from partnerships.ledger import sealing
from partnerships.models import Area, LedgerEntry, Partnership, Source
from tests.reading import Reading, faults_of_form, faults_of_words

# What a page says hangs on its HTML, and the other tests hold it to be right on both
# databases.
pytestmark = [
    pytest.mark.once,
    pytest.mark.slow("reads every page of the data set"),
    pytest.mark.django_db,
]

PAST, LATER = "as_of=2025-06-01", "as_of=2026-03-01"
FIXED = [
    *("/compare/?p=norway&p=japan&p=south-korea", "/search/?q=korea", "/search/?q=zz"),
    *("/partnerships/?status=signed&q=korea", "/partnerships/?q=nowhere"),
    *("/timeline/?track=safe", "/matrix/?partner=norway", "/report/"),
    *("/disagreements/?disagreement=open", "/disagreements/?page=2"),
    *("/sources/eprs-2026-03/?alone=only", "/changes/?page=2"),
]
ON_DAYS = [
    "/",
    "/partnerships/",
    "/safe/",
    "/matrix/",
    "/timeline/",
    "/compare/?p=canada",
]
ON_DAYS += ["/ties/", "/positions/", "/partnerships/canada/", "/partnerships/iceland/"]
WRONG = [
    "/partnerships/?status=bogus&as_of=tomorrow",
    "/disagreements/?disagreement=bogus",
    "/nowhere/",
    "/partnerships/atlantis/",
    "/partnerships/canada/?known_on=2020-01-01",
]


@pytest.fixture(scope="module")
def pages(dataset):
    """The HTML of the pages read so far, by address."""
    sealing.seal()
    return {}


@pytest.fixture
def html_of(client, pages, db):
    """The HTML of one page by its address."""

    def html_of(path):
        if path not in pages:
            response = client.get(path)
            assert response.status_code in {200, 400, 404}, path
            pages[path] = response.content.decode()
        return pages[path]

    return html_of


def in_the_sitemap(html_of):
    listed = re.findall(r"<loc>https?://[^/]+(.*?)</loc>", html_of("/sitemap.xml"))
    assert len(listed) > 100
    return [path.replace("&amp;", "&") for path in listed]


def on_other_days():
    for path in ON_DAYS:
        for day in (PAST, LATER):
            yield f"{path}{'&' if '?' in path else '?'}{day}"


def changes():
    """The first change of each kind of record, and the last one."""
    for record in sorted({*LedgerEntry.objects.values_list("record", flat=True)}):
        entry = LedgerEntry.objects.filter(record=record).exclude(number=None).first()
        if entry:
            yield f"/changes/{entry.number}/"


def logs():
    for slug in Partnership.objects.values_list("partner__slug", flat=True)[:3]:
        yield f"/partnerships/{slug}/changes/"


def faults(html_of, paths, find):
    """The faults of these pages, each with the first page that has it, and with the
    number of others."""
    found = {}
    for path in paths:
        for fault in find(html_of(path)):
            found.setdefault(fault, []).append(path)
    return [
        f"{where[0]} (and {len(where) - 1}) {fault}" for fault, where in found.items()
    ]


KINDS = {
    "those in the sitemap": in_the_sitemap,
    "lists that are narrowed": lambda _: FIXED,
    "past days": lambda _: on_other_days(),
    "changes": lambda _: changes(),
    "logs": lambda _: logs(),
    "what is wrong or not there": lambda _: WRONG,
}


@pytest.mark.parametrize("kind", KINDS)
def test_no_page_says_what_was_put_better(html_of, kind):
    found = faults(html_of, KINDS[kind](html_of), faults_of_words)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("kind", KINDS)
def test_pages_have_one_heading_a_title_and_a_description(html_of, kind):
    found = faults(html_of, KINDS[kind](html_of), faults_of_form)
    assert not found, "\n".join(found)


def test_sitemap_leads_to_each_kind_of_page(html_of):
    listed = in_the_sitemap(html_of)
    for model, prefix in ((Source, "/sources/"), (Area, "/areas/")):
        assert len([p for p in listed if p.startswith(prefix)]) >= model.objects.count()


def test_first_page_begins_with_the_finding(html_of):
    text = Reading(html_of("/")).text
    main = text.partition("Data ")[2]
    assert "SAFE associated" not in main[:400]


PAGE = (
    "<html lang=en-GB><head><title>A title of a page</title>"
    '<meta name=description content="{0}"></head><body><main><h1>One</h1>{1}</main></body>'
)
FINE = "This says in a sentence of its own what stands on the page that it is of."


@pytest.mark.parametrize(
    ("markup", "fault"),
    [
        ("<p>Because of signed, 18 December 2024.</p>", "says “Because of ”"),
        ("<p>Status: safe_associated</p>", "shows its code"),
        ("<p>None</p>", "shows its code"),
        ("<p>Signed <b>here</b> , there</p>", "is badly set"),
        ("<p>It is signed..</p>", "is badly set"),
        ("<p>1 sources</p>", "counts one as many"),
        ("<p>Talks were opened in May.</p>", "names nobody who acted"),
        ("<p>It is not yet signed.</p>", "does not say how far"),
        ("<p class=lead>Here are six words or more without end</p>", "has no end"),
        ("<p class=lead>here are six words or more with an end.</p>", "begins small"),
        ('<p aria-label="Claim created"></p>', "says “Claim created”"),
    ],
)
def test_reading_finds(markup, fault):
    found = list(faults_of_words(PAGE.format(FINE, markup)))
    assert len(found) == 1
    assert found[0].startswith(fault)


def test_reading_leaves_documents_and_code_alone():
    markup = "<p>It says <q>Talks were opened ..</q> in <code>not_recorded</code>.</p>"
    assert not list(faults_of_words(PAGE.format(FINE, markup)))


def test_reading_goes_on_after_what_opens_in_place():
    term = (
        "<button>SAFE</button><span popover>SAFE: its meaning. <a>Glossary</a></span>"
    )
    markup = f"<p class=lead>Two of them take part in {term}. Three do not.</p>"
    assert not list(faults_of_words(PAGE.format(FINE, markup)))
    opened = term.replace("its meaning", "Whoever runs this site")
    (fault,) = faults_of_words(PAGE.format(FINE, opened))
    assert fault == "says “Whoever runs this site”"


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        (PAGE.format(FINE, "<h1>Two</h1>"), "2 first headings"),
        (PAGE.format(FINE, "<h3>Three</h3>"), "headings leave out a level"),
        (PAGE.format("Short.", ""), "description of 6 characters"),
        (PAGE.format(FINE, "").replace("A title of a page", "A"), "title of 1 char"),
        (PAGE.format(FINE, "").replace("en-GB", ""), "in no language"),
    ],
)
def test_form_finds(html, fault):
    assert [one[: len(fault)] for one in faults_of_form(html)] == [fault]
