"""One search over everything: partners by any of their names, documents by title or
address, facts by their words."""

from django.template.response import TemplateResponse
from django.urls import reverse

MOST = 20


def find(request, site):
    """Show what is found in the lists that the editor may see, list by list."""
    query = request.GET.get("q", "").replace("\0", "").strip()[:200]
    lists = site.get_app_list(request, "partnerships") if query else []
    groups = [
        (listed["name"], found)
        for app in lists
        for listed in app["models"]
        if (found := _found(request, site.get_model_admin(listed["model"]), query))
    ]
    context = {
        **site.each_context(request),
        "title": f"Found for “{query}”" if query else "Find",
        "query": query,
        "groups": groups,
    }
    return TemplateResponse(request, "admin/desk/find.html", context)


def _found(request, model_admin, query):
    """Return the first rows of a list that the words find, each with its address."""
    if not model_admin.has_view_permission(request):
        return []
    rows = model_admin.get_queryset(request)
    rows, _ = model_admin.get_search_results(request, rows, query)
    name = f"admin:partnerships_{model_admin.opts.model_name}_change"
    return [(str(row), reverse(name, args=[row.pk])) for row in rows.distinct()[:MOST]]
