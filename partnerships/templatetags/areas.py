"""Areas of cooperation across partnerships, in signs and words."""

from functools import lru_cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.text import get_text_list

from partnerships.choices import CoverageValue
from partnerships.templatetags.claims import evidence_in_words

register = template.Library()

COVERAGE_SIGNS = {
    CoverageValue.INCLUDED: "●",
    CoverageValue.NOT_INCLUDED: "○",
    CoverageValue.ALREADY_EXISTS: "◐",
    CoverageValue.NOT_ASSESSED: "?",
}
#: What stands before the partners of a pattern that have a value, and before the last.
PATTERN_WORDS = {
    CoverageValue.INCLUDED: ("", "and"),
    CoverageValue.ALREADY_EXISTS: ("already exists with ", "and"),
    CoverageValue.NOT_INCLUDED: ("not ", "or"),
    CoverageValue.NOT_ASSESSED: ("not assessed for ", "and"),
}


@register.simple_tag
def coverage_values():
    return list(CoverageValue)


@register.filter
def coverage_sign(value):
    return COVERAGE_SIGNS[value]


@register.filter
def cells_by_value(record):
    """Pairs of each value of coverage and the cells of a record with it, if any."""
    return [(value, record.cells_with(value)) for value in CoverageValue]


@register.filter
def is_assessed(record):
    """True where somebody has looked at an area of the record."""
    return any(cell.about for cell in record.cells)


@register.filter
def included_count(record):
    return len(record.cells_with(CoverageValue.INCLUDED))


@register.filter
def with_addresses(cells, addresses):
    """Pairs of a cell and the address of its column's record."""
    return zip(cells, addresses, strict=True)


@register.simple_tag
def matrix_cells(row, addresses):
    """The cells of a row, each with a link to its place in its column's record."""
    # No template: a table has up to 7,800 of them.
    return format_html_join(
        "\n",
        '<td><a href="{}#area-{}">{}</a></td>',
        (
            (address, row.area.number, _coverage_mark(cell.value, cell.evidence))
            for cell, address in with_addresses(row.cells, addresses)
        ),
    )


@lru_cache(maxsize=128)  # a table has many cells, of few kinds
def _coverage_mark(value, evidence):
    """The sign of a cell with its words, number of sources and mark of a dispute."""
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
        evidence_in_words(evidence),
        evidence.sources,
        dispute,
    )


@register.filter
def included_in_words(coverage):
    """The number of assessed partnerships that include the area, as a sentence."""
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
    """The patterns in which the partnerships differ, or all."""
    return [p for p in comparison.patterns if shows_all or not p.is_shared]


@register.filter
def differences_in_words(comparison):
    """The numbers of areas that are treated alike and that are not, in a sentence."""
    alike = {p.values[0]: len(p.rows) for p in comparison.patterns if p.is_shared}
    total = sum(len(pattern.rows) for pattern in comparison.patterns)
    differ = total - sum(alike.values())
    sentence = f"They differ on {differ} of the {total} areas."
    if not alike:
        return sentence
    counts = [f"{count} {value.label.lower()}" for value, count in alike.items()]
    return f"{sentence} They treat the others alike: {', '.join(counts)}."


@register.filter
def pattern_in_words(pattern):
    """The partners with and without the areas: "Japan and Norway, not Canada"."""
    names = {value: [] for value in PATTERN_WORDS}
    for cell in pattern.rows[0].cells:
        names[cell.value].append(cell.partnership.partner.name)
    text = ", ".join(
        before + get_text_list(names[value], last)
        for value, (before, last) in PATTERN_WORDS.items()
        if names[value]
    )
    return text[:1].upper() + text[1:]
