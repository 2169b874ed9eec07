"""Rules of the record: what the database refuses, what is permanent, what is found."""

import json
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError, TextField

from partnerships.ledger.recorder import AuditedModel
from partnerships.models import (
    Affiliation,
    Area,
    Check,
    Claim,
    Coverage,
    DoubleCheck,
    Engagement,
    Milestone,
    Namesake,
    Partner,
    Partnership,
    Position,
    Question,
    Source,
    Subject,
)
from partnerships.models.country_names import names_in_eu_languages
from partnerships.querysets.partnerships import PublishedRecord
from partnerships.selectors.search import matching
from tests import factories
from tests.admin import one_of_each

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC), tick=False):
        yield


# Every constraint is in the database itself


def partner(**kwargs):
    return Partner(slug="chile", name="Chile", **{"region": "latin_america"} | kwargs)


def affiliation(**kwargs):
    of = Partner.objects.first() or factories.partner()
    return Affiliation(partner=of, **{"kind": "nato_ally"} | kwargs)


def partnership(**kwargs):
    return Partnership(partner=factories.partner(), **{"title": "A title"} | kwargs)


def norway():
    return Partnership.objects.first() or factories.partnership()


def cell(**kwargs):
    area = Area.objects.first() or factories.area()
    return Coverage(partnership=norway(), area=area, **kwargs)


def engagement(kind="agreement", **kwargs):
    return Engagement(partnership=norway(), kind=kind, **{"title": "A tie"} | kwargs)


def dialogue(**kwargs):
    return engagement("dialogue", **{"frequency": "annual"} | kwargs)


def contribution(**kwargs):
    return engagement("epf_contribution", **{"amount": 1, "currency": "NOK"} | kwargs)


def milestone(**kwargs):
    given = {"track": "sdp", "kind": "signed", "date": "2024-05-28"} | kwargs
    return Milestone(partnership=norway(), **given)


def check(**kwargs):
    return Check(partnership=norway(), **{"through": date(2026, 4, 30)} | kwargs)


def double_check(**kwargs):
    given = {"partnership": Partnership.objects.first() or norway(), "entered_by": 1}
    given |= {"operation": "0b8e6f2c-5f4e-4c8b-9a37-2f5f4b1c9d10", "reasons": "status"}
    return DoubleCheck(**given | kwargs)


def subject(**kwargs):
    return Subject(partnership=norway(), **{"name": "Public health"} | kwargs)


def position(**kwargs):
    given = {"holder": "Institute", "holder_kind": "expert", "text": "It agrees."}
    return Position(partnership=norway(), **given | kwargs)


def claim(**kwargs):
    source = Source.objects.first() or factories.source()
    given = {"says": "yes", "locator": "page 1"} | kwargs
    return Claim(source=source, **given)


def stored(instance):
    instance.save()
    return instance


def twice(make):
    stored(make())
    return make()


def same_claim(fact, **kwargs):
    about = stored(fact())
    return twice(lambda: claim(**{type(about)._meta.model_name: about}, **kwargs))


