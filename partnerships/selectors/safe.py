"""Every partner's place in SAFE: the rung that it stands on, what it rests on, whose
turn it is, and whose firms may go beyond the share that others have."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Q

from partnerships.choices import (
    AffiliationKind,
    MilestoneKind,
    SafeStatus,
    SdpStatus,
    Track,
)
from partnerships.lifecycle import status as lifecycle_status
from partnerships.lifecycle.table import (
    AWAITED,
    CLOSING,
    EFFECTS,
    LINE,
    SAFE_ASSOCIATED,
    SAFE_DECISIVE_KINDS,
    SAFE_NOT_NEEDED_COUNTRIES,
    SAFE_NOT_NEEDED_KINDS,
)
from partnerships.models import Affiliation, Claim, Milestone, Partnership, Question
from partnerships.selectors.facts import Fact, LinkedFact, claims_by_fact

K = MilestoneKind
#: The rungs in order, the highest first, and what stands beside them.
LADDER = (
    *(SafeStatus.IN_FORCE, SafeStatus.ASSOCIATED, SafeStatus.AGREED),
    *(SafeStatus.NEGOTIATING, SafeStatus.REQUESTED, SafeStatus.ELIGIBLE),
    SafeStatus.NOT_ELIGIBLE,
)
BESIDE = (
    *(SafeStatus.NOT_NEEDED, SafeStatus.SUSPENDED, SafeStatus.NO_AGREEMENT),
    SafeStatus.TERMINATED,
)
#: A step of the line that nobody has to take before the next can follow.
_OPTIONAL = K.PROVISIONALLY_APPLIED
#: Kinds that set a status, or that one waits for.
_STEPS = [kind for kind, effect in EFFECTS[Track.SAFE].items() if effect] + [*AWAITED]
#: How the slugs of questions about SAFE begin.
QUESTIONS = "safe-"
#: No more acts and affiliations than these are shown.
MOST_SHOWN = 24


@dataclass(frozen=True)
class SafePartner:
    """A partner on the ladder. ``standing`` is its SAFE status without regard to an
    agreement; ``deciding`` the milestone that decides the rung, None where the standing
    does; ``next`` the step that comes next on the line, None where none does.

    ``kinds`` are the affiliations that give it its standing; ``is_named`` is true where
    the Regulation names the country, ``is_reported`` where the press alone reports what
    the rung rests on.
    """

    row: Partnership
    status: SafeStatus
    standing: SafeStatus
    deciding: Milestone | None
    next: MilestoneKind | None
    kinds: set[AffiliationKind]
    is_named: bool
    is_reported: bool
    may_be: tuple[SafeStatus, ...]

    @property
    def by_agreement(self) -> bool:
        """True where an agreement of its own lets its firms go beyond the share."""
        return self.status in SAFE_ASSOCIATED

    @property
    def by_regulation(self) -> bool:
        """True where the Regulation counts its components with the EU's."""
        return self.standing == SafeStatus.NOT_NEEDED

    @property
    def is_beyond(self) -> bool:
        return self.by_agreement or self.by_regulation

    @property
    def may_be_beyond(self) -> bool:
        """True where that is not certain, and is by some choice of days."""
        beyond = SAFE_ASSOCIATED | {SafeStatus.NOT_NEEDED}
        return not self.is_beyond and not beyond.isdisjoint(self.may_be)


@dataclass(frozen=True)
class SafeLadder:
    """The partners by SAFE status on the day ``on``. ``acts`` are the last milestones
    that name an act, in order of time; ``affiliations`` the first of those for which
    the Regulation counts a partner's components with the EU's; how many of both are
    left out stands beside. ``questions`` of fact are about SAFE itself. All have their
    claims."""

    on: date
    partners: list[SafePartner]
    acts: list[Fact[Milestone]]
    acts_left_out: int
    affiliations: list[Fact[Affiliation]]
    affiliations_left_out: int
    questions: list[LinkedFact]

    def on_rung(self, status: SafeStatus) -> list[SafePartner]:
        return [partner for partner in self.partners if partner.status == status]

    @cached_property
    def beyond(self) -> list[SafePartner]:
        """Partners whose firms may go beyond the share that others have."""
        return [partner for partner in self.partners if partner.is_beyond]


def safe_ladder(partnerships: Iterable[Any], *, on: date) -> SafeLadder:
    """Return these partnerships, which have their statuses of the day ``on`` and their
    ``story``, on the ladder, in their order. Four queries."""
    rows = list(partnerships)
    milestones = _milestones(rows, on)
    partners = [_partner(row, milestones.get(row.pk, []), on) for row in rows]
    acts = [m for steps in milestones.values() for m in steps if m.reference]
    acts.sort(key=lambda milestone: (milestone.last_day, milestone.pk))
    affiliations = _affiliations(partners, on)
    questions = list(Question.objects.filter(slug__startswith=QUESTIONS))
    shown = [*acts[-MOST_SHOWN:], *affiliations[:MOST_SHOWN]]
    claims = _claims(questions, shown)
    return SafeLadder(
        on=on,
        partners=partners,
        acts=_facts(acts[-MOST_SHOWN:], claims),
        acts_left_out=max(len(acts) - MOST_SHOWN, 0),
        affiliations=_facts(affiliations[:MOST_SHOWN], claims),
        affiliations_left_out=max(len(affiliations) - MOST_SHOWN, 0),
        questions=[
            LinkedFact(
                about=question,
                ruling=question.ruling,
                claims=claims[fact_id],
                id=fact_id,
                adopted=question.answer,
                partnership=None,
            )
            for question in questions
            if (fact_id := _fact_id(question)) in claims
        ],
    )


