"""The tracker's name, its data set's title and licence, and the citation of a page in
words and for reference managers.

This module is pure: no database, no request, no clock.
"""

import calendar
from dataclasses import dataclass
from datetime import date

from partnerships.dates import day_in_words

SITE = "SDP Tracker"
#: The title of the data set, in files, on its page and in the home page's linked data;
#: a record's linked data still has another.
DATA_SET = "The European Union’s Security and Defence Partnerships"
DATA_SET_OF_RECORD = "Security and Defence Partnerships of the European Union"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
LICENCE_NAME = "CC BY 4.0"
NOT_OFFICIAL = "Not an official data set of the European Union."

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
    end of which the tracker said so, and the day on which it was read.

    Nobody is named as author but the tracker, whose editors answer for the record.
    """

    key: str
    title: str
    url: str
    edition: int
    on: date
    known_on: date
    accessed: date

    @property
    def is_final(self) -> bool:
        """True where the address shows this for good, since its day is over."""
        return self.known_on < self.accessed

    @property
    def apa(self) -> str:
        """The citation in the style of the American Psychological Association."""
        return (
            f"{SITE}. ({self.known_on.year}, {_month_day(self.known_on)}). "
            f"{_one_line(self.title)} (Edition {self.edition}; as of "
            f"{day_in_words(self.on)}) [Data set]. "
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
            "note": f"{{Data set, as of {day_in_words(self.on)}}}",
            "url": f"{{{self.url}}}",
            "urldate": f"{{{self.accessed}}}",
        }
        lines = [f"  {name} = {value}" for name, value in fields.items()]
        key = f"sdp-tracker-{self.key}-{self.edition}"
        return f"@misc{{{key},\n" + ",\n".join(lines) + "\n}"

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
            ("N1", f"As of {day_in_words(self.on)}"),
            ("UR", self.url),
            ("Y2", f"{self.accessed:%Y/%m/%d}"),
            ("ER", ""),
        ]
        return "\n".join(f"{tag}  - {value}" for tag, value in lines)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _bibtex(text: str) -> str:
    """Return text in which no sign means anything to TeX."""
    return "".join(_BIBTEX.get(sign, sign) for sign in _one_line(text))


def _month_day(day: date) -> str:
    return f"{calendar.month_name[day.month]} {day.day}"
