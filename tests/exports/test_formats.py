"""One table holds the same in every format, whatever its text."""

import csv as reference
import io
import json as plain
import tracemalloc
from datetime import date

import pandas
import pytest
from django.http import QueryDict
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook

from partnerships.exports import write_csv, write_json, write_xlsx
from partnerships.exports.columns import computed
from partnerships.exports.parameters import Asked
from partnerships.exports.tables import Table
from partnerships.exports.text import clean
from tests.exports import csv_rows, json_rows, sheets

pytestmark = pytest.mark.once

ASKED = Asked(QueryDict(), on=date(2026, 3, 31), edition=12)
COLUMNS = [
    computed("id", "whole number", "Its number."),
    computed("text", "text", "Some text."),
    computed("when", "partial date", "When."),
    computed("amount", "whole number", "How much."),
    computed("is_total", "true or false", "Whether."),
    computed("fields", "list", "What."),
]
NASTY = [
    "",
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\r\n=1",
    '"=1"',
    "'=1",
    ",=1",
    "#N/A",
    "<b>&amp;</b>",
    "]]>",
    'say "no", twice',
    "one\ntwo",
    "one\r\ntwo\rthree",
    "bell \x07 and nothing \x00",
    "\x1b=1",
    "\ufeffmark",
    "\uffff",
    "مرحبا \u202e abc",
    "👩🏽‍🚀 𝄞",
    " spaces ",
    "NULL",
    "1e5",
    "2026-03-31",
    "_x000D_",
]
TEXTS = st.sampled_from(NASTY) | st.text(max_size=20)
CLEAN = TEXTS.map(clean)  # as the texts in a list are
VALUES = CLEAN | st.none() | st.integers() | st.booleans()
DATES = [None, "2025", "2025-09", "2025-09-05", "../2025-09", "../2026-03-05"]
DATES += ["2025-06-17/2025-06-18", "1899-12-31", "1900-01-05", "2024/2025"]
ROWS = st.lists(
    st.tuples(
        st.integers(1, 10**6),
        TEXTS,
        st.sampled_from(DATES),
        st.none() | st.integers(1, 10**15 - 1),
        st.booleans(),
        st.lists(st.tuples(CLEAN, CLEAN, VALUES, VALUES), max_size=2),
    ),
    max_size=8,
)


def table(rows):
    def read(asked, expressions):
        return iter([(*row, asked.edition) for row in rows])

    return Table("things", "Things", COLUMNS, key=("id",), read=read)


def as_csv(rows):
    return b"".join(write_csv.chunks(table(rows), ASKED))


def as_json(rows):
    return b"".join(write_json.chunks(table(rows), ASKED))


def as_sheets(rows):
    file = io.BytesIO()
    write_xlsx.write(
        table(rows), ASKED, file, address="http://testserver/data/things.xlsx"
    )
    return sheets(file.getvalue())


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


