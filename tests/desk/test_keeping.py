"""What is typed is kept by itself, and never entered by it."""

import pytest

from partnerships.models import Draft, LedgerEntry
from tests import factories
from tests.admin import count_queries
from tests.desk.entry import SIGNED, address, send
from tests.html import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_at_once")]


@pytest.fixture
def ghana(client, publisher):
    client.force_login(publisher)
    return factories.partnership("ghana", of=factories.partner("ghana", iso_code="GH"))


def test_text_is_kept_as_typed_without_a_check(client, ghana):
    to, before = address(), LedgerEntry.objects.count()
    row = {**SIGNED, "value": "so", "words": "x" * 300}
    with count_queries() as queries:
        answer = send(client, [row], "keep", to=to, title="", pasted="Ghana\tSigned")
    assert (answer.status_code, answer.content) == (204, b"")
    assert len(queries) < 16
    draft = Draft.objects.get()
    assert draft.rows[0]["value"] == "so" and draft.rows[0]["words"] == "x" * 300
    assert len(draft.rows) == 1 and draft.document["title"] == ""
    assert LedgerEntry.objects.count() == before
    assert 'value="so"' in client.get(to).content.decode()


def test_keeping_never_publishes(client, ghana):
    send(client, [SIGNED], "keep", to=(to := address()), publish="1")
    assert Draft.objects.get().operation is None
    send(client, [SIGNED], to=to)
    answer = send(client, [{**SIGNED, "value": "2025"}], "keep", to=to)
    assert (answer.status_code, answer.content) == (409, b"It is entered already.")
    assert Draft.objects.get().rows == []


@pytest.mark.parametrize("button", ["keep", "check", "publish"])
def test_long_reason_is_refused_with_its_text_and_never_cut(client, ghana, button):
    send(client, [SIGNED], "keep", to=(to := address()), change_reason="A good one.")
    answer = send(client, [SIGNED], button, to=to, change_reason="because " * 70)
    draft = Draft.objects.get()
    assert (draft.change_reason, draft.operation) == ("A good one.", None)
    if button == "keep":
        assert answer.status_code == 422 and b"longer than 500" in answer.content
    else:
        assert "because " * 69 in answer.content.decode()
        assert "at most 500 characters, this has 5" in str(answer.context["problems"])
    assert 'maxlength="500"' in client.get(to).content.decode()


def test_draft_of_somebody_else_is_not_kept(client, ghana, editor, viewer):
    send(client, [SIGNED], "keep", to=(to := address()))
    client.force_login(editor)
    assert send(client, [], "keep", to=to).status_code == 404
    client.force_login(viewer)
    assert send(client, [], "keep", to=to).status_code == 403
    client.logout()
    assert send(client, [], "keep", to=to).status_code == 403
    assert len(Draft.objects.get().rows) == 1


def test_summary_changed_meanwhile_is_told_at_the_next_check(client, ghana):
    factories.edit(ghana, summary="Old.")
    mine = {f"summary-{ghana.pk}": "Mine."}
    send(client, [SIGNED], "check", to=(to := address()), **mine)
    factories.edit(ghana, summary="Theirs.")
    assert send(client, [SIGNED], "keep", to=to, **mine).status_code == 204
    answer = send(client, [SIGNED], to=to, **mine)
    assert any("“Theirs.”" in problem for problem in answer.context["problems"])


def test_page_has_its_script_and_a_quiet_place_to_say_it(client, ghana):
    html = client.get(address()).content.decode()
    assert "partnerships/desk" in html and 'aria-live="polite"' in html
    shown = page(client, address())
    assert not shown.attributes & {"onclick", "onsubmit", "style"}
