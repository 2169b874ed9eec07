"""The models that are audited, and all roads by which Django changes, creates and deletes
their rows. Each takes a milestone in Oslo."""

from django.apps import apps

from partnerships.ledger.recorder import AuditedModel
from partnerships.models import Milestone, Partnership
from tests.factories import edit

AUDITED = [
    model
    for model in apps.get_app_config("partnerships").get_models()
    if issubclass(model, AuditedModel)
]


def save_one_field(milestone):
    milestone.place, milestone.note = "Bergen", "never saved"
    milestone.save(update_fields=["place"])


def save_stale_copy(milestone):
    stale = Milestone.objects.get(pk=milestone.pk)
    Milestone.objects.filter(pk=milestone.pk).update(note="newer")
    stale.place = "Bergen"
    stale.save(update_fields=["place"])


def save_partly_loaded(milestone):
    partly = Milestone.objects.only("place").get(pk=milestone.pk)
    partly.place = "Bergen"
    partly.save(update_fields=["place"])


def update_with_join(milestone):
    Milestone.objects.filter(partnership__partner__slug="norway").update(place="Bergen")


def bulk_update(milestone):
    milestone.place = "Bergen"
    Milestone.objects.bulk_update([milestone], ["place"])


KEYS = {"track": "sdp", "kind": "proposed"}
NEW = KEYS | {"date": "2023"}

#: They move the milestone to Bergen.
CHANGES = {
    "save": lambda m: edit(m, place="Bergen"),
    "save one field": save_one_field,
    "save stale copy": save_stale_copy,
    "save partly loaded": save_partly_loaded,
    "update": lambda m: Milestone.objects.filter(place="Oslo").update(place="Bergen"),
    "update related": lambda m: m.partnership.milestones.update(place="Bergen"),
    "update with join": update_with_join,
    "bulk update": bulk_update,
    "update or create": lambda m: Milestone.objects.update_or_create(
        pk=m.pk, defaults={"place": "Bergen"}
    ),
}
#: They add a proposal to its partnership.
CREATIONS = {
    "save new": lambda m: Milestone(partnership=m.partnership, **NEW).save(),
    "create": lambda m: Milestone.objects.create(partnership=m.partnership, **NEW),
    "create related": lambda m: m.partnership.milestones.create(**NEW),
    "get or create": lambda m: m.partnership.milestones.get_or_create(
        **KEYS, defaults={"date": "2023"}
    ),
    "update or create new": lambda m: Milestone.objects.update_or_create(
        partnership=m.partnership, **KEYS, defaults={"date": "2023"}
    ),
    "bulk create": lambda m: Milestone.objects.bulk_create(
        [Milestone(partnership=m.partnership, **NEW)]
    ),
}
DELETIONS = {
    "delete": lambda m: m.delete(),
    "delete queryset": lambda m: Milestone.objects.filter(pk=m.pk).delete(),
    "delete related": lambda m: m.partnership.milestones.all().delete(),
    "cascade": lambda m: m.partnership.delete(),
    "cascade of queryset": lambda m: Partnership.objects.all().delete(),
}
ROADS = CHANGES | CREATIONS | DELETIONS
