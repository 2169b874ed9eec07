"""A name that must go is blacked out everywhere, and the trail is as whole as before."""

from datetime import timedelta

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from partnerships.ledger import context, redacting, sealing, triggers
from partnerships.ledger.models import LedgerEntry, Redaction
from partnerships.ledger.redacting import BLACK, RedactionRefused, redact
from partnerships.models import Milestone, Partnership
from tests import factories
from tests.factories import edit
from tests.ledger.trail import history, owner, problem_texts

pytestmark = pytest.mark.django_db

NAME = "Jane Doe"
NOTE = f"Signed by {NAME}."


@pytest.fixture
def signed():
    """Norway's signature: changes 3, 4 and 5 name somebody, change 6 does no more."""
    milestone = factories.milestone(factories.partnership(), note=NOTE, place="Oslo")
    for changes in ({"place": "Bergen"}, {"reference": "A"}, {"note": "Signed."}):
        edit(milestone, **changes)
    seal()
    return milestone


def seal():
    """What the tests' transaction owes is paid before the tables are altered."""
    connection.check_constraints()
    sealing.seal()


def black_out(number, field, **operation):
    operation = {"reason": "Personal data", "actor": "Data desk"} | operation
    connection.check_constraints()
    with context.change(kind="correction", **operation):
        numbers = redact(number=number, field=field)
    seal()
    return numbers


def entry(number):
    return LedgerEntry.objects.get(number=number)


def numbers(**of):
    entries = LedgerEntry.objects.filter(**of).order_by("number")
    return list(entries.values_list("number", flat=True))


def rows():
    """All that is stored, by model and key."""
    return {
        (model, row.pk): {
            f.attname: getattr(row, f.attname) for f in model._meta.fields
        }
        for model in apps.get_models(include_auto_created=True)
        for row in models.QuerySet(model)
    }


def where(word):
    """The tables that hold the word."""
    stored = rows().items()
    return {model._meta.model_name for (model, _), row in stored if word in str(row)}


# What goes


def test_value_goes_from_every_version_in_history_and_no_other_does(signed):
    others = [f.name for f in Milestone.history.model._meta.fields if f.name != "note"]
    before = list(history(signed).values(*others))
    assert black_out(4, "note") == [3, 4, 5]
    notes = history(signed).values_list("note", flat=True)
    assert list(notes) == [BLACK, BLACK, BLACK, "Signed."]
    assert list(history(signed).values(*others)) == before


def test_other_values_of_the_ledger_stay(signed):
    names = {f.name for f in LedgerEntry._meta.fields} - {"public", "private", "salt"}
    before = [*LedgerEntry.objects.filter(number__lte=6).values(*names)]
    texts = [entry(n).public.replace(NOTE, BLACK) for n in (3, 4, 5, 6)]
    black_out(4, "note")
    assert [*LedgerEntry.objects.filter(number__lte=6).values(*names)] == before
    assert [entry(n).public for n in (3, 4, 5, 6)] == texts


def test_salt_is_new(signed):
    """With the old salt, the old digest would let anybody try names."""
    before = {n: entry(n).salt for n in (3, 4, 5)}
    black_out(4, "note")
    assert all(entry(n).salt != salt for n, salt in before.items())


def test_value_is_nowhere_in_the_database(signed):
    assert where(NAME) == {"historicalmilestone", "ledgerentry"}
    black_out(3, "note")
    assert where(NAME) == set()


def test_value_is_nowhere_after_an_edit_in_the_admin(admin_client):
    """The admin keeps a list of its own of what was done."""
    data = {"number": 1, "slug": "a", "name": NAME, "change_reason": "Why"}
    data |= {"change_kind": "editorial"}
    answer = admin_client.post("/admin/partnerships/area/add/", data)
    assert answer.status_code == 302, answer.content.decode()
    edit(apps.get_model("partnerships", "Area").objects.get(), name="Maritime")
    seal()
    black_out(LedgerEntry.objects.get(record="area", action="+").number, "name")
    assert where(NAME) == set()


def test_same_value_of_another_record_stays(signed):
    other = factories.milestone(signed.partnership, "statement", "2025", note=NOTE)
    seal()
    black_out(4, "note")
    assert history(other).get().note == NOTE


