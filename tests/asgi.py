"""ASGI in tests."""

import asyncio
from concurrent.futures import ThreadPoolExecutor


def run(coroutine):
    """Return what it returns; in a thread of its own, since browser tests leave a loop
    that runs in that of the tests."""
    with ThreadPoolExecutor(1) as alone:
        return alone.submit(asyncio.run, coroutine).result()
