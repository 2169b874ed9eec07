"""The field of a partial date, in the database and in forms."""

import json
from contextlib import suppress
from datetime import date

import pytest
from django import forms
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db.models import CharField, DateField
from django.db.models.functions import Cast

from partnerships.choices import AffiliationKind
from partnerships.dates import HELP, PartialDate, parse
from partnerships.fields import PartialDateField, PartialDateFormField
from partnerships.models import Affiliation, Engagement, Milestone, Source
from tests import factories

SPAN = "2025-06-17/2025-06-18"


def stored(instance, field):
    """What the table itself holds."""
    rows = type(instance).objects.filter(pk=instance.pk)
    return rows.values_list(Cast(field, CharField()), flat=True).get()


@pytest.fixture
def candidate(db):
    partner = factories.partner("albania")
    return factories.affiliation(partner, AffiliationKind.EU_CANDIDATE, since="2014")


# The model field


@pytest.mark.parametrize("text", ["2025", "2025-06", "2025-06-17", SPAN, "../2026-03"])
def test_text_is_stored_and_comes_back_as_partial_date(db, text):
    source = factories.source(published_on=text)
    assert stored(source, "published_on") == text
    assert Source.objects.get().published_on == parse(text)


@pytest.mark.parametrize("empty", [None, ""])
def test_nothing_known_is_stored_as_null(db, empty):
    source = Source(key="web", publisher="EEAS", title="Page", published_on=empty)
    source.save()
    assert stored(source, "published_on") is None
    assert Source.objects.get().published_on is None


def test_partial_date_can_be_assigned_itself_and_a_span_of_one_day_is_that_day(db):
    source = factories.source(published_on=parse("2025-06"))
    assert Source.objects.get(published_on="2025-06") == source
    source = factories.source("b", published_on="2025-06-17/2025-06-17")
    assert stored(source, "published_on") == "2025-06-17"
    assert isinstance(source.published_on, PartialDate)


@pytest.mark.parametrize("lookup", ["2025-06", parse("2025-06")])
def test_rows_can_be_found_by_partial_date(db, lookup):
    factories.source("a", published_on="2025-06")
    factories.source("b", published_on="2025-06-01")
    factories.source("c")
    assert [s.key for s in Source.objects.filter(published_on=lookup)] == ["a"]


def test_wrong_text_is_an_error_of_that_field_and_never_stored(db):
    source = Source(key="web", publisher="EEAS", title="Page", published_on="soon")
    source.kind, source.url = "official", "https://example.org/page"
    with pytest.raises(ValidationError) as refusal:
        source.full_clean()
    assert refusal.value.message_dict == {
        "published_on": [f"“soon” is not a date. {HELP}"]
    }
    with pytest.raises(ValidationError, match="“soon” is not a date"):
        source.save()
    assert not Source.objects.exists()


@pytest.mark.parametrize("fields", [None, ["since"]], ids=["all", "date-alone"])
@pytest.mark.parametrize(
    ("since", "earliest", "latest"),
    [
        ("2014-06", date(2014, 6, 1), date(2014, 6, 30)),
        ("../2014-06-24", None, date(2014, 6, 24)),
        (None, None, None),
    ],
)
def test_bounds_are_kept_when_the_row_is_saved(
    candidate, since, earliest, latest, fields
):
    candidate.since = since
    candidate.save(update_fields=fields)
    candidate.refresh_from_db()
    assert (candidate.since_earliest, candidate.since_latest) == (earliest, latest)


def test_bounds_are_kept_when_rows_are_created_in_bulk(candidate):
    Affiliation.objects.bulk_create(
        [Affiliation(partner=candidate.partner, kind="nato_ally", since="2009-04-01")]
    )
    assert Affiliation.objects.get(kind="nato_ally").since_latest == date(2009, 4, 1)


def test_bounds_of_a_fact_are_kept_when_its_date_alone_is_saved(db):
    milestone = factories.milestone(factories.partnership(), date="2024-05")
    engagement = factories.engagement(milestone.partnership, since="2014")
    for fact, name in ((milestone, "date"), (engagement, "since")):
        setattr(fact, name, "2024-06")
        fact.save(update_fields=[name])
        fact.refresh_from_db()
    days = (date(2024, 6, 1), date(2024, 6, 30))
    assert (milestone.earliest, milestone.latest) == days
    assert (engagement.since_earliest, engagement.since_latest) == days


def test_bounds_are_kept_by_update_or_create(candidate):
    """Django's update_or_create() saves the fields named in its defaults alone."""
    Affiliation.objects.update_or_create(key=candidate.key, defaults={"since": "2020"})
    candidate.refresh_from_db()
    assert candidate.since_latest == date(2020, 12, 31)


def by_update(milestone):
    Milestone.objects.filter(pk=milestone.pk).update(date="2023")


def by_bulk_update(milestone):
    milestone.date = parse("2023")
    Milestone.objects.bulk_update([milestone], ["date"])


