"""Two people: an editor proposes, a publisher publishes, a second person compares."""

import re

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from partnerships.ledger import context
from partnerships.ledger.context import change
from partnerships.models import (
    Claim,
    DoubleCheck,
    Draft,
    LedgerEntry,
    Milestone,
    Namesake,
    Partnership,
    Position,
)
from tests import factories
from tests.admin import (
    PUBLIC,
    as_shown,
    change_url,
    errors,
    part_url,
    stored,
    submit,
    url,
)
from tests.desk.entry import ADDRESS, SIGNED, address, problems_of, send
from tests.html import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_at_once")]

LABEL = "Not yet double-checked"
TODAY = "/admin/"
GHANA = "/partnerships/ghana/"


@pytest.fixture
def ghana():
    return factories.partnership("ghana", of=factories.partner("ghana", iso_code="GH"))


@pytest.fixture
def other(db):
    return factories.user("other", groups=["publisher"], public_name="Ola")


def today(client):
    return page(client, TODAY).text


def confirm(client, check):
    return client.post(
        reverse("admin:desk-double-check", args=[check.pk]), {"is_compared": "on"}
    )


def is_labelled(client, record=GHANA):
    """Whether readers are told, on the page and in the API."""
    (said,) = {
        milestone["awaits_double_check"]
        for milestone in client.get(f"/api/v1{record}").json()["milestones"]
    }
    assert said == (LABEL in page(client, record).text)
    return said


# Proposing a document


def test_editor_proposes_and_a_publisher_publishes(as_, client, ghana, editor, other):
    to, before = address(), LedgerEntry.objects.count()
    answer = send(as_(editor), [SIGNED], to=to)
    assert "Readers would see this: propose it" in " ".join(problems_of(answer))
    assert LedgerEntry.objects.count() == before
    assert send(client, [SIGNED], "propose", to=to).url == TODAY
    assert not Milestone.objects.exists() and LedgerEntry.objects.count() == before
    assert "Yours, waiting for a publisher" in today(client)

    assert "Proposed, for you to publish" in today(as_(other))
    assert "24/03/2026" in client.get(to).content.decode()
    assert send(client, [SIGNED], to=to).url == TODAY
    version = Milestone.objects.get().history.get()
    assert version.history_user_id == other.pk
    assert version.history_actor == "Editor, published by Ola"
    check = DoubleCheck.objects.get()
    assert (check.entered_by, check.reasons, check.made_on) == (
        editor.pk,
        "status",
        None,
    )
    assert "Proposed, for you to publish" not in today(client)


def test_document_that_is_wrong_is_not_proposed(as_, ghana, editor):
    send(as_(editor), [{**SIGNED, "value": "soon"}], "propose")
    assert Draft.objects.get().proposed_at is None
    send(as_(editor), [{**SIGNED, "partner": "Atlantis"}], "propose")
    assert not Draft.objects.waiting().exists()


def test_editor_enters_a_document_about_drafts_alone(as_, editor):
    draft = factories.partnership("ghana", published=False)
    answer = send(as_(editor), [{**SIGNED, "partner": draft.partner.name}])
    assert answer.status_code == 302
    assert Milestone.objects.get().partnership == draft


def test_proposal_is_sent_back_with_a_word_and_proposed_again(
    as_, client, ghana, editor, other
):
    to = address()
    send(as_(editor), [SIGNED], "propose", to=to)
    back = reverse("admin:desk-send-back", args=[Draft.objects.get().pk])
    assert client.get(back).status_code == 403
    assert as_(other).post(back, {"word": ""}).status_code == 200
    assert client.post(back, {"word": "Give the\u202e place, too"}).url == TODAY
    assert client.post(back, {"word": "Again"}).status_code == 404
    assert client.get(to).status_code == 404  # it is the author's again
    assert "“Give the place, too”" in today(as_(editor))
    assert "Give the place, too" in page(client, to).text
    rows = [SIGNED, {"what": "Where", "value": "Accra"}]
    send(client, rows, "propose", to=to)
    assert Draft.objects.get().word_back == ""
    assert send(as_(other), rows, to=to).url == TODAY
    assert Milestone.objects.get().place == "Accra"


def test_publisher_publishes_a_part_and_leaves_the_rest(
    as_, client, ghana, editor, other
):
    to = address()
    second = {"what": "Stated number of areas", "value": "17"}
    send(as_(editor), [SIGNED, second], "propose", to=to)
    sent = [SIGNED, {**second, "held": "on"}]
    assert send(as_(other), sent, to=to, word_back="Is it 17?").url == TODAY
    assert Milestone.objects.exists()
    assert Partnership.objects.get().stated_areas is None
    assert "“Is it 17?”" in today(as_(editor))
    (row,) = Draft.objects.get().rows
    assert (row["partner"], row["place"]) == ("Ghana", "¶ 2")  # carried down to it


