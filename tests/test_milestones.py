"""Milestones as editors enter them: what is kept, and what is refused."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships.choices import Track
from partnerships.dates import HELP, parse
from partnerships.lifecycle.table import EFFECTS
from partnerships.models import Milestone
from tests import factories
from tests.stories import TODAY, Row, plain_objections
from tests.strategies import (
    DATES,
    on_the_database,
    rows_at_random,
    stories,
    tries,
    undone,
)

NOON = datetime(2025, 11, 22, 12, tzinfo=UTC)
LATER = datetime(2026, 2, 1, 12, tzinfo=UTC)
WRONG_KINDS = [
    (track, kind)
    for track, other in [(Track.SDP, Track.SAFE), (Track.SAFE, Track.SDP)]
    for kind in EFFECTS[other]
    if kind not in EFFECTS[track]
]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def partnership(db):
    return factories.partnership()


def milestone(partnership, kind="signed", date="2024-06-23", track="sdp", **kwargs):
    """One that is not saved yet."""
    return Milestone(
        partnership=partnership, track=track, kind=kind, date=date, **kwargs
    )


def refusal_of(milestone):
    """The messages by field; under "__all__" those that concern no single field."""
    with pytest.raises(ValidationError) as refusal:
        milestone.full_clean()
    return refusal.value.message_dict


def database_refuses(milestone):
    with pytest.raises(IntegrityError), transaction.atomic():
        milestone.save()


def stored(milestone):
    return Milestone.objects.get(pk=milestone.pk)


# The latest bound: what is recorded has happened


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2025-11", "2025-11-01", "2025-11-22"),
        ("2025", "2025-01-01", "2025-11-22"),
        ("../2025-12-31", None, "2025-11-22"),
        ("2025-11-22/2025-12", "2025-11-22", "2025-11-22"),
        ("2025-10", "2025-10-01", "2025-10-31"),
        ("2025-11-22", "2025-11-22", "2025-11-22"),
    ],
)
def test_latest_bound_is_never_after_the_day_of_recording(
    partnership, text, earliest, latest
):
    saved = milestone(partnership, date=text)
    saved.save()
    saved = stored(saved)
    assert str(saved.earliest or "") == (earliest or "")
    assert str(saved.latest) == latest
    assert str(saved.date) == text


def test_bounds_are_those_of_the_database_when_only_checked(partnership):
    """Forms and constraints look at them before the row is saved."""
    checked = milestone(partnership, date="2025-11")
    checked.full_clean()
    assert (checked.earliest, checked.latest) == (date(2025, 11, 1), TODAY)


def edited(row, *fields, **values):
    """Save it with these values, as a script does: nothing is checked."""
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=fields or None)


def checked(row, **values):
    """Save it with these values, checked as by a form."""
    for name, value in values.items():
        setattr(row, name, value)
    factories.save(row)


def partly():
    return Milestone.objects.defer("date", "recorded_on").get()


@pytest.mark.parametrize(
    "edit",
    [
        lambda row: edited(row, place="Brussels"),
        lambda row: edited(row, "place", place="Brussels"),
        lambda row: edited(row, "place", "note", place="Brussels"),
        lambda row: edited(partly(), place="Brussels"),
        lambda row: checked(stored(row), place="Brussels"),
        lambda row: checked(stored(row), date="2025-11"),
        lambda row: edited(stored(row), date="2025-11"),
    ],
    ids=[
        "saved",
        "field",
        "fields",
        "partly",
        "reloaded",
        "typed-again",
        "typed-unchecked",
    ],
)
def test_later_edit_without_a_new_date_keeps_the_bound(partnership, clock, edit):
    saved = factories.milestone(partnership, date="2025-11")
    clock.move_to(LATER)
    edit(saved)
    assert (stored(saved).latest, stored(saved).recorded_on) == (TODAY, TODAY)


@pytest.mark.parametrize(
    ("edit", "latest"),
    [
        (lambda row: edited(stored(row), date="2025"), date(2025, 12, 31)),
        (lambda row: edited(stored(row), "date", date="2025"), date(2025, 12, 31)),
        (lambda row: checked(row, date="2026"), LATER.date()),
    ],
    ids=["saved", "field", "same-instance"],
)
def test_new_date_is_recorded_anew(partnership, clock, edit, latest):
    saved = factories.milestone(partnership, date="2025-11")
    clock.move_to(LATER)
    edit(saved)
    assert (stored(saved).latest, stored(saved).recorded_on) == (latest, LATER.date())


def test_milestone_refreshed_from_the_database_keeps_the_bound(partnership, clock):
    """Another editor's change of date is not a new recording by this one."""
    mine = factories.milestone(partnership, date="2025-10")
    edited(stored(mine), date="2025-11")
    mine.refresh_from_db()
    clock.move_to(LATER)
    edited(mine, place="Brussels")
    assert (stored(mine).latest, stored(mine).recorded_on) == (TODAY, TODAY)


