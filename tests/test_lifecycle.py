"""The lifecycle against a plain reading of the design, typed again in ``stories.py``."""

import itertools
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships.choices import (
    AffiliationKind,
    MilestoneKind,
    SafeStatus,
    SdpStatus,
    Status,
    Track,
)
from partnerships.dates import parse
from partnerships.lifecycle.events import Holding
from partnerships.lifecycle.refusals import refusals
from partnerships.lifecycle.status import (
    deciding_event,
    headline,
    safe_eligibility,
    sdp_status,
)
from partnerships.lifecycle.table import EFFECTS
from tests.stories import (
    CANADA,
    ENDED,
    EXEMPT,
    OPEN_TO_ANYONE,
    SIGNED,
    STEPS_FORWARD,
    TABLE,
    TODAY,
    Row,
    Tie,
    events,
    holdings,
    plain_answer,
    plain_objections,
    plain_status,
)
from tests.strategies import days_at_random, stories, ties_at_random

pytestmark = pytest.mark.once
iso_codes = st.sampled_from(["", "NO", "UA"])


def sentences(*rows, ties=(), iso_code=""):
    found = refusals(
        events(rows), holdings=holdings(ties), iso_code=iso_code, today=TODAY
    )
    return [sentence for _, sentence in found]


# The table


def test_effects_are_those_of_the_design():
    assert {
        track.value: [(kind.value, effect and effect.value) for kind, effect in effects.items()]
        for track, effects in EFFECTS.items()
    } == TABLE  # fmt: skip


def test_every_kind_of_milestone_belongs_to_a_track():
    assert {kind for effects in EFFECTS.values() for kind in effects} == {
        *MilestoneKind
    }


def test_every_status_can_be_reached():
    sdp = {SdpStatus.NOT_RECORDED, *EFFECTS[Track.SDP].values()} - {None}
    safe = {*EFFECTS[Track.SAFE].values()} - {None}
    by_partner = {SafeStatus.NOT_NEEDED, SafeStatus.ELIGIBLE, SafeStatus.NOT_ELIGIBLE}
    assert sdp == {*SdpStatus}
    assert safe | by_partner == {*SafeStatus}
    assert {*Status} == {*SdpStatus} | {"safe_associated"}


def test_statuses_have_the_same_name_and_label_on_track_and_headline():
    for status in SdpStatus:
        assert Status(status.value).label == status.label


# Status on a day


def status(*rows, on, ties=(), iso_code=""):
    """The answer of lifecycle.py, as plain_answer() gives it."""
    sdp = sdp_status(events(rows), on=on)
    safe = deciding_event(events(rows), Track.SAFE, on)
    safe = (
        EFFECTS[Track.SAFE][safe.kind]
        if safe
        else safe_eligibility(sdp, holdings(ties), iso_code, on=on)
    )
    return sdp, safe, headline(sdp, safe)


@settings(max_examples=400, deadline=None)
@given(stories, ties_at_random, iso_codes, days_at_random)
def test_status_is_that_of_a_plain_reading(rows, ties, iso_code, on):
    answer = status(*rows, on=on, ties=ties, iso_code=iso_code)
    assert answer == plain_answer(rows, ties, iso_code, on)


@given(stories, days_at_random, st.randoms())
def test_status_does_not_depend_on_the_order_of_entry(rows, on, random):
    shuffled = random.sample(rows, len(rows))
    assert status(*shuffled, on=on) == status(*rows, on=on)


@given(stories, days_at_random)
def test_what_has_not_surely_happened_decides_nothing(rows, on):
    happened = [row for row in rows if row.latest <= on]
    assert status(*rows, on=on) == status(*happened, on=on)


def test_uncertain_date_counts_from_its_last_day_on():
    signed = Row("sdp", "signed", "2024-06")
    assert status(signed, on=date(2024, 6, 29))[0] == "not_recorded"
    assert status(signed, on=date(2024, 6, 30))[0] == "signed"


@pytest.mark.parametrize(("track", "effects"), TABLE.items())
def test_later_step_wins_on_the_same_day(track, effects):
    kinds = [kind for kind, effect in effects if effect]
    for earlier, later in itertools.combinations(kinds, 2):
        rows = [Row(track, later, "2024"), Row(track, earlier, "2024")]
        assert plain_status(rows, track, TODAY) == dict(effects)[later]
        assert deciding_event(events(rows), Track(track), TODAY).kind == later


@pytest.mark.parametrize("kind", ["dialogue_held", "reviewed", "statement"])
def test_milestone_without_effect_leaves_the_status(kind):
    rows = [Row("sdp", "signed", "2024-06-23"), Row("sdp", kind, "2025-01-01")]
    assert status(*rows, on=TODAY)[0] == "signed"


@pytest.mark.parametrize(
    ("sdp", "safe", "expected"),
    [
        ("signed", "associated", "safe_associated"),
        ("signed", "in_force", "safe_associated"),
        ("signed", "agreed", "signed"),
        ("signed", "no_agreement", "signed"),
        ("signed", "terminated", "signed"),
        ("suspended", "in_force", "suspended"),
        ("ended", "associated", "ended"),
        ("not_recorded", "not_needed", "not_recorded"),
    ],
)
def test_headline_is_sdp_status_with_one_step_more_for_safe(sdp, safe, expected):
    assert headline(sdp, safe) == expected