def test_author_takes_a_proposal_back_by_writing_on(as_, client, ghana, editor, other):
    to = address()
    send(as_(editor), [SIGNED], "propose", to=to)
    send(client, [SIGNED], "check", to=to)
    assert as_(other).get(to).status_code == 404
    assert send(client, [SIGNED], to=to).status_code == 404


def test_publisher_who_compared_the_document_is_the_second_person(
    as_, client, ghana, editor, other
):
    to = address()
    send(as_(editor), [SIGNED], "propose", to=to)
    send(as_(other), [SIGNED], to=to, compared="on")
    assert DoubleCheck.objects.get().made_on
    assert not is_labelled(client)


def test_publisher_who_changed_a_row_is_not_the_second_person(
    as_, client, ghana, editor, other
):
    to = address()
    send(as_(editor), [SIGNED], "propose", to=to)
    send(as_(other), [{**SIGNED, "value": "23/03/2026"}], to=to, compared="on")
    check = DoubleCheck.objects.get()
    for person in (editor, other):
        assert "You entered this yourself" in confirm(as_(person), check).text
    assert is_labelled(client)


def test_publisher_who_changes_rows_and_checks_them_first_is_not_either(
    as_, client, ghana, editor, other
):
    to, changed = address(), {**SIGNED, "value": "23/03/2026"}
    send(as_(editor), [SIGNED], "propose", to=to)
    assert send(as_(other), [changed], "keep", to=to).status_code == 409
    send(client, [changed], "check", to=to)
    send(client, [changed], to=to, compared="on")
    assert DoubleCheck.objects.get().made_on is None


def test_proposals_are_seen_by_their_author_and_publishers_alone(
    as_, client, ghana, editor, viewer, other
):
    to = address()
    colleague = factories.user("colleague", groups=["editor"])
    send(as_(editor), [SIGNED], "propose", to=to)
    assert "Proposed: Ghana and the EU sign" in today(client)
    assert as_(colleague).get(to).status_code == 404
    assert "Ghana and the EU sign" not in today(client)
    assert as_(viewer).get(to).status_code == 403
    assert "Ghana and the EU sign" not in today(client)
    client.logout()
    for public in ("/", GHANA, "/sources/", "/changes/", "/changes.atom", "/api/v1/"):
        assert "Ghana and the EU sign" not in client.get(public).content.decode()


# A proposal that changes while somebody reads it


def shown(client, to):
    """The fields by which a page says what it shows."""
    context = client.get(to).context
    return {"version": context["version"], "page": context["page"]}


def test_publisher_who_reads_an_older_version_publishes_nothing_of_it(
    as_, client, ghana, editor, other
):
    to, newer = address(), {**SIGNED, "value": "23/03/2026"}
    send(as_(editor), [SIGNED], "propose", to=to)
    older = shown(as_(other), to)
    send(as_(editor), [newer], "propose", to=to)
    answer = send(as_(other), [SIGNED], to=to, **older)
    assert answer.status_code == 409
    said = answer.content.decode()
    assert "Editor changed Ghana and the EU sign meanwhile" in said
    assert "23/03/2026" in said and "24/03/2026" not in said
    assert not Milestone.objects.exists() and Draft.objects.count() == 1
    assert send(client, [newer], to=to, **shown(client, to)).url == TODAY
    assert str(Milestone.objects.get().date) == "2026-03-23"


def test_publishers_words_on_an_older_version_are_kept_as_their_own_document(
    as_, client, ghana, editor, other
):
    to, newer = address(), {**SIGNED, "value": "23/03/2026"}
    send(as_(editor), [SIGNED], "propose", to=to)
    older = shown(as_(other), to)
    send(as_(editor), [newer], "propose", to=to)
    mended = {**SIGNED, "place": "¶ 7"}
    for _ in range(2):  # a second click
        assert send(as_(other), [mended], to=to, **older).status_code == 409
    own = Draft.objects.get(owner=other)
    assert own.rows[0]["place"] == "¶ 7" and own.proposed_at is None
    assert f"/admin/enter/{own.pk}/" in send(client, [mended], to=to, **older).text
    assert Draft.objects.get(owner=editor).rows[0]["value"] == "23/03/2026"


def test_words_on_a_proposal_that_was_taken_back_are_kept(
    as_, client, ghana, editor, other
):
    to, mended = address(), {**SIGNED, "place": "¶ 7"}
    send(as_(editor), [SIGNED], "propose", to=to)
    seen = shown(as_(other), to)
    send(as_(editor), [SIGNED], "check", to=to)
    answer = send(as_(other), [mended], "check", to=to, **seen)
    assert answer.url == TODAY
    assert "as a document of your own" in today(client)
    assert Draft.objects.get(owner=other).rows[0]["place"] == "¶ 7"
    assert client.get(to).status_code == 404


