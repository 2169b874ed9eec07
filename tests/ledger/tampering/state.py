"""A tracker that has been worked on: the state that is tampered with."""

from io import StringIO
from random import Random

from django.core.management import call_command
from django.db import transaction

from partnerships.ledger import context, redacting, sealing
from partnerships.models import Claim, Coverage, Milestone, Partnership, Source, User
from tests import factories
from tests.factories import edit

SLUGS = ["norway", "japan", "moldova", "albania", "canada", "iceland"]
NOTES = ["As printed.", "Naïve – “quoted”", "Two\nlines", "10.5 million", "ÅÄÖ", ""]
PLACES = ["Oslo", "Bergen", "Brussels", "Tromsø", "San José"]


def build(seed: int):
    """Fill an empty, migrated database: every kind of record, a draft, claims, edits by
    several accounts, changes in bulk, deletions, a redaction, checkpoints, accounts
    that rose and left, and two verifications. All of it is sealed."""
    random = Random(f"state {seed}")
    people = _accounts()
    with context.change(actor="Data set", reason="First entry", kind="import"):
        _records(random)
    for _ in range(25):
        user = random.choice(people)
        kind = random.choice(["correction", "new_development", "editorial"])
        with context.change(user=user, reason=random.choice(REASONS), kind=kind):
            random.choice(EDITS)(random)
    _in_bulk(random)
    call_command("seal", "--checkpoint", stdout=StringIO())
    _redacted(people[1])
    call_command("verify_audit", stdout=StringIO())
    with context.change(user=people[0], reason="A later note", kind="editorial"):
        _note(random)
    call_command("verify_audit", stdout=StringIO())
    call_command("seal", "--checkpoint", stdout=StringIO())
    assert sealing.seal() == 0


REASONS = ["The minutes give another day", "Typo", "New source", "Bulletin 3/2026"]


def _accounts() -> list[User]:
    """An editor, a publisher and an administrator; a second editor has left."""
    editor = factories.user("jane", groups=["editor"], public_name="Jane Doe")
    publisher = factories.user("pat", groups=["publisher"])
    boss = User.objects.create_superuser("boss", password="a long passphrase")
    gone = factories.user("gone", groups=["viewer"])
    gone.assign("editor")
    gone.is_active = False
    gone.save()
    return [editor, publisher, boss]


def _records(random):
    areas = [factories.area(number) for number in range(1, 4)]
    sources = [factories.source(f"source-{n}", note=NOTES[n]) for n in range(3)]
    for slug in SLUGS:
        record = factories.partnership(
            slug,
            published=slug != SLUGS[-1],
            summary=random.choice(NOTES),
            internal_notes=random.choice(NOTES),
            stated_areas=random.randint(1, 30),
        )
        signed = factories.milestone(record, place=random.choice(PLACES))
        factories.milestone(record, "negotiations_opened", "2023-11")
        factories.milestone(record, "statement", "2025", note=random.choice(NOTES))
        cells = [factories.coverage(record, area) for area in areas]
        by = random.choice(sources)
        factories.claim(signed, "2024-05-28", by=by)
        factories.claim(cells[0], "included", by=by)
        factories.claim(record, "17", by=by)
        factories.check(record)
    record = Partnership.objects.get(partner__slug="norway")
    tie = factories.affiliation(record.partner, "nato_ally", since="1949")
    factories.claim(tie, "yes", by=sources[0])
    factories.claim(factories.engagement(record, since="2007"), "yes", by=sources[1])
    factories.claim(factories.subject(record), "yes", by=sources[0])
    factories.claim(factories.position(record, date="2024-06"), "yes", by=sources[1])
    factories.claim(factories.namesake(), "yes", by=sources[2])
    factories.claim(factories.question(), "no", by=sources[2])
    factories.double_check(record)


def _note(random):
    row = random.choice(Milestone.objects.order_by("pk"))
    edit(row, note=f"{random.choice(NOTES)} {random.random():.3f}")


def _place(random):
    row = random.choice(Milestone.objects.order_by("pk"))
    edit(row, place=random.choice(PLACES))


def _date(random):
    row = random.choice(Milestone.objects.filter(kind="signed").order_by("pk"))
    edit(row, date=f"2024-0{random.randint(1, 9)}")


def _cell(random):
    row = random.choice(Coverage.objects.order_by("pk"))
    edit(row, value="not_included", ruling=random.choice(NOTES[:3]))


def _summary(random):
    row = random.choice(Partnership.objects.order_by("pk"))
    edit(row, summary=random.choice(NOTES) + "!", internal_notes="Called them.")


def _wording(random):
    edit(random.choice(Claim.objects.order_by("pk")), wording=random.choice(PLACES))


def _deleted(random):
    rows = Milestone.objects.filter(kind="statement").order_by("pk")
    if rows:
        random.choice(rows).delete()


EDITS = [_note, _place, _date, _cell, _summary, _wording, _deleted]


def _in_bulk(random):
    """Four changes of many rows, each one operation and one transaction."""
    with context.change(actor="Data desk", reason="Spelt anew", kind="editorial"):
        with transaction.atomic():
            Milestone.objects.filter(place="Oslo").update(place="Oslo (Norway)")
            Coverage.objects.filter(value="included").update(ruling="Table 1")
        Source.objects.update(note="Read again")
        Partnership.objects.filter(is_published=True).update(reviewed_on="2026-04-30")


def _redacted(user):
    with context.change(user=user, reason="Naming a person", kind="correction"):
        edit(row := Milestone.objects.order_by("pk")[0], note="Somebody’s name")
        number = sealing.head().number
        edit(row, note="")
    with context.change(user=user, reason="Personal data", kind="correction"):
        redacting.redact(number=number, field="note")