def test_value_of_a_deleted_record_goes(signed):
    edit(signed, note=NOTE)
    signed.delete()
    seal()
    assert black_out(8, "note") == [3, 4, 5, 7, 8]
    assert where(NAME) == set()
    assert problem_texts() == []


def test_private_value_goes():
    record = factories.partnership(internal_notes=f"Ask {NAME}.")
    edit(record, internal_notes="")
    seal()
    assert black_out(2, "internal_notes") == [2]
    assert where(NAME) == set()
    assert problem_texts() == []


def test_words_derived_from_the_value_go():
    record = factories.partnership(title=f"EU–{NAME}", summary="Kept.")
    edit(record, title="EU–Norway")
    seal()
    assert where("jane") == {"historicalpartnership", "ledgerentry"}
    black_out(2, "title")
    assert (where(NAME), where("jane")) == (set(), set())
    assert history(record).first().summary == "Kept."
    assert Partnership.objects.get().search_text == "eu-norway kept."
    assert problem_texts() == []


def test_two_values_of_one_change_go_one_after_the_other(signed):
    edit(signed, place="Oslo", reference="B")
    seal()
    assert black_out(5, "note") == [3, 4, 5]
    assert black_out(5, "place") == [4, 5, 6]
    assert problem_texts() == []


def test_name_of_who_did_it_goes_from_all_changes(signed):
    with context.change(actor=NAME, reason="Why", kind="editorial"):
        edit(signed, place="Rome")
        factories.source()
        signed.delete()
    seal()
    assert black_out(8, "by") == [7, 8, 9]
    assert where(NAME) == {"historicalmilestone", "ledgerentry"}  # in the notes
    assert set(numbers(actor=BLACK)) == {7, 8, 9}
    assert problem_texts() == []


def test_reason_goes_from_all_changes(signed):
    with context.change(reason=f"{NAME} said so", kind="editorial"):
        edit(signed, place="Rome")
        factories.source()
    seal()
    assert black_out(7, "reason") == [7, 8]
    assert set(numbers(reason=BLACK)) == {7, 8}
    assert history(signed).last().history_change_reason == BLACK
    assert where("said so") == set()
    assert problem_texts() == []


def test_other_names_and_reasons_stay(signed):
    before = [(entry(n).actor, entry(n).reason) for n in range(1, 7)]
    with context.change(actor=NAME, reason="Why", kind="editorial"):
        edit(signed, place="Rome")
    seal()
    black_out(7, "by")
    black_out(7, "reason")
    assert [(entry(n).actor, entry(n).reason) for n in range(1, 7)] == before


def test_name_and_reason_of_a_redaction_go_too(signed):
    black_out(4, "note", reason=f"{NAME} asked for it", actor=NAME)
    assert black_out(7, "reason") == [7, 8, 9]
    assert black_out(7, "by") == [7, 8, 9]
    assert where(NAME) == set()
    assert problem_texts() == []


# Pages

LOG = ["/changes/", "/partnerships/norway/changes/", "/api/v1/changes/"]
ONE = [f"/changes/{number}/" for number in (3, 6)]


@pytest.mark.parametrize("address", LOG + ONE)
def test_value_goes_from_the_log(signed, client, address):
    assert NAME in client.get(address).content.decode()
    black_out(4, "note")
    page = client.get(address).content.decode()
    assert NAME not in page
    assert BLACK in page


@pytest.mark.parametrize("number", range(1, 11))
def test_every_change_has_its_page_afterwards(signed, client, number):
    black_out(4, "note")
    answer = client.get(f"/changes/{number}/")
    assert answer.status_code == (200 if number <= 9 else 404)
    assert NAME not in answer.content.decode()


@pytest.mark.parametrize("address", ["", "/api/v1"])
def test_value_goes_from_what_was_known_on_a_day(client, address):
    day = timezone.now() - timedelta(days=2)
    with time_machine.travel(day):
        milestone = factories.milestone(factories.partnership(), note=NOTE)
    edit(milestone, note="Signed.")
    seal()
    address += f"/partnerships/norway/?known_on={day:%Y-%m-%d}"
    assert NAME in client.get(address).content.decode()
    black_out(3, "note")
    page = client.get(address).content.decode()
    assert (NAME in page, BLACK in page) == (False, True)


