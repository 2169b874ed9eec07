from collections.abc import Callable
from functools import lru_cache, wraps

from django import template
from django.template.loader import render_to_string

register = template.Library()


def remembered(name: str) -> Callable:
    """Register a tag of which pages have many, and the same again and again. What the
    decorated function gives by name, all of it hashable, is all that the template of
    that name is shown: so it is filled in once for the same values."""
    made = lru_cache(maxsize=10_000)(
        lambda values: render_to_string(name, dict(values))
    )

    def registered(function):
        @register.simple_tag(takes_context=True, name=function.__name__)
        @wraps(function)
        def tag(context, *args, **kwargs):
            return made(tuple(function(context, *args, **kwargs).items()))

        return tag

    return registered
