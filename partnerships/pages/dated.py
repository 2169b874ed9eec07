"""Pages about a day, as this tracker knew of it at the end of another."""

from functools import wraps

from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerships.filters.clock import ClockForm
from partnerships.ledger.known_on import known_on
from partnerships.pages.paging import http_status
from partnerships.web.caching import dated
from partnerships.web.signposts import add_links, links_of_citation


def dated_page(template, clock_form=ClockForm):
    """Make a page of a function that takes the request, the days that it names and the
    parts of the address, and returns the context of the template.

    The function and the template both read what was known on the day of the second
    clock. Where the form of the page's ``filter``, its ``form``, or with neither its
    days are wrong, the status is 400. A page with a ``citation`` has links to that in
    its head.
    """

    def decorate(context_of):
        @dated
        @require_safe
        @wraps(context_of)
        def page(request, **parts):
            clock = clock_form(request.GET)
            with known_on(clock.past):
                context = {"clock": clock} | context_of(request, clock, **parts)
                filterset = context.get("filter")
                form = filterset.form if filterset else context.get("form", clock)
                status = http_status(form)
                response = render(request, template, context, status=status)
            if status == 200 and "citation" in context:
                kind = context["structured"]["@type"]
                of_citation = context["citation"], context["cite_files"], kind
                add_links(response, *links_of_citation(*of_citation))
            return response

        return page

    return decorate
