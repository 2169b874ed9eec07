"""`check_data`, `create_editor`, and the sample that tests and bench make."""

import subprocess
import sys
from datetime import timedelta
from io import StringIO
from random import Random

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from partnerships import __version__
from partnerships.ledger import context
from partnerships.models import Claim, Milestone, Partner, Partnership, Source, User
from partnerships.querysets.sources import SourceQuerySet
from tests import factories
from tests.samples import make_sample

pytestmark = pytest.mark.django_db


def run(command, **options):
    out = StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


def refused(command, **options):
    out = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command(command, stdout=out, **options)
    return f"{out.getvalue()}{refusal.value}"


def sample(partnerships, *, seed=1):
    list(make_sample(partnerships, random=Random(seed), today=timezone.localdate()))


def checked(slug="norway", **kwargs):
    """A partnership with all that ``check_data`` asks for."""
    with context.change(reason="The first of all", kind="import", actor=""):
        record = factories.partnership(slug, summary="Words.", **kwargs)
        factories.check(record, timezone.localdate())
        signed = factories.milestone(record, place="Oslo", reference="A/1")
        factories.claim(signed, "2024-05")
        factories.claim(signed, "Oslo, Norway", aspect="place", locator="page 2")
        factories.claim(signed, "A/1", aspect="reference")
    return record


def test_check_data_is_content_with_a_sourced_record():
    checked()
    for line in run("check_data").splitlines():
        assert line.startswith("0 ")


def with_place(record):
    record.milestones.update(place="Bergen")


def with_euros(record):
    gift = {"amount": 5, "currency": "NOK", "amount_eur": 1}
    tie = factories.engagement(record, "epf_contribution", **gift)
    factories.claim(tie, "5 NOK")


def with_frequency(record):
    meeting = {"title": "Dialogue", "frequency": "annual"}
    factories.claim(factories.engagement(record, "dialogue", **meeting), "yes")


def with_amount(record):
    gift = {"amount": 5, "currency": "NOK"}
    factories.claim(factories.engagement(record, "epf_contribution", **gift), "yes")


def with_beginning(record):
    factories.claim(factories.engagement(record, since="2020"), "yes")


def with_day_of_a_position(record):
    factories.claim(factories.position(record, date="2020"), "yes")


def with_a_digest_alone(record):
    opened = factories.milestone(record, "negotiations_opened", "2024-01")
    factories.claim(opened, "2024-01", by=factories.source("digest", kind="digest"))


def with_a_home_page(record):
    Source.objects.update(url="https://www.example.org/en/", no_address="")


def without_a_reason(record):
    Source.objects.update(no_address="")


def without_a_check(record):
    record.checks.all().delete()


def with_news(record):
    resumed = factories.milestone(record, "suspended", "2025-01")
    factories.claim(resumed, "2025-01")


@pytest.mark.parametrize(
    ("spoil", "title"),
    [
        (with_place, "values without a claim that agrees"),
        (with_euros, "values without a claim that agrees"),
        (with_frequency, "facts without a claim that agrees"),
        (with_amount, "facts without a claim that agrees"),
        (with_beginning, "facts without a claim that agrees"),
        (with_day_of_a_position, "facts without a claim that agrees"),
        (with_a_digest_alone, "facts without a claim that agrees"),
        (with_a_home_page, "sources without the document's address"),
        (without_a_reason, "sources without the document's address"),
        (without_a_check, "records never checked"),
        (with_news, "summaries older than their newest milestone"),
    ],
)
def test_check_data_refuses_what_readers_cannot_rely_on(spoil, title):
    record = checked()
    with context.change(reason="Spoilt", kind="editorial", actor=""):
        spoil(record)
    assert f"1 {title}:" in refused("check_data")


def test_check_data_is_content_with_a_summary_brought_up_to_date():
    record = checked()
    with context.change(reason="News", kind="new_development", actor=""):
        with_news(record)
    with context.change(reason="Its words", kind="editorial", actor=""):
        factories.edit(record, summary="Other words.")
    assert "0 summaries older" in run("check_data")


