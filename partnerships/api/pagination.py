"""Pages of a list."""

from rest_framework.exceptions import NotFound
from rest_framework.pagination import PageNumberPagination
from rest_framework.utils.urls import replace_query_param

MOST_ROWS = 200
ROWS = 50


class Pages(PageNumberPagination):
    """Pages of ``page_size`` rows; raises NotFound for a number beyond the last.

    The parameters have been checked before (parameters.ListForm).
    """

    page_size = ROWS
    page_size_query_param = "page_size"
    max_page_size = MOST_ROWS

    def get_page_number(self, request, paginator):
        number = int(super().get_page_number(request, paginator))
        if number > paginator.num_pages:
            raise NotFound(
                f"There is no page {number}; there are {paginator.num_pages}."
            )
        return number

    def get_previous_link(self):
        """Return the address of the page before, which names the first page too."""
        if not self.page.has_previous():
            return None
        number = self.page.previous_page_number()
        return replace_query_param(self.request.build_absolute_uri(), "page", number)

    def get_paginated_response(self, data):
        """Lead to the pages before and after in the head too (RFC 8288)."""
        response = super().get_paginated_response(data)
        links = {"prev": response.data["previous"], "next": response.data["next"]}
        if said := [f'<{url}>; rel="{rel}"' for rel, url in links.items() if url]:
            response["Link"] = ", ".join(said)
        return response

    def get_paginated_response_schema(self, schema):
        count = {"type": "integer", "description": "How many there are on all pages."}
        address = {"type": ["string", "null"], "format": "uri", "example": None}
        keys = {
            "count": count | {"example": 1},
            "next": address,
            "previous": address,
            "results": schema,
        }
        return {"type": "object", "required": list(keys), "properties": keys}


class PartnershipPages(Pages):
    """Pages of partnerships, which say how many more may match (``may_match`` of the
    view)."""

    def paginate_queryset(self, queryset, request, view=None):
        self.may_match = view.may_match
        return super().paginate_queryset(queryset, request, view)

    def get_paginated_response(self, data):
        response = super().get_paginated_response(data)
        response.data["may_match"] = self.may_match
        return response

    def get_paginated_response_schema(self, schema):
        described = super().get_paginated_response_schema(schema)
        described["required"].append("may_match")
        described["properties"]["may_match"] = {
            "type": ["integer", "null"],
            "description": (
                "How many more may match, by days or affiliations that are not known "
                "exactly; null where days of signature are asked for."
            ),
            "example": 0,
        }
        return described
