"""Partial dates say what is known of a day, and no more."""

import calendar
import re
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from partnerships.dates import (
    HELP,
    MAX_LENGTH,
    InvalidPartialDate,
    PartialDate,
    bounds_of,
    parse,
)
from tests.strategies import first_day, partial_dates, singles

pytestmark = pytest.mark.once


def last_day(single):
    """The day before the next year, month or day begins, by counting days alone."""
    day = first_day(single)
    while str(day + timedelta(1))[: len(single)] == single:
        day += timedelta(1)
    return day


SINGLES = singles(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
TURN = ("2025-12-30", "2026-01-02")
TEXTS = partial_dates(st.dates(date(1900, 1, 1), date(2100, 12, 31)))


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "words"),
    [
        ("2025", "2025-01-01", "2025-12-31", "2025"),
        ("2025-06", "2025-06-01", "2025-06-30", "June 2025"),
        ("2024-02", "2024-02-01", "2024-02-29", "February 2024"),
        ("2025-09-05", "2025-09-05", "2025-09-05", "5 September 2025"),
        ("2025-06-17/2025-06-18", "2025-06-17", "2025-06-18", "17–18 June 2025"),
        ("2025-06-30/2025-07-02", "2025-06-30", "2025-07-02", "30 June – 2 July 2025"),
        ("2025-06-17/2025-07-17", "2025-06-17", "2025-07-17", "17 June – 17 July 2025"),
        ("2025-12-30/2026-01-02", *TURN, "30 December 2025 – 2 January 2026"),
        ("2025-06/2025-07", "2025-06-01", "2025-07-31", "June–July 2025"),
        ("2025-06/2026-06", "2025-06-01", "2026-06-30", "June 2025 – June 2026"),
        ("2024/2025", "2024-01-01", "2025-12-31", "2024–2025"),
        ("2025/2025-06", "2025-01-01", "2025-06-30", "2025 – June 2025"),
        ("2025-06-17/2026", "2025-06-17", "2026-12-31", "17 June 2025 – 2026"),
        ("../2026-03-05", None, "2026-03-05", "no later than 5 March 2026"),
        ("../2026-03", None, "2026-03-31", "no later than March 2026"),
        ("../2026", None, "2026-12-31", "no later than 2026"),
    ],
)
def test_each_form_has_its_bounds_and_words(text, earliest, latest, words):
    value = parse(text)
    assert value.earliest == (earliest and date.fromisoformat(earliest))
    assert value.latest == date.fromisoformat(latest)
    assert value.display() == words


NO_DATES = ["", "soon", "June 2025", "2025-6-1", "25-06-01", "20250601", "10000"]
NO_DATES += ["2025-06-01T12:00", "-2025", "٢٠٢٥"]
NOT_THERE = ["2025-13", "2025-02-29", "2025-04-31", "2025-00-05", "0000", "2025-00"]
NOT_THERE += ["2025-09-00", "2025-00-00"]
BACKWARDS = ["2025-06-18/2025-06-17", "2026/2025"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        *((text, f"“{text}” is not a date.") for text in NO_DATES),
        *((text, f"There is no {text} in the calendar.") for text in NOT_THERE),
        ("17/06/2025", "“17” is not a date."),
        ("../2025-00", "There is no 2025-00 in the calendar."),
        ("2025-01/2025-09-00", "There is no 2025-09-00 in the calendar."),
        *((text, f"“{text}” ends before it begins.") for text in BACKWARDS),
        ("2025-06/", "“” is not a date."),
        ("/2025-06", "“” is not a date."),
        ("2025 / 2026", "“2025 ” is not a date."),
        ("2025/2026/2027", "“2026/2027” is not a date."),
        *((text, "“..” is not a date.") for text in ("../..", "..")),
        *(
            (text, f"“{text}” says “not before”, as only the claim of a source may.")
            for text in ("2025/..", "2025-10-24/..")
        ),
        ("../2025-02-30", "There is no 2025-02-30 in the calendar."),
    ],
)
def test_wrong_text_is_refused_with_what_to_write_instead(text, complaint):
    with pytest.raises(InvalidPartialDate) as refusal:
        parse(text)
    assert str(refusal.value) == f"{complaint} {HELP}"


def test_help_shows_every_form_and_each_can_be_read():
    forms = re.findall(r"[\d./-]{4,}", HELP)
    assert len(forms) == 5
    assert [str(parse(form)) for form in forms] == forms


