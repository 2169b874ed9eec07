from contextlib import suppress

from django.http import Http404
from django.utils import timezone
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response
from rest_framework.views import APIView

from partnerships import selectors
from partnerships.api.serializers import (
    ChangeSerializer,
    PartnershipSerializer,
    RecordSerializer,
    StatisticsSerializer,
)
from partnerships.filters import ChangeFilter, ClockForm, PartnershipFilter
from partnerships.ledger import past
from partnerships.models import Partnership


class Pages(PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def get_page_size(self, request):
        given = request.query_params.get("page_size") or self.page_size
        with suppress(ValueError):
            if 1 <= int(given) <= self.max_page_size:
                return int(given)
        raise ValidationError(
            {"page_size": [f"Write a whole number from 1 to {self.max_page_size}."]}
        )

    def get_paginated_response(self, data):
        return Response(
            {
                "count": self.page.paginator.count,
                "next": self.get_next_link(),
                "previous": self.get_previous_link(),
                "results": data,
            }
        )


class PartnershipList(APIView):
    """Published partnerships, filtered, as they stood on a day."""

    def get(self, request):
        with past.known_on(ClockForm(request.query_params).known):
            listed = PartnershipFilter(
                request.query_params,
                Partnership.objects.published()
                .with_coverage_counts()
                .select_related("partner"),
            )
            _check(listed.form, "page", "page_size")
            pages = Pages()
            page = pages.paginate_queryset(listed.qs, request, view=self)
            counts = selectors.open_disagreements(row.pk for row in page)
            context = {"request": request, "open_disagreements": counts}
            rows = PartnershipSerializer(page, many=True, context=context)
            return pages.get_paginated_response(rows.data)


class PartnershipDetail(APIView):
    """One published partnership in full, as it stood on a day."""

    def get(self, request, slug):
        clock = ClockForm(request.query_params)
        _check(clock)
        with past.known_on(clock.known):
            try:
                record = selectors.partnership_record(
                    Partnership.objects.published(), slug, on=clock.on
                )
            except Partnership.DoesNotExist:
                raise Http404 from None
            context = {"request": request}
            return Response(RecordSerializer(record, context=context).data)


class StatisticsDetail(APIView):
    """Counts over all published partnerships, as they stood on a day."""

    def get(self, request):
        clock = ClockForm(request.query_params)
        _check(clock)
        with past.known_on(clock.known):
            counted = selectors.statistics(
                Partnership.objects.published(),
                on=clock.on,
                today=timezone.localdate(),
                known_on=clock.known,
            )
            return Response(StatisticsSerializer(counted).data)


class ChangeList(APIView):
    """The log of all public changes, newest first."""

    def get(self, request):
        visible = selectors.public_changes()
        listed = ChangeFilter(request.query_params, visible)
        _check(listed.form, "page", "page_size")
        pages = Pages()
        page = pages.paginate_queryset(listed.qs, request, view=self)
        shown = listed.qs.filter(number__in=[entry.number for entry in page])
        found = selectors.changes(shown, among=visible)
        rows = ChangeSerializer(found, many=True)
        return pages.get_paginated_response(rows.data)


def _check(form, *others):
    """Refuse wrong and unknown parameters; nothing is ignored in silence."""
    if not form.is_valid():
        raise ValidationError(form.errors)
    known = [*form.fields, *others]
    if unknown := [name for name in form.data if name not in known]:
        listed = ", ".join(known)
        raise ValidationError(
            {
                name: [f"There is no such parameter; there are {listed}."]
                for name in unknown
            }
        )
