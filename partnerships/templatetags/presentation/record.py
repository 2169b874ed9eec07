"""The parts of a record: by the values that each is shown with, so that a template is
filled in once for the same ones, on whatever day and page they are."""

from partnerships.templatetags.presentation.claims import claims_about
from partnerships.templatetags.presentation.dates import period
from partnerships.templatetags.presentation.facts import (
    dispute,
    publishers,
    unrecorded,
)
from partnerships.templatetags.presentation.library import remembered
from partnerships.templatetags.presentation.status import decides, in_list, standstill


@remembered("includes/sources.html")
def sources(context, fact):
    """What each source says of a fact, unfolding beside it."""
    return {
        "count": len(fact.claims),
        "publishers": publishers(fact.claims),
        "dispute": dispute(fact) if fact.rivals else "",
        "disagreement": fact.disagreement,
        "claims": claims_about(context, fact) if fact.claims else "",
    }


@remembered("includes/course.html")
def course(context, course):
    """The steps of one track, and what may come next."""
    return {
        "track": course.track,
        "attempts": tuple(tuple(map(_step, steps)) for steps in course.attempts),
        "status": course.status,
        "standstill": standstill(course),
        "onward": in_list(course.ahead.onward, "and"),
        "beside": in_list(course.ahead.beside, "or"),
        "away": in_list(course.ahead.away, "or"),
    }


def _step(step):
    """Its name, its milestones and those that may have happened, each by id and date,
    and whether it decides the status."""
    recorded, uncertain = (
        tuple((fact.about.pk, fact.about.date) for fact in facts)
        for facts in (step.facts, step.uncertain)
    )
    return step.kind.label, recorded, uncertain, step.decides


@remembered("includes/milestone.html")
def milestone(context, fact, record):
    about = fact.about
    return {
        "pk": about.pk,
        "track": about.track,
        "kind": about.get_kind_display(),
        "date": about.date,
        "decides": decides(record, about),
        "note": about.note,
        "place": about.place,
        "signatories": about.signatories,
        "reference": about.reference,
        "unrecorded": unrecorded(about),
        "sources": sources(context, fact),
    }


@remembered("includes/engagement.html")
def engagement(context, fact):
    about = fact.about
    return {
        "pk": about.pk,
        "title": about.title,
        "period": period(about),
        "level": about.level,
        "frequency": about.get_frequency_display(),
        "currency": about.currency,
        "amount": about.amount,
        "amount_eur": about.amount_eur,
        "is_total": about.amount_is_total,
        "note": about.note,
        "sources": sources(context, fact),
    }


@remembered("includes/affiliation.html")
def affiliation(context, fact):
    about = fact.about
    return {
        "pk": about.pk,
        "kind": about.get_kind_display(),
        "period": period(about),
        "note": about.note,
        "sources": sources(context, fact),
    }


@remembered("includes/log_line.html")
def log_line(context, change):
    """The first change of an operation, and how many it made of the same record."""
    return {
        "number": change.number,
        "at": change.at,
        "category": change.category,
        "model": change.model_label,
        "action": change.action,
        "label": change.label,
        "others": change.entry.together - 1,
        "reason": change.reason,
        "by": change.by,
    }
