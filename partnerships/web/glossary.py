"""The words of the tracker, each with its meaning and where that comes from: said once,
for the page /glossary/ and for the table in docs/data-model.md.

A meaning is in our own words; a citation says which document the thing is taken from.
A word without one is the tracker's own. What each status means stands beside the
statuses (templatetags.statuses), what sets it in the one table of effects
(lifecycle).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Citation:
    """A place in one of the sources on record, by its key, or an act of the EU with its
    address."""

    place: str
    source: str = ""
    url: str = ""

    def __str__(self) -> str:
        return f"{self.source}, {self.place}" if self.source else self.place


@dataclass(frozen=True)
class Term:
    """A word: ``slug`` is its anchor, for good."""

    slug: str
    word: str
    meaning: str
    citations: tuple[Citation, ...] = ()


_SAFE = Citation(
    "Council Regulation (EU) 2025/1106",
    url="https://eur-lex.europa.eu/eli/reg/2025/1106/oj",
)
_TREATY = "https://eur-lex.europa.eu/eli/treaty/teu_2016/oj"
_WHY = Citation("section Why Security and Defence Partnerships", "eeas-2025-06")
_COMPASS = Citation("section Strategic Compass", "eprs-2026-03")
_TABLE = Citation("Table 1", "eprs-2026-03")
_HEADINGS = Citation("Table 1, headings", "eprs-2026-03")
_COUNTRIES = Citation("country sections", "eprs-2026-03")

TERMS = [
    # The instrument
    Term(
        "sdp",
        "Security and Defence Partnership (SDP)",
        "a non-binding political instrument between the EU and one partner that frames "
        "dialogue and cooperation in security and defence",
        (_WHY, _COMPASS),
    ),
    Term(
        "partner", "partner", "the country or organisation that the instrument is with"
    ),
    Term(
        "strategic-compass",
        "Strategic Compass",
        "the EU's plan of action for security and defence, adopted in March 2022, "
        "which calls for tailored partnerships",
        (
            Citation("Summary", "eprs-2026-03"),
            Citation("paragraphs 1 and 2", "epthinktank-2025-01"),
        ),
    ),
    Term(
        "csdp",
        "Common Security and Defence Policy (CSDP)",
        "the EU policy under which it runs civilian and military missions and "
        "operations",
        (
            Citation("section Moldova", "eprs-2026-03"),
            Citation("Treaty on European Union, Article 42", url=_TREATY),
        ),
    ),
    Term(
        "area",
        "area of cooperation",
        "one of 26 subjects that the partnerships cover or leave out",
        (_TABLE,),
    ),
    Term(
        "coverage",
        "coverage",
        "whether one partnership covers one area: included, not included, already "
        "exists, not assessed",
        (_TABLE,),
    ),
    Term("included", "included", "a source says that the area is in", (_TABLE,)),
    Term(
        "not-included",
        "not included",
        "a source says that the area is not in",
        (_TABLE,),
    ),
    Term(
        "already-exists",
        "already exists",
        "a source says that the tie was there before the partnership; neither yes "
        "nor no",
        (_TABLE,),
    ),
    Term(
        "not-assessed",
        "not assessed",
        "nobody has looked; it does not mean that the area is left out",
    ),
    Term(
        "stated-areas",
        "stated number of areas",
        "how many areas a text says there are; it counts otherwise than the table and "
        "is never computed from it",
        (_COUNTRIES,),
    ),
    Term(
        "review-clause",
        "review clause",
        "what the instrument says about its own review",
        (_COMPASS,),
    ),
    Term(
        "engagement",
        "engagement",
        "another tie between the EU and the partner: dialogue, agreement or "
        "arrangement, CSDP mission or operation, European Peace Facility contribution, "
        "PESCO project, European Defence Agency arrangement",
        (_COUNTRIES,),
    ),
    Term(
        "epf",
        "European Peace Facility (EPF)",
        "a fund outside the EU budget for military and defence matters, to which "
        "partners too have contributed",
        (
            Citation("section Norway", "eprs-2026-03"),
            Citation(
                "Council Decision (CFSP) 2021/509",
                url="https://eur-lex.europa.eu/eli/dec/2021/509/oj",
            ),
        ),
    ),
    Term(
        "pesco",
        "permanent structured cooperation (PESCO)",
        "closer defence cooperation among EU Member States, in projects that partners "
        "can be invited to join",
        (
            Citation("sections Moldova and Canada", "eprs-2026-03"),
            Citation("Treaty on European Union, Articles 42 and 46", url=_TREATY),
        ),
    ),
    Term(
        "eda",
        "European Defence Agency (EDA)",
        "the EU agency for defence capabilities; it has administrative arrangements "
        "with some partners",
        (
            Citation("sections Moldova and Outlook", "eprs-2026-03"),
            Citation("Treaty on European Union, Articles 42 and 45", url=_TREATY),
        ),
    ),
    # The partner's standing
    Term(
        "affiliation",
        "affiliation",
        "a partner's standing with NATO or the EU over a time; several can hold at "
        "once",
        (_HEADINGS,),
    ),
    Term("nato-ally", "NATO Ally", "a member of NATO", (_HEADINGS,)),
    Term(
        "nato-pfp",
        "NATO Partnership for Peace (PfP)",
        "NATO's programme of cooperation with countries in Europe and beyond that are "
        "not members",
        (_HEADINGS,),
    ),
    Term(
        "nato-global-partner",
        "NATO global partner",
        "a country that works with NATO outside its regional programmes; for India the "
        "cited table alone says so",
        (_HEADINGS,),
    ),
    Term(
        "eu-candidate",
        "EU candidate, potential candidate",
        "a country that the EU has accepted, or has said it may accept, as a candidate "
        "for membership",
        (_HEADINGS, _COMPASS),
    ),
    Term(
        "eea-efta",
        "EEA-EFTA state",
        "Iceland, Liechtenstein or Norway: members of EFTA that are in the European "
        "Economic Area",
        (_HEADINGS, Citation("Contracting Parties", "eea-agreement-1994")),
    ),
    # SAFE
    Term(
        "safe",
        "SAFE",
        "Security Action for Europe, the EU's loan instrument for common defence "
        "procurement",
        (_SAFE, _COMPASS),
    ),
    Term(
        "safe-35",
        "the 35 % rule of SAFE",
        "components from outside the EU, the EEA-EFTA states and Ukraine may make up "
        "at most 35 % of the cost of a product's components; a bilateral agreement can "
        "lift this for one country",
        (_SAFE, Citation("section Canada", "eprs-2026-03")),
    ),
    Term(
        "safe-eligible",
        "eligible for SAFE",
        "may ask to take part: candidate, potential candidate, or an SDP is signed. "
        "Eligible, agreed, associated and in force are four different things",
        (_SAFE, _COMPASS),
    ),
    Term(
        "safe-associated",
        "SAFE associated",
        "signed, and a bilateral SAFE agreement applies, provisionally or in force",
    ),
    # What happened
    Term(
        "milestone",
        "milestone",
        "a dated event on one of two tracks; an announcement of a signature is a "
        "statement, not a signature",
    ),
    Term(
        "track",
        "track",
        "one of the two stories of a partnership: sdp, the instrument itself, and "
        "safe, the way into SAFE",
    ),
    Term(
        "status",
        "status",
        "where a partnership stands on a day; derived from the milestones of each "
        "track, never typed in",
    ),
    Term(
        "deciding-milestone",
        "deciding milestone",
        "the latest milestone of a track that has an effect and has happened by the "
        "day",
    ),
    Term(
        "headline-status",
        "headline status",
        "the status of the sdp track, or SAFE associated",
    ),
    Term(
        "partial-date",
        "partial date",
        "a year, a month, a day, a span, or “no later than”, never more precise than "
        "the source",
        (Citation("ISO 8601"),),
    ),
    # What the sources say
    Term("source", "source", "a published document"),
    Term(
        "knowledge-as-of",
        "knowledge as of",
        "the day up to which a source's facts reach, often earlier than its "
        "publication",
    ),
    Term(
        "claim",
        "claim",
        "what one source says about one fact, with its place in the source and the "
        "source's own verb",
    ),
    Term("adopted", "adopted value", "the value that the editors put on the record"),
    Term("agrees", "agrees", "the claim has the adopted value"),
    Term(
        "compatible",
        "compatible",
        "the claim can be true beside the adopted value, such as June 2025 beside "
        "23 June 2025",
    ),
    Term("disagrees", "disagrees", "the claim has any other value"),
    Term(
        "stands-alone",
        "stands alone",
        "of a source: no other speaks of the fact, or no other says the same of it",
    ),
    Term(
        "disagreement",
        "disagreement",
        "a fact with a claim that disagrees: open until the editors give a ruling",
    ),
    Term("ruling", "ruling", "the editors' reason for the value that they adopted"),
    Term(
        "question",
        "question",
        "a question of fact about the instrument as a whole, which no one record "
        "answers",
    ),
    # The two clocks and the trail
    Term(
        "as-of",
        "as of (as_of)",
        "the day on which something was true, by what is recorded",
    ),
    Term(
        "known-on",
        "known on (known_on)",
        "the day at whose end, in UTC, this tracker said so",
    ),
    Term(
        "change",
        "change",
        "one entry of the audit trail: what was before and after, who made it, when "
        "and why",
    ),
    Term(
        "kind-of-change",
        "kind of change",
        "new development (something happened), correction (the record was wrong), "
        "editorial (only words are better), import",
    ),
    Term(
        "edition",
        "edition",
        "the number of the last change; it names a state of the whole data set",
    ),
    Term(
        "seal",
        "seal",
        "a SHA-256 value that a change shares with all changes before it, so that none "
        "can be rewritten unseen",
    ),
]
