"""Statuses in words: sentences of one record, as far as its days are known."""

from datetime import date
from types import SimpleNamespace

import pytest
import time_machine

from partnerships.choices import SafeStatus, SdpStatus, Status
from partnerships.selectors.course import courses, safe_eligibility
from partnerships.selectors.record import partnership_record
from partnerships.web import safe_words, status_words
from tests import factories

TODAY = date(2026, 6, 30)
CHECKED = "Checked through 31 May 2026."
MAY_JOIN = "may join common purchases as a signed partner, and its firms may supply"
NO_STEP = "No step towards a SAFE agreement is known (checked through 31 May 2026)."


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def uk(db):
    """A partner whose name takes an article; checked through May."""
    of = factories.partner("uk", name="United Kingdom", iso_code="GB")
    record = factories.partnership(of=of)
    factories.check(record, "2026-05-31")
    return record


def told(on=TODAY, slug="uk"):
    """The headline of a record, and its sentences on SAFE."""
    record = partnership_record(slug, on=on)
    eligibility = safe_eligibility(record)
    return (
        status_words.headline(record, courses(record)),
        safe_words.safe_sentences(record, eligibility),
    )


def steps(record, *kinds, track="sdp", **values):
    for kind, day in kinds:
        factories.milestone(record, kind, day, track=track, **values)


# The headline


def test_signed_and_associated_record_says_since_when_and_who_acts_next(uk):
    steps(uk, ("signed", "2025-06-23"))
    agreement = [("signed", "2026-02-14"), ("provisionally_applied", "../2026-05-20")]
    steps(uk, *agreement, track="safe")
    headline, safe = told()
    assert headline == (
        "Signed with the United Kingdom, and taking part in SAFE under its own "
        "agreement. Signed 23 June 2025; the SAFE agreement signed 14 February 2026, "
        "applied provisionally by 20 May 2026. Next: the European Parliament votes on its "
        f"consent. {CHECKED}"
    )
    assert safe.startswith(
        "Its agreement on SAFE: signed 14 February 2026, applied provisionally by 20 May "
    )
    steps(uk, ("parliament_consented", "2026-06-10"), track="safe")
    assert "Next: the Council concludes it." in told()[0]
    steps(uk, ("concluded", "2026-06-20"), track="safe")
    assert "Next: it enters into force." in told()[0]
    steps(uk, ("in_force", "2026-06-25"), track="safe")
    assert "Next" not in told()[0]


def test_who_proposed_a_partnership_is_said(uk):
    words = {
        "actor": "the European Parliament",
        "description": "European Parliament asks that a partnership be explored",
    }
    steps(uk, ("proposed", "2026-02"), **words)
    with_uk = "a partnership with the United Kingdom. In February 2026: European"
    assert told()[0].startswith(f"The European Parliament has proposed {with_uk}")
    then = told(date(2026, 5, 1))[0]
    assert then.startswith(
        f"By 1 May 2026 the European Parliament had proposed {with_uk}"
    )


HEADLINES = [
    (
        [],
        "No step towards a partnership with the United Kingdom is known.",
        "By 1 May 2026 no step towards a partnership with the United Kingdom was known.",
    ),
    (
        [("proposed", "2026-02")],
        "A partnership with the United Kingdom is proposed.",
        "By 1 May 2026 a partnership with the United Kingdom had been proposed.",
    ),
    (
        [("exploratory_talks", "2026-02")],
        "Talks with the United Kingdom explore a partnership.",
        "On 1 May 2026 talks with the United Kingdom explored a partnership.",
    ),
    (
        [("negotiations_opened", "2026-02")],
        "A partnership with the United Kingdom is being negotiated.",
        "On 1 May 2026 a partnership with the United Kingdom was being negotiated.",
    ),
    (
        [("signed", "2025-05-19")],
        "Signed with the United Kingdom on 19 May 2025.",
        "Signed with the United Kingdom on 19 May 2025.",
    ),
    (
        [("signed", "2025-05-19"), ("suspended", "2026-01")],
        "The partnership with the United Kingdom is suspended.",
        "By 1 May 2026 the partnership with the United Kingdom had been suspended.",
    ),
    (
        [("signed", "2025-05-19"), ("ended", "2026-01")],
        "The partnership with the United Kingdom has ended.",
        "By 1 May 2026 the partnership with the United Kingdom had ended.",
    ),
    (
        [("proposed", "2025-05"), ("abandoned", "2026-01")],
        "The attempt at a partnership with the United Kingdom is given up.",
        "By 1 May 2026 the attempt at a partnership with the United Kingdom had been "
        "given up.",
    ),
]