def test_check_data_finds_the_source_of_a_draft_if_it_shows(monkeypatch):
    checked()
    draft = factories.partnership("iceland", published=False)
    factories.claim(factories.milestone(draft), "2024", by=factories.source("secret"))
    assert "0 sources of drafts" in run("check_data")
    monkeypatch.setattr(SourceQuerySet, "public", lambda sources: sources)
    assert "1 sources of drafts that show:\n  secret" in refused("check_data")


@pytest.mark.parametrize(
    "make",
    [
        lambda norway: factories.milestone(norway),
        lambda norway: factories.coverage(norway, factories.area()),
        lambda norway: factories.engagement(norway),
        lambda norway: factories.affiliation(norway.partner, "nato_ally"),
        lambda norway: factories.question(),
        lambda norway: factories.subject(norway),
        lambda norway: factories.position(norway),
        lambda norway: factories.position(),
        lambda norway: factories.namesake(),
        lambda norway: setattr(norway, "stated_areas", 9) or norway.save(),
        lambda norway: setattr(norway, "review_clause", "x") or norway.save(),
    ],
)
def test_check_data_names_each_kind_of_fact_without_a_claim(make):
    make(factories.partnership())
    assert "1 facts without a claim that agrees:" in refused("check_data")


def test_check_data_counts_a_disagreeing_claim_as_no_support():
    factories.claim(factories.milestone(factories.partnership()), "2025")
    report = refused("check_data")
    assert "1 facts without a claim that agrees:" in report
    assert "1 open disagreements:" in report


def test_check_data_leaves_drafts_to_their_editors():
    factories.milestone(factories.partnership(published=False))
    assert "0 facts" in run("check_data")


def test_check_data_names_records_not_checked_for_a_month():
    today = timezone.localdate()
    factories.check(factories.partnership(), today - timedelta(days=32))
    factories.check(factories.partnership("iceland"), today - timedelta(days=31))
    told = run("check_data")
    assert "1 records not checked for a month:\n  EU–Norway" in told
    assert "Iceland" not in told


@pytest.mark.slow("makes a database of samples")
@pytest.mark.once
def test_sample_is_valid_sourced_and_marked():
    sample(12)
    for model in apps.get_app_config("partnerships").get_models():
        if hasattr(model, "NATURAL_KEY"):
            for row in model.objects.all():
                row.full_clean()
            assert model.history.count() == model.objects.count()
    assert Partnership.objects.published().count() == 12
    assert not Partner.objects.exclude(name__startswith="Sample").exists()
    assert "0 facts without" in run("check_data")


@pytest.mark.slow("makes a database of samples, twice")
def test_same_seed_makes_the_same_sample():
    def made():
        sample(5, seed=7)
        dates = [str(milestone.date) for milestone in Milestone.objects.order_by("pk")]
        Claim.objects.all().delete()
        Partnership.objects.update(is_published=False)
        Partnership.objects.all().delete()
        Partner.objects.all().delete()
        return dates

    first = made()
    assert len(first) >= 5
    assert made() == first


def test_sample_can_grow():
    sample(2)
    sample(2)
    assert Partnership.objects.count() == 4


def test_editor_account_is_made_once_with_a_password_that_works(client):
    said = run("create_editor")
    password = said.split(" / ")[1].split()[0]
    editor = User.objects.get()
    assert editor.check_password(password)
    assert editor.has_perm("partnerships.publish_partnership")
    assert run("create_editor") == ""
    assert User.objects.get().password == editor.password


@pytest.mark.slow("starts a process")
@pytest.mark.once
@pytest.mark.parametrize("argument", ["version", "--version"])
def test_version_is_that_of_the_tracker(argument):
    ran = [sys.executable, "manage.py", argument]
    answer = subprocess.run(
        ran, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert answer.stdout == f"SDP tracker {__version__}\n"
