"""Publishing and sourcing a record; each is one operation, all or nothing."""

from django.db import transaction

from partnerships.actions import double_checking
from partnerships.choices import ChangeKind
from partnerships.ledger import context
from partnerships.models import Claim, Partnership, Source, User
from partnerships.models.fact import FactModel
from partnerships.querysets.fact_kinds import KIND_OF


def publish_partnership(
    *, partnership: Partnership, by: User, reason: str
) -> Partnership:
    """Show the partnership to the public; raise ValidationError if a milestone or cell
    has no source that agrees, milestones are out of order, or a field is not valid."""
    return _set_published(partnership, True, by=by, reason=reason)


def unpublish_partnership(
    *, partnership: Partnership, by: User, reason: str
) -> Partnership:
    """Take the partnership from the public; its history stays."""
    return _set_published(partnership, False, by=by, reason=reason)


@transaction.atomic
def cite_source(
    *,
    fact: FactModel,
    source: Source,
    locator: str,
    wording: str = "",
    aspect: str = "",
) -> Claim:
    """Record that the source says what the editors adopted on this fact, or on another
    of its values, its ``aspect`` or, of a tie, "since" when it is there, as part of the
    operation under way. One source says
    one thing of one value: where a claim of it disagrees with that, or stands at the
    same place, it is corrected, and the trail keeps what it said.

    Returns the claim, which may have been there already. Raises ValidationError if
    there cannot be such a claim.
    """
    says = str(getattr(fact, aspect)) if aspect else fact.stated_value
    aspect = "" if aspect == "since" else aspect
    about = {str(fact._meta.model_name): fact, "source": source, "aspect": aspect}
    claims = Claim.objects.filter(**about)
    if there := claims.filter(locator=locator, says=says).first():
        return there
    claim = claims.disagreeing().order_by("pk").last()
    if claim is None and KIND_OF[str(fact._meta.model_name)].has_one_value:
        claim = claims.filter(locator=locator).order_by("pk").last()
    claim = claim or Claim(**about)
    claim.says, claim.locator, claim.wording = says, locator, wording
    claim.full_clean()
    claim.save()
    return claim


@transaction.atomic
def _set_published(
    partnership: Partnership, is_published: bool, *, by: User, reason: str
) -> Partnership:
    partnership.is_published = is_published
    with context.change(user=by, reason=reason, kind=ChangeKind.EDITORIAL):
        partnership.full_clean()
        partnership.save()
        double_checking.ask(by=by)
    return partnership
