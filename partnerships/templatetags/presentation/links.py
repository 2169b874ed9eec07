"""Links that keep the days of the page."""

from django.utils.html import format_html
from django.utils.http import urlencode

from partnerships.templatetags.presentation.library import register
from partnerships.web.addresses import path_of


@register.simple_tag
def anchor(kind, pk, label):
    """The way to a fact's own place on the page."""
    return format_html(
        '<a class="anchor" href="#{}-{}" aria-label="Link to {}">'
        '<span aria-hidden="true">#</span></a>',
        kind,
        pk,
        label,
    )


@register.simple_tag(takes_context=True)
def known_url(context, name, *args, **parameters):
    """The address of a page that knows the second clock alone, on the day by which
    this page knows."""
    return address(name, args, parameters | known_day(context))


@register.simple_tag(takes_context=True)
def dated_url(context, name, *args, **parameters):
    """The address of a page, on the day that this page is about."""
    return address(name, args, parameters | days(context))


def days(context):
    """What the page is about, by parameter: days that are none of now."""
    clock = context.get("clock")
    return clock.given if clock else {}


def known_day(context):
    known = days(context).get("known_on")
    return {"known_on": known} if known else {}


@register.simple_tag
def feed_url(name, listed=None, **parameters):
    """The address of a feed, of what a list is filtered by where that is right."""
    if listed and listed.form.is_valid():
        for key in listed.form.fields.keys() - {"order"}:
            if given := list(filter(None, listed.data.getlist(key))):
                parameters[key] = given
    return address(name, (), dict(sorted(parameters.items())))


@register.simple_tag(takes_context=True)
def record_addresses(context, partnerships):
    """The addresses of these records, in a list: worked out once, not for each cell."""
    return [
        dated_url(context, "partnership-detail", partnership.partner.slug)
        for partnership in partnerships
    ]


@register.simple_tag(takes_context=True)
def compare_url(context, partnerships):
    slugs = [partnership.partner.slug for partnership in partnerships]
    return dated_url(context, "compare", p=slugs)


def address(name, args, parameters):
    return path_of(name, *args) + query(parameters)


def query(parameters):
    return f"?{urlencode(parameters, doseq=True)}" if parameters else ""
