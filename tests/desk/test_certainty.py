"""Who speaks of a step decides if it is confirmed or reported."""

import pytest

from partnerships.models import Milestone
from tests import factories
from tests.desk.entry import SIGNED, beside, check, read, send
from tests.html import page

pytestmark = pytest.mark.django_db

OFFICIAL = {"kind": "official", "publisher": "EEAS", "url": "https://example.org/eeas"}


@pytest.fixture(autouse=True)
def ghana():
    partner = factories.partner("ghana", iso_code="GH")
    return factories.partnership("ghana", of=partner)


@pytest.fixture
def client(client, publisher):
    client.force_login(publisher)
    return client


def certainty():
    return Milestone.objects.get().certainty


@pytest.mark.parametrize("kind", ["press", "agency"])
def test_signature_of_which_the_press_alone_speaks_is_reported(client, kind):
    line = read(client, SIGNED)
    assert "Recorded as reported: the press alone says so." in line.sentence
    send(client, [SIGNED], kind=kind)
    assert certainty() == "reported"
    assert "reported" in page(client, "/partnerships/ghana/").text.lower()


@pytest.mark.parametrize("kind", ["official", "parliament"])
def test_signature_of_which_an_official_text_speaks_is_confirmed(client, kind):
    send(client, [SIGNED], kind=kind)
    assert certainty() == "confirmed"


def test_press_suffices_for_talks(client):
    send(client, [SIGNED | {"what": "Negotiations opened"}])
    assert certainty() == "confirmed"


@pytest.mark.parametrize("day", ["24/03/2026", "March 2026"])
def test_official_text_confirms_what_the_press_reported(client, day):
    send(client, [SIGNED])
    send(client, [SIGNED | {"value": day}], **OFFICIAL)
    assert certainty() == "confirmed"
    assert str(Milestone.objects.get().date) == "2026-03-24"


def test_official_text_with_another_day_confirms_it_once_it_is_adopted(client):
    send(client, [SIGNED])
    row = SIGNED | {"value": "25/03/2026", "ruling": "The official text."}
    send(client, [row | {"decision": "keep"}], **OFFICIAL)
    assert certainty() == "reported"
    send(client, [row | {"decision": "adopt"}], **OFFICIAL)
    assert certainty() == "confirmed"
    assert str(Milestone.objects.get().date) == "2026-03-25"


def test_more_press_and_a_denial_confirm_nothing(client):
    send(client, [SIGNED])
    assert beside(client, SIGNED)[0] == ("same", "")
    send(client, [SIGNED], url="https://example.org/more-press", publisher="Wire")
    denial = SIGNED | {"value": "not before 20 March 2026"}
    send(client, [denial], **OFFICIAL)
    assert certainty() == "reported"


@pytest.mark.parametrize("kind, asks", [("press", True), ("official", False)])
def test_press_is_asked_about_what_it_leaves_out(client, kind, asks):
    factories.area(9)
    row = SIGNED | {"what": "Area: 9", "value": "not included"}
    lines, _ = check(client, [row], kind=kind)
    assert ("area by area" in lines[0].problem) is asks
    lines, _ = check(client, [row | {"value": "included"}], kind=kind)
    assert not lines[0].problem


# What has not happened


@pytest.mark.parametrize(
    "words", ["will be signed", "announced the signing", "expected to sign", "to sign"]
)
def test_words_on_what_is_to_come_are_asked_about(client, words):
    line = read(client, SIGNED | {"words": words})
    assert "is it “Announced: Signed”?" in line.problem
    assert read(client, SIGNED | {"words": "signed"}).problem == ""
    announced = SIGNED | {"what": "Announced: Signed", "words": words}
    assert read(client, announced).problem == ""
    sure = SIGNED | {"words": words, "sure": line.doubt}
    assert read(client, sure).problem == ""


def test_document_that_is_older_than_the_step_is_asked_about(client):
    ((line,), _) = check(client, [SIGNED], published_on="5 January 2026")
    assert "The document is of 5 January 2026, before that day" in line.problem
    ((line,), _) = check(client, [SIGNED], published_on="March 2026")
    assert line.problem == ""


def test_step_that_the_editors_rejected_comes_to_life_by_no_row(client, ghana):
    rejected = {"certainty": "rejected", "ruling": "Accra denied it."}
    talks = factories.milestone(ghana, "exploratory_talks", "2025-06", **rejected)
    row = SIGNED | {"what": "Exploratory talks", "value": "June 2025"}
    line = read(client, row)
    assert "The editors rejected it: Accra denied it." in line.sentence
    send(client, [row])
    denied = row | {"value": "not before 24 October 2025", "decision": "keep"}
    send(client, [denied], **OFFICIAL)
    assert ghana.milestones.get() == talks
    assert talks.claims.count() == 2
    other_day = row | {"value": "January 2026"}
    assert read(client, other_day).verdict == "new"


def test_ruled_value_changes_by_a_new_ruling_alone(client, ghana):
    signed = factories.milestone(ghana, date="2026-03-23", ruling="By the text.")
    row = SIGNED | {"decision": "adopt"}
    assert "say in a new one why it changes" in read(client, row).problem
    send(client, [row | {"ruling": "The text was corrected."}])
    signed.refresh_from_db()
    assert (str(signed.date), signed.ruling) == (
        "2026-03-24",
        "The text was corrected.",
    )
