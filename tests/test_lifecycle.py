"""The lifecycle against a plain reading of the design, typed again here.

``TABLE`` and the functions ``plain_…`` are that reading. They share no code with
``lifecycle.py``; ``test_status.py`` and ``test_milestones.py`` use them as oracle too.
"""

import itertools
from datetime import date, timedelta
from typing import NamedTuple

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
from partnerships.lifecycle.events import Event, Holding
from partnerships.lifecycle.refusals import refusals
from partnerships.lifecycle.status import (
    deciding_event,
    headline,
    safe_standing,
    sdp_status,
)
from partnerships.lifecycle.table import EFFECTS

pytestmark = pytest.mark.once

# The plain reading

TABLE = {
    "sdp": [
        ("proposed", "proposed"),
        ("exploratory_talks", "exploratory"),
        ("negotiations_authorised", "negotiating"),
        ("negotiations_opened", "negotiating"),
        ("text_agreed", "negotiating"),
        ("signed", "signed"),
        ("resumed", "signed"),
        ("suspended", "suspended"),
        ("ended", "ended"),
        ("abandoned", "abandoned"),
        ("dialogue_held", None),
        ("reviewed", None),
        ("statement", None),
    ],
    "safe": [
        ("requested", "requested"),
        ("negotiations_recommended", "requested"),
        ("negotiations_authorised", "negotiating"),
        ("negotiations_opened", "negotiating"),
        ("negotiations_concluded", "agreed"),
        ("endorsed", "agreed"),
        ("signature_authorised", "agreed"),
        ("signed", "associated"),
        ("provisionally_applied", "associated"),
        ("concluded", "associated"),
        ("in_force", "in_force"),
        ("negotiations_failed", "no_agreement"),
        ("suspended", "suspended"),
        ("terminated", "terminated"),
        ("published", None),
        ("parliament_consented", None),
        ("statement", None),
    ],
}
STEPS_FORWARD = {
    "sdp": [kind for kind, _ in TABLE["sdp"][:6]],
    "safe": [kind for kind, _ in TABLE["safe"][:11]],
}
CLOSE_AN_ATTEMPT = ["abandoned", "negotiations_failed", "terminated"]
IMPLY_A_SIGNATURE = ["suspended", "resumed", "ended"]
OPEN_TO_ANYONE = ["requested", "statement"]
EXEMPT = ["negotiations_failed", "suspended", "terminated"]
TODAY = date(2025, 11, 22)


class Row(NamedTuple):
    """A milestone as an editor types it; it is recorded on ``TODAY``."""

    track: str
    kind: str
    date: str

    @property
    def latest(self):
        return min(parse(self.date).latest, TODAY)

    @property
    def place(self):
        """0 for what changes no status, else its place in the table."""
        kinds = [kind for kind, status in TABLE[self.track] if status]
        return kinds.index(self.kind) + 1 if self.kind in kinds else 0


class Tie(NamedTuple):
    """An affiliation, held in [since, until); None is open."""

    kind: str
    since: date | None = None
    until: date | None = None


def plain_deciding(rows, track, on):
    """Rows that may decide the status: those with the latest day, then step."""
    happened = [r for r in rows if r.track == track and r.place and r.latest <= on]
    last = max(((r.latest, r.place) for r in happened), default=None)
    return [r for r in happened if (r.latest, r.place) == last]


def plain_status(rows, track, on):
    deciding = plain_deciding(rows, track, on)
    return dict(TABLE[track])[deciding[0].kind] if deciding else None


def plain_standing(sdp, ties, iso_code, on):
    kinds = [
        tie.kind
        for tie in ties
        if (tie.since or date.min) <= on < (tie.until or date.max)
    ]
    if "eea_efta" in kinds or iso_code == "UA":
        return "not_needed"
    if "eu_candidate" in kinds or "eu_potential_candidate" in kinds or sdp == "signed":
        return "eligible"
    return "not_eligible"


