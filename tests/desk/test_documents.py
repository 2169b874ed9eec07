"""Entering a document: what it says, beside the record, and what that changes."""

import csv
from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from partnerships.models import (
    Claim,
    Coverage,
    Draft,
    LedgerEntry,
    Milestone,
    Source,
)
from partnerships.selectors import due
from tests import factories
from tests.admin import count_queries
from tests.desk.entry import (
    ADDRESS,
    DOCUMENT,
    SIGNED,
    address,
    beside,
    check,
    problems_of,
    send,
)
from tests.html import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_at_once")]


@pytest.fixture(autouse=True)
def logged_in(client, publisher):
    client.force_login(publisher)


@pytest.fixture
def ghana():
    return factories.partnership("ghana", of=factories.partner("ghana", iso_code="GH"))


def test_signature_with_its_place_and_an_area_is_one_operation(client, ghana):
    factories.area(9, name="Countering terrorism")
    rows = [
        {**SIGNED, "words": "“signed on Tuesday”", "detail": "the vice-president"},
        {"what": "where", "value": "Accra"},
        {"what": "Area: 9", "value": "included", "place": "¶ 4"},
    ]
    to = address()
    before = LedgerEntry.objects.count()
    assert send(client, rows, to=to).url == reverse("admin:index")
    signed = Milestone.objects.get()
    assert (str(signed.date), signed.place) == ("2026-03-24", "Accra")
    assert signed.actor == "the vice-president"
    assert Coverage.objects.get().value == "included"
    claims = Claim.objects.order_by("pk").values_list(
        "says", "aspect", "locator", "wording"
    )
    assert list(claims) == [
        ("2026-03-24", "", "¶ 2", "signed on Tuesday"),
        ("Accra", "place", "¶ 2", ""),
        ("included", "", "¶ 4", ""),
    ]
    source = Source.objects.get()
    assert (source.key, str(source.published_on)) == (
        "channel-africa-2026-03-25",
        "2026-03-25",
    )
    entries = LedgerEntry.objects.order_by("pk")[before:]
    assert len({entry.operation for entry in entries}) == 1
    assert {entry.reason for entry in entries} == {f"Entered: {source}"}

    again = send(client, rows, to=to)
    assert again.url == reverse("admin:index")
    assert LedgerEntry.objects.count() == before + len(entries)


def test_check_says_what_would_change_and_changes_nothing(client, ghana):
    before = LedgerEntry.objects.count()
    _, found = check(client, [SIGNED])
    (effect,) = found["effects"]
    assert ("Signed", "no day", "24 March 2026") in effect["changes"]
    assert LedgerEntry.objects.count() == before
    assert not Source.objects.exists() and not Milestone.objects.exists()
    draft = Draft.objects.get()
    assert draft.rows[0]["value"] == "24/03/2026" and draft.operation is None
    shown = client.get(address(draft.pk)).content.decode()
    assert "24/03/2026" in shown and "Channel Africa" in shown


def test_summary_that_grew_old_is_written_anew_in_the_same_operation(client, ghana):
    factories.edit(ghana, summary="Talks go on.")
    to = address()
    answer = send(client, [SIGNED], "check", to=to)
    (effect,) = answer.context["effects"]
    assert effect["summary"] == "Talks go on."
    written = {f"summary-{ghana.pk}": "Signed in Accra."}
    answer = send(client, [SIGNED], "check", to=to, **written)
    assert answer.context["effects"][0]["summary"] == "Signed in Accra."
    send(client, [{**SIGNED, "value": "soon"}], "check", to=to)  # shows no summary
    before = LedgerEntry.objects.count()
    send(client, [SIGNED], to=to)
    ghana.refresh_from_db()
    assert ghana.summary == "Signed in Accra."
    entries = LedgerEntry.objects.order_by("pk")[before:]
    assert len({entry.operation for entry in entries}) == 1
    assert due.summaries_due() == []


