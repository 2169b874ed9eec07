"""Rows on ties, standing, subjects, positions and what is no partnership."""

import pytest

from partnerships.choices import Frequency
from partnerships.models import (
    Affiliation,
    Claim,
    Engagement,
    LedgerEntry,
    Namesake,
    Position,
    Source,
    Subject,
)
from tests import factories
from tests.desk.entry import ADDRESS, beside, check, problems_of, read, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_at_once")]

TIE = {
    "partner": "Ghana",
    "what": "Tie: Dialogue",
    "value": "yes",
    "place": "¶ 3",
    "detail": "Security and defence dialogue",
}
STANDING = {"partner": "Ghana", "what": "Standing: EU candidate", "place": "¶ 4"}
SUBJECT = {"partner": "Ghana", "what": "Subject", "value": "Health", "place": "¶ 5"}
POSITION = {
    "partner": "Ghana",
    "what": "Position: EU institutions",
    "value": "24 March 2026",
    "place": "¶ 6",
    "detail": "European Parliament",
    "text": "The Parliament welcomed the talks.",
}
NAMESAKE = {
    "partner": "the EU and Ghana",
    "what": "Not an SDP",
    "value": "no day",
    "place": "¶ 7",
    "detail": "EU–Ghana security consultations",
    "text": "Consultations, by their own name.",
}
EPF = {
    **TIE,
    "what": "Tie: EPF contribution",
    "value": "150 million NOK",
    "detail": "First contribution",
}


@pytest.fixture(autouse=True)
def logged_in(client, publisher):
    client.force_login(publisher)


@pytest.fixture
def ghana():
    return factories.partnership("ghana", of=factories.partner("ghana", iso_code="GH"))


def dialogue(ghana, **values):
    values = {"frequency": "not_specified", "title": TIE["detail"]} | values
    return factories.engagement(ghana, "dialogue", **values)


def says():
    claims = Claim.objects.order_by("pk")
    return [(c.fact_kind.model, c.aspect, c.says) for c in claims]


def test_all_kinds_are_entered_as_one_operation_and_undone_as_one(client, ghana):
    rows = [TIE, {**TIE, "value": "annual"}, {**TIE, "value": "since 2024"}]
    rows += [{**TIE, "what": "Level", "value": "ministers", "detail": ""}]
    rows += [EPF, {**TIE, "what": "Amount in euro", "value": "14 500 000"}]
    rows[-1]["detail"] = ""
    rows += [{**STANDING, "value": "2025-12-01"}, SUBJECT]
    rows += [POSITION, {**POSITION, "partner": "all", "value": "no day"}, NAMESAKE]
    before = LedgerEntry.objects.count()
    assert problems_of(send(client, rows, "check")) == []
    assert send(client, rows).status_code == 302
    assert says() == [
        ("engagement", "", "yes"),
        ("engagement", "", "annual"),
        ("engagement", "", "2024"),
        ("engagement", "level", "ministers"),
        ("engagement", "", "150000000 NOK"),
        ("engagement", "amount_eur", "14500000"),
        ("affiliation", "", "2025-12-01"),
        ("subject", "", "yes"),
        ("position", "", "2026-03-24"),
        ("position", "", "yes"),
        ("namesake", "", "yes"),
    ]
    tie, paid = Engagement.objects.order_by("pk")
    assert (tie.frequency, str(tie.since), tie.level) == ("annual", "2024", "ministers")
    assert (paid.amount, paid.currency, paid.amount_eur) == (
        *(150_000_000, "NOK"),
        14_500_000,
    )
    assert (tie.state, paid.state) == ("in_being", "event")
    assert str(Affiliation.objects.get().since) == "2025-12-01"
    assert Subject.objects.get().name == "Health"
    assert [p.partnership for p in Position.objects.order_by("pk")] == [ghana, None]
    assert Namesake.objects.get().parties == "the EU and Ghana"
    operations = {e.operation for e in LedgerEntry.objects.order_by("pk")[before:]}
    assert len(operations) == 1
    undo = f"/admin/undo/{operations.pop()}/"
    assert client.post(undo, {"reason": "Another text"}).status_code == 302
    for model in (Engagement, Affiliation, Subject, Position, Namesake, Source):
        assert not model.objects.exists()


