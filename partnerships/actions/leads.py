"""Leads at the desk: one is entered as a document, and becomes what that changed."""

from uuid import UUID

from django.db import transaction

from partnerships.choices import LeadOrigin, LeadOutcome
from partnerships.models import Draft, Lead, User


@transaction.atomic
def enter(lead: Lead, *, by: User) -> Draft:
    """Take a lead, and return the document that is entered from it, with what the lead
    holds; the one that the account is entering from it already, if it is there."""
    lead = Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
    lead.taken_by = by
    if lead.draft is None or lead.draft.operation or lead.draft.owner != by:
        lead.draft = Draft.objects.create(
            owner=by,
            document={
                "url": lead.url,
                "published_on": lead.published_on,
                "language": lead.language,
            },
            rows=[_row(lead)] if lead.partnership else [],
        )
    lead.save()
    return lead.draft


def entered(draft: Draft, operation: UUID) -> None:
    """Close the leads of a document that was entered: it is what became of them."""
    for lead in draft.leads.open():
        lead.close(LeadOutcome.ACCEPTED, answer=lead.answer, operation=operation)
        lead.save()


def _row(lead: Lead) -> dict[str, str]:
    """Return a row on the partner; the words of a reader are none of the document's."""
    assert lead.partnership
    is_quoted = lead.origin == LeadOrigin.DESK and len(lead.sentence) <= 200
    words = lead.sentence if is_quoted else ""
    return {"partner": lead.partnership.partner.name, "words": words}
