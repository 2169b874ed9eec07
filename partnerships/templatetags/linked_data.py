"""The data set as linked data (schema.org), for programs that index data."""

import json

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from partnerships.web.citations import DATA_SET, LICENCE, NOT_OFFICIAL, SITE

register = template.Library()

#: Signs that are markup in HTML, as JSON may also write them; json_script does so.
_ESCAPES = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&'"}


@register.simple_tag
def json_ld(data):
    """A block of linked data, which no browser runs; nothing for None."""
    if data is None:
        return ""
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)
    # Safe, as no sign of markup is left in it; json_script has no type but its own.
    block = SafeString(text.translate(_ESCAPES))
    return format_html('<script type="application/ld+json">{}</script>', block)


@register.simple_tag(takes_context=True)
def dataset(context):
    """The data set in the terms of schema.org."""
    trail, absolute = context["trail"], context["request"].build_absolute_uri
    described = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": DATA_SET,
        "description": (
            "Status, dated milestones, areas of cooperation and other ties of each "
            "partnership, every fact with its sources, where they disagree, and what "
            f"the editors ruled. {NOT_OFFICIAL}"
        ),
        "url": absolute(reverse("data")),
        "license": LICENCE,
        "isAccessibleForFree": True,
        "inLanguage": "en",
        "version": str(trail.edition),
        "creator": {"@type": "Organization", "name": SITE},
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": media_type,
                "contentUrl": absolute(reverse(name)),
            }
            for name, media_type in (
                ("data-set", "application/zip"),
                ("api:partnership-list", "application/json"),
            )
        ],
    }
    if trail.changed_at:
        described["dateModified"] = trail.changed_at.isoformat()
    return described
