"""A place, signatories, a reference, a level or an amount in euro that is published rests
on a claim that says it, by every road."""

import pytest

from partnerships.models import Claim, Draft
from tests import factories
from tests.admin import (
    CITED,
    PUBLIC,
    change_url,
    errors,
    stored,
    submit,
    url,
)
from tests.desk.entry import SIGNED, problems_of, send

pytestmark = [
    *(pytest.mark.django_db, pytest.mark.once),
    pytest.mark.usefixtures("as_publisher"),
]

GIFT = {"amount": 5, "currency": "NOK"}
VALUES = {
    "place": ("milestone", "Brussels", "Oslo", "Oslo, Norway"),
    "signatories": ("milestone", "A. Berg", "B. Dahl; C. Eng", "C. Eng"),
    "reference": ("milestone", "A/1", "A/2", "A/2; A/3"),
    "level": ("dialogue", "ministers", "officials", "officials; ministers"),
    "amount_eur": ("gift", "14", "15", "15"),
}
OF_RECORD = {
    "milestone": "milestones",
    "dialogue": "engagements",
    "gift": "engagements",
}


def fact_with(name, value):
    """A published fact with this value, whose being there one source says."""
    made, record = VALUES[name][0], factories.partnership()
    if made == "milestone":
        fact = factories.milestone(record, **{name: value})
        factories.claim(fact, "2024-05-28")
        return fact
    if made == "gift":
        more = {"kind": "epf_contribution", "amount_eur": int(value), **GIFT}
        fact = factories.engagement(record, **more)
        factories.claim(fact, "5 NOK")
        return fact
    fact = factories.engagement(record, "dialogue", level=value, frequency="annual")
    factories.claim(fact, "annual")
    return fact


@pytest.fixture(params=VALUES)
def changed(request):
    """A fact of which one source says a value, the value's name and another, and a claim
    that is compatible with that."""
    name = request.param
    _, old, new, like = VALUES[name]
    fact = fact_with(name, old)
    factories.claim(fact, old, aspect=name, locator="page 2")
    return fact, name, new, like


def row_of(name, says, key="other"):
    by = factories.source(key, publisher="Another")
    return (
        "claims",
        {"source": by.pk, "aspect": name, "says": says, "locator": "p. 3"},
    )


def test_claim_that_says_another_value_does_not_carry_it(client, changed):
    fact, name, new, _ = changed
    before = stored()
    answer = submit(client, change_url(fact), PUBLIC, **{name: new})
    assert f"“{new}”: add a claim that says it" in errors(answer)
    label = Claim(aspect=name).get_aspect_display()
    assert f"“{label}” under “About”" in errors(answer)
    assert stored() == before


def test_claim_that_says_it_or_is_compatible_carries_it(client, changed):
    fact, name, new, like = changed
    rows = [row_of(name, like)]
    answer = submit(client, change_url(fact), PUBLIC, rows=rows, **{name: new})
    assert answer.status_code == 302, errors(answer)
    fact.refresh_from_db()
    assert str(getattr(fact, name)) == new


def test_value_that_is_taken_away_needs_none(client, changed):
    fact, name, _, _ = changed
    answer = submit(client, change_url(fact), PUBLIC, **{name: ""})
    assert answer.status_code == 302, errors(answer)


def test_part_of_the_record_asks_for_its_source_too(client, changed):
    fact, name, new, _ = changed
    rows = OF_RECORD[VALUES[name][0]]
    to, sent = change_url(fact.partnership), {f"{rows}-0-{name}": new}
    before = stored()
    assert "needs a source" in errors(submit(client, to, PUBLIC, **sent))
    assert stored() == before
    cited = CITED | {"source": factories.source("other").pk}
    assert submit(client, to, cited, **sent).status_code == 302
    said = fact.claims.filter(aspect=name, source__key="other").get()
    assert said.says == new


def test_part_of_the_record_takes_a_compatible_claim(client, changed):
    fact, name, new, like = changed
    factories.claim(fact, like, aspect=name, locator="page 4")
    rows = OF_RECORD[VALUES[name][0]]
    sent = {f"{rows}-0-{name}": new}
    answer = submit(client, change_url(fact.partnership), PUBLIC, **sent)
    assert answer.status_code == 302, errors(answer)


