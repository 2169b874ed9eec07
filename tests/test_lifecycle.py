"""The lifecycle against a plain reading of the design, typed again in ``stories.py``,
and against stories whose answers are known."""

import itertools
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships.choices import (
    AffiliationKind,
    Certainty,
    MilestoneKind,
    SafeStatus,
    SdpStatus,
    Status,
    Track,
)
from partnerships.dates import parse
from partnerships.lifecycle.events import Event, Holding
from partnerships.lifecycle.refusals import refusals
from partnerships.lifecycle.status import Story, headline, safe_eligibility
from partnerships.lifecycle.table import EFFECTS
from tests.stories import (
    EXEMPT,
    GROUPS,
    OPEN_TO_ANYONE,
    STEPS_FORWARD,
    TABLE,
    TODAY,
    Tie,
    events,
    holdings,
    plain_answers,
    plain_deciding,
    plain_objections,
    plain_signatures,
)
from tests.strategies import days_at_random, stories, ties_at_random, tries

pytestmark = pytest.mark.once
iso_codes = st.sampled_from(["", "NO", "UA"])
NORDIC = [Tie("eea_efta", date(1994, 1, 1))]
LATER = date(2029, 6, 30)


def told(*lines):
    """Events, each told as “track kind date”, and more words where it needs them: its
    attempt, how sure it is, and “after:n”, the place of the event that it follows."""
    found = []
    for pk, line in enumerate(lines):
        track, kind, text, *more = line.split()
        event = {"attempt": 1, "certainty": "confirmed", "follows": None}
        for word in more:
            if word.isdigit():
                event["attempt"] = int(word)
            elif word.startswith("after:"):
                event["follows"] = int(word.removeprefix("after:"))
            else:
                event["certainty"] = word
        when = parse(text)
        found.append(
            Event(
                Track(track),
                MilestoneKind(kind),
                when,
                min(when.latest, LATER),
                pk=pk,
                **event | {"certainty": Certainty(event["certainty"])},
            )
        )
    return found


def sentences(*lines, ties=(), iso_code="", today=LATER):
    return [
        sentence
        for _, sentence in refusals(
            told(*lines), holdings=holdings(ties), iso_code=iso_code, today=today
        )
    ]


def one_sentence(*lines, **kwargs):
    (sentence,) = sentences(*lines, **kwargs)
    return sentence


def day(text):
    return date.fromisoformat(text)


def said(lines, on, ties=(), iso_code=""):
    return Story(told(*lines), holdings(ties), iso_code).on(day(on))


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
    assert safe | by_partner | {SafeStatus.NONE} == {*SafeStatus}
    assert {*Status} == {*SdpStatus} | {"safe_associated"}


def test_statuses_have_the_same_name_and_label_on_track_and_headline():
    for status in SdpStatus:
        assert Status(status.value).label == status.label


# Against the plain reading


def everything(rows, ties, iso_code, on):
    """All that is said of a day, but for the numbers of the rows."""
    found = Story(events(rows), holdings(ties), iso_code).on(on)
    return [
        (track.status, track.may_be, track.is_reported)
        for track in (found.sdp, found.safe, found)
    ]


@settings(max_examples=tries(400))
@given(stories, ties_at_random, iso_codes)
def test_refused_is_exactly_what_no_choice_of_days_fits(rows, ties, iso_code):
    found = refusals(
        events(rows), holdings=holdings(ties), iso_code=iso_code, today=TODAY
    )
    assert bool(found) == bool(plain_objections(rows, ties, iso_code))


@settings(max_examples=tries(400))
@given(stories, ties_at_random, iso_codes, days_at_random)
def test_status_is_certain_and_may_be_what_any_choice_of_days_gives(
    rows, ties, iso_code, on
):
    if plain_objections(rows, NORDIC, iso_code):
        return
    found = Story(events(rows), holdings(ties), iso_code).on(on)
    answers = plain_answers(rows, ties, iso_code, on)
    for said, (certain, possible) in zip(
        (found.sdp, found.safe, found), answers, strict=True
    ):
        assert said.status in certain
        assert said.status not in said.may_be
        assert {said.status, *said.may_be} == possible


