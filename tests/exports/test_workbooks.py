"""Workbooks are for people: they are labelled, linked and laid out, and say what they
are."""

import csv
import io
import shutil
import subprocess
import zipfile
from datetime import datetime
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook

from partnerships.dates import PartialDate
from partnerships.exports import workbook, write_xlsx
from partnerships.exports.columns import Column
from partnerships.exports.tables import TABLES
from tests.exports import NAMES, csv_rows, rows
from tests.exports.things import as_xlsx

#: Types of columns whose text may be a whole day.
DAYS = {"date", "partial date"}


def opened(content):
    return load_workbook(io.BytesIO(content))


def of_table(client, name, **query):
    return opened(client.get(f"/data/{name}.xlsx", query).getvalue())


@pytest.fixture(params=NAMES)
def name(request):
    return request.param


@pytest.fixture
def book(client, shown, name):
    return of_table(client, name)


@pytest.fixture
def columns(book, name):
    """The cells below each head of the table, by the head."""
    return {head.value: cells for head, *cells in book[name].columns}


def test_every_workbook_is_laid_out_for_screen_and_paper(book, name):
    assert book.sheetnames == [name, "About"]
    assert book.active.title == name
    sheet = book[name]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == sheet.dimensions
    assert sheet.print_title_rows == "$1:$1" and sheet.print_title_cols == "$A:$A"
    widths = sheet.column_dimensions.values()  # one for all beside it that are alike
    assert sum(w.max - w.min + 1 for w in widths) == sheet.max_column
    assert all(10 <= column.width <= 91 for column in widths)
    for page in book:
        assert page.page_setup.orientation == "landscape"
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert page.oddFooter.left.text.startswith(f"SDP Tracker: {TABLES[name].title}")
        assert page.oddFooter.right.text == "Page &P of &N"
    cells = [
        cell for row in sheet.iter_rows() for cell in row if cell.value is not None
    ]
    assert all(cell.font.b and cell.fill.fgColor.rgb == "FFE9ECEF" for cell in sheet[1])
    assert {cell.alignment.vertical for cell in cells} == {"top"}
    assert not {cell.data_type for cell in cells} & {"f", "e"}


def target(cell):
    """The whole address that a cell leads to."""
    place = cell.hyperlink.location
    return cell.hyperlink.target + (f"#{place}" if place else "")


def test_every_code_has_its_label_beside_it(client, columns, name):
    heads, coded = list(columns), [c for c in TABLES[name].columns if c.values]
    for column in coded:
        assert heads[heads.index(column.name) + 1] == f"{column.name}_label"
        labels = columns[f"{column.name}_label"]
        for code, label in zip(columns[column.name], labels, strict=True):
            assert label.value == dict(column.values).get(code.value)
    assert [
        head for head in heads if head not in {f"{c.name}_label" for c in coded}
    ] == list(rows(client, name)[0])


def test_days_are_dates_and_numbers_are_numbers(client, columns, name):
    for place, row in enumerate(rows(client, name)):
        for column in TABLES[name].columns:
            cell, value = columns[column.name][place], row[column.name]
            if column.type == "time":
                assert isinstance(cell.value, datetime)
            elif column.type in DAYS and value and PartialDate(value).is_day:
                assert cell.value.date().isoformat() == value
                assert cell.number_format == "yyyy-mm-dd"
            elif column.type != "list":
                assert cell.value == (None if value == "" else value)
                assert type(cell.value) in (type(value), type(None))


def test_addresses_lead_there(columns, name):
    cells = [cell for column in columns.values() for cell in column]
    for cell in cells:
        is_address = str(cell.value).startswith(("http://", "https://"))
        assert bool(cell.hyperlink) == is_address
        if is_address:
            assert target(cell) == cell.value
            assert cell.font.u == "single"
    if name in ("claims", "sources"):
        assert any(cell.hyperlink for cell in cells)