def _claims(questions: list[Question], rows: list[Any]) -> dict[str, list[Claim]]:
    """Return the claims about these questions, milestones and affiliations, by the id
    of the fact. One query."""
    claims = Claim.objects.with_fact().with_standing().select_related("source")
    is_about = Q(question__in=questions)
    for model in (Milestone, Affiliation):
        name = str(model._meta.model_name)
        is_about |= Q(**{f"{name}__in": [r.pk for r in rows if isinstance(r, model)]})
    return claims_by_fact(claims.filter(is_about))


def _fact_id(row: Any) -> str:
    return f"{row._meta.model_name}-{row.pk}"


def _facts(rows: list[Any], claims: dict[str, list[Claim]]) -> list[Fact[Any]]:
    """Return these rows, each with its claims where it has any."""
    return [Fact(row, row.ruling, claims.get(_fact_id(row), [])) for row in rows]


def _milestones(rows: list[Any], on: date) -> dict[int, list[Milestone]]:
    """Return what has happened on the track by that day, by partnership, in order of
    time: what sets a status, what names an act, and the Parliament's consent."""
    by_pk = {row.pk: row for row in rows}
    found = Milestone.objects.filter(partnership__in=by_pk, track=Track.SAFE)
    counted = found.filter(~Q(reference="") | Q(kind__in=_STEPS)).counted()
    steps: dict[int, list[Milestone]] = defaultdict(list)
    for milestone in counted.order_by("pk"):
        milestone.partnership = by_pk[milestone.partnership_id]
        steps[milestone.partnership_id].append(milestone)
    return {
        pk: [m for m in by_pk[pk].story.settle(taken) if m.has_happened(on=on)]
        for pk, taken in steps.items()
    }


def goes_beyond(row: Any, *, on: date) -> bool:
    """Return whether firms of a partner may go beyond the share that others have, as
    ``SafePartner.is_beyond`` does."""
    by_agreement = row.safe_status in SAFE_ASSOCIATED
    return by_agreement or _standing(row, on) == SafeStatus.NOT_NEEDED


def _standing(row: Any, on: date) -> SafeStatus:
    """Return the SAFE status of a partner without regard to an agreement."""
    story, sdp = row.story, SdpStatus(row.sdp_status)
    return lifecycle_status.safe_eligibility(
        {sdp}, story.holdings, story.iso_code, on=on
    )


def _partner(row: Any, steps: list[Milestone], on: date) -> SafePartner:
    deciding = next((m for m in steps if m.pk == row.safe_milestone_id), None)
    iso_code = row.story.iso_code
    standing = _standing(row, on)
    return SafePartner(
        row=row,
        status=SafeStatus(row.safe_status),
        standing=standing,
        deciding=deciding,
        next=_next(deciding, steps) if deciding else None,
        kinds={held.kind for held in row.story.holdings if held.holds_on(on)}
        & SAFE_DECISIVE_KINDS.get(standing, set()),
        is_named=iso_code in SAFE_NOT_NEEDED_COUNTRIES,
        is_reported=row.safe_status_reported,
        may_be=tuple(map(SafeStatus, row.safe_status_may_be)),
    )


def _next(deciding: Milestone, steps: list[Milestone]) -> MilestoneKind | None:
    """Return the first step that is left on the line after the furthest one taken in
    the attempt that stands; None after the last, and where the attempt is over."""
    line = LINE[Track.SAFE]
    if deciding.kind == K.SUSPENDED:
        return K.RESUMED
    if deciding.kind in CLOSING[Track.SAFE]:
        return None
    taken = {m.kind for m in steps if m.attempt == deciding.attempt}
    furthest = max((line.index(K(kind)) for kind in taken if kind in line), default=-1)
    left = [kind for kind in line[furthest + 1 :] if kind != _OPTIONAL]
    for kind, step in AWAITED.items():
        if left[:1] == [step] and kind not in taken:
            return kind
    return left[0] if left else None


def _affiliations(partners: list[SafePartner], on: date) -> list[Affiliation]:
    """Return the affiliations for which the Regulation counts a partner's components
    with the EU's. One query."""
    by_partner = {p.row.partner_id: p.row.partner for p in partners if p.by_regulation}
    found = Affiliation.objects.filter(
        partner__in=by_partner, kind__in=SAFE_NOT_NEEDED_KINDS
    )
    rows = list(found.holding(on=on).order_by("partner__name", "pk"))
    for affiliation in rows:
        affiliation.partner = by_partner[affiliation.partner_id]
    return rows
