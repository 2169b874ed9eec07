"""The kinds of fact are said once, and so is each rule about facts; where a rule stands
in SQL and in Python, both say one thing."""

import ast
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.core.exceptions import ValidationError

from partnerships.choices import CoverageValue, DisagreementState
from partnerships.dates import parse
from partnerships.models import (
    Affiliation,
    Claim,
    Coverage,
    Engagement,
    Milestone,
    Source,
)
from partnerships.models.fact import FactModel, LastingFact
from partnerships.querysets.fact_kinds import FACT_KINDS, KIND_OF, says_aspect
from partnerships.querysets.sql.standing import disagreement_state
from tests import factories

APP = Path(__file__).parent.parent / "partnerships"
NAMES = {kind.model for kind in FACT_KINDS}

#: Modules that spell out most kinds of fact, and why. All others read the table, so that
#: a new kind touches it, its own model, its line on Claim, its form, and of these those
#: in which it is shown.
SPELLED_OUT = {
    "actions/dataset.py": "names a fixture file for each model",
    "actions/statements/reader.py": "reads the rows of each kind in its own way",
    "selectors/record.py": "fills the sections of a record",
    "exports/tables/__init__.py": "lists the tables of open data",
    "selectors/site_search.py": "knows which texts of each kind are searched",
    "web/linked/vocabulary.py": "says which vocabulary the values of each kind are of",
    "web/search_words.py": "says of a hit of each kind where it stands",
}


def words(node: ast.AST) -> set[str]:
    """The names and texts that a collection, a union of types or a call holds."""
    parts: list = []
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        parts = node.elts
    elif isinstance(node, ast.Dict):
        parts = [*node.keys, *node.values]
    elif isinstance(node, ast.BinOp):
        parts = list(ast.walk(node))
    elif isinstance(node, ast.Call):
        parts = [*node.args, *(ast.Constant(word.arg) for word in node.keywords)]
    named = {getattr(part, "id", None) or getattr(part, "attr", "") for part in parts}
    texts = {part.value for part in parts if isinstance(part, ast.Constant)}
    return {str(word).lower().partition("__")[0] for word in named | texts}


def kinds_named(path: Path) -> int:
    """The most kinds of fact that one collection in a module names."""
    nodes = ast.walk(ast.parse(path.read_text()))
    singular = [
        {word.removesuffix("_id").removesuffix("s") for word in words(node)}
        for node in nodes
    ]
    return max(len(names & NAMES) for names in singular)


def test_no_other_module_lists_the_kinds_of_fact():
    listing = {
        str(path.relative_to(APP))
        for path in APP.rglob("*.py")
        if "migrations" not in path.parts and kinds_named(path) >= 4
    }
    assert listing == SPELLED_OUT.keys()


def test_every_model_of_facts_is_in_the_table_and_in_no_other_place():
    models = apps.get_app_config("partnerships").get_models()
    facts = {m._meta.model_name for m in models if issubclass(m, FactModel)}
    assert facts == NAMES == KIND_OF.keys()
    assert len({kind.place for kind in FACT_KINDS}) == len(FACT_KINDS)


@pytest.mark.parametrize("kind", FACT_KINDS, ids=lambda kind: kind.model)
def test_claims_have_field_constraint_and_lookups_of_the_kind(kind):
    field = Claim._meta.get_field(kind.model)
    assert field.related_model._meta.model_name == kind.model
    assert (field.column, field.null) == (kind.column, True)
    assert {*kind.fields} <= {*Claim.PUBLIC} & {*Claim.PERMANENT}
    constraints = {
        constraint.name: constraint for constraint in Claim._meta.constraints
    }
    assert f"claim_about_{kind.model}_is_recorded_once" in constraints
    assert f"{kind.model}__isnull" in str(constraints["claim_is_about_one_fact"])
    rows = field.related_model.objects.select_related(*kind.named_by)
    for lookup in filter(None, (kind.partnership, kind.true_from)):
        rows = rows.filter(**{f"{lookup}__isnull": False})
    assert str(rows.query)


