from sdptracker.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.served"
REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] = {"api": None}  # noqa: F405