def test_summary_that_somebody_else_changed_is_not_overwritten_unseen(client, ghana):
    factories.edit(ghana, summary="One.\n\nTwo.")
    to, untouched = address(), {f"summary-{ghana.pk}": "One.\r\n\r\nTwo."}
    for _ in range(2):
        send(client, [SIGNED], "check", to=to, **untouched)
    factories.edit(ghana, summary="Theirs.")
    (problem,) = problems_of(send(client, [SIGNED], to=to, **untouched))
    assert "“Theirs.”" in problem and not Milestone.objects.exists()
    send(client, [SIGNED], to=to, **{f"summary-{ghana.pk}": "Theirs."})
    ghana.refresh_from_db()
    assert ghana.summary == "Theirs." and Milestone.objects.exists()


def test_each_row_is_compared_with_the_record(client, ghana):
    area = factories.area(9)
    factories.coverage(ghana, area)
    factories.milestone(ghana, "proposed", "2025")
    factories.milestone(ghana, date="2026-03-24", place="Accra, Ghana")
    place = {"partner": "Ghana", "place": "¶ 2"}
    rows = [
        (SIGNED, "same"),
        ({**SIGNED, "value": "March 2026"}, "compatible"),
        ({**SIGNED, "value": "23.3.2026", "decision": "adopt"}, "disagrees"),
        ({**place, "what": "Proposed", "value": "1 July 2025"}, "more_precise"),
        ({**SIGNED, "value": "not before 25 March 2026"}, "disagrees"),
        ({**place, "what": "Reviewed", "value": "2026-03-25"}, "new"),
        ({**place, "what": "area: 9", "value": "Included"}, "same"),
        ({**place, "what": "Area: area 9", "value": "no"}, "disagrees"),
        ({**place, "what": "stated number of areas", "value": "17"}, "new"),
    ]
    found = [beside(client, row)[0] for row, _ in rows]
    assert [verdict for verdict, _ in found] == [verdict for _, verdict in rows]
    asked = [bool(problem) for _, problem in found]
    assert asked == [False, False, False, True, True, False, False, True, False]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"value": "03/04/2026"}, "write the month in letters"),
        ({"value": "soon"}, "is not a date"),
        ({"value": ""}, "Say the value"),
        ({"partner": ""}, "Say which partner"),
        ({"partner": "Atlantis"}, "There is no record of “Atlantis”"),
        ({"place": ""}, "Say where in the document"),
        ({"what": ""}, "Say what it speaks of"),
        ({"what": "Married"}, "Choose from the list"),
        ({"what": "sign"}, "Did you mean Signed or"),
        ({"what": "Area: 99", "value": "included"}, "is no area"),
        ({"what": "Area: 9", "value": "perhaps"}, "Write included, not included"),
        ({"what": "Where", "value": "Accra"}, "Say first, in a row above"),
        ({"what": "Ended", "value": "not before 2026"}, "nothing to deny"),
        ({"what": "Stated number of areas", "value": "many"}, "as in 17"),
        ({"value": "2099"}, "begins after today"),
    ],
)
def test_row_that_cannot_be_read_says_what_to_write(client, ghana, row, sentence):
    factories.area(9)
    answer = send(client, [SIGNED | row, {**SIGNED, "what": "Proposed"}])
    assert answer.status_code == 200
    assert any(sentence in problem for problem in problems_of(answer))
    assert not Source.objects.exists() and not Milestone.objects.exists()
    assert Draft.objects.get().operation is None


def test_one_document_says_one_thing_of_one_value(client, ghana):
    factories.area(9)
    cell = {"partner": "Ghana", "what": "Area: 9", "place": "¶ 4"}
    rows = [SIGNED, {**SIGNED, "value": "25/03/2026", "decision": "keep"}]
    rows += [{**SIGNED, "value": "March 2026", "place": "¶ 5"}]
    rows += [{**cell, "value": "included"}, {**cell, "value": "not included"}]
    problems = problems_of(send(client, rows))
    assert [problem.partition(" says")[0] for problem in problems] == ["Row 1", "Row 4"]
    assert not Source.objects.exists()


