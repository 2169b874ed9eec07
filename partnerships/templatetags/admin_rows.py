"""The forms of the admin: the cells of rows, and what is wrong, with links to it."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django import template
from django.contrib.admin.helpers import AdminReadonlyField, InlineAdminForm
from django.forms import BaseForm as Form
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst

register = template.Library()


class Problem(NamedTuple):
    """One thing that is wrong: the id of the place on the page, empty if it is about
    the whole form, what it is called, and a sentence."""

    target: str
    name: str
    sentence: str


@register.filter
def cells(row: InlineAdminForm) -> SafeString:
    """Return the cells of a row as HTML, in the order of the columns.

    The page of a record has 250 of them; a template's loop takes twice as long.
    """
    fields = (cell for fieldset in row for line in fieldset for cell in line)
    return format_html_join("\n", '<td class="field-{}">{}{}</td>', map(_named, fields))


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


def _named(cell) -> tuple:
    """Return what ``_cell`` does, the content with its name for who does not see the
    head of the column."""
    name, errors, content = _cell(cell)
    if isinstance(cell, AdminReadonlyField) or content.is_hidden:
        return name, errors, content
    return name, errors, content.as_widget(attrs={"aria-label": content.label})


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


@register.simple_tag
def problems(form: Form, inlines: Iterable[Any]) -> list[Problem]:
    """Return what is wrong with a form of the admin and with the rows beneath it, in
    the order of the page."""
    found = [*_problems(form, "", "")]
    for inline in inlines:
        rows, name = inline.formset, capfirst(inline.opts.verbose_name_plural)
        if not rows.is_bound:
            continue
        at_table = f"{rows.prefix}-heading"
        found += [Problem(at_table, name, error) for error in rows.non_form_errors()]
        for number, row in enumerate(rows.forms):
            at_row = f"{rows.prefix}-{number}"
            found += _problems(row, at_row, f"{name}, row {number + 1}")
    return found


def _problems(form: Form, at_row: str, name: str) -> Iterator[Problem]:
    """Yield what is wrong with one form. What is wrong with none of its fields in view
    is said of the whole row."""
    for field, errors in form.errors.items():
        target, names = at_row, [name]
        if field in form.fields and not form[field].is_hidden:
            target = form[field].id_for_label
            names.append(capfirst(str(form[field].label)))
        for error in errors:
            sentence, _, box = str(error).partition(" <label")
            sentence = SafeString(sentence) if box else str(error)
            yield Problem(target, ": ".join(filter(None, names)), sentence)