def test_claim_of_every_kind_is_checked_by_its_fact():
    """Each model but that of questions, which take any answer, has a check of its own."""
    unchecked = {
        kind.model
        for kind in FACT_KINDS
        if Claim._meta.get_field(kind.model).related_model.refuse_claim
        is FactModel.refuse_claim
    }
    assert unchecked == {"question"}


# A rule in SQL and in Python


DATES = [
    *("2024", "2024-06", "2024-06-23", "../2024-06-23", "2024-06-17/2024-06-24"),
    *("2023/2024-06", "../2023", "2025-01-01"),
]
DAYS = sorted(
    {
        day + timedelta(days=step)
        for text in DATES
        for day in (parse(text).earliest, parse(text).latest)
        if day
        for step in (-1, 0, 1)
    }
)


@pytest.fixture
def record(db):
    with time_machine.travel(datetime(2025, 11, 22, 12, tzinfo=UTC), tick=False):
        yield factories.partnership()


@pytest.fixture
def milestones(record):
    return [factories.milestone(record, "statement", text) for text in DATES]


@pytest.mark.parametrize(
    ("queryset", "method"),
    [
        (lambda on: Milestone.objects.begun(on=on), Milestone.has_begun),
        (lambda on: Milestone.objects.happened(on=on), Milestone.has_happened),
        (
            lambda on: Milestone.objects.begun(on=on).filter(latest__gt=on),
            Milestone.is_uncertain,
        ),
    ],
    ids=["begun", "happened", "uncertain"],
)
def test_milestones_have_happened_alike_in_sql_and_python(milestones, queryset, method):
    for day in DAYS:
        expected = {m for m in milestones if method(m, on=day)}
        assert {*queryset(day)} == expected, day
        events = [m.as_event() for m in milestones]
        assert {*expected} == {
            m
            for m, event in zip(milestones, events, strict=True)
            if getattr(event, method.__name__)(on=day)
        }


@pytest.mark.parametrize("model", [Affiliation, Engagement])
def test_lasting_facts_have_begun_alike_in_sql_and_python(record, model):
    assert issubclass(model, LastingFact)
    for number, since in enumerate([None, *DATES]):
        if model is Affiliation:
            factories.affiliation(record.partner, "other", note=number, since=since)
        else:
            factories.engagement(record, title=f"Agreement {number}", since=since)
    rows = [*model.objects.all()]
    for day in DAYS:
        begun = {row for row in rows if row.has_begun(on=day)}
        assert {*model.objects.begun(on=day)} == begun
        assert len(begun) >= 1


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (Affiliation, "affiliation_ends_after_it_begins"),
        (Engagement, "engagement_ends_after_it_begins"),
    ],
)
def test_lasting_facts_end_after_they_begin(record, model, name):
    assert name in [constraint.name for constraint in model._meta.constraints]
    make = {
        Affiliation: lambda **span: factories.affiliation(
            record.partner, "nato_ally", **span
        ),
        Engagement: lambda **span: factories.engagement(record, **span),
    }[model]
    with pytest.raises(ValidationError, match="ends before it begins"):
        make(since="2024", until="2023")


def test_claim_supports_a_milestone_alike_in_sql_and_python(milestones):
    source = factories.source()
    not_before = [f"{text}/.." for text in DATES if "/" not in text]
    for milestone, said in product(milestones, DATES + not_before):
        factories.claim(milestone, said, by=source)
    assert_support_is_alike(Milestone)


def test_claim_supports_a_cell_alike_in_sql_and_python(record):
    factories.source()
    for number, value in enumerate(CoverageValue, start=1):
        cell = factories.coverage(record, factories.area(number), value)
        for said in ("included", "not_included", "already_exists"):
            factories.claim(cell, said)
    assert_support_is_alike(Coverage)