@settings(max_examples=tries(200))
@given(stories, days_at_random)
def test_what_decides_is_the_last_that_has_happened_in_order(rows, on):
    if plain_objections(rows, NORDIC, ""):
        return
    found = Story(events(rows)).on(on)
    for track, status in (("sdp", found.sdp), ("safe", found.safe)):
        decides = status.decides and rows[status.decides.pk]
        assert decides in plain_deciding(rows, track, on)
    assert (found.signed and rows[found.signed.pk]) in plain_signatures(rows, on)


@given(stories, ties_at_random, iso_codes, days_at_random, st.randoms())
def test_status_does_not_depend_on_the_order_of_entry(rows, ties, iso_code, on, random):
    if plain_objections(rows, NORDIC, iso_code):
        return
    shuffled = random.sample(rows, len(rows))
    told = ties, iso_code, on
    assert everything(shuffled, *told) == everything(rows, *told)


@given(stories, ties_at_random, st.randoms())
def test_refusals_do_not_depend_on_the_order_of_entry(rows, ties, random):
    def refused(rows):
        return bool(refusals(events(rows), holdings=holdings(ties), today=TODAY))

    assert refused(random.sample(rows, len(rows))) == refused(rows)


@given(stories, ties_at_random, iso_codes, days_at_random)
def test_rejected_milestone_moves_nothing_and_is_refused_nothing(
    rows, ties, iso_code, on
):
    counted = [row for row in rows if row.certainty != "rejected"]
    told = ties, iso_code, on
    assert everything(rows, *told) == everything(counted, *told)
    for event, sentence in refusals(events(rows), today=TODAY):
        if event.certainty == Certainty.REJECTED:
            assert "begins after today" in sentence


@given(stories, days_at_random)
def test_reported_milestone_counts_like_a_confirmed_one(rows, on):
    rows = [row._replace(follows=None) for row in rows]
    confirmed = [
        row._replace(certainty="confirmed") if row.certainty == "reported" else row
        for row in rows
    ]
    found = [Story(events(told)).on(on) for told in (rows, confirmed)]
    assert found[0].status == found[1].status
    assert found[0].may_be == found[1].may_be
    assert not found[1].is_reported and not found[1].safe.is_reported


@given(stories)
def test_missing_steps_are_never_refused(rows):
    """Of what can be recorded, any step forward can be left out."""
    if not plain_objections(rows, NORDIC, ""):
        for row in rows:
            if row.kind in STEPS_FORWARD[row.track]:
                left = [r for r in rows if r != row]
                assert not refusals(
                    events(left), holdings=holdings(NORDIC), today=TODAY
                )


@given(stories, ties_at_random)
def test_every_refusal_is_a_sentence_about_an_event_given(rows, ties):
    given_events = events(rows)
    for event, sentence in refusals(given_events, holdings=holdings(ties), today=TODAY):
        assert event in given_events
        assert sentence.startswith(str(event))
        assert sentence.endswith(".")


# Stories whose answers are known

UK = [
    "sdp signed 2025-05-19",
    "safe negotiations_authorised ../2026-03",
    "safe negotiations_failed 2025-11-28",
]
CANADA = [
    "sdp signed 2025-06-23",
    "safe signature_authorised ../2026-03",
    "safe signed 2026-02-14",
]
BOTH = [  # of these two, neither table nor dates say which came first
    "sdp signed 2025-06-23",
    "safe in_force 2027",
    "safe suspended 2027-05-01",
]
TWICE = [
    "sdp signed 2025-01-01",
    "sdp suspended 2025-02-01",
    "sdp resumed 2025-03-01",
    "sdp suspended 2025-04-01",
    "sdp resumed 2025-05-01",
]
VAGUE = [  # nested dates, of which one order alone fits
    "sdp signed 2025-01-01",
    "sdp suspended ../2026",
    "sdp resumed 2025",
    "sdp suspended 2025-07",
    "sdp resumed 2025-06-01/2026-12-31",
]
BACK_IN_FORCE = [
    "sdp signed 2025-06-01",
    "safe in_force 2026-01-10",
    "safe suspended 2026-02-01",
    "safe resumed 2026-03-01",
]
FAILED_ONCE = [
    "sdp signed 2025-05-19",
    "safe requested 2025-07-01",
    "safe negotiations_failed 2025-11-28",
    "safe requested 2026-05-01 2",
]


