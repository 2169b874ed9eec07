"""The numbers of the changes that readers may see are kept, and carried on by what is
new: they are those that the database gives, whatever was done since."""

import pytest

from partnerships.dates import end_of
from partnerships.ledger import sealing
from partnerships.ledger.editions import reading
from partnerships.log import numbering
from partnerships.log.entries import public_changes
from partnerships.log.numbering import Numbers, public_numbers
from partnerships.models import LedgerEntry
from tests import factories
from tests.changes import edit, newest, redact

pytestmark = pytest.mark.django_db


def kept():
    head = sealing.head()
    with reading(head.seal, head.number):
        return public_numbers()[:]


def asked():
    return [*public_changes().values_list("number", flat=True)]


def test_numbers_are_carried_on_through_whatever_changes_what_is_seen(client, signed):
    source, draft = factories.source(), factories.partnership("japan", published=False)
    partner = factories.partner("ghana")
    factories.claim(factories.affiliation(partner, "nato_ally"), "yes", by=source)
    record = signed.partnership
    seen = []
    for step in (
        lambda: edit(record, internal_notes="another secret"),
        lambda: edit(source, title="Hidden, then cited"),
        lambda: factories.claim(signed, "2024", by=source),
        lambda: redact(newest(client)["number"], "reason"),
        lambda: edit(record, is_published=False),
        lambda: edit(signed, place="Hidden"),
        lambda: factories.partnership(of=partner),
        lambda: edit(draft, is_published=True),
        lambda: edit(draft, is_published=False),
        lambda: edit(record, is_published=True),
        lambda: draft.delete(),
    ):
        step()
        assert kept() == asked()
        seen.append(len(kept()))
    assert len({*seen}) > 6


def test_only_what_is_new_is_looked_at(signed, monkeypatch):
    kept()
    looked_at = []
    doubtful = numbering._doubtful
    monkeypatch.setattr(
        numbering, "_doubtful", lambda since: looked_at.append(since) or doubtful(since)
    )
    before = sealing.head().number
    edit(signed, place="Brussels")
    assert kept() == asked()
    assert looked_at == [before]


def test_pages_are_those_of_a_list():
    marks = bytes(number % 3 == 1 for number in range(9_000))
    numbers, falling = Numbers(marks), [*range(8_998, 0, -3)]
    assert len(numbers) == len(falling) and 8_998 in numbers and 9_000 not in numbers
    for start, stop in [
        (0, 25),
        (0, 9_000),
        (1_365, 1_370),
        (2_990, 3_100),
        (3_000, 9),
    ]:
        assert numbers[start:stop] == falling[start:stop]
        assert numbers.after(99)[start:stop] == falling[2_966::-1][start:stop]
    assert numbers.among(range(4, 11))[:] == [10, 7, 4]
    assert numbers.among([5, 7, 10_000])[:] == [7]
    assert (numbers & Numbers(b"\1" * 6))[:] == [4, 1]


def test_span_has_what_was_made_in_it_in_whatever_order_it_was_sealed(signed):
    """Later by its time than what was sealed after it, as where two write at once."""
    edit(signed, place="Brussels")
    edit(signed, place="Paris")
    first, second = [*LedgerEntry.objects.order_by("-number")[:2]][::-1]
    day = first.at.date()
    late = end_of(day)
    numbers = public_numbers()
    assert numbering.within(numbers, day, day)[:] == asked()
    assert numbering._made_later(second.number, late, None) == []
    found = numbering._made_later(second.number, first.at, second.at)
    assert found[-1] == first.number and second.number not in found