@pytest.mark.parametrize(
    ("stored", "row", "verdict"),
    [
        ({}, {}, "same"),
        ({}, {"detail": ""}, "same"),
        ({}, {"value": "no"}, "disagrees"),
        ({}, {"value": "annual"}, "more_precise"),
        ({"frequency": "annual"}, {"value": "Annual"}, "same"),
        ({"frequency": "regular"}, {"value": "annual"}, "disagrees"),
        ({}, {"value": "2024"}, "more_precise"),
        ({"since": "2024"}, {"value": "from May 2024"}, "compatible"),
        ({"since": "2024"}, {"value": "3 May 2024"}, "more_precise"),
        ({"since": "2023"}, {"value": "2024"}, "disagrees"),
        ({}, {"detail": "Structured dialogue"}, "new"),
    ],
)
def test_tie_is_compared_with_the_record(client, ghana, stored, row, verdict):
    dialogue(ghana, **stored)
    ((found, problem),) = beside(client, {**TIE, **row})
    assert found == verdict
    assert bool(problem) == (verdict in ("disagrees", "more_precise"))


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        ({"value": "yes"}, "same"),
        ({"value": "no"}, "disagrees"),
        ({"value": "2024-06-25"}, "more_precise"),
        ({"value": "2023"}, "disagrees"),
        ({"value": "yes", "what": "Standing: NATO member"}, "new"),
    ],
)
def test_standing_is_compared_with_the_record(client, ghana, row, verdict):
    factories.affiliation(ghana.partner, "eu_candidate", since="2024")
    assert beside(client, {**STANDING, **row})[0][0] == verdict


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        ({}, "same"),
        ({"text": ""}, "same"),
        ({"value": "no day"}, "compatible"),
        ({"value": "March 2026"}, "compatible"),
        ({"value": "25 March 2026"}, "disagrees"),
        ({"detail": "Council of the EU"}, "new"),
        ({"partner": "all"}, "new"),
    ],
)
def test_position_is_compared_with_the_record(client, ghana, row, verdict):
    factories.position(ghana, date="2026-03-24", text=POSITION["text"])
    assert beside(client, {**POSITION, **row})[0][0] == verdict


def test_subject_and_namesake_are_compared_with_the_record(client, ghana):
    factories.subject(ghana, name="Health")
    factories.namesake(title=NAMESAKE["detail"], date="2026-03")
    rows = [SUBJECT, {**SUBJECT, "value": "Space"}, {**NAMESAKE, "text": ""}]
    rows += [{**NAMESAKE, "text": "", "value": "3 March 2026"}]
    found = [verdict for row in rows for verdict, _ in beside(client, row)]
    assert found == ["same", "new", "compatible", "more_precise"]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (TIE | {"detail": ""}, "Say its title"),
        (TIE | {"value": "no"}, "nothing to deny"),
        (TIE | {"value": "now and then"}, "is not a date"),
        (TIE | {"partner": "all"}, "Only a position is about all"),
        (EPF | {"value": "150.000 NOK"}, "150 million NOK"),
        (EPF | {"value": "150 million"}, "with its currency"),
        (EPF | {"value": "2022"}, "Give its amount first"),
        (TIE | {"what": "Level"}, "Name the tie first"),
        (STANDING | {"value": "yes", "detail": "x"}, "a standing has none"),
        (STANDING | {"value": "yes", "what": "Standing: Other"}, "what it is"),
        (POSITION | {"detail": ""}, "who said it"),
        (POSITION | {"text": ""}, "in our words what they said"),
        (POSITION | {"what": "Position"}, "Did you mean Position: EU institutions"),
        (POSITION | {"value": "2099"}, "yet to come"),
        (NAMESAKE | {"detail": ""}, "Say its title"),
        (NAMESAKE | {"text": ""}, "why it is no partnership"),
        (NAMESAKE | {"partner": ""}, "between whom"),
        (SUBJECT | {"value": ""}, "Say the value"),
    ],
)
def test_row_that_cannot_be_read_says_what_to_write(client, ghana, row, sentence):
    problems = problems_of(send(client, [row]))
    assert any(sentence in problem for problem in problems), problems
    assert not Source.objects.exists()


@pytest.mark.parametrize(
    ("decision", "ties", "verdict"),
    [("", 1, "same"), ("attach", 1, "same"), ("another", 2, "new")],
)
def test_like_title_is_asked_about(client, ghana, decision, ties, verdict):
    dialogue(ghana, title="EU–Ghana security and defence dialogue")
    row = {**TIE, "decision": decision}
    line = read(client, row)
    assert (line.verdict, bool(line.problem)) == (verdict, not decision)
    if verdict == "same":
        title = "“EU–Ghana security and defence dialogue”"
        assert line.sentence.startswith(f"Already recorded as {title}")
    send(client, [row])
    assert Engagement.objects.count() == ties
    assert Claim.objects.count() == bool(decision)


