"""The resources. Each is read-only, and a function of its address, of the edition and
of the day."""

from collections.abc import Callable, Iterable

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from partnerships.api import parameters
from partnerships.api.pagination import Page
from partnerships.api.parameters import LogForm, ObjectForm, RecordsForm
from partnerships.api.serializers.facts import (
    AreaSerializer,
    DisagreementSerializer,
    MilestoneSerializer,
    PartnerSerializer,
    SourceSerializer,
)
from partnerships.api.serializers.overview import (
    ChangeSerializer,
    MatrixSerializer,
    StatisticsSerializer,
)
from partnerships.api.serializers.partnerships import (
    PartnershipSerializer,
    RecordSerializer,
)
from partnerships.filters.changes import ChangeFilter
from partnerships.filters.clock import ClockForm, KnownForm
from partnerships.filters.comparison import MatrixFilter
from partnerships.filters.milestones import MilestoneFilter
from partnerships.filters.partnerships import PartnershipFilter
from partnerships.filters.sources import DisagreementFilter
from partnerships.ledger.known_on import known_on
from partnerships.log.entries import described_changes, public_changes
from partnerships.models import (
    Affiliation,
    Area,
    Claim,
    Milestone,
    Partner,
    Partnership,
    Source,
)
from partnerships.selectors.disagreements import disagreements, disputed_facts
from partnerships.selectors.index import index_of
from partnerships.selectors.matrix import area_counts, coverage_matrix
from partnerships.selectors.modified_after import (
    entries_after,
    modified_areas,
    modified_claims,
    modified_milestones,
    modified_partners,
    modified_partnerships,
    modified_sources,
)
from partnerships.selectors.overview import statistics
from partnerships.selectors.record import partnership_record
from partnerships.selectors.sources import source_summaries
from partnerships.selectors.timeline import milestone_facts

MOST_COLUMNS = 200


class Resource(ViewSet):
    """What may be asked, what is found, and its JSON."""

    serializer_class: type
    operation_id = ""  # the name of the method in a client
    clock_form = ClockForm

    def answer(self, things: Iterable, own: ObjectForm) -> list[dict]:
        """These things as JSON, with the keys that were asked for."""
        base = self.request.build_absolute_uri("/").removesuffix("/")
        serializer = self.serializer_class(things, many=True, context={"base": base})
        if keys := own.cleaned_data["fields"]:
            return [{k: row[k] for k in row if k in keys} for row in serializer.data]
        return serializer.data


class ListMixin:
    list_form = RecordsForm

    def ask(self, data):
        """The parameters of the list beside those of its pages: a form or a filter."""
        return self.clock_form(data)

    def found(self, asked, given: dict):
        """All that was asked for, in a total order: a queryset or a list."""
        raise NotImplementedError

    def described(self, page, clock) -> Iterable:
        """What is on a page, as the serializer knows it."""
        return page

    def forms(self, data):
        """What holds all parameters: those of the list, and those of its pages."""
        return self.ask(data), self.list_form(data, self.serializer_class)

    def list(self, request):
        clock = self.clock_form(request.query_params)
        with known_on(clock.known):
            asked, own = self.forms(request.query_params)
            parameters.check(asked, own)
            found = self.found(asked, own.cleaned_data)
            page = Page(found, own.cleaned_data, request.build_absolute_uri())
            rows = self.answer(self.described(page.rows, clock), own)
            return Response(page.answer(rows))


class RetrieveMixin:
    def forms_of_one(self, data):
        return self.clock_form(data), ObjectForm(data, self.serializer_class)

    def one(self, key, *, clock):
        """The thing of that key. Raises Http404 where there is none."""
        raise NotImplementedError

    def any_key(self):
        """The key of something that is there, None where nothing is."""

    def retrieve(self, request, **named):
        clock, own = self.forms_of_one(request.query_params)
        parameters.check(clock, own)
        with known_on(clock.known):
            thing = self.one(*named.values(), clock=clock)
            return Response(self.answer([thing], own)[0])


class Partnerships(ListMixin, Resource):
    """Published partnerships, filtered, as they stood on a day."""

    serializer_class = PartnershipSerializer

    def ask(self, data):
        return PartnershipFilter(data, Partnership.objects.published())

    def found(self, asked, given):
        self.asked = asked
        if not asked.form.cleaned_data["known_on"]:
            asked.index = index_of(self.request.trail)
        return asked.qs.filter(modified(given, modified_partnerships))

    def described(self, page, clock):
        return self.asked.described(page)


class OnePartnership(RetrieveMixin, Resource):
    """One published partnership in full, as it stood on a day."""

    serializer_class = RecordSerializer

    def one(self, key, *, clock):
        try:
            return partnership_record(key, on=clock.on)
        except Partnership.DoesNotExist:
            raise Http404 from None

    def any_key(self):
        published = Partnership.objects.published()
        return published.values_list("partner__slug", flat=True).first()