def test_two_windows_on_one_draft_lose_nothing(as_, client, ghana, editor):
    to, other_row = address(), {**SIGNED, "place": "¶ 7"}
    send(as_(editor), [SIGNED], "check", to=to)
    first, second = shown(client, to), shown(client, to)
    kept = send(client, [SIGNED, other_row], "keep", to=to, **first)
    assert kept.status_code == 204
    answer = send(client, [other_row], "keep", to=to, **second)
    assert answer.status_code == 409 and "another window" in answer.text
    assert send(client, [other_row], "check", to=to, **second).status_code == 409
    (stored_first, stored_second) = Draft.objects.order_by("-rows__1")
    assert {len(stored_first.rows), len(stored_second.rows)} == {1, 2}
    # The first window goes on, by what it was told or, if no answer came, without it.
    for version in (kept["Version"], first["version"]):
        rows = [{**SIGNED, "place": f"¶ {version}"}]
        sent = first | {"version": version}
        assert send(client, rows, "keep", to=to, **sent).status_code == 204


def test_publisher_who_changed_a_row_before_it_went_back_is_not_the_second_person(
    as_, client, ghana, editor, other
):
    to, changed = address(), {**SIGNED, "value": "23/03/2026"}
    send(as_(editor), [SIGNED], "propose", to=to)
    send(as_(other), [changed], "check", to=to)
    back = reverse("admin:desk-send-back", args=[Draft.objects.get().pk])
    client.post(back, {"word": "Look at the day"})
    send(as_(editor), [changed], "propose", to=to)
    send(as_(other), [changed], to=to, compared="on")
    assert DoubleCheck.objects.get().made_on is None


def test_publisher_sees_at_once_what_a_proposal_would_change(
    as_, client, ghana, editor, other
):
    to = address()
    send(as_(editor), [SIGNED], "propose", to=to)
    seen = as_(other).get(to)
    assert [str(line.verdict) for _, line in seen.context["rows"] if line] == ["new"]
    assert "What it changes" in seen.content.decode()
    assert not Milestone.objects.exists()


# Proposing a form


def summary_of(ghana, text, **fields):
    return part_url(ghana, "words"), PUBLIC | {"summary": text} | fields


def test_editors_form_about_what_is_public_is_a_proposal(as_, client, ghana, editor):
    before = stored()
    to, sent = summary_of(ghana, "Two sentences.")
    assert submit(as_(editor), to, sent).url == TODAY
    assert stored() == before
    assert "Proposed: Partnership" in today(client)
    submit(client, to, sent)  # a second click
    assert Draft.objects.count() == 1


def test_editors_form_about_a_draft_is_saved(as_, editor):
    draft = factories.partnership(published=False)
    assert submit(as_(editor), change_url(draft), summary="New.").status_code == 302
    draft.refresh_from_db()
    assert draft.summary == "New."


def test_publisher_sees_the_form_filled_in_and_saves_it(
    as_, client, ghana, editor, other
):
    to, sent = summary_of(ghana, "Two sentences.")
    submit(as_(editor), to, sent)
    draft = Draft.objects.get()
    shown = as_(other).get(f"{to}?proposal={draft.pk}")
    assert "Editor proposes this; nothing of it is saved" in errors(shown)
    assert "Two sentences." in shown.content.decode()
    ghana.refresh_from_db()
    assert ghana.summary == ""
    data = {name: value[-1] for name, value in draft.data.items()}
    answer = client.post(f"{to}?proposal={draft.pk}", data)
    assert answer.status_code == 302, errors(answer)
    ghana.refresh_from_db()
    assert ghana.summary == "Two sentences."
    newest = ghana.history.latest("history_id")
    assert newest.history_actor == "Editor, published by Ola"
    draft.refresh_from_db()
    assert draft.operation and not Draft.objects.waiting().exists()
    assert client.get(f"{to}?proposal={draft.pk}").status_code == 404


def test_publisher_sees_what_a_form_would_change(as_, client, ghana, editor, other):
    submit(as_(editor), *summary_of(ghana, "Two sentences."))
    draft = Draft.objects.get()
    seen = page(as_(other), f"{draft.path}?proposal={draft.pk}")
    assert "Summary empty Two sentences." in seen.text


def test_record_says_which_proposals_about_it_wait(
    as_, client, ghana, editor, other, viewer
):
    norway = factories.partnership("norway", of=factories.partner("norway"))
    send(as_(editor), [SIGNED], "propose")
    submit(client, *summary_of(ghana, "Two sentences."))
    said = "Proposed by Editor, not published: {}"
    titles = ["Ghana and the EU sign", "Partnership: EU–Ghana"]
    for person, seen in ((editor, titles), (other, titles), (viewer, [])):
        of_ghana = page(as_(person), change_url(ghana)).text
        assert of_ghana.count("Proposed by") == len(seen)
        assert all(said.format(title) in of_ghana for title in seen)
        assert "Proposed by" not in page(client, change_url(norway)).text


