"""Areas of cooperation across partnerships."""

from functools import lru_cache

from django.utils.html import format_html, format_html_join
from django.utils.text import get_text_list

from partnerships.choices import (
    CoverageValue,
)
from partnerships.templatetags.presentation.claims import claims_about
from partnerships.templatetags.presentation.facts import dispute
from partnerships.templatetags.presentation.library import lines, register, remembered
from partnerships.templatetags.presentation.links import dated_url

COVERAGE_SIGNS = {
    CoverageValue.INCLUDED: "●",
    CoverageValue.NOT_INCLUDED: "○",
    CoverageValue.ALREADY_EXISTS: "◐",
    CoverageValue.NOT_ASSESSED: "?",
}


PATTERN_WORDS = {
    CoverageValue.INCLUDED: ("", "and"),
    CoverageValue.ALREADY_EXISTS: ("already exists with ", "and"),
    CoverageValue.NOT_INCLUDED: ("not ", "or"),
    CoverageValue.NOT_ASSESSED: ("not assessed for ", "and"),
}


@register.filter
def coverage_sign(value):
    return COVERAGE_SIGNS[value]


@register.simple_tag
def matrix_cells(row, addresses):
    """The cells of a row, each with the way to it in its column's record."""
    # Not a template: a table has thousands of them.
    return format_html_join(
        "\n",
        '<td><a href="{}#area-{}">{}</a></td>',
        (
            (address, row.area.number, _coverage_mark(cell.value, cell.evidence))
            for cell, address in with_addresses(row.cells, addresses)
        ),
    )


@lru_cache  # a table has many cells, of few kinds
def _coverage_mark(value, evidence):
    """The sign of a cell, the same in words, and what its sources amount to."""
    dispute = ""
    if evidence.rivals:
        dispute = format_html(
            '<span class="dispute dispute-{}">≠</span>', evidence.disagreement
        )
    return format_html(
        '<span class="sign sign-{}" aria-hidden="true">{}</span>'
        '<span class="visually-hidden">{}, {}</span>'
        '<span class="sign-notes" aria-hidden="true">{}{}</span>',
        value,
        COVERAGE_SIGNS[value],
        value.label,
        in_short(evidence),
        evidence.sources,
        dispute,
    )


@remembered("includes/area.html")
def area_item(context, cell):
    """An area of a record, with what each source says of it."""
    return {
        "number": cell.area.number,
        "name": cell.area.name,
        "label": str(cell.area),
        "address": dated_url(context, "area-detail", cell.area.slug),
        "pk": cell.about and cell.about.pk,
        "claims": claims_about(context, cell) if cell.claims else "",
        "dispute": dispute(cell) if cell.rivals else "",
        "disagreement": cell.disagreement,
    }


@register.simple_tag(takes_context=True)
def area_items(context, cells):
    return lines(area_item(context, cell) for cell in cells)


@register.simple_tag
def coverage_values():
    return list(CoverageValue)


@register.filter
def in_short(evidence):
    """What the sources of a fact amount to: "2 sources, 1 disagrees, ruled on"."""
    if not evidence.sources:
        return "no source"
    said = f"{evidence.sources} source{'s' if evidence.sources > 1 else ''}"
    if not evidence.rivals:
        return said
    verb = "disagrees" if evidence.rivals == 1 else "disagree"
    ruled = "ruled on" if evidence.is_ruled else "not ruled on yet"
    return f"{said}, {evidence.rivals} {verb}, {ruled}"


@register.filter
def with_addresses(cells, addresses):
    """Pairs of a cell and the address of its column's record."""
    return zip(cells, addresses, strict=True)


@register.filter
def noted_of(engagements, kind):
    return engagements.get(kind, [])


@register.filter
def included_in_words(coverage):
    """How many of the assessed partnerships include the area, as a sentence."""
    included = coverage.counts[CoverageValue.INCLUDED]
    unknown = coverage.counts[CoverageValue.NOT_ASSESSED]
    assessed = sum(coverage.counts.values()) - unknown
    if not assessed:
        return "No partnership has been assessed on this area."
    verb = "includes" if included == 1 else "include"
    return (
        f"{included:,} of the {assessed:,} partnership{'s' if assessed > 1 else ''} "
        f"assessed {verb} it."
    )


@register.filter
def patterns_shown(comparison, shows_all):
    """The patterns that differ, or all."""
    return [p for p in comparison.patterns if shows_all or not p.is_shared]


@register.filter
def differences_in_words(comparison):
    """How many areas are treated alike and how many are not, in a sentence."""
    alike = {p.values[0]: len(p.rows) for p in comparison.patterns if p.is_shared}
    total = sum(len(pattern.rows) for pattern in comparison.patterns)
    differ = total - sum(alike.values())
    words = f"They differ on {differ} of the {total} areas."
    if not alike:
        return words
    counts = [f"{count} {value.label.lower()}" for value, count in alike.items()]
    return f"{words} They treat the others alike: {', '.join(counts)}."


@register.filter
def pattern_in_words(pattern):
    """Who includes the areas and who does not: "Japan and Norway, not Canada"."""
    names = {value: [] for value in PATTERN_WORDS}
    for cell in pattern.rows[0].cells:
        names[cell.value].append(cell.partnership.partner.name)
    words = ", ".join(
        before + get_text_list(names[value], last)
        for value, (before, last) in PATTERN_WORDS.items()
        if names[value]
    )
    return words[:1].upper() + words[1:]
