from django.http import HttpResponse
from django.urls import path

from sdptracker.urls import *  # noqa: F403


def bare(request):
    """Answer with a constant page of 15 kB, through the site's middleware."""
    return HttpResponse(b"<!DOCTYPE html>" + b"x" * 15_000)


urlpatterns = [path("bare/", bare), *urlpatterns]  # noqa: F405