def test_form_that_is_proposed_anew_meanwhile_is_not_saved_as_it_was(
    as_, client, ghana, editor, other
):
    to, sent = summary_of(ghana, "Two sentences.")
    submit(as_(editor), to, sent)
    draft = Draft.objects.get()
    proposal = f"{to}?proposal={draft.pk}"
    seen = as_(other).get(proposal)
    data = {name: value[-1] for name, value in draft.data.items()}
    data["proposal_version"] = seen.context["proposal_version"]
    again = data | {"summary": "Three sentences."}
    assert as_(editor).post(proposal, again).url == TODAY
    for _ in range(2):
        answer = as_(other).post(proposal, data | {"summary": "Mended."})
        assert "was changed while you read it" in errors(answer)
        assert "Mended." in answer.content.decode()
    ghana.refresh_from_db()
    assert ghana.summary == ""
    data["proposal_version"] = client.get(proposal).context["proposal_version"]
    assert client.post(proposal, data).status_code == 302
    draft.refresh_from_db()
    assert "proposal_version" not in draft.data


def test_form_of_a_proposal_is_no_other_form_and_nobody_elses(
    as_, client, ghana, editor, other
):
    to, sent = summary_of(ghana, "Two sentences.")
    submit(as_(editor), to, sent)
    pk = Draft.objects.get().pk
    norway = factories.partnership()
    assert (
        as_(other).get(f"{part_url(norway, 'words')}?proposal={pk}").status_code == 404
    )
    assert client.get(f"{to}?proposal=nonsense").status_code == 404
    colleague = factories.user("colleague", groups=["editor"])
    assert as_(colleague).get(f"{to}?proposal={pk}").status_code == 404


def test_editor_records_a_look_alone(as_, ghana, editor):
    as_(editor).post("/admin/looked/", {"partnership": ghana.pk})
    assert ghana.checks.exists() and not Draft.objects.exists()


# The second person


def test_entry_carries_the_label_until_a_second_person_confirms(
    as_, client, ghana, publisher, other
):
    send(as_(publisher), [SIGNED])
    assert is_labelled(client)
    assert "yours: another person confirms it" in today(client)
    check = DoubleCheck.objects.get()
    assert "You entered this yourself" in confirm(client, check).text
    assert is_labelled(client)
    unticked = reverse("admin:desk-double-check", args=[check.pk])
    assert "compare, and tick" in as_(other).post(unticked, {"x": "1"}).text
    assert is_labelled(client)
    assert confirm(client, check).url == TODAY
    assert not is_labelled(client)
    made = LedgerEntry.objects.filter(record="doublecheck", action="~").get()
    assert made.actor == "Ola"
    count = LedgerEntry.objects.count()
    confirm(client, check)  # a second click
    assert LedgerEntry.objects.count() == count


def test_confirmation_falls_when_the_fact_changes(as_, client, ghana, publisher, other):
    send(as_(publisher), [SIGNED])
    confirm(as_(other), DoubleCheck.objects.get())
    milestone = Milestone.objects.get()
    submit(as_(publisher), change_url(milestone), PUBLIC | {"actor": "The Council"})
    assert is_labelled(client)
    confirm(as_(other), DoubleCheck.objects.get(made_on=None))
    assert not is_labelled(client)


def test_editor_may_be_the_second_person_and_a_viewer_not(
    as_, ghana, publisher, editor, viewer
):
    send(as_(publisher), [SIGNED])
    check = DoubleCheck.objects.get()
    assert confirm(as_(viewer), check).status_code == 403
    assert confirm(as_(editor), check).status_code == 302


def test_what_moves_no_status_asks_for_nothing(as_, client, ghana, publisher):
    held = {**SIGNED, "what": "Dialogue held"}
    send(as_(publisher), [held, {"what": "Stated number of areas", "value": "17"}])
    assert Milestone.objects.exists() and not DoubleCheck.objects.exists()
    assert not is_labelled(client)


def test_standing_on_which_that_with_safe_rests_asks_too(
    as_, client, ghana, publisher, other
):
    standing = {**SIGNED, "what": "Standing: EU candidate", "value": "23 June 2022"}
    send(as_(publisher), [standing, {"what": "Standing: NATO Ally", "value": "yes"}])
    check = DoubleCheck.objects.get()
    assert (check.partnership, check.reasons) == (ghana, "status")
    shown = page(client, GHANA).text
    assert shown.count(LABEL) == 3  # both of the entry, and where SAFE rests on it
    confirm(as_(other), check)
    assert LABEL not in page(client, GHANA).text