def test_order_that_cannot_be_is_refused_whole(client, ghana):
    factories.milestone(ghana, date="2026-03-24")
    row = {**SIGNED, "what": "Suspended", "value": "2026-01-05"}
    answer = send(client, [row, {**SIGNED, "what": "Where", "value": "Accra"}])
    assert any("suspended" in p.lower() for p in problems_of(answer))
    assert not Claim.objects.exists()
    assert Milestone.objects.get().place == ""


def test_no_status_moves_on_a_digest_alone(client, ghana):
    answer = send(client, [SIGNED], kind="digest")
    assert any("a digest alone" in problem for problem in problems_of(answer))
    assert not Milestone.objects.exists()


def test_disagreement_is_kept_with_a_ruling_or_adopted(client, ghana):
    signed = factories.milestone(ghana, date="2026-03-23")
    factories.claim(signed, "2026-03-23", by=factories.source())
    kept = {**SIGNED, "decision": "keep"}
    assert "Say in the ruling" in beside(client, kept)[0][1]
    send(client, [{**kept, "ruling": "The text itself says the 23rd."}])
    signed.refresh_from_db()
    assert str(signed.date) == "2026-03-23"
    assert signed.ruling == "The text itself says the 23rd."
    assert Claim.objects.filter(says="2026-03-24").count() == 1

    other = {**SIGNED, "value": "2026-03-22", "decision": "adopt", "ruling": "Later."}
    send(client, [other], url="https://example.org/other-report")
    signed.refresh_from_db()
    assert (str(signed.date), signed.ruling) == ("2026-03-22", "Later.")


@pytest.mark.parametrize("own", [True, False])
def test_denial_is_never_adopted(client, ghana, own):
    signed = factories.milestone(ghana, date="2026-03-24")
    by = factories.source(url=ADDRESS if own else "https://example.org/another-text")
    factories.claim(signed, "2026-03-24", by=by, locator="¶ 2")
    denial = {**SIGNED, "value": "not before 25 March 2026"}
    assert "cannot say" in beside(client, {**denial, "decision": "adopt"})[0][1]
    kept = {**denial, "decision": "keep", "ruling": "The text is dated."}
    answer = send(client, [kept])
    if own:  # nothing else carries what is public
        assert any("no source carries it" in p for p in problems_of(answer))
        return
    signed.refresh_from_db()
    assert (str(signed.date), signed.ruling) == ("2026-03-24", "The text is dated.")
    assert Claim.objects.filter(says="2026-03-25/..").count() == 1


def test_ruling_that_is_not_asked_for_changes_none(client, ghana):
    signed = factories.milestone(ghana, date="2026-03-24", ruling="It stands.")
    send(client, [{**SIGNED, "decision": "adopt", "ruling": "A wrong thought."}])
    signed.refresh_from_db()
    assert signed.ruling == "It stands." and Claim.objects.count() == 1


def test_correction_at_one_place_corrects_the_others(client, ghana):
    send(client, [SIGNED, {**SIGNED, "place": "¶ 5"}])
    send(client, [{**SIGNED, "value": "23 March 2026"}])
    assert str(Milestone.objects.get().date) == "2026-03-23"
    assert [claim.says for claim in Claim.objects.all()] == ["2026-03-23"]


def test_statements_of_one_day_are_told_apart(client, ghana):
    said = {**SIGNED, "what": "Statement"}
    rows = [said | {"detail": "summit asks for talks"}]
    rows += [said | {"detail": "parliament debates it", "place": "¶ 3"}]
    send(client, rows)
    described = Milestone.objects.values_list("description", flat=True)
    assert {*described} == {"summit asks for talks", "parliament debates it"}


def test_what_cannot_be_kept_of_a_row_is_said(client, ghana):
    factories.milestone(ghana, date="2026-03-24", actor="the Council")
    ((_, problem),) = beside(client, {**SIGNED, "detail": "the Commission"})
    assert "on the step's own page" in problem
    assert beside(client, {**SIGNED, "detail": "the Council"})[0][1] == ""