def test_day_of_recording_cannot_be_chosen(partnership):
    saved = milestone(partnership, recorded_on=date(2019, 1, 1))
    saved.save()
    assert stored(saved).recorded_on == TODAY


@pytest.mark.parametrize("name", ["earliest", "latest", "recorded_on", "key"])
def test_what_is_kept_by_the_model_is_in_no_form(name):
    assert not Milestone._meta.get_field(name).editable


# Dates


@pytest.mark.parametrize("text", ["2025-11-23", "2025-12", "2026", "2025-12-01/2026"])
def test_future_is_refused_in_words_and_by_the_database(partnership, text):
    messages = refusal_of(milestone(partnership, date=text))["__all__"]
    assert any("begins after today" in message for message in messages)
    assert any("once it has happened" in message for message in messages)
    database_refuses(milestone(partnership, date=text))


@pytest.mark.parametrize(
    "text", ["soon", "2024-13", "23.6.2024", "2024-06-18/2024-06-17"]
)
def test_wrong_date_is_an_error_of_the_date_alone(partnership, text):
    messages = refusal_of(milestone(partnership, date=text))
    assert messages.keys() == {"date"}
    assert messages["date"][0].endswith(HELP)


def test_missing_date_is_an_error_of_the_date_alone(partnership):
    assert refusal_of(milestone(partnership, date=None)).keys() == {"date"}


def test_empty_milestone_says_what_is_missing(db):
    assert refusal_of(Milestone()).keys() == {"partnership", "track", "kind", "date"}


def test_wrong_date_can_be_shown(partnership):
    assert "no date" in str(milestone(partnership, date="soon"))


def test_milestone_is_named_by_partner_kind_and_date(partnership):
    assert str(factories.milestone(partnership, date="2023-05")) == (
        "Norway: Signed, May 2023 (SDP)"
    )


# Kinds and tracks


@pytest.mark.parametrize(("track", "kind"), WRONG_KINDS)
def test_kind_of_the_other_track_is_refused_in_words_and_by_the_database(
    partnership, track, kind
):
    (message, *_) = refusal_of(milestone(partnership, kind, track=track))["__all__"]
    assert "does not exist on this track" in message
    assert "choose the other track or another kind" in message
    database_refuses(milestone(partnership, kind, track=track))


@pytest.mark.parametrize(("field", "value"), [("track", "sap"), ("kind", "initialled")])
def test_unknown_track_or_kind_is_an_error_of_that_field(partnership, field, value):
    wrong = milestone(partnership)
    setattr(wrong, field, value)
    assert refusal_of(wrong).keys() == {field}


@pytest.mark.parametrize(
    ("track", "kind"), [(track, kind) for track in Track for kind in EFFECTS[track]]
)
def test_each_kind_of_a_track_can_be_stored(partnership, track, kind):
    announced = {"announces": "signed"} if kind == "announced" else {}
    milestone(partnership, kind, track=track, **announced).save()


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "announced"},
        {"kind": "announced", "announces": "announced"},
        {"kind": "signed", "announces": "signed"},
        {"kind": "signed", "expected": "2026-03"},
        {"kind": "statement", "fell_through": True},
    ],
)
def test_announcement_alone_says_what_is_announced_and_when_it_is_expected(
    partnership, given
):
    wrong = milestone(partnership, date="2025-06", **given)
    assert "Say of an announcement which step" in refusal_of(wrong)["__all__"][-1]
    database_refuses(wrong)


def test_announcement_may_be_expected_on_a_day_to_come(partnership):
    told = factories.milestone(
        *(partnership, "announced", "2025-11"), announces="signed", expected="2026-03"
    )
    assert str(told.expected_latest) == "2026-03-31"


def test_what_came_before_is_a_milestone_of_the_record(partnership):
    signed = factories.milestone(factories.partnership("canada"))
    wrong = milestone(partnership, "statement", follows=signed)
    assert refusal_of(wrong) == {"follows": ["Choose a milestone of this record."]}


# What is never left out


def test_rejected_milestone_needs_a_ruling(partnership):
    wrong = milestone(partnership, certainty="rejected")
    assert refusal_of(wrong) == {
        "ruling": ["Rule on it: say why you hold that this did not happen."]
    }
    wrong.ruling = "Both texts deny it."
    wrong.full_clean()