REFUSED = {
    "partner_iso_code_is_unique": lambda: twice_in_iso_code(),
    "partner_iso_alpha3_is_unique": lambda: twice_in_iso_alpha3(),
    "partner_iso_code_is_two_capitals": lambda: partner(iso_code="cl"),
    "partner_region_is_known": lambda: partner(region="atlantis"),
    "affiliation_kind_is_known": lambda: affiliation(kind="friend"),
    "affiliation_other_has_note": lambda: affiliation(kind="other"),
    "affiliation_ends_after_it_begins": lambda: affiliation(since="2020", until="2019"),
    "affiliation_holds_once": lambda: twice(affiliation),
    "partnership_states_at_least_one_area": lambda: partnership(stated_areas=0),
    "partnership_has_title": lambda: partnership(title=""),
    "area_number_is_positive": lambda: Area(number=0, slug="zero", name="Zero"),
    "coverage_has_one_cell_per_area": lambda: twice(cell),
    "double_check_is_asked_once": lambda: twice(double_check),
    "double_check_of_no_record_is_asked_once": lambda: twice(
        lambda: double_check(partnership=None)
    ),
    "coverage_value_is_known": lambda: cell(value="perhaps"),
    "engagement_kind_is_known": lambda: engagement("friendship"),
    "engagement_frequency_is_known": lambda: dialogue(frequency="often"),
    "engagement_only_dialogues_have_level": lambda: engagement(level="ministers"),
    "engagement_dialogue_has_frequency": lambda: dialogue(frequency=""),
    "engagement_only_contributions_have_amount": lambda: engagement(amount_eur=1),
    "engagement_contribution_has_amount": lambda: contribution(currency=""),
    "engagement_euro_amount_is_positive": lambda: contribution(amount_eur=0),
    "engagement_ends_after_it_begins": lambda: engagement(since="2020", until="2019"),
    "engagement_is_recorded_once": lambda: twice(engagement),
    "milestone_kind_belongs_to_track": lambda: milestone(track="safe", kind="ended"),
    "milestone_bounds_are_in_order": lambda: milestone(date="2026-11-23"),
    "milestone_is_recorded_once": lambda: twice(milestone),
    "milestone_attempts_are_counted_from_one": lambda: milestone(attempt=0),
    "milestone_certainty_is_known": lambda: milestone(certainty="likely"),
    "milestone_announcement_says_what": lambda: milestone(kind="announced"),
    "check_reaches_to_its_day": lambda: check(through=date(2026, 11, 23)),
    "check_is_recorded_once": lambda: twice(check),
    "source_language_is_a_code": lambda: Source(key="a", language="English"),
    "claim_is_about_one_fact": claim,
    "claim_about_partnership_names_fact": lambda: claim(partnership=norway()),
    "claim_says_something": lambda: claim(milestone=stored(milestone()), says=""),
    "claim_about_milestone_is_recorded_once": lambda: same_claim(milestone),
    "claim_about_coverage_is_recorded_once": lambda: same_claim(cell),
    "claim_about_engagement_is_recorded_once": lambda: same_claim(engagement),
    "claim_about_affiliation_is_recorded_once": lambda: same_claim(affiliation),
    "claim_about_partnership_is_recorded_once": lambda: same_claim(
        norway, partnership_fact="stated_areas"
    ),
    "claim_about_question_is_recorded_once": lambda: same_claim(
        lambda: Question(slug="q", text="?", answer="no")
    ),
    "claim_about_subject_is_recorded_once": lambda: same_claim(subject),
    "claim_about_position_is_recorded_once": lambda: same_claim(position),
    "claim_about_namesake_is_recorded_once": lambda: same_claim(
        lambda: Namesake(title="Talks", parties="EU", reason="No text.")
    ),
    "claim_aspect_is_known": lambda: claim(
        milestone=stored(milestone()), aspect="colour"
    ),
    "engagement_state_is_known": lambda: engagement(state="planned"),
    "engagement_only_what_goes_on_ends": lambda: engagement(
        state="event", since="2020", until="2021"
    ),
    "source_kind_is_known": lambda: Source(key="a", kind="rumour"),
    "position_holder_kind_is_known": lambda: position(holder_kind="friend"),
    "subject_is_recorded_once": lambda: twice(subject),
}
BY_UPDATE = {
    "milestone_happened_by_its_recording": {"recorded_on": date(2020, 1, 1)},
    "milestone_bounds_are_in_order": {"earliest": date(2025, 1, 1)},
    "milestone_kind_belongs_to_track": {"track": "safe", "kind": "ended"},
}


def twice_in_iso_code():
    stored(partner(iso_code="NO"))
    return Partner(slug="norway", name="Norway", region="western_europe", iso_code="NO")


def twice_in_iso_alpha3():
    stored(partner(iso_alpha3="CHL"))
    return Partner(slug="norway", name="N", region="western_europe", iso_alpha3="CHL")


def constraints():
    """Those of the record; the trail's own are tested with the trail."""
    models = apps.get_app_config("partnerships").get_models()
    record = [model for model in models if issubclass(model, AuditedModel)]
    return {c.name: c for model in record for c in model._meta.constraints}


