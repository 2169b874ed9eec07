"""The steps of a track and what may come next, against what the design says."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from partnerships.choices import Certainty, MilestoneKind, Track
from partnerships.dates import PartialDate
from partnerships.lifecycle.course import attempts, next_steps
from partnerships.lifecycle.events import Event
from partnerships.lifecycle.refusals import refusals
from partnerships.lifecycle.table import LINE
from tests.stories import CLOSE_AN_ATTEMPT, TODAY, Row, events, holdings
from tests.strategies import stories, ties_at_random

SDP_LINE = ["proposed", "exploratory_talks", "negotiations_authorised", "negotiations_opened", "text_agreed", "signed"]  # fmt: skip
SAFE_LINE = ["requested", "negotiations_recommended", "negotiations_authorised", "negotiations_opened", "negotiations_concluded", "endorsed", "signature_authorised", "signed", "provisionally_applied", "concluded", "in_force"]  # fmt: skip
#: The conclusion waits for the European Parliament's consent, which is no status.
ALL_OF_SAFE = " ".join(SAFE_LINE).replace(
    "concluded in", "parliament_consented concluded in"
)
SIGNED = Row("sdp", "signed", "2024-05-28")
ON = TODAY


def steps(*rows, track="sdp", on=ON):
    """Each attempt as its steps in words: "signed*" decides, "-signed" is not
    recorded, "?signed" may have happened."""
    words = []
    for attempt in attempts(events(rows), Track(track), on=on):
        words.append([])
        for step in attempt:
            sign = "" if step.events else "?" if step.uncertain else "-"
            words[-1].append(f"{sign}{step.kind}{'*' if step.decides else ''}")
    return words


def ahead(*rows, track="sdp", on=ON, **kwargs):
    """(onward, away, beside), as words."""
    found = next_steps(events(rows), Track(track), on=on, **kwargs)
    return tuple(
        " ".join(kind.value for kind in kinds)
        for kinds in (found.onward, found.away, found.beside)
    )


def safe(*kinds):
    """SAFE steps, a month apart, after a signed partnership."""
    rows, attempt = [], 1
    for month, kind in enumerate(kinds, 6):
        rows.append(Row("safe", kind, f"2025-{month:02}-01", attempt))
        attempt += kind in CLOSE_AN_ATTEMPT
    return [SIGNED, *rows]


# The line


def test_lines_go_from_the_first_step_to_the_last():
    assert [kind.value for kind in LINE[Track.SDP]] == SDP_LINE
    assert [kind.value for kind in LINE[Track.SAFE]] == SAFE_LINE


def test_step_that_is_missing_is_not_recorded_and_no_more():
    row = Row("sdp", "negotiations_opened", "2024-01")
    assert steps(row, SIGNED) == [
        ["-proposed", "-exploratory_talks", "-negotiations_authorised",
         "negotiations_opened", "-text_agreed", "signed*"]
    ]  # fmt: skip


def test_line_without_any_step_is_still_a_line():
    assert steps() == [[f"-{kind}" for kind in SDP_LINE]]
    assert steps(Row("safe", "statement", "2025-01"), track="safe") == [
        [f"-{kind}" for kind in SAFE_LINE]
    ]


def test_suspension_stands_after_the_step_that_it_followed():
    rows = safe("signed", "suspended", "in_force")
    assert steps(*rows, track="safe")[0][-5:] == [
        "signed", "suspended", "-provisionally_applied", "-concluded", "in_force*",
    ]  # fmt: skip


def test_every_suspension_and_resumption_is_a_step_of_its_own():
    kinds = ["suspended", "resumed", "suspended", "resumed"]
    rows = [Row("sdp", kind, f"2025-0{n}") for n, kind in enumerate(kinds, 1)]
    assert steps(SIGNED, *rows)[0][5:] == ["signed", *kinds[:3], "resumed*"]


def test_new_attempt_after_a_failure_is_a_line_of_its_own():
    rows = safe("requested", "negotiations_opened", "negotiations_failed", "requested")
    failed, again = steps(*rows, track="safe")
    assert failed == [
        "requested", "-negotiations_recommended", "-negotiations_authorised",
        "negotiations_opened", "negotiations_failed",
    ]  # fmt: skip
    assert again == ["requested*", *(f"-{kind}" for kind in SAFE_LINE[1:])]


def test_failure_without_a_new_attempt_ends_the_only_line():
    rows = safe("requested", "negotiations_failed")
    assert steps(*rows, track="safe") == [["requested", "negotiations_failed*"]]


def test_step_that_may_have_happened_stands_apart_and_decides_nothing():
    row = Row("sdp", "signed", "2024-05/2024-07")
    assert steps(row, on=date(2024, 6, 15))[0][-1] == "?signed"
    assert steps(row, on=date(2024, 4, 30))[0][-1] == "-signed"
    assert steps(row, on=date(2024, 7, 31))[0][-1] == "signed*"


@given(stories, st.sampled_from(Track))
def test_every_recorded_step_stands_in_one_place_of_one_line(rows, track):
    given_events = events(rows)
    found = [
        event
        for attempt in attempts(given_events, track, on=TODAY)
        for step in attempt
        for event in [*step.events, *step.uncertain]
    ]
    begun = [e for e in given_events if e.track == track and e.effect]
    assert sorted(map(str, found)) == sorted(map(str, begun))


# What may come next


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], (" ".join(SDP_LINE), "", "announced dialogue_held statement")),
        (
            [Row("sdp", "negotiations_opened", "2024-01")],
            ("text_agreed signed", "abandoned", "announced dialogue_held statement"),
        ),
        (
            [SIGNED],
            ("", "suspended ended", "announced dialogue_held reviewed statement"),
        ),
        (
            [SIGNED, Row("sdp", "suspended", "2025-01")],
            ("resumed", "ended", "announced dialogue_held reviewed statement"),
        ),
        (
            [SIGNED, Row("sdp", "ended", "2025-01")],
            (" ".join(SDP_LINE), "", "announced dialogue_held statement"),
        ),
        (
            [Row("sdp", "proposed", "2024"), Row("sdp", "abandoned", "2025-01")],
            (" ".join(SDP_LINE), "", "announced dialogue_held statement"),
        ),
    ],
    ids=["nothing", "negotiating", "signed", "suspended", "ended", "abandoned"],
)
def test_what_may_come_next_on_the_partnership(rows, expected):
    assert ahead(*rows) == expected


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (
            ["negotiations_opened", "endorsed"],
            ("signature_authorised signed provisionally_applied parliament_consented "
             "concluded in_force", "negotiations_failed", "announced published statement"),
        ),
        (
            ["signature_authorised", "published", "provisionally_applied"],
            ("parliament_consented concluded in_force", "suspended terminated",
             "announced statement"),
        ),
        (
            ["provisionally_applied", "parliament_consented"],
            ("concluded in_force", "suspended terminated",
             "announced published statement"),
        ),
        (
            ["concluded"],
            ("in_force", "suspended terminated",
             "announced published parliament_consented statement"),
        ),
        (["in_force"], ("", "suspended terminated", "announced statement")),
        (["in_force", "suspended"], ("resumed", "terminated", "announced statement")),
        (["signed", "suspended", "in_force"],
         ("", "terminated", "announced statement")),
        (
            ["requested", "negotiations_failed"],
            (ALL_OF_SAFE, "", "announced published statement"),
        ),
    ],
    ids=["agreed", "as Canada", "consented", "concluded", "in force", "suspended",
         "in force since", "failed"],
)  # fmt: skip
def test_what_may_come_next_on_safe(kinds, expected):
    assert ahead(*safe(*kinds), track="safe") == expected


def test_without_standing_only_a_request_may_follow_on_safe():
    assert ahead(track="safe") == ("requested", "", "announced statement")


def test_standing_of_the_next_day_counts():
    signed_today = Row("sdp", "signed", str(ON))
    assert ahead(signed_today, track="safe")[0] == ALL_OF_SAFE


@given(
    stories, ties_at_random, st.sampled_from(Track), st.dates(date(2023, 1, 1), TODAY)
)
def test_next_step_is_refused_neither_in_the_last_attempt_nor_in_a_new_one(
    rows, ties, track, on
):
    happened = [event for event in events(rows) if event.latest <= on]
    day = on + timedelta(days=1)
    ways = {"holdings": holdings(ties), "iso_code": "", "today": day}
    assume(not refusals(happened, **ways))
    found = next_steps(happened, track, on=on, holdings=holdings(ties))
    counted = [e for e in happened if e.certainty != Certainty.REJECTED]
    last = max((e.attempt for e in counted if e.track == track), default=1)
    for kind in [*found.onward, *found.away, *found.beside]:
        after = [
            Event(track, kind, PartialDate(str(day)), day, attempt)
            for attempt in (last, last + 1)
        ]
        assert not all(refusals([*happened, event], **ways) for event in after)


@given(stories)
def test_statement_may_always_follow(rows):
    assume(not refusals(events(rows), today=TODAY))
    for track in Track:
        assert (
            MilestoneKind.STATEMENT in next_steps(events(rows), track, on=TODAY).beside
        )
