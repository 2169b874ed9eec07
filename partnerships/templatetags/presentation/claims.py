"""What sources say, in words and as items of lists.

The items are no templates: a record has a hundred of them, and a template for each
would take most of the time of the page.
"""

import re
from functools import lru_cache

from django.utils.html import format_html

from partnerships import dates
from partnerships.choices import CoverageValue, Frequency, Standing
from partnerships.templatetags.presentation.library import lines, register, remembered
from partnerships.templatetags.presentation.links import address

SIGNS = {Standing.AGREES: "=", Standing.COMPATIBLE: "≈", Standing.DISAGREES: "≠"}
_ORDER = {standing: place for place, standing in enumerate(Standing)}
_WORDS = {
    choice.value: choice.label.lower()
    for choices in (CoverageValue, Frequency)
    for choice in choices
}


@register.filter
def sign(standing):
    return SIGNS[standing]


@register.filter
def standing_word(standing):
    return Standing(standing).label.lower()


@register.filter
def by_standing(claims):
    """Those that agree first, the rivals last."""
    return sorted(claims, key=lambda claim: _ORDER[claim.standing])


@register.filter
def said(claim):
    """What a source says of a fact, in words."""
    return _in_words(claim.says, is_number=bool(claim.partnership_id))


@register.filter
def adopted_value(fact):
    """The value that the editors adopted, in the same words."""
    if not fact.adopted:
        return "none"
    return _in_words(fact.adopted, is_number=bool(fact.claims[0].partnership_id))


@lru_cache(maxsize=4096)
def _in_words(says, *, is_number):
    if words := _WORDS.get(says):
        return words
    if amount := re.fullmatch(r"(\d+) ([A-Z]{3})", says, re.ASCII):
        return f"{amount[2]} {int(amount[1]):,}"
    try:
        return says if is_number else dates.parse(says).display()
    except dates.InvalidPartialDate:
        return says


@remembered("includes/claims.html")
def claims_about(context, fact):
    """All claims about one fact, each with its document and the place in it, and the
    ruling."""
    return {"items": _items(context, fact), "ruling": fact.ruling}


def _items(context, fact):
    clock = context.get("clock")
    known = clock.given.get("known_on") if clock else None
    items = (
        _item(
            claim.standing,
            claim.pk,
            _document(claim.source, known),
            claim.locator,
            said(claim),
            claim.wording,
        )
        for claim in by_standing(fact.claims)
    )
    return lines(items)


@lru_cache(maxsize=10_000)  # the same claims are shown again and again
def _item(standing, pk, document, locator, what, wording):
    return format_html(
        '<li class="claim claim-{}" id="claim-{}">{} <span class="claim-text">'
        "{}, {}: <strong>{}</strong>{}</span></li>",
        standing,
        pk,
        _standing(standing),
        document,
        locator,
        what,
        _in_the_words(wording),
    )


def _in_the_words(wording):
    """The source's own words, where they are on record."""
    return format_html(", in the words <q>{}</q>", wording) if wording else ""


@lru_cache
def _standing(standing):
    return format_html(
        '<span class="standing"><span aria-hidden="true">{}</span> {}</span>',
        SIGNS[standing],
        standing_word(standing),
    )


def _document(source, known):
    return _document_of(
        source.publisher,
        source.title,
        source.url,
        source.published_on,
        source.key,
        known,
    )


@lru_cache(maxsize=1024)
def _document_of(publisher, title, url, published_on, key, known):
    """A document as it is cited, with the ways to all that it says and to itself."""
    document = ""
    if url:
        document = format_html('; <a href="{}" rel="external">document</a>', url)
    return format_html(
        '{}, <a href="{}"><cite>{}</cite></a> ({}{})',
        publisher,
        address("source-detail", (key,), {"known_on": known} if known else {}),
        title,
        published_on.display() if published_on else "undated",
        document,
    )