def test_second_sheet_says_what_it_is_and_what_each_column_means(book, name, columns):
    lines = [row[:2] for row in book["About"].values]
    about = dict(lines)
    assert about["Title"].endswith(f": {TABLES[name].title}")
    assert about["What it is"].endswith(
        "Not an official data set of the European Union."
    )
    assert about["Checked through"] == "No check of every partnership is recorded."
    assert f"(Edition {about['Edition']}; as of " in about["How to cite"]
    assert about["Address"].endswith(f"/data/{name}.xlsx")
    assert list(columns) == [
        column for column, _ in lines[lines.index(("Column", "Meaning")) + 1 :]
    ]


@pytest.mark.once
def test_iso_code_of_namibia_is_text():
    cell = opened(as_xlsx([(1, "NA", None, None, False, [])]))["things"]["B2"]
    assert (cell.value, cell.data_type) == ("NA", "s")


@pytest.mark.once
def test_spaces_around_text_are_kept():
    content = as_xlsx([(1, " a\n", None, None, False, [])])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    (text,) = (one for one in sheet.iter() if one.text == " a\n")
    assert text.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"


@pytest.mark.once
def test_long_text_is_wrapped_in_a_row_that_is_high_enough():
    texts = ["x " * 450, "a\nb\nc", "x"]
    sheet = opened(as_xlsx([(1, text, None, None, False, []) for text in texts]))[
        "things"
    ]
    heights = [sheet.row_dimensions[n].height for n in (1, 2, 3, 4)]
    assert heights == [None, 150, 45, None]  # of one line as ever
    assert sheet["B2"].alignment.wrap_text
    assert not sheet["F2"].alignment.wrap_text  # lists in JSON


@pytest.mark.once
def test_full_sheet_has_no_empty_one_behind_it(monkeypatch):
    monkeypatch.setattr(write_xlsx, "MOST_ROWS", 3)
    four = [(number, "", None, None, False, []) for number in range(4)]
    assert opened(as_xlsx(four)).sheetnames == ["things", "About", "things 2"]


@pytest.fixture
def linked(monkeypatch):
    """The targets of the links of a sheet with these addresses; there may be two."""
    monkeypatch.setattr(workbook, "MOST_LINKS", 2)
    columns = [Column("url", "web address", "Where.")]

    def links(*addresses):
        sheet = opened(as_xlsx([(one,) for one in addresses], columns))["things"]
        assert [row[0] for row in sheet.values] == ["url", *addresses]
        assert not any(cell.data_type == "f" for cell in sheet["A"])
        return [cell.hyperlink and target(cell) for cell in sheet["A"][1:]]

    return links


@pytest.mark.once
def test_addresses_beyond_what_a_sheet_holds_are_plain_text(linked):
    one, other = "https://example.org/?a=1&b=%22#c", "http://example.org/"
    assert linked(one, one, other) == [one, one, None]


@pytest.mark.once
@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("https://example.org/")',
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://example.org/" + "x" * 2_100,
    ],
    ids=["formula", "script", "file", "too long"],
)
def test_what_is_no_address_that_a_workbook_can_hold_is_no_link(linked, text):
    assert linked(text) == [None]


@pytest.mark.once
def test_address_in_any_letters_is_a_link_that_programs_can_read(linked):
    assert linked("https://example.org/Türkiye und") == [
        "https://example.org/T%C3%BCrkiye%20und"
    ]


@pytest.mark.once
@pytest.mark.slow("starts LibreOffice")
@pytest.mark.skipif(
    not shutil.which("soffice"), reason="LibreOffice (soffice) is not installed"
)
def test_libreoffice_reads_the_same_rows(client, shown, tmp_path):
    (tmp_path / "milestones.xlsx").write_bytes(
        client.get("/data/milestones.xlsx").getvalue()
    )
    subprocess.run(
        [
            *(
                "soffice",
                "--headless",
                f"-env:UserInstallation={tmp_path.as_uri()}/home",
            ),
            *("--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1"),
            *("--outdir", str(tmp_path), str(tmp_path / "milestones.xlsx")),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    text = (tmp_path / "milestones.csv").read_text("utf-8")
    found = list(csv.DictReader(io.StringIO(text)))
    names = [column.name for column in TABLES["milestones"].columns]
    expected = csv_rows(client.get("/data/milestones.csv").getvalue())
    assert expected
    assert [[row[name] for name in names] for row in found] == [
        [cell.upper() if cell in ("true", "false") else cell for cell in row]
        for row in expected
    ]