def test_source_that_corrects_itself_replaces_its_claim(client, ghana):
    send(client, [SIGNED])
    right = {**SIGNED, "value": "23 March 2026"}
    lines, _ = check(client, [right])
    assert lines[0].verdict == "corrects" and "It" not in lines[0].problem
    send(client, [right])
    assert str(Milestone.objects.get().date) == "2026-03-23"
    claims = Claim.objects.with_standing()
    assert [(c.says, c.standing) for c in claims] == [("2026-03-23", "agrees")]
    assert Source.objects.count() == 1


def test_known_address_asks_nothing_more_of_the_document(client, ghana):
    known = factories.source(url=ADDRESS)
    blank = {"publisher": "", "kind": "", "title": "", "published_on": "nonsense"}
    answer = send(client, [SIGNED], **blank)
    assert answer.status_code == 302
    assert Claim.objects.get().source == known
    known.refresh_from_db()
    assert known.title == "Briefing"


def test_known_document_stays_as_it_is_whatever_is_typed_beside(client, ghana):
    known = factories.source(url=ADDRESS)
    to = address()
    answer = send(client, [SIGNED], "check", to=to, publisher="", title="Mine")
    assert problems_of(answer) == [] and not answer.context["document"].errors
    assert str(answer.context["document"].known) == str(known)
    send(client, [SIGNED], to=to, publisher="", title="Mine")
    reasons = LedgerEntry.objects.filter(record="claim").values_list("reason")
    assert {*reasons} == {(f"Entered: {known}",)}


def test_key_of_another_document_is_refused(client, ghana):
    other = factories.source(url="https://example.org/another-text")
    answer = send(client, [SIGNED], key=other.key)
    assert "key" in answer.context["document"].errors and not Claim.objects.exists()


def test_document_is_known_without_its_scheme(client, ghana):
    known = factories.source(url=ADDRESS)
    send(client, [SIGNED], url=ADDRESS.removeprefix("https://"))
    assert Claim.objects.get().source == known


def test_document_without_what_it_needs_names_each_field(client, ghana):
    answer = send(client, [SIGNED], title="", kind="", published_on="03/04/2026")
    assert {*answer.context["document"].errors} == {"title", "kind", "published_on"}
    assert not Source.objects.exists()
    answer = send(client, [SIGNED], url="https://example.org/")
    assert "url" in answer.context["document"].errors


def test_rows_are_pasted_from_a_spreadsheet(client, ghana):
    pasted = "Ghana\tProposed\tMay 2024\tproposed it\t¶ 1\n\tSigned\t24.3.2026\n"
    send(client, button="check", to=(to := address()), pasted=pasted)
    rows = Draft.objects.get().rows
    assert [row["what"] for row in rows] == ["Proposed", "Signed"]
    send(client, rows, to=to)
    assert Claim.objects.filter(locator="¶ 1").count() == 2


def workbook(rows):
    book, file = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


HEAD = ["Partner", "What", "Value", "Words", "Place"]
GRID = ["Ghana", "Signed", "2026-03-24", "signed", "¶ 1"]
AS_DATE = [*GRID[:2], date(2026, 3, 24), *GRID[3:]]


