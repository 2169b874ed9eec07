"""The resources. Each is read-only, a function of address, edition and day."""

from collections.abc import Callable

from django import forms
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.functional import cached_property
from django_filters import FilterSet
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.viewsets import GenericViewSet

from partnerships.api import evidence, overviews, parameters, serializers
from partnerships.api.pagination import Pages, PartnershipPages
from partnerships.filters.changes import ChangeFilter
from partnerships.filters.clock import ClockForm, KnownForm
from partnerships.filters.comparison import MatrixFilter
from partnerships.filters.milestones import MilestoneFilter
from partnerships.filters.partnerships import PartnershipFilter
from partnerships.filters.refusals import refusals
from partnerships.filters.sources import DisagreementFilter
from partnerships.ledger.known_on import known_on
from partnerships.log.entries import described_changes, public_changes
from partnerships.log.numbering import public_numbers
from partnerships.models import (
    Affiliation,
    Area,
    LedgerEntry,
    Milestone,
    Namesake,
    Partner,
    Partnership,
    Position,
    Question,
    Source,
)
from partnerships.querysets.names import by_name
from partnerships.selectors import modified_after
from partnerships.selectors.disagreements import (
    disagreements,
    disputed_facts,
    disputing_claims,
)
from partnerships.selectors.double_checks import mark_unchecked
from partnerships.selectors.facets import FACETS, more_may_match
from partnerships.selectors.facts import milestone_facts, standing_alone
from partnerships.selectors.matrix import area_counts, coverage_matrix
from partnerships.selectors.overview import published_as_of, statistics
from partnerships.selectors.partnership_list import partnership_rows
from partnerships.selectors.record import partnership_record
from partnerships.selectors.sources import source_summaries
from partnerships.web.caching import trail_of

MOST_COLUMNS = 200


class Resource(GenericViewSet):
    """A resource. Each request takes these steps, all but the forms in the way of
    Django REST framework:

    1. ``dispatch`` reads the record as known on the day of ``known_on``.
    2. ``initial`` makes the two forms of the parameters (``get_forms``) and refuses
       what they do not allow.
    3. For a list, ``get_queryset`` and ``filter_queryset`` return its rows in a total
       order, and ``paginate_queryset`` those of one page, with all that the serializer
       reads. For one object, ``get_object`` does, or raises Http404.
    4. ``get_serializer`` leaves out the keys that are not wanted.
    """

    pagination_class = Pages
    operation_id = ""  # the name of the method in a client
    clock_form: type[KnownForm] = ClockForm
    list_form: type[parameters.ListForm] = parameters.RecordListForm
    filterset_class: type[FilterSet] | None = None  # of a list that its page has too

    def dispatch(self, request, *args, **kwargs):
        self.clock = self.clock_form(request.GET)
        with known_on(self.clock.past):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        if self.action:  # None where the method is refused
            self.filter, self.form = self.get_forms(request.query_params)
            if errors := refusals(self.filter, self.form):
                raise ValidationError(errors)

    def get_forms(self, data):
        """Return the form or filter set of the parameters that pages have too, and the
        form of those that only the API has."""
        form = self.list_form if self.action == "list" else parameters.ObjectForm
        return self.get_filter(data), form(data, self.serializer_class)

    def get_filter(self, data):
        if self.filterset_class and self.action == "list":
            return self.filterset_class(data, self.get_queryset())
        return self.clock_form(data)

    def is_modified(self, condition: Callable[[QuerySet], Q]) -> Q:
        """Return the condition of the rows that changes after ``modified_after`` may
        have touched; of all rows where the parameter is left out."""
        moment = self.form.cleaned_data.get("modified_after")
        if moment is None:
            return Q()
        return condition(modified_after.entries_after(moment))

    def get_serializer(self, *args, **kwargs):
        serializer = super().get_serializer(*args, **kwargs)
        if wanted := self.form.cleaned_data["fields"]:
            fields = getattr(serializer, "child", serializer).fields
            for name in fields.keys() - wanted:
                fields.pop(name)
        return serializer

    def get_serializer_context(self):
        return {"base": self.request.build_absolute_uri("/").removesuffix("/")}


