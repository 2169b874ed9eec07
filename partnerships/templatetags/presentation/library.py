from collections.abc import Callable, Iterable
from functools import lru_cache, wraps

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


def remembered(name: str, *, most: int = 1_000) -> Callable:
    """Register a tag of which pages have many, or all pages one, and the same again and
    again. What the decorated function gives by name, all of it hashable, is all that
    the template of that name is shown: so it is filled in once for the same values, of
    which ``most`` are kept."""
    made = lru_cache(maxsize=most)(lambda values: render_to_string(name, dict(values)))

    def registered(function):
        @register.simple_tag(takes_context=True, name=function.__name__)
        @wraps(function)
        def tag(context, *args, **kwargs):
            return made(tuple(function(context, *args, **kwargs).items()))

        return tag

    return registered


def lines(parts: Iterable[SafeString]) -> str:
    """These parts of a page, one below the other: at once, for there may be many."""
    parts = list(parts)
    return format_html("\n".join(["{}"] * len(parts)), *parts) if parts else ""
