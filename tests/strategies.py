"""What Hypothesis draws from: partial dates, and stories of partnerships."""

from contextlib import contextmanager
from datetime import date, timedelta

from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from partnerships.dates import parse
from tests import tries
from tests.stories import TABLE, TODAY, Row, Tie, plain_objections

on_the_database = settings(
    max_examples=tries(30),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a smaller one takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@contextmanager
def undone():
    """One example of a property leaves nothing behind for the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# Partial dates as texts: a single, a span of two, and "no later than" a single


def singles(days):
    """A day of the strategy given, as precisely as it is known."""
    return st.builds(lambda day, cut: str(day)[:cut], days, st.sampled_from([4, 7, 10]))


def spans(days):
    pairs = st.tuples(singles(days), singles(days)).map(sorted)
    return pairs.map("/".join).filter(is_in_order)


def is_in_order(text):
    start, end = text.split("/")
    return first_day(start) <= first_day(end)


def partial_dates(days):
    return st.one_of(singles(days), spans(days), singles(days).map("../{}".format))


def first_day(single):
    return date.fromisoformat(single + "-01-01"[: 10 - len(single)])


# Stories at random: a small calendar, so that ties, overlaps and clamped dates are common

DATES = [
    "2023", "2025-03", "../2025-06-30", "2025-06-17/2025-06-18", "2025-05/2025-08",
    "2025-06", "2025-06-23", "2025-06-30", "../2025-09-05", "2025", "2025-08",
    "2025-08-11", "2025-09/2025-11", "2025-11", "2025-11-22", "2025-11-20/2025-12",
]  # fmt: skip
DAYS = sorted({min(parse(text).latest, TODAY) for text in DATES})
KINDS = [(track, kind) for track, effects in TABLE.items() for kind, _ in effects]
rows_at_random = st.lists(
    st.builds(
        lambda kind, *rest: Row(*kind, *rest),
        st.sampled_from(KINDS),
        st.sampled_from(DATES),
        st.sampled_from([1, 1, 1, 2]),
        st.sampled_from(["confirmed", "confirmed", "reported", "rejected"]),
    ),
    max_size=7,
    unique_by=lambda row: row[:4],  # as the database has it, but for what is rejected
)


def sorted_along_the_table(rows):
    """The same kinds once each, in an order that mostly fits, with the dates given."""
    rows = list({(r.track, r.attempt, r.kind): r for r in rows}.values())
    kinds = sorted(rows, key=lambda row: (row.attempt, [*KINDS].index(row[:2])))
    texts = sorted((row.date for row in rows), key=lambda text: parse(text).latest)
    return [row._replace(date=text) for row, text in zip(kinds, texts, strict=True)]


TURNS = ("suspended", "resumed") * 2
turns_at_random = st.builds(
    lambda track, texts: [
        Row(track, kind, text) for kind, text in zip(TURNS, texts, strict=False)
    ],
    st.sampled_from(["sdp", "safe"]),
    st.lists(st.sampled_from(DATES[3:]), max_size=4),
)


def with_stated_order(rows, pairs):
    """The same rows, some of which came after one before it in the list."""
    rows = list(rows)
    for other, one in sorted(sorted(pair, reverse=True) for pair in pairs):
        if other < len(rows) and rows[one][0] == rows[other][0] and one != other:
            rows[other] = rows[other]._replace(follows=rows[one])
    return rows


# Most stories at random break a rule; the sorted half of them has many that do not.
unordered_stories = (
    rows_at_random
    | rows_at_random.map(sorted_along_the_table)
    | st.builds(
        lambda rows, turns: list(dict.fromkeys([*rows[:4], *turns])),
        rows_at_random.map(sorted_along_the_table),
        turns_at_random,
    )
)
stories = st.builds(
    with_stated_order,
    unordered_stories,
    st.just([]) | st.lists(st.tuples(*[st.integers(0, 6)] * 2), max_size=2),
)
#: Those that a partner can have that belongs to the EEA and EFTA.
EEA = [Tie("eea_efta", date(1994, 1, 1))]
stories_that_can_be = stories.filter(lambda rows: not plain_objections(rows, EEA, ""))
days_at_random = st.builds(
    lambda day, shift: day + timedelta(shift),
    st.sampled_from(DAYS),
    st.sampled_from([0, 0, -1, 1]),
)
ties_at_random = st.lists(
    st.builds(
        lambda kind, days: Tie(kind, *days),
        st.sampled_from(["nato_ally", "eea_efta", "eu_candidate", "eu_potential_candidate"]),
        st.tuples(st.none() | days_at_random, st.none() | days_at_random).filter(
            lambda days: None in days or days[0] <= days[1]
        ),
    ),
    max_size=3,
    unique_by=lambda tie: tie.kind,
)  # fmt: skip
# Without milestones the partner's standing shows.
six_records = st.lists(
    st.tuples(st.just([]) | stories_that_can_be, ties_at_random), min_size=6, max_size=6
)
