"""Pictures of what pages show, as SVG and PNG, and the cards that links have."""

from functools import wraps

from csp.decorators import csp_replace
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from partnerships.dates import day_in_words
from partnerships.filters.clock import ClockForm
from partnerships.filters.comparison import CompareForm, SignedMatrixFilter
from partnerships.filters.milestones import MilestoneFilter
from partnerships.ledger.known_on import known_on
from partnerships.lifecycle.table import SAFE_ADOPTED_ON
from partnerships.models import Area, Milestone, Partnership
from partnerships.pages.home import deciding_milestones, state_of_play
from partnerships.pages.matrix import MOST_COLUMNS
from partnerships.pages.timeline import drawn
from partnerships.selectors.matrix import area_coverage, coverage_matrix
from partnerships.selectors.news import checked_partners
from partnerships.selectors.overview import latest_milestones, published_as_of
from partnerships.selectors.safe import safe_ladder
from partnerships.templatetags.knowledge import checked_together
from partnerships.templatetags.lists import active_filters
from partnerships.templatetags.overview import by_status, finding
from partnerships.templatetags.safe import safe_finding, safe_lede
from partnerships.templatetags.timeline import milestones_counted
from partnerships.web import home_words, milestone_words, row_words
from partnerships.web.addresses import path_of
from partnerships.web.caching import IMAGE, dated, trail_of
from partnerships.web.past_words import past_in_words
from partnerships.web.pictures import bands, cards, grid, ladder, lanes, world
from partnerships.web.pictures.png import card_png, png
from partnerships.web.pictures.sheet import STYLE_HASH, Origin
from partnerships.web.strips import scale_of

#: How the name of a picture ends.
FORMATS = ("svg", "png")
#: Points to the px, in pictures that are printed.
ZOOM = 2
MOST_NEWS = 5

#: A browser that shows a picture by itself runs the style in it, and no other.
with_own_style = csp_replace({"style-src": [f"'{STYLE_HASH}'"]})


def drawn_page(draw):
    """Make a page of a function that takes the request, the days that it names and the
    parts of the address, and returns a picture: as PNG, or as what ``ending`` says."""

    @dated
    @require_safe
    @wraps(draw)
    def image(request, ending="", **parts):
        try:
            clock = _valid(ClockForm(request.GET))
            with known_on(clock.past):
                picture = draw(request, clock, **parts)
        except ValidationError as wrong:
            text = " ".join(wrong.messages)
            return HttpResponse(text, status=400, content_type="text/plain")
        name = f"sdp-tracker-{slugify(picture.title)[:60]}-{clock.on}.{ending or 'png'}"
        return HttpResponse(
            _encoded(picture, ending),
            content_type="image/svg+xml" if ending == "svg" else IMAGE,
            headers={"Content-Disposition": f'inline; filename="{name}"'},
        )

    return image


def _encoded(picture, ending):
    """Return a picture in the form that its address ends in; a card has no ending."""
    if ending == "svg":
        return picture.svg
    return png(picture, zoom=ZOOM) if ending else card_png(picture)


@drawn_page
def home_picture(request, clock):
    """Draw the strips of all."""
    rows, counts = state_of_play(request, clock)
    return bands.states(
        finding(counts, clock),
        by_status(rows),
        deciding_milestones(rows),
        scale_of(rows, clock.on),
        _origin(request, clock, rows, path_of("home")),
    )


@drawn_page
def map_picture(request, clock):
    """Draw all on the map."""
    rows, counts = state_of_play(request, clock)
    where = _origin(request, clock, rows, path_of("home"))
    return world.partners(finding(counts, clock), rows, where)


@drawn_page
def home_card(request, clock):
    """Draw the finding and the strips of the first."""
    return _card_of_all(request, clock)


@drawn_page
def timeline_picture(request, clock):
    """Draw the milestones of the page with these parameters."""
    chosen = MilestoneFilter(request.GET, Milestone.objects.public())
    form = _valid(chosen.form)
    rows = chosen.qs.counted().select_related("partnership__partner")
    partnerships = checked_partners()
    drawing, count = drawn(rows, form, clock, partnerships)
    title = milestones_counted(count, drawing, clock)
    where = _origin(request, clock, partnerships, path_of("timeline"), chosen)
    return lanes.timeline(title, drawing, clock.on, where)


@drawn_page
def timeline_card(request, clock):
    """Draw the strips of the first."""
    said = "Each step that the EU and its partners took, in order of time."
    return _card_of_all(request, clock, "Timeline", said)


@drawn_page
def partnership_picture(request, clock, slug):
    """Draw the strip of one partnership."""
    return bands.state(*_one(request, clock, slug))


@drawn_page
def partnership_card(request, clock, slug):
    """Draw partner, status and strip."""
    return cards.of_partnership(*_one(request, clock, slug))


@drawn_page
def matrix_picture(request, clock):
    """Draw the areas by the partnerships of the page with these parameters."""
    return grid.areas(*_matrix(request, clock))