def test_order_that_editors_state_needs_a_ruling(partnership):
    first = factories.milestone(partnership, "dialogue_held", "2025")
    second = milestone(partnership, "dialogue_held", "2025", follows=first)
    assert refusal_of(second) == {
        "ruling": ["Rule on it: say how you know which of the two came first."]
    }
    second.ruling = "The minutes say so."
    second.full_clean()


@pytest.mark.parametrize(
    "values", [{"kind": "statement"}, {"kind": "announced", "announces": "reviewed"}]
)
def test_statement_and_announcement_say_who_acted_or_what_it_was(partnership, values):
    (problem,) = refusal_of(milestone(partnership, **values))["description"]
    assert problem.startswith("Say what it was in a few words, or who acted")
    for words in ({"actor": "the Council"}, {"description": "summit statement"}):
        milestone(partnership, **values, **words).full_clean()


def test_stored_statement_without_words_is_refused_once_it_changes(partnership):
    milestone(partnership, "statement").save()
    stored = partnership.milestones.get()
    stored.full_clean()
    stored.note = "At a summit."
    assert [*refusal_of(stored)] == ["description"]


# Duplicates


def test_same_milestone_twice_is_refused_in_words_and_by_the_database(partnership):
    factories.milestone(partnership, date="2024-06")
    (rule, constraint) = refusal_of(milestone(partnership, date="2024-06"))["__all__"]
    assert "already recorded in this attempt" in rule
    assert constraint == "This milestone is already recorded: add your source to it."
    database_refuses(milestone(partnership, date="2024-06"))


def test_same_day_written_as_a_span_is_the_same_milestone(partnership):
    factories.milestone(partnership, date="2024-06-23")
    twice = milestone(partnership, date="2024-06-23/2024-06-23")
    assert "already recorded" in refusal_of(twice)["__all__"][0]


@pytest.mark.parametrize("kind", ["statement", "dialogue_held"])
def test_two_statements_or_dialogues_on_one_day_are_two(partnership, kind):
    factories.milestone(partnership, kind, "2024-06-23")
    factories.milestone(partnership, kind, "2024-06-23")
    assert partnership.milestones.count() == 2


def test_same_milestone_of_another_partnership_is_another(partnership):
    factories.milestone(partnership)
    factories.milestone(factories.partnership("canada"))


# Order along the track


def wrong_before_the_rules(partnership, *kinds_and_dates):
    """Milestones that stand wrongly in the record, as before a rule was made."""
    return Milestone.objects.bulk_create(
        milestone(partnership, kind, date) for kind, date in kinds_and_dates
    )


def test_backwards_is_refused_naming_both_milestones(partnership):
    factories.milestone(partnership, "signed", "2024-06-23")
    (message,) = refusal_of(milestone(partnership, "proposed", "2024-07"))["__all__"]
    assert "“Proposed” (July 2024)" in message
    assert "“Signed” (23 June 2024)" in message


def test_step_before_what_is_recorded_can_be_added_later(partnership):
    factories.milestone(partnership, "signed", "2024-06-23")
    factories.milestone(partnership, "proposed", "2023")


def test_change_that_would_make_another_milestone_wrong_is_refused(partnership):
    factories.milestone(partnership, "proposed", "2023")
    signed = factories.milestone(partnership, "signed", "2024-06-23")
    signed.date = "2022"
    assert "“Proposed” (2023) would come after" in refusal_of(signed)["__all__"][0]


def test_safe_step_needs_standing_on_its_day(partnership):
    step = milestone(partnership, "negotiations_opened", "2025-09", track="safe")
    assert "not eligible that day" in refusal_of(step)["__all__"][0]
    factories.affiliation(partnership.partner, "eu_candidate", since="2025-10")
    assert "not eligible that day" in refusal_of(step)["__all__"][0]
    factories.affiliation(partnership.partner, "eea_efta", since="1994")
    factories.save(step)


def test_milestones_of_other_partnerships_do_not_count(partnership):
    factories.milestone(factories.partnership("canada"), "signed", "2024")
    factories.milestone(partnership, "proposed", "2025")


def test_what_stands_wrongly_may_be_edited_otherwise(partnership):
    _, later = wrong_before_the_rules(
        partnership, ("signed", "2023"), ("proposed", "2024")
    )
    later.place = "Oslo"
    factories.save(stored(later))


def test_what_stands_wrongly_cannot_get_worse(partnership):
    wrong_before_the_rules(partnership, ("signed", "2023"), ("proposed", "2024"))
    (message,) = refusal_of(milestone(partnership, "text_agreed", "2025"))["__all__"]
    assert "“Text agreed” (2025)" in message