@pytest.mark.parametrize(
    ("lines", "on", "safe", "may_be"),
    [
        # An authorisation stands before the failure, whatever its bound.
        (UK, "2025-10-01", "eligible", ["negotiating"]),
        (UK, "2025-11-27", "eligible", ["negotiating"]),
        (UK, "2025-11-28", "no_agreement", []),
        (UK, "2025-12-15", "no_agreement", []),
        (UK, "2026-04-01", "no_agreement", []),
        (CANADA, "2025-06-01", "not_eligible", ["agreed"]),
        (CANADA, "2026-02-13", "eligible", ["agreed"]),
        (CANADA, "2026-02-20", "associated", []),
        (CANADA, "2026-04-01", "associated", []),
        # Both readings, until the editors say which came first.
        (BOTH, "2026-12-31", "eligible", []),
        (BOTH, "2027-04-30", "eligible", ["in_force"]),
        (BOTH, "2027-05-01", "suspended", ["in_force"]),
        (BOTH, "2027-12-31", "in_force", ["suspended"]),
        ([*BOTH[:2], "safe suspended 2027-05-01 after:1"], "2027-12-31", "suspended", []),
        ([BOTH[0], "safe in_force 2027 after:2", BOTH[2]], "2027-05-01", "suspended", ["in_force"]),
        ([BOTH[0], "safe in_force 2027 after:2", BOTH[2]], "2027-12-31", "in_force", []),
        # A resumption brings back what was suspended.
        (BACK_IN_FORCE, "2026-02-01", "suspended", []),
        (BACK_IN_FORCE, "2026-03-01", "in_force", []),
        ([BACK_IN_FORCE[0], *BACK_IN_FORCE[2:]], "2026-03-01", "associated", []),
        ([BACK_IN_FORCE[0], "safe in_force 2026", *BACK_IN_FORCE[2:]], "2026-03-01", "associated", ["in_force"]),
        # A later attempt starts anew.
        (FAILED_ONCE, "2026-04-30", "no_agreement", []),
        (FAILED_ONCE, "2026-05-01", "requested", []),
        ([*FAILED_ONCE, "safe signed 2026-08 2"], "2026-08-01", "requested", ["associated"]),
        ([*FAILED_ONCE, "safe in_force 2026-08 2", "safe suspended 2026-09-01 2", "safe resumed 2026-10-01 2"], "2026-10-01", "in_force", []),
        # No step before the Regulation.
        ([UK[0]], "2025-05-26", "none", []),
        ([UK[0]], "2025-05-27", "eligible", []),
        ([UK[0], "safe requested ../2025-06-30"], "2025-05-26", "none", []),
        ([UK[0], "safe requested ../2025-06-30"], "2025-05-27", "eligible", ["requested"]),
        # A signature between bounds may make it eligible.
        (["sdp signed 2025-06"], "2025-06-15", "not_eligible", ["eligible"]),
        # What was rejected is evidence alone.
        ([UK[0], "safe signed 2025-11-01 rejected"], "2025-12-01", "eligible", []),
        # Other milestones move nothing.
        ([UK[0], "safe announced 2025-11-01", "safe statement 2025-11-02", "safe parliament_consented 2025-11-03", "safe published 2025-11-04"], "2025-12-01", "eligible", []),
    ],
)  # fmt: skip
def test_safe_status_is_what_its_story_says(lines, on, safe, may_be):
    assert sentences(*lines) == []
    found = said(lines, on).safe
    assert (found.status, [*found.may_be]) == (safe, may_be)


