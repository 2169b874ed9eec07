"""What the editors of test_concurrency.py do: each edit returns what it wrote, as
(record, id, action). All of them work on the same few sample partnerships.

Whoever changes several rows takes them in the order of their ids, as the tracker does;
what else it takes for edits at the same time not to fail is the tracker's business.
"""

import time

from django.db import transaction

from partnerships.models import Claim, Coverage, Milestone, Partner, Partnership, Source
from tests.ledger.writer import MARKS, Undone

STATEMENT = {"track": "sdp", "kind": "statement", "date": "2024"}


class Edits:
    def __init__(self, name, random):
        self.name, self.random = name, random
        self.source = Source.objects.get(key="sample-source")
        shared = Partnership.objects.published()
        self.shared = list(shared.order_by("pk").values_list("pk", flat=True))
        steps = Milestone.objects.exclude(kind="statement").order_by("pk")
        steps = steps.filter(partnership__in=self.shared)
        self.steps = list(steps.values_list("pk", flat=True))
        cells = Coverage.objects.order_by("pk")
        self.cells = list(cells.values_list("pk", flat=True))
        self.last = None

    def any(self, mark):
        """One edit at random; ``last`` says which."""
        edit, *_ = self.random.choices([*WEIGHTS], weights=[*WEIGHTS.values()])
        self.last = edit.__name__
        return edit(self, mark)

    def save(self, mark):
        """A step of everybody's, in whole."""
        milestone = Milestone.objects.get(pk=self.random.choice(self.steps))
        milestone.note = mark
        milestone.save()
        return changed("milestone", [milestone.pk])

    def save_fields(self, mark):
        """A cell of everybody's: two fields of it."""
        cell = Coverage.objects.get(pk=self.random.choice(self.cells))
        cell.value, cell.ruling = self._value(), mark
        cell.save(update_fields=["value", "ruling"])
        return changed("coverage", [cell.pk])

    def save_several(self, mark):
        """Three steps, then cells, in one transaction."""
        pks = sorted(self.random.sample(self.steps, 3))
        for pk in pks:
            milestone = Milestone.objects.get(pk=pk)
            milestone.note = mark
            milestone.save(update_fields=["note"])
        return changed("milestone", pks) + self.update_of_value(mark)

    def update(self, mark):
        """All milestones of a partnership, those included that others add or delete."""
        Milestone.objects.filter(partnership=self._partnership()).update(note=mark)
        return changed("milestone", marked(Milestone, mark))

    def update_of_value(self, mark):
        """Cells by a value that others are changing."""
        cells = Coverage.objects.filter(partnership=self._partnership())
        cells.filter(value=self._value()).update(ruling=mark)
        return changed("coverage", marked(Coverage, mark))

    def update_of_dates(self, mark):
        """Dates, from which other fields are derived."""
        steps = Milestone.objects.filter(partnership=self._partnership())
        year = self.random.choice(["2023", "2024", "2025-06"])
        steps.filter(kind="statement").update(date=year, note=mark)
        return changed("milestone", marked(Milestone, mark))

    def add(self, mark):
        """Statements with claims, to one partnership; and a note to another."""
        here, there = self.random.sample(self.shared, 2)
        rows = self._add_to(here, mark)
        Partnership.objects.filter(pk=there).update(internal_notes=mark)
        return rows + changed("partnership", [there])

    def delete(self, mark):
        """A statement with its claims, which others may be deleting too."""
        pks = Milestone.objects.filter(kind="statement", partnership__in=self.shared)
        pks = list(pks.order_by("pk").values_list("pk", flat=True)[:5])
        if not pks:
            return []
        one = Milestone.objects.filter(pk=self.random.choice(pks))
        rows = deleted("milestone", one)
        rows += deleted("claim", Claim.objects.filter(milestone__in=one))
        count, _ = one.delete()
        return rows if count else []

    def draft(self, mark):
        """A partnership of one's own, with its partner."""
        slug = f"{self.name}-{mark}"
        partner = Partner.objects.create(
            name=slug, slug=slug, region="africa", official_name=mark
        )
        record = Partnership.objects.create(
            partner=partner, title=slug, internal_notes=mark
        )
        return [
            ("partner", partner.pk, "+"),
            ("partnership", record.pk, "+"),
            *self._add_to(record.pk, mark),
        ]

    def delete_draft(self, mark):
        """One's oldest draft, with all that belongs to it, and then its partner."""
        mine = Partnership.objects.filter(partner__slug__startswith=f"{self.name}-")
        record = mine.order_by("pk").first()
        if not record:
            return []
        rows = [
            ("partner", record.partner_id, "-"),
            ("partnership", record.pk, "-"),
            *deleted("milestone", record.milestones.all()),
            *deleted("claim", record.record_claims.all()),
        ]
        record.delete()
        record.partner.delete()
        return rows

    def clash(self, mark):
        """What all want to make, and only the first one can."""
        source, is_new = Source.objects.get_or_create(
            key=f"second-{time.time():.0f}",
            defaults={"publisher": "Trial", "title": "Trial", "note": mark},
        )
        return [("source", source.pk, "+")] if is_new else []

    def think_again(self, mark):
        """One edit that is undone within the transaction, another that is not. That one
        waits for nobody: others may still be waiting for the rows of the first, and two
        edits of shared rows would not be in the order of their ids."""
        try:
            with transaction.atomic():
                self.any(f"{mark}, undone")
                raise Undone
        except Undone:
            return self.draft(mark)

    def _add_to(self, partnership, mark):
        milestones = Milestone.objects.bulk_create(
            Milestone(partnership_id=partnership, note=mark, **STATEMENT)
            for _ in range(self.random.randint(1, 3))
        )
        claim = Claim(source=self.source, says="2024", locator="1", wording=mark)
        claim.milestone = milestones[0]
        claim.save()
        return [
            *(("milestone", milestone.pk, "+") for milestone in milestones),
            ("claim", claim.pk, "+"),
        ]

    def _partnership(self):
        return self.random.choice(self.shared)

    def _value(self):
        return self.random.choice(["included", "not_included", "already_exists"])


#: How often each edit is made.
WEIGHTS = {
    Edits.save: 5,
    Edits.save_fields: 5,
    Edits.save_several: 3,
    Edits.update: 2,
    Edits.update_of_value: 3,
    Edits.update_of_dates: 1,
    Edits.add: 4,
    Edits.delete: 3,
    Edits.draft: 1,
    Edits.delete_draft: 1,
    Edits.clash: 1,
    Edits.think_again: 1,
}


def marked(model, mark):
    """The ids of what bears the mark."""
    rows = model.objects.filter(**{MARKS[model._meta.model_name]: mark})
    return list(rows.order_by("pk").values_list("pk", flat=True))


def changed(record, pks):
    return [(record, pk, "~") for pk in pks]


def deleted(record, rows):
    return [(record, pk, "-") for pk in rows.values_list("pk", flat=True)]
