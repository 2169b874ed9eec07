"""Links in the head of an answer (RFC 8288), for programs that follow signs; and the
word to search engines that leave out what there is for every day."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from partnerships.web.addresses import path_of
from partnerships.web.citations import FORMATS, LICENCE, Citation

CONTEXT = "http://www.w3.org/ns/json-ld#context"
LINKED_DATA = "application/ld+json"


def link(target: str, rel: str, media_type: str = "") -> str:
    """Return a link as the header has it."""
    return f'<{target}>; rel="{rel}"' + (f'; type="{media_type}"' if media_type else "")


def add_links(response: HttpResponse, *links: str) -> None:
    """Add links to those that the answer has."""
    response["Link"] = ", ".join([*filter(None, [response.get("Link")]), *links])


def links_of_citation(
    citation: Citation, files: dict[str, str], kind: str
) -> list[str]:
    """Return what a page that can be cited says of itself (FAIR Signposting): its
    permanent address, its kind in the terms of schema.org, and what describes it."""
    return [
        link(citation.url, "cite-as"),
        link(f"https://schema.org/{kind}", "type"),
        link(files["json"], "describedby", FORMATS["json"][1]),
    ]


def signposted(view: Callable, *, is_resource: bool = False) -> Callable:
    """Let each answer name its licence; that of a resource of the API also the context
    by which it is linked data. Searches leave out what parameters choose, such as the
    pages of other days: of these there is no end."""

    @wraps(view)
    def signed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code == 200:
            add_links(response, link(LICENCE, "license"))
            if is_resource:
                add_links(response, link(path_of("context"), CONTEXT, LINKED_DATA))
            if request.GET.keys():
                response["X-Robots-Tag"] = "noindex"
        return response

    return signed