def test_space_around_and_a_span_of_one_day_say_nothing_more():
    assert parse("  2025-06\n") == parse("2025-06")
    assert parse("2025-06-17/2025-06-17") == parse("2025-06-17")
    assert str(parse("2025/2025")) == "2025"


def test_only_a_known_day_is_a_day():
    assert parse("2025-06-17").is_day
    for text in ("2025-06", "2025-06-17/2025-06-18", "../2025-06-17"):
        assert not parse(text).is_day, text


def test_value_cannot_be_changed():
    with pytest.raises(AttributeError):
        parse("2025").text = "2026"


@given(TEXTS)
def test_text_and_value_stand_for_each_other(text):
    value = parse(text)
    assert parse(str(value)) == value
    assert {value: 1}[parse(text)] == 1
    assert len(str(value)) <= MAX_LENGTH


@given(SINGLES)
def test_single_spans_all_days_that_begin_with_it(text):
    assert parse(text).earliest == first_day(text)
    assert parse(text).latest == last_day(text)


@given(SINGLES, SINGLES)
def test_span_begins_with_its_start_and_ends_with_its_end(start, end):
    assume(first_day(start) <= first_day(end) and start != end)
    value = parse(f"{start}/{end}")
    assert (value.earliest, value.latest) == (first_day(start), last_day(end))


@given(SINGLES)
def test_no_later_than_has_an_end_alone(text):
    value = parse(f"../{text}")
    assert (value.earliest, value.latest) == (None, last_day(text))


# "Not before", which a source may say and no record


@given(SINGLES)
def test_not_before_has_a_beginning_alone(text):
    value = parse(f"{text}/..", open_ended=True)
    assert (value.earliest, value.latest) == (first_day(text), None)
    assert bounds_of(f"{text}/..", open_ended=True) == (first_day(text), None)
    assert value.display() == f"not before {parse(text).display()}"
    assert not value.is_day and not value.has_known_days


@given(SINGLES)
def test_not_before_is_read_only_where_it_is_asked_for(text):
    with pytest.raises(InvalidPartialDate):
        parse(f"{text}/..")
    assert bounds_of(f"{text}/..") == (None, None)


@pytest.mark.parametrize(
    "text", ["..", "../..", "/..", "soon/..", "2025-13/..", "2025/"]
)
def test_not_before_names_a_day_month_or_year(text):
    with pytest.raises(InvalidPartialDate):
        parse(text, open_ended=True)


@given(TEXTS)
def test_all_other_dates_are_read_alike_where_not_before_may_be_said(text):
    assert parse(text, open_ended=True) == parse(text)


@given(TEXTS)
def test_earliest_is_never_after_latest(text):
    value = parse(text)
    assert value.earliest is None or value.earliest <= value.latest


@given(TEXTS)
def test_words_never_show_a_day_or_month_that_the_text_lacks(text):
    words = parse(text).display()
    days = {int(day) for day in re.findall(r"\d{4}-\d\d-(\d\d)", text)}
    months = {calendar.month_name[int(m)] for m in re.findall(r"\d{4}-(\d\d)", text)}
    assert {int(n) for n in re.findall(r"\b\d{1,2}\b", words)} == days
    assert set(re.findall(r"[A-Z][a-z]+", words)) == months
    assert set(re.findall(r"\d{4}", words)) == set(re.findall(r"\d{4}", text))


@given(TEXTS, TEXTS)
def test_different_dates_have_different_words(one, other):
    assume(parse(one) != parse(other))
    assert parse(one).display() != parse(other).display()


@given(st.text(alphabet="0123456789-/. ", max_size=24) | st.text(max_size=30))
def test_any_other_text_is_refused_and_nothing_else_happens(text):
    try:
        value = parse(text)
    except InvalidPartialDate as refusal:
        assert str(refusal).endswith(HELP)
    else:
        assert isinstance(value, PartialDate)
        assert parse(value.text) == value


@given(st.from_regex(r"(19|20)[0-9]{2}-[01][0-9](-[0-3][0-9])?", fullmatch=True))
def test_only_days_and_months_of_the_calendar_are_read(text):
    try:
        first_day(text)
    except ValueError:
        with pytest.raises(InvalidPartialDate):
            parse(text)
    else:
        parse(text)