@pytest.mark.parametrize(
    ("sdp", "ties", "iso_code", "eligibility"),
    [
        ("not_recorded", [], "", "not_eligible"),
        ("not_recorded", ["nato_ally"], "TR", "not_eligible"),
        ("negotiating", [], "", "not_eligible"),
        ("suspended", [], "", "not_eligible"),
        ("ended", [], "", "not_eligible"),
        ("signed", [], "CA", "eligible"),
        ("not_recorded", ["eu_candidate"], "AL", "eligible"),
        ("not_recorded", ["eu_potential_candidate"], "XK", "eligible"),
        ("signed", ["eea_efta"], "NO", "not_needed"),
        ("not_recorded", ["eu_candidate"], "UA", "not_needed"),
        ("not_recorded", [], "UA", "not_needed"),
        ("not_recorded", ["eea_efta", "eu_candidate"], "IS", "not_needed"),
    ],
)
def test_safe_eligibility_follows_from_the_partner(sdp, ties, iso_code, eligibility):
    ties = holdings([Tie(kind) for kind in ties])
    sdp = SdpStatus(sdp)
    assert safe_eligibility(sdp, ties, iso_code, on=TODAY) == eligibility


@pytest.mark.parametrize(
    ("since", "until", "on", "holds"),
    [
        (None, None, "2024-06-15", True),
        ("2024-06-15", None, "2024-06-15", True),
        ("2024-06-15", None, "2024-06-14", False),
        (None, "2024-06-15", "2024-06-14", True),
        (None, "2024-06-15", "2024-06-15", False),
        ("2024-06-15", "2024-06-15", "2024-06-15", False),
    ],
)
def test_affiliation_holds_from_its_first_day_to_before_its_last(
    since, until, on, holds
):
    since, until, on = (
        text and date.fromisoformat(text) for text in (since, until, on)
    )
    assert Holding(AffiliationKind.EEA_EFTA, since, until).holds_on(on) is holds


# What is refused


@settings(max_examples=400, deadline=None)
@given(stories, ties_at_random, iso_codes)
def test_what_is_refused_is_what_a_plain_reading_refuses(rows, ties, iso_code):
    is_refused = bool(sentences(*rows, ties=ties, iso_code=iso_code))
    assert is_refused == bool(plain_objections(rows, ties, iso_code))


@given(stories, ties_at_random, st.randoms())
def test_refusals_do_not_depend_on_the_order_of_entry(rows, ties, random):
    def refused(rows):
        found = refusals(events(rows), holdings=holdings(ties), today=TODAY)
        return sorted((event.kind, event.latest) for event, _ in found)

    assert refused(random.sample(rows, len(rows))) == refused(rows)


@given(stories)
def test_missing_steps_are_never_refused(rows):
    """Of what can be recorded, any step forward can be left out."""
    ties = [Tie("eea_efta")]
    if not plain_objections(rows, ties, ""):
        for row in rows:
            if row.kind in STEPS_FORWARD[row.track]:
                assert not sentences(*(r for r in rows if r != row), ties=ties)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        CANADA,
        [SIGNED, Row("sdp", "signed", "2024-06-24")],
        [Row("sdp", "suspended", "2024"), Row("sdp", "resumed", "2025-01-01")],
        [SIGNED, Row("sdp", "suspended", "2025-01"), Row("sdp", "resumed", "2025-02")],
        [Row("sdp", "abandoned", "2023"), Row("sdp", "proposed", "2024")],
        [SIGNED, Row("sdp", "abandoned", "2025-01"), Row("sdp", "proposed", "2025-02")],
        [SIGNED, ENDED, Row("sdp", "statement", "2025-02-01")],
        [SIGNED, ENDED, Row("sdp", "dialogue_held", "2025-01-10")],
        [SIGNED, Row("sdp", "dialogue_held", "2023-01-01")],
        [SIGNED, Row("safe", "negotiations_failed", "2024-11-28"),
         Row("safe", "requested", "2025-05-01")],
        [SIGNED, Row("safe", "in_force", "2024-12"), Row("safe", "suspended", "2025-01"),
         Row("safe", "in_force", "2025-02")],
        [SIGNED, Row("safe", "terminated", "2024-12"), Row("safe", "requested", "2025")],
        [Row("safe", "requested", "2024"), Row("safe", "negotiations_failed", "2025")],
    ],
)  # fmt: skip
def test_true_stories_are_accepted(rows):
    assert sentences(*rows) == []
    assert not plain_objections(rows, [], "")


def one_sentence(*rows, **kwargs):
    (sentence,) = sentences(*rows, **kwargs)
    return sentence