def test_day_that_a_spreadsheet_shows_as_a_month_is_a_month(client, ghana):
    book, file = Workbook(), BytesIO()
    book.active.append(AS_DATE)
    book.active["C1"].number_format = "mmm-yy"
    book.save(file)
    uploaded = SimpleUploadedFile("rows.xlsx", file.getvalue())
    (line,), _ = check(client, [], uploaded=uploaded)
    assert line.says == "2026-03"


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffPartner,What,Value,Words,Place\nGhana,Signed,2026-03-24,signed,¶ 1\n",
        "Ghana;Signed;2026-03-24;signed;¶ 1",
        workbook([HEAD, AS_DATE]),
        workbook([GRID, [None] * 5]),
    ],
    ids=["csv", "semicolons", "workbook with a head", "workbook"],
)
def test_rows_are_uploaded_as_csv_or_xlsx(client, ghana, content):
    sent = content if isinstance(content, bytes) else content.encode()
    file = SimpleUploadedFile("rows", sent)
    (line,), _ = check(client, [], uploaded=file)
    assert (line.says, line.row["words"], line.problem) == ("2026-03-24", "signed", "")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK no workbook", "no workbook that can be read"),
        ("Ghana,Signé".encode("latin-1"), "in UTF-8"),
        (b"x" * 1_000_001, "at most 1 MB"),
    ],
    ids=["workbook", "text", "size"],
)
def test_file_that_cannot_be_read_says_why(client, ghana, content, sentence):
    file = SimpleUploadedFile("rows", content)
    answer = send(client, [SIGNED], uploaded=file)
    assert any(sentence in problem for problem in problems_of(answer))
    assert not Source.objects.exists()


def test_workbook_that_unpacks_to_too_much_is_refused(client, ghana):
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b"0" * 20_000_001)
    file = SimpleUploadedFile("rows", packed.getvalue())
    assert any("1 MB" in p for p in problems_of(send(client, [], uploaded=file)))


def test_nothing_typed_is_lost_without_a_word(client, ghana):
    to = address()
    send(client, [SIGNED], "check", to=to)
    assert client.post(to, {**DOCUMENT, "check": "1"}).status_code == 200
    assert len(Draft.objects.get().rows) == 1
    many = "\n".join("Ghana\tSigned\t2026" for _ in range(400))
    answer = send(client, [SIGNED], to=to, pasted=many)
    assert any("at most 400 rows" in problem for problem in problems_of(answer))
    assert many in answer.content.decode()
    answer = send(client, [SIGNED], to=to, pasted='Ghana\tSigned\t"signed\nin Accra"')
    assert Draft.objects.get().rows[1]["value"] == "signed\nin Accra"
    long = {**SIGNED, "words": "x" * 201}
    problems = problems_of(send(client, [long], to=to))
    assert any(problem.startswith("Row 1, Its words: ") for problem in problems)


def test_partner_of_a_row_of_its_own_carries_down(client, ghana):
    rows = [{"partner": "Ghana", "place": "¶ 2"}, {"what": "Signed", "value": "2026"}]
    assert beside(client, *rows) == [("new", "")]


@pytest.mark.parametrize(
    "sent", ["a\0b", "9" * 5_000, "\0"], ids=["within", "long", "alone"]
)
def test_odd_text_is_no_server_error(client, ghana, sent):
    csv.field_size_limit(131_072)  # Python's own, which others raise for all
    row = dict.fromkeys(SIGNED, sent)
    own = {**SIGNED, "what": "Stated number of areas", "value": sent}
    for rows in ([row], [own]):
        answer = send(client, rows, change_reason=sent, pasted=sent, publisher=sent)
        assert answer.status_code == 200
    assert client.get(reverse("admin:desk-find"), {"q": sent}).status_code in (200, 400)
    answer = client.post(reverse("admin:desk-looked"), {"partnership": sent})
    assert answer.status_code in (403, 404)
    answer = send(client, [SIGNED], pasted="x" * 140_000)
    assert any("cannot be read as a table" in p for p in problems_of(answer))


def test_every_area_of_a_partner_has_a_row_to_fill_in(client, ghana):
    for number in (1, 2, 3):
        factories.area(number)
    send(client, [SIGNED], "check", all_areas_of="Ghana")
    rows = Draft.objects.get().rows
    assert [row["what"] for row in rows[1:]] == [f"Area: Area {n}" for n in (1, 2, 3)]


def test_reason_needs_words(client, ghana):
    answer = send(client, [SIGNED], change_reason="...")
    assert "Say in words why; readers will see it." in answer.context["problems"]
    assert not Source.objects.exists()


