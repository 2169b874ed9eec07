"""The timeline: every milestone in a drawing and in a list, which are equals."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships.choices import MilestoneKind, Track
from partnerships.dates import parse
from partnerships.lifecycle.table import EFFECTS
from partnerships.models import Milestone, Partner, Partnership
from partnerships.pages import timeline as views
from partnerships.selectors.overview import milestones_by_day
from partnerships.web import timeline_drawing
from partnerships.web.timeline_drawing import draw_columns, draw_marks
from tests import factories
from tests.factories import edit
from tests.html import page
from tests.strategies import tries

TIMELINE = "/timeline/"


@pytest.fixture
def record(db):
    """Norway: proposed, signed, SAFE requested; Japan: a dialogue."""
    norway = factories.partnership()
    factories.milestone(norway, MilestoneKind.PROPOSED, "2023")
    signed = factories.milestone(
        norway, place="Brussels", reference="ST 1/24", ruling="The text says so."
    )
    factories.claim(signed, "2024-05-28")
    factories.claim(signed, "2024-06-03")
    factories.milestone(
        norway, MilestoneKind.REQUESTED, "../2025-08-05", track=Track.SAFE
    )
    japan = factories.partnership(of=factories.partner("japan", region="indo_pacific"))
    held = factories.milestone(japan, MilestoneKind.DIALOGUE_HELD, "2024-11")
    factories.claim(held, "2024-12")
    factories.milestone(factories.partnership("hidden", published=False))


def kinds(client, query=None):
    """The kinds of the milestones that the list shows for a query, in its order."""
    response = client.get(TIMELINE, query)
    assert response.status_code == 200
    return [milestone.kind for milestone, _ in response.context["moments"]]


# The page


def test_every_page_leads_to_the_timeline_on_its_day(client, db):
    assert TIMELINE in page(client, "/").links
    assert f"{TIMELINE}?as_of=2025-01-31" in page(client, "/?as_of=2025-01-31").links


def test_list_has_all_that_a_reader_needs_to_judge_a_milestone(client, record):
    text = page(client, TIMELINE).text
    assert "4 milestones" in text
    for words in (
        "Norway The EU and Norway signed their Security and Defence Partnership on 28 "
        "May 2024, in Brussels. 1 source; ST 1/24. ≠ 1 source disagrees, ruled on",
        "Japan There was a dialogue under the Security and Defence Partnership between "
        "the EU and Japan in November 2024. 1 source.",
        "Norway asked to take part in SAFE no later than 5 August 2025. No source "
        "recorded.",
    ):
        assert words in text


def test_list_is_grouped_by_year_newest_first_or_oldest_first(client, record):
    order = ["requested", "dialogue_held", "signed", "proposed"]
    assert kinds(client) == order
    assert kinds(client, {"order": "date"}) == order[::-1]
    ids = [name for name in page(client, TIMELINE).ids if name.startswith("year-")]
    assert ids == ["year-2025", "year-2024", "year-2023"]


def test_drawing_and_list_link_the_same_milestones_on_the_same_day(client, record):
    links = page(client, TIMELINE, {"as_of": "2026-01-31"}).links
    for milestone in Milestone.objects.filter(partnership__is_published=True):
        slug = milestone.partnership.partner.slug
        anchor = f"/partnerships/{slug}/?as_of=2026-01-31#milestone-{milestone.pk}"
        assert links.count(anchor) == 2


def test_each_mark_is_named_in_words(client, record):
    html = client.get(TIMELINE).content.decode()
    for title in (
        "Norway: partnership proposed, 2023",
        "Norway: partnership signed, 28 May 2024",
        "Norway: asks to take part in SAFE, no later than 5 August 2025",
    ):
        assert f"<title>{title}</title>" in html


def test_what_the_press_alone_reports_is_hatched_and_in_the_key(client, record):
    hatch, words = 'href="#mark-reported"', "reported by one press source alone"
    assert hatch not in client.get(TIMELINE).text
    assert words not in page(client, TIMELINE).text
    signed = Milestone.objects.get(partnership__partner__slug="norway", kind="signed")
    edit(signed, certainty="reported")
    assert client.get(TIMELINE).text.count(hatch) == 3  # drawing, key, list
    assert words in page(client, TIMELINE).text


def test_drawing_adds_no_stop_for_the_keyboard(client, record):
    html = client.get(TIMELINE).content.decode()
    drawn = html[html.index('<figure class="timeline') : html.index("</figure>")]
    assert 'tabindex="0"' not in drawn
    assert drawn.count("<a ") == drawn.count('tabindex="-1"') > 0
    assert 'class="timeline-sheet" aria-hidden="true"' in drawn


def test_drawing_shows_today_and_what_nobody_has_checked(client, record):
    drawing = client.get(TIMELINE, {"as_of": "2026-01-31"}).context["drawing"]
    assert {lane.unchecked for lane in drawing.lanes} == {drawing.now}
    norway = Partnership.objects.get(partner__slug="norway")
    factories.check(norway, "2025-12-31")
    html = client.get(TIMELINE, {"as_of": "2026-01-31"}).content.decode()
    assert ">31 Jan 2026</text>" in html
    drawing = client.get(TIMELINE, {"as_of": "2026-01-31"}).context["drawing"]
    first = drawing.lanes[0]
    assert first.slug == "norway"
    assert 0 < first.unchecked < 5 < first.checked < drawing.now
    assert ">today</text>" in client.get(TIMELINE).content.decode()


def test_lanes_stand_in_the_order_of_their_first_milestones(client, record):
    factories.milestone(factories.partnership("albania"), date="2025-05-01")
    drawing = client.get(TIMELINE).context["drawing"]
    assert [lane.slug for lane in drawing.lanes] == ["norway", "japan", "albania"]


def test_marks_are_named_and_uncertain_ones_lighter(client, record):
    html = client.get(TIMELINE).content.decode()
    for name in ("signed", "dialogue", "asks to join"):
        assert f">{name}</text>" in html
    assert html.count('class="timeline-mark sdp unsure"') == 2
    assert html.count('class="timeline-mark safe unsure"') == 1
    assert html.count('class="timeline-mark sdp"') == 1


# The two clocks


def test_milestone_after_the_day_is_left_out_and_an_uncertain_one_says_so(
    client, record
):
    assert kinds(client, {"as_of": "2024-05-27"}) == ["proposed"]
    found = page(client, TIMELINE, {"as_of": "2025-07-27"})
    assert "As of 27 July 2025" in found.text
    assert found.text.count("May have happened by this day.") == 1
    assert "August 2025; may have happened by this day" in found.text


def test_nothing_was_known_before_the_record_began(client, record):
    found = page(client, TIMELINE, {"known_on": "2020-01-01"})
    assert "0 milestones" in found.text


# The filters


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"track": "safe"}, ["requested"]),
        ({"kind": ["signed", "proposed"]}, ["signed", "proposed"]),
        ({"from": "2024-05-28", "to": "2024-11-29"}, ["signed"]),
        ({"to": "2023-12-31"}, ["proposed"]),
        ({"region": "indo_pacific"}, ["dialogue_held"]),
        ({"status": "signed", "track": "sdp"}, ["signed", "proposed"]),
        ({"q": "japan"}, ["dialogue_held"]),
        ({"disagreement": "open"}, ["dialogue_held"]),
        ({"status": "signed", "as_of": "2024-05-27"}, []),
        ({"status": "proposed", "as_of": "2024-05-27"}, ["proposed"]),
        ({"q": "hidden"}, []),
    ],
)
def test_filters_choose_partnerships_and_their_milestones(
    client, record, query, expected
):
    assert kinds(client, query) == expected


def test_empty_timeline_says_which_filter_to_drop(client, record):
    narrow = page(client, TIMELINE, {"q": "norway", "kind": "suspended"}).text
    assert "none that fits. Drop the track, the kind or the time." in narrow
    none = page(client, TIMELINE, {"q": "atlantis", "kind": "signed"}).text
    assert "No partnership that fits has a milestone recorded by this day." in none


# Size


def test_timeline_is_paged_in_one_order(client, db, monkeypatch):
    monkeypatch.setattr(views, "ROWS_PER_PAGE", 4)
    held = MilestoneKind.DIALOGUE_HELD
    for slug in ("canada", "japan", "norway"):
        record = factories.partnership(slug)
        for note in ("first", "second", "third"):
            factories.milestone(record, held, "2025-01", note=note)
    seen = [
        milestone.pk
        for number in (1, 2, 3)
        for milestone, _ in client.get(TIMELINE, {"page": number}).context["moments"]
    ]
    assert len(seen) == len(set(seen)) == 9
    assert "9 milestones" in page(client, TIMELINE).text


@pytest.mark.parametrize("limit", ["MOST_MARKS", "MOST_LANES"])
def test_too_many_are_counted_and_each_column_leads_to_what_it_counts(
    client, record, monkeypatch, limit
):
    assert timeline_drawing.MOST_MARKS == 250
    assert timeline_drawing.MOST_LANES == 40
    monkeypatch.setattr(timeline_drawing, limit, 1)
    found = page(client, TIMELINE)
    assert "up to 250 milestones of up to 40 partnerships" in found.text
    assert "Too many to draw one by one" in found.text
    assert "November 2024: 1 milestone (SDP)" in found.text
    rows = Milestone.objects.filter(partnership__is_published=True)
    by_day = milestones_by_day(rows)
    drawing = timeline_drawing.timeline_drawing(rows, by_day, on=date(2026, 3, 15))
    counted = [column for lane in drawing.columns for column in lane.columns]
    assert sum(column.count for column in counted) == 4
    links = [link for link in found.links if "track=" in link and "from=" in link]
    assert len(links) == len(counted)
    for link in links:
        assert len(client.get(TIMELINE + link).context["moments"]) == 1


# The layout

QUARTERS = ["Apr", "Jul", "Oct", "Jan"]
DAYS = st.dates(date(1950, 1, 1), date(2060, 12, 31))
KINDS = [(track, kind) for track, effects in EFFECTS.items() for kind in effects]


def milestone(pk, latest, earliest, *, track="sdp", kind="signed", slug="norway"):
    text = f"{earliest.isoformat() if earliest else '..'}/{latest.isoformat()}"
    return Milestone(
        pk=pk,
        partnership=Partnership(partner=Partner(slug=slug, name=slug.title())),
        track=track,
        kind=kind,
        announces="signed" if kind == "announced" else "",
        date=parse(text),
        earliest=earliest,
        latest=latest,
    )


@st.composite
def milestone_lists(draw):
    made = []
    for pk in range(draw(st.integers(1, 30))):
        latest = draw(DAYS)
        spread = draw(st.none() | st.integers(0, 800))
        earliest = None if spread is None else latest - timedelta(days=spread)
        track, kind = draw(st.sampled_from(KINDS))
        slug = draw(st.sampled_from(["canada", "japan", "norway"]))
        made.append(milestone(pk, latest, earliest, track=track, kind=kind, slug=slug))
    return made


def marks(milestones):
    laid_out = draw_marks(milestones, on=date(2026, 3, 15))
    return [mark for lane in laid_out.lanes for mark in lane.marks]


@given(milestone_lists())
@settings(max_examples=tries(25))
def test_every_mark_stands_within_the_drawing_in_the_order_of_time(milestones):
    laid_out = draw_marks(milestones, on=date(2026, 3, 15))
    placed = marks(milestones)
    assert sorted(mark.milestone.pk for mark in placed) == [m.pk for m in milestones]
    for mark in placed:
        assert 0 <= mark.start <= mark.x <= mark.end <= 100
        assert timeline_drawing.EDGE <= mark.x <= 100 - timeline_drawing.EDGE
        assert (mark.width == 0) == mark.milestone.date.is_day
    known = [mark for mark in placed if not mark.width]
    known.sort(key=lambda mark: mark.milestone.latest)
    assert all(one.x <= other.x for one, other in pairwise(known))
    for lane in laid_out.lanes:
        assert all(0 < mark.y < lane.height for mark in lane.marks)
    assert 1 <= len(laid_out.ticks) <= timeline_drawing.MOST_TICKS + 1
    assert all(0 <= tick.x <= 100 for tick in laid_out.ticks)


@given(milestone_lists())
@settings(max_examples=tries(25))
def test_no_two_marks_of_a_lane_meet(milestones):
    for lane in draw_marks(milestones, on=date(2026, 3, 15)).lanes:
        by_row = {}
        for mark in lane.marks:
            by_row.setdefault(mark.y, []).append(mark)
        for row in by_row.values():
            assert len({mark.milestone.track for mark in row}) == 1
            row.sort(key=lambda mark: mark.left)
            for left, right in pairwise(row):
                assert left.right <= right.left


@given(DAYS, st.lists(st.integers(0, 2_000), min_size=2, unique=True))
@settings(max_examples=tries(25))
def test_width_grows_with_uncertainty_and_no_later_than_fades(latest, spreads):
    spreads.sort()
    milestones = [
        milestone(pk, latest, latest - timedelta(days=spread), kind="statement")
        for pk, spread in enumerate(spreads)
    ]
    milestones.append(milestone(len(milestones), latest, None, kind="statement"))
    by_pk = sorted(marks(milestones), key=lambda mark: mark.milestone.pk)
    widths = [mark.width for mark in by_pk]
    assert all(one <= other for one, other in pairwise(widths[:-1]))
    assert widths[-1] <= timeline_drawing.FADE + timeline_drawing.EDGE


@pytest.mark.parametrize(
    ("first", "last", "months", "years"),
    [
        ("2025-01-10", "2025-03-20", ["Jan", "Feb", "Mar"], ["2025"]),
        ("2024-12-31", "2025-01-01", ["Dec", "Jan"], ["2024", "2025"]),
        ("2024-05-21", "2026-03-05", QUARTERS, ["2024", "2025", "2026"]),
        ("1999-05-05", "2026-03-05", [], [str(y) for y in range(1998, 2027, 2)]),
    ],
)
def test_ticks_are_months_while_the_span_is_short(first, last, months, years):
    days = [date.fromisoformat(first), date.fromisoformat(last)]
    laid_out = draw_marks(
        [milestone(pk, day, day) for pk, day in enumerate(days)], on=days[1]
    )
    named = [tick.month for tick in laid_out.ticks if tick.month]
    assert named[: len(months)] == months
    assert [tick.year for tick in laid_out.ticks if tick.year] == years


def test_columns_of_a_short_time_are_days():
    days = {(date(2025, 1, 31), "sdp"): 2, (date(2025, 2, 2), "sdp"): 1}
    (lane,) = draw_columns(days).columns
    titles = [column.title for column in lane.columns]
    assert titles == ["31 January 2025: 2 milestones", "2 February 2025: 1 milestone"]


@given(st.lists(st.tuples(st.dates(), st.sampled_from(["sdp", "safe"])), min_size=1))
@settings(max_examples=tries(25))
def test_columns_count_each_once_and_stay_bounded(days):
    days = [(min(day, date(2500, 1, 1)), track) for day, track in days]
    laid_out = draw_columns({key: days.count(key) for key in days})
    for lane in laid_out.columns:
        own = [day for day, track in days if track == lane.track]
        assert sum(column.count for column in lane.columns) == len(own)
        assert len(lane.columns) <= timeline_drawing.MOST_COLUMNS + 1
        for column in lane.columns:
            inside = [day for day in own if column.first <= day <= column.last]
            assert column.count == len(inside)
            assert 0 < column.x < column.x + column.width < 100
            assert 0 < column.height <= lane.height


def test_milestone_that_did_not_happen_is_said_to_be_left_out(client, record):
    words = "One more that did not happen, by the editors’ ruling, is not drawn."
    assert words not in page(client, TIMELINE).text
    japan = Partnership.objects.get(partner__slug="japan")
    factories.milestone(japan, "exploratory_talks", "2025-06", certainty="rejected")
    found = page(client, TIMELINE).text
    assert "4 milestones" in found and words in found
    assert words in page(client, TIMELINE, {"partnership": "japan"}).text
    for query in ({"partnership": "norway"}, {"as_of": "2025-05-31"}):
        assert words not in page(client, TIMELINE, query).text