def test_word_is_no_longer_found_in_what_was_known_on_a_day(client):
    day = timezone.now() - timedelta(days=2)
    with time_machine.travel(day):
        record = factories.partnership(title=f"EU–{NAME}")
    edit(record, title="EU–Norway")
    seal()
    address = f"/api/v1/partnerships/?q=jane&known_on={day:%Y-%m-%d}"
    assert client.get(address).json()["count"] == 1
    black_out(2, "title")
    assert client.get(address).json()["count"] == 0


# The trail


def test_trail_is_whole_before_and_after(signed):
    assert problem_texts() == []
    anchors = [sealing.head(), *(sealing.Head(n, entry(n).seal) for n in (3, 4))]
    black_out(4, "note")
    assert problem_texts() == []
    assert problem_texts(anchors=[*anchors, sealing.head()]) == []
    assert problem_texts(anchors=anchors, since=4) == []
    call_command("verify_audit", "--anchor", str(anchors[0]), verbosity=0)


def test_redaction_is_a_sealed_change_of_its_own(signed):
    black_out(4, "note")
    assert numbers(record="redaction") == [7, 8, 9]
    made = entry(7)
    assert (made.object_id, made.action, made.kind) == (3, "+", "correction")
    assert (made.actor, made.reason) == ("Data desk", "Personal data")
    assert made.seal and '"field":"note"' in made.public
    assert {entry(8).operation, entry(9).operation} == {made.operation}


def test_redaction_is_public(signed, client):
    black_out(4, "note")
    for address in ("/changes/", "/changes/7/"):
        page = client.get(address).content.decode()
        assert "Data desk" in page
        assert "Personal data" in page
    changes = client.get("/api/v1/changes/").json()["results"]
    made = next(change for change in changes if change["number"] == 7)
    assert (made["record"]["model"], made["record"]["key"]) == ("redaction", "3")


def test_redaction_names_the_account(signed, editor):
    black_out(4, "note", user=editor, actor="")
    assert LedgerEntry.objects.latest("number").actor == "Editor"
    assert {made.history_user_id for made in Redaction.objects.all()} == {editor.pk}


@pytest.mark.parametrize(
    ("column", "old"),
    [
        *(("public", old) for old in (BLACK, "Bergen", "Test")),
        ("private", '"user":null'),
    ],
)
def test_edit_of_a_redacted_entry_is_found(signed, column, old):
    black_out(4, "note")
    text = getattr(entry(4), column)
    assert old in text
    other = text.replace(old, '"user":1' if column == "private" else "Other")
    with owner():
        LedgerEntry.objects.filter(number=4).update(**{column: other})
    sentence = f"entry: change 4 (milestone {signed.pk}) is not as it was sealed"
    assert sentence in problem_texts()


@pytest.mark.parametrize("column", ["note", "place"])
def test_edit_of_the_history_of_a_redacted_entry_is_found(signed, column):
    black_out(4, "note")
    with owner():
        rows = history(signed).filter(history_id=entry(4).history_id)
        models.QuerySet.update(rows, **{column: "Other"})
    change = f"change 4 (milestone {signed.pk})"
    assert problem_texts() == [
        f"edited: {change} differs in its history from what was sealed: {column}"
    ]


def test_triggers_are_in_place_afterwards(signed):
    black_out(4, "note")
    assert list(triggers.of().problems()) == []
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        models.QuerySet.update(history(signed), note="Other")


def test_record_is_edited_as_before_afterwards(signed):
    black_out(4, "note")
    edit(Milestone.objects.get(), note="A new note.")
    seal()
    assert history(signed).last().note == "A new note."
    assert problem_texts() == []


# What is refused