def assert_is_named(constraint, error):
    """SQLite names a unique constraint by its columns only."""
    if connection.vendor == "postgresql" or "CHECK" in str(error):
        assert constraint in str(error)
    else:
        assert "UNIQUE" in str(error)


@pytest.mark.parametrize(("constraint", "wrong"), REFUSED.items(), ids=REFUSED)
def test_database_itself_refuses(constraint, wrong):
    instance = wrong()
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        type(instance).objects.bulk_create([instance])
    assert_is_named(constraint, refusal.value)


@pytest.mark.parametrize(("constraint", "changes"), BY_UPDATE.items(), ids=BY_UPDATE)
def test_database_itself_refuses_the_update(constraint, changes):
    stored(milestone())
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        Milestone.objects.update(**changes)
    assert_is_named(constraint, refusal.value)


def test_every_constraint_has_such_a_test():
    assert constraints().keys() == REFUSED.keys() | BY_UPDATE.keys()


@pytest.mark.parametrize("name", REFUSED)
def test_editor_reads_a_sentence_where_the_database_would_refuse(name):
    """Fields report unknown choices themselves, before constraints are looked at."""
    instance = REFUSED[name]()
    with pytest.raises(ValidationError) as refusal:
        instance.full_clean()
    said = " ".join(refusal.value.messages)
    is_said = constraints()[name].violation_error_message in said
    assert is_said or refusal.value.message_dict.keys() - {"__all__"}


def test_every_constraint_has_words_for_the_editor():
    for name, constraint in constraints().items():
        message = constraint.violation_error_message
        assert message[0].isupper() and message.endswith("."), name
        assert "Constraint" not in message, name


@pytest.mark.parametrize(
    ("make", "field", "value"),
    [
        (factories.partner, "slug", "norway"),
        (factories.partner, "name", "Norway"),
        (factories.source, "key", "eprs-2026-03"),
        (factories.area, "number", 1),
        (factories.area, "slug", "area-1"),
        (factories.area, "name", "Area 1"),
        (factories.question, "slug", "binding"),
    ],
)
def test_names_numbers_and_addresses_are_given_once(make, field, value):
    one = make()
    other = make(7) if isinstance(one, Area) else make("another")
    with pytest.raises(IntegrityError), transaction.atomic():
        type(one).objects.filter(pk=other.pk).update(**{field: value})


def test_partner_has_one_partnership():
    with pytest.raises(IntegrityError), transaction.atomic():
        Partnership(partner=norway().partner, title="Another").save()


@pytest.mark.parametrize(
    "make", [affiliation, engagement, milestone], ids=["affiliation", "tie", "step"]
)
def test_keys_are_made_once_and_never_alike(make):
    one = stored(make())
    other = make(kind="proposed" if isinstance(one, Milestone) else "other", note="x")
    assert len(one.key) == 12
    assert one.key != other.key


# What is well-formed is accepted


@pytest.mark.parametrize(
    "make",
    [
        lambda: affiliation(kind="other", note="Observer"),
        lambda: affiliation(since="2019", until="2019"),
        lambda: affiliation(since="2019-01-01", until="2019-01-01"),
        lambda: cell(),
        lambda: dialogue(level="ministers", frequency="not_specified"),
        lambda: contribution(amount_eur=1, amount_is_total=True),
        lambda: engagement(since="../2014"),
        lambda: Source(
            *(None, "web", "EEAS", "A page"), kind="official", no_address="It is gone."
        ),
        *(factories.partner, factories.source, factories.area, factories.question),
        norway,
    ],
)
def test_well_formed_record_is_accepted_and_can_be_saved_again_as_it_is(make):
    factories.save(factories.save(make()))


def test_records_may_stand_beside_others_like_them():
    """What held before, holds for another reason, or has no code that it would share."""
    factories.save(affiliation(kind="eu_candidate", since="2005", until="2015"))
    factories.save(affiliation(kind="eu_candidate", since="2022"))
    factories.save(affiliation(kind="other", note="Observer"))
    factories.save(affiliation(kind="other", note="Host of an agency"))
    factories.partner("african-union")
    factories.partner("nato")


# What is permanent


