"""The search in the header of every page: what a reader means is found, first by name,
and each finding says where it is."""

import re

import pytest

from partnerships.choices import CoverageValue, Region
from partnerships.ledger import sealing
from partnerships.selectors import site_search
from partnerships.web.search_words import excerpt, marked
from tests import factories
from tests.html import Page, page

pytestmark = pytest.mark.django_db
SEARCH = "/search/"


def found(client, q, **query):
    """The page that answers a search, in full."""
    return page(client, SEARCH, {"q": q, **query})


def best(client, q, **query):
    """The partner whose record stands first and large; None where none does."""
    row = client.get(SEARCH, {"q": q, **query}).context.get("best")
    return row.partner.slug if row else None


def partners(client, q):
    """The partners that are listed, beside the first."""
    return [
        row.partner.slug for row, _ in client.get(SEARCH, {"q": q}).context["partners"]
    ]


def heads(client, q):
    """The kinds of all else that is found."""
    return [group.head for group in client.get(SEARCH, {"q": q}).context["groups"]]


def hits(client, q, **query):
    """The findings of all kinds but partners, by their addresses."""
    groups = client.get(SEARCH, {"q": q, **query}).context["groups"]
    return {hit.path: hit for group in groups for hit in group.hits}


def country(slug, iso_code, others="", **kwargs):
    kwargs.setdefault("name", slug.replace("-", " ").title())
    other_names = "\n".join(others.split(";"))
    of = factories.partner(slug, iso_code=iso_code, other_names=other_names, **kwargs)
    return factories.partnership(of=of)


@pytest.fixture
def world(db):
    """Countries that are easily mistaken for one another, each with a published
    record."""
    return {
        "south-korea": country(
            "south-korea", "KR", "ROK;Korea;Seoul", official_name="Republic of Korea"
        ),
        "north-korea": country("north-korea", "KP", "DPRK"),
        "united-kingdom": country("united-kingdom", "GB", "UK;U.K.;Britain;London"),
        "ukraine": country("ukraine", "UA", "Kyiv"),
        "turkiye": country("turkiye", "TR", "Turkey", name="Türkiye"),
        "cote-divoire": country("cote-divoire", "CI", name="Côte d’Ivoire"),
        "guinea-bissau": country("guinea-bissau", "GW", name="Guinea-Bissau"),
        "guinea": country("guinea", "GN"),
        "morocco": country("morocco", "MA", region=Region.SOUTHERN_NEIGHBOURHOOD),
    }


# Partners


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("UK", "united-kingdom"),
        ("u.k.", "united-kingdom"),
        ("the UK", "united-kingdom"),
        ("Gb", "united-kingdom"),
        ("Royaume-Uni", "united-kingdom"),
        ("royaume uni", "united-kingdom"),
        ("ROK", "south-korea"),
        ("Korea", "south-korea"),
        ("republic of korea", "south-korea"),
        ("Südkorea", "south-korea"),
        ("Seoul", "south-korea"),
        ("Turkey", "turkiye"),
        ("Türkiye", "turkiye"),
        ("TURKIYE", "turkiye"),
        ("Tu\u0308rkei", "turkiye"),
        ("Cote d'Ivoire", "cote-divoire"),
        ("Côte d’Ivoire", "cote-divoire"),
        ("cote dʼivoire", "cote-divoire"),
        ("COTE D`IVOIRE", "cote-divoire"),
        ("Guinea\u2013Bissau", "guinea-bissau"),
        ("guinea bissau", "guinea-bissau"),
        ("Guinea", "guinea"),
    ],
)
def test_partner_is_found_by_any_name(client, world, query, slug):
    assert best(client, query) == slug


def test_partner_called_so_comes_first_and_then_whole_words_and_parts(client, world):
    assert partners(client, "UK")[0] == "ukraine"
    assert "united-kingdom" not in partners(client, "UK")
    assert "morocco" not in partners(client, "ROK")  # Maroko, Marokko
    assert partners(client, "guinea") == ["guinea-bissau"]
    assert (best(client, "kore"), partners(client, "kore")) == (
        None,
        ["north-korea", "south-korea"],
    )


@pytest.mark.parametrize("query", ["S. Korea", "s korea"])
def test_better_known_name_comes_before_one_of_another_language(client, world, query):
    # By a Slovak name North Korea begins so too.
    listed = partners(client, query)
    assert best(client, query) == "south-korea" or listed[0] == "south-korea"


def test_name_by_which_it_was_found_is_told(client, world):
    assert "United Kingdom found as “UK”" in found(client, "uk").text
    assert "found as" not in found(client, "ukraine").text


def test_record_that_is_meant_tells_its_state_and_last_change(client, world):
    signed = factories.milestone(world["turkiye"], "signed", "2025-05-19")
    shown = found(client, "Turkey")
    assert (
        "Türkiye signed its Security and Defence Partnership with the EU" in shown.text
    )
    assert f"/partnerships/turkiye/#milestone-{signed.pk}" in shown.links


