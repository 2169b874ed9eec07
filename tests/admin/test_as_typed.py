"""The forms of the desk take what people type, and keep the record's notation."""

import pytest

from partnerships.models import Claim, Milestone, Partner, Partnership, Question
from tests import factories
from tests.admin import PUBLIC, change_url, errors, part_url, submit, url

pytestmark = [
    *(pytest.mark.django_db, pytest.mark.once),
    pytest.mark.usefixtures("as_publisher"),
]


def milestone():
    return factories.milestone(factories.partnership("norway", published=False))


def cell(**kwargs):
    norway = factories.partnership("norway", published=False)
    return factories.coverage(norway, factories.area(), **kwargs)


def tie(kind="agreement", **kwargs):
    norway = factories.partnership("norway", published=False)
    return factories.engagement(norway, kind, **kwargs)


def dialogue():
    return tie("dialogue", frequency="annual")


def contribution():
    return tie("epf_contribution", amount=1, currency="NOK")


def standing():
    return factories.affiliation(factories.partner(), "nato_ally")


def subject():
    return factories.subject(factories.partnership("norway", published=False))


def said(about):
    """The fields of a claim on the page of its fact."""
    source = factories.source("eeas-2024").pk
    return {"source": source, "locator": "p. 9"} | about


# Dates


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("18/03/2025", "2025-03-18"),
        ("18.3.2025", "2025-03-18"),
        ("17–18 June 2025", "2025-06-17/2025-06-18"),
        ("by 30 April 2025", "../2025-04-30"),
        ("2025-03", "2025-03"),
    ],
)
def test_date_is_typed_as_it_is_read(client, typed, kept):
    norway = factories.partnership(published=False)
    row = {"track": "sdp", "kind": "signed", "date": typed}
    answer = submit(client, part_url(norway, "milestones"), rows=[("milestones", row)])
    assert answer.status_code == 302, errors(answer)
    assert str(Milestone.objects.get().date) == kept


def test_date_that_is_two_days_is_asked_back_and_stands_as_it_was_typed(client):
    answer = submit(client, change_url(milestone()), date="03/04/2025")
    assert "is 3 April 2025 or 4 March 2025: write the month in let" in errors(answer)
    assert 'value="03/04/2025"' in answer.content.decode()


def test_date_that_is_written_otherwise_is_not_changed(client):
    signed = factories.milestone(factories.partnership(), date="2024-05-28")
    factories.claim(signed, "2024-05-28")
    answer = submit(client, change_url(signed), date="28 May 2024")
    assert answer.status_code == 302, errors(answer)
    assert signed.history.count() == 1


def test_help_of_a_date_says_how_it_is_written(client):
    page = client.get(change_url(milestone())).content.decode()
    assert "Write it as you read it: 18 March 2026, 18/03/2026" in page


# Codes and titles


def test_codes_of_a_partner_may_be_typed_in_small_letters(client):
    sent = {"name": "Ghana", "slug": "ghana", "region": "africa"}
    sent |= {"iso_code": "gh", "iso_alpha3": "gha", "wikidata": "q117"}
    answer = submit(client, url(Partner, "add"), PUBLIC | sent)
    assert answer.status_code == 302, errors(answer)
    ghana = Partner.objects.get()
    assert (ghana.iso_code, ghana.iso_alpha3, ghana.wikidata) == ("GH", "GHA", "Q117")


def test_code_of_a_wrong_shape_is_still_refused(client):
    ghana = factories.partner("ghana")
    answer = submit(client, change_url(ghana), iso_code="g1")
    assert "Write two capital letters." in errors(answer)


def test_codes_of_a_source_may_be_typed_in_either_case(client):
    source = factories.source()
    sent = PUBLIC | {"celex": "32025r1106", "language": "FR"}
    answer = submit(client, change_url(source), sent)
    assert answer.status_code == 302, errors(answer)
    source.refresh_from_db()
    assert (source.celex, source.language) == ("32025R1106", "fr")


def test_currency_may_be_typed_in_small_letters(client):
    norway = factories.partnership(published=False)
    row = {"kind": "epf_contribution", "title": "Aid", "amount": 5, "currency": "nok"}
    answer = submit(client, part_url(norway, "ties"), rows=[("engagements", row)])
    assert answer.status_code == 302, errors(answer)
    assert norway.engagements.get().currency == "NOK"


def test_title_that_is_left_empty_is_made_of_the_partner(client):
    norway = factories.partner()
    answer = submit(client, url(Partnership, "add"), {"partner": norway.pk})
    assert answer.status_code == 302, errors(answer)
    title = "EU–Norway Security and Defence Partnership"
    assert Partnership.objects.get().title == title


