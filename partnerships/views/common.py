"""What several pages need."""

from django.urls import reverse


def status(form) -> int:
    return 200 if form.is_valid() else 400


def data_url(form, name, *args, **parameters):
    """The address of a page's JSON twin, which takes the same parameters."""
    path = reverse(f"api:{name}", args=args)
    if not form.is_valid():
        return path
    query = form.data.copy()
    for parameter in list(query):
        given = [value for value in query.getlist(parameter) if value]
        query.setlist(parameter, given if parameter in form.fields else [])
    query.update(parameters)
    return f"{path}?{query.urlencode()}" if query.urlencode() else path
