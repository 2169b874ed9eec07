"""The data set as linked data, for machines."""

import json
from functools import lru_cache

from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse
from django.utils.html import format_html

from partnerships.templatetags.presentation.library import register

#: What is markup in HTML, as JSON may also write it; json_script does the same.
_IN_SCRIPT = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&'"}


@register.simple_tag
def json_ld(data):
    """A block of linked data, which no browser runs; nothing for None."""
    if data is None:
        return ""
    return _script(json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False))


@lru_cache(maxsize=200)
def _script(text):
    # All but the quotes is escaped once more, and so is shown to hold no markup.
    parts = text.translate(_IN_SCRIPT).split('"')
    places = '"'.join(["{}"] * len(parts))
    return format_html(f'<script type="application/ld+json">{places}</script>', *parts)


LICENCE = "https://creativecommons.org/licenses/by/4.0/"


@register.simple_tag(takes_context=True)
def dataset(context):
    """The data set as linked data (schema.org), for those who index data."""
    trail, absolute = context["trail"], context["request"].build_absolute_uri
    described = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": "The European Union’s Security and Defence Partnerships",
        "description": (
            "Status, dated milestones, areas of cooperation and other ties of each "
            "partnership, every fact with its sources, where they disagree, and what "
            "the editors ruled. Not an official data set of the European Union."
        ),
        "url": absolute(reverse("data")),
        "license": LICENCE,
        "isAccessibleForFree": True,
        "inLanguage": "en",
        "version": str(trail.edition),
        "creator": {"@type": "Organization", "name": "SDP Tracker"},
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": kind,
                "contentUrl": absolute(reverse(name)),
            }
            for name, kind in (
                ("data-set", "application/zip"),
                ("api:partnership-list", "application/json"),
            )
        ],
    }
    if trail.changed_at:
        described["dateModified"] = trail.changed_at.isoformat()
    return described
