"""What the description of the API cannot say, told to schemathesis, which asks by it."""

from datetime import UTC, datetime

import schemathesis
from hypothesis import strategies as st

#: No day that is yet to come.
DAYS = st.dates(max_value=datetime.now(UTC).date()).map(str)

#: An edition that every site has once the data set is loaded.
MADE = 1_000

schemathesis.openapi.format("date", DAYS)


@schemathesis.hook
def before_call(context, case, kwargs):
    """Put right what passes for right: a span that ends before it begins is refused,
    and so is what was not on record yet in the past that is asked for, two pasts, and
    an edition that is not there yet; where less of an answer is asked for, it lacks
    keys that are promised. A whole number, which 2.0 is
    to a schema, has no fraction."""
    if not case.query or not case.meta.generation.mode.is_positive:
        return
    query = case.query
    query.pop("fields", None)
    query |= {name: int(n) for name, n in query.items() if isinstance(n, float)}
    if edition := query.get("edition"):
        query["edition"] = min(int(edition), MADE)
        query.pop("known_on", None)
    if query.keys() & {"area", "partnership"}:
        for past in ("known_on", "edition"):
            query.pop(past, None)
    for first, last in (("signed_after", "signed_before"), ("from", "to")):
        if query.keys() >= {first, last} and query[first] > query[last]:
            query[first], query[last] = query[last], query[first]
