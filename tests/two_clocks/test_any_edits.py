"""Whatever was edited, and when: the past is what was answered then."""

import json
from datetime import date, timedelta

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships.models import Partner
from tests.strategies import on_the_database, tries, undone
from tests.two_clocks import API, FIRST, LAST, STATISTICS, on
from tests.two_clocks.edits import begin, edits, make

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

START = date(2026, 2, 1)
DAY = date(2024, 5, 28)
QUERIES = [
    {},
    {"q": "name"},
    {"status": "signed"},
    {"disagreement": "open"},
    {"affiliation": "nato_ally"},
    {"area": "area-1"},
    {"order": "-status"},
    {"order": "-signed_on"},
]


def ask(client, questions, **query):
    """Status and JSON of the answer to each question, a path with its parameters."""
    answers = {
        (path, own): client.get(path, dict(own) | query) for path, own in questions
    }
    return {asked: (a.status_code, in_one_tense(a)) for asked, a in answers.items()}


def in_one_tense(answer):
    """Return the JSON of an answer with its labels in the present tense: of a day that
    is over by now they stand in the past. A refusal has its own number."""
    text = answer.content.decode()
    for past, present in (("may have needed", "may need"), ("may have been", "may be")):
        text = text.replace(past, present)
    said = json.loads(text)
    said.pop("request_id", None)
    return said


def questions(query):
    """The list, filtered, the statistics, and some records."""
    slugs = Partner.objects.values_list("slug", flat=True)[:3]
    records = [(f"{API}{slug}/", ()) for slug in slugs]
    return [(API, tuple(query.items())), (STATISTICS, ()), *records]


@settings(on_the_database, max_examples=tries(10))
@given(
    st.lists(st.tuples(edits(), st.booleans()), min_size=2, max_size=3),
    st.sampled_from(QUERIES),
)
def test_known_on_answers_what_was_answered_then(days, query):
    client, said = Client(), {}
    with undone():
        with on(START, FIRST):
            begin()
        for number, (edited, as_of_then) in enumerate(days):
            today = START + timedelta(number)
            for moment, *edit in edited:
                with on(today, moment):
                    make(*edit)
            day = DAY if as_of_then else today
            with on(today, LAST):
                said[today, day] = ask(client, questions(query), as_of=day)
        for (known, day), answers in said.items():
            assert ask(client, answers, as_of=day, known_on=known) == answers
