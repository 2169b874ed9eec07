"""One table holds the same in every format, whatever its text."""

import csv as reference
import io
import json as plain
import tracemalloc
from datetime import date
from tempfile import TemporaryFile

import pandas
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook

from partnerships.dates import PartialDate
from partnerships.exports import write_csv, write_json, write_xlsx
from partnerships.exports.tables import Table
from partnerships.log.changes import FieldChange
from tests.exports import csv_rows, json_rows, sheets
from tests.exports.things import COLUMNS, READING, as_xlsx, cite, table, workbook

pytestmark = pytest.mark.once

NASTY = [
    *("", "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\r\n=1", '"=1"', "'=1"),
    *(",=1", "#N/A", "<b>&amp;</b>", "]]>", 'say "no", twice', "one\ntwo"),
    *("<r><t>a</t></r>", "_x0041_", " a ", "NA", "https://example.org/"),
    *("one\r\ntwo\rthree", "bell \x07 and nothing \x00", "\x1b=1", "\ufeffmark"),
    *(
        "\uffff",
        "مرحبا \u202e abc",
        "👩🏽‍🚀 𝄞",
        " spaces ",
        "NULL",
        "1e5",
        "2026-03-31",
    ),
    "_x000D_",
]
TEXTS = st.sampled_from(NASTY) | st.text(max_size=20)
VALUES = TEXTS | st.none() | st.integers() | st.booleans()
DATES = [None, "2025", "2025-09", "2025-09-05", "../2025-09", "../2026-03-05"]
DATES += ["2025-06-17/2025-06-18", "1899-12-31", "1900-01-05", "2024/2025"]
FIELDS = st.builds(FieldChange, st.just("note"), st.just("Note"), VALUES, VALUES)
ROWS = st.lists(
    st.tuples(
        st.integers(1, 10**6),
        TEXTS,
        st.sampled_from(DATES).map(lambda text: text and PartialDate(text)),
        st.none() | st.integers(1, 10**15 - 1),
        st.booleans(),
        st.lists(FIELDS, max_size=2),
    ),
    max_size=8,
)


def as_csv(rows):
    return b"".join(write_csv.content(table(rows), READING))


def as_json(rows):
    return b"".join(write_json.content(table(rows), READING))


def as_sheets(rows):
    return sheets(as_xlsx(rows))


