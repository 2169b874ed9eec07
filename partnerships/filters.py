"""What readers may ask for, checked once for pages and API alike."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache, cached_property

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator, slug_re
from django.db.models import F, Value
from django.db.models.functions import Concat, StrIndex
from django.utils import timezone
from django_filters.fields import MultipleChoiceField

from partnerships.choices import (
    AffiliationKind,
    Alone,
    ChangeKind,
    MilestoneKind,
    Region,
    SafeStatus,
    Standing,
    Status,
    Track,
)
from partnerships.dates import end_of, start_of
from partnerships.models import (
    Affiliation,
    Area,
    Claim,
    LedgerEntry,
    Milestone,
    Partner,
    Partnership,
)
from partnerships.selectors import Facets, facets, matching, record_changes

#: The place of a status among all, by an expression that names the status only once:
#: it stands for much SQL.
_STATUS_RANK = StrIndex(
    Value(f",{','.join(Status.values)},"), Concat(Value(","), "status", Value(","))
)


class DayField(forms.DateField):
    """A day that is not in the future, written as 2026-03-31."""

    widget = forms.DateInput(attrs={"type": "date"})
    default_error_messages = {
        "invalid": "Write the day as year-month-day, as in 2026-03-31."
    }

    def __init__(self, **kwargs):
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)

    def validate(self, value):
        super().validate(value)
        today = timezone.localdate()
        if value and value > today:
            raise ValidationError(
                f"This day is yet to come; today is {today}.",
                code="future",
            )


class DayFilter(filters.Filter):
    field_class = DayField


class KnownForm(forms.Form):
    """The day by whose end this tracker knew what a page says."""

    known_on = DayField(required=False, label="Known on")

    @property
    def known(self):
        """The day of the second clock; None for now."""
        return self._given("known_on")

    @property
    def day_after(self):
        """The day from which on changes are news to who read as known on a day; None
        where it is yet to come."""
        if not self.known or self.known >= timezone.localdate():
            return None
        return self.known + timedelta(days=1)

    @property
    def given(self):
        """The days asked for, by parameter; none where what was asked is wrong."""
        days = self.cleaned_data if self.is_valid() else {}
        return {name: day for name, day in days.items() if day}

    def _given(self, name):
        return self.cleaned_data[name] if self.is_valid() else None


class ClockForm(KnownForm):
    """The two days that a page is about: what was true on the one, by what this
    tracker knew at the end of the other."""

    as_of = DayField(required=False, label="As of")

    field_order = ["as_of", "known_on"]

    @property
    def on(self):
        """The day asked for, or today, also where what was asked is wrong."""
        return self._given("as_of") or timezone.localdate()


class SourceForm(KnownForm):
    """Which of a document's facts are wanted: by how its claims stand, and by whether
    it stands alone with them."""

    standing = forms.ChoiceField(
        choices=[("", "Any"), *Standing.choices], required=False, label="Standing"
    )
    alone = forms.ChoiceField(
        choices=[("", "Any"), *Alone.choices], required=False, label="Beside the others"
    )

    @property
    def wanted(self):
        """What is asked for by name; nothing where a value is wrong."""
        return {name: self._given(name) for name in ("standing", "alone")}


class ChoicesField(MultipleChoiceField):
    def to_python(self, value):
        given = super().to_python(value)
        for one in given:
            ProhibitNullCharactersValidator()(one)
        return given


class AnyOf(filters.MultipleChoiceFilter):
    """Any of these values. The column is named once: it can stand for much SQL."""

    field_class = ChoicesField

    def filter(self, queryset, value):
        return (
            queryset.filter(**{f"{self.field_name}__in": value}) if value else queryset
        )


class PartnershipForm(forms.Form):
    def clean(self):
        after, before = map(self.cleaned_data.get, ("signed_after", "signed_before"))
        if after and before and after > before:
            self.add_error("signed_before", f"This day is before the other, {after}.")


@dataclass(frozen=True)
class WayOut:
    """A parameter of a list that is empty, and how many there would be without it."""

    label: str
    query: str
    count: int


class PartnershipFilter(filters.FilterSet):
    """The list's parameters; each may be left out. Repeated areas mean all of them,
    other repeated values mean any of them."""

    FACETS = ("status", "safe_status", "region", "affiliation")
    ORDERS = {
        "name": "partner__name",
        "status": "status_rank",
        "signed_on": "signed_latest",
    }
    ORDER_CHOICES = [
        ("name", "Name"),
        ("-name", "Name, from Z to A"),
        ("status", "Status"),
        ("-status", "Status, furthest first"),
        ("signed_on", "Signature, earliest first"),
        ("-signed_on", "Signature, latest first"),
    ]

    q = filters.CharFilter(label="Search", method="filter_q", max_length=200)
    status = AnyOf(choices=Status, label="Status")
    safe_status = AnyOf(choices=SafeStatus, label="SAFE status")
    region = AnyOf(choices=Region, field_name="partner__region", label="Region")
    affiliation = AnyOf(
        choices=AffiliationKind, method="filter_affiliation", label="Affiliation"
    )
    area = AnyOf(method="filter_area", label="Area")
    signed_after = DayFilter(
        field_name="signed_latest", lookup_expr="gte", label="Signed on or after"
    )
    signed_before = DayFilter(
        field_name="signed_latest", lookup_expr="lte", label="Signed on or before"
    )
    disagreement = filters.ChoiceFilter(
        choices=[("open", "Open"), ("ruled", "Ruled on")],
        method="filter_disagreement",
        label="Sources disagree",
        empty_label="Any or none",
    )
    as_of = DayFilter(method="filter_by_clock", label="As of")
    known_on = DayFilter(method="filter_by_clock", label="Known on")
    order = filters.ChoiceFilter(
        choices=ORDER_CHOICES, method="filter_order", label="Order", empty_label=None
    )

    class Meta:
        model = Partnership
        fields = []
        form = PartnershipForm

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Read once, and only where they are looked at.
        self.areas = cache(lambda: list(Area.objects.all()))
        self.filters["area"].extra["choices"] = lambda: [
            (area.slug, str(area)) for area in self.areas()
        ]

    @property
    def on(self):
        """The day asked for, or today. The form must be valid."""
        return self.form.cleaned_data["as_of"] or timezone.localdate()

    @cached_property
    def before_facets(self):
        """What all but the four facets let through. The form must be valid."""
        queryset = self.queryset.with_status(on=self.on)
        later = (*self.FACETS, "order")
        return self._filtered(
            queryset.order_by("partner__name", "pk"),
            [name for name in self.filters if name not in later],
        )

    @cached_property
    def facets(self) -> Facets:
        chosen = {name: self.form.cleaned_data[name] for name in self.FACETS}
        return facets(
            self.before_facets, chosen, self.qs, areas=self.areas(), on=self.on
        )

    @property
    def ways_out(self) -> list[WayOut]:
        """Each parameter that can be dropped, for a list that is empty."""
        kept = ("as_of", "known_on", "order", "page")
        found = []
        for name, field in self.form.fields.items():
            if self.form.cleaned_data[name] and name not in kept:
                data = self.data.copy()
                for dropped in (name, "page"):
                    data.pop(dropped, None)
                count = type(self)(data, self.queryset).qs.count()
                found.append(WayOut(field.label, data.urlencode(), count))
        return found

    def described(self, found):
        """The rows of a page, in full. They are found first: a database that orders
        them works out all that it is asked to show of each, those left out too."""
        rows = self.queryset.model.objects.filter(pk__in=found.values("pk"))
        rows = rows.with_status(on=self.on).with_coverage_counts()
        rows = rows.with_open_disagreement_count().select_related("partner")
        return self._filtered(rows.order_by("partner__name", "pk"), ["order"])

    def filter_queryset(self, queryset):
        return self._filtered(self.before_facets, [*self.FACETS, "order"])

    def _filtered(self, queryset, names):
        for name in names:
            value = self.form.cleaned_data[name]
            queryset = self.filters[name].filter(queryset, value)
        return queryset

    def filter_q(self, queryset, name, value):
        return matching(queryset, value, on=self.on)

    def filter_affiliation(self, queryset, name, value):
        holding = Affiliation.objects.holding(on=self.on).filter(kind__in=value)
        return queryset.filter(partner__in=holding.values("partner"))

    def filter_area(self, queryset, name, value):
        return queryset.covering(value)

    def filter_disagreement(self, queryset, name, value):
        claims = Claim.objects.open() if value == "open" else Claim.objects.ruled()
        return queryset.filter(pk__in=claims.values("record"))

    def filter_by_clock(self, queryset, name, value):
        # filter_queryset has annotated the one day; the view reads as known on the
        # other (ledger.past).
        return queryset

    def filter_order(self, queryset, name, value):
        column = F(self.ORDERS[value.removeprefix("-")])
        if value.startswith("-"):
            first = column.desc(nulls_last=True)
        else:
            first = column.asc(nulls_last=True)
        if value.endswith("status"):
            queryset = queryset.alias(status_rank=_STATUS_RANK)
        return queryset.order_by(first, "partner__name", "pk")


class MatrixFilter(PartnershipFilter):
    """The list's parameters, which choose and order the columns here, and the order of
    the rows."""

    ORDERS = PartnershipFilter.ORDERS | {"coverage": "areas_included"}
    order = filters.ChoiceFilter(
        choices=[
            *PartnershipFilter.ORDER_CHOICES,
            ("-coverage", "Areas included, most first"),
            ("coverage", "Areas included, fewest first"),
        ],
        method="filter_order",
        label="Order of partnerships",
        empty_label=None,
    )
    rows = filters.ChoiceFilter(
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
        by_number = sorted(areas, key=lambda area: area.number)
        self.areas = lambda: by_number

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


class DisagreementFilter(filters.FilterSet):
    """The parameters of the list of disagreements, over claims."""

    disagreement = filters.ChoiceFilter(
        choices=[("open", "Open"), ("ruled", "Ruled on")],
        method="filter_disagreement",
        label="State",
        empty_label="Open and ruled on",
    )
    partnership = filters.ModelChoiceFilter(
        queryset=Partner.objects.filter(partnership__is_published=True),
        to_field_name="slug",
        field_name="record__partner",
        label="Partnership",
        empty_label="All",
    )
    known_on = DayFilter(method="filter_by_clock", label="Known on")

    class Meta:
        model = Claim
        fields = []

    def filter_queryset(self, queryset):
        return super().filter_queryset(queryset.disagreeing())

    def filter_disagreement(self, queryset, name, value):
        if value == "open":
            return queryset.filter(fact_ruling="")
        return queryset.exclude(fact_ruling="")

    def filter_by_clock(self, queryset, name, value):
        return queryset  # the view reads as known on that day (ledger.past)


class SpanForm(forms.Form):
    """A span of days that does not end before it begins."""

    def clean(self):
        start, end = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if start and end and start > end:
            self.add_error(
                "from",
                f"The span ends before it begins: {start} is after {end}.",
            )


class ChangeFilter(filters.FilterSet):
    """The log's parameters; each may be left out."""

    partnership = filters.CharFilter(
        method="filter_partnership", label="Partnership", max_length=100
    )
    kind = filters.MultipleChoiceFilter(choices=ChangeKind, label="Kind of change")
    operation = filters.UUIDFilter(label="Operation")

    class Meta:
        model = LedgerEntry
        fields = []
        form = SpanForm

    def filter_partnership(self, queryset, name, value):
        return record_changes(queryset, value)

    def filter_from(self, queryset, name, value):
        return queryset.filter(at__gte=start_of(value))

    def filter_to(self, queryset, name, value):
        return queryset.filter(at__lt=end_of(value))


