"""`manage.py seed`: all or nothing, safe to run again, never over an editor's work."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from partnerships.actions.dataset import ACTOR, FILES
from partnerships.ledger.context import change
from partnerships.models import (
    Area,
    Claim,
    Coverage,
    Milestone,
    Partner,
    Partnership,
    Source,
)

pytestmark = pytest.mark.django_db

SIGNED = {"key": "norway-signed", "partnership": ["norway"], "track": "sdp"}
SIGNED |= {"kind": "signed", "date": "2024-05-28"}
TIE = {"key": "norway-eda", "partnership": ["norway"], "kind": "eda_arrangement"}
CLAIM = {"key": "brief-norway-signed", "milestone": ["norway-signed"]}
CLAIM |= {"source": ["brief"], "says": "2024-05-28", "locator": "page 1"}
OTHER = {"key": "brief-norway-cyber", "coverage": ["norway", "cyber"]}
OTHER |= {"source": ["brief"], "says": "included", "locator": "page 2"}
NORWAY = {"slug": "norway", "name": "Norway", "region": "western_europe"}
CYBER = {"number": 1, "slug": "cyber", "name": "Cyber issues"}
CELL = {"partnership": ["norway"], "area": ["cyber"], "value": "included"}
CHECK = {"key": "norway-checked", "partnership": ["norway"]}
CHECK |= {"through": "2024-06-30", "made_on": "2024-07-01"}
WORD = {"holder": "Institute", "text": "It welcomes them."}
BRIEFING = {"key": "brief", "publisher": "Service", "title": "Briefing"}
BRIEFING |= {"kind": "research", "no_address": "It is on paper alone."}
RECORDS = {
    "sources": [BRIEFING],
    "areas": [CYBER],
    "partners": [NORWAY],
    "affiliations": [{"key": "ally", "partner": ["norway"], "kind": "nato_ally"}],
    "partnerships": [{"partner": ["norway"], "title": "Title", "is_published": True}],
    "checks": [CHECK],
    "milestones": [SIGNED],
    "coverage": [CELL],
    "engagements": [TIE | {"title": "Arrangement"}],
    "subjects": [{"key": "health", "partnership": ["norway"], "name": "Health"}],
    "positions": [{"key": "word", "holder_kind": "expert", **WORD}],
    "namesakes": [{"key": "talks", "title": "Talks", "parties": "EU", "reason": "No."}],
    "questions": [{"slug": "binding", "text": "Binding?", "answer": "no"}],
    "claims": [CLAIM, OTHER],
}


@pytest.fixture
def fixtures(tmp_path):
    """Writes fixture files, with what the test wants otherwise; returns the writer."""

    def write(**changes):
        for name, model in FILES.items():
            records = (RECORDS | changes)[name.removesuffix(".json")]
            label = model._meta.label_lower
            entries = [{"model": label, "fields": fields} for fields in records]
            (tmp_path / name).write_text(json.dumps(entries))
        return tmp_path

    write()
    return write


def seed(directory):
    out = StringIO()
    call_command("seed", directory=directory, stdout=out)
    return out.getvalue()


def test_seed_loads_every_record_with_its_history(fixtures):
    assert "15 created" in seed(fixtures())
    for model in FILES.values():
        assert model.history.count() == model.objects.count() > 0


def test_history_says_initial_load_and_the_sources(fixtures):
    seed(fixtures())
    row = Milestone.history.get()
    assert row.history_change_reason == "Initial load (brief)"
    assert (row.history_actor, row.history_kind) == (ACTOR, "import")
    assert Coverage.history.get().history_change_reason == "Initial load (brief)"
    assert Partner.history.get().history_change_reason == "Initial load"


def test_one_load_is_one_operation(fixtures):
    seed(fixtures())
    changesets = {
        row.history_changeset for model in FILES.values() for row in model.history.all()
    }
    assert len(changesets) == 1


def test_second_seed_changes_nothing(fixtures):
    seed(fixtures())
    assert "0 created, 0 updated, 15 unchanged" in seed(fixtures())
    assert Milestone.history.count() == 1


def test_new_edition_updates_what_nobody_touched(fixtures):
    seed(fixtures())
    signed = SIGNED | {"place": "Brussels"}
    assert "1 updated" in seed(fixtures(milestones=[signed]))
    assert Milestone.objects.get().place == "Brussels"


def test_seed_never_overwrites_an_editors_change(fixtures):
    seed(fixtures())
    milestone = Milestone.objects.get()
    milestone.date = "2024-05-29"
    with change(reason="The text says so", kind="correction", actor="Editor"):
        milestone.save()
    told = seed(fixtures())
    assert "1 kept" in told and "kept: milestone norway-signed" in told
    assert str(Milestone.objects.get().date) == "2024-05-29"


def test_seed_leaves_out_what_an_editor_deleted_and_what_hangs_on_it(fixtures):
    seed(fixtures())
    Milestone.objects.get().delete()
    assert "2 left out" in seed(fixtures())
    assert not Milestone.objects.exists()
    assert Claim.objects.count() == 1


def test_seed_leaves_out_a_partnership_that_an_editor_deleted(fixtures):
    seed(fixtures())
    Partnership.objects.update(is_published=False)
    Partnership.objects.get().delete()
    Partner.objects.get().delete()
    seed(fixtures())
    assert not Partner.objects.exists()
    assert not Partnership.objects.exists()


LATE = {"key": "late", "kind": "proposed", "date": "2025"}
#: What is wrong in which file, and what is said of it.
BAD = {
    "date": (
        {"milestones": [SIGNED | {"date": "2024-13"}]},
        "milestones.json, record 1 (norway-signed), field date: There is no 2024-13",
    ),
    "unknown field": (
        {"areas": [CYBER | {"colour": "red"}]},
        "areas.json, record 1 (cyber), field colour: there is no such field",
    ),
    "unknown choice": (
        {"partners": [NORWAY | {"region": "atlantis"}]},
        "partners.json, record 1 (norway), field region: ",
    ),
    "missing relation": (
        {"coverage": [CELL | {"area": ["space"]}]},
        "coverage.json, record 1 (norway/space), field area: there is no area ['space']",
    ),
    "relation that is no list": (
        {"coverage": [CELL | {"area": "cyber"}]},
        "field area: write it as a list: ['slug']",
    ),
    "missing field": (
        {"sources": [{"key": "brief", "publisher": "Service"}]},
        "sources.json, record 1 (brief), field title: ",
    ),
    "refused by the lifecycle": (
        {"milestones": [SIGNED, SIGNED | LATE]},
        "milestones.json, record 2 (late): “Proposed” (2025) would come after “Signed”",
    ),
    "check of days to come": (
        {"checks": [CHECK | {"through": "2024-07-02"}]},
        "checks.json, record 1 (norway-checked): Nobody can look further than",
    ),
    "natural key that is not text": (
        {"partners": [NORWAY | {"slug": None}]},
        "partners.json, record 1 (None), field slug: ",
    ),
}


@pytest.mark.parametrize("changes, sentence", BAD.values(), ids=BAD)
def test_bad_fixture_is_named_and_changes_nothing(fixtures, changes, sentence):
    with pytest.raises(CommandError) as refusal:
        seed(fixtures(**changes))
    assert sentence in str(refusal.value)
    assert "Nothing was changed" in str(refusal.value)
    assert not Source.history.exists()
    assert not Source.objects.exists()


OF_RECORD = "areas.json, record 1, field"


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("{", "areas.json: is not JSON"),
        ("{}", "areas.json: must be a list"),
        ("[3]", f"{OF_RECORD} model: None should be 'partnerships.area'"),
        ('[{"model": "partnerships.area"}]', f"{OF_RECORD} fields"),
    ],
)
def test_file_that_is_no_fixture_is_named(fixtures, text, sentence):
    directory = fixtures()
    (directory / "areas.json").write_text(text)
    with pytest.raises(CommandError, match="Nothing was changed") as refusal:
        seed(directory)
    assert sentence in str(refusal.value)


def test_missing_file_is_named(fixtures):
    directory = fixtures()
    (directory / "areas.json").unlink()
    with pytest.raises(CommandError, match=r"areas\.json: cannot be read"):
        seed(directory)


def test_record_that_is_given_twice_is_named(fixtures):
    with pytest.raises(CommandError, match=r"record 2 .norway.: is given twice"):
        seed(fixtures(partners=[NORWAY, NORWAY]))
    assert not Partner.objects.exists()


def test_areas_alone_are_loaded_for_a_site_that_begins_its_own_record(fixtures):
    others = {name: [] for name in RECORDS if name != "areas"}
    seed(fixtures(**others))
    assert Area.objects.count() == 1 and not Partner.objects.exists()
