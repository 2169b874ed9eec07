"""What readers report: by whom, how much, what of it is kept, and what they are told."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core import signing

from partnerships.actions.reporting import TooManyReports, record_report
from partnerships.choices import LeadOrigin, LeadOutcome
from partnerships.ledger import sealing
from partnerships.models import Lead, LedgerEntry
from tests import factories, scratch
from tests.html import Checker, Page, page
from tests.ledger.databases import address_of, made

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 2, 2, 12, tzinfo=UTC)
REPORT, PAGE = "/report/", "/partnerships/norway/"
TEXT = "The press release gives the 27th as the day."
SENT_AGAIN = "press Send once more"


@pytest.fixture
def clock():
    """A clock that stands still at noon, and is moved by tests."""
    with time_machine.travel(NOON, tick=False) as moved:
        yield moved


def hidden(html, name):
    return re.search(rf'name="{name}"\s+value="([^"]*)"', html)[1]


@pytest.fixture
def send(client, clock):
    """Send the form as a person does, ten seconds after opening it."""

    def sent(*, address="10.0.0.1", opened=REPORT, after=10, headers=None, **said):
        moment = hidden(client.get(opened).text, "moment")
        clock.shift(timedelta(seconds=after))
        form = {"kind": "wrong", "text": TEXT, "moment": moment} | said
        return client.post(REPORT, form, REMOTE_ADDR=address, headers=headers)

    return sent


def lead_of(response):
    """The lead that a report became, by the address of its answer."""
    assert response.status_code == 303, Page(response.text).text
    return Lead.objects.get(number=response["Location"].split("/")[2])


def test_report_becomes_a_lead_with_a_number(send, client):
    partnership = factories.partnership()
    lead = lead_of(
        send(page=PAGE, fact="milestone-12", email="reader@example.org", url="eu.int/a")
    )
    assert (lead.origin, lead.made_by, lead.outcome) == (LeadOrigin.REPORT, None, "")
    assert (lead.sentence, lead.url) == (TEXT, "https://eu.int/a")
    assert (lead.page, lead.fact) == (PAGE, "milestone-12")
    assert (lead.email, lead.partnership) == ("reader@example.org", partnership)
    assert not LedgerEntry.objects.filter(record="lead").exists()
    answer = page(client, f"/report/{lead.number}/")
    assert f"Report {lead.number}" in answer.text
    assert "Editors look at reports as they come in." in answer.text
    assert page(client, f"/report/{lead.number.lower()}/").text == answer.text


def test_missing_document_needs_its_address(send):
    refused = send(kind="document")
    assert refused.status_code == 400
    assert "Say where the document can be read." in refused.text
    kept = lead_of(send(kind="document", url="https://example.org/a.pdf"))
    assert kept.sentence == f"A document is missing: {TEXT}"


def test_report_on_a_draft_does_not_tell_that_there_is_one(send):
    factories.partnership(published=False)
    assert lead_of(send(page=PAGE)).partnership is None


# What it is about


def test_form_says_in_words_what_it_is_about_and_keeps_it(client):
    html = client.get(REPORT, {"page": PAGE, "fact": "stated_areas-3"}).text
    assert f"About: {PAGE}, stated areas 3" in Page(html).text
    assert (hidden(html, "page"), hidden(html, "fact")) == (PAGE, "stated_areas-3")


NO_PAGES = [
    *(
        "",
        "partnerships/",
        "//evil.example/",
        "/\\evil.example/",
        "https://evil.example/",
    ),
    *("/a\u202eb", "/a\u200bb", "/" + "a" * 300),
]


@pytest.mark.parametrize("path", NO_PAGES, ids=ascii)
def test_page_that_is_none_is_left_out_and_asked_for(client, send, path):
    html = client.get(REPORT, {"page": path}).text
    assert "Say below which page you mean." in Page(html).text
    assert hidden(html, "page") == ""
    assert lead_of(send(page=path)).page == ""


@pytest.mark.parametrize(
    "fact", ["12", "milestone", "Milestone-1", "a-١", "a" * 60 + "-1", "<b>-1"]
)
def test_fact_that_is_none_is_left_out(client, send, fact):
    html = client.get(REPORT, {"page": PAGE, "fact": fact}).text
    assert hidden(html, "fact") == ""
    assert lead_of(send(page=PAGE, fact=fact)).fact == ""


# What may be said


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("kind", "other", "Choose one of the two."),
        ("kind", "", "Choose one of the two."),
        ("text", "", "Say what is wrong, or what the document says."),
        ("text", " \u200b\u202e ", "Say what is wrong, or what the document says."),
        ("text", "Wrong day", "Say a little more: at least 10 characters."),
        ("text", "xy" + "\u200b" * 20, "Say a little more: at least 10 characters."),
        ("text", "1 2 3 4 5 6 7 8", "Say it in words."),
        ("text", "ab " * 1100, "Say it in at most 3000 characters; these are 3299."),
        ("url", "javascript:alert(1)", "Write the whole address"),
        ("url", "ftp://example.org/a", "Write the whole address"),
        ("url", "http://[::1", "Write the whole address"),
        ("url", f"https://e.org/{'a' * 500}", "Give a shorter address"),
        ("email", "reader", "Write it as in name@example.org, or leave it empty."),
        ("email", "a@b.org\nBcc: c@d.org", "Write it as in name@example.org"),
    ],
    ids=lambda one: ascii(one)[:30],
)
def test_wrong_field_is_named_at_the_top_and_beside_it(send, field, text, said):
    answer = send(**{field: text})
    assert answer.status_code == 400
    found = Page(answer.text)
    assert found.text.count(said) == 2
    assert f"#id_{field}" in found.links
    assert {f"id_{field}", f"id_{field}_error"} <= {*found.ids}
    assert f'aria-describedby="id_{field}' in answer.text
    assert Checker(answer.text).problems == []
    assert not Lead.objects.exists()


def test_unseen_characters_go_and_lines_stay(send):
    said = "\u202eThe da\u200bte\x00 is\x07 wrong.\r\nSee cafe\u0301."
    assert lead_of(send(text=said)).sentence == "The date is wrong.\nSee café."


def test_longest_text_of_any_script_is_taken(send):
    assert len(lead_of(send(text="誤" * 3000)).sentence) == 3000


def test_markup_is_text(send, client):
    script = "<script>alert(1)</script> & “quotes”"
    refused = send(text=script, kind="", page=f"/{script}", fact=script, url=script)
    assert "<script>alert" not in refused.text
    assert script in Page(refused.text).text
    assert lead_of(send(text=script)).sentence == script


def test_last_of_repeated_fields_counts(send):
    assert lead_of(send(text=["The first of two.", TEXT])).sentence == TEXT


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/x-www-form-urlencoded", b"text=%ff%fe%ed%a0%80&kind=%00", 400),
        ("application/x-www-form-urlencoded; charset=utf-16", b"text=a", 400),
        ("application/x-www-form-urlencoded", b"&a" * 5000, 400),
        ("multipart/form-data", b"--", 400),
        ("multipart/form-data; boundary=x", b"--x\r\nnothing", 400),
        ("multipart/form-data; boundary=\xff", b"--x--", 400),
        ("application/json", b'{"text": 1}', 400),
        ("text/plain", b"\x00\xff", 400),
        ("", b"", 413),
    ],
)
def test_body_that_is_no_form_is_refused_in_words(client, kind, body, status):
    answer = client.generic("POST", REPORT, body, content_type=kind)
    assert answer.status_code == status
    assert re.search("It is not sent yet|The request cannot be read", answer.text)
    assert not Lead.objects.exists()


# Robots


def test_form_that_is_sent_too_fast_or_too_late_is_taken_at_the_second_click(
    send, client
):
    for after in (0, 2, 24 * 60 * 60 + 1):
        text = f"{TEXT} After {after} seconds."
        refused = send(after=after, text=text)
        assert refused.status_code == 400
        assert SENT_AGAIN in refused.text
        assert text in Page(refused.text).text
        assert not Lead.objects.filter(sentence=text).exists()
        again = {"kind": "wrong", "text": text}
        again["moment"] = hidden(refused.text, "moment")
        assert lead_of(client.post(REPORT, again)).sentence == text


@pytest.mark.parametrize("after", [3, 24 * 60 * 60 - 1])
def test_form_is_taken_within_its_time(send, after):
    lead_of(send(after=after))


@pytest.mark.parametrize("moment", ["", "x", "1:x:y", "\x00", "é", "of another form"])
def test_moment_that_is_not_ours_is_that_of_a_robot(send, moment):
    is_signed = moment == "of another form"
    refused = send(moment=signing.dumps(int(NOON.timestamp())) if is_signed else moment)
    assert SENT_AGAIN in refused.text
    assert not Lead.objects.exists()


def test_what_fills_in_the_decoy_is_answered_politely_and_nothing_is_kept(send):
    refused = send(homepage="https://spam.example")
    assert refused.status_code == 400
    assert SENT_AGAIN in refused.text
    assert "spam.example" not in refused.text
    assert not Lead.objects.exists()


def test_mended_form_may_be_sent_at_once(send, client):
    refused = send(text="")
    mended = {"kind": "wrong", "text": TEXT, "moment": hidden(refused.text, "moment")}
    lead_of(client.post(REPORT, mended))


# Limits


def test_five_an_hour_from_one_network(send, settings, clock):
    settings.CONTACT = "mailto:desk@example.org"
    for number in range(5):
        lead_of(send(text=f"{TEXT} No. {number}", address=f"10.0.0.{number}"))
    refused = send(text=f"{TEXT} No. 6", page=PAGE, address="10.0.0.99")
    assert refused.status_code == 429
    assert refused["Retry-After"] == str(60 * 60 - 50 + 1)
    found = Page(refused.text)
    assert "Five reports came from your network in an hour." in found.text
    assert "send it again in 60 minutes. Or write to desk@example.org" in found.text
    assert f"{TEXT} No. 6" in found.text
    assert hidden(refused.text, "page") == PAGE
    lead_of(send(text=f"{TEXT} No. 7", address="10.0.1.1"))
    clock.shift(timedelta(hours=1))
    lead_of(send(text=f"{TEXT} No. 8"))


def test_limit_holds_over_midnight(send, clock):
    clock.move_to(NOON.replace(hour=23, minute=58))
    for number in range(5):
        lead_of(send(text=f"{TEXT} No. {number}"))
    clock.shift(timedelta(minutes=5))
    assert send(text=f"{TEXT} No. 6").status_code == 429


def test_sixty_an_hour_from_all(send):
    for number in range(60):
        address = f"10.0.{number}.1"
        lead_of(send(text=f"{TEXT} No. {number}", address=address, after=3))
    refused = send(text=f"{TEXT} No. 61", address="10.1.0.1")
    assert refused.status_code == 429
    assert "More reports come in than editors can read." in refused.text
    assert "Or write to" not in refused.text
    assert Lead.objects.count() == 60


def test_a_hundred_in_a_minute_are_five(send):
    answers = [send(text=f"{TEXT} No. {number}", after=3) for number in range(100)]
    assert [a.status_code for a in answers] == [303] * 5 + [429] * 95
    assert Lead.objects.count() == 5


def test_leads_of_the_desk_do_not_count(send):
    for _ in range(60):
        Lead.objects.create(sentence=TEXT)
    lead_of(send())


@pytest.mark.parametrize(("proxies", "taken"), [(0, 5), (1, 5), (2, 20)])
def test_what_a_client_says_of_its_address_is_not_believed(
    send, settings, proxies, taken
):
    """Its own words stand to the left of what the trusted proxies saw. With more named
    than there are, the client speaks for one."""
    settings.PROXY_COUNT = proxies
    for number in range(20):
        said = {"X-Forwarded-For": f"9.9.{number}.9, 10.0.0.1"}
        send(text=f"{TEXT} No. {number}", headers=said, after=3)
    assert Lead.objects.count() == taken


def test_network_is_kept_as_a_digest_for_a_day(send, clock):
    first = lead_of(send(address="192.0.2.7"))
    assert re.fullmatch("[0-9a-f]{32}", first.network)
    same = lead_of(send(text=f"{TEXT} Again.", address="192.0.2.8"))
    assert same.network == first.network
    clock.shift(timedelta(hours=25))
    later = lead_of(send(text=f"{TEXT} Later.", address="192.0.2.7"))
    assert later.network not in ("", first.network)
    assert [*Lead.objects.order_by("pk").values_list("network", flat=True)] == [
        *("", "", later.network)
    ]


def test_report_that_is_sent_twice_has_one_number(send, clock):
    first = lead_of(send(page=PAGE))
    assert lead_of(send(page=PAGE)) == first
    assert lead_of(send(page="/matrix/")) != first
    assert lead_of(send(page=PAGE, address="10.9.9.9")) != first
    clock.shift(timedelta(hours=1))
    assert lead_of(send(page=PAGE)) != first
    assert Lead.objects.count() == 4


def test_report_sent_twice_is_answered_though_the_network_may_send_no_more(send):
    leads = [lead_of(send(text=f"{TEXT} No. {number}")) for number in range(5)]
    assert lead_of(send(text=f"{TEXT} No. 4")) == leads[4]


AT_ONCE = """
import threading
from django.core.management import call_command
from django.db import connection
from partnerships.actions.reporting import TooManyReports, record_report
from partnerships.models import Lead
call_command("migrate", verbosity=0)
texts = ["Clicked twice."] * 4 + [f"Another one, {number}." for number in range(8)]
together, refused = threading.Barrier(len(texts)), []
def send(text):
    together.wait(30)
    try:
        record_report(network="10.0.0.0/24", sentence=text)
    except TooManyReports:
        refused.append(text)
    connection.close()
