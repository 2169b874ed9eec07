"""The editors' side: Django's admin, with a reason on every change."""

from partnerships.admin import (  # noqa: F401
    checks,
    claims,
    double_checks,
    facts,
    leads,
    partnership,
    reference,
    users,
)