def test_title_is_not_made_up_without_a_partner_nor_for_a_known_record(client):
    answer = submit(client, url(Partnership, "add"))
    assert errors(answer) == "This field is required."
    assert not Partnership.objects.exists()
    norway = factories.partnership(published=False)
    answer = submit(client, part_url(norway, "words"), {"title": " "})
    assert "This field is required." in errors(answer)


# What a source says


@pytest.mark.parametrize(
    ("fact", "typed", "kept"),
    [
        (milestone, "28 May 2024", "2024-05-28"),
        (milestone, "not before 24 October 2025", "2025-10-24/.."),
        (cell, "Included", "included"),
        (cell, "NOT INCLUDED", "not_included"),
        (cell, "already_exists", "already_exists"),
        (dialogue, "Not specified", "not_specified"),
        (dialogue, "Yes", "yes"),
        (contribution, "150 million nok", "150000000 NOK"),
        (contribution, "€ 14,500,000", "14500000 EUR"),
        (tie, "March 2022", "2022-03"),
        (standing, "No", "no"),
        (standing, "4 April 1949", "1949-04-04"),
        (subject, "YES", "yes"),
    ],
)
def test_claim_says_what_was_typed_in_the_records_notation(client, fact, typed, kept):
    about = fact()
    rows = [("claims", said({"says": typed}))]
    answer = submit(client, change_url(about), rows=rows)
    assert answer.status_code == 302, errors(answer)
    assert Claim.objects.get().says == kept


@pytest.mark.parametrize(
    ("fact", "typed", "sentence"),
    [
        (milestone, "03/04/2025", "is 3 April 2025 or 4 March 2025"),
        (milestone, "Signed", "“Signed” is not a date."),
        (cell, "perhaps", "Write included, not included or already exists."),
        (dialogue, "often", "Write yes, no, when it began, or one of"),
        (contribution, "150 million", "Write the amount with its currency"),
        (standing, "member", "Write yes, no, or when it began."),
    ],
)
def test_claim_that_cannot_be_read_says_what_to_write(client, fact, typed, sentence):
    about = fact()
    rows = [("claims", said({"says": typed}))]
    assert sentence in errors(submit(client, change_url(about), rows=rows))
    assert not Claim.objects.exists()


@pytest.mark.parametrize(
    ("aspect", "typed", "kept"),
    [("place", "Yes", "Yes"), ("reference", "2024/1", "2024/1")],
)
def test_other_value_of_a_fact_is_kept_as_it_was_typed(client, aspect, typed, kept):
    rows = [("claims", said({"aspect": aspect, "says": typed}))]
    assert submit(client, change_url(milestone()), rows=rows).status_code == 302
    assert Claim.objects.get().says == kept


def test_amount_in_euro_is_kept_in_digits(client):
    about = contribution()
    rows = [("claims", said({"aspect": "amount_eur", "says": "€14,500,000"}))]
    assert submit(client, change_url(about), rows=rows).status_code == 302
    assert Claim.objects.get().says == "14500000"


def test_claim_on_its_own_page_is_read_too(client):
    sent = PUBLIC | said({"says": "Not included", "coverage": cell().pk})
    answer = submit(client, url(Claim, "add"), sent)
    assert answer.status_code == 302, errors(answer)
    assert Claim.objects.get().says == "not_included"


def test_answer_and_its_claim_are_read_alike(client):
    question = factories.question(answer="2022")
    sent = PUBLIC | {"answer": "March 2022"}
    rows = [("claims", said({"says": "by 21 March 2022"}))]
    answer = submit(client, change_url(question), sent, rows=rows)
    assert answer.status_code == 302, errors(answer)
    assert Question.objects.get().answer == "2022-03"
    assert Claim.objects.get().says == "../2022-03-21"


def test_words_of_an_answer_stay_as_they_are(client):
    question = factories.question(answer="no")
    for text in ("The Council", "35 %"):
        answer = submit(client, change_url(question), PUBLIC | {"answer": text})
        assert answer.status_code == 302, errors(answer)
        assert Question.objects.get().answer == text


# Text


def test_text_that_is_too_long_stands_as_it_was_typed_with_how_long_it_may_be(client):
    norway = factories.partnership(published=False)
    answer = submit(client, part_url(norway, "words"), {"summary": "x" * 2001})
    assert "The summary has 2,001 characters, and readers get 2,000" in errors(answer)
    assert "x" * 2001 in answer.content.decode()


def test_summary_is_not_taken_from_a_published_record(client):
    norway = factories.partnership(summary="Signed.")
    words = part_url(norway, "words")
    answer = submit(client, words, PUBLIC | {"summary": "  "})
    assert "say in a few plain sentences what it is, or unpublish" in errors(answer)
    assert submit(client, words, PUBLIC | {"title": "EU–Norway"}).status_code == 302