@pytest.mark.parametrize(
    ("lines", "on", "sdp", "may_be"),
    [
        ([], "2025-01-01", "not_recorded", []),
        (["sdp signed 2025-06"], "2025-05-31", "not_recorded", []),
        (["sdp signed 2025-06"], "2025-06-29", "not_recorded", ["signed"]),
        (["sdp signed 2025-06"], "2025-06-30", "signed", []),
        (["sdp signed ../2025-06"], "1999-01-01", "not_recorded", ["signed"]),
        # Leaders open talks before the mandate is dated.
        (["sdp negotiations_opened 2025-03-01", "sdp negotiations_authorised 2025-04-01"], "2025-03-01", "negotiating", []),
        (["sdp proposed 2025-02", "sdp negotiations_opened 2025-03-01", "sdp negotiations_authorised ../2026"], "2025-02-28", "proposed", ["negotiating"]),
        (["sdp proposed ../2026", "sdp signed 2025-03-01"], "2025-02-28", "not_recorded", ["proposed"]),
        (["sdp proposed ../2026", "sdp signed 2025-03-01"], "2025-03-01", "signed", []),
        # A suspension and a resumption, twice.
        *[(TWICE, f"2025-0{month}-01", status, []) for month, status in
          enumerate(["signed", "suspended", "signed", "suspended", "signed"], start=1)],
        (VAGUE, "2025-01-01", "signed", ["suspended"]),
        (VAGUE, "2025-06-30", "signed", ["suspended"]),
        (VAGUE, "2025-07-31", "suspended", ["signed"]),
        (VAGUE, "2026-12-31", "signed", []),
        # A second attempt after each end.
        (["sdp proposed 2024", "sdp abandoned 2025-01-01", "sdp proposed 2025-02-01 2"], "2025-01-31", "abandoned", []),
        (["sdp proposed 2024", "sdp abandoned 2025-01-01", "sdp proposed 2025-02-01 2"], "2025-02-01", "proposed", []),
        (["sdp signed 2024", "sdp ended 2025", "sdp negotiations_opened 2025-06 2"], "2025-12-31", "negotiating", []),
        (["sdp signed 2024", "sdp ended 2025", "sdp negotiations_opened 2025-06 2"], "2025-06-15", "signed", ["negotiating", "ended"]),
    ],
)  # fmt: skip
def test_sdp_status_is_what_its_story_says(lines, on, sdp, may_be):
    assert sentences(*lines) == []
    found = said(lines, on).sdp
    assert (found.status, [*found.may_be]) == (sdp, may_be)


@pytest.mark.parametrize(
    ("lines", "on", "status", "may_be"),
    [
        (CANADA, "2026-02-20", "safe_associated", []),
        ([CANADA[0], "safe signed 2026-02"], "2026-02-20", "signed", ["safe_associated"]),
        (["sdp signed 2025-06-23", "sdp suspended 2026-03", "safe signed 2026-02-14"],
         "2026-03-10", "safe_associated", ["suspended"]),
        (["sdp signed 2025-06", "safe signed ../2026-02"], "2025-06-15", "not_recorded", ["signed", "safe_associated"]),
    ],
)  # fmt: skip
def test_headline_may_be_whatever_its_tracks_may_be(lines, on, status, may_be):
    found = said(lines, on)
    assert (found.status, [*found.may_be]) == (status, may_be)


@pytest.mark.parametrize(("track", "effects"), TABLE.items())
def test_later_status_wins_on_the_same_day(track, effects):
    line = [kind for group in GROUPS[track] for kind in group]
    for earlier, later in itertools.combinations(line, 2):
        found = said(
            [f"{track} {later} 2026-01-01", f"{track} {earlier} 2026-01-01"],
            "2026-01-01",
        )
        assert getattr(found, track).status == dict(effects)[later]
        assert getattr(found, track).may_be == ()


@pytest.mark.parametrize(
    "kind", ["announced", "dialogue_held", "reviewed", "statement"]
)
def test_milestone_without_effect_leaves_the_status(kind):
    lines = ["sdp signed 2024-06-23", f"sdp {kind} 2025-01-01"]
    assert said(lines, "2025-11-22").sdp.status == "signed"


@pytest.mark.parametrize(
    ("lines", "sdp", "safe", "headline"),
    [
        (["sdp signed 2025 reported"], True, True, True),  # and so opens SAFE
        (["sdp signed 2025"], False, False, False),
        (["sdp negotiations_opened 2025 reported", "sdp text_agreed 2025"], False, False, False),
        (["sdp negotiations_opened 2025", "sdp text_agreed 2025 reported"], False, False, False),
        (["sdp negotiations_opened 2025", "sdp signed 2026-01-01 reported"], True, True, True),
        (["sdp signed 2025 reported", "safe requested 2026-01-01"], True, False, True),
        (["sdp signed 2025 reported", "sdp suspended 2026-02 reported"], True, False, True),
        (["sdp signed 2025", "safe signed 2026-01-01 reported"], False, True, True),
        (["sdp signed 2025", "safe signed 2026-01-01 reported", "safe provisionally_applied 2026-01-02"], False, False, False),
        (["sdp signed 2025", "safe requested 2026-01-01 reported"], False, True, False),
        (["sdp signed 2024 reported", "sdp ended 2025", "sdp signed 2025-06 2"], False, False, False),
    ],
)  # fmt: skip
def test_status_is_reported_where_the_press_alone_says_so(lines, sdp, safe, headline):
    found = said(lines, "2026-06-01")
    assert (found.sdp.is_reported, found.safe.is_reported) == (sdp, safe)
    assert found.is_reported == headline


