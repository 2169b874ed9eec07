"""Parameters of pages that show partnerships side by side."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import slug_re
from django.db.models import F, Q

from partnerships.filters.choices import OneOf
from partnerships.filters.clock import ClockForm
from partnerships.filters.partnerships import PartnershipFilter
from partnerships.querysets.names import by_name
from partnerships.selectors.overview import SIGNED


class MatrixFilter(PartnershipFilter):
    """The list's parameters, for the columns here, and the order of the rows."""

    ORDERS = PartnershipFilter.ORDERS | {"coverage": F("areas_included")}
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
        choices=[("coverage", "Most common first"), ("number", "Number")],
        method="keep_partnerships",
        label="Order of areas",
        empty_label=None,
    )

    @property
    def by_coverage(self):
        """True where the most included areas are asked to come first."""
        return self.form.cleaned_data["rows"] == "coverage"

    @property
    def by_number(self):
        """True where the areas are asked to come by number."""
        return self.form.cleaned_data["rows"] == "number"

    def offer_areas(self, areas):
        """Offer these areas in the form, which then does not read them anew."""
        by_number = sorted(areas, key=lambda area: area.number)
        self.form.fields["area"].choices = [(a.slug, str(a)) for a in by_number]

    def keep_partnerships(self, queryset, name, value):
        return queryset  # the order of the areas leaves none out


class SignedMatrixFilter(MatrixFilter):
    """The parameters of the matrix on pages, which keep to what is signed on the day,
    as the count of common areas on the home page does, unless they name a status."""

    @property
    def without_column(self):
        """The partnerships that fit, and are not assessed; and those that fit all else,
        but are not signed on the day, by name. The form must be valid."""
        rows = super().filter_queryset(self.queryset).order_by(*by_name())
        not_assessed = Q(is_assessed=False)
        is_out = not_assessed | self._not_signed if self._keeps_signed else not_assessed
        return rows.filter(is_out)

    @property
    def _keeps_signed(self):
        return not self.form.cleaned_data["status"]

    @property
    def _needs_status(self):
        return True

    @property
    def _not_signed(self):
        return Q(is_assessed=True) & ~Q(status__in=SIGNED)

    def filter_queryset(self, queryset):
        rows = super().filter_queryset(queryset)
        return rows.exclude(self._not_signed) if self._keeps_signed else rows


class SlugsField(forms.MultipleChoiceField):
    """Any number of slugs; the form checks that they exist."""

    def to_python(self, value):
        return [slug for slug in super().to_python(value) if slug]

    def valid_value(self, value):
        return True


class CompareForm(ClockForm):
    """The choice of partnerships, among those given to the form, or of none. One alone
    is a choice that has begun."""

    FEWEST, MOST = 2, 4
    MOST_LISTED = 200  # others can still be chosen by their slug

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
    def compared(self):
        """The partnerships to show, by their slugs; none where too few are chosen."""
        slugs = self.cleaned_data["p"] if self.is_valid() else []
        return slugs if len(slugs) >= self.FEWEST else []

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
        return slugs

    def _named(self, slugs):
        slugs = [slug for slug in slugs if slug_re.match(slug)]
        return self.partners.filter(partner__slug__in=slugs) if slugs else []

    def _listed(self):
        """Return the first by name, and those chosen."""
        listed = dict(self.partners.order_by(*by_name())[: self.MOST_LISTED])
        chosen = self.data.getlist("p")[: self.MOST]
        listed |= self._named([slug for slug in chosen if slug not in listed])
        return list(listed.items())
