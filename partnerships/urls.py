from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from partnerships.exports import cite, linked, trail
from partnerships.exports import views as exports
from partnerships.feeds import changes as changes_feed
from partnerships.feeds import checkpoints as checkpoints_feed
from partnerships.feeds import milestones as milestones_feed
from partnerships.feeds import milestones_calendar
from partnerships.pages import (
    about,
    area_detail,
    change_detail,
    change_list,
    compare,
    data,
    disagreement_list,
    embed,
    glossary,
    health,
    home,
    matrix,
    mementos,
    namesake_list,
    news,
    partnership_brief,
    partnership_changes,
    partnership_detail,
    partnership_list,
    pictures,
    position_list,
    question_list,
    report,
    safe,
    search,
    source_detail,
    source_list,
    ties,
    timeline,
    verify,
    well_known,
)
from partnerships.web.addresses import register_converters
from partnerships.web.caching import by_edition
from partnerships.web.citations import FORMATS as CITATION_FORMATS
from partnerships.web.open_data import open_to_all, shown_by_all
from partnerships.web.signposts import signposted

register_converters(
    table=exports.TABLES,
    ending=exports.FORMATS,
    image=pictures.FORMATS,
    citation=CITATION_FORMATS,
    catalog=linked.CATALOG_TYPES,
)


def read_only(route, view):
    """Name a route like its view. Other methods than GET and HEAD are answered by 405,
    not by a question for a token that no page has."""
    name = view.__name__.replace("_", "-")
    return path(route, csrf_exempt(view), name=name)


def kept(view, **options):
    """Make a view of one whose answer is a function of address, edition and day."""
    return by_edition(signposted(view), **options)


def page(route, view):
    """Route to such a view."""
    return read_only(route, kept(view))


def image(route, view):
    """Route to a picture of what a page shows."""
    return read_only(route, shown_by_all(pictures.with_own_style(kept(view))))


def for_frames(route, view):
    """Route to such a page, the only kind that pages of others may show in a frame."""
    return read_only(route, shown_by_all(embed.in_frames_of_all(kept(view))))


def open_to_any(route, view):
    """Route to such a view that pages of any origin may read."""
    return read_only(route, open_to_all(kept(view)))


def file(route, view):
    """Route to a file, for which nobody waits while others are being made."""
    return read_only(route, open_to_all(kept(view, waits=False)))


urlpatterns = [
    page("", home.home),
    image("card.png", pictures.home_card),
    image("picture.<image:ending>", pictures.home_picture),
    image("map/picture.<image:ending>", pictures.map_picture),
    page("partnerships/", partnership_list.partnership_list),
    page("partnerships/<slug:slug>/", partnership_detail.partnership_detail),
    page("partnerships/<slug:slug>/brief/", partnership_brief.partnership_brief),
    page("partnerships/<slug:slug>/changes/", partnership_changes.partnership_changes),
    read_only("timegate/partnerships/<slug:slug>/", mementos.timegate),
    page("timemap/partnerships/<slug:slug>/", mementos.timemap),
    image("partnerships/<slug:slug>/card.png", pictures.partnership_card),
    image(
        "partnerships/<slug:slug>/picture.<image:ending>", pictures.partnership_picture
    ),
    page("matrix/", matrix.matrix),
    image("matrix/card.png", pictures.matrix_card),
    image("matrix/picture.<image:ending>", pictures.matrix_picture),
    page("areas/<slug:slug>/", area_detail.area_detail),
    image("areas/<slug:slug>/card.png", pictures.area_card),
    page("compare/", compare.compare),
    image("compare/card.png", pictures.compare_card),
    page("safe/", safe.safe),
    image("safe/card.png", pictures.safe_card),
    image("safe/picture.<image:ending>", pictures.safe_picture),
    page("ties/", ties.ties),
    page("ties/<slug:kind>/", ties.tie_kind),
    page("search/", search.search),
    page("timeline/", timeline.timeline),
    image("timeline/card.png", pictures.timeline_card),
    image("timeline/picture.<image:ending>", pictures.timeline_picture),
    page("sources/", source_list.source_list),
    page("sources/<slug:slug>/", source_detail.source_detail),
    page("disagreements/", disagreement_list.disagreement_list),
    page("questions/", question_list.question_list),
    page("positions/", position_list.position_list),
    page("not-sdps/", namesake_list.namesake_list),
    page("new/", news.news),
    image("new/card.png", pictures.news_card),
    page("new/<month:month>/", news.news_month),
    for_frames("embed/state/", embed.embed_state),
    for_frames("embed/matrix/", embed.embed_matrix),
    for_frames("embed/<slug:slug>/", embed.embed_partnership),
    page("changes/", change_list.change_list),
    page("changes/<number:number>/", change_detail.change_detail),
    page("data/", data.data),
    file("data/<table:table>.<ending:ending>", exports.export),
    file("data/datapackage.json", exports.data_package),
    file("data/sdp-tracker.zip", exports.data_set),
    file("data/sdp-tracker.sqlite", exports.data_sqlite),
    open_to_any("data/cite.<citation:ending>", cite.data_cite),
    open_to_any(
        "partnerships/<slug:slug>/cite.<citation:ending>", cite.partnership_cite
    ),
    open_to_any("data/catalog.<catalog:ending>", linked.catalog),
    open_to_any("data/vocabulary.jsonld", linked.vocabulary),
    open_to_any("data/context.jsonld", linked.context),
    open_to_any("data/datacite.json", linked.deposit),
    page("data/verify/", verify.verify),
    file("data/ledger.jsonl", trail.ledger_jsonl),
    file("data/checkpoints.jsonl", trail.checkpoints_jsonl),
    read_only("data/signing-key.pem", trail.signing_key),
    read_only("data/verify_ledger.py", trail.verify_ledger),
    page("about/", about.about),
    page("glossary/", glossary.glossary),
    page("accessibility/", about.accessibility),
    path("report/", csrf_exempt(report.report), name="report"),
    read_only("report/<slug:number>/", report.report_received),
    open_to_any("changes.atom", changes_feed.changes_atom),
    open_to_any("changes.feed.json", changes_feed.changes_json),
    open_to_any("checkpoints.atom", checkpoints_feed.checkpoints_atom),
    open_to_any("milestones.atom", milestones_feed.milestones_atom),
    open_to_any("milestones.feed.json", milestones_feed.milestones_json),
    open_to_any("milestones.ics", milestones_calendar.milestones_ics),
    read_only("favicon.ico", well_known.favicon),
    page("sitemap.xml", well_known.sitemap),
    read_only("robots.txt", well_known.robots_txt),
    read_only(".well-known/api-catalog", well_known.api_catalog),
    read_only(".well-known/security.txt", well_known.security_txt),
    read_only("healthz", health.healthz),
    read_only("readyz", health.readyz),
]
