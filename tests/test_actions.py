"""The writes that span rows: each is one operation, all or nothing."""

import pytest
from django.core.exceptions import ValidationError

from partnerships.actions.publishing import (
    cite_source,
    publish_partnership,
    unpublish_partnership,
)
from partnerships.ledger import context
from partnerships.models import Claim, Partnership
from tests import factories
from tests.admin import stored

pytestmark = pytest.mark.django_db


def draft():
    partnership = factories.partnership(published=False)
    factories.claim(factories.milestone(partnership), "2024-05-28")
    return partnership


# Publish and unpublish


def test_publishing_is_recorded_with_who_and_why(publisher):
    partnership = publish_partnership(
        partnership=draft(), by=publisher, reason="Checked by two"
    )
    assert Partnership.objects.published().get() == partnership
    row = Partnership.history.first()
    assert (row.is_published, row.history_user_id) == (True, publisher.pk)
    assert (row.history_actor, row.history_kind) == ("Publisher", "editorial")
    assert row.history_change_reason == "Checked by two"


def test_record_with_a_fact_without_a_source_is_not_published(publisher):
    partnership = factories.partnership(published=False)
    factories.coverage(partnership, factories.area())
    before = stored()
    with pytest.raises(ValidationError, match="Norway: Area 1"):
        publish_partnership(partnership=partnership, by=publisher, reason="Checked")
    assert stored() == before


def test_claim_that_disagrees_is_no_source(publisher):
    partnership = factories.partnership(published=False)
    factories.claim(factories.milestone(partnership), "2023")
    with pytest.raises(ValidationError, match="no source that agrees"):
        publish_partnership(partnership=partnership, by=publisher, reason="Checked")


def test_publishing_twice_is_recorded_once(publisher):
    partnership = draft()
    for _ in range(2):
        publish_partnership(partnership=partnership, by=publisher, reason="Checked")
    assert Partnership.history.count() == 2


def test_unpublishing_is_recorded_and_keeps_the_record(publisher):
    partnership = publish_partnership(
        partnership=draft(), by=publisher, reason="Checked"
    )
    unpublish_partnership(partnership=partnership, by=publisher, reason="Twice")
    assert not Partnership.objects.published().exists()
    assert partnership.milestones.exists()
    assert Partnership.history.first().history_change_reason == "Twice"


def test_action_belongs_to_the_operation_under_way(publisher):
    with context.change(actor="Desk", reason="Why", kind="editorial") as outer:
        publish_partnership(partnership=draft(), by=publisher, reason="Checked")
    assert Partnership.history.first().history_changeset == outer.changeset
    assert context.current().reason == "Test"


# Cite a source


@pytest.fixture
def source(db):
    return factories.source()


def facts():
    partnership = factories.partnership()
    return {
        "2024-05-28": factories.milestone(partnership),
        "included": factories.coverage(partnership, factories.area()),
        "yes": factories.engagement(partnership),
        "annual": factories.engagement(
            partnership, "dialogue", "Dialogue", frequency="annual"
        ),
        "5 NOK": factories.engagement(
            partnership, "epf_contribution", "EPF", amount=5, currency="NOK"
        ),
        "affiliation": factories.affiliation(partnership.partner, "nato_ally"),
    }


def test_cited_source_says_what_was_adopted(source):
    for says, fact in facts().items():
        claim = cite_source(fact=fact, source=source, locator="page 1", wording="has")
        assert claim.says == {"affiliation": "yes"}.get(says, says)
        assert (claim.fact, claim.wording, claim.locator) == (fact, "has", "page 1")
        assert claim.record_id
    assert {c.standing for c in Claim.objects.with_standing()} == {"agrees"}


def test_source_is_cited_once(source):
    milestone = factories.milestone(factories.partnership())
    first = cite_source(fact=milestone, source=source, locator="page 1")
    again = cite_source(fact=milestone, source=source, locator="page 1", wording="x")
    assert again == first
    assert Claim.history.count() == 1


def test_same_source_is_cited_for_another_place(source):
    milestone = factories.milestone(factories.partnership())
    cite_source(fact=milestone, source=source, locator="page 1")
    cite_source(fact=milestone, source=source, locator="page 2")
    assert milestone.claims.count() == 2


def test_source_that_is_cited_for_another_value_says_the_old_one_no_more(source):
    milestone = factories.milestone(factories.partnership())
    first = cite_source(fact=milestone, source=source, locator="page 1", wording="a")
    rival = factories.claim(milestone, "2024-05-30", by=factories.source("other"))
    factories.edit(milestone, date="2024-05-29")
    again = cite_source(fact=milestone, source=source, locator="page 2", wording="b")
    assert again == first
    assert {*milestone.claims.all()} == {first, rival}
    said = first.history.order_by("history_id").values_list(
        "says", "locator", "wording"
    )
    assert [*said] == [("2024-05-28", "page 1", "a"), ("2024-05-29", "page 2", "b")]


def test_source_without_a_place_is_refused(source):
    milestone = factories.milestone(factories.partnership())
    with pytest.raises(ValidationError, match="cannot be blank"):
        cite_source(fact=milestone, source=source, locator="")
    assert not Claim.objects.exists()


def test_source_is_not_cited_for_what_nobody_assessed(source):
    cell = factories.coverage(
        factories.partnership(), factories.area(), "not_assessed", ruling="Unclear"
    )
    with pytest.raises(ValidationError, match="Of a coverage cell a source says"):
        cite_source(fact=cell, source=source, locator="page 1")
    assert not Claim.objects.exists()
