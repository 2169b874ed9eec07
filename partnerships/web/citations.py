"""The tracker's name, its data set's title and licence, and the citation of a page in
words and for reference managers.

This module is pure: no database, no request, no clock.
"""

import calendar
import json
from dataclasses import dataclass
from datetime import date

from partnerships.dates import day_in_words

SITE = "SDP Tracker"
DATA_SET = "The European Union’s Security and Defence Partnerships"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
LICENCE_NAME = "CC BY 4.0"
NOT_OFFICIAL = "Not an official data set of the European Union."

#: By the ending of a file's name: what the format is called, and its media type.
FORMATS = {
    "bib": ("BibTeX", "application/x-bibtex"),
    "ris": ("RIS", "application/x-research-info-systems"),
    "json": ("CSL-JSON", "application/vnd.citationstyles.csl+json"),
}

_BIBTEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    # Not \{ and \}: BibTeX counts braces, escaped or not.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "–": "--",
    "—": "---",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}


@dataclass(frozen=True)
class Citation:
    """A page to cite: with its edition, the day ``on`` that it is about, the day at the
    end of which the tracker said so, the day on which it was read, and the one through
    which editors had looked for news, None where they have not looked for all. Where it
    is final, the address will show this for good.

    Nobody is named as author but the tracker, whose editors answer for the record.
    """

    key: str
    title: str
    url: str
    edition: int
    on: date
    known_on: date
    accessed: date
    checked_through: date | None = None
    is_final: bool = True

    @property
    def id(self) -> str:
        """Its name among the entries of others."""
        return f"sdp-tracker-{self.key}-{self.edition}-{self.on}"

    def scope(self, beginning: str = "as of") -> str:
        """Return the day that it is about and, where editors have not looked that far,
        how far it is known."""
        scope = f"{beginning} {day_in_words(self.on)}"
        if self.checked_through and self.checked_through < self.on:
            scope += f", checked through {day_in_words(self.checked_through)}"
        return scope

    @property
    def apa(self) -> str:
        """The citation in the style of the American Psychological Association."""
        return (
            f"{SITE}. ({self.known_on.year}, {_month_day(self.known_on)}). "
            f"{_one_line(self.title)} (Edition {self.edition}; {self.scope()}) "
            "[Data set]. "
            f"Retrieved {_month_day(self.accessed)}, {self.accessed.year}, "
            f"from {self.url}"
        )

    @property
    def bibtex(self) -> str:
        """The citation as an entry of BibTeX."""
        month = calendar.month_abbr[self.known_on.month].lower()
        fields = {
            "author": f"{{{{{_bibtex(SITE)}}}}}",
            "title": f"{{{{{_bibtex(self.title)}}}}}",
            "year": f"{{{self.known_on.year}}}",
            "month": month,
            "edition": f"{{{self.edition}}}",
            "note": f"{{Data set, {self.scope()}}}",
            "url": f"{{{self.url}}}",
            "urldate": f"{{{self.accessed}}}",
        }
        lines = [f"  {name} = {value}" for name, value in fields.items()]
        return f"@misc{{{self.id},\n" + ",\n".join(lines) + "\n}"

    @property
    def ris(self) -> str:
        """The citation in the format of reference managers (RIS)."""
        lines = [
            ("TY", "DATA"),
            ("AU", SITE),
            ("TI", _one_line(self.title)),
            ("PY", self.known_on.year),
            ("DA", f"{self.known_on:%Y/%m/%d}"),
            ("ET", self.edition),
            ("N1", self.scope("As of")),
            ("UR", self.url),
            ("Y2", f"{self.accessed:%Y/%m/%d}"),
            ("ER", ""),
        ]
        return "\n".join(f"{tag}  - {value}" for tag, value in lines)

    @property
    def csl_json(self) -> str:
        """The citation as programs read it that set it in any style (CSL-JSON)."""
        entry = {
            "id": self.id,
            "type": "dataset",
            "title": _one_line(self.title),
            "author": [{"literal": SITE}],
            "publisher": SITE,
            "version": str(self.edition),
            "issued": _date_parts(self.known_on),
            "accessed": _date_parts(self.accessed),
            "note": self.scope("As of"),
            "license": LICENCE,
            "language": "en-GB",
            "URL": self.url,
        }
        return json.dumps([entry], ensure_ascii=False)

    def as_file(self, ending: str) -> str:
        """Return the citation in one of ``FORMATS``."""
        texts = {"bib": self.bibtex, "ris": self.ris, "json": self.csl_json}
        return f"{texts[ending]}\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _bibtex(text: str) -> str:
    """Return text in which no sign means anything to TeX."""
    return "".join(_BIBTEX.get(sign, sign) for sign in _one_line(text))


def _date_parts(day: date) -> dict[str, list[list[int]]]:
    return {"date-parts": [[day.year, day.month, day.day]]}


def _month_day(day: date) -> str:
    return f"{calendar.month_name[day.month]} {day.day}"
