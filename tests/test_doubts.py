"""The questions about what may be a slip; rules alone, without a database."""

import pytest

from partnerships.choices import Certainty, MilestoneKind, Track
from partnerships.dates import parse
from partnerships.lifecycle.doubts import step_doubts, year_doubts
from partnerships.lifecycle.events import Event, Holding

SAFE, SDP = Track.SAFE, Track.SDP
EEA = [Holding("eea_efta", parse("1994"), None)]


def event(kind, date, track=SDP, **kwargs):
    day = parse(date)
    return Event(track, MilestoneKind(kind), day, day.latest, **kwargs)


def asked(one, *others, **partner) -> str:
    return " ".join(step_doubts(one, [*others, one], **partner))


@pytest.mark.parametrize(
    ("date", "year"),
    [("1899", 1899), ("../1989-12", 1989), ("1989/2025", 1989), ("0025-03-18", 25)],
)
def test_year_long_ago_is_asked_about(date, year):
    assert year_doubts(parse(date)) == [f"{year} is long ago: is the year right?"]


@pytest.mark.parametrize("date", ["1990", "2025-03-18", "../2025"])
def test_other_years_are_not(date):
    assert year_doubts(parse(date)) == []


@pytest.mark.parametrize("kind", ["suspended", "resumed", "ended"])
def test_step_of_a_partnership_that_was_never_signed(kind):
    one = event(kind, "2025-03")
    assert "no partnership is recorded as signed" in asked(one)
    assert "no partnership is recorded as signed" in asked(one, event("signed", "2026"))
    assert asked(one, event("signed", "2024")) == ""
    assert asked(one, event("signed", "../2026")) == ""  # perhaps it was


def test_step_of_another_attempt_is_not_what_is_suspended():
    earlier = event("signed", "2020")
    again = event("suspended", "2025-03", attempt=2)
    assert "is it the right step" in asked(again, earlier)


@pytest.mark.parametrize("kind", ["suspended", "terminated"])
def test_step_of_an_agreement_on_safe_that_never_was(kind):
    one = event(kind, "2026-03", SAFE)
    signed = event("signed", "2024")
    assert "no agreement on SAFE is recorded as signed" in asked(one, signed)
    for begins in ("signed", "provisionally_applied", "in_force"):
        assert asked(one, signed, event(begins, "2026", SAFE)) == ""


def test_statement_on_safe_before_safe():
    one = event("statement", "2025-05-26", SAFE)
    assert "before SAFE was adopted, on 27 May 2025" in asked(one)
    assert asked(event("statement", "2025-05-27", SAFE)) == ""
    assert asked(event("statement", "2025", SAFE)) == ""


def test_agreement_on_safe_without_a_partnership():
    one = event("signed", "2026-01", SAFE)
    assert "no partnership is recorded as signed by then" in asked(one)
    assert asked(one, event("signed", "2025")) == ""
    assert asked(event("requested", "2026-01", SAFE)) == ""


def test_agreement_of_who_needs_none():
    one = event("requested", "2026-01", SAFE)
    assert "needs no agreement" in asked(one, holdings=EEA)
    assert "needs no agreement" in asked(one, iso_code="UA")
    assert asked(event("statement", "2026-01", SAFE), holdings=EEA) == ""


def test_nothing_is_asked_about_what_is_rejected():
    rejected = event("suspended", "2025-03", certainty=Certainty.REJECTED)
    assert asked(rejected) == ""
    signed = event("signed", "2024", certainty=Certainty.REJECTED)
    assert "is it the right step" in asked(event("suspended", "2025-03"), signed)
