"""A grid to fill in and upload, as CSV or XLSX: the columns, and two examples, which
the upload leaves out."""

import csv
from io import BytesIO, StringIO

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from partnerships.actions.statements import COLUMNS
from partnerships.desk.grids import EXAMPLE

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_EXAMPLES = [
    {
        "partner": f"{EXAMPLE} Ghana",
        "what": "Signed",
        "value": "24 March 2026",
        "words": "signed on Tuesday in Accra",
        "place": "paragraph 2",
    },
    {
        "partner": f"{EXAMPLE} Ghana",
        "what": "Tie: Dialogue",
        "value": "annual",
        "words": "will meet every year",
        "place": "paragraph 7",
        "detail": "Security and defence dialogue",
    },
]


@require_safe
def template(request, site, suffix):
    """Send the grid in the format that the address names."""
    formats = {"csv": ("text/csv; charset=utf-8", _csv), "xlsx": (_XLSX, _xlsx)}
    if suffix not in formats:
        raise Http404
    kind, write = formats[suffix]
    lines = [COLUMNS, *([row.get(name, "") for name in COLUMNS] for row in _EXAMPLES)]
    name = f'attachment; filename="document-rows.{suffix}"'
    return HttpResponse(
        write(lines), content_type=kind, headers={"Content-Disposition": name}
    )


def _csv(lines) -> bytes:
    """Return the lines as CSV; spreadsheets know by its mark that it is UTF-8."""
    file = StringIO()
    csv.writer(file).writerows(lines)
    return file.getvalue().encode("utf-8-sig")


def _xlsx(lines) -> bytes:
    from openpyxl import Workbook  # large; few processes ever need it
    from openpyxl.styles import Font

    book, file = Workbook(), BytesIO()
    sheet = book.worksheets[0]
    sheet.title = "Rows"
    for line in lines:
        sheet.append(list(line))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = 24
    sheet.freeze_panes = "A2"
    book.save(file)
    return file.getvalue()
