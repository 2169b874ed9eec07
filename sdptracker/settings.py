"""Settings of the SDP tracker, all from the environment (docs/operating.md)."""

from pathlib import Path

from csp.constants import NONE, SELF

from partnerships import __version__
from sdptracker import environment as env
from sdptracker import keys, logs, variables

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.data_directory(BASE_DIR / "var")

# A site is local while no host is named: it then answers this machine alone, over
# plain HTTP. Naming a host makes it a production site, which needs TLS and a key.
_hosts = env.hosts("ALLOWED_HOSTS")
LOCAL = not _hosts
DEBUG = env.debug("DEBUG", local=LOCAL)
ALLOWED_HOSTS = _hosts or env.LOOPBACK
SECRET_KEY = keys.secret_key(local=LOCAL, data_dir=DATA_DIR)
SECRET_KEY_FALLBACKS = keys.former_secret_keys()
SIGNING_KEY = keys.signing_key(local=LOCAL, data_dir=DATA_DIR)
FORMER_KEYS = keys.former_keys()
PROXY_COUNT = env.number("PROXY_COUNT", default=0, most=9)
CONTACT = env.contact("CONTACT")
REPORTS = env.flag("REPORTS", default=True)
READ_ONLY = env.flag("READ_ONLY", default=False)

# The path below which the tracker is, for links of all kinds and for cookies
SUBPATH = env.subpath("SUBPATH")
FORCE_SCRIPT_NAME = SUBPATH or None
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = f"{SUBPATH}/"

# Transport and cookies
_https = env.flag("HTTPS", default=not LOCAL)
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
if PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = [
    f"https://*{host}" if host.startswith(".") else f"https://{host}" for host in _hosts
]
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_FAILURE_VIEW = "partnerships.desk.resend.csrf_failure"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

INSTALLED_APPS = [
    "partnerships",
    "sdptracker.desk.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "sdptracker.static.TrackerStaticFiles",
    "django_filters",
    "drf_spectacular_sidecar",
    "rest_framework",
    "simple_history",
    "csp",
    "axes",
    "sdptracker.apps.SiteConfig",  # after axes, which tells of lock-outs
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
]

MIDDLEWARE = [
    "partnerships.web.request_ids.numbered",
    "sdptracker.middleware.speak_with_browsers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sdptracker.middleware.ReadOnly",
    "django_otp.middleware.OTPMiddleware",
    "sdptracker.middleware.EditorsTimeZone",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "partnerships.ledger.context.ChangeMiddleware",
    "sdptracker.middleware.read_addresses",
    "sdptracker.middleware.speak_with_programs",
    "axes.middleware.AxesMiddleware",
    "partnerships.desk.login_limits.Browsers",
]

# To watch it
METRICS_TOKEN = env.token("METRICS_TOKEN")
METRICS_ADDRESSES = env.networks("METRICS_ADDRESSES")
if METRICS_TOKEN or METRICS_ADDRESSES:
    MIDDLEWARE.insert(1, "sdptracker.metrics.Measuring")
    MIDDLEWARE.append("sdptracker.metrics.CountDatabaseErrors")
SENTRY_DSN = env.error_receiver("SENTRY_DSN")
LOGGING = logs.to_console(
    form=env.choice("LOG_FORMAT", of=env.LOG_FORMATS),
    level=env.choice("LOG_LEVEL", of=env.LOG_LEVELS),
)

ROOT_URLCONF = "sdptracker.urls"
WSGI_APPLICATION = "sdptracker.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "partnerships.web.context_processors.footer",
            ],
        },
    },
]

FORM_RENDERER = "sdptracker.forms.PlainRenderer"

# Data
DATABASES = {"default": env.database(data_dir=DATA_DIR)}
CACHES = {"default": env.cache()}
FILES_MB = env.number("FILES_MB", default=8_000, most=1_000_000)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

# History: reasons of any length; no revert, a correction is an ordinary edit.
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
SIMPLE_HISTORY_DATE_INDEX = False  # ledger.recorder adds the index that serves
SIMPLE_HISTORY_REVERT_DISABLED = True

# What is sent: uploads stay in memory, all of a form that the front lets in.
# In bytes: a file of 1 MB and a document beside it; 3,000 characters of any script and
# the rest of a report.
_FORM, _SHORT_FORM = 4_000_000, 20_000
LONGEST_BODIES = {
    "/report/": _SHORT_FORM,
    "/admin/login/": _SHORT_FORM,
    "/admin/": _FORM,
}
DATA_UPLOAD_MAX_MEMORY_SIZE = FILE_UPLOAD_MAX_MEMORY_SIZE = _FORM
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4_000  # a document of 400 rows at the desk
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

