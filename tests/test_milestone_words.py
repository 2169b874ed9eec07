"""Milestones in words: titles and sentences that claim what is recorded and no more."""

import re
from datetime import date

import pytest
import time_machine

from partnerships.choices import Track
from partnerships.dates import parse
from partnerships.lifecycle.table import EFFECTS
from partnerships.models import Milestone, Partner, Partnership
from partnerships.web.milestone_words import (
    details,
    names_actor_apart,
    outcome,
    sentence,
    title,
    when,
)

ON = date(2026, 5, 15)
CHECKED = date(2026, 4, 30)
KINDS = [(track, kind) for track in Track for kind in EFFECTS[track]]
#: An announcement of a signature.
SIGNATURE = {"announces": "signed", "expected": parse("2026-03")}


def milestone(kind, day="2024", *, track="sdp", name="Norway", **values):
    """A milestone that no database has."""
    day = parse(day)
    return Milestone(
        partnership=Partnership(partner=Partner(name=name)),
        track=track,
        kind=kind,
        date=day,
        earliest=day.earliest,
        latest=day.latest,
        **({"announces": "signed"} if kind == "announced" else {}) | values,
    )


# Titles


TITLES = [
    ("India: partnership signed", {"kind": "signed"}),
    ("India: exploratory talks", {"kind": "exploratory_talks"}),
    ("India: SAFE agreement signed", {"kind": "signed", "track": "safe"}),
    ("India: asks to take part in SAFE", {"kind": "requested", "track": "safe"}),
    (
        "India: reportedly asks to take part in SAFE",
        {"kind": "requested", "track": "safe", "certainty": "reported"},
    ),
    ("India: partnership reportedly signed", {"kind": "signed", "certainty": "reported"}),
    (
        "India: negotiations on SAFE authorised by the Council",
        {"kind": "negotiations_authorised", "track": "safe", "actor": "the Council"},
    ),
    (
        "India: summit statement agrees to develop a partnership",
        {
            "kind": "statement",
            "actor": "the EU and India",
            "description": "summit statement agrees to develop a partnership",
        },
    ),
    (
        "India: partnership signed by the EU and India",
        {"kind": "signed", "actor": "the EU and India"},
    ),
    (
        "India: exploratory talks (the EU and India)",
        {"kind": "exploratory_talks", "actor": "the EU and India"},
    ),
    ("India: asks to take part in SAFE", {"kind": "requested", "track": "safe", "actor": "India"}),
    (
        "India: European Parliament consents to SAFE agreement",
        {"kind": "parliament_consented", "track": "safe", "actor": "the European Parliament"},
    ),
    (
        "India: talks were held (reportedly)",
        {
            "kind": "exploratory_talks",
            "description": "talks were held",
            "certainty": "reported",
        },
    ),
    (
        "India: signature announced, expected by 31 March 2026",
        {"kind": "announced", **SIGNATURE},
    ),
    (
        "India: entry into force (SAFE) reportedly announced by the Commission",
        {
            "kind": "announced",
            "track": "safe",
            "announces": "in_force",
            "actor": "the Commission",
            "certainty": "reported",
        },
    ),
    (
        "India: ceremony in spring (announced)",
        {"kind": "announced", "description": "ceremony in spring"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("words", "values"), TITLES)
def test_title_says_who_and_what(words, values):
    assert title(milestone(name="India", **values)) == words


@pytest.mark.parametrize(("track", "kind"), KINDS)
def test_title_of_each_kind_says_how_sure_it_is_and_who_acted_if_anybody(track, kind):
    plain = title(milestone(kind, track=track))
    assert re.fullmatch(r"Norway: [^~{}]+", plain)
    assert not plain.endswith(" by")
    reported = title(milestone(kind, track=track, certainty="reported"))
    assert reported.replace("reportedly ", "") == plain != reported


# Sentences


@pytest.mark.parametrize(("track", "kind"), KINDS)
def test_each_kind_has_a_sentence_with_and_without_an_actor(track, kind):
    for actor in ("", "the {Council}"):
        said = sentence(milestone(kind, track=track, actor=actor))
        assert said[0].isupper() and "in 2024" in said and said.endswith(".")
        assert said.startswith("The {Council} " if actor else "")
        assert "Norway" in said
        assert ("SAFE" in said) == (track == Track.SAFE)
        assert not re.search(r"\bwas (held|opened|made|proposed|authorised)\b", said)


WHEN = [
    ("2024-05-28", "on 28 May 2024"),
    ("2024-05-28/2024-05-29", "on 28–29 May 2024"),
    ("2024-05-01/2024-05-31", "between 1 and 31 May 2024"),
    ("2024-05-28/2024-06-03", "between 28 May and 3 June 2024"),
    ("2024-05", "in May 2024"),
    ("2024", "in 2024"),
    ("2024-05/2024-07", "at some time in May–July 2024"),
    ("../2024-05-28", "no later than 28 May 2024"),
]


@pytest.mark.parametrize(("written", "words"), WHEN)
def test_no_day_is_made_up(written, words):
    assert when(parse(written)) == words
    said = sentence(milestone("signed", written))
    own = "The EU and Norway signed their Security and Defence Partnership"
    assert said == f"{own} {words}."


@pytest.mark.parametrize(
    "words", ["the United Kingdom", "the Republic of Moldova", "Canada"]
)
def test_name_has_its_article(words):
    said = sentence(milestone("signed", name=words.removeprefix("the ")))
    assert said.startswith(f"The EU and {words} signed ")


def test_reported_step_is_reported_in_its_sentence():
    said = sentence(milestone("requested", track="safe", certainty="reported"))
    assert said == "Reportedly, Norway asked to take part in SAFE in 2024."


def test_description_stands_as_the_editors_wrote_it():
    words = "European Parliament asks that a partnership be explored"
    said = sentence(milestone("proposed", "2026-02", description=words))
    assert said == f"In February 2026: {words}."


def test_partner_that_acted_is_named_once():
    both = {"track": "safe", "actor": "the EU and Norway"}
    assert sentence(milestone("negotiations_failed", **both)) == (
        "The EU and Norway ended talks on SAFE without agreement in 2024."
    )
    assert sentence(milestone("signed", **both)) == (
        "The EU and Norway signed the agreement on SAFE in 2024."
    )
    assert sentence(milestone("requested", track="safe", actor="Norway")) == (
        "Norway asked to take part in SAFE in 2024."
    )
    assert sentence(milestone("endorsed", track="safe")).startswith(
        "The Member States’ representatives endorsed the agreement"
    )
    council = {"track": "safe", "actor": "the Council"}
    assert title(milestone("endorsed", **council)).endswith("endorsed by the Council")
    assert "SAFE with Norway without" in sentence(
        milestone("negotiations_failed", **council)
    )


@pytest.mark.parametrize(
    ("description", "is_apart"),
    [
        ("the two sides agree to launch negotiations", True),
        ("European Commission’s President announces the launch of negotiations", False),
        ("President of the European Commission announces negotiations", False),
        ("", False),  # its title names who acted
    ],
)
def test_actor_stands_apart_where_the_title_does_not_name_it(description, is_apart):
    actor = "the President of the European Commission"
    opened = {"kind": "negotiations_opened", "description": description}
    assert names_actor_apart(milestone(actor=actor, **opened)) == is_apart
    assert not names_actor_apart(milestone(**opened))


@pytest.mark.parametrize(("track", "kind"), KINDS)
def test_announcement_of_each_kind_is_a_sentence(track, kind):
    said = sentence(milestone("announced", track=track, announces=kind))
    assert re.fullmatch(
        r"There was an announcement in 2024: [^~{}]+ (a|an) [^~{}]+ Norway\.", said
    )


def test_announcement_is_not_the_step():
    said = sentence(milestone("announced", "2026-01", actor="Norway", **SIGNATURE))
    assert said == (
        "Norway announced in January 2026: signature of a Security and Defence "
        "Partnership between the EU and Norway, expected by 31 March 2026."
    )


# Outcomes of announcements


def told(*others, on=ON, checked=CHECKED, **values):
    """The outcome of an announcement of January 2026, among other milestones."""
    announced = milestone("announced", "2026-01", **SIGNATURE | values)
    return outcome(announced, [announced, *others], checked_through=checked, on=on)


def test_announcement_that_is_met_says_by_what():
    signed = milestone("signed", "2026-05-03")
    assert told(signed) == "announced; signed on 3 May 2026"
    assert told(signed, fell_through=True) == "announced; signed on 3 May 2026"
    reported = milestone("signed", "2026-05-03", certainty="reported")
    assert told(reported) == "announced; reportedly signed on 3 May 2026"


@pytest.mark.parametrize(
    "other",
    [
        milestone("signed", "2025-12-01"),
        milestone("signed", "2026-05-16"),
        milestone("signed", "2026-03-01", certainty="rejected"),
        milestone("signed", "2026-03-01", track="safe"),
        milestone("text_agreed", "2026-03-01"),
    ],
    ids=["before", "later than the day", "rejected", "of SAFE", "of another kind"],
)
def test_announcement_that_is_not_met_says_how_far_that_is_known(other):
    assert told(other) == (
        "expected by 31 March 2026; nothing recorded; checked through 30 April 2026"
    )


def test_announcement_without_a_day_or_a_check_says_so():
    assert told(expected=None, checked=None) == (
        "no day was given; nothing recorded; no check is recorded"
    )


def test_announcement_may_fall_through():
    assert told(fell_through=True) == "announced; it fell through"
    why = {"actor": "the Commission", "note": "Elections came first."}
    assert told(fell_through=True, **why) == (
        "announced by the Commission; it fell through: Elections came first."
    )


def test_announcement_says_of_a_day_that_is_over_what_was_due_by_then():
    due_later = {"on": date(2026, 2, 1), "note": "Elections came first."}
    for fell_through in (False, True):
        assert told(fell_through=fell_through, **due_later) == ""
    announced = milestone(
        "announced", note="Why", fell_through=True, announces="signed"
    )
    assert details(announced, on=ON) == []
    assert told(on=date(2026, 4, 10)) == (
        "expected by 31 March 2026; nothing recorded by 10 April 2026"
    )


def test_announcement_that_is_called_off_before_it_is_due_says_so():
    with time_machine.travel(ON, tick=False):
        assert told(fell_through=True, expected=parse("2027-01")) == (
            "announced; it fell through"
        )