# All else


@pytest.fixture
def record(db):
    norway = country("norway", "NO", "Oslo")
    area = factories.area(1, name="Maritime security", short_name="At sea")
    factories.coverage(norway, area, CoverageValue.INCLUDED)
    return norway


def test_milestone_is_found_by_its_place_with_the_sentence_marked(client, record):
    signed = factories.milestone(record, place="Besançon", signatories="Ada Lovelace")
    (hit,) = hits(client, "besancon").values()
    assert hit.path == f"/partnerships/norway/#milestone-{signed.pk}"
    assert hit.title == "Norway: partnership signed"
    assert hit.where == "SDP, 28 May 2024"
    assert hit.excerpt.endswith("on 28 May 2024, in <mark>Besançon</mark>.")
    (hit,) = hits(client, "lovelace").values()
    assert hit.excerpt == "Signed by: Ada <mark>Lovelace</mark>"


def test_every_kind_leads_to_its_own_place(client, record):
    claimed = factories.milestone(record, reference="xylophone 1")
    tie = factories.engagement(record, title="A xylophone mission")
    position = factories.position(record, text="No xylophone.")
    namesake = factories.namesake("The Xylophone Pact")
    asked = factories.question("x", "Is a xylophone meant?")
    source = factories.source("xy", title="On xylophones")
    factories.claim(claimed, "2024-05-28", by=source)
    factories.area(2, name="Xylophone security")
    factories.edit(record, summary="First this. Then came the xylophone. Then that.")
    expected = {
        "/areas/area-2/",
        f"/partnerships/norway/#milestone-{claimed.pk}",
        f"/partnerships/norway/#engagement-{tie.pk}",
        "/sources/xy/",
        f"/partnerships/norway/#position-{position.pk}",
        f"/not-sdps/#namesake-{namesake.pk}",
        f"/instrument/#question-{asked.pk}",
        "/partnerships/norway/",
    }
    shown = hits(client, "xylophone")
    pattern = re.compile(r"^/[a-z-]+/#question")
    assert {pattern.sub("/instrument/#question", path) for path in shown} == expected
    assert (
        shown["/partnerships/norway/"].excerpt
        == "Then came the <mark>xylophone</mark>."
    )
    for path in shown:
        address, _, anchor = path.partition("#")
        assert not anchor or anchor in page(client, address).ids, path


def test_question_is_found_by_its_answer(client, db):
    asked = factories.question("safe-size", "How big is SAFE?", "150 billion euro")
    factories.claim(asked, "150 billion euro")
    (hit,) = hits(client, "150 billion").values()
    assert hit.title == "How big is SAFE?"
    assert hit.excerpt == "<mark>150</mark> <mark>billion</mark> euro"


def test_kinds_come_in_order(client, record):
    factories.milestone(record, place="Maritime")
    factories.claim(factories.milestone(record, "reviewed", "2025"), "2025")
    assert heads(client, "maritime") == ["Areas", "Milestones"]


def test_area_is_found_by_its_full_name_too(client, record):
    (hit,) = hits(client, "maritime").values()
    assert (hit.title, hit.path) == ("At sea", "/areas/area-1/")
    assert hit.excerpt == "<mark>Maritime</mark> security"


def test_fund_is_found_as_a_term_and_by_its_contributions(client, record):
    given = factories.engagement(
        record, "epf_contribution", "First contribution", amount=150, currency="NOK"
    )
    assert heads(client, "EPF") == ["Glossary", "Other ties"]
    shown = hits(client, "EPF")
    assert shown["/glossary/#epf"].title == "European Peace Facility (<mark>EPF</mark>)"
    hit = shown[f"/partnerships/norway/#engagement-{given.pk}"]
    assert hit.where == "European Peace Facility contribution: NOK 150"


def test_partner_and_a_word_find_its_milestone_and_no_other(client, record):
    signed = factories.milestone(record)
    factories.milestone(record, "reviewed", "2025-01-01")
    factories.milestone(factories.partnership("japan"), "signed", "2024-11-01")
    assert [*hits(client, "norway signed")] == [
        f"/partnerships/norway/#milestone-{signed.pk}"
    ]
    assert not [path for path in hits(client, "norway") if "milestone" in path]


def test_whole_words_come_before_parts_and_new_before_old(client, record):
    said = {"place": "Basel"}, {"place": "Baselland"}, {"place": "Basel"}
    pks = [
        factories.milestone(record, "statement", f"202{n}-01-01", **place).pk
        for n, place in enumerate(said)
    ]
    shown = [int(path.rpartition("-")[2]) for path in hits(client, "basel")]
    assert shown == [pks[2], pks[0], pks[1]]


def test_first_findings_of_many_are_shown(client, record):
    for day in range(1, 13):
        factories.milestone(record, "statement", f"2025-01-{day:02}", place="Basel")
    assert len(hits(client, "basel")) == site_search.MOST
    assert "The first 10. One more word finds fewer." in found(client, "basel").text


