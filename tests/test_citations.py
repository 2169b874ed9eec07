"""How to cite a record: what reference managers read out of it."""

import json
import re
from datetime import date

import bibtexparser
import pytest
import rispy

from partnerships.web.citations import Citation

URL = "https://tracker.example.org/partnerships/norway/?as_of=2026-11-22&known_on=2026-11-26"
UNCHECKED = {"checked_through": date(2026, 4, 30)}
TITLES = [
    *("R&D at 100 % for $5", "#1_a~b^c", "C:\\new", "a { b", "a } b"),
    *("Two\n  lines", "Côte d’Ivoire"),
]
TEXT_SIGNS = {
    r"\textbackslash{}": "\\",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    **{f"\\{sign}": sign for sign in "&%$#_"},
}


def cited(title="EU–Norway Security and Defence Partnership", **changes):
    given = {
        "key": "norway",
        "title": title,
        "url": URL,
        "edition": 1039,
        "on": date(2026, 11, 22),
        "known_on": date(2026, 11, 26),
        "accessed": date(2026, 11, 27),
    }
    return Citation(**given | changes)


def is_balanced(text):
    return text.count("{") == text.count("}")


def read_bibtex(text):
    """The key and the fields of an entry, braces counted as BibTeX counts them:
    escaped ones too."""
    head, rest = re.fullmatch(r"@misc\{([^,]+),\n(.*)\n\}", text, re.DOTALL).groups()
    fields = {}
    while rest:
        name, rest = re.match(r" *(\w+) = (.*)", rest, re.DOTALL).groups()
        if rest[0] != "{":
            value, _, rest = rest.partition(",\n")
        else:
            ends = (n for n in range(len(rest)) if is_balanced(rest[: n + 1]))
            end = next(ends)
            value, rest = rest[1:end], rest[end + 1 :].removeprefix(",\n")
        fields[name] = value
    return head, fields


def plain(tex):
    """What TeX prints of a field."""
    tex = tex.removeprefix("{").removesuffix("}")
    signs = "|".join(re.escape(sign) for sign in TEXT_SIGNS)
    return re.sub(signs, lambda found: TEXT_SIGNS[found[0]], tex)


def read_ris(text):
    lines = [
        re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", line) for line in text.split("\n")
    ]
    return {line[1]: line[2] for line in lines}


def test_bibtex_names_edition_days_and_address():
    key, fields = read_bibtex(cited().bibtex)
    assert key == "sdp-tracker-norway-1039-2026-11-22"
    assert fields == {
        "author": "{SDP Tracker}",
        "title": "{EU--Norway Security and Defence Partnership}",
        "year": "2026",
        "month": "nov",
        "edition": "1039",
        "note": "Data set, as of 22 November 2026",
        "url": URL,
        "urldate": "2026-11-27",
    }


@pytest.mark.parametrize("title", TITLES)
def test_no_sign_of_a_title_means_anything_to_tex(title):
    _, fields = read_bibtex(cited(title).bibtex)
    assert plain(fields["title"]) == " ".join(title.split())
    bare = re.sub(r"\\(text\w+\{\}|[&%$#_])", "", fields["title"][1:-1])
    assert not set(bare) & set("&%$#_~^\\{}")


def test_ris_has_a_line_for_each_field_between_type_and_end():
    found = read_ris(cited("Two\nlines").ris)
    assert (*found,)[0] == "TY"
    assert (*found,)[-1] == "ER"
    assert found == {
        **{"TY": "DATA", "AU": "SDP Tracker", "TI": "Two lines", "PY": "2026"},
        **{"DA": "2026/11/26", "ET": "1039", "N1": "As of 22 November 2026"},
        **{"UR": URL, "Y2": "2026/11/27", "ER": ""},
    }


def test_apa_ends_in_the_address():
    assert cited().apa == (
        "SDP Tracker. (2026, November 26). EU–Norway Security and Defence Partnership "
        "(Edition 1039; as of 22 November 2026) [Data set]. Retrieved November 27, "
        f"2026, from {URL}"
    )


def test_csl_json_is_a_data_set_with_its_reach():
    assert json.loads(cited("Two\nlines", **UNCHECKED).csl_json) == [
        {
            "id": "sdp-tracker-norway-1039-2026-11-22",
            "type": "dataset",
            "title": "Two lines",
            "author": [{"literal": "SDP Tracker"}],
            "publisher": "SDP Tracker",
            "version": "1039",
            "issued": {"date-parts": [[2026, 11, 26]]},
            "accessed": {"date-parts": [[2026, 11, 27]]},
            "note": "As of 22 November 2026, checked through 30 April 2026",
            "license": "https://creativecommons.org/licenses/by/4.0/",
            "language": "en-GB",
            "URL": URL,
        }
    ]


def test_how_far_editors_looked_is_said_of_days_after_that():
    late = cited(**UNCHECKED)
    reach = "as of 22 November 2026, checked through 30 April 2026"
    assert f"(Edition 1039; {reach})" in late.apa
    assert read_bibtex(late.bibtex)[1]["note"] == f"Data set, {reach}"
    assert read_ris(late.ris)["N1"] == f"As {reach.removeprefix('as ')}"
    assert "checked" not in cited(**UNCHECKED, on=UNCHECKED["checked_through"]).apa


@pytest.mark.parametrize("title", TITLES)
def test_reference_managers_read_what_they_are_given(title):
    said = cited(title, **UNCHECKED)
    (entry,) = bibtexparser.parse_string(said.as_file("bib")).entries
    assert (entry.entry_type, entry.key) == ("misc", said.id)
    assert plain(entry["title"].strip("{}")) or title
    assert entry["url"] == URL
    (read,) = rispy.loads(said.as_file("ris"))
    assert read["type_of_reference"] == "DATA"
    assert read["title"] == " ".join(title.split())
    assert read["authors"] == ["SDP Tracker"]
    assert read["urls"] == [URL]
    (csl,) = json.loads(said.as_file("json"))
    assert csl["title"] == " ".join(title.split())


def test_year_before_1000_breaks_nothing():
    early = cited(known_on=date(1, 1, 1), on=date(1, 1, 1))
    assert read_bibtex(early.bibtex)[1]["year"] == "1"
    assert read_ris(early.ris)["DA"].endswith("1/01/01")
