"""Workbooks for spreadsheet programs (Office Open XML), written row by row into their
file: a sheet takes the memory of one row and of its links, however long it is.

No cell can be a formula, for there is no way to write one. Text is such as every format
can hold (``partnerships.text.file_text``).
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import IO
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils.encoding import iri_to_uri

#: What Excel holds: links of a sheet, characters of an address that is one.
MOST_LINKS, LONGEST_LINK = 65_530, 2_079
#: So many characters beside one another can still be read on a page of paper.
ON_PAPER = 200
#: The height of a line, and of the highest row, in points.
LINE, HIGHEST = 15, 405

#: The looks of a cell, and of what each is made: the numbers of its format, font, fill
#: and border among ``_STYLES``, and how its text stands.
PLAIN, WRAPPED, NUMBER, BOLD, HEAD, LINK, DAY, TIME = range(8)
_LOOKS = [
    (0, 0, 0, 0, ""),
    (0, 0, 0, 0, ' horizontal="left" wrapText="1"'),
    (0, 0, 0, 0, ' horizontal="right" indent="1"'),
    (0, 1, 0, 0, ""),
    (0, 1, 2, 1, ""),
    (0, 2, 0, 0, ""),
    (164, 0, 0, 0, ' horizontal="left"'),
    (165, 0, 0, 0, ' horizontal="left"'),
]

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OPEN_XML = "http://schemas.openxmlformats.org"
_MAIN = f'xmlns="{_OPEN_XML}/spreadsheetml/2006/main"'
_KIND = f"{_OPEN_XML}/officeDocument/2006/relationships"
_PARTS = f"{_OPEN_XML}/package/2006"
_MEDIA = "application/vnd.openxmlformats"
_CALIBRI = '<name val="Calibri"/><family val="2"/>'
_STYLES = f"""<styleSheet {_MAIN}>
<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>
<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>
<fonts count="3"><font><sz val="11"/>{_CALIBRI}</font>
<font><b/><sz val="11"/>{_CALIBRI}</font>
<font><u/><sz val="11"/><color rgb="FF0B57A4"/>{_CALIBRI}</font></fonts>
<fills count="3"><fill><patternFill patternType="none"/></fill>
<fill><patternFill patternType="gray125"/></fill>
<fill><patternFill patternType="solid"><fgColor rgb="FFE9ECEF"/></patternFill></fill>
</fills>
<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>
<border><left/><right/><top/><bottom style="thin"><color rgb="FF6C757D"/></bottom>
<diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>
</cellStyleXfs>
<cellXfs count="{len(_LOOKS)}">%s</cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>""" % "".join(
    f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="{border}" '
    'xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" '
    f'applyAlignment="1"><alignment vertical="top"{text}/></xf>'
    for number, font, fill, border, text in _LOOKS
)


@dataclass(frozen=True)
class Layout:
    """A sheet before its rows: its name, how wide its columns are, in characters, and
    the foot of its pages on paper. The first row and column of a table stay in view and
    stand on each page; its rows can be filtered."""

    name: str
    widths: Sequence[int]
    foot: str
    is_table: bool = False


class Sheet:
    """A sheet on its way into a file, to which rows are added from the top."""

    def __init__(self, stream: IO[bytes], layout: Layout) -> None:
        self.layout, self.rows = layout, 0
        self.links: list[str] = []
        self.targets: dict[str, int] = {}
        self._stream = stream
        self._columns = [letters(n) for n in range(1, len(layout.widths) + 1)]

    @property
    def corners(self) -> list[tuple[str, int]]:
        """The column and the row of the first cell and of the last."""
        return [("A", 1), (self._columns[-1], max(self.rows, 1))]

    def add(self, values: Sequence, looks: Sequence[int]) -> None:
        """Add a row of texts, numbers, truth values, days and times (shown in UTC), and
        how each looks; None and empty text leave a cell empty. Days and times look like
        that. An address that is a LINK leads there, but for those beyond MOST_LINKS."""
        self.rows += 1
        height, cells = LINE, []
        for column, width, value, look in zip(
            self._columns, self.layout.widths, values, looks, strict=True
        ):
            if value is not None and value != "":
                cells.append(self._cell(f"{column}{self.rows}", value, look))
                if look == WRAPPED and isinstance(value, str):
                    height = max(height, LINE * _lines(value, width))
        attributes = f'r="{self.rows}" ht="{min(height, HIGHEST)}"'
        self._stream.write(f"<row {attributes}>{''.join(cells)}</row>".encode())

    def _cell(self, place: str, value, look: int) -> str:
        if isinstance(value, str):
            if look == LINK and not self._is_linked(place, value):
                look = PLAIN
            text = f'<t xml:space="preserve">{escape(value)}</t>'
            return f'<c r="{place}" s="{look}" t="inlineStr"><is>{text}</is></c>'
        if isinstance(value, bool):
            return f'<c r="{place}" s="{look}" t="b"><v>{value:d}</v></c>'
        if isinstance(value, date):
            look, value = (TIME if isinstance(value, datetime) else DAY), _serial(value)
        return f'<c r="{place}" s="{look}"><v>{value}</v></c>'

    def _is_linked(self, place: str, address: str) -> bool:
        is_link = address.startswith(("http://", "https://"))
        if not is_link or len(address) > LONGEST_LINK or len(self.links) == MOST_LINKS:
            return False
        number = self.targets.setdefault(address, len(self.targets) + 1)
        self.links.append(f'<hyperlink ref="{place}" r:id="rId{number}"/>')
        return True


class Workbook:
    """A workbook whose sheets are written one after another into an archive."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._sheets: list[tuple[str, Sheet]] = []

    @contextmanager
    def sheet(self, layout: Layout, *, place: int) -> Iterator[Sheet]:
        """Give a sheet to fill, which will stand at that place among the others."""
        name = f"sheet{len(self._sheets) + 1}.xml"
        with self._archive.open(f"xl/worksheets/{name}", "w") as stream:
            sheet = Sheet(stream, layout)
            begun = _beginning(layout, is_shown=not self._sheets)
            stream.write((_XML + begun).encode())
            yield sheet
            stream.write(_end(sheet).encode())
        self._sheets.insert(place, (f"worksheets/{name}", sheet))
        links = (
            f'"{_KIND}/hyperlink" Target={quoteattr(iri_to_uri(address) or "")} '
            'TargetMode="External"'
            for address in sheet.targets
        )
        self._relate(f"xl/worksheets/_rels/{name}.rels", links)

    def finish(self, *, title: str, creator: str) -> None:
        """Write what holds the sheets together."""
        paths = [path for path, _ in self._sheets]
        self._write("xl/styles.xml", _STYLES)
        self._write("xl/workbook.xml", _contents([sheet for _, sheet in self._sheets]))
        sheets = [f'"{_KIND}/worksheet" Target="{path}"' for path in paths]
        styles = f'"{_KIND}/styles" Target="styles.xml"'
        self._relate("xl/_rels/workbook.xml.rels", [*sheets, styles])
        about = (
            f'<cp:coreProperties xmlns:cp="{_PARTS}/metadata/core-properties" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<dc:creator>{escape(creator)}</dc:creator>"
            f"<dc:title>{escape(title)}</dc:title></cp:coreProperties>"
        )
        self._write("docProps/core.xml", about)
        properties = f"{_PARTS}/relationships/metadata/core-properties"
        parts = [
            f'"{_KIND}/officeDocument" Target="xl/workbook.xml"',
            f'"{properties}" Target="docProps/core.xml"',
        ]
        self._relate("_rels/.rels", parts)
        self._write("[Content_Types].xml", _media_types(paths))

    def _relate(self, path: str, others: Iterable[str]) -> None:
        relations = "".join(
            f'<Relationship Id="rId{number}" Type={other}/>'
            for number, other in enumerate(others, 1)
        )
        head = f'<Relationships xmlns="{_PARTS}/relationships">'
        self._write(path, f"{head}{relations}</Relationships>")

    def _write(self, path: str, xml: str) -> None:
        self._archive.writestr(path, _XML + xml, ZIP_DEFLATED)


