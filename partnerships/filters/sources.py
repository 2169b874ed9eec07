"""Parameters of one document, and of the list of disagreements."""

import django_filters as filters
from django import forms

from partnerships.choices import Alone, DisagreementState, Standing
from partnerships.filters.choices import OneOf
from partnerships.filters.clock import ClockFilter, EditionFilter, KnownForm, OnePast
from partnerships.models import Claim, Partner


class SourceForm(KnownForm):
    """The choice among a document's facts: by the standing of its claims, and by the
    way in which it stands alone with them."""

    standing = forms.ChoiceField(
        choices=[("", "Any"), *Standing.choices], required=False, label="Standing"
    )
    alone = forms.ChoiceField(
        choices=[("", "Any"), *Alone.choices], required=False, label="Alone with it"
    )

    @property
    def chosen(self):
        """The values given, by parameter; None for each where one is wrong."""
        return {name: self._given(name) for name in ("standing", "alone")}


class DisagreementFilter(filters.FilterSet):
    """The parameters of the list of disagreements, over claims."""

    disagreement = OneOf(
        choices=DisagreementState,
        method="filter_disagreement",
        label="State",
        empty_label="Open and ruled on",
    )
    partnership = filters.ModelChoiceFilter(
        queryset=Partner.objects.filter(partnership__is_published=True).only(
            "name", "slug"
        ),
        to_field_name="slug",
        field_name="record__partner",
        label="Partnership",
        empty_label="All",
    )
    known_on = ClockFilter(label="Known on")
    edition = EditionFilter(label="Edition")

    class Meta:
        model = Claim
        fields = ()
        form = OnePast

    def filter_queryset(self, queryset):
        return super().filter_queryset(queryset.disagreeing())

    def filter_disagreement(self, queryset, name, value):
        return queryset.filter(disagreement=value)