# Editors
LOGIN_REDIRECT_URL = "admin:index"
AUTH_USER_MODEL = "partnerships.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "partnerships.desk.login_limits.OneGuessAtATime",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
_validators = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": _validators + "UserAttributeSimilarityValidator"},
    {"NAME": _validators + "MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": _validators + "CommonPasswordValidator"},
    {"NAME": _validators + "NumericPasswordValidator"},
]
AXES_HANDLER = "partnerships.desk.login_limits.LoginLimits"
AXES_FAILURE_LIMIT = 5  # of one name from one address; there are others
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # a lock ends of itself
AXES_USERNAME_CALLABLE = "partnerships.desk.login_limits.name_given"
AXES_LOCKOUT_CALLABLE = "partnerships.desk.login_limits.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "partnerships.web.clients.limited_address"
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True  # successful logins are nobody's business

SECOND_FACTOR = env.choice("SECOND_FACTOR", of=["off", "offered", "required"])
OTP_TOTP_ISSUER = "SDP tracker"

# Log-in at a provider, by OpenID Connect, whose addresses are read when one logs in.
OIDC_ISSUER = env.issuer("OIDC_ISSUER", local=LOCAL)
OIDC_RP_CLIENT_ID = env.of_provider("OIDC_CLIENT_ID", needed=bool(OIDC_ISSUER))
OIDC_RP_CLIENT_SECRET = env.of_provider("OIDC_CLIENT_SECRET", needed=bool(OIDC_ISSUER))
OIDC_RP_SCOPES = env.text("OIDC_SCOPES", "openid profile email")
OIDC_GROUPS_CLAIM = env.text("OIDC_GROUPS_CLAIM", "groups")
OIDC_ROLES = env.roles("OIDC_ROLES", needed=bool(OIDC_ISSUER))
OIDC_ONLY = env.provider_alone("OIDC_ONLY", there_is_one=bool(OIDC_ISSUER))
OIDC_OP_AUTHORIZATION_ENDPOINT = OIDC_OP_TOKEN_ENDPOINT = ""
OIDC_OP_USER_ENDPOINT = OIDC_OP_JWKS_ENDPOINT = ""
OIDC_RP_SIGN_ALGO = "RS256"
OIDC_USE_PKCE = OIDC_TOKEN_USE_BASIC_AUTH = True
OIDC_TIMEOUT = 4  # seconds
OIDC_AUTHENTICATION_CALLBACK_URL = "admin:desk-single-sign-on-return"
LOGIN_REDIRECT_URL = "admin:index"
if OIDC_ISSUER:
    AUTHENTICATION_BACKENDS.append("partnerships.desk.single_sign_on.Provider")

# Mail to editors
_mail = env.mail("MAIL_URL")
EMAIL_HOST, EMAIL_PORT = _mail["host"], _mail["port"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["username"], _mail["password"]
EMAIL_USE_SSL, EMAIL_USE_TLS = _mail["use_ssl"], _mail["use_tls"]
EMAIL_TIMEOUT = 20
PASSWORD_RESET_TIMEOUT = 60 * 60
DEFAULT_FROM_EMAIL = env.sender("MAIL_FROM", needed=bool(EMAIL_HOST))

# API
_rate = env.number("API_RATE", default=600, most=1_000_000)
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    # Everything is public and read-only, and no answer depends on who asks.
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "partnerships.api.policy.JSONAlone",
    "DEFAULT_SCHEMA_CLASS": "partnerships.api.schema.ResourceSchema",
    "DEFAULT_THROTTLE_CLASSES": ["partnerships.api.policy.ByAddress"],
    "DEFAULT_THROTTLE_RATES": {"api": f"{_rate}/minute" if _rate else None},
    "EXCEPTION_HANDLER": "partnerships.api.policy.exception_handler",
}

SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.0",
    "TITLE": "SDP tracker",
    "VERSION": __version__,
    "SERVERS": [{"url": SUBPATH or "/"}],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "PATH_CONVERTER_OVERRIDES": {
        "number": {"type": "integer", "minimum": 1, "maximum": 10**18 - 1},
        "slug": {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"},
    },
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "partnerships.api.schema.introduced",
    ],
    "ENUM_NAME_OVERRIDES": {
        name: f"partnerships.choices.{name}"
        for name in (
            *("AffiliationKind", "ChangeKind", "CoverageValue", "DisagreementState"),
            *("EngagementKind", "Frequency", "MilestoneKind", "Region", "SafeStatus"),
            *("SdpStatus", "Standing", "Status", "Track"),
        )
    },
}

# Words and time: every day of the tracker is a day of UTC, but of the admin the
# editor's own (sdptracker.middleware).
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

# Static files
STATIC_URL = f"{SUBPATH}/static/"
STATIC_ROOT = DATA_DIR / "static"
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["br", "gz", "map", "png", "woff2"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}

variables.refuse_misspelt()