def test_ruling_deletion_far_date_and_upload_ask_too(as_, client, ghana, publisher):
    as_(publisher)
    held = factories.milestone(ghana, "dialogue_held", "2025-01-10")
    factories.claim(held, "2025")
    said = factories.claim(held, "2025-01")

    def reasons(*changes):
        DoubleCheck.objects.all().delete()
        answer = submit(client, change_url(held), *changes)
        assert answer.status_code == 302, errors(answer)
        return {check.reasons for check in DoubleCheck.objects.all()}

    assert reasons(PUBLIC | {"date": "2025-01-20"}) == set()
    assert reasons(PUBLIC | {"ruling": "The minutes say so."}) == {"ruling"}
    assert reasons(PUBLIC | {"date": "2025-03-20"}) == {"date"}
    gone = {"claims-1-DELETE": "on", "claims-1-id": said.pk}
    assert reasons(PUBLIC | {"date": "2025-03-20"} | gone) == {"deletion"}


def test_upload_asks_for_a_double_check_of_whatever_it_holds(as_, ghana, publisher):
    rows = "partner,what,value,words,place\nGhana,Stated number of areas,17,,¶ 2\n"
    file = SimpleUploadedFile("rows.csv", rows.encode())
    to = address()
    send(as_(publisher), [], "check", to=to, uploaded=file)
    (row,) = Draft.objects.get().rows
    send(as_(publisher), [row], to=to)
    assert DoubleCheck.objects.get().reasons == "import"


def test_publishing_a_draft_asks_and_its_checks_stay_private_until_then(
    as_, client, publisher
):
    draft = factories.partnership("ghana", published=False, summary="Signed.")
    send(as_(publisher), [{**SIGNED, "partner": draft.partner.name}])
    assert DoubleCheck.objects.get().partnership == draft
    log = "/changes/"
    assert "ouble-check" not in page(client, log).text
    answer = submit(client, change_url(draft), PUBLIC | {"is_published": "on"})
    assert answer.status_code == 302, errors(answer)
    assert is_labelled(client)


def test_undoing_what_nobody_confirmed_leaves_nothing_to_confirm(
    as_, client, ghana, publisher
):
    send(as_(publisher), [SIGNED])
    operation = Milestone.objects.get().history.get().history_changeset
    undo = reverse("admin:desk-undo", args=[operation])
    assert client.post(undo, {"reason": "Not the text itself"}).status_code == 302
    assert not DoubleCheck.objects.exists()


def test_undoing_what_was_confirmed_is_confirmed_too(
    as_, client, ghana, publisher, other
):
    send(as_(publisher), [SIGNED])
    operation = Milestone.objects.get().history.get().history_changeset
    confirm(as_(other), DoubleCheck.objects.get())
    undo = reverse("admin:desk-undo", args=[operation])
    assert client.post(undo, {"reason": "Not the text itself"}).status_code == 302
    assert not Milestone.objects.exists() and not Claim.objects.exists()
    again = DoubleCheck.objects.get(made_on=None)
    assert again.entered_by == other.pk and "deletion" in again.reasons


def test_shipped_data_carries_no_label(client, ghana):
    factories.milestone(ghana)  # by nobody with an account
    assert not is_labelled(client)


def test_past_editions_say_what_was_confirmed_then(as_, client, publisher, other):
    with time_machine.travel("2026-04-20T12:00Z", tick=False):
        factories.partnership("ghana", of=factories.partner("ghana", iso_code="GH"))
        assert send(as_(publisher), [SIGNED]).status_code == 302
    with time_machine.travel("2026-04-22T12:00Z", tick=False):
        assert confirm(as_(other), DoubleCheck.objects.get()).status_code == 302
    assert LABEL in page(client, f"{GHANA}?known_on=2026-04-21").text
    assert LABEL not in page(client, f"{GHANA}?known_on=2026-04-22").text


def test_author_discards_a_proposal_and_nobody_else(as_, client, ghana, editor, other):
    to, sent = summary_of(ghana, "Two sentences.")
    submit(as_(editor), to, sent)
    discard = reverse("admin:desk-discard", args=[Draft.objects.get().pk])
    assert as_(other).post(discard).status_code == 404
    assert discard in page(as_(editor), TODAY).links
    assert "your proposal is withdrawn" in page(client, discard).text
    assert client.post(discard, {"x": "1"}).url == TODAY
    assert not Draft.objects.exists()


@pytest.mark.parametrize("make", [factories.subject, factories.milestone])
def test_proposal_for_what_was_deleted_says_so(as_, client, ghana, make, editor, other):
    fact = make(ghana)
    factories.claim(fact, fact.stated_value)
    form = change_url(fact)
    submit(as_(editor), form, PUBLIC | {"note": "In the margins."})
    (draft,) = Draft.objects.all()
    with change(reason="Twice", kind="correction", user=other, actor="Ola"):
        fact.delete()
    name = fact._meta.verbose_name
    told = f"The {name} that this proposal would change is gone: Ola deleted it at "
    to = f"{form}?proposal={draft.pk}"
    discard = reverse("admin:desk-discard", args=[draft.pk])
    assert to in page(as_(editor), TODAY).links
    shown = page(client, to)
    assert told in shown.text and "(“Twice”)" in shown.text
    assert discard in shown.links
    assert client.post(to, {"note": "Again."}).status_code == 200
    back = reverse("admin:desk-send-back", args=[draft.pk])
    assert to in page(as_(other), TODAY).links
    shown = page(client, to)
    assert told in shown.text and back in shown.links and discard not in shown.links
    assert client.post(back, {"word": "It was entered twice."}).url == TODAY
    assert "It was entered twice." in page(as_(editor), TODAY).text
    assert client.post(discard).url == TODAY
    assert not Draft.objects.exists()


