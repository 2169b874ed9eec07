"""Linked data in a page (schema.org), for programs that index data."""

import json

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.html import format_html
from django.utils.safestring import SafeString

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
