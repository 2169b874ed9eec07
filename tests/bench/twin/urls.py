from django.contrib import admin
from django.db.models import Count
from django.shortcuts import get_object_or_404, render
from django.urls import include, path
from rest_framework import pagination, routers, serializers, viewsets

from tests.bench.twin.models import Coverage, Milestone, Partnership

ROWS = Partnership.objects.select_related("partner").order_by("partner__name")


def partnerships(request):
    """List fifty records, with three facets and their counts."""
    facets = [
        ROWS.order_by().values_list(name).annotate(Count("pk", distinct=True))
        for name in ("partner__region", "milestone__kind", "coverage__area_id")
    ]
    chosen = ROWS.prefetch_related("milestone_set")[:50]
    return render(request, "list.html", {"rows": chosen, "facets": facets})


def partnership(request, slug):
    return render(
        request, "record.html", {"row": get_object_or_404(ROWS, partner__slug=slug)}
    )


class MilestoneSerializer(serializers.ModelSerializer):
    class Meta:
        model = Milestone
        fields = ["id", "track", "kind", "date", "note"]


class PartnershipSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="partner.name")
    milestones = MilestoneSerializer(source="milestone_set", many=True)

    class Meta:
        model = Partnership
        fields = ["id", "name", "title", "summary", "reviewed_on", "milestones"]


class Fifty(pagination.PageNumberPagination):
    page_size = 50


class Partnerships(viewsets.ReadOnlyModelViewSet):
    queryset = ROWS.prefetch_related("milestone_set")
    serializer_class = PartnershipSerializer
    pagination_class = Fifty
    lookup_field = "partner__slug"


class MilestoneInline(admin.TabularInline):
    model = Milestone
    extra = 0


class CoverageInline(admin.TabularInline):
    model = Coverage
    extra = 0


class PartnershipAdmin(admin.ModelAdmin):
    inlines = [MilestoneInline, CoverageInline]


admin.site.register(Partnership, PartnershipAdmin)
router = routers.SimpleRouter()
router.register("partnerships", Partnerships)
urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include(router.urls)),
    path("partnerships/", partnerships),
    path("partnerships/<slug:slug>/", partnership),
]