def test_last_claim_that_carries_a_value_stays(client, changed):
    fact, name, new, _ = changed
    carries = fact.claims.get(aspect=name)
    number = [*fact.claims.all()].index(carries)
    before = stored()
    for sent in ({"DELETE": "on"}, {"says": new}):
        sent = {f"claims-{number}-{key}": value for key, value in sent.items()}
        assert "add a claim that says it" in errors(
            submit(client, change_url(fact), PUBLIC, **sent)
        )
    answer = submit(client, change_url(carries), PUBLIC, says=new)
    assert "add a claim that says it" in errors(answer)
    assert stored() == before


def test_what_was_without_a_claim_before_does_not_hold_up_another_change(client):
    fact = fact_with("place", "Oslo")
    answer = submit(client, change_url(fact), PUBLIC, note="In the margins.")
    assert answer.status_code == 302, errors(answer)


def test_editor_proposes_no_value_that_nothing_says(client, editor, changed):
    fact, name, new, like = changed
    client.force_login(editor)
    answer = submit(client, change_url(fact), PUBLIC, **{name: new})
    assert "add a claim that says it" in errors(answer)
    assert not Draft.objects.exists()
    rows = [row_of(name, like)]
    submit(client, change_url(fact), PUBLIC, rows=rows, **{name: new})
    assert Draft.objects.get().proposed_at


def test_document_enters_the_claim_with_the_value(client):
    fact = fact_with("place", "Brussels")
    factories.claim(fact, "Brussels", aspect="place", locator="page 2")
    signed = SIGNED | {"partner": "Norway", "value": "28/05/2024"}
    where = {"what": "Where", "value": "Oslo", "decision": "adopt"}
    answer = send(client, [signed, where])
    assert answer.status_code == 302, problems_of(answer)
    fact.refresh_from_db()
    assert fact.place == "Oslo"
    assert fact.claims.filter(aspect="place", says="Oslo").exists()


def test_new_milestone_brings_the_claims_of_all_its_values(client):
    record = factories.partnership()
    sent = {"partnership": record.pk, "track": "sdp", "kind": "signed"}
    sent |= {"date": "2024-05-28", "place": "Oslo", **PUBLIC}
    day = {"source": factories.source().pk, "says": "2024-05-28", "locator": "p. 1"}
    to = url(record.milestones.model, "add")
    rows = [("claims", day)]
    assert "No source says the place" in errors(submit(client, to, sent, rows=rows))
    rows.append(row_of("place", "Paris"))
    assert "No source says the place" in errors(submit(client, to, sent, rows=rows))
    rows.append(row_of("place", "Oslo", "third"))
    assert submit(client, to, sent, rows=rows).status_code == 302


TIES = {
    "since": ({}, "yes", {"since": "2024-06-25"}, "2024-06-25", "2024-06"),
    "amount": (
        {"kind": "epf_contribution", **GIFT},
        *("5 NOK", {"amount": "6"}, "6 NOK", "6 NOK"),
    ),
    "frequency": (
        {"kind": "dialogue", "frequency": "not_specified"},
        *("yes", {"frequency": "annual"}, "annual", "annual"),
    ),
}


@pytest.fixture(params=TIES)
def tie(request):
    """A tie with a claim, a change of it, what its source says then, and the like."""
    values, said, sent, says, like = TIES[request.param]
    tie = factories.engagement(factories.partnership(), **values)
    factories.claim(tie, said)
    return tie, sent, says, like


def test_beginning_frequency_and_amount_of_a_tie_need_their_claims(client, tie):
    tie, sent, _, like = tie
    before = stored()
    assert "No source says" in errors(submit(client, change_url(tie), PUBLIC, **sent))
    assert stored() == before
    by = factories.source("other")
    rows = [("claims", {"source": by.pk, "says": like, "locator": "page 3"})]
    answer = submit(client, change_url(tie), PUBLIC, rows=rows, **sent)
    assert answer.status_code == 302, errors(answer)


def test_part_of_the_record_cites_them(client, tie):
    tie, sent, says, _ = tie
    sent = {f"engagements-0-{name}": value for name, value in sent.items()}
    answer = submit(client, change_url(tie.partnership), PUBLIC, **sent)
    assert "needs a source" in errors(answer)
    cited = CITED | {"source": factories.source("other").pk}
    answer = submit(client, change_url(tie.partnership), cited, **sent)
    assert answer.status_code == 302, errors(answer)
    assert tie.claims.filter(says=says, source__key="other").exists()
    assert not type(tie).objects.unsourced().exists()
