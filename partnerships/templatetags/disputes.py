"""Disputed facts: what each side says, beside the others."""

from dataclasses import dataclass, field

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from partnerships.choices import Standing
from partnerships.models import Claim
from partnerships.selectors.facts import LinkedFact
from partnerships.templatetags.claims import said_value
from partnerships.templatetags.knowledge import is_rejected
from partnerships.templatetags.links import known_url
from partnerships.web.markup import joined

register = template.Library()

DID_NOT_HAPPEN = "did not happen, by our ruling"
_NO_DOCUMENT = SafeString(
    '<li class="faint">No document gives it in so many words.</li>'
)


@dataclass(frozen=True)
class Side:
    """A value that documents give for a fact, with a claim of each of them."""

    value: str
    is_adopted: bool
    is_rejected: bool
    by_source: dict[int, Claim] = field(default_factory=dict)

    @property
    def tag(self) -> str:
        """The editors' verdict on it; empty of a rival."""
        if not self.is_adopted:
            return ""
        return DID_NOT_HAPPEN if self.is_rejected else "in the record"

    @property
    def claims(self) -> list[Claim]:
        """One claim of each document, those with its own words first."""
        return sorted(self.by_source.values(), key=lambda claim: not claim.wording)


@register.filter
def sides(fact: LinkedFact) -> list[Side]:
    """The claims of documents on the part of a fact that is disputed: the adopted value
    first, then its rivals, the one that most documents give before the others."""
    rejected = is_rejected(fact.about)
    disputed = {claim.aspect: claim.adopted for claim in fact.rivals}
    found = {
        (aspect, adopted): Side(_in_words(fact, aspect, adopted), True, rejected)
        for aspect, adopted in disputed.items()
    }
    for claim in fact.claims:
        if claim.aspect not in disputed or claim.standing == Standing.COMPATIBLE:
            continue
        agrees = claim.standing == Standing.AGREES
        value = claim.adopted if agrees else claim.says
        words = _in_words(fact, claim.aspect, value)
        side = Side(words, agrees, rejected)
        _add(found.setdefault((claim.aspect, value), side), claim)
    return sorted(
        found.values(), key=lambda side: (not side.is_adopted, -len(side.by_source))
    )


@register.simple_tag(takes_context=True)
def side_claims(context: Context, side: Side) -> SafeString:
    """The documents of a side as items of a list, each with its own words."""
    # No template: a page has a hundred.
    items = [
        format_html(
            '<li><a href="{}">{}</a>{}</li>',
            known_url(context, "source-detail", claim.source.key),
            claim.source.publisher,
            claim.wording and format_html(": <q>{}</q>", claim.wording),
        )
        for claim in side.claims
    ]
    return joined("\n", items or [_NO_DOCUMENT])


def _add(side: Side, claim: Claim) -> None:
    """Add a claim to a side; of one document, the claim that quotes it."""
    known = side.by_source.get(claim.source_id)
    if known is None or (claim.wording and not known.wording):
        side.by_source[claim.source_id] = claim


def _in_words(fact: LinkedFact, aspect: str, value: str | None) -> str:
    """A value in words, after the name of the aspect where it is one; a number of areas
    stays a number."""
    is_number = bool(fact.claims[0].partnership_id)
    words = said_value(value, is_number) if value else "nothing"
    labels = dict(Claim._meta.get_field("aspect").flatchoices)
    return f"{labels[aspect]}: {words}" if aspect else words
