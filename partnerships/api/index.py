"""A list of all that the API has, for programs that know its address alone."""

from django import forms
from django.conf import settings
from rest_framework import serializers
from rest_framework.mixins import RetrieveModelMixin

from partnerships.api.views import Resource
from partnerships.web.addresses import path_of
from partnerships.web.caching import trail_of
from partnerships.web.citations import DATA_SET, LICENCE
from partnerships.web.open_data import OPENAPI

#: The routes of lists and of what there is once, in the order of docs/api.md.
RESOURCES = (
    *("partnership-list", "partner-list", "area-list", "milestone-list", "matrix"),
    *("source-list", "disagreement-list", "question-list", "position-list"),
    *("namesake-list", "statistics", "change-list"),
)


class IndexSerializer(serializers.Serializer):
    title = serializers.CharField(help_text="The name of the data set.")
    edition = serializers.IntegerField(help_text="The number of the last change.")
    licence = serializers.URLField()
    contact = serializers.CharField(
        help_text="Whom to write to, as an address that begins with mailto: or https:; "
        "empty where nobody is named."
    )
    documentation = serializers.URLField(help_text="This API on a page.")
    schema = serializers.URLField(help_text="This API for programs (OpenAPI 3.1).")
    data_package = serializers.URLField(help_text="All tables as files (Frictionless).")
    resources = serializers.DictField(
        child=serializers.URLField(), help_text="The address of each, by its name."
    )


class Index(RetrieveModelMixin, Resource):
    """All that the API has, under which licence, in which edition."""

    serializer_class = IndexSerializer

    def get_filter(self, data):
        return forms.Form(data)  # it is what it is on any day

    def retrieve(self, request, *args, **kwargs):
        """Lead to the description in the head too (RFC 8631)."""
        response = super().retrieve(request, *args, **kwargs)
        response["Link"] = (
            f'<{path_of("api:schema")}>; rel="service-desc"; type="{OPENAPI}", '
            f'<{path_of("api:docs")}>; rel="service-doc"; type="text/html"'
        )
        return response

    def get_object(self):
        base = self.get_serializer_context()["base"]
        paths = [path_of(f"api:{name}") for name in RESOURCES]
        return {
            "title": DATA_SET,
            "edition": trail_of(self.request).edition,
            "licence": LICENCE,
            "contact": settings.CONTACT,
            "documentation": base + path_of("api:docs"),
            "schema": base + path_of("api:schema"),
            "data_package": base + path_of("data-package"),
            "resources": {path.split("/")[-2]: base + path for path in paths},
        }
