"""Popovers, which open in place without a script: the sources of a fact, the meaning of
a term.

Both are a button and a popover beside it, of phrasing content alone, so that they may
stand inside a sentence or a cell. A second button for one thing opens the first one's
popover.
"""

import re

from django import template
from django.utils.html import format_html
from django.utils.text import get_text_list

from partnerships.choices import DisagreementState
from partnerships.models import Affiliation, Milestone
from partnerships.templatetags.claims import (
    claims_as,
    fact_name,
    rivals_in_short,
    source_count,
)
from partnerships.templatetags.facts import standing_name
from partnerships.templatetags.links import report_url, with_all_claims
from partnerships.web.addresses import path_of
from partnerships.web.glossary import TERMS_BY_SLUG
from partnerships.web.markup import joined
from partnerships.web.milestone_words import what

register = template.Library()

KEYS_ON_PAPER = 3
#: Words of running text that a term stands for.
_IN_TEXT = {
    **{"CSDP": "csdp", "European Defence Agency": "eda", "FIMI": "fimi"},
    **{"European Peace Facility": "epf", "PESCO": "pesco", "SAFE": "safe"},
    "press reports alone": "reported",
}
_TERM = re.compile(rf"\b({'|'.join(_IN_TEXT)})\b")


@register.simple_tag(takes_context=True)
def sources_of(context, fact, note="", is_here=False, about=""):
    """A button that counts the sources of a fact and opens what each says of it, the
    ruling and the way to report an error; on paper it is their keys. Inside stand a
    note of the editors first, and a link to the fact, where the page has its anchor.
    ``about`` names the fact where its own name does not tell it from others there."""
    report = report_url(context, fact)
    link = report and format_html(
        '<a class="report-link" href="{}">Report an error</a>', report
    )
    if not fact.claims:
        return format_html(
            '<span class="unsourced">No source recorded.</span> {}', link
        )
    name = f"said-{fact.claims[0].fact_id}"
    about = about or _name(fact)
    return _with_popover(
        context,
        name,
        f"Sources of: {about}",
        _chip(fact, name, about),
        note and format_html('<span class="said-note">{}</span>', note),
        _ruling(fact),
        claims_as(context, "span", fact),
        _ways(
            fact.claims[0].fact_id if is_here else "", link, _all_claims(context, fact)
        ),
    )


@register.simple_tag(takes_context=True)
def area_of(context, cell, address):
    """A cell of a record as the short name of its area, which opens its official name,
    what each source says, and the way to the area in every partnership, ``address``."""
    report = report_url(context, cell) if cell.about else ""
    name = f"said-area-{cell.area.number}"
    every = format_html('<a href="{}">This area in all partnerships</a>', address)
    link = report and format_html(
        '<a class="report-link" href="{}">Report an error</a>', report
    )
    button = format_html(
        '<button type="button" class="area-name"{} popovertarget="{}">{}{}</button>',
        format_html(' id="coverage-{}"', cell.about.pk) if cell.about else "",
        name,
        cell.area.short_name or cell.area.name,
        format_html(' <span class="dispute dispute-{}">≠</span>', cell.disagreement)
        if cell.rivals
        else "",
    )
    return _with_popover(
        context,
        name,
        f"Sources of: {cell.area.name}",
        button,
        format_html(
            '<span class="said-note"><strong>{}</strong>: {}. Area {} of Table 1.'
            "</span>",
            cell.area.name,
            cell.value.label.lower(),
            cell.area.number,
        ),
        _ruling(cell),
        claims_as(context, "span", cell)
        or format_html('<span class="unsourced">{}</span>', "No source recorded."),
        _ways(f"area-{cell.area.number}", link, _all_claims(context, cell), every),
    )