@pytest.mark.parametrize(
    ("make", "field", "value", "was"),
    [
        (factories.partner, "slug", "norge", "norway"),
        (factories.source, "key", "eprs", "eprs-2026-03"),
        (factories.area, "slug", "area-one", "area-1"),
        (factories.area, "number", 2, "1"),
        (factories.question, "slug", "is-binding", "binding"),
    ],
)
def test_what_others_cite_is_permanent(make, field, value, was):
    record = make()
    setattr(record, field, value)
    with pytest.raises(ValidationError) as refusal:
        record.full_clean()
    (message,) = refusal.value.message_dict[field]
    assert "is permanent, because others cite it" in message
    assert f"it was “{was}”" in message


def test_partnership_keeps_its_partner_and_a_fact_its_partnership():
    record = norway()
    facts = [stored(milestone()), stored(cell()), stored(engagement())]
    canada = factories.partnership("canada")
    for fact in facts:
        fact.partnership = canada
        with pytest.raises(ValidationError, match="permanent"):
            fact.full_clean()
    record.partner = factories.partner("chile")
    with pytest.raises(ValidationError) as refusal:
        record.full_clean()
    assert refusal.value.message_dict.keys() == {"partner"}
    assert "Norway" in refusal.value.messages[0]


def test_claim_keeps_its_source_and_its_fact():
    said = factories.claim(stored(milestone()), "2024")
    said.source = factories.source("another")
    said.milestone, said.engagement = None, stored(engagement())
    with pytest.raises(ValidationError) as refusal:
        said.full_clean()
    assert {"source", "milestone", "engagement"} <= refusal.value.message_dict.keys()


@pytest.mark.parametrize(
    ("make", "field"),
    [(lambda: stored(check()), "made_on"), (factories.source, "last_checked_on")],
)
def test_editors_have_looked_today_at_the_latest(make, field):
    record = make()
    setattr(record, field, date(2026, 11, 21))
    record.full_clean()
    setattr(record, field, date(2026, 11, 22))
    with pytest.raises(ValidationError) as refusal:
        record.full_clean()
    assert refusal.value.message_dict == {field: ["This day is yet to come."]}


# What is never deleted


def test_published_partnership_cannot_be_deleted():
    record = factories.partnership()
    with pytest.raises(PublishedRecord, match="is published") as refusal:
        record.delete()
    assert "Record how it ended, or unpublish it first" in str(refusal.value)
    assert Partnership.objects.exists()


def test_list_can_be_deleted_while_none_of_it_is_published():
    factories.partnership("canada", published=False)
    factories.partnership("norway")
    with pytest.raises(PublishedRecord, match="Norway"):
        Partnership.objects.all().delete()
    assert Partnership.objects.count() == 2
    Partnership.objects.filter(is_published=False).delete()
    assert Partnership.objects.get().partner.slug == "norway"


def test_stale_copy_cannot_delete_what_was_published_since():
    stale = factories.partnership(published=False)
    Partnership.objects.update(is_published=True)
    with pytest.raises(PublishedRecord):
        stale.delete()


def test_draft_can_be_deleted_with_its_facts():
    record = factories.partnership(published=False)
    factories.claim(factories.milestone(record), "2024")
    record.delete()
    assert not Milestone.objects.exists()
    assert not Claim.objects.exists()


@pytest.mark.parametrize(
    "cited",
    [
        lambda: factories.partnership().partner,
        lambda: factories.claim(stored(milestone()), "2024").source,
        lambda: stored(cell()).area,
    ],
    ids=["partner", "source", "area"],
)
def test_what_others_build_on_cannot_be_deleted(cited):
    with pytest.raises(ProtectedError):
        cited().delete()


# Publishing


def refusal_to_publish(record):
    record.is_published = True
    with pytest.raises(ValidationError) as refusal:
        record.full_clean()
    (message,) = refusal.value.message_dict["is_published"]
    return message


@pytest.mark.parametrize("says", [None, "2023"])
def test_unsourced_milestone_keeps_a_partnership_from_being_published(says):
    record = factories.partnership(published=False)
    fact = factories.milestone(record, date="2024-05-28")
    if says:
        factories.claim(fact, says)
    message = refusal_to_publish(record)
    assert "Norway: Signed, 28 May 2024" in message
    assert "Choose their source on the form “Publish”" in message


