"""The writes that span rows. Each is one operation in the trail, all or nothing."""

from django.db import transaction

from partnerships.choices import ChangeKind
from partnerships.ledger import context
from partnerships.models import Claim, Partnership, Source, User


@transaction.atomic
def publish_partnership(
    *, partnership: Partnership, by: User, reason: str
) -> Partnership:
    """Show the partnership to the public.

    Raises ValidationError if a fact in it has no source that agrees.
    """
    partnership.is_published = True
    with context.change(user=by, reason=reason, kind=ChangeKind.EDITORIAL):
        partnership.full_clean()
        partnership.save()
    return partnership


@transaction.atomic
def unpublish_partnership(
    *, partnership: Partnership, by: User, reason: str
) -> Partnership:
    """Take the partnership from the public; its history stays."""
    partnership.is_published = False
    with context.change(user=by, reason=reason, kind=ChangeKind.EDITORIAL):
        partnership.full_clean()
        partnership.save()
    return partnership


@transaction.atomic
def cite_source(*, fact, source: Source, locator: str, wording: str = "") -> Claim:
    """Record that the source says what the editors adopted on this fact.

    ``fact`` is a milestone, coverage cell, engagement or affiliation. Part of the
    operation under way; returns the claim, which may have been there already.
    """
    about = {fact._meta.model_name: fact}
    said = {"source": source, "locator": locator, "says": fact.stated_value}
    claim = Claim.objects.filter(**about, **said).first()
    if claim is None:
        claim = Claim(**about, **said, wording=wording)
        claim.full_clean()
        claim.save()
    return claim