def letters(number: int) -> str:
    """Return the name of a column by its number: "A" of 1, "AB" of 28."""
    above, last = divmod(number - 1, 26)
    return (letters(above) if above else "") + chr(ord("A") + last)


def _lines(text: str, width: int) -> int:
    """Return how many lines a text takes, about, in a column of that width: programs
    do not work it out for themselves in long sheets, or at all."""
    return sum(1 + len(line) // (width + 1) for line in text.split("\n"))


def _serial(value: date) -> float:
    """Return a day or a time as the days that spreadsheets count."""
    if isinstance(value, datetime):
        return (value - datetime(1899, 12, 30, tzinfo=UTC)) / timedelta(days=1)
    return (value - date(1899, 12, 30)).days


def _beginning(layout: Layout, *, is_shown: bool) -> str:
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(layout.widths, 1)
    )
    frozen = (
        '<pane xSplit="1" ySplit="1" topLeftCell="B2" activePane="bottomRight" '
        'state="frozen"/><selection pane="topRight" activeCell="B1" sqref="B1"/>'
        '<selection pane="bottomLeft" activeCell="A2" sqref="A2"/>'
        '<selection pane="bottomRight"/>'
    )
    return (
        f'<worksheet {_MAIN} xmlns:r="{_KIND}">'
        '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews>'
        f'<sheetView tabSelected="{is_shown:d}" workbookViewId="0">'
        f"{frozen if layout.is_table else ''}</sheetView>"
        '</sheetViews><sheetFormatPr defaultRowHeight="15"/>'
        f"<cols>{columns}</cols><sheetData>"
    )