class Rows(ListMixin, RetrieveMixin, Resource):
    """Rows of one table, each told by a key of its own."""

    lookup = "slug"

    def rows(self) -> QuerySet:
        raise NotImplementedError

    def rows_by(self, clock) -> QuerySet:
        """Those that are there by the day asked for."""
        return self.rows()

    def any_key(self):
        return self.rows().values_list(self.lookup, flat=True).first()

    def one(self, key, *, clock):
        found = self.rows_by(clock).filter(**{self.lookup: key})
        for thing in self.described(found, clock):
            return thing
        raise Http404


class Partners(Rows):
    """The partners of published partnerships, with their affiliations that had begun by
    a day."""

    serializer_class = PartnerSerializer

    def rows(self):
        published = Partner.objects.filter(partnership__is_published=True)
        return published.order_by("name", "pk")

    def found(self, asked, given):
        return self.rows().filter(modified(given, modified_partners))

    def described(self, page, clock):
        affiliations = Affiliation.objects.begun(on=clock.on).order_by("kind", "pk")
        return page.select_related("partnership").prefetch_related(
            Prefetch("affiliations", affiliations, to_attr="begun")
        )


class Areas(Rows):
    """The areas of cooperation, with how many partnerships include each of them."""

    serializer_class = AreaSerializer

    def rows(self):
        return Area.objects.order_by("number")

    def found(self, asked, given):
        return self.rows().filter(modified(given, modified_areas))

    def described(self, page, clock):
        return area_counts(page)


class Milestones(Rows):
    """The milestones of published partnerships on both tracks, in order of time."""

    serializer_class = MilestoneSerializer
    lookup = "pk"

    def ask(self, data):
        return MilestoneFilter(data, self.rows())

    def rows(self):
        published = Partnership.objects.published()
        return Milestone.objects.filter(partnership__in=published)

    def rows_by(self, clock):
        return self.rows().begun(on=clock.on)

    def found(self, asked, given):
        return asked.qs.filter(modified(given, modified_milestones))

    def described(self, page, clock):
        return milestone_facts(page.select_related("partnership__partner"))


class Sources(Rows):
    """The documents, and how their claims stand to what the editors adopted."""

    serializer_class = SourceSerializer
    clock_form = KnownForm
    lookup = "key"

    def rows(self):
        return Source.objects.order_by("key")

    def found(self, asked, given):
        return source_summaries(modified(given, modified_sources))

    def one(self, key, *, clock):
        for summary in source_summaries(Q(key=key)):
            return summary
        raise Http404


class Disagreements(ListMixin, Resource):
    """Facts on which sources disagree, open ones first, with the editors' rulings."""

    serializer_class = DisagreementSerializer
    clock_form = KnownForm

    def ask(self, data):
        return DisagreementFilter(data, Claim.objects.public())

    def found(self, asked, given):
        changed = modified(given, modified_claims)
        return disputed_facts(asked.qs.filter(changed))

    def described(self, page, clock):
        return disagreements(page, known_on=clock.known)


class Changes(ListMixin, RetrieveMixin, Resource):
    """All changes that were ever made to what is public."""

    serializer_class = ChangeSerializer
    list_form = LogForm

    def ask(self, data):
        self.visible = public_changes()
        return ChangeFilter(data, self.visible)

    def found(self, asked, given):
        if given["after"] is None:
            return asked.qs
        return asked.qs.filter(number__gt=given["after"]).order_by("number")

    def described(self, page, clock):
        numbers = [entry.number for entry in page]
        rows = self.visible.filter(number__in=numbers)
        found = described_changes(rows, among=self.visible)
        return sorted(found, key=lambda change: numbers.index(change.number))

    def any_key(self):
        return public_changes().values_list("number", flat=True).first()

    def forms_of_one(self, data):
        return (ObjectForm(data, self.serializer_class),)

    def retrieve(self, request, number):
        (own,) = self.forms_of_one(request.query_params)
        parameters.check(own)
        visible = public_changes()
        found = described_changes(visible.filter(number=number), among=visible)
        if not found:
            raise Http404
        return Response(self.answer(found, own)[0])


class Matrix(RetrieveMixin, Resource):
    """Areas of cooperation by partnerships."""

    serializer_class = MatrixSerializer

    def forms_of_one(self, data):
        return MatrixFilter(data, _counted()), ObjectForm(data, self.serializer_class)

    def retrieve(self, request):
        with known_on(self.clock_form(request.query_params).known):
            asked, own = self.forms_of_one(request.query_params)
            parameters.check(asked, own)
            found = coverage_matrix(
                asked.qs.with_status(on=asked.on),
                most=MOST_COLUMNS,
                by_coverage=asked.by_coverage,
            )
            return Response(self.answer([found], own)[0])


class Statistics(RetrieveMixin, Resource):
    """Counts over all published partnerships, as they stood on a day."""

    serializer_class = StatisticsSerializer

    def one(self, *, clock):
        return statistics(
            Partnership.objects.published(),
            on=clock.on,
            today=timezone.localdate(),
            known_on=clock.known,
        )


def modified(given: dict, condition: Callable[[QuerySet], Q]) -> Q:
    """What was asked to have changed, if that was asked."""
    moment = given["modified_after"]
    return Q() if moment is None else condition(entries_after(moment))


def _counted() -> QuerySet:
    published = Partnership.objects.published().with_coverage_counts()
    return published.select_related("partner")