def in_csv(value):
    """A value of JSON as CSV has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return plain.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and value.startswith(write_csv.FORMULA):
        return f"'{value}"
    return "" if value is None else str(value)


def in_xlsx(name, value):
    """A value of JSON as a workbook has it."""
    if isinstance(value, list):
        return plain.dumps(value, ensure_ascii=False)
    if name == "when" and value and len(value) == 10 and value[:2] in ("20", "19"):
        return date.fromisoformat(value) if value > "1901" else value
    return None if value == "" else value


@pytest.mark.slow
@given(ROWS)
@example(
    [(1, t, None, None, False, [FieldChange("note", "Note", t, None)]) for t in NASTY]
)
def test_all_formats_hold_the_same(rows):
    found = json_rows(as_json(rows))
    assert [len(row) for row in found] == [7] * len(rows)
    assert csv_rows(as_csv(rows)) == [list(map(in_csv, row.values())) for row in found]
    shown = [
        tuple(day.date() if hasattr(day, "date") else day for day in row)
        for row in as_sheets(rows)["things"][1:]
    ]
    assert shown == [tuple(in_xlsx(*item) for item in row.items()) for row in found]


def kept(value):
    """Text without control characters and noncharacters, each line ended by LF."""
    if not isinstance(value, str):
        return value
    signs = [c for c in value if c in "\t\n\r" or ord(c) > 31]
    text = "".join(c for c in signs if c not in "\ufffe\uffff")
    return text.replace("\r\n", "\n").replace("\r", "\n")


@given(ROWS)
@example([(1, text, None, None, False, []) for text in NASTY])
def test_text_comes_through_but_for_control_characters(rows):
    for row, (_, text, when, *values, fields) in zip(
        json_rows(as_json(rows)), rows, strict=True
    ):
        assert row["text"] == kept(text)
        assert row["when"] == (when and str(when))
        assert [row["amount"], row["is_total"]] == values
        assert [tuple(field.values()) for field in row["fields"]] == [
            tuple(map(kept, field)) for field in fields
        ]


@given(ROWS)
def test_csv_quotes_what_python_would_quote(rows):
    text, again = as_csv(rows).decode("utf-8-sig"), io.StringIO(newline="")
    read = reference.reader(io.StringIO(text, newline=""), strict=True)
    reference.writer(again).writerows(read)
    assert text == again.getvalue()


@given(st.lists(TEXTS, min_size=1))
def test_no_cell_of_csv_is_a_formula(texts):
    for row in csv_rows(as_csv([(1, t, None, None, True, []) for t in texts])):
        assert not row[1].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@pytest.mark.parametrize("text", NASTY)
def test_text_in_csv_needs_no_other_beside_it_to_be_seen(text):
    ((_, shown, *_),) = csv_rows(as_csv([(1, text, None, None, True, [])]))
    assert shown == in_csv(kept(text))
    ((first, *_),) = csv_rows(as_csv([(text, "", None, None, True, [])]))
    assert first == in_csv(kept(text))


def test_no_cell_of_a_workbook_is_a_formula():
    rows = [(1, text, None, None, True, []) for text in NASTY]
    for sheet in load_workbook(io.BytesIO(as_xlsx(rows, address="=1"))):
        for cells in sheet.iter_rows():
            assert not {cell.data_type for cell in cells} & {"f", "e"}


def test_csv_is_as_rfc_4180_has_it():
    content = as_csv(
        [(1, 'a "b"\nc', None, 7, True, []), (2, "", PartialDate("2025"), 8, True, [])]
    )
    assert content == (
        b"\xef\xbb\xbfid,text,when,amount,is_total,fields,edition\r\n"
        b'1,"a ""b""\nc",,7,true,[],12\r\n'
        b"2,,2025,8,true,[],12\r\n"
    )


def test_rows_come_in_chunks():
    rows = [(n, "", None, None, True, []) for n in range(1201)]
    for kind in (write_csv, write_json):
        _, *parts, _ = kind.content(table(rows), READING)
        assert len(parts) == 3
    assert len(csv_rows(as_csv(rows))) == len(json_rows(as_json(rows))) == 1201


@pytest.mark.slow
@pytest.mark.parametrize(
    ("take", "few", "many"),
    [
        (write_csv.content, 2_000, 8_000),
        (write_json.content, 2_000, 8_000),
        (workbook, 300, 1_500),
    ],
    ids=["csv", "json", "xlsx"],
)
def test_memory_does_not_grow_with_the_rows(take, few, many):
    first = peak(take, few)  # before the many: what is loaded once counts with the few
    assert peak(take, many) < 1.2 * first


def peak(content, count):
    """The most memory that it takes to take so many rows."""

    def read(reading, lookups):
        return ((n, "x" * 50, PartialDate("2025"), n, True, []) for n in range(count))

    things = Table("things", "Things", COLUMNS, key=("id",), read=read)
    tracemalloc.start()
    made = content(things, READING)
    if callable(made):
        with TemporaryFile() as file:
            made(file)
    else:
        for _ in made:
            pass
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def test_formula_far_down_is_found():
    rows = [(n, "=1" if n == 1200 else "x", None, None, True, []) for n in range(1201)]
    assert csv_rows(as_csv(rows))[-1][1] == "'=1"


def test_table_without_rows_has_a_head():
    head = [column.name for column in COLUMNS] + ["edition"]
    assert as_csv([]).decode("utf-8-sig") == ",".join(head) + "\r\n"
    assert json_rows(as_json([])) == []
    assert as_sheets([])["things"] == [tuple(head)]


def test_workbook_says_what_it_is():
    about = dict(row[:2] for row in as_sheets([])["About"] if row[0])
    assert about["Title"].endswith(": Things")
    assert (about["Edition"], about["As of"]) == (12, "2026-03-31")
    assert about["Licence"] == "https://creativecommons.org/licenses/by/4.0/"
    assert about["Address"] == "http://testserver/data/things.xlsx"
    assert about["Checked through"].startswith("28 February 2026. ")
    assert about["How to cite"] == cite(READING).apa
    assert "Not an official data set" in about["What it is"]
    assert ("amount", "How much.", "whole number") in as_sheets([])["About"]


def test_workbook_goes_on_where_a_sheet_is_full(monkeypatch):
    monkeypatch.setattr(write_xlsx, "MOST_ROWS", 3)
    found = as_sheets([(n, "", None, None, True, []) for n in range(5)])
    assert list(found) == ["things", "About", "things 2", "things 3"]
    numbers = [row[0] for name in found if name != "About" for row in found[name][1:]]
    assert numbers == list(range(5))


def test_text_too_long_for_a_cell_is_cut_in_the_workbook_alone():
    long = "=" + "x" * 40_000
    row = (1, long, None, None, True, [FieldChange("note", "Note", None, long)])
    cells = as_sheets([row])["things"][1]
    assert len(cells[1]) == len(cells[5]) == 32_767
    assert json_rows(as_json([row]))[0]["text"] == long
    assert csv_rows(as_csv([row]))[0][1] == f"'{long}"


def test_head_and_first_column_of_a_workbook_stay():
    assert load_workbook(io.BytesIO(as_xlsx([])))["things"].freeze_panes == "B2"


def test_workbook_is_filtered_and_as_wide_as_its_text(monkeypatch):
    monkeypatch.setattr(write_xlsx, "MOST_ROWS", 4)
    texts = ["x" * 30, "x" * 900, None, "x", "x"]
    rows = [(1, text, PartialDate("2025"), 7, True, []) for text in texts]
    first = [(1, "x" * 30, None, 7, True, [])]
    long, short = (load_workbook(io.BytesIO(as_xlsx(given))) for given in (rows, first))
    assert long["things"].auto_filter.ref == "A1:G4"
    assert long["things 2"].auto_filter.ref == "A1:G3"
    assert long["About"].auto_filter.ref is None
    widths = [
        [int(sheet.column_dimensions[letter].width) for letter in "AB"]
        for sheet in (long["things"], long["things 2"], short["things"])
    ]
    assert widths == [[10, 90], [10, 90], [10, 31]]


def test_pandas_reads_all_formats_alike():
    rows = [
        (1, "a\nb", PartialDate("2025-09-05"), 7, True, []),
        (2, "=1", PartialDate("2025"), 8, False, []),
    ]
    read = pandas.read_csv(io.BytesIO(as_csv(rows)))
    assert list(read.columns) == [*(c.name for c in COLUMNS), "edition"]
    assert read["amount"].tolist() == [7, 8]
    assert read["is_total"].tolist() == [True, False]
    sheet = pandas.read_excel(io.BytesIO(as_xlsx(rows)), sheet_name="things")
    assert sheet["text"].tolist() == ["a\nb", "=1"]
    assert sheet["amount"].tolist() == [7, 8]
    from_json = pandas.DataFrame(json_rows(as_json(rows)))
    assert from_json["id"].tolist() == sheet["id"].tolist() == read["id"].tolist()


def test_strict_reader_of_csv_reads_it():
    rows = [(n, text, None, None, True, []) for n, text in enumerate(NASTY)]
    text = as_csv(rows).decode("utf-8-sig")
    found = list(reference.DictReader(io.StringIO(text, newline=""), strict=True))
    assert [row["id"] for row in found] == list(map(str, range(len(NASTY))))
