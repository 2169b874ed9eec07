"""The milestones as Atom and as JSON Feed: an edit or a new source moves ``updated``,
never the id."""

from collections.abc import Sequence
from datetime import date

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from partnerships.choices import MilestoneKind, Track
from partnerships.feeds import atom, ids, json_feed, parameters, sentences
from partnerships.feeds.entries import MOST_ENTRIES, Entry
from partnerships.filters.clock import ClockForm
from partnerships.filters.milestones import MilestoneFilter
from partnerships.ledger.known_on import known_on
from partnerships.log.news import RecordedMilestone, milestone_news, recorded_milestones
from partnerships.models import Claim, Milestone
from partnerships.web.caching import dated
from partnerships.web.milestone_words import title


@dated
@require_safe
def milestones_atom(request):
    """Answer with the newest milestones; the parameters are the timeline's."""
    return _newest(request, atom.answer)


@dated
@require_safe
def milestones_json(request):
    """Answer with the entries of ``milestones_atom``."""
    return _newest(request, json_feed.answer)


def _newest(request, answer):
    clock = ClockForm(request.GET)
    with known_on(clock.past):
        filterset = MilestoneFilter(request.GET, Milestone.objects.public().counted())
        if refused := parameters.refusal(filterset):
            return refused
        rows = recorded_milestones(filterset.qs, past=clock.past)
        rows = rows.select_related("partnership__partner")
        newest = rows.order_by("-changed_at", "-pk")[:MOST_ENTRIES]
        recorded = sentences.with_their_outcomes(
            milestone_news(newest, past=clock.past)
        )
        entries = [_entry(milestone, on=clock.on) for milestone in recorded]
        entries.sort(key=lambda entry: entry.updated, reverse=True)
        return answer(
            request, entries, filterset, subject="milestones", page="timeline"
        )


def _entry(recorded: RecordedMilestone, *, on: date) -> Entry:
    milestone = recorded.fact.about
    paragraphs = [
        *sentences.paragraphs(milestone, on=on),
        sentences.source_count(recorded.fact),
    ]
    return Entry(
        id=ids.milestone_id(milestone).urn,
        link=sentences.address(milestone),
        title=title(milestone),
        summary=" ".join(paragraphs),
        content=_content(paragraphs, recorded.fact.claims),
        published=recorded.recorded_at,
        updated=recorded.changed_at,
        categories=[Track(milestone.track), MilestoneKind(milestone.kind)],
    )


def _content(paragraphs: list[str], claims: Sequence[Claim]) -> SafeString:
    texts = ((paragraph,) for paragraph in paragraphs)
    content = format_html_join("", "<p>{}</p>", texts)
    if claims:
        sources = ((sentences.source_sentence(claim),) for claim in claims)
        items = format_html_join("", "<li>{}</li>", sources)
        content += format_html("<ul>{}</ul>", items)
    return content