@pytest.mark.parametrize("kind", ["eu_candidate", "eea_efta"])
def test_standing_that_is_no_signature_is_not_reported(kind):
    ties = [Tie(kind, date(2020, 1, 1))]
    found = said(["sdp signed 2025 reported"], "2026-06-01", ties=ties)
    assert found.sdp.is_reported and not found.safe.is_reported


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


# The partner's standing


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
    ties = holdings([Tie(kind, date(2020, 1, 1)) for kind in ties])
    sdp = {SdpStatus(sdp)}
    assert safe_eligibility(sdp, ties, iso_code, on=TODAY) == eligibility
    assert safe_eligibility(sdp, ties, iso_code, on=day("2025-05-26")) == "none"


@pytest.mark.parametrize(
    ("since", "until", "on", "holds", "may_hold"),
    [
        (None, None, "2024-06-15", False, True),
        (None, "2024-06-15", "2024-06-14", False, True),
        (None, "2024-06-15", "2024-06-15", False, False),
        ("2024-06-15", None, "2024-06-15", True, True),
        ("2024-06-15", None, "2024-06-14", False, False),
        ("2024-06-15", "2024-06-15", "2024-06-15", False, False),
        ("2024-06", None, "2024-06-15", False, True),
        ("2024-06", None, "2024-06-30", True, True),
        ("../2024-06", None, "1999-01-01", False, True),
        ("2024", "2025-06", "2025-06-15", True, True),
    ],
)
def test_affiliation_holds_where_it_has_begun_and_may_where_it_can_have(
    since, until, on, holds, may_hold
):
    since, until = (text and parse(text) for text in (since, until))
    held = Holding(AffiliationKind.EEA_EFTA, since, until)
    assert held.holds_on(day(on)) is holds
    assert held.may_hold_on(day(on)) is may_hold


def test_affiliation_without_a_start_never_simply_holds():
    found = said([], "2026-01-01", ties=[Tie("eea_efta")]).safe
    assert (found.status, [*found.may_be]) == ("not_eligible", ["not_needed"])


# Accepted

STEPS = {
    "sdp": "sdp signed 2024-01-01",
    "safe": "safe requested 2025-06-01",
}


@pytest.mark.parametrize(
    "lines",
    [
        [],
        UK, CANADA, BOTH, TWICE, VAGUE, BACK_IN_FORCE, FAILED_ONCE,
        # Steps that were not public are left out.
        ["sdp suspended 2024", "sdp resumed 2025-01-01"],
        ["sdp ended 2025"],
        ["safe terminated 2025-11"],
        # Kinds that set one status come in any order of days.
        ["sdp text_agreed 2024-01-01", "sdp negotiations_authorised 2024-03-01", "sdp negotiations_opened 2024-02-01"],
        ["sdp signed 2024", "safe negotiations_recommended 2025-06-01", "safe requested 2025-07-01"],
        ["sdp signed 2024", "safe endorsed 2025-08-01", "safe negotiations_concluded 2025-09-01"],
        ["sdp signed 2024", "safe signed 2025-08-01", "safe concluded 2025-09-01", "safe provisionally_applied 2025-10-01"],
        # Overlapping bounds leave room for the order of the table.
        ["sdp signed 2024", "sdp proposed ../2025"],
        ["sdp signed 2024-06-23", "sdp suspended 2024"],
        ["sdp signed 2024", "sdp suspended 2025", "sdp resumed 2025", "sdp suspended 2025-06-01", "sdp resumed ../2026"],
        ["sdp suspended 2025", "sdp resumed 2025", "sdp suspended 2025 after:3", "sdp resumed 2025 after:0"],
        # What changes no status may recur, on any day.
        ["sdp signed 2024-01-01", *["sdp dialogue_held 2024-05-01"] * 2, "sdp reviewed 2024-02-01", "sdp statement 2023-01-01", "sdp statement 2023-01-01"],
        # After the end, a statement or a new attempt.
        ["sdp signed 2024", "sdp ended 2025-01-10", "sdp statement 2025-02-01"],
        ["sdp signed 2024", "sdp ended 2025-01-10", "sdp dialogue_held 2025-01-10"],
        ["sdp signed 2024", "sdp ended 2025-01-10", "sdp proposed 2025-02-01 2"],
        ["sdp signed 2024", "sdp ended 2025-01-10", "sdp dialogue_held 2025-02-01 2"],
        # A rejected one beside the one that holds.
        ["sdp signed 2024-01-01", "sdp signed 2024-02-01 rejected"],
        ["sdp signed 2024-01-01", "sdp resumed 2024-02-01 rejected"],
        ["safe negotiations_opened 2025-01-01 rejected"],
    ],
)  # fmt: skip
def test_true_stories_are_accepted(lines):
    assert sentences(*lines) == []


