"""Filters that turn a change list into a list of what needs work."""

from datetime import timedelta

from django.contrib import admin
from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from partnerships.choices import Standing, Status
from partnerships.models import Role, RoleAssignment


class ConditionFilter(admin.SimpleListFilter):
    """A filter whose choices are named conditions on the list's rows."""

    def __init__(self, request, params, model, model_admin):
        self.conditions = self.get_conditions(model.objects)
        super().__init__(request, params, model, model_admin)

    def get_conditions(self, rows) -> dict[str, tuple[str, Q]]:
        """Return the label and the condition of each value."""
        raise NotImplementedError

    def lookups(self, request, model_admin):
        return [(value, label) for value, (label, _) in self.conditions.items()]

    def queryset(self, request, queryset):
        _, condition = self.conditions.get(self.value(), (None, Q()))
        return queryset.filter(condition)

    def get_facet_counts(self, pk_attname, filtered_qs):
        # Django would repeat the whole annotated list in a subquery for each choice.
        return {
            f"{i}__c": Count(pk_attname, filter=condition)
            for i, (_, condition) in enumerate(self.conditions.values())
        }


class RelatedFilter(admin.RelatedFieldListFilter):
    """A filter by another record, whose choices are read once for a page: Django makes
    all filters anew to count what each of them would show."""

    def field_choices(self, field, request, model_admin):
        read = request.__dict__.setdefault("choices_read", {})
        if field not in read:
            read[field] = super().field_choices(field, request, model_admin)
        return read[field]


class OneOfManyFilter(admin.RelatedFieldListFilter):
    """A filter by another record of which there are too many to list and to count: it
    shows the one that is chosen, and leads to the list in which each leads back."""

    def field_choices(self, field, request, model_admin):
        chosen = [pk for pk in self.lookup_val or () if pk.isdecimal()]
        among = {"pk__in": chosen}
        return field.get_choices(include_blank=False, limit_choices_to=among)

    def has_output(self):
        return True

    def choices(self, changelist):
        yield from super().choices(changelist)
        others = self.field.related_model._meta
        yield {
            "selected": False,
            "query_string": reverse(admin_urlname(others, "changelist")),
            "display": f"Choose among all {others.verbose_name_plural}",
        }


def _among(rows) -> Q:
    return Q(pk__in=rows.order_by().values("pk"))


class StatusFilter(ConditionFilter):
    title = parameter_name = "status"

    def get_conditions(self, rows):
        return {value: (label, Q(status=value)) for value, label in Status.choices}


class FactNeedsWorkFilter(ConditionFilter):
    title, parameter_name = "needs work", "needs"

    def get_conditions(self, rows):
        return {
            "claim": ("No claim", _among(rows.unsourced())),
            "ruling": ("Open disagreement", _among(rows.with_open_disagreement())),
        }


class PartnershipNeedsWorkFilter(ConditionFilter):
    title, parameter_name = "needs work", "needs"

    def get_conditions(self, rows):
        a_month_ago = timezone.localdate() - timedelta(days=31)
        unchecked = rows.not_checked_since(a_month_ago)
        return {
            "claim": ("No claim for a fact", _among(rows.with_unsourced_fact())),
            "ruling": ("Open disagreement", _among(rows.with_open_disagreement())),
            "check": ("Not checked for a month", _among(unchecked)),
        }


class StandingFilter(ConditionFilter):
    title = parameter_name = "standing"

    def get_conditions(self, rows):
        choices = {
            value: (label, Q(standing=value)) for value, label in Standing.choices
        }
        return choices | {"open": ("Open disagreement", _among(rows.open()))}


class RoleFilter(ConditionFilter):
    title = parameter_name = "role"

    def get_conditions(self, rows):
        assigned = RoleAssignment.objects.order_by()
        choices = {
            role: (role.label, Q(pk__in=assigned.filter(role=role).values("account")))
            for role in Role
        }
        some = assigned.exclude(role=Role.NONE).values("account")
        return choices | {Role.NONE: (Role.NONE.label, ~Q(pk__in=some))}
