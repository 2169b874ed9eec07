"""The parameters of an address: what no reader wrote is refused in words, what others
add to follow readers is passed over, and a page is kept by those that it reads."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.utils.http import urlencode

from partnerships.text import CONTROL, feed_text
from partnerships.web.open_data import is_for_programs, problem_response

LONGEST = 8_000  # characters of a query; nginx takes no longer address either
MOST = 1_000
SHOWN = 50  # characters of the name of a parameter
#: Where each parameter has a sentence of its own.
SEE_ERRORS = "A parameter is wrong; see errors."
_TRACKING = re.compile(r"utm_\w+|mc_\w+|fbclid|gclid")
_LINE_ENDS = re.compile(r"[\r\n\u2028\u2029]")


class GivenTwice(BadRequest):
    """A parameter that has one value was given several. The first argument names it."""


class Parameters(QueryDict):
    """The parameters of an address, which know what was read of them. To read one value
    where there are several raises GivenTwice: none is ignored in silence."""

    def __init__(self, *args: Any, **kwargs: Any):
        self._read: set[str] = set()
        super().__init__(*args, **kwargs)

    def __getitem__(self, name: str) -> Any:
        if len({value for value in self.getlist(name) if value}) > 1:
            raise GivenTwice(name)
        return super().__getitem__(name)

    def getlist(self, name: str, default: Any = None) -> Any:
        self._read.add(name)
        return super().getlist(name, default)

    @property
    def unread(self) -> set[str]:
        """Parameters that are given and that nobody has read."""
        return self.keys() - self._read


def refusal_of_length(query: str) -> str | None:
    """Return a sentence where a query is longer than any that a reader writes."""
    if len(query) > LONGEST:
        return (
            f"The address has {len(query):,} characters after the question mark. Take "
            f"some of them away: {LONGEST:,} are read."
        )
    if query.count("&") >= MOST:
        return (
            "The address has more parameters than are read at once. Take some of them "
            f"away: {MOST:,} are read."
        )
    return None


def refusal_of_longest(query: str) -> dict[str, str]:
    """Return a sentence by the parameter that makes a query too long; none where that
    is their number."""
    if query.count("&") >= MOST:
        return {}
    sizes = {name: sum(map(len, values)) for name, values in QueryDict(query).lists()}
    name = max(sizes, key=sizes.__getitem__, default="")
    return {name: f"It has {sizes[name]:,} characters; write fewer."} if name else {}


def refusals_of_characters(given: QueryDict, *, in_one_line: bool) -> dict[str, str]:
    """Return sentences by parameter, where name or value has a character that no field
    of a form sends; a field of one line sends no end of a line either."""
    found = {}
    for name, values in given.lists():
        text = "".join((name, *values))
        if CONTROL.search(text):
            found[name] = "It has a control character, which nobody sees; remove it."
        elif in_one_line and _LINE_ENDS.search(text):
            found[name] = "It has a line break. Write it in one line."
    return found


def without_tracking(given: QueryDict) -> str:
    """Return the query without what others add to follow readers."""
    kept = [pair for pair in given.lists() if not _TRACKING.fullmatch(pair[0])]
    return urlencode(kept, doseq=True)


def canonical(given: QueryDict) -> str:
    """Return the query with its parameters in one order, each with its values in the
    order in which they are given."""
    return urlencode(sorted(given.lists()), doseq=True)


def given_twice(request: HttpRequest, error: GivenTwice) -> HttpResponse:
    """Return the answer to a parameter with several values that can have one."""
    (name,) = error.args
    count = len(request.GET.getlist(name))
    said = f"Give it once: it has one value, and {count} were given."
    return refused(request, SEE_ERRORS, {name: said})


def refused(
    request: HttpRequest, detail: str, errors: Mapping[str, str] | None = None
) -> HttpResponse:
    """Return the answer of 400: a page, problem details for programs, and text where
    feeds and pictures are."""
    named = {feed_text(name)[:SHOWN]: said for name, said in (errors or {}).items()}
    path = request.path_info
    if is_for_programs(path):
        more = {"errors": {name: [said] for name, said in named.items()}}
        return problem_response(400, detail, **(more if named else {}))
    if path.endswith("/"):
        context = {"detail": detail.replace(SEE_ERRORS, ""), "errors": named}
        return HttpResponse(render_to_string("400.html", context), status=400)
    lines = [f"{name}: {said}" for name, said in named.items()]
    if detail != SEE_ERRORS:
        lines.insert(0, detail)
    text = "".join(f"{line}\n" for line in lines)
    return HttpResponse(text, status=400, content_type="text/plain; charset=utf-8")