@pytest.mark.parametrize(
    ("track", "closing"),
    [("sdp", "ended"), ("sdp", "abandoned"),
     ("safe", "negotiations_failed"), ("safe", "terminated")],
)  # fmt: skip
def test_second_attempt_begins_after_each_closing_kind_and_nothing_else(track, closing):
    first, closed = STEPS[track], f"{track} {closing} 2025-07-01"
    for kind in STEPS_FORWARD[track]:
        again = f"{track} {kind} 2025-08-01 2"
        ties = {"ties": NORDIC}
        assert sentences(first, closed, again, **ties) == []
        sentence = one_sentence(first, again, **ties)
        assert "is in attempt 2, but nothing closed attempt 1" in sentence
        assert f"“{MilestoneKind(closing).label}”" in sentence


def test_third_attempt_needs_the_second_closed():
    lines = ["sdp abandoned 2023", "sdp proposed 2024 2", "sdp proposed 2025 3"]
    assert "nothing closed attempt 2" in one_sentence(*lines)
    assert sentences(*lines, "sdp abandoned 2024-12-31 2") == []


def test_second_attempt_cannot_begin_before_the_first_is_closed():
    lines = ["sdp abandoned 2025-03-01", "sdp proposed 2025-02-01 2"]
    sentence = one_sentence(*lines)
    assert "“Abandoned” (1 March 2025), of attempt 1" in sentence
    assert "“Proposed” (1 February 2025), of attempt 2" in sentence


# Refused


@pytest.mark.parametrize(
    "kind", [k for t in TABLE for k in STEPS_FORWARD[t] if t == "sdp"]
)
def test_same_step_twice_in_an_attempt_is_already_recorded(kind):
    label = MilestoneKind(kind).label
    sentence = one_sentence(f"sdp {kind} 2024-06-23", f"sdp {kind} 2025-06-24")
    assert sentence.startswith(f"“{label}” (24 June 2025) is already recorded")
    assert f"“{label}” (23 June 2024): add your source to it" in sentence