SUSPENDED, RESUMED = (
    Row("sdp", "suspended", "2025-01"),
    Row("sdp", "resumed", "2025-02"),
)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        # Both milestones are named, and the way out.
        (
            [SIGNED, Row("sdp", "text_agreed", "2024-07")],
            ["“Text agreed” (July 2024)", "“Signed” (23 June 2024), which is a later step",
             "Correct one of the dates",
             "a new attempt can begin only after “Abandoned”"],
        ),
        (
            [SIGNED, CANADA[4], Row("safe", "requested", "2025-05")],
            ["“Requested” (May 2025)", "“Signed” (14 February 2025)",
             "only after “Negotiations failed” or “Terminated”"],
        ),
        # Backwards from the furthest step, with one sentence alone.
        (
            [SIGNED, Row("sdp", "suspended", "2024-09"), Row("sdp", "proposed", "2025")],
            ["“Proposed” (2025) would come after “"],
        ),
        # A suspension implies a signature that was not recorded.
        (
            [Row("sdp", "suspended", "2024"), Row("sdp", "text_agreed", "2025-01-01")],
            ["“Suspended” (2024)"],
        ),
        (
            [SIGNED, RESUMED],
            ["“Resumed” (February 2025) resumes what was not suspended",
             "Record “Suspended” with an earlier date first, or correct this date"],
        ),
        ([SUSPENDED, RESUMED, Row("sdp", "resumed", "2025-03")], ["“Resumed” (March 2025)"]),
    ],
)  # fmt: skip
def test_refusal_names_what_is_wrong_and_what_to_do(rows, said):
    sentence = one_sentence(*rows)
    assert [words for words in said if words not in sentence] == []
    assert "comes" not in sentence


@pytest.mark.parametrize(
    "kind", [kind for kind, _ in TABLE["sdp"] if kind != "statement"]
)
def test_nothing_but_a_statement_follows_the_end(kind):
    sentence = one_sentence(SIGNED, ENDED, Row("sdp", kind, "2025-02"))
    assert f"“{MilestoneKind(kind).label}” (February 2025) comes after" in sentence
    assert "“Ended” (10 January 2025)" in sentence
    assert "only a statement can follow; check both dates" in sentence


@pytest.mark.parametrize(
    "text", ["2025-11-23", "2025-12", "2026", "2025-11-23/2025-11-24"]
)
def test_what_begins_in_the_future_is_refused(text):
    sentence = one_sentence(Row("sdp", "signed", text))
    assert f"“Signed” ({parse(text).display()}) begins after today" in sentence
    assert "an announcement is recorded as a statement" in sentence


@pytest.mark.parametrize(
    "text", ["2025-11-22", "2025-11", "2025", "2025-11-22/2025-11-24"]
)
def test_what_may_have_happened_by_today_is_accepted(text):
    assert sentences(Row("sdp", "signed", text)) == []


@pytest.mark.parametrize(
    "kind", [kind for kind, _ in TABLE["safe"] if kind not in OPEN_TO_ANYONE + EXEMPT]
)
def test_safe_step_needs_eligibility(kind):
    sentence = one_sentence(Row("safe", kind, "2024-09-18"))
    assert (
        f"“{MilestoneKind(kind).label}” (18 September 2024) is a SAFE step" in sentence
    )
    assert "the partner was not eligible that day" in sentence
    assert (
        "Record the signature or the affiliation first, or correct this date"
        in sentence
    )


@pytest.mark.parametrize("kind", OPEN_TO_ANYONE + EXEMPT)
def test_request_and_what_ends_an_attempt_need_no_eligibility(kind):
    assert sentences(Row("safe", kind, "2024-09-18")) == []


@pytest.mark.parametrize(
    ("ties", "iso_code"),
    [([Tie("eea_efta")], ""), ([Tie("eu_candidate")], ""), ([], "UA"),
     ([Tie("eu_potential_candidate", None, date(2024, 9, 19))], "")],
)  # fmt: skip
def test_eligibility_by_affiliation_opens_safe_without_a_partnership(ties, iso_code):
    row = Row("safe", "negotiations_opened", "2024-09-18")
    assert sentences(row, ties=ties, iso_code=iso_code) == []


def test_eligibility_counts_on_the_last_day_of_the_step():
    step = Row("safe", "negotiations_opened", "2024-06")
    assert sentences(step, Row("sdp", "signed", "2024-06-30")) == []
    assert one_sentence(step, Row("sdp", "signed", "2024-07-01"))


def test_eligibility_that_is_lost_no_longer_counts():
    ties = [Tie("eu_candidate", None, date(2024, 9, 18))]
    assert one_sentence(Row("safe", "negotiations_opened", "2024-09-18"), ties=ties)


def test_each_refusal_comes_with_the_event_that_it_is_about():
    rows = events([SIGNED, Row("sdp", "text_agreed", "2024-07")])
    ((event, _),) = refusals(rows, today=TODAY)
    assert event == rows[1]


@given(stories, ties_at_random)
def test_every_refusal_is_about_an_event_given(rows, ties):
    given_events = events(rows)
    found = refusals(given_events, holdings=holdings(ties), today=TODAY)
    for event, sentence in found:
        assert event in given_events
        assert sentence.startswith(str(event))
        assert sentence.endswith(".")
