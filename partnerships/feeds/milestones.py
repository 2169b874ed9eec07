"""The milestones as Atom, the last changed first: an edit or a new source moves
``updated``, never the id."""

from collections.abc import Sequence
from datetime import date
from typing import cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from partnerships.choices import MilestoneKind, Track
from partnerships.feeds import atom, parameters
from partnerships.feeds.ids import milestone_id
from partnerships.feeds.sentences import (
    as_sentence,
    in_a_line,
    uncertainty,
    when_it_happened,
)
from partnerships.filters.clock import ClockForm
from partnerships.filters.milestones import MilestoneFilter
from partnerships.ledger.known_on import known_on
from partnerships.log.news import RecordedMilestone, milestone_news, recorded_milestones
from partnerships.models import Claim, Milestone, Partnership
from partnerships.selectors.record import Fact
from partnerships.templatetags.claims import claimed_value, standing_label


@require_safe
def milestones_atom(request):
    """Answer with the milestones that were last recorded or changed; the parameters
    are the timeline's."""
    clock = ClockForm(request.GET)
    with known_on(clock.known):
        filterset = public_milestones(request)
        if refused := parameters.refusal(filterset):
            return refused
        rows = recorded_milestones(filterset.qs, known_on=clock.known)
        rows = rows.select_related("partnership__partner")
        newest = rows.order_by("-changed_at", "-pk")[: atom.MOST_ENTRIES]
        recorded = milestone_news(newest, known_on=clock.known)
    entries = [_entry(milestone, on=clock.on) for milestone in recorded]
    entries.sort(key=lambda entry: entry.updated, reverse=True)
    return atom.answer(
        request, entries, filterset, subject="milestones", page="timeline"
    )


def public_milestones(request: HttpRequest) -> MilestoneFilter:
    published = Partnership.objects.published()
    public = Milestone.objects.filter(partnership__in=published)
    return MilestoneFilter(request.GET, public)


def milestone_of(fact: Fact) -> Milestone:
    return cast(Milestone, fact.about)  # which of all kinds of rows, no type says


def address(milestone: Milestone) -> str:
    """Return the path of the milestone in its record."""
    path = reverse("partnership-detail", args=[milestone.partnership.partner.slug])
    return f"{path}#milestone-{milestone.pk}"


def details(milestone: Milestone, *, on: date) -> list[str]:
    """Return what is recorded beside date and place, in sentences."""
    sentences = [uncertainty(milestone, on=on), as_sentence(milestone.note)]
    for name in ("signatories", "reference", "ruling"):
        if text := getattr(milestone, name):
            label = "The editors’ ruling" if name == "ruling" else name.capitalize()
            sentences.append(f"{label}: {as_sentence(text)}")
    return list(filter(None, sentences))


def source_sentence(claim: Claim) -> str:
    """Return what one source says, and how that stands to the record."""
    source = claim.source
    document = f"{in_a_line(source.publisher)}, “{in_a_line(source.title)}”"
    where = f", {in_a_line(claim.locator)}" if claim.locator else ""
    stands = standing_label(claim.standing)  # type: ignore[attr-defined] # annotated
    return f"{document}{where}: {claimed_value(claim)} ({stands})."


def _entry(recorded: RecordedMilestone, *, on: date) -> atom.Entry:
    milestone = milestone_of(recorded.fact)
    title = when_it_happened(milestone)
    sentences = [title, *details(milestone, on=on), _source_count(recorded.fact)]
    return atom.Entry(
        id=milestone_id(milestone).urn,
        link=address(milestone),
        title=title,
        summary=" ".join(sentences),
        content=_content(sentences, recorded.fact.claims),
        published=recorded.recorded_at,
        updated=recorded.changed_at,
        categories=[Track(milestone.track), MilestoneKind(milestone.kind)],
    )


def _source_count(fact: Fact) -> str:
    count = len({claim.source_id for claim in fact.claims})
    if not count:
        return "No source is recorded."
    against = len({claim.source_id for claim in fact.rivals})
    disagree = f", of which {against} disagree{'s' * (against == 1)}" if against else ""
    speak = "source speaks" if count == 1 else "sources speak"
    return f"{count} {speak} of it{disagree}."


def _content(sentences: list[str], claims: Sequence[Claim]) -> SafeString:
    paragraphs = ((sentence,) for sentence in sentences)
    content = format_html_join("", "<p>{}</p>", paragraphs)
    if claims:
        sources = ((source_sentence(claim),) for claim in claims)
        items = format_html_join("", "<li>{}</li>", sources)
        content += format_html("<ul>{}</ul>", items)
    return content