# "from" is no name that a class body can give.
ChangeFilter.base_filters |= {
    "from": DayFilter(method="filter_from", label="From"),
    "to": DayFilter(method="filter_to", label="To"),
}


class MilestoneFilter(filters.FilterSet):
    """The timeline's parameters: those of the list choose partnerships, the others
    choose among their milestones. A milestone counts on its latest day, the one by
    which it has happened."""

    ORDER_CHOICES = [("-date", "Newest first"), ("date", "Oldest first")]

    track = filters.ChoiceFilter(choices=Track, label="Track", empty_label="Both")
    kind = filters.MultipleChoiceFilter(
        choices=MilestoneKind, distinct=False, label="Kind of milestone"
    )
    order = filters.ChoiceFilter(choices=ORDER_CHOICES, label="Order", empty_label=None)

    class Meta:
        model = Milestone
        fields = []

    def filter_queryset(self, queryset):
        queryset = self._of_partnerships(queryset)
        for name in ("track", "kind", "from", "to"):
            value = self.form.cleaned_data[name]
            queryset = self.filters[name].filter(queryset, value)
        ordered = queryset.order_by(*Milestone._meta.ordering)
        is_oldest_first = self.form.cleaned_data["order"] == "date"
        return ordered if is_oldest_first else ordered.reverse()

    def partnerships_have_none(self):
        """Whether the partnerships chosen have no milestone by that day at all: then
        no other track, kind or time finds one. The form must be valid."""
        return not self._of_partnerships(self.queryset).exists()

    def _of_partnerships(self, queryset):
        """Those of the partnerships chosen, that had or may have happened by the day
        that is asked about."""
        given = self.form.cleaned_data
        on = given["as_of"] or timezone.localdate()
        queryset = queryset.exclude(earliest__gt=on)
        names = PartnershipFilter.base_filters.keys() - {"order", "as_of", "known_on"}
        if not any(given[name] for name in names):
            return queryset
        data = self.data.copy()
        data.pop("order", None)
        chosen = PartnershipFilter(data, Partnership.objects.all()).qs
        return queryset.filter(partnership__in=chosen.order_by().values("pk"))


MilestoneFilter.base_filters = {
    **PartnershipFilter.base_filters,
    **MilestoneFilter.base_filters,
    "from": DayFilter(field_name="latest", lookup_expr="gte", label="From"),
    "to": DayFilter(field_name="latest", lookup_expr="lte", label="To"),
}