def test_every_unsourced_fact_is_named():
    record = factories.partnership(published=False)
    factories.milestone(record)
    factories.coverage(record, factories.area(name="Cyber"))
    message = refusal_to_publish(record)
    assert "Signed" in message
    assert "Norway: Cyber" in message


def test_partnership_with_sourced_facts_can_be_published():
    record = factories.partnership(published=False)
    factories.claim(factories.milestone(record, date="2024-05-28"), "2024-05")
    factories.claim(factories.coverage(record, factories.area()), "included")
    factories.coverage(record, factories.area(2), "not_assessed")
    record.is_published = True
    factories.save(record)


def test_published_partnership_can_be_edited_while_a_source_is_missing():
    record = factories.partnership()
    factories.milestone(record)
    record.summary = "A few plain sentences."
    factories.save(record)


@pytest.mark.parametrize(("before", "after"), [("Signed.", ""), ("", "  \n ")])
def test_published_partnership_keeps_a_summary(before, after):
    record = factories.partnership(summary=before)
    record.summary = after
    with pytest.raises(ValidationError, match="say in a few plain sentences"):
        record.full_clean()
    record.is_published = False
    record.full_clean()


def test_public_text_of_every_record_has_an_end():
    texts = 0
    for record in one_of_each():
        for field in record._meta.concrete_fields:
            if isinstance(field, TextField) and field.name in record.PUBLIC:
                setattr(record, field.name, "x" * 2000)
                record.clean_fields()
                setattr(record, field.name, "x" * 19_999)
                with pytest.raises(ValidationError) as refused:
                    record.clean_fields()
                assert refused.value.message_dict == {
                    field.name: [
                        f"The {field.verbose_name} has 19,999 characters, and readers "
                        "get 2,000 at most: say it in fewer."
                    ]
                }
                setattr(record, field.name, "x")
                texts += 1
    assert texts > 10


def test_unpublished_partnership_is_checked_again():
    record = factories.partnership()
    factories.milestone(record)
    record.is_published = False
    factories.save(record)
    refusal_to_publish(record)


def test_unsourced_facts_are_those_without_a_source_that_agrees():
    assert Partnership(title="New").unsourced_facts() == []
    record = factories.partnership()
    wrong = factories.milestone(record)
    right = factories.milestone(record, "statement", "2024")
    factories.claim(right, "2024")
    blank = factories.coverage(record, factories.area())
    factories.milestone(factories.partnership("canada"))
    assert record.unsourced_facts() == [wrong, blank]


# What lists ask for


def slugs(found):
    return [p.partner.slug for p in found]


def search(query):
    return matching(Partnership.objects.all(), query, on=factories.DAY)


def test_drafts_are_not_among_the_published():
    factories.partnership("canada", published=False)
    factories.partnership("norway")
    assert slugs(Partnership.objects.published()) == ["norway"]


@pytest.fixture
def turkiye():
    of = factories.partner(
        "turkey", name="Türkiye", official_name="Republic of Türkiye", iso_code="TR"
    )
    factories.partnership("norway")
    return factories.partnership(
        of=of, title="EU–Türkiye Dialogue", summary="Signed in İZMİR, straße 100%."
    )


@pytest.mark.parametrize(
    "query",
    [
        "Türkiye", "turkiye", "TURKIYE", "TÜRKİYE", "Tu\u0308rkiye", "kiye", "republic", "tr",
        "izmir", "STRASSE", "straße", "Straße izmir", "izmir  republic", "100%",
    ],
)  # fmt: skip
def test_search_folds_case_and_accents_alike_on_both_databases(turkiye, query):
    assert slugs(search(query)) == ["turkey"]


def test_search_finds_nothing_else_and_for_nothing_all(turkiye):
    for query in ["turkey", "izmir norway", "_", "10%0", "'", "\\"]:
        assert slugs(search(query)) == [], query
    for query in ["", "   "]:
        assert slugs(search(query)) == ["norway", "turkey"], query


