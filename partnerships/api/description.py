"""The address of the description of the API."""

from functools import lru_cache

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.urls import get_script_prefix
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.settings import spectacular_settings
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.exceptions import ValidationError

from partnerships.api.schema import MOST_VALUES
from partnerships.filters.refusals import refusals
from partnerships.models import Area, Partner


class Description(SpectacularJSONAPIView):
    """The description of all resources, which has no parameters."""

    schema = None  # no resource itself

    def get(self, request, *args, **kwargs):
        if errors := refusals(forms.Form(request.query_params)):
            raise ValidationError(errors)
        published = Partner.objects.filter(partnership__is_published=True)
        named = [
            rows.values_list("slug", flat=True)
            for rows in (Area.objects.all(), published)
        ]
        name = f"{spectacular_settings.TITLE}.json"
        return HttpResponse(
            _described(
                *(tuple(rows[:MOST_VALUES]) for rows in named),
                (get_script_prefix(), settings.CONTACT),
            ),
            content_type=OpenApiJsonRenderer.media_type,
            headers={"Content-Disposition": f'inline; filename="{name}"'},
        )


@lru_cache(maxsize=2)
def _described(areas, partners, place):
    """Return the description as JSON: it follows from code, from these slugs, which are
    the values of parameters, and from where the site is and who answers for it."""
    return OpenApiJsonRenderer().render(SchemaGenerator().get_schema(public=True))
