"""Facts by their names, and what sources say of them, in words."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

from django import template
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import get_language_info

from partnerships import dates
from partnerships.choices import (
    Alone,
    Aspect,
    CoverageValue,
    Frequency,
    Standing,
)
from partnerships.models.source import is_home_page
from partnerships.templatetags.knowledge import is_rejected
from partnerships.templatetags.links import known_url
from partnerships.web.fact_addresses import page_of_fact
from partnerships.web.markup import joined
from partnerships.web.references import celex_page, reference_url

register = template.Library()

#: An address longer than this is cut on paper.
MOST_CHARACTERS = 60
SIGNS = {Standing.AGREES: "=", Standing.COMPATIBLE: "≈", Standing.DISAGREES: "≠"}
VERBS = {
    Standing.AGREES: ("agrees", "agree"),
    Standing.COMPATIBLE: ("is compatible", "are compatible"),
    Standing.DISAGREES: ("disagrees", "disagree"),
}
_ORDER = (Standing.DISAGREES, Standing.AGREES, Standing.COMPATIBLE)
_CHOICES = {
    choice.value: choice.label.lower()
    for choices in (CoverageValue, Frequency)
    for choice in choices
}


@register.filter
def fact_name(fact):
    """A fact by its name inside its record."""
    part = fact.claims[0].get_partnership_fact_display()
    return part or fact.about.name_in_record


@register.filter
def by_fact_kind(facts):
    """Pairs of the heading of a kind of fact and its facts, as they come."""
    groups = {}
    for fact in facts:
        groups.setdefault(fact.claims[0].fact_kind.heading, []).append(fact)
    return groups.items()


@register.filter
def by_standing(claims):
    """These claims, the rivals first, next to the ruling on them."""
    return sorted(claims, key=lambda claim: _ORDER.index(claim.standing))


@register.simple_tag(takes_context=True)
def claim_items(context, fact):
    """The claims about a fact as items of a list, each with its document and the place
    in it."""
    return claims_as(context, "li", fact)


def claims_as(context, element, fact):
    """Return the claims about a fact, each as an element of that name; the first of
    them, where the request's page shows no more."""
    most = getattr(context.request, "most_claims", None)
    items = (
        _claim_as(
            element,
            claim.standing,
            standing_in(claim, fact),
            claim.pk,
            claim.locator,
            (claim.says, bool(claim.partnership_id)),
            claim.wording,
            claim.aspect,
            claim.source.publisher,
            claim.source.title,
            claim.source.published_on,
            _ways_to(claim.source),
            known_url(context, "source-detail", claim.source.key),
        )
        for claim in by_standing(fact.claims)[:most]
    )
    return joined("\n", items)


# No template, and remembered: a record has a hundred claims, which are the same on each
# day and after most edits. In a template they took half of the time of its page.
@lru_cache(maxsize=10_000)
def _claim_as(
    element,
    standing,
    said_standing,
    pk,
    locator,
    value,
    wording,
    aspect,
    publisher,
    title,
    published_on,
    ways,
    address,
):
    return format_html(
        '<{0} class="claim claim-{1}" id="claim-{2}">'
        '<span class="standing"><span aria-hidden="true">{3}</span> {4}</span>'
        ' <span class="claim-text">{5}<strong>{6}</strong>{7}</span>'
        ' <span class="claim-text claim-source">{8}, <a href="{9}"><cite>{10}</cite>'
        "</a> ({11}; {12}), {13}</span></{0}>",
        element,
        standing,
        pk,
        SIGNS[standing],
        said_standing,
        aspect and f"{Aspect(aspect).label.lower()} ",
        said_value(*value),
        wording and format_html(", in the words <q>{}</q>", wording),
        publisher,
        address,
        title,
        published_on.display() if published_on else "undated",
        _document(*ways, "; "),
        locator,
    )


def _ways_to(source):
    """The addresses of a document and its copy, and why it has none."""
    return source.url, source.no_address, source.archived_url


def _document(url, no_address, archived_url, mark):
    """The way to a document, named by the site that has it, or why there is none; after
    a mark the way to its archived copy."""
    if url:
        is_home = is_home_page(url)
        words = "its publisher’s site alone: {}" if is_home else "document at {}"
        link = format_html(
            '<a href="{}" rel="external">{}</a>', url, words.format(host_of(url))
        )
    else:
        link = _inside_a_line(no_address or "address not recorded")
    if not archived_url:
        return link
    return format_html(
        '{}{}<a href="{}" rel="external">archived copy</a>', link, mark, archived_url
    )


# No template: a page has a hundred.
@register.filter
def document_link(source):
    """The way to a document, in a line of its own."""
    return _document(*_ways_to(source), " · ")


def _inside_a_line(sentence):
    """A sentence as a part of a line: "no address of this edition was found"."""
    is_word = sentence[1:2].islower() or sentence[1:2] == " "
    said = sentence[0].lower() + sentence[1:] if is_word else sentence
    return said.rstrip(".")