@register.simple_tag(takes_context=True)
def term(context, slug, words=""):
    """A word of the glossary, the first of which on a page opens its meaning: "SAFE",
    or the words given."""
    found = TERMS_BY_SLUG[slug]
    short = re.search(r"\((.+)\)", found.word)
    said = words or (short[1] if short else found.word)
    name = f"term-{slug}"
    if not _is_first(context, name):
        return said
    button = format_html(
        '<button type="button" class="term-word" popovertarget="{}">{}</button>',
        name,
        said,
    )
    meaning = format_html(
        '<strong>{}</strong>: {}. <a href="{}#{}">Glossary</a>',
        found.word,
        found.meaning,
        path_of("glossary"),
        slug,
    )
    return _popover(name, found.word, button, meaning)


@register.simple_tag(takes_context=True)
def explained(context, text):
    """A text in which the first of each of its terms opens its meaning."""
    parts = _TERM.split(str(text))
    return joined(
        "",
        (
            term(context, _IN_TEXT[part], part) if number % 2 else part
            for number, part in enumerate(parts)
        ),
    )


def _ruling(fact):
    return fact.ruling and format_html(
        '<span class="ruling"><strong>The editors’ ruling:</strong> {}</span>',
        fact.ruling,
    )


def _chip(fact, name, about):
    """The button that counts the sources of a fact, and says of what to those who do
    not see beside what it stands."""
    count = source_count(fact)
    words = f"{count} source{'' if count == 1 else 's'}"
    words += f" ≠ {rivals_in_short(fact)}" if fact.rivals else ""
    return format_html(
        '<button type="button" class="chip{}" popovertarget="{}" data-keys="{}"'
        ' aria-label="{} of: {}">{}</button>',
        " chip-open" if fact.disagreement == DisagreementState.OPEN else "",
        name,
        _keys(fact),
        words,
        about,
        words,
    )


def _name(fact):
    """A fact by its name, a milestone as its title has it."""
    row = fact.about
    if isinstance(row, Milestone):
        return what(row)
    return standing_name(row) if isinstance(row, Affiliation) else fact_name(fact)


def _with_popover(context, name, label, button, *parts):
    """A button with what it opens, where that is not on the page yet."""
    if not _is_first(context, name):
        return button
    return _popover(name, label, button, joined("", filter(None, parts)))


def _popover(name, label, button, said):
    """A button, and what it opens: ``said``, called ``label``, after a button that
    closes it, for where it leaves no room to press beside."""
    return format_html(
        '{button}<span popover id="{name}" role="group" aria-label="{label}">'
        '<button type="button" class="close" popovertarget="{name}"'
        ' popovertargetaction="hide" aria-label="Close">×</button>{said}</span>',
        button=button,
        name=name,
        label=label,
        said=said,
    )


def _all_claims(context, fact):
    """The way to all claims about a fact, where its page has no room for them."""
    most = getattr(context.request, "most_claims", None)
    if most is None or len(fact.claims) <= most:
        return ""
    return format_html(
        '<a href="{}#{}">Show all {} claims</a>',
        with_all_claims(context),
        fact.claims[0].fact_id,
        len(fact.claims),
    )


def _ways(here, report, *more):
    """The ways on from a fact: to itself, to the form of a report."""
    own = here and format_html('<a href="#{}">Link to this</a>', here)
    found = (*more, own, report)
    return any(found) and format_html(
        '<span class="said-ways">{}</span>',
        joined(" ", filter(None, found)),
    )


def _is_first(context, name):
    """True once for each name on a page."""
    # A request makes one page, of many templates that know nothing of each other.
    names = vars(context.request).setdefault("popovers", set())
    is_first = name not in names
    names.add(name)
    return is_first


def _keys(fact):
    """The keys of the sources of a fact, or of some: "eprs-2026-03, who-2025 and 2
    others"."""
    keys = list(dict.fromkeys(claim.source.key for claim in fact.claims))
    if len(keys) > KEYS_ON_PAPER + 1:
        keys = [*keys[:KEYS_ON_PAPER], f"{len(keys) - KEYS_ON_PAPER} others"]
    return get_text_list(keys, "and")
