"""Log-in at the institution's own provider, by OpenID Connect.

Of mozilla-django-oidc come the steps of the code flow, with state, nonce and PKCE. The
provider's addresses are read from its discovery document at each log-in, so that none
is kept and the site starts while the provider is down.
"""

import logging
from datetime import timedelta
from urllib.parse import urlsplit

import jwt
import requests
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import SuspiciousOperation
from django.db import IntegrityError
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.views import (
    OIDCAuthenticationCallbackView,
    OIDCAuthenticationRequestView,
)

from partnerships.actions.single_sign_on import account_of

logger = logging.getLogger(__name__)

#: So long a log-in holds, and with it a role that the provider took away since.
SESSION = timedelta(hours=1)
ADDRESSES = (
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "jwks_uri",
)

#: Everything that an answer which is not to be trusted can raise.
UNTRUSTED = (
    *(jwt.PyJWTError, SuspiciousOperation, IntegrityError),
    *(ValueError, TypeError, KeyError, AttributeError),
)


class NotLetIn(Exception):
    """Nobody is let in; the message says why, and what to do."""


def provider_name() -> str:
    """Return what the provider is called: its host; empty where there is none."""
    return urlsplit(settings.OIDC_ISSUER).hostname or ""


def discovered() -> dict[str, str]:
    """Return the provider's addresses, from its discovery document. Raises
    requests.RequestException, or ValueError where it is not the provider's own."""
    address = f"{settings.OIDC_ISSUER}/.well-known/openid-configuration"
    answer = requests.get(address, timeout=settings.OIDC_TIMEOUT)
    answer.raise_for_status()
    told = answer.json()
    if told["issuer"].rstrip("/") != settings.OIDC_ISSUER:
        raise ValueError(f"{address} names another issuer, {told['issuer']!r}")
    return {name: told[name] for name in ADDRESSES}


class Provider(OIDCAuthenticationBackend):
    """The way in for those who come back from the provider with a code."""

    def authenticate(self, request, *, nonce, code_verifier):
        # By these names alone: a form with user name and password never gets here.
        found = discovered()
        self.OIDC_OP_TOKEN_ENDPOINT = found["token_endpoint"]
        self.OIDC_OP_USER_ENDPOINT = found["userinfo_endpoint"]
        self.OIDC_OP_JWKS_ENDPOINT = found["jwks_uri"]
        return super().authenticate(request, nonce=nonce, code_verifier=code_verifier)

    def retrieve_matching_jwk(self, token):
        """Return the provider's key of that token, which names it where there are
        several. The library fails where none is named."""
        answer = requests.get(self.OIDC_OP_JWKS_ENDPOINT, timeout=settings.OIDC_TIMEOUT)
        answer.raise_for_status()
        named = jwt.get_unverified_header(token).get("kid")
        keys = jwt.PyJWKSet.from_dict(answer.json()).keys
        signing = [key for key in keys if key.public_key_use in (None, "sig")]
        (found,) = [key for key in signing if named in (None, key.key_id)]
        return found

    def verify_token(self, token, **kwargs):
        """Return what the token says. The library leaves open for whom it is, and of
        whom."""
        told = super().verify_token(token, **kwargs)
        audience = told["aud"]
        meant = [audience] if isinstance(audience, str) else audience
        if self.OIDC_RP_CLIENT_ID not in meant:
            raise ValueError("the token is for another client")
        if told["iss"].rstrip("/") != settings.OIDC_ISSUER:
            raise ValueError("the token is of another issuer")
        return told

    def get_or_create_user(self, access_token, id_token, payload):
        told = self.get_userinfo(access_token, id_token, payload)
        if told["sub"] != payload["sub"]:
            raise ValueError("the provider speaks of two people")
        claims = payload | told
        values = claims.get(settings.OIDC_GROUPS_CLAIM, [])
        names = (claims.get(name) for name in ("preferred_username", "email", "sub"))
        user = account_of(
            issuer=settings.OIDC_ISSUER,
            subject=claims["sub"],
            names=filter(None, names),
            email=claims.get("email", ""),
            claim=settings.OIDC_GROUPS_CLAIM,
            values=[values] if isinstance(values, str) else values,
            roles=settings.OIDC_ROLES,
        )
        if user is None:
            raise NotLetIn(
                f"Your account at {provider_name()} is in no group that has a role "
                "here. Ask an administrator of this site which group that is."
            )
        if not user.is_active:
            raise NotLetIn(
                "Your account is deactivated here. Ask an administrator of this site."
            )
        return user


class InWords:
    """A step of the log-in. Where it fails, the page of the log-in says so."""

    @method_decorator(never_cache)
    def dispatch(self, request, *args, **kwargs):
        if not settings.OIDC_ISSUER:
            raise Http404
        name = provider_name()
        try:
            return super().dispatch(request, *args, **kwargs)
        except NotLetIn as error:
            sentence = str(error)
        except requests.HTTPError as error:
            logger.error("%s refused: %s", name, error.response.status_code)
            sentence = f"{name} refused what this site asked it. Begin once more."
        except requests.RequestException as error:
            logger.error("%s does not answer: %s", name, type(error).__name__)
            sentence = f"{name} does not answer. Try again in a minute."
        except UNTRUSTED as error:
            logger.warning("A log-in by %s was not finished: %r", name, error)
            sentence = "This log-in was not finished. Begin once more."
        messages.error(request, sentence)
        wanted = request.session.get("oidc_login_next") or request.GET.get("next")
        return redirect_to_login(wanted or "", reverse("admin:login"))


class Begin(InWords, OIDCAuthenticationRequestView):
    """Send somebody to the provider."""

    def get(self, request, **kwargs):
        self.OIDC_OP_AUTH_ENDPOINT = discovered()["authorization_endpoint"]
        return super().get(request)


class Return(InWords, OIDCAuthenticationCallbackView):
    """Take in somebody who comes back from the provider."""

    def get(self, request, **kwargs):
        return super().get(request)

    def login_success(self):
        response = super().login_success()
        self.request.session.set_expiry(timezone.now() + SESSION)
        return response

    def login_failure(self):
        if self.request.GET.get("error"):
            raise NotLetIn(
                f"{provider_name()} did not let you in, or you broke it off."
            )
        raise NotLetIn("This log-in was begun elsewhere, or long ago. Begin once more.")
