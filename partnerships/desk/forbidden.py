"""The page for whoever may not do what they asked for: it says who can help."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.template.response import TemplateResponse
from django.utils.text import get_text_list

from partnerships.models import Role, User


def forbidden(request, site):
    """Answer 403, and say which roles may, and who gives roles. Nothing of it depends
    on what there is at the address."""
    administrators = User.objects.filter(is_superuser=True, is_active=True)
    named = administrators.exclude(public_name="").values_list("public_name", flat=True)
    context = {
        **site.each_context(request),
        "title": "This is not for your role",
        "role": request.user.role,
        "roles": get_text_list([role.label for role in _roles_that_may(request)]),
        "administrators": get_text_list([*named]),
        "contact": settings.CONTACT,
    }
    return TemplateResponse(request, "admin/403.html", context, status=403)


def _roles_that_may(request):
    """Return the roles above the user's that may do what was asked for, as far as the
    address tells, the least of them first; none where it is no matter of the role."""
    order = list(Role)
    above = order[order.index(request.user.role) + 1 :]
    name = request.resolver_match.url_name or ""
    if name.startswith("desk-"):
        return above
    app, _, model_and_page = name.partition("_")
    model, _, page = model_and_page.rpartition("_")
    page = "publish" if page == "publication" else page
    is_look = page not in ("delete", "publish") and request.method in ("GET", "HEAD")
    action = "view" if is_look and page != "add" else page
    if request.user.has_perm(f"{app}.{action}_{model}"):
        return []
    allowed = Group.objects.filter(
        permissions__content_type__app_label=app,
        permissions__codename=f"{action}_{model}",
    )
    may = {*allowed.values_list("name", flat=True), Role.ADMINISTRATOR}
    return [role for role in above if role in may]
