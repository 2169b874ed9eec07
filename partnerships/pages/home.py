from django.utils import timezone

from partnerships.exports.cite import cite_files, cited_data_set
from partnerships.exports.linked import data_set_of
from partnerships.models import Milestone, Question
from partnerships.pages.data_links import data_url
from partnerships.pages.dated import dated_page
from partnerships.selectors.double_checks import mark_unchecked
from partnerships.selectors.overview import (
    SIGNED,
    latest_milestones,
    published_as_of,
    statistics,
)
from partnerships.selectors.safe import goes_beyond
from partnerships.templatetags.overview import by_status
from partnerships.web import home_words
from partnerships.web.caching import trail_of
from partnerships.web.news_words import happenings

MOST_UNCERTAIN = 8
#: So many milestones are read for so much news: one act may be of many partners.
MOST_READ, MOST_NEWS = 30, 6
#: The questions about the instrument that the page answers.
ANSWERED = ("legally-binding", "mutual-defence", "safe-component-limit")


@dated_page("partnerships/home.html")
def home(request, clock):
    """Show the state of play."""
    partnerships, counts = state_of_play(request, clock)
    reach = counts.checked_through
    groups = by_status(partnerships)
    milestones, uncertain = latest_milestones(on=clock.on, most=MOST_READ)
    mark_unchecked([*milestones, *uncertain])
    return {
        "statistics": counts,
        "lede": home_words.lede(partnerships),
        "partnerships": partnerships,
        "groups": groups,
        "deciding": deciding_milestones(row for group in groups for row in group.rows),
        "happenings": happenings(milestones)[:MOST_NEWS],
        "uncertain": happenings(uncertain[:MOST_UNCERTAIN]),
        "uncertain_count": len(uncertain),
        "reach": home_words.reach(
            partnerships, max((m.last_day for m in milestones), default=None)
        ),
        "answers": _answers(partnerships, clock.on),
        "citation": cited_data_set(request, clock, reach),
        "cite_files": cite_files(clock, "data-cite"),
        "structured": data_set_of(request).summary,
        "data_url": data_url(clock, "statistics"),
    }


def state_of_play(request, clock):
    """Return all partnerships as they stood, by name, and the counts over them."""
    partnerships = published_as_of(clock.on)
    counts = statistics(
        partnerships,
        on=clock.on,
        known_on=clock.known or timezone.localdate(),
        edition=trail_of(request).edition,
    )
    return partnerships, counts


def deciding_milestones(partnerships):
    """Return the milestones that decide the state of what is not signed, by id."""
    ids = {row.sdp_milestone_id for row in partnerships if row.status not in SIGNED}
    rows = Milestone.objects.filter(pk__in=ids - {None})
    return rows.select_related("partnership__partner").in_bulk()


def _answers(partnerships, on):
    """Return what the questions that readers ask first are answered from."""
    signed = [row for row in partnerships if row.status in SIGNED]
    with_text = [row for row in signed if row.official_text_url]
    questions = Question.objects.filter(slug__in=ANSWERED)
    return {
        "with_text": with_text,
        "without_text": len(signed) - len(with_text),
        "beyond_the_cap": sum(goes_beyond(row, on=on) for row in partnerships),
        **{question.slug.replace("-", "_"): question for question in questions},
    }