def plain_answer(rows, ties, iso_code, on):
    """(SDP status, SAFE status, headline) on that day."""
    sdp = plain_status(rows, "sdp", on) or "not_recorded"
    safe = plain_status(rows, "safe", on) or plain_standing(sdp, ties, iso_code, on)
    is_associated = sdp == "signed" and safe in ("associated", "in_force")
    return sdp, safe, "safe_associated" if is_associated else sdp


def plain_objections(rows, ties, iso_code):
    """Why these rows cannot stand together; empty if they can."""
    found = set()
    if any((parse(row.date).earliest or row.latest) > TODAY for row in rows):
        found.add("future")
    for track in TABLE:
        steps = sorted((r for r in rows if r.track == track), key=in_time)
        found |= set(plain_order_objections(steps))
    for row in rows:
        if row.track == "safe" and row.kind not in OPEN_TO_ANYONE + EXEMPT:
            sdp = plain_status(rows, "sdp", row.latest)
            if plain_standing(sdp, ties, iso_code, row.latest) == "not_eligible":
                found.add("not eligible")
    return found


def in_time(row):
    return row.latest, row.place


def plain_order_objections(rows):
    reached, last, is_ended = -1, None, False
    for row in rows:
        forward = STEPS_FORWARD[row.track]
        if is_ended and row.kind != "statement":
            yield "after ended"
        if row.kind == "resumed" and last != "suspended":
            yield "not suspended"
        if row.kind in forward:
            if forward.index(row.kind) < reached:
                yield "backwards"
            reached = max(reached, forward.index(row.kind))
        elif row.kind in IMPLY_A_SIGNATURE:
            reached = max(reached, forward.index("signed"))
        elif row.kind in CLOSE_AN_ATTEMPT:
            reached = -1
        last = row.kind if row.place else last
        is_ended = is_ended or row.kind == "ended"


# Stories at random: a small calendar, so that ties, overlaps and clamped dates are common

DATES = [
    "2023", "2023-03", "2023-05-28", "../2023-06-30", "2023-06-17/2023-06-18",
    "2023-12/2024-01", "2023-12-31", "2024", "2024-01-31", "2024-06", "2024-06-23",
    "2024-06-30", "2024/2025", "2025", "../2025-03-05", "2025-11", "2025-11-22",
    "2025-11-20/2025-12",
]  # fmt: skip
DAYS = sorted({min(parse(text).latest, TODAY) for text in DATES})
KINDS = [(track, kind) for track, effects in TABLE.items() for kind, _ in effects]
rows_at_random = st.lists(
    st.builds(lambda kind, text: Row(*kind, text), st.sampled_from(KINDS), st.sampled_from(DATES)),
    max_size=9,
    unique=True,
)  # fmt: skip


def sorted_along_the_table(rows):
    kinds = sorted(rows, key=lambda row: row.place)
    texts = sorted((row.date for row in rows), key=lambda text: parse(text).latest)
    sorted_rows = [
        row._replace(date=text) for row, text in zip(kinds, texts, strict=True)
    ]
    return list(dict.fromkeys(sorted_rows))


# Most stories at random break a rule; the sorted half of them has many that do not.
stories = rows_at_random | rows_at_random.map(sorted_along_the_table)
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
iso_codes = st.sampled_from(["", "NO", "UA"])


def events(rows):
    return [
        Event(Track(row.track), MilestoneKind(row.kind), parse(row.date), row.latest)
        for row in rows
    ]


def holdings(ties):
    return [Holding(AffiliationKind(tie.kind), tie.since, tie.until) for tie in ties]


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
    standing = {SafeStatus.NOT_NEEDED, SafeStatus.ELIGIBLE, SafeStatus.NOT_ELIGIBLE}
    assert sdp == {*SdpStatus}
    assert safe | standing == {*SafeStatus}
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
        else safe_standing(sdp, holdings(ties), iso_code, on=on)
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
    ("sdp", "ties", "iso_code", "standing"),
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
def test_safe_standing_follows_from_the_partner(sdp, ties, iso_code, standing):
    ties = holdings([Tie(kind) for kind in ties])
    sdp = SdpStatus(sdp)
    assert safe_standing(sdp, ties, iso_code, on=TODAY) == standing


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