@given(ROWS)
@example(
    [(1, t, None, None, False, [(clean(t), clean(t), clean(t), None)]) for t in NASTY]
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


@given(ROWS)
@example([(1, text, None, None, False, []) for text in NASTY])
def test_text_comes_through_but_for_control_characters(rows):
    for row, (_, text, *others) in zip(json_rows(as_json(rows)), rows, strict=True):
        kept = [c for c in text if c in "\t\n\r" or ord(c) > 31]
        text = "".join(c for c in kept if c not in "\ufffe\uffff")
        assert row["text"] == text.replace("\r\n", "\n").replace("\r", "\n")
        assert [row[n] for n in ("when", "amount", "is_total")] == others[:-1]
        assert [tuple(field.values()) for field in row["fields"]] == others[-1]


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
    assert shown == in_csv(clean(text))
    ((first, *_),) = csv_rows(as_csv([(text, "", None, None, True, [])]))
    assert first == in_csv(clean(text))


def test_no_cell_of_a_workbook_is_a_formula():
    file = io.BytesIO()
    rows = [(1, text, None, None, True, []) for text in NASTY]
    write_xlsx.write(table(rows), ASKED, file, address="=1")
    for sheet in load_workbook(file):
        for cells in sheet.iter_rows():
            assert not {cell.data_type for cell in cells} & {"f", "e"}


def test_csv_is_as_rfc_4180_has_it():
    content = as_csv([(1, 'a "b"\nc', None, 7, True, []), (2, "", "2025", 8, True, [])])
    assert content == (
        b"\xef\xbb\xbfid,text,when,amount,is_total,fields,edition\r\n"
        b'1,"a ""b""\nc",,7,true,[],12\r\n'
        b"2,,2025,8,true,[],12\r\n"
    )


def test_rows_come_in_chunks():
    rows = [(n, "", None, None, True, []) for n in range(1201)]
    for kind in (write_csv, write_json):
        assert len(list(kind.chunks(table(rows), ASKED))) in (3, 4)
    assert len(csv_rows(as_csv(rows))) == len(json_rows(as_json(rows))) == 1201


@pytest.mark.parametrize("take", [write_csv.chunks, write_json.chunks])
def test_memory_does_not_grow_with_the_rows(take):
    assert peak(take, 20_000) < 1.2 * peak(take, 2_000)


def test_memory_of_a_workbook_does_not_grow_with_the_rows(tmp_path):
    def take(things, asked):
        with (tmp_path / "things.xlsx").open("wb") as file:
            write_xlsx.write(things, asked, file, address="")
        return ()

    assert peak(take, 5_000) < 1.2 * peak(take, 1_000)


def peak(take, count):
    """The most memory that it takes to take so many rows."""

    def read(asked, expressions):
        return ((n, "x" * 50, "2025", n, True, [], 12) for n in range(count))

    tracemalloc.start()
    for _ in take(Table("things", "Things", COLUMNS, key=("id",), read=read), ASKED):
        pass
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found


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
    assert ("amount", "whole number", "How much.") in as_sheets([])["About"]


def test_workbook_goes_on_where_a_sheet_is_full(monkeypatch):
    monkeypatch.setattr(write_xlsx, "MOST_ROWS", 3)
    found = as_sheets([(n, "", None, None, True, []) for n in range(5)])
    assert list(found) == ["things", "About", "things 2", "things 3"]
    numbers = [row[0] for name in found if name != "About" for row in found[name][1:]]
    assert numbers == list(range(5))


def test_text_too_long_for_a_cell_is_cut_in_the_workbook_alone():
    long = "=" + "x" * 40_000
    row = (1, long, None, None, True, [("name", "Name", None, long)])
    cells = as_sheets([row])["things"][1]
    assert len(cells[1]) == len(cells[5]) == 32_767
    assert json_rows(as_json([row]))[0]["text"] == long
    assert csv_rows(as_csv([row]))[0][1] == f"'{long}"


def test_workbook_opens_on_a_head_that_stays():
    file = io.BytesIO()
    write_xlsx.write(table([]), ASKED, file, address="")
    assert load_workbook(file)["things"].freeze_panes == "A2"


def test_pandas_reads_all_formats_alike():
    rows = [(1, "a\nb", "2025-09-05", 7, True, []), (2, "=1", "2025", 8, False, [])]
    read = pandas.read_csv(io.BytesIO(as_csv(rows)))
    assert list(read.columns) == [*(c.name for c in COLUMNS), "edition"]
    assert read["amount"].tolist() == [7, 8]
    assert read["is_total"].tolist() == [True, False]
    file = io.BytesIO()
    write_xlsx.write(table(rows), ASKED, file, address="")
    sheet = pandas.read_excel(file, sheet_name="things")
    assert sheet["text"].tolist() == ["a\nb", "=1"]
    assert sheet["amount"].tolist() == [7, 8]
    from_json = pandas.DataFrame(json_rows(as_json(rows)))
    assert from_json["id"].tolist() == sheet["id"].tolist() == read["id"].tolist()


def test_strict_reader_of_csv_reads_it():
    rows = [(n, text, None, None, True, []) for n, text in enumerate(NASTY)]
    text = as_csv(rows).decode("utf-8-sig")
    found = list(reference.DictReader(io.StringIO(text, newline=""), strict=True))
    assert [row["id"] for row in found] == list(map(str, range(len(NASTY))))