class Partnerships(ListModelMixin, Resource):
    """Published partnerships, filtered, as they stood on a day."""

    serializer_class = serializers.PartnershipSerializer
    filterset_class = PartnershipFilter
    pagination_class = PartnershipPages

    def get_queryset(self):
        return Partnership.objects.published()

    def filter_queryset(self, queryset):
        return self.filter.qs.filter(self._changed).values_list("pk", flat=True)

    @property
    def may_match(self):
        """Return the number of partnerships that may match beside those listed; None
        where days of signature are asked for, which lists compare as recorded."""
        if self.filter.narrowing & {"signed_after", "signed_before"}:
            return None
        is_of_all = not self._changed and self.filter.narrowing.issubset(FACETS)
        candidates = None if is_of_all else self.filter.candidates.filter(self._changed)
        return more_may_match(candidates, self.filter.chosen, on=self.clock.on)

    @cached_property
    def _changed(self):
        return self.is_modified(modified_after.modified_partnerships)

    def paginate_queryset(self, queryset):
        return partnership_rows(super().paginate_queryset(queryset), on=self.clock.on)


class OnePartnership(RetrieveModelMixin, Resource):
    """One published partnership in full, as it stood on a day."""

    serializer_class = serializers.RecordSerializer

    def get_object(self):
        try:
            return partnership_record(self.kwargs["slug"], on=self.clock.on)
        except Partnership.DoesNotExist:
            raise Http404 from None


class Partners(ListModelMixin, RetrieveModelMixin, Resource):
    """The partners of published partnerships, with their affiliations that had begun by
    a day, or may have."""

    serializer_class = serializers.PartnerSerializer
    lookup_field = "slug"

    def get_queryset(self):
        on = self.clock.on
        begun = Affiliation.objects.perhaps_begun(on=on).with_holds(on=on)
        return (
            Partner.objects.filter(partnership__is_published=True)
            .order_by(*by_name(""))
            .select_related("partnership")
            .prefetch_related(
                Prefetch("affiliations", begun.order_by("kind", "pk"), "begun")
            )
        )

    def filter_queryset(self, queryset):
        return queryset.filter(self.is_modified(modified_after.modified_partners))


class Areas(ListModelMixin, RetrieveModelMixin, Resource):
    """The areas of cooperation, with how many partnerships include each of them."""

    serializer_class = overviews.AreaSerializer
    lookup_field = "slug"

    def get_queryset(self):
        return Area.objects.order_by("number")

    def filter_queryset(self, queryset):
        return queryset.filter(self.is_modified(modified_after.modified_areas))

    def paginate_queryset(self, queryset):
        return area_counts(super().paginate_queryset(queryset))

    def get_object(self):
        return area_counts([super().get_object()])[0]


class Milestones(ListModelMixin, RetrieveModelMixin, Resource):
    """The milestones of published partnerships on both tracks, in order of time."""

    serializer_class = serializers.MilestoneSerializer
    lookup_url_kwarg = "id"
    filterset_class = MilestoneFilter

    def get_queryset(self):
        return Milestone.objects.public().select_related("partnership__partner")

    def filter_queryset(self, queryset):
        if self.action == "list":
            changed = self.is_modified(modified_after.modified_milestones)
            queryset = self.filter.qs.filter(changed)
        else:
            queryset = queryset.begun(on=self.clock.on)
        return queryset.with_met_by(on=self.clock.on)

    def paginate_queryset(self, queryset):
        milestones = super().paginate_queryset(queryset)
        mark_unchecked(milestones)
        return milestone_facts(milestones)

    def get_object(self):
        milestone = super().get_object()
        mark_unchecked([milestone])
        return milestone_facts([milestone])[0]


class Sources(ListModelMixin, RetrieveModelMixin, Resource):
    """The documents, and how their claims stand to what the editors adopted."""

    serializer_class = evidence.SourceSerializer
    clock_form = KnownForm

    lookup_field = "key"

    def get_queryset(self):
        return Source.objects.public()

    def filter_queryset(self, queryset):
        return queryset.filter(self.is_modified(modified_after.modified_sources))

    def paginate_queryset(self, queryset):
        return source_summaries(super().paginate_queryset(queryset))

    def get_object(self):
        return source_summaries([super().get_object()])[0]


