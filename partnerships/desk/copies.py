"""The private copy of a source, for those who compare it with the record."""

import gzip

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from partnerships.actions.watching import Answer, is_html, text_of
from partnerships.models import Visit


@require_safe
def copy(request, site, pk):
    """Show the text of the copy, or hand over the file where it is no page. Nothing of
    it is shown as markup."""
    if not request.user.has_perm("partnerships.change_source"):
        raise PermissionDenied
    visit = get_object_or_404(
        Visit.objects.select_related("source").exclude(digest=""), source=pk
    )
    body = gzip.decompress(bytes(visit.copy))
    answer = Answer(
        200, "", visit.source.url, content_type=visit.content_type, body=body
    )
    if not is_html(answer):
        return HttpResponse(
            body,
            content_type="application/octet-stream",
            headers={
                "Content-Disposition": f'attachment; filename="{visit.source.key}"'
            },
        )
    context = {
        **site.each_context(request),
        "title": f"Copy of {visit.source}",
        "visit": visit,
        "lines": text_of(answer).splitlines(),
    }
    return TemplateResponse(request, "admin/desk/copy.html", context)
