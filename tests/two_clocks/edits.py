"""Edits of every kind, by numbers: what is made or changed, and of which record."""

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Model, ProtectedError
from hypothesis import strategies as st

from partnerships.models import (
    Affiliation,
    Area,
    Claim,
    Coverage,
    Engagement,
    Milestone,
    Partner,
    Partnership,
    Question,
    Source,
)
from partnerships.querysets.partnerships import PublishedRecord
from tests import factories
from tests.factories import edit
from tests.two_clocks import FIRST, LAST

REFUSED = (ValidationError, DatabaseError, ProtectedError, PublishedRecord)
KINDS = ["proposed", "negotiations_opened", "text_agreed", "signed", "statement"]
DATES = ["2023", "2024-05", "2025-01-31", "../2025-06-30", "2024-01-01/2024-03-31"]
VALUES = ["included", "not_included", "already_exists", "not_assessed"]
SAID = ["yes", "no", "2024-05", "2025-01-31", "included", "not_included", "17"]


def one(model, number):
    """One of its rows; a row must be there."""
    rows = list(model.objects.order_by("pk"))
    if not rows:
        raise ValidationError("There is none.")
    return rows[number % len(rows)]


def at(values, number):
    return values[number % len(values)]


def fact(number):
    kinds = [Milestone, Coverage, Engagement, Affiliation, Partnership, Question]
    return one(at(kinds, number), number // len(kinds))


CREATE = {
    Partnership: lambda n: factories.partnership(f"partner-{n}", published=n % 3 > 0),
    Milestone: lambda n: factories.milestone(
        one(Partnership, n), at(KINDS, n), at(DATES, n)
    ),
    Coverage: lambda n: factories.coverage(
        one(Partnership, n), one(Area, n // 2), at(VALUES, n)
    ),
    Engagement: lambda n: factories.engagement(one(Partnership, n), title=f"Tie {n}"),
    Affiliation: lambda n: factories.affiliation(
        one(Partner, n), at(["nato_ally", "eu_candidate", "eea_efta"], n)
    ),
    Claim: lambda n: factories.claim(fact(n), at(SAID, n), by=one(Source, n)),
    Source: lambda n: factories.source(f"source-{n}"),
    Area: lambda n: factories.area(n + 1),
    Partner: lambda n: factories.partner(f"partner-{n}"),
    Question: lambda n: factories.question(f"question-{n}"),
}
CHANGE = {
    Partnership: lambda n: {"is_published": n % 2 > 0, "stated_areas": n % 4 or None},
    Milestone: lambda n: {"date": at(DATES, n), "ruling": f"Ruled {n}" * (n % 2)},
    Coverage: lambda n: {"value": at(VALUES, n)},
    Engagement: lambda n: {"since": at([*DATES, None], n)},
    Affiliation: lambda n: {"until": at([*DATES, None], n)},
    Claim: lambda n: {"says": at(SAID, n), "wording": f"words {n}"},
    Source: lambda n: {"title": f"Title {n}"},
    Area: lambda n: {"name": f"Named {n}"},
    Partner: lambda n: {
        "name": f"Name {n}",
        "region": at(["africa", "north_america"], n),
    },
    Question: lambda n: {"answer": at(["yes", "no"], n)},
}


def make(done: str, model: type[Model], number: int):
    """Make one edit, unless the tracker refuses it."""
    try:
        with transaction.atomic():
            if done == "create":
                CREATE[model](number)
            elif done == "change":
                edit(one(model, number // 3), **CHANGE[model](number))
            else:
                one(model, number).delete()
    except REFUSED:
        pass


def begin():
    """Two records, so that there is something to edit."""
    factories.source(), factories.question(), factories.area()
    for number in range(2):
        record = factories.partnership(f"partner-{90 + number}")
        factories.claim(factories.milestone(record), "2024-06")
        factories.coverage(record, Area.objects.first())


@st.composite
def edits(draw):
    """Some edits of one day, each as (moment, what is done, to which model, number)."""
    moments = st.times() | st.sampled_from([FIRST, LAST])
    made = st.tuples(
        moments,
        st.sampled_from(["create", "create", "change", "change", "change", "delete"]),
        st.sampled_from(list(CREATE)),
        st.integers(0, 40),
    )
    return sorted(draw(st.lists(made, min_size=2, max_size=6)), key=lambda e: e[0])
