"""News in words for descriptions, and the feeds that tell of it."""

from django import template

from partnerships.templatetags.links import feed_url
from partnerships.web.addresses import path_of

register = template.Library()


@register.filter
def newest_in_words(months):
    """The newest sentences of what happened, with their days."""
    news = [happening for _, of_month in months for happening in of_month]
    return first_in_words(news) or "Nothing is recorded to have happened."


@register.filter
def first_in_words(news):
    """The first two sentences of what happened, with their days."""
    return " ".join(
        f"{happening.day.display()}: {happening.sentence}" for happening in news[:2]
    )


@register.simple_tag
def news_feeds(slug):
    """The addresses of the feeds and the log, of one partner or of all, and of the feed
    of what was corrected."""
    parameters = {"partnership": slug} if slug else {}
    log = path_of("partnership-changes", slug) if slug else path_of("change-list")
    return {
        "changes": feed_url("changes-atom", **parameters),
        "corrections": feed_url("changes-atom", kind="correction", **parameters),
        "milestones": feed_url("milestones-atom", **parameters),
        "calendar": feed_url("milestones-ics", **parameters),
        "log": log,
    }