@pytest.mark.parametrize("who", ["editor", "other"])
@pytest.mark.parametrize("published", [True, False])
def test_button_says_what_it_does(as_, client, request, who, published):
    factories.partnership("ghana", published=published)
    as_(request.getfixturevalue(who))
    html = send(client, [SIGNED], "check").content.decode()
    says = re.findall(r'name="publish"\s+value="([^"]+)"', html)
    entered = [] if published else ["Enter in the draft"]
    assert says == (["Publish"] if who == "other" else entered)


def test_button_of_several_drafts_names_them(as_, client, editor):
    for slug in ("ghana", "togo"):
        factories.partnership(slug, published=False)
    rows = [SIGNED, SIGNED | {"partner": "Togo"}]
    html = send(as_(editor), rows, "check").content.decode()
    assert 'value="Enter in the drafts"' in html


def test_publisher_opens_the_document_before_sending_it_back(
    as_, client, ghana, editor, other
):
    send(as_(editor), [SIGNED], "propose")
    back = reverse("admin:desk-send-back", args=[Draft.objects.get().pk])
    assert ADDRESS in page(as_(other), back).links


def test_editor_deletes_nothing_that_readers_see(as_, client, ghana, editor):
    said, draft = factories.position(), factories.partnership(published=False)
    own = factories.position(draft)
    sent = {"post": "yes", "change_reason": "It was entered twice."}
    as_(editor)
    assert client.post(url(Position, "delete", said.pk), sent).status_code == 403
    assert client.post(url(Position, "delete", own.pk), sent).status_code == 302
    assert [*Position.objects.all()] == [said]


def test_today_shows_all_that_waits(as_, ghana, publisher):
    drafts = [factories.partnership(f"p-{n}", published=False) for n in range(9)]
    shown = page(as_(publisher), TODAY)
    assert "and 3 more" in shown.text
    assert {change_url(draft) for draft in drafts} <= {*shown.links}


def claim_of(source):
    return ("claims", {"source": source.pk, "says": "yes", "locator": "page 1"})


@pytest.mark.parametrize(
    "change", ["claim is deleted", "namesake", "partner", "area", "question", "source"]
)
def test_editor_gets_nothing_before_readers_by_any_form(as_, ghana, editor, change):
    signed = factories.milestone(ghana)
    source = factories.source("release")
    factories.claim(signed, "2024-05-28", by=source)
    said = factories.claim(signed, "2024-05", by=source)
    asked, area = factories.question(), factories.area()
    forms = {
        "claim is deleted": (
            change_url(signed),
            {"claims-1-DELETE": "on", "claims-1-id": said.pk},
        ),
        "namesake": (
            url(Namesake, "add"),
            {"title": "Pact", "parties": "A and B", "reason": "Another agreement"},
        ),
        "partner": (change_url(ghana.partner), {"name": "Gold Coast"}),
        "area": (change_url(area), {"name": "Another"}),
        "question": (change_url(asked), {"answer": "yes"}),
        "source": (change_url(source), {"title": "Another"}),
    }
    to, sent = forms[change]
    rows = [claim_of(source)] if change == "namesake" else []
    before = stored()
    answer = submit(as_(editor), to, PUBLIC | sent, rows=rows)
    assert answer.status_code == 302, errors(answer)
    assert stored() == before
    assert Draft.objects.get().proposed_at


def test_what_two_publishers_save_is_entered_once(as_, client, ghana, editor, other):
    sent = {"title": "Pact", "parties": "A and B", "reason": "Another agreement"}
    rows = [claim_of(factories.source())]
    submit(as_(editor), url(Namesake, "add"), PUBLIC | sent, rows=rows)
    draft = Draft.objects.get()
    to = f"{url(Namesake, 'add')}?proposal={draft.pk}"
    data = {name: values[-1] for name, values in draft.data.items()}
    assert as_(other).post(to, data).status_code == 302
    second = factories.user("second", groups=["publisher"], public_name="Uma")
    assert as_(second).post(to, data).status_code == 404
    assert Namesake.objects.count() == 1


