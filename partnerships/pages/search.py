from partnerships.filters.comparison import CompareForm
from partnerships.filters.search import SearchForm
from partnerships.models import Partnership
from partnerships.pages.dated import dated_page
from partnerships.selectors.partnership_list import listed_facts, partnership_rows
from partnerships.selectors.site_search import (
    MOST,
    Index,
    found_partners,
    found_rows,
    named_together,
    search_index,
    sought_words,
)
from partnerships.web.search_words import hits_of, terms_with


@dated_page("partnerships/search.html")
def search(request, clock):
    """Show what a search finds in the whole record."""
    form = SearchForm(request.GET)
    context = {"form": form}
    if form.is_valid() and (words := sought_words(form.cleaned_data["q"])):
        context |= _findings(search_index(), words, clock) | {"words": words}
    return context


def _findings(index: Index, words: list[str], clock) -> dict:
    """Return what the page shows of the findings: one record in full if its partner
    alone is called so, or alone has the words in a name; then other partners, then all
    else by kind."""
    partners = found_partners(index, words)
    called_so = [partner for partner in partners if partner.is_exact] or partners
    best = called_so[0] if len(called_so) == 1 else None
    found = found_rows(
        index, words, on=clock.on, without=[partner.pk for partner in partners]
    )
    together = named_together(index, words)
    context = {
        "together": _named_alone(together)
        if CompareForm.FEWEST <= len(together) <= CompareForm.MOST
        else [],
        "partners": _named([p for p in partners if p is not best][:MOST]),
        "groups": [
            *terms_with(words),
            *(hits_of(rows, words, clock.given) for rows in found),
        ],
    }
    if best:
        rows = partnership_rows([best.pk], on=clock.on)
        listed = listed_facts(rows, on=clock.on)
        context |= {"best": rows[0], "best_name": best.name, "listed": listed}
    return context


def _named_alone(pks):
    """Return these partnerships in the order in which they were named."""
    rows = Partnership.objects.select_related("partner").in_bulk(pks)
    return [rows[pk] for pk in pks]


def _named(partners):
    """Return the partnerships found, each with the name by which it was."""
    rows = Partnership.objects.select_related("partner").in_bulk(
        [partner.pk for partner in partners]
    )
    return [(rows[partner.pk], partner.name) for partner in partners]
