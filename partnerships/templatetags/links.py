"""Links that keep the days of the page."""

from datetime import timedelta

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.html import escape, format_html, format_html_join
from django.utils.http import urlencode

from partnerships.filters.clock import CLOCKS
from partnerships.web.addresses import path_of
from partnerships.web.caching import trail_of

register = template.Library()

#: How the names of routes begin whose pages do not lead to the form: its own, the desk.
_NOT_REPORTED = ("report", "admin:")
#: The parts of the site, in the order of the menu: route, label, and what belongs to
#: each besides.
_MAIN = (
    ("home", "Home", ()),
    ("partnership-list", "Partnerships", ("partnership-detail", "compare")),
    ("safe", "SAFE", ()),
    ("matrix", "Areas", ("area-detail",)),
    ("timeline", "Timeline", ()),
    ("news", "What’s new", ("news-month",)),
    ("data", "Data", ()),
)
#: The pages about what the record rests on, one beside the other.
_EVIDENCE = (
    ("source-list", "Sources"),
    ("disagreement-list", "Disagreements"),
    ("question-list", "Questions"),
    ("position-list", "Positions"),
    ("namesake-list", "Not a partnership"),
)
_DAYS = (*CLOCKS, "page")
_BACK = (("a week ago", 7), ("a month ago", 30), ("a year ago", 365))


@register.simple_tag
def main_pages(here):
    """The parts of the site: route, label, and "page" of the one that is shown, "true"
    of the one that the page belongs to."""
    return [
        (name, label, "page" if here == name else "true" if here in more else "")
        for name, label, more in _MAIN
    ]


@register.simple_tag(takes_context=True)
def looking_back(context):
    """The day on which this tracker began, None where it has not, and days since then
    to look back to what it said, by what each is called."""
    began_at = trail_of(context.request).began_at
    if not began_at:
        return {"began": None, "days": []}
    began, today = began_at.date(), timezone.localdate()
    ways = [(label, today - timedelta(days)) for label, days in _BACK]
    return {"began": began, "days": [way for way in ways if way[1] >= began]}


@register.simple_tag
def evidence_pages():
    """The pages about what the record rests on: route and label."""
    return _EVIDENCE


@register.simple_tag(takes_context=True)
def kept_parameters(context):
    """The parameters of the page but for its days, as fields of a form."""
    given = context.request.GET.lists()  # which counts as reading none of them
    pairs = [(k, v) for k, values in given if k not in _DAYS for v in values if v]
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)


@register.simple_tag
def anchor(kind, pk, label):
    """A link to a fact's own place on the page."""
    return format_html(
        '<a class="anchor" href="#{}-{}" aria-label="Link to {}">'
        '<span aria-hidden="true">#</span></a>',
        kind,
        pk,
        label,
    )


@register.simple_tag(takes_context=True)
def dated_url(context, name, *args, **parameters):
    """The address of a page, on the days that this page is about."""
    return _address(name, args, parameters | _days(context))


@register.simple_tag(takes_context=True)
def known_url(context, name, *args, **parameters):
    """The address of a page without ``as_of``, of the past that this one tells."""
    past = {name: day for name, day in _days(context).items() if name != "as_of"}
    return _address(name, args, parameters | past)


@register.simple_tag
def feed_url(name, listed=None, **parameters):
    """The address of a feed, with the filters of a list where they are right."""
    if listed and listed.form.is_valid():
        for key in listed.form.fields.keys() - {"order"}:
            if given := list(filter(None, listed.data.getlist(key))):
                parameters[key] = given
    return _address(name, (), dict(sorted(parameters.items())))


@register.filter
def as_json_feed(address):
    """The address of the JSON Feed with the entries of an Atom feed."""
    return address.replace(".atom", ".feed.json", 1)


@register.simple_tag(takes_context=True)
def webcal_url(context, path):
    """The address of a calendar that a calendar program follows, and does not copy."""
    return f"webcal://{context.request.get_host()}{path}"


@register.simple_tag(takes_context=True)
def with_all_claims(context):
    """The address of this page on its days, with all claims about each fact."""
    return f"{context.request.path}?{urlencode(_days(context) | {'claims': 'all'})}"


@register.simple_tag(takes_context=True)
def record_addresses(context, partnerships):
    """The addresses of these records, in a list: worked out and escaped once, not for
    each cell."""
    return [
        escape(dated_url(context, "partnership-detail", partnership.partner.slug))
        for partnership in partnerships
    ]


@register.simple_tag(takes_context=True)
def compare_url(context, partnerships):
    """The address of the page that shows these partnerships side by side."""
    slugs = [partnership.partner.slug for partnership in partnerships]
    return dated_url(context, "compare", p=slugs)


@register.simple_tag(takes_context=True)
def report_url(context, fact=None):
    """The address of the form to report an error on this page, or in a fact on it;
    empty where there is none."""
    match = context.request.resolver_match
    if not settings.REPORTS or (match and match.view_name.startswith(_NOT_REPORTED)):
        return ""
    parameters = {"page": context.request.path}
    if fact_id := fact and _fact_id(fact):
        parameters["fact"] = fact_id
    return _address("report", (), parameters)


def _fact_id(fact):
    """The anchor of a fact; None for a part of a partnership that no source tells."""
    if fact.claims:
        return fact.claims[0].fact_id
    kind = fact.about._meta.model_name
    return None if kind == "partnership" else f"{kind}-{fact.about.pk}"


def _days(context):
    """The days other than now that the page is about, by parameter."""
    clock = context.get("clock")
    return clock.given if clock else {}


def _address(name, args, parameters):
    given = {name: value for name, value in parameters.items() if value != ""}
    query = given and urlencode(given, doseq=True)  # most have none
    return path_of(name, *args) + (f"?{query}" if query else "")
