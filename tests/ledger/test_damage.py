"""Damage to the trail is stated in public, once: verification goes on from there, names
what is new, and what was stated stays on show."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import QuerySet

from partnerships.ledger import damage, sealing, verifying
from partnerships.ledger.models import Damage
from partnerships.models import Area, LedgerEntry
from tests import factories
from tests.factories import edit
from tests.html import page
from tests.ledger.databases import sql
from tests.ledger.trail import entry, owner, problem_kinds, row

pytestmark = pytest.mark.django_db


def run(name, *args):
    out = StringIO()
    call_command(name, *args, stdout=out)
    return out.getvalue()


def state(*args):
    return run("state_damage", "--reason", "A disk failed.", *args)


@pytest.fixture
def damaged(area):
    """Change 3 says another name in history than was sealed."""
    with owner():
        row(3).update(name="Something else")


def test_what_is_stated_is_known_from_there_on(damaged):
    with pytest.raises(CommandError, match="One problem"):
        run("verify_audit")
    assert "edited: change 3" in state()
    found = run("verify_audit")
    assert "Known: one problem, stated in change 5." in found
    assert "The audit trail is whole up to 5:" in found


def test_what_is_bent_further_is_a_new_problem(damaged):
    state()
    with owner():
        row(3).update(name="Something else again")
    with pytest.raises(CommandError, match="One problem"):
        run("verify_audit")


def test_new_damage_is_named_beside_the_old(damaged):
    state()
    with owner():
        entry(2).update(reason="Another")
    with pytest.raises(CommandError, match="One problem"):
        run("verify_audit")


def test_statement_is_public_and_stays(damaged, client):
    state()
    html = client.get("/changes/").content.decode()
    assert "Administrator stated damage to the audit trail" in html
    assert "A disk failed." in html
    assert "edited: change 3" in client.get("/changes/5/").content.decode()
    assert "Damage to the trail was stated in" in client.get("/").content.decode()
    edit(Area.objects.get(number=1), name="Other")
    sealing.seal()
    assert "Known: one problem" in run("verify_audit")


def test_whole_trail_has_nothing_to_state(area):
    with pytest.raises(CommandError, match="no problem that is not stated"):
        state()
    assert not Damage.objects.exists()


def test_what_can_be_mended_is_not_stated(area):
    with owner():
        sql("UPDATE partnerships_area SET name = 'By hand' WHERE number = 1")
    with pytest.raises(CommandError, match="Mend first what can be mended"):
        state()


@pytest.mark.parametrize(
    "bend",
    [
        "UPDATE partnerships_area SET name = 'By hand' WHERE number = 1",
        "DELETE FROM partnerships_area WHERE number = 1",
    ],
)
def test_rows_that_nobody_recorded_are_recorded_as_they_are(area, bend):
    with owner():
        sql(bend)
    said = state("--record")
    assert "One row recorded as found." in said
    recorded, statement = list(LedgerEntry.objects.order_by("number"))[-2:]
    assert problem_kinds() == []
    assert recorded.reason == f"A disk failed. {damage.AS_FOUND}"
    assert recorded.kind == "editorial"
    assert f"recorded: change {recorded.number} (area {area.pk}) records it" in said
    assert said.count("edited by nobody: it differs from its newest history: name") == (
        "UPDATE" in bend
    )
    assert statement.reason == "A disk failed."


def test_row_that_is_bent_after_it_was_recorded_is_a_new_problem(area):
    bend = "UPDATE partnerships_area SET name = %s WHERE number = 1"
    with owner():
        sql(bend % "'By hand'")
    state("--record")
    edit(Area.objects.get(number=1), name="Maritime security")
    sealing.seal()
    with owner():
        sql(bend % "'By hand'")
    with pytest.raises(CommandError, match="One problem"):
        run("verify_audit")


def test_statement_that_was_not_sealed_so_hides_nothing(damaged):
    """Somebody writes the problem's line into a statement about something else."""
    [problem] = verifying.problems()
    factories.area(9)
    sealing.seal()
    with owner():
        row(2).update(name="Else")
    state()
    with owner():
        row(4).update(name="Forged")
        line = next(p.line for p in verifying.problems() if "change 4" in str(p))
        Damage.objects.update(problems=line)
        stated = LedgerEntry.objects.get(record="damage")
        stated.public = stated.public.replace(problem.line, line)
        stated.save()
    with pytest.raises(CommandError, match="problems"):
        run("verify_audit")


@pytest.mark.parametrize("reason", ["  ", "\u200b"])
def test_reason_is_asked_for(damaged, reason):
    with pytest.raises(CommandError, match="Say why"):
        run("state_damage", "--reason", reason)


# In the words of readers and of operators


@pytest.fixture
def norway():
    return factories.partnership("norway", title="EU–Norway Partnership")


def forged(row, **values):
    """Write these values into a row as whoever owns the database can."""
    with owner():
        QuerySet(type(row)).filter(pk=row.pk).update(**values)


def test_problem_of_a_row_names_record_field_and_both_values(norway):
    sealing.seal()
    forged(norway, title="EU–Norway Pact of War", internal_notes="Between us")
    said = StringIO()
    with pytest.raises(CommandError, match="One problem"):
        call_command("verify_audit", stdout=said)
    assert said.getvalue() == (
        f"unrecorded: partnership {norway.pk} differs from its newest history: title, "
        "internal_notes\n    Norway: EU–Norway Partnership: title is "
        "'EU–Norway Pact of War', by its history 'EU–Norway Partnership'\n"
    )


def test_log_says_that_nobody_made_what_was_recorded_as_found(norway, client):
    sealing.seal()
    forged(norway, title="EU–Norway Pact of War")
    state("--record")
    number = LedgerEntry.objects.get(record="damage").number
    recorded = page(client, f"/changes/{number - 1}/").text
    assert "Recorded as found after damage: EU–Norway Pact of War" in recorded
    assert "A disk failed. Recorded as it was found after damage; nobody" in recorded
    assert "Correction" not in recorded


def test_statement_names_records_and_fields_and_leads_there(norway, client):
    sealing.seal()
    forged(norway, title="EU–Norway Pact of War")
    with owner():
        entry(1).update(actor="Mata Hari")
    state("--record")
    number = LedgerEntry.objects.get(record="damage").number
    found = page(client, f"/changes/{number}/")
    assert (
        f"Change {number - 1} ( Norway: EU–Norway Pact of War ) records it as it was "
        "found, edited by nobody: it differs from its newest history: title."
    ) in found.text
    assert (
        "Change 1 (" in found.text and "from what was sealed: its author." in found.text
    )
    assert {f"/changes/{number - 1}/", "/changes/1/"} <= {*found.links}
    for named, is_named in ((1, True), (number - 1, True), (2, False)):
        said = page(client, f"/changes/{named}/").text
        assert (f": change {number} says how." in said) == is_named
    assert "/partnerships/norway/" in found.links


def test_statement_about_a_draft_does_not_name_it(client):
    draft = factories.partnership("atlantis", published=False, title="Atlantis")
    sealing.seal()
    forged(draft, title="Mu")
    state("--record")
    number = LedgerEntry.objects.get(record="damage").number
    html = client.get(f"/changes/{number}/").content.decode()
    assert "edited by nobody" in html
    assert not [word for word in ("Atlantis", "Mu", "atlantis") if word in html]