class StandingAlone(ListModelMixin, Resource):
    """Facts that may belong to no record, each with the claims about it."""

    def filter_queryset(self, queryset):
        about = modified_after.modified_alone
        return queryset.filter(self.is_modified(about(queryset.model)))

    def paginate_queryset(self, queryset):
        page = super().paginate_queryset(queryset.values_list("pk", flat=True))
        return standing_alone(queryset.filter(pk__in=page))


class Questions(StandingAlone):
    """Questions about the instrument as a whole, with the answers adopted."""

    serializer_class = evidence.QuestionSerializer
    clock_form = KnownForm

    def get_queryset(self):
        return Question.objects.order_by("text", "pk")


class Positions(StandingAlone):
    """Positions of institutions, governments, industry and experts, newest first."""

    serializer_class = evidence.PositionSerializer

    def get_queryset(self):
        rows = Position.objects.public().by(on=self.clock.on)
        return rows.select_related("partnership__partner")


class Namesakes(StandingAlone):
    """Texts and dialogues that are easily taken for a partnership and are none."""

    serializer_class = evidence.NamesakeSerializer

    def get_queryset(self):
        return Namesake.objects.by(on=self.clock.on)


class Disagreements(ListModelMixin, Resource):
    """Facts on which sources disagree, open ones first, with the editors' rulings."""

    serializer_class = evidence.DisagreementSerializer
    clock_form = KnownForm
    filterset_class = DisagreementFilter

    def get_queryset(self):
        return disputing_claims()

    def filter_queryset(self, queryset):
        claims = self.filter.qs.filter(self.is_modified(modified_after.modified_claims))
        return disputed_facts(claims)

    def paginate_queryset(self, queryset):
        fact_ids = super().paginate_queryset(queryset)
        return disagreements(fact_ids, past=self.clock.past)


class Changes(ListModelMixin, RetrieveModelMixin, Resource):
    """All changes that were ever made to what is public."""

    serializer_class = evidence.ChangeSerializer
    list_form = parameters.ListForm
    filterset_class = ChangeFilter

    def get_filter(self, data):
        # A change is what it is on any day.
        return super().get_filter(data) if self.action == "list" else forms.Form(data)

    @cached_property
    def visible(self):
        return public_changes()

    def get_queryset(self):
        return self.visible

    def filter_queryset(self, queryset):
        numbers = self.filter.among(public_numbers())
        after = self.filter.form.cleaned_data["after"]
        return numbers if after is None else numbers.after(after)

    def paginate_queryset(self, queryset):
        numbers = super().paginate_queryset(queryset)
        entries = LedgerEntry.objects.filter(number__in=numbers)
        changes = described_changes(entries, among=self.visible)
        return sorted(changes, key=lambda change: numbers.index(change.number))

    def get_object(self):
        entries = self.visible.filter(number=self.kwargs["number"])
        changes = described_changes(entries, among=self.visible)
        if not changes:
            raise Http404
        return changes[0]


class Matrix(RetrieveModelMixin, Resource):
    """Areas of cooperation by partnerships."""

    serializer_class = overviews.MatrixSerializer

    def get_filter(self, data):
        partnerships = Partnership.objects.published().with_coverage_counts()
        return MatrixFilter(data, partnerships.select_related("partner"))

    def get_object(self):
        return coverage_matrix(
            self.filter.qs,
            most=MOST_COLUMNS,
            by_coverage=self.filter.by_coverage,
            on=self.clock.on,
        )


class Statistics(RetrieveModelMixin, Resource):
    """Counts over all published partnerships, as they stood on a day."""

    serializer_class = overviews.StatisticsSerializer

    def get_object(self):
        return statistics(
            published_as_of(self.clock.on),
            on=self.clock.on,
            known_on=self.clock.known or timezone.localdate(),
            edition=trail_of(self.request).edition,
        )