# What is not public, and days


def test_draft_is_never_found(client, record):
    draft = factories.partnership("hidden", published=False, summary="A secret plan.")
    secret = factories.milestone(draft, place="Secretville")
    factories.engagement(draft, title="A secret tie")
    factories.position(draft, text="It is secret.")
    source = factories.source("secret", title="A secret document")
    factories.claim(secret, "2024-05-28", by=source)
    for query in ("secret", "secretville", "hidden"):
        context = client.get(SEARCH, {"q": query}).context
        shown = [context.get("best"), context["partners"], context["groups"]]
        assert not any(shown), query


@pytest.mark.parametrize("certainty", ["rejected"])
def test_rejected_milestone_is_not_found(client, record, certainty):
    factories.milestone(record, place="Basel", certainty=certainty)
    assert not hits(client, "basel")


def test_findings_are_those_of_the_day_and_keep_it(client, record):
    pk = factories.milestone(record, place="Besançon").pk
    assert not hits(client, "besancon", as_of="2024-05-27")
    (path,) = hits(client, "besancon", as_of="2024-05-28")
    assert path == f"/partnerships/norway/?as_of=2024-05-28#milestone-{pk}"
    assert (
        "/partnerships/norway/?as_of=2024-05-28"
        in found(client, "oslo", as_of="2024-05-28").links
    )


def test_edit_is_found_at_once(client, sealed_at_once, record):
    assert not hits(client, "besancon")
    made = factories.milestone(record, place="Besançon")
    assert hits(client, "besancon")
    factories.edit(made, place="Basel")
    assert not hits(client, "besancon") and hits(client, "basel")


# The page


def test_every_page_has_the_search(client, record):
    for path in ("/", "/partnerships/", "/partnerships/norway/", "/search/"):
        html = " ".join(client.get(path).content.decode().split())
        assert '<form class="find" action="/search/" role="search">' in html


def test_search_for_nothing_says_what_can_be_found(client, record):
    for query in ("", "  ", "–"):
        text = found(client, query).text
        assert "What can be found" in text
        assert "Nothing found" not in text


def test_nothing_found_helps(client, world):
    shown = found(client, "atlantis")
    assert "Nothing found for “atlantis”" in shown.text
    assert "/partnerships/" in shown.links
    assert "/report/?page=%2Fsearch%2F" in shown.links


def test_too_long_or_wrong_search_is_a_clear_error(client, record):
    text = page(client, SEARCH, {"q": "x" * 201}, status=400).text
    assert "Search for fewer words: at most 200 characters; these are 201." in text
    assert "control character" in page(client, SEARCH, {"q": "a\0b"}, status=400).text
    assert (
        "Write the day as"
        in page(client, SEARCH, {"q": "a", "as_of": "x"}, status=400).text
    )


def test_words_of_a_text_are_no_markup(client, record):
    factories.milestone(record, place="<b>Basel</b>")
    (hit,) = hits(client, "basel").values()
    assert "&lt;b&gt;<mark>Basel</mark>&lt;/b&gt;" in hit.excerpt
    html = client.get(SEARCH, {"q": "<script>x</script>"}).content.decode()
    assert "<script>x" not in html


def test_words_are_marked_as_they_are_written():
    assert marked("Türkiye’s straße", ["turkiye", "strasse"]) == (
        "<mark>Türkiye</mark>’s <mark>straße</mark>"
    )
    assert marked("Ukraine and the UK", ["uk"]) == "Ukraine and the <mark>UK</mark>"
    assert marked("Ukrainian", ["ukrain"]) == "<mark>Ukrainian</mark>"


def test_long_sentence_is_cut_around_the_words():
    text = f"{'before ' * 60}needle {'after ' * 60}"
    cut = excerpt(text, ["needle"])
    assert cut.startswith("… before") and cut.endswith("after …")
    assert "needle" in cut and len(cut) < 400


# Queries


def test_search_is_few_queries_and_fewer_in_an_edition_that_is_known(
    client, record, django_assert_num_queries
):
    factories.claim(factories.milestone(record, place="Basel"), "2024-05-28")
    factories.engagement(record, title="Basel")
    with django_assert_num_queries(13):
        client.get(SEARCH, {"q": "basel"})
    sealing.seal()
    site_search.search_index.kept.cache_clear()
    client.get(SEARCH, {"q": "nowhere"})
    with django_assert_num_queries(4):
        client.get(SEARCH, {"q": "basel"})
    with django_assert_num_queries(1):
        client.get(SEARCH, {"q": "atlantis"})


def test_page_says_where_each_finding_is(client, record):
    factories.milestone(record, place="Basel")
    html = client.get(SEARCH, {"q": "basel"}).content.decode()
    assert "<mark>Basel</mark>" in html
    assert "Milestones Norway: partnership signed SDP, 28 May 2024" in Page(html).text
