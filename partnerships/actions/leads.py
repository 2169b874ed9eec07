"""Leads at the desk: one is entered as a document, and becomes what that changed."""

from uuid import UUID

from django.db import transaction

from partnerships.choices import LeadOrigin, LeadOutcome
from partnerships.models import Draft, Lead, User

#: A reader is told this if nobody told them more.
ENTERED = "A document was entered. The change says what was recorded."


class IsEntered(Exception):
    """Another editor enters a document from the lead, or it is closed."""


@transaction.atomic
def enter(lead: Lead, *, by: User) -> Draft:
    """Take a lead, and return the document that is entered from it, with what the lead
    holds; the one that the account is entering from it already, if it is there. Raises
    IsEntered."""
    lead = Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
    if lead.outcome:
        raise IsEntered("It is closed: nothing is entered from it.")
    draft = lead.draft
    if draft and draft.owner != by:
        who = draft.owner.public_label
        raise IsEntered(f"{who} enters a document from it: ask them first.")
    lead.taken_by = by
    if draft is None:
        draft = lead.draft = Draft.objects.create(
            owner=by,
            document={
                "url": lead.url,
                "published_on": lead.published_on,
                "language": lead.language,
            },
            rows=[_row(lead)] if lead.partnership else [],
        )
    lead.save()
    return draft


def entered(draft: Draft, operation: UUID) -> None:
    """Close the leads of a document that was entered: it is what became of them."""
    for lead in draft.leads.open():
        lead.close(LeadOutcome.ACCEPTED, answer=ENTERED, operation=operation)
        lead.save()


def _row(lead: Lead) -> dict[str, str]:
    """Return a row on the partner; the words of a reader are none of the document's."""
    assert lead.partnership
    is_quoted = lead.origin == LeadOrigin.DESK and len(lead.sentence) <= 200
    words = lead.sentence if is_quoted else ""
    return {"partner": lead.partnership.partner.name, "words": words}