threads = [threading.Thread(target=send, args=[text]) for text in texts]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join(60)
texts = [*Lead.objects.values_list("sentence", flat=True)]
print("taken", len(texts), len(set(texts)), len(refused) >= 4)
"""


@pytest.mark.slow("migrates a database of its own")
def test_reports_at_once_are_counted_and_two_clicks_are_one(tmp_path):
    """Each of them waits for the one before it, on either database."""
    with made(tmp_path) as name:
        env = scratch.environment(address_of(name), tmp_path, "tests.settings")
        assert "taken 5 5 True" in scratch.manage(env, "shell", "-c", AT_ONCE)


def test_refusal_says_how_long_to_wait(clock):
    for number in range(5):
        record_report(network="10.0.0.0/24", sentence=f"{TEXT} {number}")
    clock.shift(timedelta(minutes=59, seconds=30))
    with pytest.raises(TooManyReports) as refused:
        record_report(network="10.0.0.0/24", sentence=TEXT)
    assert refused.value.seconds == 31
    assert "send it again in a minute" in str(refused.value)


@pytest.mark.parametrize("length", ["20001", "1048576", "", "-1", "many", "²", None])
def test_body_that_is_too_long_or_of_no_length_is_refused_unread(rf, length):
    from partnerships.pages.report import report

    request = rf.post(REPORT, {"text": "x"})
    request.META["CONTENT_LENGTH"] = length
    answer = report(request)
    assert answer.status_code == 413
    assert "say it in at most 3,000 characters." in answer.content.decode()
    assert not request._read_started


def test_megabyte_is_refused(send):
    assert send(text="a" * 1_000_000).status_code == 413


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://testserver", 303),
        ("https://testserver", 303),  # a proxy ends TLS
        ("https://evil.example", 403),
        ("https://testserver.evil.example", 403),
        ("https://evil.example/://testserver", 403),
        ("null", 403),
        ("", 403),
        ("http://[::1", 403),
    ],
)
def test_form_of_another_site_is_refused_in_words(send, origin, status):
    answer = send(headers={"Origin": origin})
    assert answer.status_code == status
    is_said = "does not say that this site sent that" in answer.text
    assert is_said == (status == 403)
    assert Lead.objects.exists() == (status == 303)


# What became of it


def closed(outcome, **kwargs):
    lead = record_report(
        network="", sentence=f"{TEXT} Secret.", page="/hush/", email="me@example.org"
    )
    lead.close(outcome, **kwargs)
    lead.save()
    return lead


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("accepted", "The editors accepted it and changed the record."),
        ("already_right", "The editors found that the record says so already."),
        ("cannot_be_shown", "The editors cannot show it: no source carries it."),
        ("rejected", "The editors did not take this up."),
    ],
)
def test_page_of_the_number_says_what_became_of_it(client, clock, outcome, said):
    lead = closed(outcome, answer="The text gives the 28th <b>.\n\nSee page 2.")
    html = client.get(f"/report/{lead.number}/").text
    found = Page(html)
    for words in (said, "The text gives the 28th <b>.", "2 February 2026"):
        assert words in found.text
    assert "as they come in" not in found.text
    for private in ("Secret", "/hush/", "me@example.org", "<b>."):
        assert private not in html
    assert Checker(html).problems == []


def test_every_outcome_has_its_sentence():
    from partnerships.pages.report import OUTCOMES

    assert OUTCOMES.keys() == {*LeadOutcome}


def test_change_that_a_report_became_is_linked_once_readers_see_it(
    client, sealed_at_once
):
    factories.partnership(published=False)
    draft = LedgerEntry.objects.filter(record="partnership").latest("pk").operation
    lead = closed("accepted", operation=draft)
    address = f"/report/{lead.number}/"
    link = f"/changes/?operation={draft}"
    assert link not in page(client, address).links
    factories.edit(lead, operation=uuid4())
    assert "What was changed" not in page(client, address).text
    question = factories.question()
    shown = LedgerEntry.objects.filter(record="question", object_id=question.pk).latest(
        "pk"
    )
    factories.edit(lead, operation=shown.operation)
    link = f"/changes/?operation={shown.operation}"
    assert link in page(client, address).links
    page(client, link)


@pytest.mark.parametrize("number", ["ABCD-EFGH-JKMN", "1", "-", "a" * 5000, "%00"])
def test_unknown_number_is_404(client, number):
    assert (
        "There is no such page" in page(client, f"{REPORT}{number}/", status=404).text
    )


def test_lead_of_the_desk_has_no_page(client):
    lead = Lead.objects.create(sentence="An editor noted this.")
    page(client, f"{REPORT}{lead.number}/", status=404)


# The pages


@pytest.fixture
def both(send):
    return [REPORT, f"/report/{lead_of(send()).number}/"]


def test_pages_are_listed_and_kept_nowhere_and_set_no_cookie(client, both):
    for path in both:
        for answer in (client.get(path), client.head(path)):
            assert answer.status_code == 200
            assert answer["Cache-Control"] == "no-store"
            assert answer["X-Robots-Tag"] == "noindex"
            assert not answer.cookies
            assert "Cookie" not in answer.headers.get("Vary", "")
        assert '<meta name="robots" content="noindex">' in client.get(path).text
    assert f"Disallow: {REPORT}" in client.get("/robots.txt").text
    assert REPORT not in client.get("/sitemap.xml").text


def test_answer_to_what_is_sent_is_kept_nowhere_and_sets_no_cookie(send):
    for answer in (send(), send(text=""), send(text="a" * 30_000)):
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Robots-Tag"] == "noindex"
        assert not answer.cookies


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "BREW"])
def test_other_methods_are_refused(client, both, method):
    for path in both:
        assert client.generic(method, path, "{").status_code == 405
    assert client.post(both[1]).status_code == 405


def test_form_is_well_formed_and_hides_its_decoy(client):
    html = client.get(REPORT).text
    assert Checker(html).problems == []
    assert re.search(r'name="homepage"[^>]* tabindex="-1"\s+autocomplete="off"', html)
    assert '<p class="visually-hidden" aria-hidden="true">' in html


def test_form_costs_a_query_and_a_number_three(client, both, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get(both[0])
    with django_assert_num_queries(2):
        client.get(both[1])


# Links to it


LINK = "/report/?page=%2Fpartnerships%2Fnorway%2F"


def test_every_fact_and_every_footer_leads_to_the_form(client):
    record = factories.partnership(stated_areas=1)
    milestone = factories.milestone(record)
    factories.claim(milestone, "2024-05-28")
    unsourced = factories.engagement(record)
    cell = factories.coverage(record, factories.area())
    factories.claim(cell, "included")
    factories.claim(record, "1")
    links = page(client, PAGE, {"as_of": "2026-01-31"}).links
    assert LINK in links
    for fact in (milestone, unsourced, cell):
        assert f"{LINK}&fact={fact._meta.model_name}-{fact.pk}" in links
    assert f"{LINK}&fact=stated_areas-{record.pk}" in links
    assert f"{LINK}&fact=partnership-{record.pk}" not in links
    for link in filter(lambda one: one.startswith(REPORT), links):
        form = page(client, link)
        assert f"About: {PAGE}" in form.text


def test_kept_page_leads_back_to_itself(client, memory_cache, sealed_at_once):
    factories.partnership()
    for path in ("/matrix/", "/timeline/", "/matrix/", "/timeline/"):
        found = page(client, path)
        links = [link for link in found.links if link.startswith(REPORT)]
        assert links == [f"/report/?page=%2F{path[1:-1]}%2F"]


def test_page_that_is_not_there_leads_to_the_form_and_reports_do_not(client, both):
    assert "/report/?page=%2Fnowhere%2F" in page(client, "/nowhere/", status=404).links
    for path in both:
        assert not [one for one in page(client, path).links if one.startswith(REPORT)]


def test_page_of_an_accident_leads_to_the_form(rf, settings):
    from partnerships.pages.errors import server_error

    request = rf.get("/matrix/<b>")
    assert 'href="/report/?page=%2Fmatrix%2F%3Cb%3E"' in server_error(request).text
    settings.REPORTS = False
    assert REPORT not in server_error(request).text


def test_preview_at_the_desk_does_not_lead_to_the_form(client, publisher):
    record = factories.partnership(published=False)
    factories.claim(factories.milestone(record), "2024-05-28")
    client.force_login(publisher)
    preview = client.get(f"/admin/preview/{record.partner.slug}/")
    assert preview.status_code == 200
    assert REPORT not in preview.text


@pytest.mark.parametrize("path", ["/about/", "/accessibility/"])
def test_pages_of_words_name_the_form(client, settings, path):
    assert REPORT in page(client, path).links
    settings.REPORTS = False
    assert REPORT not in page(client, path).links


def test_reports_that_are_off_are_nowhere(client, settings, send, memory_cache):
    record = factories.partnership()
    factories.claim(factories.milestone(record), "2024-05-28")
    sealing.seal()
    number = lead_of(send()).number
    paths = ["/", PAGE, "/about/", "/accessibility/", "/matrix/"]
    for path in paths:
        assert REPORT in client.get(path).text
    settings.REPORTS = False
    for path in paths:
        assert REPORT not in client.get(path).text
    for path in (REPORT, f"{REPORT}{number}/"):
        assert client.get(path).status_code == 404
    assert client.post(REPORT, {"text": TEXT}).status_code == 404
    assert REPORT not in client.get("/nowhere/").text


@pytest.mark.parametrize("charset", ["hex", "idna", "zlib", "undefined", "rot13"])
def test_charset_that_is_none_breaks_nothing(client, charset):
    kind = f'multipart/form-data; boundary=x; charset="{charset}"'
    body = '--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nWrong day\r\n--x--\r\n'
    assert client.post("/report/", body, content_type=kind).status_code == 400


@pytest.mark.parametrize(
    "page", ["/Your account is locked", "/admin/", "//evil.example/", "/a?b", "/a#b"]
)
def test_page_is_a_path_of_a_public_page(client, page):
    shown = client.get("/report/", {"page": page}).content.decode()
    assert "<strong>About:</strong> no page." in shown