def test_what_stands_wrongly_cannot_be_recorded_a_second_time(partnership):
    """Of statements and dialogues there may be two on a day, with the same sentence."""
    wrong_before_the_rules(partnership, ("ended", "2023"), ("dialogue_held", "2024"))
    refusal_of(milestone(partnership, "dialogue_held", "2024"))


def test_what_stands_wrongly_can_be_corrected_one_by_one(partnership):
    _, proposed, talks = wrong_before_the_rules(
        partnership,
        ("signed", "2023"),
        ("proposed", "2024"),
        ("exploratory_talks", "2025"),
    )
    for wrong, right_date in [(proposed, "2021"), (talks, "2022")]:
        wrong.date = right_date
        factories.save(stored(wrong))
        factories.save(wrong)
    assert partnership.refusals(partnership.milestones.all()) == []


def correct_in_any_order(wrong, right_dates):
    """Give each milestone its right date, whichever can be accepted first."""
    waiting = dict(zip([m.pk for m in wrong], right_dates, strict=True))
    while waiting:
        for pk, right_date in list(waiting.items()):
            corrected = Milestone.objects.get(pk=pk)
            corrected.date = right_date
            try:
                factories.save(corrected)
            except ValidationError:
                continue
            del waiting[pk]
            break
        else:
            return waiting
    return {}


def test_there_is_a_way_from_any_wrong_record_to_the_right_one(partnership):
    """Each step may leave things as wrong as they were, under another name."""
    wrong = wrong_before_the_rules(
        partnership,
        ("signed", "2019"),
        ("text_agreed", "2019-06"),
        ("proposed", "2020"),
    )
    assert correct_in_any_order(wrong[:2], ["2021", "2020-12-31"]) == {}
    assert partnership.refusals(partnership.milestones.all()) == []


def test_formset_may_check_the_order_of_all_its_milestones_itself(partnership):
    factories.milestone(partnership, "signed", "2023")
    backwards = milestone(partnership, "proposed", "2024")
    backwards.order_is_checked_elsewhere = True
    backwards.full_clean()


def test_partnership_names_the_milestones_that_its_rules_refuse(partnership):
    signed = milestone(partnership, "signed", parse("2023"))
    proposed = milestone(partnership, "proposed", parse("2024"))
    incomplete = milestone(partnership, date="soon")
    found = partnership.refusals([proposed, incomplete, signed])
    assert [refused for refused, _ in found] == [proposed]


# No refused sequence can be stored; every other one can

checked_by_rules = settings(on_the_database, max_examples=tries(20))
FUTURE = ["2025-11-23", "2025-12", "2026"]
with_the_future = st.lists(
    st.builds(
        lambda row, text: row._replace(date=text),
        rows_at_random.filter(bool).map(lambda rows: rows[0]),
        st.sampled_from(DATES + FUTURE),
    ),
    max_size=4,
)


def six_at_most(rows):
    """Entered one by one: that one came after another is said of stored ones alone."""
    return list(dict.fromkeys(row._replace(follows=None) for row in rows[:6]))


@checked_by_rules
@given((stories | with_the_future).map(six_at_most), st.booleans())
def test_only_what_a_plain_reading_accepts_can_be_stored(partnership, rows, is_eea):
    """Milestones come one by one in the order typed, each checked as a form does."""
    accepted = []
    with undone():
        if is_eea:
            factories.affiliation(partnership.partner, "eea_efta")
        ties = partnership.partner.holdings()
        for row in rows:
            is_duplicate = any(
                row.effect and other.effect and row[:4] == other[:4]
                for other in accepted
            )
            objections = plain_objections([*accepted, row], ties, "")
            assert is_stored(partnership, row) == (not is_duplicate and not objections)
            accepted = rows_of(partnership)
            assert not plain_objections(accepted, ties, "")


def rows_of(partnership):
    return [
        Row(m.track, m.kind, str(m.date), m.attempt, m.certainty)
        for m in partnership.milestones.all()
    ]


def is_stored(partnership, row):
    announced = {"announces": "signed"} if row.kind == "announced" else {}
    said = {"actor": "the two sides", "ruling": "The minutes say so."}
    try:
        factories.save(milestone(partnership, **row._asdict(), **announced, **said))
    except ValidationError:
        return False
    return True


@checked_by_rules
@given(stories.map(six_at_most), st.data())
def test_no_edit_makes_an_accepted_record_wrong(partnership, rows, data):
    with undone():
        stored = [row for row in rows if is_stored(partnership, row)]
        if stored:
            edited = data.draw(st.sampled_from(list(partnership.milestones.all())))
            edited.date = data.draw(st.sampled_from(DATES + FUTURE))
            try:
                factories.save(edited)
            except ValidationError as refusal:
                assert refusal.messages[0].endswith(".")
        assert not plain_objections(rows_of(partnership), [], "")