@pytest.mark.parametrize(("milestones", "present", "past"), HEADLINES)
def test_past_days_have_the_past_tense(uk, milestones, present, past):
    steps(uk, *milestones)
    headline, _ = told()
    assert headline.startswith(present) and headline.endswith(CHECKED)
    then, _ = told(date(2026, 5, 1))
    assert then.startswith(past) and "Checked" not in then


def test_resumption_is_told_beside_the_signature(uk):
    turns = [("suspended", "2026-01-05"), ("resumed", "2026-02-05")]
    steps(uk, ("signed", "2025-05-19"), *turns)
    assert "on 19 May 2025. The Security and Defence Partnership" in told()[0]
    assert "resumed on 5 February 2026." in told()[0]


def test_what_the_press_alone_says_is_reported(uk):
    steps(uk, ("signed", "2025-06-23"), certainty="reported")
    assert told()[0].startswith("Reportedly signed with the United Kingdom on ")
    steps(uk, ("signed", "2026-02-14"), track="safe")
    assert told()[0].startswith("Reportedly signed with the United Kingdom, and taking")
    uk.milestones.all().delete()
    steps(uk, ("signed", "2025-06-23"))
    steps(uk, ("signed", "2026-02-14"), track="safe", certainty="reported")
    assert told()[0].startswith(
        "Signed with the United Kingdom, and reportedly taking part in SAFE"
    )


def test_what_else_may_be_is_said(uk):
    steps(uk, ("negotiations_opened", "2026-01-05"), ("signed", "../2026-06-10"))
    headline, _ = told(date(2026, 6, 1))
    said = "By the days known, a partnership may also have been signed."
    assert said in headline
    steps(uk, ("suspended", "2026-06-20/2026-06-30"))
    assert "may" not in told()[0]


def test_doubt_about_safe_alone_is_none_about_the_partnership(uk):
    steps(uk, ("signed", "2025-06-23"))
    agreement = [("in_force", "2026-03/2026-05"), ("suspended", "2026-04-10")]
    steps(uk, *agreement, track="safe")
    record = partnership_record("uk", on=TODAY)
    assert status_words.label(record.partnership) == (
        "SAFE associated; SAFE may be suspended"
    )
    headline, safe = told()
    assert "in force at some time in March–May 2026" in headline
    assert "suspended 10 April 2026" in headline
    doubt = "By the days known, the agreement on SAFE may also be suspended."
    assert doubt in headline and safe.endswith(doubt)
    assert "partnership may" not in headline
    (course,) = [c for c in courses(record) if c.track == "safe"]
    assert "Waiting" not in status_words.waiting(course)
    assert "between March and May 2026" in status_words.waiting(course)
    assert "resumed" not in course.ahead.onward


def test_days_are_counted_by_what_the_order_allows(uk):
    uk.checks.all().delete()
    steps(uk, ("signed", "2025-06-23"))
    in_force = factories.milestone(uk, "in_force", "2026-03/2026-05", track="safe")
    steps(uk, ("suspended", "2026-04-10"), track="safe", follows=in_force)
    (course,) = [
        c for c in courses(partnership_record("uk", on=TODAY)) if c.track == "safe"
    ]
    said = "Waiting since 10 April 2026, the last day of which the record is known."
    assert status_words.waiting(course) == said