@pytest.mark.parametrize("closing", ["ended", "abandoned"])
def test_attempt_is_closed_once(closing):
    lines = ["sdp signed 2024", "sdp ended 2025-01-01", f"sdp {closing} 2025-02-01"]
    sentence = one_sentence(*lines)
    assert "“Ended” (1 January 2025)" in sentence


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        # Both milestones are named, and the way out.
        (
            ["sdp signed 2024-06-23", "sdp text_agreed 2024-07"],
            ["“Text agreed” (July 2024)", "“Signed” (23 June 2024), which is a later step",
             "Correct one of the dates",
             "a new attempt can begin only after “Ended” or “Abandoned”"],
        ),
        (
            ["sdp signed 2024", "safe signed 2025-11-14", "safe requested 2025-12"],
            ["“Requested” (December 2025)", "“Signed” (14 November 2025)",
             "only after “Negotiations failed” or “Terminated”"],
        ),
        (
            ["sdp negotiations_opened 2024-06-23", "sdp proposed 2025"],
            ["“Proposed” (2025)", "“Negotiations opened” (23 June 2024)",
             "A proposal made once talks have begun is a statement"],
        ),
        # Backwards from the furthest step, with one sentence alone.
        (
            ["sdp signed 2024-06-23", "sdp suspended 2024-09", "sdp proposed 2025"],
            ["“Proposed” (2025) would come after “"],
        ),
        # A suspension implies a signature that was not recorded.
        (
            ["sdp suspended 2024", "sdp text_agreed 2025-01-01"],
            ["“Text agreed” (1 January 2025)", "“Suspended” (2024)"],
        ),
        (
            ["safe provisionally_applied 2025-07-01", "safe signed 2025-08-01"],
            ["“Signed” (1 August 2025)", "“Provisionally applied” (1 July 2025)"],
        ),
        (
            ["sdp abandoned 2025-01-01", "sdp signed 2025-06-01"],
            ["“Signed” (1 June 2025)", "“Abandoned” (1 January 2025), which closed the attempt",
             "or record it in attempt 2"],
        ),
        (
            ["sdp signed 2024-06-23", "sdp resumed 2025-02"],
            ["“Resumed” (February 2025) resumes what was not suspended",
             "Record “Suspended” with an earlier date first, or correct this date"],
        ),
        (
            ["sdp suspended 2025-02-01", "sdp resumed 2025-01-01"],
            ["“Resumed” (1 January 2025) resumes what was not suspended"],
        ),
        (
            ["sdp suspended 2025-01", "sdp resumed 2025-02", "sdp resumed 2025-03"],
            ["“Resumed” (March 2025)"],
        ),
        (
            ["sdp suspended 2025-01-01", "sdp suspended 2025-02-01"],
            ["“Suspended” (1 February 2025)", "“Suspended” (1 January 2025)", "add your source"],
        ),
        # Which came first is a fact that can be wrong.
        (
            ["safe in_force 2027", "safe suspended 2026-05-01 after:0"],
            ["“Suspended” (1 May 2026) came after “In force” (2027)", "its date is earlier"],
        ),
        (
            ["sdp signed 2025", "sdp proposed 2025 after:0"],
            ["“Proposed” (2025) cannot have come after “Signed” (2025)"],
        ),
        (
            ["sdp abandoned 2025 after:1", "sdp proposed 2025 2"],
            ["“Abandoned” (2025) cannot have come after “Proposed” (2025)"],
        ),
        (
            ["sdp signed 2025 after:0"],
            ["“Signed” (2025) cannot have come after itself"],
        ),
    ],
)  # fmt: skip
def test_refusal_names_what_clashes_and_what_to_do(lines, said):
    sentence = one_sentence(*lines, ties=NORDIC)
    assert [words for words in said if words not in sentence] == []


def test_circle_of_what_came_after_what_is_refused():
    lines = [
        "safe in_force 2027 after:2",
        "safe suspended 2027 after:0",
        "safe resumed 2027 after:1",
    ]
    found = sentences(*lines, ties=NORDIC)
    assert found
    assert all("cannot have come after" in sentence for sentence in found)


@pytest.mark.parametrize(
    "kind", [kind for kind, _ in TABLE["sdp"] if kind != "statement"]
)
def test_nothing_but_a_statement_follows_the_end(kind):
    before = ["sdp suspended 2024"] if kind == "resumed" else []
    sentence = one_sentence(*before, "sdp ended 2025-01-10", f"sdp {kind} 2025-02")
    assert sentence.startswith(f"“{MilestoneKind(kind).label}” (February 2025)")
    assert "“Ended” (10 January 2025)" in sentence


@pytest.mark.parametrize(
    "text", ["2025-11-23", "2025-12", "2026", "2025-11-23/2025-11-24"]
)
@pytest.mark.parametrize("certainty", ["confirmed", "rejected"])
def test_what_begins_in_the_future_is_refused(text, certainty):
    sentence = one_sentence(f"sdp signed {text} {certainty}", today=TODAY)
    assert f"“Signed” ({parse(text).display()}) begins after today" in sentence
    assert "expected is recorded as “Announced”" in sentence


@pytest.mark.parametrize("text", ["../2025-11-23", "../2025-12", "../2026-03"])
def test_bound_after_today_is_told_to_be_today_at_the_latest(text):
    sentence = one_sentence(f"sdp signed {text}", today=TODAY)
    assert f"“Signed” ({parse(text).display()}) is bounded by a day after" in sentence
    assert "Write ../2025-11-22 or an earlier bound" in sentence
    assert "begins" not in sentence


@pytest.mark.parametrize(
    "text", ["2025-11-22", "2025-11", "2025", "2025-11-22/2025-11-24"]
)
def test_what_may_have_happened_by_today_is_accepted(text):
    assert sentences(f"sdp signed {text}", today=TODAY) == []


@pytest.mark.parametrize("kind", [kind for kind, effect in TABLE["safe"] if effect])
def test_safe_step_before_the_regulation_is_refused(kind):
    lines = ["safe suspended 2025-05"] if kind == "resumed" else []
    found = sentences(*lines, f"safe {kind} 2025-05-26", ties=NORDIC)
    assert f"“{MilestoneKind(kind).label}” (26 May 2025) is before SAFE" in found[-1]
    assert "27 May 2025" in found[-1]
    assert not any(
        "before SAFE" in sentence
        for text in ("2025-05-27", "2025-05", "../2025-06")
        for sentence in sentences(*lines, f"safe {kind} {text}", ties=NORDIC)
    )


