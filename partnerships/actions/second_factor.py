"""The second factor of an account: an app that shows codes, and recovery codes for the
day on which it is lost.

That an account has one, and which, is part of the fingerprint of its login, and so on
its record.
"""

from math import ceil

from django.db import transaction
from django.utils import timezone
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from partnerships.models import User
from partnerships.models.role_assignment import note_roles

RECOVERY_CODES = 10
#: Digits of a code that the app shows; recovery codes are longer.
DIGITS = 6


class WrongCode(Exception):
    """A code is not taken; the message says so to whoever typed it."""


def app_of(user: User) -> TOTPDevice | None:
    """Return the app that makes the codes of an account, once it has shown one."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def begun_app(user: User) -> TOTPDevice:
    """Return the app that the account sets up, with the secret that it has to be given:
    one secret until the app has shown a code."""
    return TOTPDevice.objects.get_or_create(user=user, confirmed=False)[0]


@transaction.atomic
def set_up(user: User, code: str) -> list[str]:
    """Make the app, which shows this code, the second factor of the account. Return its
    recovery codes. Raises WrongCode."""
    app = check(user, code, confirmed=False)
    app.confirmed = True
    app.save()
    note_roles([user.pk])
    return new_recovery_codes(user)


def check(user: User, code: str, *, confirmed: bool = True) -> Device:
    """Return the device of the account that the code is of, which is used up by that.
    Raises WrongCode; a wrong one is counted, and the next is taken after a while that
    doubles each time."""
    typed = code.replace(" ", "").replace("-", "").lower()
    is_of_app = len(typed) == DIGITS and typed.isdecimal()
    devices = TOTPDevice if is_of_app or not confirmed else StaticDevice
    with transaction.atomic():
        own = devices.objects.select_for_update(no_key=True)
        device = own.filter(user=user, confirmed=confirmed).first()
        allowed, why = device.verify_is_allowed() if device else (True, None)
        is_right = bool(device and allowed and device.verify_token(typed))
    # After the block, which would take back what was counted.
    if why:
        seconds = ceil((why["locked_until"] - timezone.now()).total_seconds())
        raise WrongCode(
            f"The last code was wrong. Wait {_wait(seconds)}, and try again."
        )
    if not is_right:
        raise WrongCode(
            "This code is wrong, too old, or was used before. Type the next one."
        )
    return device


@transaction.atomic
def new_recovery_codes(user: User) -> list[str]:
    """Make recovery codes, in place of those that there were."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user)
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(
        StaticToken(device=device, token=code) for code in codes
    )
    return codes


def recovery_codes_left(user: User) -> int:
    return StaticToken.objects.filter(device__user=user).count()


@transaction.atomic
def take_away(user: User) -> None:
    """Take the second factor from the account, with its recovery codes."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    note_roles([user.pk])


def _wait(seconds: int) -> str:
    if seconds <= 1:
        return "a second"
    return f"{seconds} seconds" if seconds < 120 else f"{ceil(seconds / 60)} minutes"