TEXTS = "by, reason, place, signatories, reference, note, ruling, actor, description"
NOT_WORDS = ["nonsense", "", "track", "kind", "date", "earliest", "recorded_on", "key"]
NOT_WORDS += ["partnership", "partnership_id", "id", "history_id", "history_actor"]
STILL = "The milestone still says it: change its {} first, by an ordinary edit."
REFUSED = [
    (7, "note", "There is no change 7."),
    (0, "note", "There is no change 0."),
    (-1, "note", "There is no change -1."),
    (10**30, "note", f"There is no change {10**30}."),
    *(
        (4, field, f"Only words can be redacted; of a milestone these: {TEXTS}.")
        for field in NOT_WORDS
    ),
    (4, "signatories", "Change 4 says nothing as signatories."),
    (4, "by", "Change 4 says nothing as by."),
    (6, "note", STILL.format("note")),
    (4, "place", STILL.format("place")),
]


def refusal(number, field):
    with pytest.raises(RedactionRefused) as error:
        black_out(number, field)
    return str(error.value)


@pytest.mark.parametrize(("number", "field", "sentence"), REFUSED)
def test_refusal_says_why_and_changes_nothing(signed, number, field, sentence):
    before = rows()
    assert refusal(number, field) == sentence
    assert rows() == before
    assert problem_texts() == []


@pytest.mark.parametrize("field", ["stated_areas", "is_published", "reviewed_on"])
def test_numbers_flags_and_days_are_refused(field):
    factories.partnership(stated_areas=17, reviewed_on=timezone.localdate())
    seal()
    assert refusal(2, field).startswith("Only words can be redacted; of a partnership")


@pytest.mark.parametrize("field", ["field", "digest"])
def test_what_a_redaction_says_is_not_redacted(signed, field):
    black_out(4, "note")
    sentence = "Only words can be redacted; of a redaction these: by, reason."
    assert refusal(7, field) == sentence


@pytest.mark.parametrize("field", ["note", "by", "reason"])
def test_same_is_not_redacted_twice(signed, field):
    with context.change(actor=NAME, reason="Why", kind="editorial"):
        edit(signed, note=NOTE)
        edit(signed, note="")
    seal()
    black_out(7, field)
    before = rows()
    assert refusal(7, field) == f"Change 7 says nothing as {field}."
    assert rows() == before


def fail(*args, **kwargs):
    raise ZeroDivisionError


@pytest.mark.parametrize("step", ["_record", "_blacken"])
def test_redaction_that_fails_half_way_is_undone(signed, monkeypatch, step):
    before = rows()
    monkeypatch.setattr(redacting, step, fail)
    with pytest.raises(ZeroDivisionError):
        black_out(4, "note")
    assert rows() == before
    assert problem_texts() == []


# The command


def complaint(*arguments):
    with pytest.raises(CommandError) as error:
        call_command("redact", *arguments)
    return str(error.value)


def test_command_says_what_it_did(signed, capsys):
    call_command("redact", "4", "note", "--reason=Personal data", "--by=Data desk")
    assert capsys.readouterr().out == "Redacted note in change 3, 4, 5.\n"
    seal()
    assert (entry(7).actor, entry(7).reason) == ("Data desk", "Personal data")
    assert problem_texts() == []


def test_command_is_given_by_the_administrator_unless_told(signed):
    call_command("redact", "4", "note", "--reason=Personal data")
    seal()
    assert entry(7).actor == "Administrator"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "the following arguments are required: number, field, --reason"),
        (("4", "note"), "the following arguments are required: --reason"),
        (("four", "note", "--reason=R"), "argument number: invalid int value: 'four'"),
        (("4", "note", "--reason= "), "Say why, in --reason."),
        (("9", "note", "--reason=R"), "There is no change 9."),
        (("4", "reference", "--reason=R"), "Change 4 says nothing as reference."),
    ],
)
def test_wrong_command_is_answered_by_one_sentence(signed, arguments, sentence):
    before = rows()
    assert complaint(*arguments).removeprefix("Error: ") == sentence
    assert rows() == before


@pytest.mark.parametrize(("field", "column"), [("by", "actor"), ("reason", "reason")])
def test_command_asks_before_it_blacks_out_what_many_say(signed, field, column):
    with context.change(actor=NAME, reason="Same", kind="editorial"):
        edit(signed, place="Rome")
        factories.source()
    seal()
    assert "Add --everywhere" in complaint("7", field, "--reason=R")
    assert set(numbers(**{column: BLACK})) == set()
    call_command("redact", "7", field, "--everywhere", "--reason=R")
    assert set(numbers(**{column: BLACK})) == {7, 8}
