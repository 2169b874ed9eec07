"""The cells of the rows beneath a form of the admin."""

from django import template
from django.contrib.admin.helpers import AdminReadonlyField, InlineAdminForm
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def cells(row: InlineAdminForm) -> SafeString:
    """Return the cells of a row as HTML, in the order of the columns.

    The page of a record has 250 of them; a template's loop takes twice as long.
    """
    fields = (cell for fieldset in row for line in fieldset for cell in line)
    return format_html_join("\n", '<td class="field-{}">{}{}</td>', map(_cell, fields))


@register.filter
def lines(row: InlineAdminForm) -> SafeString:
    """Return the fields of a row as HTML, in lines, each with its label; what a field
    is for shows over its label."""
    fields = '<div class="field field-{}">{}{}{}</div>'
    return format_html_join(
        "\n",
        '<div class="fields">{}</div>',
        (
            [format_html_join("\n", fields, map(_labelled, line))]
            for fieldset in row
            for line in fieldset
        ),
    )


def _labelled(cell) -> tuple:
    """Return what ``_cell`` does, with the label after the name."""
    name, *content = _cell(cell)
    if isinstance(cell, AdminReadonlyField):
        return name, cell.label_tag(), *content
    required = {"class": "required"} if cell.field.field.required else {}
    attributes = {"title": cell.field.help_text, **required}
    return name, cell.field.label_tag(attrs=attributes), *content


def _cell(cell) -> tuple:
    """Return the name of its column, its errors and its content."""
    if isinstance(cell, AdminReadonlyField):
        return cell.field["name"], "", format_html("<p>{}</p>", cell.contents())
    return cell.field.name, cell.field.errors or "", cell.field