def test_claim_supports_an_aspect_alike_in_sql_and_python(record):
    factories.source()
    said = (
        "Oslo",
        "Oslo, Norway",
        "Norway; Oslo, Norway",
        "Os",
        "oslo",
        "Oslo; Norway",
    )
    for number, place in enumerate(("", *said), start=1):
        day = f"2024-01-{number:02}"
        fact = factories.milestone(record, "statement", day, place=place)
        for text in said:
            factories.claim(fact, text, aspect="place")
    gift = {"kind": "epf_contribution", "amount": 5, "currency": "NOK"}
    for euro in (14, 145, None):
        tie = factories.engagement(record, title=f"{euro}", amount_eur=euro, **gift)
        for text in ("14", "145"):
            factories.claim(tie, text, aspect="amount_eur")
    claims = {*Claim.objects.all()}
    expected = {claim for claim in claims if says_aspect(claim, claim.fact)}
    assert {*Claim.objects.supporting()} == expected
    assert expected and expected < claims


def assert_support_is_alike(model):
    supports = KIND_OF[model._meta.model_name].supports
    claims = {*Claim.objects.all()}
    expected = {claim for claim in claims if supports(claim, claim.fact)}
    assert {*Claim.objects.supporting()} == expected
    assert expected and expected < claims


def test_kinds_that_need_a_source_can_tell_it_before_it_is_stored():
    needing = {kind.model for kind in FACT_KINDS if kind.supports}
    assert needing == {
        *("milestone", "coverage", "subject", "position", "namesake"),
    }


def test_disagreement_is_open_or_ruled_on_alike_in_sql_and_python(record):
    sources = [Source.objects.get(pk=factories.source(key).pk) for key in ("a", "b")]
    for month, ruling, says in product(
        range(1, 5), ("", "So says the text."), (["2024"], ["2023"], ["2024", "2023"])
    ):
        number = Milestone.objects.count() + 1
        fact = factories.milestone(
            record, "statement", f"2024-0{month}-{number:02}", ruling=ruling
        )
        for source, said in zip(sources, says, strict=False):
            factories.claim(fact, said, by=source)
    states = {None: set(), **{state: set() for state in DisagreementState}}
    for milestone in Milestone.objects.all():
        claims = milestone.claims.with_standing()
        disagrees = any(claim.standing == "disagrees" for claim in claims)
        state = disagreement_state(disagrees=disagrees, is_ruled=bool(milestone.ruling))
        states[state].add(milestone.pk)
    assert all(states.values())
    for state, claims in [
        (DisagreementState.OPEN, Claim.objects.open()),
        (DisagreementState.RULED, Claim.objects.ruled()),
    ]:
        assert {*claims.values_list("milestone", flat=True)} == states[state]
    counted = type(record).objects.with_open_disagreement_count().get()
    assert counted.open_disagreements == len(states[DisagreementState.OPEN])
    assert {*Milestone.objects.with_open_disagreement()} == {
        *Milestone.objects.filter(pk__in=states[DisagreementState.OPEN])
    }


def test_facts_of_a_record_stand_in_the_order_of_their_kinds(record):
    facts = {
        "question": factories.question(),
        "affiliation": factories.affiliation(record.partner, "nato_ally"),
        "engagement": factories.engagement(record),
        "coverage": factories.coverage(record, factories.area()),
        "partnership": record,
        "milestone": factories.milestone(record, date="2024-05-28"),
        "subject": factories.subject(record),
        "position": factories.position(record),
        "namesake": factories.namesake(),
    }
    says = {"milestone": "2024", "coverage": "included", "partnership": "17"}
    for name, fact in facts.items():
        factories.claim(fact, says.get(name, "yes"))
    in_order = Claim.objects.with_fact().in_order_of_facts()
    expected = sorted(FACT_KINDS, key=lambda kind: kind.place)
    assert [claim.fact_kind for claim in in_order] == expected
