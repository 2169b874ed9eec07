"""Dates as people write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.dates import InvalidPartialDate, parse
from partnerships.written_dates import AmbiguousDate, read
from tests.strategies import partial_dates

pytestmark = pytest.mark.once

WRITTEN = {
    "2026-03-18": [
        *("18/03/2026", "18 March 2026", "18.3.2026", "2026-3-18", "2026–03–18"),
        *("20260318", "18. 3. 2026".replace(" ", ""), "March 18, 2026", "18 Mar 2026"),
        *("18th of March 2026", " 18 MARCH 2026 ", "2026/03/18", "3/18/2026"),
        "18\u00a0March\u00a02026",
    ],
    "2026-03-03": ["3/3/2026", "03.03.2026"],
    "2026-03": ["March 2026", "Mar. 2026", "03/2026", "2026-3", "3.2026"],
    "2025-09": ["Sept 2025", "September 2025"],
    "2026": ["2026", " 2026 "],
    "../2026-04-30": [
        "by 30 April 2026",
        "no later than 30.4.2026",
        "until 30/04/2026",
    ],
    "2025-06-17/2025-06-18": [
        *("17–18 June 2025", "17 June 2025 – 18 June 2025", "17 - 18 June 2025"),
        "17 June 2025 to 18 June 2025",
    ],
    "2026-02-14/2026-05-20": [
        *("14 February – 20 May 2026", "14 February to 20 May 2026"),
        "February 14 – May 20, 2026",
    ],
    "2025-06/2025-08": ["June – August 2025"],
}


@pytest.mark.parametrize(
    ("text", "notation"),
    [(text, notation) for notation, texts in WRITTEN.items() for text in texts],
)
def test_date_is_read_as_it_is_written(text, notation):
    assert str(read(text)) == notation


@pytest.mark.parametrize(
    ("text", "notation"),
    [
        ("not before 24 October 2025", "2025-10-24/.."),
        ("had not happened by 23.10.2025", "2025-10-24/.."),
        ("not by 28 February 2026", "2026-03-01/.."),
        ("not by February 2026", "2026-03-01/.."),
    ],
)
def test_claim_may_say_what_had_not_happened(text, notation):
    assert str(read(text, open_ended=True)) == notation
    with pytest.raises(InvalidPartialDate):
        read(text)


def test_what_can_be_read_in_two_ways_is_asked():
    with pytest.raises(AmbiguousDate) as asked:
        read("5/3/2026")
    assert [str(reading) for reading in asked.value.readings] == [
        *("2026-03-05", "2026-05-03")
    ]
    assert "is 5 March 2026 or 3 May 2026: write the month in letters" in str(
        asked.value
    )


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "soon",
            "18/03",
            "31 February 2026",
            "13/13/2026",
            "Marsh 2026",
            "2026-13",
        ),
        *("18/03/26", "in the coming days", "2026-03-18T10:00", "99/99/9999"),
    ],
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(InvalidPartialDate):
        read(text)


@given(partial_dates(st.dates(date(1990, 1, 1), date(2026, 1, 1))))
def test_notation_of_the_record_is_read_as_it_is(notation):
    assert read(str(notation)) == parse(str(notation))


@given(st.dates().filter(lambda day: day.year > 999))
def test_every_day_is_read_in_words(day):
    words = parse(day.isoformat()).display()
    assert read(words).earliest == day