def test_internal_notes_are_not_searched():
    factories.partnership(internal_notes="A secret")
    assert slugs(search("secret")) == []


def test_search_follows_every_edit():
    record = factories.partnership()
    for title, fields in [("Fjord Pact", None), ("Sound Pact", ["title"])]:
        record.title = title
        record.save(update_fields=fields)
        assert slugs(search(title)) == ["norway"]
    for name, fields in [("Noreg", None), ("Norge", ["name"])]:
        record.partner.name = name
        record.partner.save(update_fields=fields)
        assert slugs(search(name)) == ["norway"]
    Partnership.objects.update_or_create(pk=record.pk, defaults={"title": "Treaty"})
    assert slugs(search("treaty")) == ["norway"]


def test_update_of_a_list_keeps_search_right_or_is_refused():
    factories.partnership()
    with suppress(NotImplementedError):
        Partnership.objects.update(title="Fjord Pact")
    is_renamed = Partnership.objects.get().title == "Fjord Pact"
    assert search("fjord").exists() == is_renamed


@pytest.fixture
def covered():
    """Norway includes areas 1 and 2, and 3 exists already; Canada includes 1."""
    canada, norway = factories.partnership("canada"), factories.partnership("norway")
    values = ["included", "included", "already_exists", "not_included"]
    for number, value in enumerate(values, start=1):
        factories.coverage(norway, factories.area(number), value)
    factories.coverage(canada, Area.objects.get(number=1))
    factories.partnership("india")


@pytest.mark.parametrize(
    ("areas", "expected"),
    [
        ([], ["canada", "india", "norway"]),
        (["area-1"], ["canada", "norway"]),
        (["area-1", "area-2"], ["norway"]),
        (["area-1", "area-1"], ["canada", "norway"]),
        (["area-3"], []),
        (["area-4"], []),
        (["nonsense"], []),
    ],
)
def test_covering_means_including_every_one(covered, areas, expected):
    assert slugs(Partnership.objects.covering(areas)) == expected


def test_coverage_is_counted_by_value(covered):
    found = Partnership.objects.with_coverage_counts()
    counts = [(p.areas_included, p.areas_already_exist) for p in found]
    assert counts == [(1, 0), (0, 0), (2, 1)]


def test_counts_are_right_beside_status_and_filters(covered):
    found = Partnership.objects.with_status(on=date(2026, 1, 1)).with_coverage_counts()
    found = found.covering(["area-1", "area-2"])
    found = matching(found, "norway", on=factories.DAY)
    assert [(p.areas_included, p.areas_already_exist) for p in found] == [(2, 1)]


def test_open_disagreements_are_counted_by_fact():
    record = factories.partnership()
    signed = factories.milestone(record, date="2024-05-28")
    for says in ["2023", "2025", "2024-05-28"]:
        factories.claim(signed, says)
    factories.claim(factories.coverage(record, factories.area()), "not_included")
    ruled = factories.engagement(record, ruling="The text is public.")
    factories.claim(ruled, "no")
    factories.partnership("canada")
    found = Partnership.objects.with_open_disagreement_count()
    assert [p.open_disagreements for p in found] == [0, 2]


@pytest.mark.parametrize(
    ("through", "is_found"),
    [
        ([], True),
        (["2026-05-31"], True),
        (["2026-06-01"], False),
        (["2026-05-01", "2026-11-21", "2026-05-31"], False),
    ],
)
def test_records_not_checked_since_a_day_are_found(through, is_found):
    record = factories.partnership()
    for day in through:
        factories.check(record, day)
    found = Partnership.objects.not_checked_since(date(2026, 6, 1))
    assert found.exists() == is_found


def test_engagement_has_begun_by_its_latest_day_or_if_no_source_says():
    record = factories.partnership()
    factories.engagement(record, title="Undated")
    factories.engagement(record, title="Dated", since="2025")
    begun = Engagement.objects.begun(on=date(2025, 12, 30))
    assert [tie.title for tie in begun] == ["Undated"]
    assert Engagement.objects.begun(on=date(2025, 12, 31)).count() == 2


