"""The pages of words: glossary, data, about, accessibility; and what 404 says."""

import json
import re
from html import escape

import pytest
from django.apps import apps

from partnerships.choices import SafeStatus, SdpStatus
from partnerships.exports.tables import TABLES
from partnerships.ledger import sealing
from partnerships.models import Partnership
from partnerships.web.glossary import TERMS
from tests import factories
from tests.html import page

pytestmark = pytest.mark.django_db

#: Addresses that others may have kept: one may be added, none renamed or taken away.
ANCHORS = """
    sdp partner strategic-compass csdp area coverage included not-included
    already-exists not-assessed stated-areas review-clause engagement epf pesco eda
    affiliation nato-ally nato-pfp nato-global-partner eu-candidate eea-efta safe
    safe-35 safe-eligible safe-associated milestone track status deciding-milestone
    headline-status partial-date source knowledge-as-of claim adopted agrees
    compatible disagrees stands-alone disagreement ruling question as-of known-on
    change kind-of-change edition seal fimi stratcom subject esdc eupm euma eunavfor
    only-envisaged eeas high-representative psc source-kind digest identifiers aspect
    position namesake double-check consent conclusion provisional-application reported
    checked-through eprs
""".split()  # noqa: SIM905

PAGES = ["/about/", "/glossary/", "/accessibility/", "/data/"]


@pytest.mark.parametrize("path", PAGES)
def test_footer_leads_to_every_page_of_words(
    client, path, django_assert_max_num_queries
):
    with django_assert_max_num_queries(2):
        found = page(client, path)
    assert set(PAGES) <= set(found.links)
    assert "This is not an official website of the European Union." in found.text


# Glossary


def test_every_term_and_status_has_an_anchor(client):
    ids = page(client, "/glossary/").ids
    assert len(ids) == len(set(ids))
    assert {term.slug for term in TERMS} <= set(ids)
    assert {f"sdp-status-{status}" for status in SdpStatus} <= set(ids)
    assert {f"safe-status-{status}" for status in SafeStatus} <= set(ids)


def test_anchors_of_the_glossary_are_there_for_good(client):
    assert {term.slug for term in TERMS} == set(ANCHORS)
    assert set(ANCHORS) <= set(page(client, "/glossary/").ids)


def test_words_of_the_field_and_of_the_tracker_stand_apart_each_from_a_to_z(client):
    context = client.get("/glossary/").context
    parts = {"letters": False, "own_letters": True}
    for name, is_ours in parts.items():
        letters = context[name]
        assert [letter for letter, _ in letters] == sorted({one for one, _ in letters})
        listed = {term for _, terms in letters for term in terms}
        assert listed == {term for term in TERMS if term.ours == is_ours}
    text = page(client, "/glossary/").text
    places = [text.index("Words of the field"), text.rindex("Words of this tracker")]
    assert places == sorted(places)


def test_word_of_the_field_has_the_document_that_it_is_from():
    without = {term.slug for term in TERMS if not term.ours and not term.citations}
    assert without == {"partner"}  # of the instrument, by its definition


def test_there_is_a_way_to_each_letter_of_the_field(client):
    letters = client.get("/glossary/").context["letters"]
    by_letter = {letter: [term.slug for term in listed] for letter, listed in letters}
    assert "safe-35" in by_letter["R"]  # the 35 % rule of SAFE
    assert {f"#{slugs[0]}" for slugs in by_letter.values()} <= {
        *page(client, "/glossary/").links
    }


def test_status_names_what_sets_it(client):
    text = page(client, "/glossary/").text
    assert "The partnership is signed. Set by the milestone: signed or resumed" in text


def test_citation_leads_to_a_source_that_is_on_record(client):
    address = "/sources/eeas-2025-06/"
    assert address not in page(client, "/glossary/").links
    factories.claim(factories.question(), "no", by=factories.source("eeas-2025-06"))
    assert address in page(client, "/glossary/").links


def test_every_source_cited_is_in_the_data_set(settings):
    text = (settings.BASE_DIR / "fixtures/sources.json").read_text()
    keys = {row["fields"]["key"] for row in json.loads(text)}
    assert {c.source for term in TERMS for c in term.citations if c.source} <= keys


# Contact


@pytest.mark.parametrize("path", ["/about/", "/accessibility/"])
def test_contact_is_named_where_there_is_one(client, settings, path):
    settings.CONTACT = "mailto:desk@example.org"
    found = page(client, path)
    assert "Write to desk@example.org" in found.text
    assert {"mailto:desk@example.org", "/report/"} <= set(found.links)
    settings.CONTACT = ""
    assert "Write to" not in page(client, path).text
    settings.REPORTS = False
    found = page(client, path).text
    assert "Report an error" not in found and "Found a barrier?" not in found


# Data


def test_data_dictionary_has_every_public_field_and_no_other(client):
    html = client.get("/data/").content.decode()
    for model in apps.get_app_config("partnerships").get_models():
        if not getattr(model, "history", None) or not model.PUBLIC:
            continue
        table = re.search(
            rf'<table[^>]* id="{model._meta.model_name}".*?</table>', html, re.S
        )
        listed = re.findall(r"<th[^>]*row[^>]*>\s*<code>(\w+)</code>", table[0])
        assert listed == list(model.PUBLIC)
    assert "internal_notes" not in html


def test_data_dictionary_gives_each_field_a_meaning_or_a_list(client):
    tables = client.get("/data/").context["tables"]
    partnership = next(t for t in tables if t.name == "partnership")
    title = Partnership._meta.get_field("title")
    assert partnership.fields[1].meaning == title.help_text
    coverage = next(t for t in tables if t.name == "coverage")
    assert ("not_assessed", "Not assessed") in coverage.fields[2].values
    assert coverage.fields[0].meaning == "The partnership that it is of, by its slug."


def test_api_addresses_on_the_page_answer(client):
    found = {link for link in page(client, "/data/").links if link.startswith("/api/")}
    assert len(found) == 14
    assert {client.get(link).status_code for link in found} == {200}


def test_every_file_is_on_the_page(client):
    links = page(client, "/data/").links
    for name in TABLES:
        assert {f"/data/{name}.{ending}" for ending in ("csv", "xlsx", "json")} <= {
            *links
        }
    assert {"/data/sdp-tracker.zip", "/data/datapackage.json"} <= {*links}


def test_citations_name_edition_and_permanent_link(client):
    factories.partnership()
    sealing.seal()
    html = client.get("/data/").content.decode()
    address = client.get("/data/").context["citation"].url
    assert html.count(escape(address)) > 4
    assert "(Edition 2; as of " in html
    assert "@misc{sdp-tracker-data-2-" in html
    assert "ET  - 2" in html


# What is not there


def test_404_for_a_partnership_says_so_and_helps(client):
    factories.partnership("hidden", published=False)
    for slug in ("hidden", "atlantis"):
        for path in (f"/partnerships/{slug}/", f"/partnerships/{slug}/changes/"):
            found = page(client, path, status=404)
            assert "No such partnership is published" in found.text
            assert f"Nothing is published under “{slug}”." in found.text
            assert {"/", "/partnerships/", "/sources/"} <= set(found.links)


def test_404_elsewhere_does_not_speak_of_partnerships(client):
    assert "There is no such page" in page(client, "/nowhere/", status=404).text
