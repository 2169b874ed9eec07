"""Drives the admin as a browser does: each form is sent back as it was shown, save for
what the test changes."""

import re

from django.db import connection
from django.forms import MultiWidget
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partnerships.ledger.registry import tracked
from partnerships.models import Partnership
from tests import factories

#: The models of the record; the trail has the roles of accounts beside them.
RECORD = [
    table.live for table in tracked().values() if table.live and table.live.PUBLIC
]
PUBLIC = {"change_kind": "correction", "change_reason": "The day was wrong"}
CITED = {**PUBLIC, "locator": "page 3"}


def url(model, page, *args):
    return reverse(f"admin:partnerships_{model._meta.model_name}_{page}", args=args)


def change_url(record):
    return url(type(record), "change", record.pk)


def part_url(record, part):
    """The form of one part of a partnership's record."""
    return url(Partnership, part, record.pk)


def form_url(record):
    """The form of any record; of a partnership, that of its words."""
    is_partnership = isinstance(record, Partnership)
    return part_url(record, "words") if is_partnership else change_url(record)


#: The part of a record whose form has a field, by how the name of the field begins.
PARTS = {
    "milestones": "milestones",
    "coverage": "areas",
    "engagements": "ties",
    "claims": "text",
    "stated": "text",
    "review": "text",
    "checks": "checks",
    "is": "publication",
}


def form_with(address, fields):
    """The address of the form that has these fields, of a record that has several."""
    is_record = re.fullmatch(r"/admin/partnerships/partnership/\d+/change/", address)
    if not is_record:
        return address
    beginnings = {re.split("[-_]", name)[0] for name in fields}
    parts = {PARTS[one] for one in beginnings if one in PARTS}
    (part,) = parts or {"words"}
    return address.replace("/change/", f"/{part}/")


def shown_forms(response):
    """The main form, then those of the rows beneath it, new and hidden ones included."""
    yield response.context["adminform"].form
    for inline in response.context["inline_admin_formsets"]:
        yield inline.formset.management_form
        yield from inline.formset.forms


def as_shown(response) -> dict:
    """What a browser sends if nothing is changed."""
    data = {}
    for form in shown_forms(response):
        for field in form:
            value, widget = field.value(), field.field.widget
            if isinstance(widget, MultiWidget):
                parts = enumerate(widget.decompress(value))
                data |= {f"{field.html_name}_{i}": part for i, part in parts if part}
            elif isinstance(value, list):
                data[field.html_name] = [getattr(one, "pk", one) for one in value]
            elif value is True:
                data[field.html_name] = "on"
            elif value is not None and value is not False:
                data[field.html_name] = str(getattr(value, "pk", value))
    return data


def submit(client, address, changes=(), *, rows=(), **fields):
    """Send the form at that address with these changes. ``rows`` are new ones beneath
    it, as (prefix, fields): each is sent as it begins, save for these fields."""
    typed = {**dict(changes), **fields, **dict(rows)}
    address = form_with(address, typed)
    page = client.get(address)
    data = as_shown(page) | dict(changes) | fields
    for prefix, row in rows:
        number = int(data[f"{prefix}-TOTAL_FORMS"])
        data[f"{prefix}-TOTAL_FORMS"] = number + 1
        sent = _as_begun(page, prefix) | row
        data |= {f"{prefix}-{number}-{name}": value for name, value in sent.items()}
    return client.post(address, data)


def _as_begun(page, prefix) -> dict:
    """What a new row of the inline with that prefix holds before anything is typed."""
    for inline in page.context["inline_admin_formsets"]:
        if inline.formset.prefix == prefix:
            fields = inline.formset.empty_form
            return {f.name: f.value() for f in fields if f.initial not in (None, "")}
    return {}


def errors(response) -> str:
    """All sentences that the page says about what was sent."""
    if not response.context:
        return ""
    forms = [error for form in shown_forms(response) for error in _sentences(form)]
    whole = [
        error
        for inline in response.context["inline_admin_formsets"]
        for error in inline.formset.non_form_errors()
    ]
    return " ".join([*forms, *whole])


def row_errors(response, prefix) -> list[str]:
    """The sentences at each row of the inline with that prefix."""
    (formset,) = (
        inline.formset
        for inline in response.context["inline_admin_formsets"]
        if inline.formset.prefix == prefix
    )
    return [" ".join(_sentences(form)) for form in formset.forms]


def stored() -> dict:
    """Everything that the record and its history hold, to tell whether it changed."""
    return {
        table: list(table.objects.order_by("pk").values())
        for model in RECORD
        for table in (model, model.history.model)
    }


def history_count() -> int:
    return sum(model.history.count() for model in RECORD)


def one_of_each(*, published=False):
    """A record of every kind, those of a partnership belonging to the same one."""
    partnership = factories.partnership(published=published, stated_areas=17)
    signed = factories.milestone(partnership)
    cell = factories.coverage(partnership, factories.area())
    engagement = factories.engagement(partnership)
    affiliation = factories.affiliation(partnership.partner, "nato_ally")
    question = factories.question()
    claim = factories.claim(signed, "2024-05-28")
    factories.claim(cell, "included")
    factories.claim(question, "no")
    others = [
        factories.subject(partnership),
        factories.position(partnership),
        factories.namesake(),
    ]
    for fact in others:
        factories.claim(fact, "yes")
    return [
        affiliation,
        cell.area,
        claim,
        cell,
        engagement,
        signed,
        partnership.partner,
        partnership,
        question,
        claim.source,
        *others,
    ]


def _sentences(form):
    return [message for messages in form.errors.values() for message in messages]


def count_queries():
    return CaptureQueriesContext(connection)
