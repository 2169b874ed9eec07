"""The news by months, apart from what this site corrected or added later."""

from datetime import date

from django.db.models import Min
from django.http import Http404

from partnerships.filters.news import NewsForm
from partnerships.log.entries import public_changes
from partnerships.log.own_news import first_load, own_news
from partnerships.pages.data_links import data_url
from partnerships.pages.dated import dated_page
from partnerships.selectors.double_checks import mark_unchecked
from partnerships.selectors.news import (
    checked_partners,
    last_day_of,
    latest_news,
    month_after,
    month_before,
    months_with_news,
    newest_months,
    news_of_month,
    open_announcements,
    perhaps_happened,
    public_milestones,
    public_milestones_by_id,
)
from partnerships.web.caching import trail_of
from partnerships.web.news_words import (
    by_month,
    expectations,
    happenings,
    new_milestone,
    own_news_in_words,
)

LEAST = 20  # milestones, in whole months
MOST_OWN, MOST_OWN_OF_A_MONTH = 8, 40
MOST_PERHAPS, MOST_EXPECTED = 12, 12


class NoSuchMonth(Http404):
    """Nothing can be told of a month: it is yet to come, or before the record."""


@dated_page("partnerships/news.html")
def news(request, clock):
    """Show the newest of what happened, what is expected, and what this site did."""
    context = _context(request, clock)
    months = newest_months(context["months"], least=LEAST)
    rows = latest_news(context["milestones"], months, on=clock.on)
    uncertain = perhaps_happened(context["milestones"], on=clock.on, most=MOST_PERHAPS)
    awaited = open_announcements(context["milestones"], on=clock.on, most=MOST_EXPECTED)
    mark_unchecked([*rows, *uncertain])
    own = _own(request, context, until=context["until"], most=MOST_OWN)
    return (
        context
        | own
        | {
            "months_told": by_month(happenings(rows)),
            "uncertain": happenings(uncertain),
            "expected": expectations(awaited, context["partnerships"], on=clock.on),
            "data_url": data_url(context["form"], "milestone-list"),
        }
    )


@dated_page("partnerships/news_month.html")
def news_month(request, clock, month):
    """Show what happened in a month, and what this site did in it."""
    context = _context(request, clock)
    this, began = clock.on.replace(day=1), _first_month(request, clock)
    if month > this:
        raise NoSuchMonth(f"{month:%B %Y} is yet to come.")
    if month < began:
        raise NoSuchMonth(f"The record begins in {began:%B %Y}.")
    rows, uncertain = news_of_month(context["milestones"], month=month, on=clock.on)
    mark_unchecked([*rows, *uncertain])
    until = min(last_day_of(month), context["until"])
    own = _own(request, context, since=month, until=until, most=MOST_OWN_OF_A_MONTH)
    return (
        context
        | own
        | {
            "month": month,
            "until": until,
            "happened": happenings(rows),
            "uncertain": happenings(uncertain),
            "previous": month_before(month) if month > began else None,
            "next": month_after(month) if month < this else None,
            "data_url": data_url(
                context["form"], "milestone-list", **{"from": month, "to": until}
            ),
        }
    )


def _context(request, clock):
    """Return what both pages show: the choice of a partner, how far editors looked, and
    the months of which there is news."""
    partners = checked_partners()
    form = NewsForm(request.GET, partners)
    chosen = [partner for partner in partners if partner.slug == form.slug]
    return {
        "form": form,
        "partner": chosen[0] if chosen else None,
        "partnerships": chosen or partners,
        "milestones": public_milestones(form.slug),
        "months": months_with_news(form.slug, clock.on),
        "until": min(filter(None, [clock.on, clock.known])),
    }


def _own(request, context, *, until, most, since=None):
    """Return what this site corrected or added, and how it was first loaded, where that
    is of these days."""
    slug, edition = context["form"].slug, trail_of(request).edition
    load = first_load()
    is_told = load and load.on <= until and (since is None or load.on >= since)
    groups = own_news(
        public_changes(),
        since=since,
        until=until,
        edition=edition,
        slug=slug,
        most=most,
    )
    added = public_milestones_by_id([*filter(None, map(new_milestone, groups))])
    return {
        "own": own_news_in_words(groups, added),
        "load": load if is_told else None,
    }


def _first_month(request, clock) -> date:
    """Return the first day of the first month that the record or the trail is of."""
    first = public_milestones().aggregate(first=Min("latest"))["first"]
    began = trail_of(request).began_at
    days = filter(None, [first, began and began.date(), clock.on])
    return min(days).replace(day=1)
