"""What Python itself has of it, and a decorator that newer ones have."""
from typing import *  # noqa: F401,F403


def override(method):
    return method


def deprecated(message, **_):
    return lambda found: found