@pytest.mark.parametrize("kind", ["statement", "announced"])
def test_what_moves_nothing_may_come_before_the_regulation(kind):
    assert sentences(f"safe {kind} 2024-09-18") == []


@pytest.mark.parametrize(
    "kind", [kind for kind, _ in TABLE["safe"] if kind not in OPEN_TO_ANYONE + EXEMPT]
)
def test_safe_step_needs_eligibility(kind):
    sentence = one_sentence(f"safe {kind} 2025-09-18")
    label = MilestoneKind(kind).label
    assert f"“{label}” (18 September 2025) is a SAFE step" in sentence
    assert "the partner was not eligible that day" in sentence
    assert (
        "Record the signature or the affiliation first, or correct this date"
        in sentence
    )


@pytest.mark.parametrize("kind", OPEN_TO_ANYONE + EXEMPT)
def test_request_and_what_ends_an_attempt_need_no_eligibility(kind):
    lines = ["safe suspended 2025-09-17"] if kind == "resumed" else []
    assert sentences(*lines, f"safe {kind} 2025-09-18") == []


@pytest.mark.parametrize(
    ("ties", "iso_code"),
    [([Tie("eea_efta")], ""), ([Tie("eu_candidate")], ""), ([], "UA"),
     ([Tie("eu_potential_candidate", None, date(2025, 9, 19))], "")],
)  # fmt: skip
def test_eligibility_by_affiliation_opens_safe_without_a_partnership(ties, iso_code):
    line = "safe negotiations_opened 2025-09-18"
    assert sentences(line, ties=ties, iso_code=iso_code) == []


@pytest.mark.parametrize(
    ("step", "signed", "is_refused"),
    [
        ("safe negotiations_opened 2025-06", "sdp signed 2025-06-30", False),
        ("safe negotiations_opened 2025-06", "sdp signed 2025-07-01", True),
        ("safe negotiations_opened 2025-06-10", "sdp signed 2025-06", False),
        ("safe negotiations_opened ../2025-06-10", "sdp signed 2025-06-10", False),
        ("safe negotiations_opened ../2025-06-10", "sdp signed 2025-06-11", True),
        ("safe negotiations_opened 2025-06-10", "sdp signed 2025-06-10 rejected", True),
    ],
)
def test_standing_is_refused_only_if_it_fails_on_every_day(step, signed, is_refused):
    assert bool(sentences(step, signed)) is is_refused


def test_order_narrows_the_days_on_which_standing_is_asked():
    """Talks that were over in June cannot have opened after the signature in July."""
    lines = ["safe negotiations_opened 2025", "safe negotiations_failed 2025-06-30"]
    assert one_sentence(*lines, "sdp signed 2025-07-01")
    assert sentences(*lines, "sdp signed 2025-06-30") == []


def test_eligibility_that_is_lost_no_longer_counts():
    ties = [Tie("eu_candidate", None, date(2025, 9, 18))]
    assert one_sentence("safe negotiations_opened 2025-09-18", ties=ties)


def test_each_refusal_comes_with_the_event_that_it_is_about():
    found = told("sdp signed 2024-06-23", "sdp text_agreed 2024-07")
    ((event, _),) = refusals(found, today=TODAY)
    assert event == found[1]


@given(stories, ties_at_random, iso_codes, days_at_random)
def test_each_day_looks_like_the_period_that_it_is_in(rows, ties, iso_code, on):
    story = Story(events(rows), holdings(ties), iso_code)
    day = max(on, story.periods[0].since)
    (period,) = [
        p for p in story.periods if p.since <= day and (not p.until or day < p.until)
    ]
    assert look(period.day) == look(story.on(day))


@given(stories, ties_at_random, iso_codes)
def test_periods_follow_one_another_and_differ(rows, ties, iso_code):
    periods = Story(events(rows), holdings(ties), iso_code).periods
    for one, other in itertools.pairwise(periods):
        assert one.until == other.since
        assert look(one.day) != look(other.day)


def look(day):
    return [(t.status, t.may_be, t.is_reported) for t in (day.sdp, day.safe)]