def test_proposal_about_what_was_changed_since_asks_the_publisher(
    as_, client, ghana, editor, other
):
    to, sent = summary_of(ghana, "Mine.")
    submit(as_(editor), to, sent)
    factories.edit(ghana, summary="Theirs.")
    draft = Draft.objects.get()
    shown = as_(other).get(f"{to}?proposal={draft.pk}")
    assert "“Theirs.”) while you had it open" in errors(shown)
    ghana.refresh_from_db()
    assert ghana.summary == "Theirs."


def test_form_with_rows_is_shown_and_saved_as_it_was_proposed(
    as_, client, ghana, editor, other
):
    signed = factories.milestone(ghana)
    factories.claim(signed, "2024-05-28")
    submit(as_(editor), change_url(signed), PUBLIC | {"note": "At the summit."})
    to = f"{change_url(signed)}?proposal={Draft.objects.get().pk}"
    shown = as_(other).get(to)
    (rows,) = shown.context["inline_admin_formsets"]
    assert len(rows.formset.initial_forms) == 1
    answer = client.post(to, as_shown(shown))
    assert answer.status_code == 302, errors(answer)
    signed.refresh_from_db()
    assert signed.note == "At the summit."


def test_several_are_published_at_once(as_, client, publisher):
    drafts = [
        factories.partnership(f"p-{n}", published=False, summary="Signed.")
        for n in range(3)
    ]
    for draft in drafts:
        factories.claim(factories.milestone(draft), "2024-05-28")
    sent = {"action": "publish", "_selected_action": [d.pk for d in drafts]}
    sent |= {"reason": "Read by two", "index": 0}
    as_(publisher).post(url(Partnership, "changelist"), sent)
    assert Partnership.objects.published().count() == 3
    assert not DoubleCheck.objects.exists()


def test_editors_look_is_proposed_where_it_has_words_of_its_own(as_, ghana, editor):
    row = {"through": "2026-04-30", "made_on": "2026-05-01", "found": "In secret"}
    submit(as_(editor), change_url(ghana), rows=[("checks", row)])
    assert not ghana.checks.exists() and Draft.objects.get().proposed_at
    submit(as_(editor), change_url(ghana), rows=[("checks", row | {"found": ""})])
    assert ghana.checks.get().found == ""


def test_editor_and_viewer_undo_no_look_and_no_double_check(
    as_, client, ghana, publisher, other, editor, viewer
):
    as_(publisher).post("/admin/looked/", {"partnership": ghana.pk})
    send(client, [SIGNED])
    confirm(as_(other), DoubleCheck.objects.get())
    rows = LedgerEntry.objects.filter(record__in=["check", "doublecheck"])
    for operation in {*rows.values_list("operation", flat=True)}:
        for person in (editor, viewer):
            undo = reverse("admin:desk-undo", args=[operation])
            assert as_(person).get(undo).status_code == 403


def test_each_record_of_a_document_is_confirmed_by_itself(
    as_, client, ghana, publisher, other
):
    norway = factories.partnership()
    send(as_(publisher), [SIGNED, {**SIGNED, "partner": norway.partner.name}])
    confirm(as_(other), DoubleCheck.objects.get(partnership=norway))
    assert not is_labelled(client, "/partnerships/norway/")
    assert is_labelled(client)
    listed = client.get("/api/v1/milestones/").json()["results"]
    assert {m["partnership"]["slug"]: m["awaits_double_check"] for m in listed} == {
        "ghana": True,
        "norway": False,
    }


def test_last_changes_tell_the_milestone_before_its_double_check(
    as_, client, ghana, publisher
):
    send(as_(publisher), [SIGNED])
    assert "Double-check" not in today(client).partition("Your last changes")[2][:90]
    assert "Double-check created" not in page(client, GHANA).text


def test_double_check_is_one_line_of_the_news_and_asking_for_it_none(
    as_, client, ghana, publisher, other
):
    send(as_(publisher), [SIGNED])
    undone = reverse("admin:desk-undo", args=[LedgerEntry.objects.first().operation])
    assert "3 changes, made at once." in page(client, undone).text
    asked = client.get("/changes.atom").text
    assert "Double-check" not in asked and "and 2 more changes" in asked
    assert "3 more in the same edit" in page(client, "/changes/").text
    confirm(as_(other), check := DoubleCheck.objects.get())
    told = client.get("/changes.atom").text
    assert "<title>Ghana: double-checked, a status moves.</title>" in told
    assert f"Double-checked: {check}" in page(client, "/changes/").text
    assert "double-check “" not in told


def test_log_says_of_each_double_check_what_became_of_it(
    as_, client, ghana, publisher, editor, other
):
    send(as_(publisher), [SIGNED])
    asked = LedgerEntry.objects.get(record="doublecheck")
    assert "Double-check asked for: Ghana" in page(client, "/changes/").text
    undone = reverse("admin:desk-undo", args=[asked.operation])
    client.post(undone, {"reason": "Not the text itself"})
    assert "Double-check withdrawn: Ghana" in page(client, "/changes/").text
    to = address()
    send(as_(editor), [SIGNED], "propose", to=to, url="https://example.org/anew")
    send(as_(other), [SIGNED], to=to, compared="on", url="https://example.org/anew")
    assert "Double-checked: Ghana" in page(client, "/changes/").text


