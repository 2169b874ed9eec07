from django.core.exceptions import TooManyFieldsSent

#: As Django's own bound, which is wider here for the forms of the desk.
MOST_PARAMETERS = 1_000


def refuse_endless_queries(get_response):
    """Refuse an address with more parameters than anybody types."""

    def middleware(request):
        if request.META["QUERY_STRING"].count("&") >= MOST_PARAMETERS:
            raise TooManyFieldsSent("The address has too many parameters.")
        return get_response(request)

    return middleware
