"""What opens in place: chips of sources, terms of the glossary."""

import re

import pytest
from django.template import RequestContext, Template
from django.test import RequestFactory

from partnerships.selectors.facts import milestone_facts
from partnerships.web.glossary import TERMS
from tests import factories
from tests.html import Checker, Page

pytestmark = pytest.mark.django_db

CHIP = '<p>{% include "includes/sources.html" with fact=fact clock=clock only %}</p>'


def shown(source, **context):
    """What a template makes, in a page."""
    request = RequestFactory().get("/")
    request.resolver_match = None
    loads = "{% load popovers %}"
    return Template(loads + source).render(RequestContext(request, context))


@pytest.fixture
def fact():
    milestone = factories.milestone(factories.partnership(), date="2024-05-28")
    sources = {
        key: factories.source(key, url=f"https://example.org/{key}")
        for key in ("eeas", "bbc")
    }
    for key, says in [("eeas", "2024-05-28"), ("eeas", "2024"), ("bbc", "2024-06")]:
        source = sources[key]
        factories.claim(
            milestone, says, by=source, wording=f"It said {says}", locator=says
        )
    [found] = milestone_facts([milestone])
    return found


def test_chip_counts_sources_and_opens_what_they_say(fact):
    html = shown(CHIP, fact=fact)
    name = f"said-milestone-{fact.about.pk}"
    assert Page(html).text.startswith(
        "2 sources ≠ 1 disagrees, not ruled on × ≠ disagrees"
    )
    assert f'popovertarget="{name}"' in html
    assert f'<span popover id="{name}" role="group"' in html
    about = "not ruled on of: partnership signed"
    assert f'aria-label="2 sources ≠ 1 disagrees, {about}"' in html
    for words in ("It said 2024-05-28", "/sources/bbc/", "https://example.org/bbc"):
        assert words in html
    assert 'data-keys="bbc and eeas"' in html


def test_chip_may_stand_in_a_sentence_and_twice_on_a_page(fact):
    html = shown(CHIP + CHIP, fact=fact)
    assert Checker(html).problems == []
    assert html.count(' data-keys="') == 2
    assert len(re.findall(r"<span popover ", html)) == 1


def test_ruling_stands_before_the_claims(fact):
    fact.about.ruling = "The day of the press release."
    [ruled] = [type(fact)(fact.about, fact.about.ruling, fact.claims)]
    text = Page(shown(CHIP, fact=ruled)).text
    assert "1 disagrees, ruled on × The editors’ ruling: The day of" in text


def test_fact_without_a_claim_says_so(fact):
    bare = type(fact)(fact.about, "", [])
    html = shown(CHIP, fact=bare)
    assert "No source recorded." in html and "popover" not in html


def test_keys_on_paper_are_few(fact):
    for number in range(6):
        source = factories.source(f"other-{number}")
        factories.claim(fact.about, "2024-05-28", by=source)
    [more] = milestone_facts([fact.about])
    keys = re.search(r'data-keys="([^"]+)"', shown(CHIP, fact=more))[1]
    assert keys.endswith("and 5 others") and keys.count(",") == 2


def test_first_term_of_a_page_opens_its_meaning_and_the_next_does_not():
    html = shown('<p>{% term "safe" %}, {% term "safe" "Safe" %}</p>')
    assert html.count('class="term-word"') == 1
    assert Page(html).text.endswith("Glossary , Safe")
    assert "/glossary/#safe" in Page(html).links
    assert Checker(html).problems == []


@pytest.mark.parametrize(
    ("slug", "words"), [("epf", "EPF"), ("fimi", "FIMI"), ("nato-ally", "NATO Ally")]
)
def test_term_is_called_by_its_short_name(slug, words):
    assert f'">{words}</button>' in shown(f'{{% term "{slug}" %}}')


def test_every_meaning_is_a_sentence_without_its_full_stop():
    assert [term.slug for term in TERMS if term.meaning.endswith(".")] == []