def test_list_and_newest_milestones_say_what_is_not_yet_double_checked(
    as_, client, ghana, publisher, other
):
    factories.milestone(factories.partnership(), date="2024-05-28")
    send(as_(publisher), [SIGNED])
    shown = ["/partnerships/", "/"]
    assert [page(client, one).text.count(LABEL) for one in shown] == [1, 1]
    confirm(as_(other), DoubleCheck.objects.get())
    assert [page(client, one).text.count(LABEL) for one in shown] == [0, 0]
    requested = {**SIGNED, "what": "SAFE: Requested", "value": "25/03/2026"}
    send(as_(publisher), [requested], url="https://example.org/safe")
    listed = client.get("/partnerships/").text
    (line,) = re.findall(r'<span class="safe">(?:(?!</td>).)*unchecked', listed, re.S)
    assert "Has asked for an agreement" in line and listed.count(LABEL) == 1


# What two strangers stumbled over


def test_form_that_was_sent_back_meanwhile_is_shown_with_what_was_typed(
    as_, client, ghana, editor, other
):
    submit(as_(editor), *summary_of(ghana, "Two sentences."))
    draft = Draft.objects.get()
    proposal = f"{draft.path}?proposal={draft.pk}"
    seen = as_(other).get(proposal)
    back = reverse("admin:desk-send-back", args=[draft.pk])
    client.post(back, {"word": "Three, please"})
    data = {name: value[-1] for name, value in draft.data.items()}
    data |= {
        "proposal_version": seen.context["proposal_version"],
        "summary": "Mended.",
    }
    answer = client.post(proposal, data)
    assert "was changed while you read it" in errors(answer)
    assert "Mended." in answer.content.decode()
    ghana.refresh_from_db()
    assert ghana.summary == ""
    assert client.get(proposal).status_code == 404


def test_double_checks_on_today_say_of_what(as_, client, ghana, publisher):
    send(as_(publisher), [SIGNED])
    suspended = {**SIGNED, "what": "Suspended", "value": "25/03/2026"}
    send(client, [suspended], url="https://example.org/suspended")
    cards = {card.heading: card for card in client.get(TODAY).context["cards"]}
    first, second = (item.text for item in cards["Not yet double-checked"].items)
    assert "Ghana" in first and "igned" in first and "uspended" in second


def test_form_that_opens_a_disagreement_says_so(as_, client, ghana, publisher):
    send(as_(publisher), [SIGNED])
    signed = Milestone.objects.get()
    other_source = factories.source("other")
    factories.claim(signed, "2026-03-23", by=other_source)
    signed.ruling = "Ruled."
    signed.save()
    answer = submit(client, change_url(signed), PUBLIC | {"ruling": ""})
    assert answer.status_code == 302
    assert "A disagreement is open now" in today(client)


def test_publication_that_publishes_nothing_says_what_to_tick(as_, publisher):
    draft = factories.partnership("ghana", published=False)
    answer = submit(as_(publisher), part_url(draft, "publication"), PUBLIC)
    assert "Tick it to publish the record." in errors(answer)


def test_editor_is_told_that_publishers_publish(as_, client, editor):
    draft = factories.partnership("ghana", published=False)
    answer = as_(editor).get(part_url(draft, "publication"))
    assert answer.status_code == 403 and "Publisher" in answer.content.decode()


def test_texts_that_differ_late_are_shown_from_there(as_, client, ghana, publisher):
    long = "The same beginning. " * 20
    factories.edit(ghana, summary=f"{long}One end.")
    to, sent = summary_of(ghana, f"{long}My end.")
    shown = as_(publisher).get(to)
    seen = as_shown(shown)
    with context.change(user=publisher, reason="Why", kind="correction"):
        factories.edit(ghana, summary=f"{long}Another end.")
    said = errors(client.post(to, seen | sent))
    assert "One end." in said and "Another end." in said


def test_writing_on_takes_a_proposal_back_as_it_is_kept(
    as_, client, ghana, editor, other
):
    to = address()
    send(as_(editor), [SIGNED], "propose", to=to)
    seen = shown(client, to)
    mended = {**SIGNED, "place": "¶ 7"}
    assert send(client, [mended], "keep", to=to, **seen).status_code == 204
    draft = Draft.objects.get()
    assert draft.proposed_at is None and draft.rows[0]["place"] == "¶ 7"
    headings = [card.heading for card in client.get(TODAY).context["cards"]]
    assert "Documents being entered" in headings
    assert "Yours, waiting for a publisher" not in headings
    assert as_(other).get(to).status_code == 404