def _end(sheet: Sheet) -> str:
    """Return what stands below the rows: filter, links, and how it looks on paper."""
    layout = sheet.layout
    extent = ":".join(f"{column}{row}" for column, row in sheet.corners)
    filtered = f'<autoFilter ref="{extent}"/>' if layout.is_table else ""
    links = f"<hyperlinks>{''.join(sheet.links)}</hyperlinks>" if sheet.links else ""
    foot = f"&L{layout.foot.replace('&', '&&')}&RPage &P of &N"  # & begins a code
    return (
        f"</sheetData>{filtered}{links}"
        '<pageMargins left="0.4" right="0.4" top="0.4" bottom="0.7" header="0.3" '
        'footer="0.3"/><pageSetup paperSize="9" orientation="landscape" '
        f'fitToWidth="{ceil(sum(layout.widths) / ON_PAPER)}" fitToHeight="0"/>'
        f"<headerFooter><oddFooter>{escape(foot)}</oddFooter></headerFooter>"
        f'<ignoredErrors><ignoredError sqref="{extent}" numberStoredAsText="1"/>'
        "</ignoredErrors></worksheet>"
    )


def _contents(sheets: Sequence[Sheet]) -> str:
    """Return the list of the sheets, with what is filtered and what is repeated."""
    listed, named = "", ""
    for number, sheet in enumerate(sheets):
        name = sheet.layout.name
        listed += f'<sheet name={quoteattr(name)} sheetId="{number + 1}" '
        listed += f'r:id="rId{number + 1}"/>'
        if not sheet.layout.is_table:
            continue
        of_sheet, whole = f'localSheetId="{number}"', escape(f"'{name}'!")
        extent = ":".join(f"${column}${row}" for column, row in sheet.corners)
        named += (
            f'<definedName name="_xlnm._FilterDatabase" {of_sheet} hidden="1">'
            f"{whole}{extent}</definedName>"
            f'<definedName name="_xlnm.Print_Titles" {of_sheet}>'
            f"{whole}$A:$A,{whole}$1:$1</definedName>"
        )
    return (
        f'<workbook {_MAIN} xmlns:r="{_KIND}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{listed}</sheets><definedNames>{named}</definedNames></workbook>"
    )


def _media_types(sheets: Iterable[str]) -> str:
    kind = f"{_MEDIA}-officedocument.spreadsheetml"
    parts = {
        "/xl/workbook.xml": f"{kind}.sheet.main",
        "/xl/styles.xml": f"{kind}.styles",
        "/docProps/core.xml": f"{_MEDIA}-package.core-properties",
        **{f"/xl/{path}": f"{kind}.worksheet" for path in sheets},
    }
    overrides = "".join(
        f'<Override PartName="{path}" ContentType="{media_type}+xml"/>'
        for path, media_type in parts.items()
    )
    return (
        f'<Types xmlns="{_PARTS}/content-types"><Default Extension="rels" '
        f'ContentType="{_MEDIA}-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )
