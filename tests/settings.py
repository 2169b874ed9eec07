"""The real settings, with what would only make tests slow switched off."""

from sdptracker.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Tests begin the same editions again and again.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
FILES_MB = 0
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True

if DATABASES["default"]["ENGINE"].endswith("postgresql"):  # noqa: F405
    # Nobody misses a test database after a power cut.
    DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=off"  # noqa: F405