@drawn_page
def matrix_card(request, clock):
    """Draw partnerships by their areas."""
    return cards.of_matrix(*_matrix(request, clock))


@drawn_page
def safe_picture(request, clock):
    """Draw every partner on SAFE’s ladder."""
    rows = steps = None
    if clock.on >= SAFE_ADOPTED_ON:
        rows = published_as_of(clock.on)
        steps = safe_ladder(rows, on=clock.on)
    where = _origin(request, clock, rows or [], path_of("safe"))
    adopted = f"The Council adopted it on {day_in_words(SAFE_ADOPTED_ON)}."
    lede = safe_lede(steps) if steps else adopted
    return ladder.rungs(safe_finding(steps, clock), lede, steps, where)


@drawn_page
def safe_card(request, clock):
    """Draw who stands on which terms with SAFE."""
    rows = published_as_of(clock.on)
    lines = row_words.safe_terms(rows)
    title = "SAFE: who takes part, on which terms"
    return cards.of_lines("SAFE", title, lines, _origin(request, clock, rows))


@drawn_page
def compare_card(request, clock):
    """Draw the strips of those compared."""
    form = _valid(CompareForm(request.GET, Partnership.objects.published()))
    chosen = form.cleaned_data["p"]
    if not chosen:
        return _card_of_all(
            request, clock, "Compare partnerships", "Two to four of them."
        )
    rows = _published().filter(partner__slug__in=chosen).as_of(clock.on)
    rows.sort(key=lambda row: chosen.index(row.partner.slug))
    deciding, scale = deciding_milestones(rows), scale_of(rows, clock.on)
    return cards.of_comparison(rows, deciding, scale, _origin(request, clock, rows))


@drawn_page
def area_card(request, clock, slug):
    """Draw who includes an area."""
    try:
        coverage = area_coverage(Partnership.objects.published(), slug, on=clock.on)
    except Area.DoesNotExist:
        raise Http404 from None
    rows = list(coverage.partnerships)
    names = {}
    for row in rows:
        names.setdefault(row.cell_value, []).append(row.partner.name)
    lines = [
        (f"{value.label} · {len(names[value])}", ", ".join(names[value]))
        for value in coverage.counts
        if value in names
    ]
    area = coverage.area
    title = area.short_name or area.name
    where = _origin(request, clock, rows)
    return cards.of_lines(grid.TITLE, title, lines, where)


@drawn_page
def news_card(request, clock):
    """Draw what happened last."""
    milestones, _ = latest_milestones(on=clock.on, most=MOST_NEWS)
    lines = [(row.date.display(), milestone_words.title(row)) for row in milestones]
    where = _origin(request, clock, _published().order_by())
    return cards.of_lines(bands.ALL, "What’s new", lines, where)


def _valid(form):
    """Return a form that is right.

    Raises ValidationError with its sentences.
    """
    if not form.is_valid():
        raise ValidationError([e for errors in form.errors.values() for e in errors])
    return form


def _published():
    published = Partnership.objects.published().with_checked_through()
    return published.select_related("partner").order_by("partner__name")


def _card_of_all(request, clock, title="", lede=""):
    rows, counts = state_of_play(request, clock)
    return cards.of_state(
        title or finding(counts, clock),
        lede or home_words.lede(rows),
        [row for group in by_status(rows) for row in group.rows],
        scale_of(rows, clock.on),
        _origin(request, clock, rows),
    )


def _one(request, clock, slug):
    """Return what a picture of one partnership is drawn from."""
    rows = _published().filter(partner__slug=slug).as_of(clock.on)
    if not rows:
        raise Http404
    address = path_of("partnership-detail", slug)
    deciding = deciding_milestones(rows).get(rows[0].sdp_milestone_id)
    where = _origin(request, clock, rows, address)
    return rows[0], deciding, scale_of(rows, clock.on), where


def _matrix(request, clock):
    """Return what a picture of the matrix is drawn from."""
    counted = _published().with_coverage_counts()
    chosen = SignedMatrixFilter(request.GET, counted)
    _valid(chosen.form)
    matrix = coverage_matrix(
        chosen.qs, most=MOST_COLUMNS, by_coverage=chosen.by_coverage
    )
    where = _origin(request, clock, matrix.columns, path_of("matrix"), chosen)
    return matrix, where


def _origin(request, clock, rows, path="", chosen=None):
    """Return where a picture of these comes from, by the filter of its page, if any."""
    past, edition = clock.past, trail_of(request).edition
    about = f"As of {day_in_words(clock.on)}"
    if past:
        about += f", as told {past_in_words(past)}"
    address = request.build_absolute_uri(path)
    filters = active_filters(chosen) if chosen else ()
    only = "; ".join(f"{label}: {value}" for label, value, _ in filters)
    only = only and f"Filtered by {only}"
    return Origin(address, edition, about, checked_together(rows), only)
