"""How much one client may ask for."""

import logging

from rest_framework.throttling import SimpleRateThrottle

from partnerships.web.clients import client_address

logger = logging.getLogger(__name__)


class ByAddress(SimpleRateThrottle):
    """So many answers in a time for each address, of those that have to be made: what
    is known by its tag or kept costs next to nothing and counts nothing.

    Each process counts for itself unless they share a cache (CACHE_URL).
    """

    scope = "api"

    def get_cache_key(self, request, view):
        return f"throttle:{client_address(request)}"

    def allow_request(self, request, view):
        try:
            return super().allow_request(request, view)
        except Exception as error:
            logger.warning("The cache does not answer: %s", error)
            return True
