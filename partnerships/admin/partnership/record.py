"""The record of a partnership at the desk: its facts to read, each with its claims,
ruling, history and the way to its own form."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.text import capfirst

from partnerships.actions.proposing import drafts_of
from partnerships.choices import Certainty, ChangeKind, PartnershipFact, Track
from partnerships.models import DoubleCheck, LedgerEntry
from partnerships.selectors.facts import Fact
from partnerships.selectors.record import Record, partnership_record
from partnerships.web import status_words
from partnerships.web.milestone_words import title, what

#: Of the newest changes of a record these many are looked through, and of a fact shown.
LOOKED_THROUGH, SHOWN = 500, 3


@dataclass(frozen=True)
class Done:
    """A change to a fact: when, by whom and why, and its operation, to be undone unless
    it is an import."""

    at: datetime
    by: str
    reason: str
    operation: UUID
    kind: str

    @property
    def is_import(self) -> bool:
        return self.kind == ChangeKind.IMPORT


@dataclass(frozen=True)
class Panel:
    """One fact: its name and value, what sources say, its last changes, and where it is
    changed and its whole history stands; of an area also its ``number``, and its
    ``state``, which is drawn."""

    id: str
    name: str
    value: str
    fact: Fact[Any]
    change: str
    history: str
    done: list[Done]
    awaits_double_check: bool = False
    number: int | None = None
    state: str = ""


def record_context(partnership, on, user):
    """Return what the record's screen shows that user, of that day."""
    record = partnership_record(partnership.partner.slug, on=on, with_drafts=True)
    done = _done(partnership)
    uncertain, rejected = record.uncertain, record.rejected
    milestones = [*record.milestones, *uncertain, *rejected]
    others = [*record.subjects, *record.positions, *record.affiliations]
    panels = {
        "milestones": [_milestone(fact, done) for fact in milestones],
        "ties": [_tie(fact, done) for fact in record.engagements],
        "others": [_plain(fact, done) for fact in others],
        "stated": [
            _own(record.stated_areas, PartnershipFact.STATED_AREAS, done),
            _own(record.review_clause, PartnershipFact.REVIEW_CLAUSE, done),
        ],
        "cells": [_cell(cell, done) for cell in record.cells],
    }
    return {
        **panels,
        "cells": _in_two_columns(panels["cells"]),
        "record": record,
        "status": _status(record),
        "proposals": _proposals(partnership, panels, user),
        "last": done.get(("partnership", partnership.pk), [])[:SHOWN],
        "checks": DoubleCheck.objects.filter(partnership=partnership, made_on=None),
        "is_empty": not (milestones or partnership.summary),
    }


def _done(partnership) -> dict[tuple[str, int], list[Done]]:
    """Return the newest changes to each row of the record, newest first. One query."""
    entries = LedgerEntry.objects.filter(partnership_id=partnership.pk)
    newest = entries.exclude(number=None).order_by("-number")[:LOOKED_THROUGH]
    found = defaultdict(list)
    columns = ("record", "object_id", "at", "actor", "reason", "operation", "kind")
    for record, pk, *change in newest.values_list(*columns):
        found[record, pk].append(Done(*change))
    return found


def _status(record: Record) -> list[tuple[str, str, str]]:
    """Return each track's status, and the milestone that decided it."""
    because = {
        track: f"{title(fact.about)}, {fact.about.date.display()}"
        for track, fact in record.because
    }
    names = {Track.SDP: "Partnership", Track.SAFE: "SAFE"}
    return [
        (
            name,
            status_words.label(record.partnership, f"{track}_status"),
            because.get(track, ""),
        )
        for track, name in names.items()
    ]


def _proposals(partnership, panels, user):
    """Return the proposals about the record that the user may see: documents that name
    its partner, and forms of it or of one of its facts."""
    forms = {panel.change for group in panels.values() for panel in group}
    own = reverse("admin:partnerships_partnership_change", args=[partnership.pk])
    own = own.removesuffix("change/")
    waiting = drafts_of(user).filter(proposed_at__isnull=False).select_related("owner")
    return [
        draft
        for draft in waiting
        if draft.path in forms
        or draft.path.startswith(own)
        or draft.names(partnership.partner)
    ]


def _panel(fact, name, value, done):
    row = fact.about
    model = row._meta.model_name
    return Panel(
        id=f"{model}-{row.pk}",
        name=name,
        value=value,
        fact=fact,
        change=reverse(f"admin:partnerships_{model}_change", args=[row.pk]),
        history=reverse(f"admin:partnerships_{model}_history", args=[row.pk]),
        done=done.get((model, row.pk), [])[:SHOWN],
        awaits_double_check=row.awaits_double_check,
    )


def _milestone(fact, done):
    milestone = fact.about
    name = capfirst(what(milestone))
    if milestone.certainty != Certainty.CONFIRMED:
        name = f"{name} ({milestone.certainty})"
    return _panel(fact, name, milestone.date.display(), done)


def _tie(fact, done):
    tie, value = fact.about, fact.about.stated_value
    if value == tie.frequency:
        value = tie.get_frequency_display()
    return _panel(fact, tie.name_in_record, "" if value == "yes" else value, done)


def _plain(fact, done):
    return _panel(fact, fact.about.name_in_record, "", done)


def _cell(cell, done):
    area, value = cell.area, cell.value
    name = area.short_name or area.name
    if cell.about is None:
        panel = Panel(f"area-{area.pk}", name, value.label, cell, "", "", [])
    else:
        panel = _panel(cell, name, value.label, done)
    return replace(panel, number=area.number, state=value.value)


def _in_two_columns(panels):
    half = (len(panels) + 1) // 2
    return [panels[:half], panels[half:]]


def _own(fact, name, done):
    """Return the panel of a fact on the partnership itself."""
    row = fact.about
    changes = done.get(("partnership", row.pk), [])
    return Panel(
        id=str(name),
        name=name.label,
        value=str(getattr(row, name) or "Not recorded"),
        fact=fact,
        change=reverse("admin:partnerships_partnership_text", args=[row.pk]),
        history=reverse("admin:partnerships_partnership_history", args=[row.pk]),
        done=changes[:SHOWN],
    )
