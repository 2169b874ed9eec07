"""Pages of a list."""

from collections.abc import Sequence

from django.core.paginator import EmptyPage, Paginator
from rest_framework.exceptions import NotFound
from rest_framework.utils.urls import replace_query_param

from partnerships.api.parameters import ROWS


class Page:
    """The page of a queryset or list that was asked for.

    Raises the framework's NotFound where there is none of that number.
    """

    def __init__(self, found: Sequence, asked: dict, address: str):
        number = asked["page"] or 1
        pages = Paginator(found, asked["page_size"] or ROWS)
        try:
            self.page = pages.page(number)
        except EmptyPage:
            raise NotFound(
                f"There is no page {number}; there are {pages.num_pages}."
            ) from None
        self.address = address

    @property
    def rows(self):
        return self.page.object_list

    def answer(self, results: list) -> dict:
        page = self.page
        return {
            "count": page.paginator.count,
            "next": self._at(page.number + 1) if page.has_next() else None,
            "previous": self._at(page.number - 1) if page.has_previous() else None,
            "results": results,
        }

    def _at(self, number: int) -> str:
        return replace_query_param(self.address, "page", number)
