"""What the description of the API cannot say, told to schemathesis, which asks by it."""

from datetime import UTC, datetime

import schemathesis
from hypothesis import strategies as st

#: No day that is yet to come.
DAYS = st.dates(max_value=datetime.now(UTC).date()).map(str)

schemathesis.openapi.format("date", DAYS)


@schemathesis.hook
def before_call(context, case, kwargs):
    """Put right what passes for right: a span that ends before it begins is refused,
    and so is what was not on record yet on the day of the second clock; where less of
    an answer is asked for, it lacks keys that are promised. A whole number, which 2.0 is
    to a schema, has no fraction."""
    if not case.query or not case.meta.generation.mode.is_positive:
        return
    query = case.query
    query.pop("fields", None)
    query |= {name: int(n) for name, n in query.items() if isinstance(n, float)}
    if query.keys() & {"area", "partnership"}:
        query.pop("known_on", None)
    for first, last in (("signed_after", "signed_before"), ("from", "to")):
        if query.keys() >= {first, last} and query[first] > query[last]:
            query[first], query[last] = query[last], query[first]