def test_row_without_a_title_says_what_it_is_attached_to(client, ghana):
    dialogue(ghana, title="EU–Ghana security and defence dialogue")
    line = read(client, TIE | {"detail": ""})
    title = "“EU–Ghana security and defence dialogue”"
    assert line.sentence == f"Already recorded as {title}. On record, too."
    dialogue(ghana, title="Space dialogue")
    problem = read(client, TIE | {"detail": ""}).problem
    assert title in problem and "“Space dialogue”" in problem
    rows = [TIE | {"detail": "Space dialogue"}, TIE | {"detail": "", "value": "2024"}]
    lines, _ = check(client, rows)
    assert lines[0].fact == lines[1].fact and lines[1].verdict == "more_precise"


def test_second_position_of_one_day_is_asked_about(client, ghana):
    factories.position(ghana, date="2026-03-24", text="It asked for more.")
    assert "It asked for more." in read(client, POSITION).problem
    send(client, [{**POSITION, "decision": "another"}])
    assert Position.objects.count() == 2


def test_step_on_another_day_is_named_as_recorded(client, ghana):
    factories.milestone(ghana, date="2026-03-23")
    row = {"partner": "Ghana", "what": "Signed", "value": "2026-03-24", "place": "¶"}
    assert read(client, row).sentence == "Already recorded as Signed, 23 March 2026."


def test_tie_that_is_only_envisaged_is_no_other_tie(client, ghana):
    dialogue(ghana, state="envisaged")
    assert "“only envisaged”" in read(client, TIE).problem
    assert beside(client, {**TIE, "what": "Tie, envisaged: Dialogue"})[0][0] == "same"


def test_value_of_a_tie_is_adopted_or_kept_with_a_ruling(client, ghana):
    tie = dialogue(ghana, since="2023")
    factories.claim(tie, "2023", by=factories.source())
    other = {**TIE, "value": "2024"}
    assert "Say in the ruling" in read(client, {**other, "decision": "keep"}).problem
    send(client, [{**other, "decision": "keep", "ruling": "The text says so."}])
    tie.refresh_from_db()
    assert (str(tie.since), tie.ruling) == ("2023", "The text says so.")
    adopted = {**other, "decision": "adopt"}
    assert "rests on a ruling" in read(client, adopted).problem
    ruled = {**adopted, "ruling": "The later text says so."}
    send(client, [ruled], url=f"{ADDRESS}-again")
    tie.refresh_from_db()
    assert (str(tie.since), tie.ruling) == ("2024", "The later text says so.")
    denied = {**TIE, "value": "no", "decision": "adopt"}
    assert "cannot say “no”" in read(client, denied).problem


def test_source_that_said_otherwise_of_a_tie_is_corrected(client, ghana):
    send(client, [{**TIE, "value": "2023"}, {**TIE, "value": "annual"}])
    right = [{**TIE, "value": "2024"}, {**TIE, "value": "regular"}]
    assert beside(client, *right) == [("corrects", ""), ("corrects", "")]
    send(client, right)
    tie = Engagement.objects.get()
    assert (str(tie.since), tie.frequency) == ("2024", Frequency.REGULAR)
    assert {says for _, _, says in says()} == {"2024", "regular"}


def test_one_document_says_one_thing_of_each_value_of_a_tie(client, ghana):
    rows = [TIE, {**TIE, "value": "2024"}, {**TIE, "value": "2022"}]
    assert [bool(p) for _, p in beside(client, *rows)] == [False, False, True]


def test_words_of_ours_are_never_dropped_without_a_word(client, ghana):
    dialogue(ghana)
    assert "changed on its own page" in read(client, TIE | {"text": "A note."}).problem
    row = {"partner": "Ghana", "what": "Where", "value": "Accra", "place": "¶"}
    signed = {**row, "what": "Signed", "value": "2026-03-24", "text": "At a summit."}
    problems = [p for _, p in beside(client, signed, row | {"text": "In the hall."})]
    assert problems[0] == "" and "Leave it empty here" in problems[1]
    send(client, [signed])
    assert ghana.milestones.get().note == "At a summit."


def test_effect_names_what_is_new(client, ghana):
    context = send(client, [TIE, POSITION, NAMESAKE], "check").context
    (effect,) = context["effects"]
    assert effect["new"] == [
        TIE["detail"],
        "Position of European Parliament, 24 March 2026",
    ]
    assert context["new_beside"] == [NAMESAKE["detail"]]


def test_standing_moves_the_status_in_the_effect(client, ghana):
    factories.partner("x")
    row = {**STANDING, "value": "1 December 2025"}
    (effect,) = send(client, [row], "check").context["effects"]
    assert ("SAFE", "Not eligible", "Eligible") in effect["changes"]
