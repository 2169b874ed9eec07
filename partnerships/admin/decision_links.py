"""Links from fields to the decision book, where it has a section about them."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from partnerships.web.markup import joined

#: The sections of ``docs/decisions.md`` by their anchors, as links name them.
SECTIONS = {
    "announced-signed-concluded": "announced, signed, concluded",
    "which-day": "which day",
    "who-counts-as-a-signatory": "who counts as a signatory",
    "what-is-a-partnership-here": "what is a partnership",
    "loans-procurement-associations": "loans, procurement, associations",
    "which-sources-suffice": "which sources suffice",
    "rulings": "rulings",
}

#: The section about a field, by the names of its model and its own.
SECTION_OF = {
    ("partnership", "partner"): "what-is-a-partnership-here",
    ("milestone", "track"): "loans-procurement-associations",
    ("milestone", "kind"): "announced-signed-concluded",
    ("milestone", "announces"): "announced-signed-concluded",
    ("milestone", "date"): "which-day",
    ("milestone", "certainty"): "which-sources-suffice",
    ("milestone", "signatories"): "who-counts-as-a-signatory",
    ("milestone", "ruling"): "rulings",
    ("coverage", "value"): "which-sources-suffice",
    ("coverage", "ruling"): "rulings",
    ("engagement", "kind"): "what-is-a-partnership-here",
    ("engagement", "amount_eur"): "loans-procurement-associations",
    ("engagement", "ruling"): "rulings",
    ("affiliation", "ruling"): "rulings",
    ("subject", "ruling"): "rulings",
    ("position", "date"): "which-day",
    ("position", "text"): "which-sources-suffice",
    ("position", "ruling"): "rulings",
    ("namesake", "title"): "what-is-a-partnership-here",
    ("namesake", "date"): "which-day",
    ("namesake", "ruling"): "rulings",
    ("question", "ruling"): "rulings",
    ("claim", "says"): "which-day",
    ("source", "kind"): "which-sources-suffice",
}


def section_of(field) -> str:
    """Return the anchor of the section about a model's field, empty without one."""
    return SECTION_OF.get((field.model._meta.model_name, field.name), "")


def help_with_link(help_text: str, anchor: str) -> SafeString:
    """Return the help of a field with a link to a section at its end."""
    return format_html("{} Decision book: {}.", help_text, _link(anchor))


def links_of(fields: Iterable) -> SafeString:
    """Return links to the sections about these fields of a model, each once."""
    anchors = dict.fromkeys(filter(None, map(section_of, fields)))
    return joined(" · ", map(_link, anchors))


def _link(anchor: str) -> SafeString:
    book = reverse("admin:desk-manual", args=["decisions"])
    return format_html(
        '<a href="{}#{}" target="_blank">{}</a>', book, anchor, SECTIONS[anchor]
    )
