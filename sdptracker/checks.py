from django.conf import settings
from django.core.checks import Tags, Warning, register


@register(Tags.security, deploy=True)
def proxies_are_counted(app_configs, **kwargs):
    """Warn of a site behind a proxy that it does not know: it would not see that
    readers come by HTTPS, and send each page to itself."""
    if not settings.SECURE_SSL_REDIRECT or settings.PROXY_COUNT:
        return []
    return [
        Warning(
            "PROXY_COUNT is 0: behind a proxy every page would be redirected to itself "
            "without end.",
            hint="Write how many proxies stand in front of the site.",
            id="sdptracker.W001",
        )
    ]