@pytest.mark.parametrize("kind", ["announced", "statement"])
def test_what_moves_no_status_is_said_and_no_further_step(uk, kind):
    announced = {"announces": "signed", "expected": "2026-07"}
    words = announced if kind == "announced" else {"description": "summit statement"}
    steps(uk, (kind, "2026-04-10"), **words)
    headline, _ = told()
    said, further, _ = headline.partition("No further step towards a partnership")
    assert "10 April 2026" in said and further and "No step" not in headline


def test_consent_without_an_agreement_is_no_step_that_is_denied(uk):
    steps(uk, ("signed", "2025-06-23"))
    steps(uk, ("parliament_consented", "2026-04-10"), track="safe")
    left = status_words.no_step("safe", partnership_record("uk", on=TODAY))
    said, further, safe = left.partition("No further step towards a SAFE agreement")
    assert "10 April 2026" in said and further and "No step" not in safe


def test_record_that_nobody_checked_says_so(uk):
    uk.checks.all().delete()
    assert told()[0].endswith(" No check is recorded.")


# SAFE


def test_before_its_day_safe_did_not_exist(uk):
    steps(uk, ("signed", "2025-05-19"))
    said = "SAFE did not exist yet on 26 May 2025: its Regulation is of 27 May 2025."
    assert told(date(2025, 5, 26))[1] == said
    assert told(date(2025, 5, 27))[1].startswith("The United Kingdom could join ")


def test_effect_comes_first_and_absence_last(uk):
    steps(uk, ("signed", "2025-05-19"))
    assert told()[1] == f"The United Kingdom {MAY_JOIN} up to 35 % of components."
    assert status_words.no_step("safe", partnership_record("uk", on=TODAY)) == NO_STEP


SAFE = [
    (
        [("requested", "2025-10-01")],
        "The United Kingdom asked to take part in SAFE on 1 October 2025.",
    ),
    (
        [("negotiations_opened", "2025-10-01")],
        "An agreement on SAFE is being negotiated. Negotiations on an agreement on",
    ),
    (
        [("endorsed", "2025-12")],
        "An agreement on SAFE is agreed, not signed. The Member States’ representatives endorsed the",
    ),
    (
        [("negotiations_failed", "2025-11-28")],
        "Talks on an agreement on SAFE between the EU and the United Kingdom ended "
        "without agreement on 28 November 2025.",
    ),
    (
        [("signed", "2025-11-28"), ("suspended", "2026-01-05")],
        "Its agreement on SAFE is suspended. The suspension of the agreement on SAFE",
    ),
    (
        [("signed", "2025-11-28"), ("terminated", "2026-01-05")],
        "Its agreement on SAFE has ended. The termination of the agreement on SAFE",
    ),
]


@pytest.mark.parametrize(("milestones", "sentences"), SAFE)
def test_step_towards_an_agreement_follows_the_effect_without_one(
    uk, milestones, sentences
):
    steps(uk, ("signed", "2025-05-19"))
    steps(uk, *milestones, track="safe")
    _, safe = told()
    assert safe.startswith(
        f"The United Kingdom {MAY_JOIN} up to 35 % of components. {sentences}"
    )
    assert "No step" not in safe


def test_reason_is_that_of_the_record_alone(db):
    iceland = factories.partnership("iceland")
    factories.affiliation(iceland.partner, "eea_efta", since="1994-01-01")
    _, safe = told(slug="iceland")
    assert safe == (
        "Iceland may join common purchases on Member States’ terms, without loans: it "
        "belongs to the EEA and EFTA. It needs no partnership for that."
    )
    factories.partnership(of=factories.partner("ukraine", iso_code="UA"))
    _, safe = told(slug="ukraine")
    assert "the Regulation names it" in safe
    assert "EFTA" not in safe


