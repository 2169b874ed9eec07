"""Milestones and their sources in sentences, for feed and calendar."""

from datetime import date

from django.db.models import prefetch_related_objects

from partnerships.choices import MilestoneKind
from partnerships.log.news import RecordedMilestone
from partnerships.models import Claim, Milestone
from partnerships.selectors.facts import Fact
from partnerships.templatetags.claims import claimed_value, standing_label
from partnerships.text import as_sentence, capitalised, in_a_line
from partnerships.web import milestone_words


def address(milestone: Milestone) -> str:
    """Return the path of the milestone in its record."""
    return f"{milestone.partnership.get_absolute_url()}#milestone-{milestone.pk}"


def with_their_outcomes(recorded: list[RecordedMilestone]) -> list[RecordedMilestone]:
    """Read what tells the outcome of the announcements among these milestones. Two
    queries if there is any."""
    rows = [one.fact.about for one in recorded]
    prefetch_related_objects(
        [row for row in rows if row.kind == MilestoneKind.ANNOUNCED],
        "partnership__milestones",
        "partnership__checks",
    )
    return recorded


def paragraphs(milestone: Milestone, *, on: date) -> list[str]:
    """Return the milestone in sentences: it, its outcome, and what else is recorded."""
    said = [milestone_words.sentence(milestone)]
    if milestone.kind == MilestoneKind.ANNOUNCED:
        checks = [check.through for check in milestone.partnership.checks.all()]
        outcome = milestone_words.outcome(
            milestone,
            milestone.partnership.milestones.all(),
            checked_through=max(checks, default=None),
            on=on,
        )
        said.append(as_sentence(capitalised(outcome)))
    said += milestone_words.details(milestone, on=on)
    return list(filter(None, said))


def source_sentence(claim: Claim) -> str:
    """Return what one source says, and how that stands to the record."""
    source = claim.source
    document = f"{in_a_line(source.publisher)}, “{in_a_line(source.title)}”"
    where = f", {in_a_line(claim.locator)}" if claim.locator else ""
    stands = standing_label(claim.standing)
    return f"{document}{where}: {claimed_value(claim)} ({stands})."


def source_count(fact: Fact) -> str:
    """Return how many sources speak of a fact, and how many of them disagree."""
    count = len({claim.source_id for claim in fact.claims})
    if not count:
        return "No source is recorded."
    against = len({claim.source_id for claim in fact.rivals})
    disagree = f", of which {against} disagree{'s' * (against == 1)}" if against else ""
    speak = "source speaks" if count == 1 else "sources speak"
    return f"{count} {speak} of it{disagree}."
