"""A grid to download, which the upload takes."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from partnerships.models import Draft
from tests import factories
from tests.desk.entry import address, send
from tests.html import page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def logged_in(client, publisher):
    client.force_login(publisher)


def grid(client, suffix):
    return client.get(f"/admin/enter/rows.{suffix}").content


def filled_in(client, suffix, row):
    """The template with a row below its examples."""
    content = grid(client, suffix)
    if suffix == "csv":
        return content + f"{','.join(row)}\r\n".encode()
    book, file = load_workbook(BytesIO(content)), BytesIO()
    book.active.append(row)
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_template_that_is_filled_in_is_taken_without_its_examples(client, suffix):
    factories.partnership("ghana")
    assert f"/admin/enter/rows.{suffix}" in page(client, address()).links
    row = ["Ghana", "Signed", "2026", "", "¶ 1"]
    for content in (grid(client, suffix), filled_in(client, suffix, row)):
        file = SimpleUploadedFile(f"rows.{suffix}", content)
        send(client, [], "check", to=(to := address()), uploaded=file)
    kept = Draft.objects.get(pk=to.split("/")[-2]).rows
    assert [(r["partner"], r["what"], r["place"]) for r in kept] == [
        ("Ghana", "Signed", "¶ 1")
    ]
    assert Draft.objects.filter(rows=[]).count() == 1


def test_first_line_gives_the_order_of_the_columns(client):
    content = b"what;partner;decision\nSigned;Ghana;Keep the record's\n"
    file = SimpleUploadedFile("rows.csv", content)
    send(client, [], "check", uploaded=file)
    (row,) = Draft.objects.get().rows
    assert (row["partner"], row["what"], row["decision"]) == ("Ghana", "Signed", "keep")


def test_column_that_is_unknown_is_named(client):
    file = SimpleUploadedFile("rows.csv", b"partner,what,colour\nGhana,Signed,red\n")
    answer = send(client, [], "check", uploaded=file)
    assert any("“colour” is no column" in p for p in answer.context["problems"])


def test_template_is_for_those_with_an_account(client):
    assert client.get("/admin/enter/rows.pdf").status_code == 404
    client.logout()
    assert client.get("/admin/enter/rows.csv").status_code == 302