# Identity in fixtures, words, addresses


def test_every_record_has_a_natural_key_and_a_name_for_people():
    for record in one_of_each():
        key = record.natural_key()
        assert type(record).objects.get_by_natural_key(*key) == record
        assert "object (" not in str(record)


def test_shared_reference_data_is_public_and_a_drafts_facts_are_not():
    draft = factories.partnership(published=False)
    assert factories.area().is_public
    source = factories.source()
    assert not source.is_public  # it may be cited by drafts alone
    step = factories.milestone(draft)
    factories.claim(step, "2024", by=source)
    assert not source.is_public
    factories.claim(factories.question(), "no", by=source)
    assert source.is_public
    assert not draft.is_public
    assert not step.is_public
    assert not draft.partner.is_public


def test_lists_have_a_total_order():
    for model in apps.get_app_config("partnerships").get_models():
        assert model._meta.ordering, model


@pytest.mark.parametrize(
    ("public_name", "groups", "label"),
    [
        ("A. Editor", ["editor"], "A. Editor"),
        ("", ["viewer"], "Viewer"),
        ("", ["editor"], "Editor"),
        ("", ["editor", "publisher", "viewer"], "Publisher"),
        ("", [], "Administrator"),
    ],
)
def test_public_label_is_the_chosen_name_or_the_role(public_name, groups, label):
    for name in groups:
        Group.objects.get_or_create(name=name)
    someone = factories.user("jane.doe", groups=groups, public_name=public_name)
    assert someone.public_label == label
    assert "jane" not in someone.public_label


def test_draft_with_milestones_out_of_order_cannot_be_published():
    record = factories.partnership(published=False)
    suspended = factories.milestone(record, "suspended", "2024")
    factories.milestone(record, "resumed", "2025")
    suspended.delete()
    record.is_published = True
    with pytest.raises(ValidationError) as refusal:
        record.full_clean()
    assert "resumes what was not suspended" in str(refusal.value)


# Other names


@pytest.mark.parametrize(
    "words",
    [
        *("Turkiye", "turkey", "TÜRKEI", "Turquie", "Τουρκία", "Törökország", "ankara"),
        *("TUR", "Republic of Turkey"),
    ],
)
def test_partner_is_found_by_any_of_its_names(client, words):
    names = {"name": "Türkiye", "other_names": "Republic of Turkey\nAnkara\nTUR"}
    factories.partnership(of=factories.partner("turkiye", iso_code="TR", **names))
    factories.partnership("norway")
    for path in ("/api/v1/partnerships/", "/data/partnerships.json"):
        answer = client.get(path, {"q": words})
        body = b"".join(answer) if answer.streaming else answer.content
        rows = json.loads(body)
        found = [row["slug"] for row in rows.get("results") or rows["rows"]]
        assert found == ["turkiye"]


def test_names_in_the_languages_of_the_eu_are_those_of_the_code(client):
    assert "Iceland" in names_in_eu_languages("IS")
    assert "Islande" in names_in_eu_languages("IS")
    assert names_in_eu_languages("") == names_in_eu_languages("ZZ!") == ()


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        *(("iso_alpha3", "tur"), ("wikidata", "43"), ("wikidata", "Q043")),
        ("eu_uri", "https://op.europa.eu/TUR"),
    ],
)
def test_identifiers_of_a_partner_are_well_formed(field, wrong):
    with pytest.raises(ValidationError) as refusal:
        factories.partner(**{field: wrong})
    assert refusal.value.message_dict.keys() == {field}


def test_partner_joins_with_the_data_of_others(client):
    uri = "http://publications.europa.eu/resource/authority/country/GHA"
    ghana = factories.partner(
        "ghana", iso_code="GH", iso_alpha3="GHA", wikidata="Q117", eu_uri=uri
    )
    factories.partnership(of=ghana)
    answer = client.get("/api/v1/partners/ghana/").json()
    assert (answer["iso_alpha3"], answer["wikidata"]) == ("GHA", "Q117")
    page = client.get("/partnerships/ghana/").text
    assert "http://www.wikidata.org/entity/Q117" in page and uri in page
