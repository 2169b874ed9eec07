"""What sources say beside what the editors adopted."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships.choices import Standing
from partnerships.dates import HELP, parse
from partnerships.models import Claim, Milestone, Partnership
from partnerships.templatetags.claims import claimed_value
from tests import factories
from tests.stories import TODAY
from tests.strategies import (
    DATES,
    on_the_database,
    partial_dates,
    singles,
    tries,
    undone,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(datetime(2025, 11, 22, 12, tzinfo=UTC), tick=False):
        yield


def norway():
    """Every test of this module has one partnership, made when it is first needed."""
    return Partnership.objects.first() or factories.partnership()


# One fact of each kind, with the value adopted


def milestone(date="2024-06-23", **kwargs):
    return factories.milestone(norway(), date=date, **kwargs)


def two_days():
    return milestone("2024-06-17/2024-06-18")


def no_later_than():
    return milestone("../2024-06-18")


def cell(value="included", **kwargs):
    return factories.coverage(norway(), factories.area(), value, **kwargs)


def agreement(**kwargs):
    return factories.engagement(norway(), since="2005-12-16", **kwargs)


def undated_agreement():
    return factories.engagement(norway())


def dialogue(frequency="annual", **kwargs):
    return factories.engagement(
        norway(), "dialogue", "Dialogue", frequency=frequency, since="2023", **kwargs
    )


def contribution(amount=150_000_000, **kwargs):
    return factories.engagement(
        norway(),
        "epf_contribution",
        "Contribution",
        amount=amount,
        currency="NOK",
        since="2022",
        **kwargs,
    )


def affiliation(**kwargs):
    return factories.affiliation(
        norway().partner, "nato_ally", since="1949-04-04", **kwargs
    )


def undated_affiliation():
    return factories.affiliation(norway().partner, "eea_efta")


def question(answer="no", **kwargs):
    return factories.question(answer=answer, **kwargs)


def dated_question():
    return factories.question(answer="2021-03")


def stated(number, ruling=""):
    partnership = norway()
    partnership.stated_areas, partnership.stated_areas_ruling = number, ruling
    return factories.save(partnership)


def stated_areas(**kwargs):
    return stated(17, **kwargs)


def no_stated_areas():
    return stated(None)


def review_clause(text="every two years", ruling=""):
    partnership = norway()
    partnership.review_clause, partnership.review_clause_ruling = text, ruling
    return factories.save(partnership)


def no_review_clause():
    return review_clause("")


def claim(fact, says, about=None, **kwargs):
    """A claim about a fact that is made now, or about the one given."""
    if fact in (review_clause, no_review_clause):
        kwargs["partnership_fact"] = "review_clause"
    return factories.claim(about or fact(), says, **kwargs)


def standing():
    return Claim.objects.with_standing().get().standing


FACTS = [
    (milestone, "2024-06-23", "2024-06-24"),
    (cell, "included", "not_included"),
    (agreement, "2005-12-16", "2006"),
    (dialogue, "annual", "regular"),
    (contribution, "150000000 NOK", "150000000 EUR"),
    (affiliation, "1949-04-04", "no"),
    (stated_areas, "17", "16"),
    (review_clause, "every two years", "annually"),
    (question, "no", "yes"),
]
FACT_NAMES = [fact.__name__ for fact, *_ in FACTS]
each_fact = pytest.mark.parametrize(
    ("fact", "agrees", "disagrees"), FACTS, ids=FACT_NAMES
)

# Standing: computed, never typed

#: Of each fact: what agrees with it, what is compatible, and what disagrees.
STANDINGS = """
milestone           | 2024-06-23, 2024-06-23/2024-06-23 | 2024-06, 2024 | 2024-06-24, 2023
milestone           | | 2024-06-20/2024-06-23, 2024-06-23/2024-06-30 |
milestone           | | ../2024-06-23 | ../2024-06-22
milestone           | | 2024-06-23/.., 2024/.. | 2024-06-24/.., 2025/..
two_days            | | 2024-06-18/.. | 2024-06-19/..
no_later_than       | | 2024-06-18/.., 1999/.. | 2024-06-19/.., 2024-07/..
two_days            | | 2024-06-18/2024-06-20, 2024-06-15/2024-06-17 | 2024-06-19, 2024-06-16
two_days            | | ../2024-06-17 | ../2024-06-16
no_later_than       | ../2024-06-18 | 2024, 1999, 2024-06-18/2024-07 | 2024-06-19
cell                | included | | not_included, already_exists
agreement           | yes, 2005-12-16 | 2005, 2005/.. | 2006, no, 2006/..
undated_agreement   | yes | 2005, 2005/.. | no
dialogue            | annual, 2023 | yes, 2023-05 | regular, no
contribution        | 150000000 NOK, 2022 | yes, 2022-04 | 150000001 NOK, 150000000 EUR, no
affiliation         | yes, 1949-04-04 | 1949 | 1950, no
undated_affiliation | | 1994 | no
stated_areas        | 17 | | 16
no_stated_areas     | | 17 |
review_clause       | every two years | | annually
no_review_clause    | | annually |
question            | no | | yes
dated_question      | 2021-03 | 2021, 2021-03-21 | 2023, never
"""


def standings():
    for line in STANDINGS.strip().split("\n"):
        fact, *columns = (column.strip() for column in line.split("|"))
        for expected, said in zip(Standing.values, columns, strict=True):
            for says in filter(None, said.split(", ")):
                yield globals()[fact], says, expected


@pytest.mark.parametrize(
    ("fact", "says", "expected"),
    [
        *standings(),
        # Recorded on 22 November 2025, it cannot have been in December.
        (lambda: milestone("2025"), "2025-12", "disagrees"),
        (lambda: cell("not_assessed"), "included", "compatible"),
    ],
)
def test_standing_of_a_claim_follows_from_both_values(fact, says, expected):
    claim(fact, says)
    assert standing() == expected


@pytest.mark.parametrize(
    "fact", [milestone, cell, agreement, dialogue, contribution, affiliation]
)
def test_claim_that_repeats_the_stated_value_agrees(fact):
    about = fact()
    factories.claim(about, about.stated_value)
    assert standing() == "agrees"


@pytest.mark.parametrize("is_alone", [False, True], ids=["all", "field-alone"])
@pytest.mark.parametrize(
    ("fact", "says", "change", "expected"),
    [
        (milestone, "2024-06-24", {"date": "2024-06-24"}, "agrees"),
        (milestone, "2024-06-24", {"says": "2024"}, "compatible"),
        (dated_question, "2024", {"answer": "2024-06"}, "compatible"),
    ],
)
def test_standing_follows_a_change_of_either_value(
    fact, says, change, expected, is_alone
):
    about = fact()
    said = factories.claim(about, says)
    assert standing() == "disagrees"
    changed = said if "says" in change else about
    for name, value in change.items():
        setattr(changed, name, value)
    changed.save(update_fields=change.keys() if is_alone else None)
    assert standing() == expected


def plain_standing(said, adopted):
    said, adopted = parse(said, open_ended=True), parse(adopted)
    if said == adopted:
        return "agrees"
    begins = max(said.earliest or date.min, adopted.earliest or date.min)
    ends = min(said.latest or date.max, adopted.latest)
    return "compatible" if begins <= ends else "disagrees"


NEAR = st.dates(date(2023, 1, 1), date(2025, 12, 31))
near_dates = st.one_of(
    st.sampled_from(DATES), partial_dates(NEAR), singles(NEAR).map("{}/..".format)
)
SETTLED = [text for text in DATES if parse(text).latest <= TODAY]


@settings(on_the_database, max_examples=tries(25))
@given(
    st.sampled_from(SETTLED), st.lists(near_dates, min_size=1, max_size=6, unique=True)
)
def test_standing_of_a_date_is_that_of_a_plain_comparison(adopted, said):
    said = {str(parse(text, open_ended=True)) for text in said}
    with undone():
        fact = milestone(adopted)
        source = factories.source()
        for text in said:
            Claim(milestone=fact, source=source, says=text, locator="p. 1").save()
        found = Claim.objects.with_standing().values_list("says", "standing")
        assert dict(found) == {text: plain_standing(text, adopted) for text in said}
        assert_open_is_the_same_of_all()


# Disagreements, open and ruled

SO_SAYS_THE_TEXT = "The signed text says so."


def assert_open_is_the_same_of_all():
    counted = Partnership.objects.with_open_disagreement_count()
    counts = dict(counted.values_list("pk", "open_disagreements"))
    facts = Claim.objects.open().exclude(record=None).order_by()
    pairs = set(facts.values_list("record", "fact_id"))
    assert Counter(counts) == Counter(record for record, _ in pairs)


@pytest.mark.parametrize("ruling", ["", SO_SAYS_THE_TEXT])
@each_fact
def test_disagreements_are_the_same_one_by_one_and_all_at_once(
    fact, agrees, disagrees, ruling
):
    about, source = fact(ruling=ruling), factories.source()
    claim(fact, agrees, about, by=source)
    claim(fact, disagrees, about, by=source)
    claim(fact, disagrees, about, by=source, locator="page 2")
    assert_open_is_the_same_of_all()
    assert Claim.objects.open().exists() == (not ruling)


@each_fact
def test_agreeing_claim_is_no_disagreement(fact, agrees, disagrees):
    claim(fact, agrees)
    assert not Claim.objects.disagreeing().exists()
    assert Claim.objects.supporting().exists()


@each_fact
def test_disagreement_without_ruling_is_open(fact, agrees, disagrees):
    record = norway()
    said = claim(fact, disagrees)
    assert list(Claim.objects.open()) == [said]
    assert not Claim.objects.ruled().exists()
    assert not Claim.objects.supporting().exists()
    # A question that all share is no partnership's.
    of_records = [] if fact is question else [record]
    assert list(Partnership.objects.with_open_disagreement()) == of_records


@each_fact
def test_ruling_closes_a_disagreement(fact, agrees, disagrees):
    said = claim(fact, disagrees, fact(ruling=SO_SAYS_THE_TEXT))
    assert list(Claim.objects.ruled()) == [said]
    assert not Claim.objects.open().exists()


def test_ruling_on_one_fact_of_a_partnership_leaves_the_other_open():
    stated_areas(ruling="Counted in the text.")
    claim(stated_areas, "16")
    review = claim(review_clause, "annually")
    stated(17, ruling="Counted in the text.")
    assert list(Claim.objects.open()) == [review]


def test_ruling_without_disagreement_is_none():
    milestone(ruling=SO_SAYS_THE_TEXT)
    assert not Claim.objects.ruled().exists()


@pytest.mark.parametrize("fact", [milestone, cell, agreement, affiliation, question])
def test_fact_with_an_open_disagreement_is_found(fact):
    _, agrees, disagrees = next(row for row in FACTS if row[0] is fact)
    about = fact()
    factories.claim(about, agrees)
    assert not type(about).objects.with_open_disagreement().exists()
    factories.claim(about, disagrees)
    assert list(type(about).objects.with_open_disagreement()) == [about]
    factories.edit(about, ruling=SO_SAYS_THE_TEXT)
    assert not type(about).objects.with_open_disagreement().exists()


# One fact


@pytest.mark.parametrize(
    "facts", [(), (milestone, cell), (agreement, affiliation), (milestone, question)]
)
def test_claim_about_no_fact_or_two_is_refused_in_words_and_by_the_database(facts):
    about = {fact._meta.model_name: fact for fact in (make() for make in facts)}
    said = Claim(source=factories.source(), says="yes", locator="p. 1", **about)
    with pytest.raises(ValidationError, match="choose exactly one"):
        said.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.bulk_create([said])


@pytest.mark.parametrize(("fact", "named"), [(norway, ""), (milestone, "stated_areas")])
def test_claim_names_which_fact_of_a_partnership_and_of_nothing_else(fact, named):
    with pytest.raises(ValidationError, match="Say which fact of the partnership"):
        factories.claim(fact(), "2024", partnership_fact=named)


def test_claim_about_nothing_has_no_fact():
    assert Claim().fact is None
    assert Claim().partnership_or_none is None


@each_fact
def test_same_claim_twice_is_refused(fact, agrees, disagrees):
    about = fact()
    claim(fact, agrees, about)
    with pytest.raises(ValidationError, match="recorded already"):
        claim(fact, agrees, about)
    claim(fact, agrees, about, locator="page 2")


# A denial: by that day it had not happened


def test_denial_is_kept_with_its_beginning_alone_and_read_in_words():
    said = claim(milestone, " 2025-10-24/.. ")
    assert (said.says, said.earliest, said.latest) == (
        *("2025-10-24/..", date(2025, 10, 24), None),
    )
    assert claimed_value(said) == "not before 24 October 2025"


def test_denial_by_a_day_disagrees_with_a_milestone_until_that_day():
    """Not by 28 May: not before the 29th."""
    for day, expected in (("28", "disagrees"), ("29", "compatible")):
        with undone():
            claim(lambda day=day: milestone(f"2024-05-{day}"), "2024-05-29/..")
            assert standing() == expected


def test_denial_may_say_what_no_record_does():
    with pytest.raises(ValidationError):
        milestone("2024-05-29/..")
    with pytest.raises(ValidationError):
        factories.affiliation(norway().partner, "nato_ally", since="1949/..")


@pytest.mark.parametrize("about", [cell, stated_areas])
def test_denial_of_a_day_is_said_of_dates_alone(about):
    with pytest.raises(ValidationError):
        claim(about, "2024-05-29/..")


# What it says, in our notation

OF_A_CELL = "says one of: included, not_included, already_exists."
NUMBER = "Write the stated number of areas as a number"
AMOUNT = "or the amount, as in 150000000 NOK."
NO_AMOUNTS = ["NOK 150000000", "150,000,000 NOK", "150000000 nok", "150000000", "0 NOK"]


@pytest.mark.parametrize(
    ("fact", "says", "message"),
    [
        (milestone, "June 2024", f"“June 2024” is not a date. {HELP}"),
        (milestone, "yes", f"“yes” is not a date. {HELP}"),
        *((cell, says, OF_A_CELL) for says in ("maybe", "not_assessed", "Included")),
        *((stated_areas, says, NUMBER) for says in ("seventeen", "017", "-1", "١٧")),
        (agreement, "annual", f"Write yes, no, or when it began. {HELP}"),
        (agreement, "Yes", f"Write yes, no, or when it began. {HELP}"),
        (dialogue, "often", "one of: annual, regular, not_specified."),
        *((contribution, says, AMOUNT) for says in NO_AMOUNTS),
        (affiliation, "member", f"Write yes, no, or when it began. {HELP}"),
    ],
)
def test_wrong_notation_is_refused_with_the_right_one(fact, says, message):
    with pytest.raises(ValidationError) as refusal:
        claim(fact, says)
    assert refusal.value.message_dict.keys() == {"says"}
    assert message in refusal.value.message_dict["says"][0]


@each_fact
def test_claim_that_says_nothing_is_refused(fact, agrees, disagrees):
    about = fact()
    for says in ("", "   "):
        with pytest.raises(ValidationError):
            claim(fact, says, about)


def test_space_around_is_ignored():
    assert factories.claim(milestone(), " 2024-06 ").says == "2024-06"


def test_claim_on_a_cell_or_number_has_no_bounds():
    """“2024” areas are not a year."""
    said = claim(stated_areas, "2024")
    assert (said.earliest, said.latest) == (None, None)


def test_key_is_given_once_and_differs():
    fact = milestone()
    one, other = factories.claim(fact, "2024"), factories.claim(fact, "2024-06")
    assert one.key != other.key
    one.save()
    assert Claim.objects.get(pk=one.pk).key == one.key


# Which fact, whose record


def test_every_fact_has_an_id_of_its_own_for_all_its_claims():
    for fact, agrees, disagrees in FACTS:
        about = fact()
        claim(fact, agrees, about)
        claim(fact, disagrees, about)
    ids = Counter(Claim.objects.with_fact().values_list("fact_id", flat=True))
    assert [*ids.values()] == [2] * len(FACTS)


@each_fact
def test_id_of_a_fact_is_its_kind_and_number(fact, agrees, disagrees):
    said = claim(fact, agrees)
    found = Claim.objects.with_fact().get(pk=said.pk)
    kind = said.partnership_fact or said.fact._meta.model_name
    assert found.fact_id == f"{kind}-{said.fact.pk}"


@each_fact
def test_claim_knows_its_fact_and_the_partnership_of_that(fact, agrees, disagrees):
    factories.partner("canada")  # so that no two tables number alike
    factories.partnership("tonga")
    expected, about = factories.partnership("norway"), fact()
    said = claim(fact, agrees, about)
    assert said.fact == about
    if fact is question:
        expected = None
    assert said.partnership_or_none == expected
    assert Claim.objects.get().record == expected


def test_claim_on_a_partner_joins_the_record_of_its_later_partnership():
    tie = factories.affiliation(factories.partner(), "nato_ally")
    said = factories.claim(tie, "no")
    assert Claim.objects.get().record is None
    assert said.partnership_or_none is None
    assert not Claim.objects.public().exists()
    made_later = factories.partnership(of=tie.partner)
    assert Claim.objects.get().record == made_later
    assert list(Partnership.objects.with_open_disagreement()) == [made_later]


@each_fact
def test_claim_is_public_once_its_partnership_is(fact, agrees, disagrees):
    factories.partnership(published=False)
    claim(fact, agrees)
    assert Claim.objects.public().exists() == (fact is question)
    Partnership.objects.update(is_published=True)
    assert Claim.objects.public().count() == 1


# Unsourced facts


@pytest.mark.parametrize(
    ("make", "says", "is_unsourced"),
    [
        (milestone, None, True),
        (milestone, "2023", True),
        (milestone, "2024", False),
        (milestone, "2024-06-23", False),
        (cell, None, True),
        (cell, "not_included", True),
        (cell, "included", False),
        (lambda: cell("not_included"), None, True),
        (lambda: cell("not_assessed"), None, False),
    ],
)
def test_fact_needs_a_claim_that_agrees_or_is_compatible(make, says, is_unsourced):
    fact = make()
    if says:
        factories.claim(fact, says)
    assert list(type(fact).objects.unsourced()) == ([fact] if is_unsourced else [])
    assert Partnership.objects.with_unsourced_fact().exists() == is_unsourced


def test_one_agreeing_claim_among_rivals_is_enough():
    fact = milestone("2024-06-23")
    for says in ["2023", "2024-06-23", "2025"]:
        factories.claim(fact, says)
    assert not Milestone.objects.unsourced().exists()


@pytest.mark.parametrize("fact", [agreement, affiliation, question])
def test_other_facts_can_be_asked_for_their_sources_too(fact):
    about = fact()
    assert list(type(about).objects.unsourced()) == [about]
    if fact is agreement:  # no claim says when it began
        factories.claim(about, "yes")
        assert list(type(about).objects.unsourced()) == [about]
    says = {question: "no", agreement: "2005-12-16"}
    factories.claim(about, says.get(fact, "1949"), locator="page 2")
    assert not type(about).objects.unsourced().exists()


def test_claim_on_another_fact_of_the_same_number_is_no_source():
    fact = milestone()
    factories.claim(affiliation(), "yes")
    assert list(Milestone.objects.unsourced()) == [fact]


def test_every_standing_has_a_word():
    assert Standing.labels == ["Agrees", "Compatible", "Disagrees"]


def test_claim_about_a_fact_that_is_not_saved_yet_is_checked_too():
    partnership = factories.partnership()
    fact = Milestone(partnership=partnership, track="sdp", kind="signed", date="2023")
    said = Claim(source=factories.source(), milestone=fact, says="soon", locator="1")
    with pytest.raises(ValidationError) as refusal:
        said.clean()
    assert "“soon” is not a date" in str(refusal.value)
