"""The list under “what” of a row: one name for each thing, and other words understood."""

import pytest

from partnerships.actions.vocabulary import vocabulary, what_is_meant
from partnerships.choices import Track
from partnerships.lifecycle.table import EFFECTS

pytestmark = pytest.mark.once

SYNONYMS = {
    "Tie: European Peace Facility contribution": "Tie: EPF contribution",
    "Tie, once: EPF contribution": "Tie: EPF contribution",
    "Tie, once: European Peace Facility contribution": "Tie: EPF contribution",
    "Standing: NATO member": "Standing: NATO Ally",
}


def test_list_offers_one_name_for_each_thing():
    offered = vocabulary()
    assert len({*offered.values()}) == len(offered)
    assert {*SYNONYMS.values()} <= {*offered}
    assert not {*SYNONYMS} & {*offered}


@pytest.mark.parametrize(("words", "offered"), SYNONYMS.items())
def test_other_words_are_understood(words, offered):
    assert what_is_meant(words) == what_is_meant(offered) == vocabulary()[offered]


@pytest.mark.parametrize(
    "words", ["Announced: Statement", "Announced: SAFE: Statement"]
)
def test_announced_statement_is_understood_and_not_offered(words):
    assert what_is_meant(words).announces == "statement"
    assert words not in vocabulary()


def test_two_things_keep_two_names():
    of_agreement = "Tie: Agreement or arrangement"
    names = {
        "Tie: FPA",
        of_agreement,
        of_agreement.replace(":", ", once:"),
        "Statement",
    }
    assert names <= {*vocabulary()}


def test_list_offers_every_step_of_both_tracks_and_its_announcement():
    steps = [w for w in vocabulary().values() if w.is_step and not w.announces]
    assert len(steps) == sum(len(EFFECTS[track]) - 1 for track in Track)
    announced = {(w.track, w.announces) for w in vocabulary().values() if w.announces}
    assert len(announced) == len(steps) - len(Track)