def test_standing_that_may_hold_is_said_to_be_possible(uk):
    factories.affiliation(uk.partner, "eea_efta")
    _, safe = told()
    assert safe.startswith(
        "The United Kingdom may be able to join common purchases on Member States’ "
        "terms, without loans: it may belong to the EEA and EFTA. The days known leave"
    )
    steps(uk, ("signed", "../2026-06"))
    _, safe = told(date(2026, 6, 1))
    assert safe.startswith(
        "The United Kingdom may have been able to join common purchases on Member "
        "States’ terms, without loans: it may have belonged to the EEA and EFTA, or "
        "its partnership may have been signed."
    )
    assert "could not" not in safe
    _, safe = told()
    assert "may join common purchases as a signed partner" in safe
    assert "it may also belong to the EEA and EFTA, and so need no partnership" in safe


def test_standing_that_may_be_over_is_said_to(uk):
    steps(uk, ("signed", "2025-05-19"), ("suspended", "2026-05/2026-06"))
    _, safe = told(date(2026, 6, 1))
    assert "could join common purchases as a signed partner" in safe
    assert "By the days known, that standing may already have been over." in safe


def test_signature_that_the_press_reports_is_no_fact_for_safe(uk):
    steps(uk, ("signed", "2025-05-19"), certainty="reported")
    said = "may join common purchases as a signed partner (by press reports alone), and"
    assert said in told()[1]
    row = partnership_record("uk", on=TODAY).partnership
    assert status_words.label(row, "safe_status") == "Reportedly eligible"


def test_step_that_may_have_been_taken_is_not_said_to_be_unknown(uk):
    steps(uk, ("signed", "2025-05-19"))
    steps(uk, ("requested", "../2026-03-05"), track="safe")
    _, safe = told(date(2026, 1, 31))
    assert "No step" not in safe
    said = "By the days known, an agreement on SAFE may also have been asked for."
    assert safe.endswith(said)


def test_how_far_firms_may_go_is_for_the_agreement_to_say(uk):
    steps(uk, ("signed", "2025-05-19"))
    steps(uk, ("signed", "2025-11-28"), track="safe")
    said = "how far its firms may go above 35 % of components is for that agreement to"
    assert said in told()[1] and said in safe_words.SAFE_MEANINGS["associated"]
    assert "could go above 35 % of components was for" in told(date(2026, 1, 1))[1]


# Labels


def row(**values):
    return SimpleNamespace(
        status_reported=False,
        safe_status_reported=False,
        **{"status_may_be": [], "status_on": TODAY} | values,
    )


def test_label_says_how_sure_it_is():
    assert status_words.label(row(status="signed")) == "Signed"
    signed = row(status="signed")
    signed.status_reported, signed.status_may_be = (
        True,
        ["safe_associated", "suspended"],
    )
    assert status_words.label(signed) == (
        "Reportedly signed; may be associated with SAFE or suspended"
    )
    safe = row(safe_status="agreed", safe_status_may_be=["associated"])
    assert status_words.label(safe, "safe_status") == "Agreed; may be associated"
    safe.status_on = date(2026, 6, 29)
    assert status_words.label(safe, "safe_status").endswith(
        "; may have been associated"
    )
    safe.safe_status_may_be = ["not_needed"]
    assert status_words.may_be(safe, "safe_status") == "may have needed no partnership"
    safe.safe_status_may_be = ["not_needed", "eligible"]
    assert status_words.may_be(safe, "safe_status") == (
        "may have been eligible or needed no partnership"
    )


@pytest.mark.once
def test_every_status_has_a_meaning():
    assert status_words.SDP_MEANINGS.keys() == set(SdpStatus)
    assert safe_words.SAFE_MEANINGS.keys() == set(SafeStatus)
    assert all(0 < len(safe_words.effect_of(status)) <= 50 for status in SafeStatus)
    assert {*Status} - {*SdpStatus} == {Status.SAFE_ASSOCIATED}
