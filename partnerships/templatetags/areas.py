"""Areas of cooperation across partnerships, in marks and words."""

from functools import lru_cache
from itertools import groupby

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from partnerships.choices import CoverageValue
from partnerships.selectors.matrix import RowGroup
from partnerships.templatetags.claims import evidence_in_words
from partnerships.templatetags.knowledge import number_in_words
from partnerships.text import capitalised
from partnerships.web import row_words
from partnerships.web.milestone_words import in_text

register = template.Library()

#: More columns than these have no room for names across, and on a phone for none.
MOST_ACROSS, MOST_NAMED_ON_A_PHONE = 12, 16
#: More columns than these are narrower than a finger: names below the table lead on.
MOST_TO_TOUCH = 34


@register.simple_tag
def coverage_values():
    return list(CoverageValue)


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
def matrix_shape(columns):
    """The classes of a table with these columns: how much room each of them has."""
    limits = {"upright": MOST_ACROSS, "dense": MOST_NAMED_ON_A_PHONE}
    return " ".join(name for name, most in limits.items() if len(columns) > most)


@register.filter
def are_narrow(columns):
    """True where the heads of so many columns are too narrow for a finger."""
    return len(columns) > MOST_TO_TOUCH


@register.filter
def with_addresses(cells, addresses):
    """Pairs of a cell and the address of its column's record."""
    return zip(cells, addresses, strict=True)


@register.simple_tag
def matrix_cells(row, addresses):
    """The cells of a row, each the way to its place in its column's record. The heads
    of row and column lead there too, so that the keyboard need not stop at each."""
    # No template, and nothing escaped anew: a table has up to 1,560 of them.
    number = row.area.number
    return SafeString(
        "".join(
            f'<td><a href="{address}#area-{number}" tabindex="-1"'
            f"{_inside_cell(cell.value, cell.evidence)}</a></td>"
            for cell, address in with_addresses(row.cells, addresses)
        )
    )


@lru_cache(maxsize=128)  # a table has many cells, of few kinds
def _inside_cell(value, evidence):
    return format_html(' class="{}">{}', value, _cell_text(value, evidence))


def _cell_text(value, evidence):
    """A value in words, which the look of its cell repeats, and, in sight where there
    is more to it, the number of its sources and the mark of a dispute."""
    if evidence.rivals:
        return format_html(
            '{}, {}<b class="dispute-{}" aria-hidden="true">{}≠</b>',
            value.label,
            evidence_in_words(evidence),
            evidence.disagreement,
            f"{evidence.sources} " if evidence.sources > 1 else "",
        )
    if evidence.sources == 1:
        return value.label
    seen = f"{evidence.sources}" if evidence.sources else "–"
    said = evidence_in_words(evidence)
    return format_html('{}, {}<b aria-hidden="true">{}</b>', value.label, said, seen)


@register.filter
def row_groups(matrix, by_number):
    """The rows of a matrix in groups by how common they are, or in one by number."""
    if by_number:
        return [RowGroup(matrix.rows, len(matrix.columns))]
    return matrix.groups


@register.filter
def group_name(group, by_number=False):
    """The name of a group by how many include its areas: "In five to eight"."""
    if by_number:
        return "By number"
    if group.of == 1:
        return "Included" if group.most else "Not included"
    if group.fewest == group.of:
        return "In both" if group.of == 2 else f"In all {number_in_words(group.of)}"
    if not group.most:
        return "In none"
    fewest, most = number_in_words(group.fewest), number_in_words(group.most)
    return f"In {most}" if fewest == most else f"In {fewest} to {most}"


@register.filter
def matrix_headline(matrix, narrowing=()):
    """The areas that all of the columns include, in a line, which says where filters
    have chosen the columns."""
    columns, common, areas = matrix.columns, len(matrix.common), len(matrix.rows)
    if not columns or not areas:
        return "Areas of cooperation"
    if len(columns) == 1:
        partner = in_text(columns[0].partner)
        return f"The partnership with {partner} includes {common} of {areas} areas"
    every = "both" if len(columns) == 2 else f"all {number_in_words(len(columns))}"
    these = f"{every} partnerships{' shown' if narrowing else ''}"
    if not common:
        return f"No area is in {these}"
    verb = "is" if common == 1 else "are"
    number = capitalised(number_in_words(common))
    return f"{number} of {areas} areas {verb} in {these}"


@register.filter
def partners_by_value(cells):
    """Each value of coverage that there is, with its partnerships and their cells."""
    return [(value, [*group]) for value, group in groupby(cells, lambda c: c[1].value)]


@register.filter
def included_in_words(coverage):
    """The number of signed and assessed partnerships that include the area, as a
    sentence."""
    included = coverage.counts[CoverageValue.INCLUDED]
    unknown = coverage.counts[CoverageValue.NOT_ASSESSED]
    assessed = sum(coverage.counts.values()) - unknown
    if not assessed:
        return "No signed partnership has been assessed on this area."
    if included == assessed > 1:
        every = "Both" if assessed == 2 else f"All {number_in_words(assessed)}"
        return f"{every} partnerships that have been assessed include it."
    verb = "includes" if included == 1 else "include"
    number = capitalised(number_in_words(included)) if included else "None"
    of = f"{number_in_words(assessed)} partnership{'s' * (assessed > 1)}"
    said = f"{number} of the {of} assessed {verb} it"
    if exists := coverage.counts[CoverageValue.ALREADY_EXISTS]:
        said += f"; with {number_in_words(exists)} it already exists"
    return f"{said}."


@register.filter
def patterns_shown(comparison, shows_all):
    """The patterns in which the partnerships differ, or all."""
    return [p for p in comparison.patterns if shows_all or not p.is_shared]


@register.filter
def partnerships_of(cells):
    """The partnerships of pairs with their cells."""
    return [partnership for partnership, _ in cells]


@register.filter
def stands_in_words(partnership):
    """The state of a partnership, since when: "Signed 28 May 2024"."""
    return row_words.sdp_line(partnership, None)
