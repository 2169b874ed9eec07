"""Strips: what is drawn of a partnership's two tracks, from which day to which."""

import re
from datetime import date

import pytest

from partnerships.models import Partnership
from partnerships.web.strips import Scale, scale_of, strip_of
from tests import factories
from tests.html import page

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 30)


@pytest.fixture
def norway():
    return factories.partnership()


def row(on=TODAY):
    (found,) = Partnership.objects.with_checked_through().as_of(on)
    return found


def bands(on=TODAY):
    """Each band in words: its track, its status, and how sure that is."""
    scale = Scale(date(2024, 1, 1), on)
    found = strip_of(row(on), scale).bands
    return [
        " ".join(
            [band.track, "open" if band.is_open else band.status]
            + ["perhaps"] * band.is_perhaps
            + ["reported"] * band.is_reported
        )
        for band in found
    ]


def test_day_stands_in_proportion_and_nothing_outside_of_the_drawing():
    scale = Scale(date(2024, 1, 1), date(2025, 1, 1))
    assert scale.x(date(2024, 1, 1)) == 0
    assert scale.x(date(2024, 7, 2)) == pytest.approx(scale.now / 2, abs=0.2)
    assert scale.x(date(2030, 1, 1)) == scale.now == pytest.approx(97.09)
    assert scale.x(date(1990, 1, 1)) == 0


def test_drawing_begins_with_the_year_of_the_first_step(norway):
    assert scale_of([row()], TODAY).start == date(2026, 1, 1)
    factories.milestone(norway, "proposed", "2023-05-18")
    factories.affiliation(norway.partner, "eea_efta", since="1994-01-01")
    assert scale_of([row()], TODAY).start == date(2023, 1, 1)


def test_drawing_begins_with_a_step_towards_safe_where_that_is_first(norway):
    factories.milestone(norway, "requested", "2025-09-11", track="safe")
    assert scale_of([row()], TODAY).start == date(2025, 1, 1)


def test_years_of_a_long_drawing_are_thinned_out():
    years = Scale(date(1900, 1, 1), TODAY).years
    assert len(years) <= 13
    assert years[0][0] == date(1900, 1, 1)


def test_one_status_follows_another_on_each_track(norway):
    factories.check(norway, TODAY.isoformat())
    factories.milestone(norway, "proposed", "2024-02-01")
    factories.milestone(norway, "negotiations_opened", "2024-03-01")
    factories.milestone(norway, date="2024-05-28")
    assert bands() == ["sdp proposed", "sdp negotiating", "sdp signed", "safe eligible"]


def test_nobody_has_checked_what_comes_after_the_last_look(norway):
    factories.milestone(norway, date="2024-05-28")
    assert bands() == ["sdp open", "safe open"]
    factories.check(norway, "2026-03-31")
    assert bands() == ["sdp signed", "sdp open", "safe eligible", "safe open"]
    strip = strip_of(row(), Scale(date(2024, 1, 1), TODAY))
    assert strip.checked == Scale(date(2024, 1, 1), TODAY).x(date(2026, 4, 1))


def test_doubt_and_report_are_drawn_apart(norway):
    factories.check(norway, TODAY.isoformat())
    factories.milestone(norway, "negotiations_opened", "2025-06-17")
    factories.milestone(norway, date="2026-03/2026-05", certainty="reported")
    found = bands(on=date(2026, 4, 15))
    assert "sdp signed perhaps" in found
    assert "sdp signed reported" in bands()
    assert 'class="station reported"' in strip_of(row(), Scale(TODAY, TODAY)).shapes


def test_end_is_a_stop_and_leaves_nothing_after_it(norway):
    factories.check(norway, TODAY.isoformat())
    factories.milestone(norway, date="2024-05-28")
    factories.milestone(norway, "ended", "2025-02-03")
    assert bands()[:2] == ["sdp signed", "sdp ended"]
    shapes = strip_of(row(), Scale(date(2024, 1, 1), TODAY)).shapes
    assert re.search(r'<rect class="sdp ended" x="[\d.]+%" width="3"', shapes)


def test_signature_that_opened_safe_is_joined_to_it(norway):
    factories.check(norway, TODAY.isoformat())
    factories.milestone(norway, date="2026-01-27")
    scale = Scale(date(2024, 1, 1), TODAY)
    assert strip_of(row(), scale).shapes.count('class="switch"') == 1
    factories.affiliation(norway.partner, "eu_candidate", since="2022-06-23")
    assert 'class="switch"' not in strip_of(row(), scale).shapes


def test_strip_says_in_words_what_it_shows(client, norway):
    factories.check(norway, TODAY.isoformat())
    factories.milestone(norway, date="2026-01-27")
    html = client.get("/", {"as_of": TODAY.isoformat()}).text
    words = re.search(r'class="strip"[^>]+aria-label="([^"]+)"', html)[1]
    assert words.startswith("Signed, from 27 January 2026; SAFE: ")
    assert "?as_of=2026-01-01" in page(client, "/", {"as_of": "2026-06-30"}).links


def test_names_of_partners_are_escaped(client, db):
    factories.partnership(of=factories.partner("x", name="<b>X</b> & Y"))
    assert "<b>X" not in client.get("/").text
