"""Small pages that stand in frames on pages of others."""

from csp.decorators import csp_replace
from django.http import Http404
from django.views.decorators.clickjacking import xframe_options_exempt

from partnerships.filters.comparison import SignedMatrixFilter
from partnerships.models import Partnership
from partnerships.pages.dated import dated_page
from partnerships.pages.home import deciding_milestones, state_of_play
from partnerships.pages.matrix import MOST_COLUMNS
from partnerships.selectors.matrix import coverage_matrix


def in_frames_of_all(view):
    """Let pages of any origin show this one in a frame. It asks for nothing and no
    button is on it, so that nobody can be led to press one unseen."""
    return xframe_options_exempt(csp_replace({"frame-ancestors": ["*"]})(view))


@dated_page("embed/state.html")
def embed_state(request, clock):
    """Show the strips of all."""
    rows, counts = state_of_play(request, clock)
    return {
        "statistics": counts,
        "partnerships": rows,
        "deciding": deciding_milestones(rows),
    }


@dated_page("embed/partnership.html")
def embed_partnership(request, clock, slug):
    """Show how one partnership stands."""
    rows = _published().filter(partner__slug=slug).as_of(clock.on)
    if not rows:
        raise Http404
    return {"partnerships": rows, "deciding": deciding_milestones(rows)}


@dated_page("embed/matrix.html")
def embed_matrix(request, clock):
    """Show the areas by the partnerships of the page with these parameters."""
    filterset = SignedMatrixFilter(request.GET, _published().with_coverage_counts())
    context = {"filter": filterset}
    if filterset.form.is_valid():
        context["matrix"] = coverage_matrix(
            filterset.qs, most=MOST_COLUMNS, by_coverage=filterset.by_coverage
        )
    return context


def _published():
    published = Partnership.objects.published().with_checked_through()
    return published.select_related("partner").order_by("partner__name")