def host_of(url):
    """The site of an address, as people say it."""
    return (urlsplit(url).hostname or url).removeprefix("www.")


@register.filter
def short_address(url):
    """An address as paper shows it: its site and the beginning of its path."""
    parts = urlsplit(url)
    return Truncator(f"{host_of(url)}{parts.path.rstrip('/')}").chars(MOST_CHARACTERS)


@register.filter
def identifiers(source):
    """Triples of the name of each identifier of a document, the identifier, and its
    address where it has one."""
    celex = source.celex
    found = (
        ("Document number", source.document_number, ""),
        ("ELI", source.eli, source.eli),
        ("CELEX", celex, celex and celex_page(celex)),
        ("DOI", source.doi, source.doi and f"https://doi.org/{source.doi}"),
        ("Archived copy", source.archived_url, source.archived_url),
    )
    return [triple for triple in found if triple[1]]


@register.filter
def linked_reference(reference):
    """A reference, as a link where the EU's rules of addresses are sure of it."""
    address = reference_url(reference)
    return (
        format_html('<a href="{}">{}</a>', address, reference) if address else reference
    )


@register.filter
def page_name(row):
    """The name of the page of a fact that belongs to no record."""
    return page_of_fact(row)[0]


@register.filter
def value_in_words(value):
    """A value in the notation of ``Claim.says``, in words."""
    return said_value(value, is_number=False)


@register.filter
def standing_sign(standing):
    return SIGNS[standing]


@register.filter
def standing_in(claim, fact):
    """The standing of a claim in words; one that speaks of what the editors
    rejected as having happened agrees with a date alone."""
    if is_rejected(fact.about) and claim.standing != Standing.DISAGREES:
        return "says it happened; by our ruling it did not"
    return standing_label(claim.standing)


def standing_label(standing):
    return Standing(standing).label.lower()


@register.filter
def standing_verb(standing, count):
    """A standing after a number: "1 agrees", "2 agree"."""
    one, many = VERBS[standing]
    return one if count == 1 else many


@register.filter
def standing_counts(summary):
    """Pairs of a standing and the number of a source's claims with it, if any."""
    counts = summary.by_standing
    return [(standing, counts[standing]) for standing in Standing if counts[standing]]


@register.filter
def alone_counts(summary):
    """Pairs of a way to stand alone and the number of a source's claims so, if any."""
    return [(how, summary.alone[how]) for how in Alone if summary.alone[how]]


@register.filter
def claimed_value(claim):
    """The value that a source gives for a fact, in words."""
    return said_value(claim.says, bool(claim.partnership_id))


@register.filter
def adopted_value(fact):
    """The value that the editors adopted for a fact, in words."""
    if not fact.adopted:
        return "none"
    return said_value(fact.adopted, bool(fact.claims[0].partnership_id))


def said_value(value, is_number):
    """A value in the notation of ``Claim.says``; four digits may be a year, or the
    number that a claim on a partnership itself gives."""
    if label := _CHOICES.get(value):
        return label
    if amount := re.fullmatch(r"(\d+) ([A-Z]{3})", value, re.ASCII):
        return f"{amount[2]} {int(amount[1]):,}"
    try:
        return value if is_number else dates.parse(value, open_ended=True).display()
    except dates.InvalidPartialDate:
        return value


@register.filter
def source_count(fact):
    return len({claim.source_id for claim in fact.claims})


@register.filter
def claims_of(fact, source):
    """The claims of one source about a fact."""
    return [claim for claim in fact.claims if claim.source_id == source.pk]


@register.filter
def rivals_in_words(evidence):
    """The number of sources that disagree, with a ruling or without."""
    count = evidence.rivals
    ruled = "ruled on" if evidence.is_ruled else "not ruled on"
    return (
        f"{count} {'source disagrees' if count == 1 else 'sources disagree'}, {ruled}"
    )


def rivals_in_short(fact):
    """Return the number of sources that disagree: "1 disagrees, ruled on"."""
    count = len({claim.source_id for claim in fact.rivals})
    ruled = "ruled on" if fact.ruling else "not ruled on"
    return f"{count} {standing_verb(Standing.DISAGREES, count)}, {ruled}"


@register.filter
def evidence_in_words(evidence):
    """The sources of a fact in numbers: "2 sources, 1 disagrees, ruled on"."""
    if not evidence.sources:
        return "no source"
    counted = f"{evidence.sources} source{'s' if evidence.sources > 1 else ''}"
    if not evidence.rivals:
        return counted
    verb = standing_verb(Standing.DISAGREES, evidence.rivals)
    ruled = "ruled on" if evidence.is_ruled else "not ruled on"
    return f"{counted}, {evidence.rivals} {verb}, {ruled}"


@register.filter
def language_name(code):
    """A language by its English name, or by its code where Django knows none."""
    try:
        return get_language_info(code)["name"]
    except KeyError:
        return code