SIGNED = Row("sdp", "signed", "2024-06-23")
ENDED = Row("sdp", "ended", "2025-01-10")
CANADA = [
    SIGNED,
    Row("safe", "requested", "2024-06-23"),
    Row("safe", "negotiations_authorised", "2024-09-18"),
    Row("safe", "negotiations_concluded", "2024-12-01"),
    Row("safe", "signed", "2025-02-14"),
    Row("safe", "published", "2025-03-02"),
]


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


def test_backwards_refusal_names_both_milestones_and_the_way_out():
    sentence = one_sentence(SIGNED, Row("sdp", "text_agreed", "2024-07"))
    assert "“Text agreed” (July 2024)" in sentence
    assert "“Signed” (23 June 2024), which is a later step" in sentence
    assert "Correct one of the dates" in sentence
    assert "a new attempt can begin only after “Abandoned”" in sentence


def test_backwards_refusal_on_safe_names_what_closes_an_attempt():
    sentence = one_sentence(SIGNED, CANADA[4], Row("safe", "requested", "2025-05"))
    assert "“Requested” (May 2025)" in sentence
    assert "“Signed” (14 February 2025)" in sentence
    assert "only after “Negotiations failed” or “Terminated”" in sentence


def test_backwards_is_measured_from_the_furthest_step():
    rows = [SIGNED, Row("sdp", "suspended", "2024-09"), Row("sdp", "proposed", "2025")]
    assert "comes" not in one_sentence(*rows)
    assert "“Proposed” (2025) would come after “" in one_sentence(*rows)


def test_suspension_implies_a_signature_that_was_not_recorded():
    rows = [Row("sdp", "suspended", "2024"), Row("sdp", "text_agreed", "2025-01-01")]
    assert "“Suspended” (2024)" in one_sentence(*rows)


def test_resumption_refusal_says_to_record_the_suspension():
    sentence = one_sentence(SIGNED, Row("sdp", "resumed", "2025-02"))
    assert "“Resumed” (February 2025) resumes what was not suspended" in sentence
    assert (
        "Record “Suspended” with an earlier date first, or correct this date"
        in sentence
    )


def test_resumption_after_an_ended_suspension_is_refused():
    rows = [Row("sdp", kind, f"2025-0{n}") for n, kind in enumerate(["suspended", "resumed", "resumed"], 1)]  # fmt: skip
    assert "“Resumed” (March 2025)" in one_sentence(*rows)


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
    "kind",
    [kind for kind, _ in TABLE["safe"] if kind not in OPEN_TO_ANYONE + EXEMPT],
)
def test_safe_step_needs_standing(kind):
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
def test_request_and_what_ends_an_attempt_need_no_standing(kind):
    assert sentences(Row("safe", kind, "2024-09-18")) == []


@pytest.mark.parametrize(
    ("ties", "iso_code"),
    [([Tie("eea_efta")], ""), ([Tie("eu_candidate")], ""), ([], "UA"),
     ([Tie("eu_potential_candidate", None, date(2024, 9, 19))], "")],
)  # fmt: skip
def test_standing_by_affiliation_opens_safe_without_a_partnership(ties, iso_code):
    row = Row("safe", "negotiations_opened", "2024-09-18")
    assert sentences(row, ties=ties, iso_code=iso_code) == []


def test_standing_counts_on_the_last_day_of_the_step():
    step = Row("safe", "negotiations_opened", "2024-06")
    assert sentences(step, Row("sdp", "signed", "2024-06-30")) == []
    assert one_sentence(step, Row("sdp", "signed", "2024-07-01"))


def test_standing_that_is_lost_no_longer_counts():
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
