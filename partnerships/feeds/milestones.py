"""The milestones as Atom, the last changed first: an edit or a new source moves
``updated``, never the id."""

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_safe

from partnerships.choices import MilestoneKind, Track
from partnerships.feeds import atom, parameters
from partnerships.feeds.ids import milestone_id
from partnerships.feeds.sentences import uncertainty, when_it_happened
from partnerships.feeds.text import as_sentence, in_a_line
from partnerships.filters.clock import ClockForm
from partnerships.filters.milestones import MilestoneFilter
from partnerships.ledger.known_on import known_on
from partnerships.log.news import RecordedMilestone, milestone_news, recorded_milestones
from partnerships.models import Milestone, Partnership
from partnerships.templatetags.presentation.claims import said, standing_word


@require_safe
def milestones_atom(request):
    """The milestones that were last recorded or changed, with the timeline's
    parameters."""
    clock = ClockForm(request.GET)
    with known_on(clock.known):
        asked = public_milestones(request)
        if refused := parameters.refusal(asked):
            return refused
        rows = recorded_milestones(asked.qs, known_on=clock.known)
        rows = rows.select_related("partnership__partner")
        newest = rows.order_by("-changed_at", "-pk")[: atom.MOST_ENTRIES]
        news = milestone_news(newest, known_on=clock.known)
    entries = [_entry(one, on=clock.on) for one in news]
    entries.sort(key=lambda entry: entry.updated, reverse=True)
    return atom.answer(request, entries, asked, what="milestones", page="timeline")


def public_milestones(request) -> MilestoneFilter:
    published = Partnership.objects.published()
    public = Milestone.objects.filter(partnership__in=published)
    return MilestoneFilter(request.GET, public)


def address(milestone) -> str:
    """Of the milestone in its record."""
    path = reverse("partnership-detail", args=[milestone.partnership.partner.slug])
    return f"{path}#milestone-{milestone.pk}"


def particulars(milestone, *, on) -> list[str]:
    """What is recorded beside date and place, in sentences."""
    told = [uncertainty(milestone, on=on), as_sentence(milestone.note)]
    for name in ("signatories", "reference", "ruling"):
        if text := getattr(milestone, name):
            label = "The editors’ ruling" if name == "ruling" else name.capitalize()
            told.append(f"{label}: {as_sentence(text)}")
    return list(filter(None, told))


def source_sentence(claim) -> str:
    """What one source says, and how that stands to the record."""
    source = claim.source
    document = f"{in_a_line(source.publisher)}, “{in_a_line(source.title)}”"
    where = f", {in_a_line(claim.locator)}" if claim.locator else ""
    return f"{document}{where}: {said(claim)} ({standing_word(claim.standing)})."


def _entry(news: RecordedMilestone, *, on) -> atom.Entry:
    milestone = news.fact.about
    sentence = when_it_happened(milestone)
    told = particulars(milestone, on=on)
    return atom.Entry(
        id=milestone_id(milestone).urn,
        link=address(milestone),
        title=sentence,
        summary=" ".join([sentence, *told, _sources(news.fact)]),
        content=_content([sentence, *told], news.fact),
        published=news.recorded_at,
        updated=news.changed_at,
        categories=[Track(milestone.track), MilestoneKind(milestone.kind)],
    )


def _sources(fact):
    count = len({claim.source_id for claim in fact.claims})
    if not count:
        return "No source is recorded."
    against = len({claim.source_id for claim in fact.rivals})
    disagree = f", of which {against} disagree{'s' * (against == 1)}" if against else ""
    return (
        f"{count} source{'s' * (count != 1)} speak{'s' * (count == 1)} of it{disagree}."
    )


def _content(told, fact):
    paragraphs = ((sentence,) for sentence in [*told, _sources(fact)])
    claims = ((source_sentence(claim),) for claim in fact.claims)
    content = format_html_join("", "<p>{}</p>", paragraphs)
    if fact.claims:
        items = format_html_join("", "<li>{}</li>", claims)
        content += format_html("<ul>{}</ul>", items)
    return content