def test_nothing_is_entered_of_a_document_without_rows(client):
    answer = send(client)
    assert answer.context["problems"] == ["Write at least one row."]
    assert not Source.objects.exists()


def test_draft_is_discarded_without_a_trace(client, ghana, editor):
    send(client, [SIGNED], "check", to=(to := address()))
    before = LedgerEntry.objects.count()
    client.force_login(editor)
    assert send(client, [], "discard", to=to).status_code == 404
    assert Draft.objects.count() == 1
    client.force_login(Draft.objects.get().owner)
    assert send(client, [], "discard", to=to).url == reverse("admin:index")
    assert not Draft.objects.exists() and LedgerEntry.objects.count() == before
    assert "Discarded: Ghana and the EU sign" in page(client, "/admin/").text


def test_rights_to_change_the_record_are_needed(client, ghana):
    Group.objects.get(name="publisher").permissions.remove(
        Permission.objects.get(codename="change_partnership")
    )
    assert send(client, [SIGNED]).status_code == 403


def test_entry_is_undone_with_its_document(client, ghana):
    send(client, [SIGNED])
    operation = LedgerEntry.objects.latest("number").operation
    undo = reverse("admin:desk-undo", args=[operation])
    assert client.post(undo, {"reason": "Not the text itself"}).status_code == 302
    assert not Source.objects.exists() and not Milestone.objects.exists()


def test_draft_is_its_owners_alone(client, ghana, viewer):
    send(client, [SIGNED], "check", to=(to := address()))
    assert "Ghana and the EU sign" in page(client, reverse("admin:index")).text
    client.force_login(factories.user("other", groups=["publisher"]))
    assert client.get(to).status_code == 404
    assert send(client, [SIGNED], to=to).status_code == 404
    assert "Ghana and the EU sign" not in page(client, reverse("admin:index")).text
    client.force_login(viewer)
    assert client.get(to).status_code == 403
    assert client.get(reverse("admin:desk-enter")).status_code == 403
    assert send(client, [SIGNED]).status_code == 403
    client.logout()
    for public in ("/sources/", "/changes/", "/api/v1/sources/", "/data/"):
        assert "Channel Africa" not in client.get(public).content.decode()


def test_button_leads_to_a_new_document_each_time(client):
    first, second = (client.get(reverse("admin:desk-enter")).url for _ in range(2))
    assert first != second and client.get(first).status_code == 200
    assert not Draft.objects.exists()


def test_reading_asks_as_many_queries_of_many_rows_as_of_few(client, ghana):
    for number in range(1, 27):
        factories.area(number)
    counts = []
    for many in (2, 26):
        rows = [
            {"partner": "Ghana", "what": f"Area: {n}", "value": "yes", "place": "¶"}
            for n in range(1, many + 1)
        ]
        rows.append({**SIGNED, "what": "Where"})  # wrong, so that nothing is tried
        rows = rows[-1:] + rows[:-1]
        with count_queries() as queries:
            send(client, rows, "check")
        counts.append(len(queries))
    assert counts[0] == counts[1] < 40


@pytest.mark.parametrize(
    "spelling",
    ["http://example.org/a/", "https://www.example.org/a#top", "example.org/a?utm_x=1"],
)
def test_document_is_known_under_another_spelling_of_its_address(client, spelling):
    known = factories.source(url="https://example.org/a")
    factories.source("other", url="https://example.org/a?id=7")
    context = send(client, [], "check", url=spelling).context
    assert context["document"].known == known


def test_title_of_a_document_is_tidied(client, ghana):
    send(client, [SIGNED], title="Gha\u200bna \u202esigns")
    assert Source.objects.get().title == "Ghana signs"


def test_effect_names_a_day_that_moves(client, ghana):
    send(client, [SIGNED])
    row = SIGNED | {"value": "23/03/2026"}
    answer = send(client, [row], "check")
    (effect,) = answer.context["effects"]
    assert ("Signed", "24 March 2026", "23 March 2026") in [
        (name.partition(",")[0], *days) for name, *days in effect["changes"]
    ]