@pytest.mark.parametrize("change", [by_update, by_bulk_update])
def test_update_of_a_list_keeps_the_bounds_or_is_refused(db, change):
    """Else the status would go on from the old date, under the new one."""
    milestone = factories.milestone(factories.partnership(), date="2024-05")
    with suppress(NotImplementedError):
        change(milestone)
    milestone.refresh_from_db()
    assert milestone.latest == milestone.date.latest


def test_date_is_written_to_fixtures_as_its_text_and_read_back(db):
    factories.source("a", published_on=SPAN)
    factories.source("b")
    text = serializers.serialize("json", Source.objects.all())
    rows = [row["fields"]["published_on"] for row in json.loads(text)]
    assert rows == [SPAN, None]
    read = [row.object.published_on for row in serializers.deserialize("json", text)]
    assert read == [parse(SPAN), None]


@pytest.mark.parametrize("model", [Milestone, Affiliation, Engagement, Source])
def test_migrations_can_rebuild_the_field(model):
    for field in model._meta.concrete_fields:
        if isinstance(field, PartialDateField):
            _, path, args, kwargs = field.deconstruct()
            rebuilt = PartialDateField(*args, **kwargs)
            assert path == "partnerships.fields.PartialDateField"
            assert rebuilt.deconstruct()[1:] == field.deconstruct()[1:]
            assert vars(rebuilt).keys() == vars(field.clone()).keys()


def test_field_names_its_bounds_and_its_cap_in_migrations():
    kwargs = Milestone._meta.get_field("date").deconstruct()[3]
    assert kwargs["earliest_field"] == "earliest"
    assert kwargs["latest_field"] == "latest"
    assert kwargs["not_after_field"] == "recorded_on"
    assert "max_length" not in kwargs


@pytest.mark.parametrize("model", [Milestone, Affiliation, Engagement])
def test_bounds_are_dates_declared_after_the_field_that_keeps_them(model):
    """Otherwise they would be saved before they are set."""
    fields = [field.name for field in model._meta.concrete_fields]
    for field in model._meta.concrete_fields:
        if isinstance(field, PartialDateField):
            for name in filter(None, [field.earliest_field, field.latest_field]):
                assert isinstance(model._meta.get_field(name), DateField)
                assert fields.index(name) > fields.index(field.name)


# The form field


def test_form_gives_partial_date_or_none_for_nothing_and_helps():
    assert PartialDateFormField().clean(" 2025-06 ") == parse("2025-06")
    for empty in ("", "   ", None):
        assert PartialDateFormField(required=False).clean(empty) is None
    with pytest.raises(ValidationError, match="required"):
        PartialDateFormField().clean("")
    assert PartialDateFormField().help_text == HELP


@pytest.mark.parametrize("text", ["soon", "2025-13", "2025-06-17/2025-06-16", "9" * 50])
def test_form_says_what_to_write_instead(text):
    with pytest.raises(ValidationError) as refusal:
        PartialDateFormField().clean(text)
    assert refusal.value.code == "invalid"
    assert refusal.value.messages[0].endswith(HELP)


@pytest.mark.parametrize(
    ("initial", "data", "has_changed"),
    [
        (parse("2025-06"), "2025-06", False),
        (parse("2025-06"), " 2025-06 ", False),
        (parse("2025-06"), "June 2025", False),
        (parse("2025-06"), "July 2025", True),
        (parse("2025-06"), "soon", True),
        ("2025-06", "2025-06", False),
        (None, "", False),
        (None, None, False),
        (parse("2025-06"), "2025-06-01", True),
        (parse("2025-06"), "", True),
        (None, "2025", True),
    ],
)
def test_form_field_knows_whether_it_was_changed(initial, data, has_changed):
    assert PartialDateFormField().has_changed(initial, data) is has_changed


def test_form_takes_a_date_as_it_is_written():
    for text in ("18/03/2026", "18 March\u00a02026", "18.3.2026", "20\u200b260318"):
        assert PartialDateFormField().clean(text) == parse("2026-03-18")
    assert PartialDateFormField().clean("by 30 April 2026") == parse("../2026-04-30")
    with pytest.raises(ValidationError, match="is 3 April 2026 or 4 March 2026"):
        PartialDateFormField().clean("03/04/2026")


def test_record_itself_takes_its_own_notation_alone(db):
    with pytest.raises(ValidationError, match="“18 March 2026” is not a date"):
        factories.source(published_on="18 March 2026")


def test_model_form_shows_text_and_help_and_stores_what_was_typed(db):
    source = factories.source(published_on=SPAN)
    form_class = forms.modelform_factory(Source, fields=["published_on"])
    form = form_class(instance=source)
    assert f'value="{SPAN}"' in form["published_on"].as_widget()
    help_text = form.fields["published_on"].help_text
    assert help_text.startswith("When it was published.")
    assert "18 March 2026" in help_text
    form_class({"published_on": "2025-06"}, instance=source).save()
    assert stored(source, "published_on") == "2025-06"
