"""Partnerships side by side."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import slug_re

from partnerships.filters.choices import OneOf
from partnerships.filters.clock import ClockForm
from partnerships.filters.partnerships import PartnershipFilter


class MatrixFilter(PartnershipFilter):
    """The list's parameters, which choose and order the columns here, and the order of
    the rows."""

    ORDERS = PartnershipFilter.ORDERS | {"coverage": "areas_included"}
    order = OneOf(
        choices=[
            *PartnershipFilter.ORDER_CHOICES,
            ("-coverage", "Areas included, most first"),
            ("coverage", "Areas included, fewest first"),
        ],
        method="filter_order",
        label="Order of partnerships",
        empty_label=None,
    )
    rows = OneOf(
        choices=[("number", "Number"), ("coverage", "Most included first")],
        method="filter_rows",
        label="Order of areas",
        empty_label=None,
    )

    @property
    def by_coverage(self):
        """Whether the rows are wanted by how many partnerships include them."""
        return self.form.cleaned_data["rows"] == "coverage"

    def offer_areas(self, areas):
        """Offer these areas in the form, which would else ask for them anew."""
        self.areas = sorted(areas, key=lambda area: area.number)

    def filter_rows(self, queryset, name, value):
        # The order of the areas is no matter of which partnerships are shown.
        return queryset


class SlugsField(forms.MultipleChoiceField):
    """Any number of slugs; which of them exist is the form's to say."""

    def to_python(self, value):
        return [slug for slug in super().to_python(value) if slug]

    def valid_value(self, value):
        return True


class CompareForm(ClockForm):
    """Which partnerships to put side by side, of those given; none is fine too."""

    FEWEST, MOST = 2, 4
    MOST_LISTED = 200  # others can still be asked for by their slug

    p = SlugsField(required=False, label="Partnerships")
    show = forms.ChoiceField(
        choices=[("", "What differs"), ("all", "All areas")],
        required=False,
        label="Areas to show",
    )

    def __init__(self, data, partnerships):
        super().__init__(data)
        self.partners = partnerships.values_list("partner__slug", "partner__name")
        self.fields["p"].choices = self._listed

    @property
    def shows_all(self):
        return self.cleaned_data["show"] == "all"

    def clean_p(self):
        slugs = self.cleaned_data["p"]
        if len(slugs) > self.MOST:
            raise ValidationError(
                f"Choose at most {self.MOST} partnerships; {len(slugs)} were chosen."
            )
        known = dict(self._named(slugs))
        for slug in slugs:
            if slug not in known:
                raise ValidationError(f"There is no partnership “{slug[:50]}”.")
            if slugs.count(slug) > 1:
                raise ValidationError(f"{known[slug]} was chosen more than once.")
        if 0 < len(slugs) < self.FEWEST:
            raise ValidationError(
                f"Choose at least {self.FEWEST} partnerships; one was chosen."
            )
        return slugs

    def _named(self, slugs):
        asked = [slug for slug in slugs if slug_re.match(slug)]
        return self.partners.filter(partner__slug__in=asked) if asked else []

    def _listed(self):
        """The first by name, and those asked for."""
        listed = dict(self.partners.order_by("partner__name")[: self.MOST_LISTED])
        asked = self.data.getlist("p")[: self.MOST]
        listed |= self._named([slug for slug in asked if slug not in listed])
        return list(listed.items())
